/* SPDX-License-Identifier: MIT
 * Places that files without extents got, and that nobody has committed. Such a file cannot say of a block that it reads as zeroes, so
 * until the commit only memory knows of its place: the map of busy blocks keeps it, and nothing on the volume. Whoever forgets to commit
 * has lost the space until the file is cut or removed, or the volume is mounted anew.
 *
 * Blocks of a file are numbered from 0. State: all runs, in no order.
 */
#ifndef EXT4_RESERVED_H
#define EXT4_RESERVED_H

#include "library.h"
#include "status.h"

#include <stdbool.h>
#include <stdint.h>

/* The run is the file's. False: no memory, or there are too many; nothing is changed. */
bool reserved_add(ext2_ino_t inode, uint64_t first, uint64_t place, uint64_t count);
/* The place of a block, and how many behind it follow there, this one among them. 0: it has none. */
uint64_t reserved_find(ext2_ino_t inode, uint64_t block, uint64_t *count);
/* Behind the last of the file's. */
uint64_t reserved_end(ext2_ino_t inode);
/* What the file has from `from` up to `end` is not reserved any more. `give`: is called for each of their places that is free now; NULL: they
 * are used. */
void reserved_remove(ext2_ino_t inode, uint64_t from, uint64_t end,
		     void (*give)(uint64_t place, uint64_t count));
/* Each run of places. */
void reserved_each(void (*call)(uint64_t place, uint64_t count));
/* Blocks that all of them will take at most, with those that lead to them. */
uint64_t reserved_blocks(void);
/* The same of a run of so many. */
uint64_t reserved_need(uint64_t count, uint32_t block_bytes);
void reserved_fini(void);

#endif
