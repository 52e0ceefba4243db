/* SPDX-License-Identifier: MIT
 * Bitmaps and descriptors of block groups on their way into the transaction.
 */
#ifndef EXT4_GROUP_H
#define EXT4_GROUP_H

#include "library.h"
#include <stdbool.h>
#include <stdint.h>

/* Writes the bitmap of blocks, the one of nodes where it has changed (`with_nodes`), and the descriptor of a group with their
 * checksums; `buffer` is a block. False: the device failed. */
bool group_write(ext2_filsys fs, dgrp_t group, uint8_t *buffer, bool with_nodes);

#endif
