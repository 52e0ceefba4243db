/* SPDX-License-Identifier: MIT
 * What is looked at before a file system is mounted: is its superblock one, and can all its features be kept?
 */
#ifndef EXT4_MOUNT_H
#define EXT4_MOUNT_H

#include "status.h"

#include "library.h"
#include <stdbool.h>
#include <stdint.h>

/*
 * Reads the superblock. UNSUPPORTED, DAMAGED and IO have said why. `is_read_only` becomes true where it has a feature that
 * writing would break.
 */
enum ext4_status mount_read_super(struct ext2_super_block *super, bool *is_read_only);

/* Where the blocks of the journal stand; the array is the caller's. The failure has been said. */
enum ext4_status mount_find_journal(ext2_filsys fs, uint64_t **places, uint32_t *count);

#endif
