/* SPDX-License-Identifier: MIT
 * The mounted file system: libext2fs over the cache of blocks, the running transaction, and the begin and end of operations.
 *
 * libext2fs keeps bitmaps, group descriptors and superblock in memory. At the end of each operation what changed of them goes to
 * the cache, so the running transaction is whole between operations, and an operation that failed is undone in the cache and
 * libext2fs opened anew from there.
 */
#ifndef EXT4_VOLUME_H
#define EXT4_VOLUME_H

#include "status.h"

#include "library.h"
#include <stdbool.h>
#include <stdint.h>

/* Mounts the device's file system; replays its journal. What is wrong has been said. */
enum ext4_status volume_mount(void);
/* Leaves it clean, as far as the device lets us, and frees all memory. */
void volume_unmount(void);

/* libext2fs's, while it is mounted. It is another one after an operation that failed. */
ext2_filsys volume_fs(void);
bool volume_is_read_only(void);
enum ext4_status volume_status_of(errcode_t error);

/*
 * Begins an operation at `now` (seconds) that changes something and needs so many blocks at most: OK, READ_ONLY, NO_SPACE, or IO
 * after the device failed. Then volume_end() follows, which returns the operation's status or what went wrong with its end.
 */
enum ext4_status volume_begin(uint64_t now, uint64_t blocks);
enum ext4_status volume_end(enum ext4_status status);

/* Finds free blocks near `goal`, which no freed block is among that a cut could give back; up to `count`. Changes nothing. */
errcode_t volume_find_blocks(uint64_t goal, uint64_t count, uint64_t *first, uint64_t *found);
/* They are used, or free, from now on: whoever changes the bitmaps without libext2fs says so. */
enum ext4_status volume_take_blocks(uint64_t first, uint64_t count);
enum ext4_status volume_give_blocks(uint64_t first, uint64_t count);
/* Nobody finds them any more, or again, and the volume knows nothing of it (reserved.h). */
void volume_reserve_blocks(uint64_t first, uint64_t count);
void volume_give_reserved(uint64_t first, uint64_t count);
/* The group of that node changes with this operation. */
void volume_touch_node(uint32_t number);

/* Commits what was done; then `settle` also leaves everything in its place and marks the file system clean. */
enum ext4_status volume_sync(bool settle);
/* Is there something that volume_sync(true) would do? */
bool volume_is_dirty(void);

#endif
