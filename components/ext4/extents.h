/* SPDX-License-Identifier: MIT
 * Where the data of files stands. New extents are unwritten ones, which read as zeroes, until a commit says that their data is on
 * the medium; so nothing needs to be remembered between the two, and whoever forgets to commit has lost space and nothing else.
 */
#ifndef EXT4_EXTENTS_H
#define EXT4_EXTENTS_H

#include "nodes.h"

#define EXTENTS_DEEPEST 5u /* levels of a tree below its root */

enum extent_place { EXTENT_DATA, EXTENT_HOLE, EXTENT_FRESH };

struct extent {
	uint64_t offset, position, length; /* bytes: in the file, on the volume */
	enum extent_place place;
};

struct extent_range {
	uint64_t offset, length;
};

/* What libext2fs takes for granted: a tree of no more levels than a tree can have, and no data in the inode itself. */
bool extents_can_be(const struct ext2_inode *inode);
/* Bytes of the largest file, and of this one. */
uint64_t extents_largest(void);
uint64_t extents_largest_of(const struct node *node);

/* Where a run of a file stands: up to `most` extents. `allocate`: holes get a place, each in an operation of its own. */
enum ext4_status extents_map(uint64_t number, uint64_t offset, uint64_t length, bool allocate,
			     struct extent *extents, uint32_t most, uint32_t *count);
/* Unwritten extents of these ranges become data, and the file grows to `size`. */
enum ext4_status extents_commit(uint64_t number, const struct extent_range *ranges, uint32_t count,
				uint64_t size, const struct node_time *modified);
/* A file of another size: operations of its own. */
enum ext4_status extents_resize(uint64_t number, uint64_t size);
/* Within an operation: what is behind `size` goes, at most `most` extents of it; `is_done`: nothing is left. */
enum ext4_status extents_cut(struct node *node, uint64_t size, uint32_t most, bool *is_done);

/* ---- for the two files of extents ---- */

/* An extent as the tree has it; what cannot be is DAMAGED. */
enum ext4_status extents_check(const struct ext2fs_extent *extent);
/* The extent with block `at` in it, or the next one behind it. NOT_FOUND: there is none. */
enum ext4_status extents_find(ext2_extent_handle_t handle, uint64_t at, struct ext2fs_extent *extent);

#endif
