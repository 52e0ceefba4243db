/* SPDX-License-Identifier: MIT
 * Directories: blocks with entries, which may stand in any order, or in that of an index (index.h). A block is checked when it is
 * read for the first time, and not again until it is changed.
 */
#ifndef EXT4_DIRECTORY_H
#define EXT4_DIRECTORY_H

#include "nodes.h"

#define DIRECTORY_HEADER 8u /* bytes of an entry before its name */

/* A directory whose blocks are read. */
struct directory_walk {
	struct node *node;
	uint64_t blocks;
	ext2_extent_handle_t handle; /* NULL: a directory of the older kind, with a number for each block */
	struct ext2fs_extent run;    /* with the block that was asked for last */
};

/* `data` is NULL where the directory has a hole, and holds until the next block of anything is read. */
struct directory_block {
	const uint8_t *data;
	uint64_t place; /* on the volume */
};

/* An entry, and the one before it in its block. Void once the directory has changed. */
struct directory_place {
	uint64_t block; /* on the volume */
	uint32_t offset, before;
	ext2_ino_t inode;
};

/* Then directory_close() follows. `node` stays as it is until then. */
enum ext4_status directory_open(struct node *node, struct directory_walk *walk);
void directory_close(struct directory_walk *walk);
/* A block of it, all entries of which lie within it: IO, DAMAGED. */
enum ext4_status directory_block(struct directory_walk *walk, uint64_t number, struct directory_block *block);
/* The entry of a block behind the one at `offset`; the first one is at 0, and behind the last one the block ends. */
uint32_t directory_next(const uint8_t *data, uint32_t offset);
/* Does a block have an entry of that name? */
bool directory_search(const struct directory_block *block, const char *name, struct directory_place *place);
bool directory_has_index(const struct node *node);

/* The entry of that name, also `..`: NOT_FOUND, IO, DAMAGED. */
enum ext4_status directory_find(struct node *node, const char *name, struct directory_place *place);

/* ---- within an operation ---- */

/* One more entry, of a type EXT2_FT_...; the node is read anew. */
enum ext4_status directory_add(struct node *node, const char *name, ext2_ino_t inode, int type);
/* An entry leads elsewhere; EXT2_FT_UNKNOWN: to something of the same type. */
enum ext4_status directory_set(const struct node *node, const struct directory_place *place, ext2_ino_t inode,
			       int type);
enum ext4_status directory_remove(const struct node *node, const struct directory_place *place);

#endif
