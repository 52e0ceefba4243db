/* SPDX-License-Identifier: MIT
 * Files without extents, as ext2 and ext3 have them: the inode has the places of the first 12 blocks, and of blocks that have places of
 * others, in up to three steps.
 */
#ifndef EXT4_INDIRECT_H
#define EXT4_INDIRECT_H

#include "nodes.h"

static inline bool indirect_is(const struct node *node)
{
	return (node->inode.i_flags & EXT4_EXTENTS_FL) == 0;
}

/* Blocks of the largest file. */
uint64_t indirect_largest(void);
/* Where a block of the file is, or 0; DAMAGED: nowhere on the volume. */
enum ext4_status indirect_place(struct node *node, uint64_t block, uint64_t *place);
/* A part of a hole gets a place, which is only reserved: an operation of its own. */
enum ext4_status indirect_reserve(struct node *node, uint64_t first, uint64_t blocks);
/* Within an operation: what is reserved of these blocks is the file's; the others are already, or it is IO. reserved_remove() follows when
 * the operation has ended well. */
enum ext4_status indirect_commit(struct node *node, uint64_t from, uint64_t end);
/* Within an operation: blocks from `first` on go, as many as `most` blocks of places lead to; `is_done`: none is left. */
enum ext4_status indirect_cut(struct node *node, uint64_t first, uint32_t most, bool *is_done);

#endif
