/* SPDX-License-Identifier: MIT
 * The index of a directory, as Linux keeps it (htree): tables in the directory's first block, and below it, say which hashes of
 * names stand in which block. A table's entry has the smallest hash of what is below it; hashes are even, and an odd one says that
 * the block goes on with names of the hash before it (Linux, Documentation/filesystems/ext4: Hash Tree Directories).
 */
#ifndef EXT4_INDEX_H
#define EXT4_INDEX_H

#include "directory.h"

#define INDEX_LEVELS 2u

/* A way from the first table to a block of entries. */
struct index {
	struct directory_walk *walk;
	int version; /* of hashes: EXT2_HASH_... */
	uint32_t levels;
	uint64_t leaf; /* block of the directory */
	struct {
		uint64_t block;
		uint32_t at, count;
	} table[INDEX_LEVELS];
};

struct index_hash {
	uint32_t major, minor;
};

/* To the first block with names of that hash. UNSUPPORTED: no index, or of hashes that nobody knows; IO, DAMAGED. */
enum ext4_status index_seek(struct directory_walk *walk, uint32_t hash, struct index *index);
/* To the next block, and its smallest hash: NOT_FOUND, and nothing is changed. */
enum ext4_status index_advance(struct index *index, uint32_t *hash);

/* The version of hashes of new indices. */
int index_version(void);
/* UNSUPPORTED: nobody knows such hashes. */
enum ext4_status index_hash(int version, const char *name, uint32_t length, struct index_hash *hash);

/* The entry of that name: NOT_FOUND, and as index_seek(). */
enum ext4_status index_find(struct directory_walk *walk, const char *name, struct directory_place *place);
/* Within an operation: a directory of two blocks, the second of which is empty, gets an index. UNSUPPORTED: it cannot have one. */
enum ext4_status index_make(struct node *node);

#endif
