/* SPDX-License-Identifier: MIT
 * Reading a directory, such that an entry that stays is given exactly once while others come and go.
 *
 * Where a directory has an index, adding a name moves others from block to block; so such a directory is read in the order of the
 * hashes of its names, as Linux does, and so is one of a single block, which may get an index any time. A position is the hash of
 * the next entry or more; of entries with the same hash the later ones have the numbers behind it. Any other directory is read
 * in the order of its bytes, for its entries stay where they are; a position is a place in it.
 *
 * State: the entries of the block that was read last, in the order of their hashes, until something is changed.
 */
#include "names.h"

#include "blocks.h"
#include "index.h"
#include "volume.h"

#include <stdlib.h>
#include <string.h>

#define BLOCKS_OF_HASH 16u /* that names of the same hash may take */

struct item {
	uint64_t position, block;
	uint32_t offset;
	uint32_t other_hash; /* of the name, where the first ones are the same */
};

static struct {
	struct item *items;
	uint32_t count, room;
	uint32_t next;  /* the smallest hash behind them */
	bool is_last;   /* there is none */
	uint32_t hash;  /* for which they were found */
	uint64_t of;    /* node */
	uint64_t state; /* blocks_state() */
} sorted;

struct reading {
	struct name_entry *entries;
	uint32_t most, count;
};

void names_fini(void)
{
	free(sorted.items);
	memset(&sorted, 0, sizeof sorted);
}

static enum node_kind kind_of_entry(int type)
{
	return type == EXT2_FT_DIR ? NODE_DIRECTORY : type == EXT2_FT_SYMLINK ? NODE_LINK : NODE_FILE;
}

/* One entry, which lies within its block. */
static enum ext4_status take_entry(struct reading *reading, const struct ext2_dir_entry *entry, uint64_t next)
{
	struct name_entry *to = &reading->entries[reading->count];
	const uint32_t length = (uint32_t)ext2fs_dirent_name_len(entry);
	const ext2_ino_t inode = entry->inode;
	const int type = ext2fs_dirent_file_type(entry);
	struct node node;
	enum ext4_status status;

	memcpy(to->name, entry->name, length);
	to->name[length] = '\0';
	if (strlen(to->name) != length || !name_is_good(to->name)) {
		return EXT4_OK; /* `.` and `..`, and what nobody could ask for */
	}
	status = node_get_inode(inode, &node); /* the block may be another's now */
	if (status == EXT4_OK) {
		to->node = node_number(&node);
		to->kind = node_kind(&node);
	} else if (status == EXT4_DAMAGED) {
		/* the other names shall be seen; who looks this one up is told */
		to->node = inode;
		to->kind = kind_of_entry(type);
	} else {
		return status;
	}
	to->next = next;
	reading->count++;
	return EXT4_OK;
}

/* ---- in the order of bytes ---- */

static enum ext4_status read_in_order(struct directory_walk *walk, uint64_t from, struct reading *reading)
{
	const uint32_t size = volume_fs()->blocksize;
	enum ext4_status status = EXT4_OK;

	for (uint64_t at = from / size; at < walk->blocks && reading->count < reading->most; at++) {
		uint32_t offset = 0;

		while (offset < size && reading->count < reading->most) {
			struct directory_block block; /* anew: an inode was read meanwhile */
			uint32_t next;

			status = directory_block(walk, at, &block);
			if (status != EXT4_OK) {
				return status;
			}
			if (block.data == NULL) {
				break;
			}
			next = directory_next(block.data, offset);
			if (at * size + offset >= from &&
			    ((const struct ext2_dir_entry *)(const void *)(block.data + offset))->inode !=
				0) {
				status = take_entry(reading, (const void *)(block.data + offset),
						    at * size + next);
			}
			if (status != EXT4_OK) {
				return status;
			}
			offset = next;
		}
	}
	return EXT4_OK;
}

/* ---- in the order of hashes ---- */

static uint32_t other_hash(const char *name, uint32_t length)
{
	uint32_t hash = 0x811c9dc5;

	for (uint32_t i = 0; i < length; i++) {
		hash = (hash ^ (uint8_t)name[i]) * 0x01000193;
	}
	return hash;
}

static enum ext4_status add_item(const struct directory_block *block, uint32_t offset, int version)
{
	const struct ext2_dir_entry *entry = (const void *)(block->data + offset);
	const uint32_t length = (uint32_t)ext2fs_dirent_name_len(entry);
	struct index_hash hash = {0, 0};
	const enum ext4_status status = index_hash(version, entry->name, length, &hash);

	if (status != EXT4_OK) {
		return status;
	}
	if (sorted.count == sorted.room) {
		const uint32_t room = sorted.room == 0 ? 128 : 2 * sorted.room;
		struct item *items = realloc(sorted.items, room * sizeof *items);

		if (items == NULL) {
			return EXT4_IO;
		}
		sorted.items = items;
		sorted.room = room;
	}
	sorted.items[sorted.count++] =
	    (struct item){.position = (uint64_t)(hash.major >> 1) << 32 | hash.minor,
			  .block = block->place,
			  .offset = offset,
			  .other_hash = other_hash(entry->name, length)};
	return EXT4_OK;
}

static enum ext4_status add_block(struct directory_walk *walk, uint64_t number, int version)
{
	struct directory_block block;
	enum ext4_status status = directory_block(walk, number, &block);

	for (uint32_t at = 0; status == EXT4_OK && block.data != NULL && at < volume_fs()->blocksize;
	     at = directory_next(block.data, at)) {
		if (((const struct ext2_dir_entry *)(const void *)(block.data + at))->inode != 0) {
			status = add_item(&block, at, version);
		}
	}
	return status;
}

static int by_position(const void *left, const void *right)
{
	const struct item *a = left, *b = right;

	if (a->position != b->position) {
		return a->position < b->position ? -1 : 1;
	}
	return a->other_hash < b->other_hash ? -1 : a->other_hash > b->other_hash;
}

/* The blocks with names of that hash; a directory without an index has one. */
static enum ext4_status gather_blocks(struct directory_walk *walk, uint32_t hash)
{
	struct index index;
	uint32_t steps = 0;
	enum ext4_status status;

	sorted.is_last = true;
	if (!directory_has_index(walk->node)) {
		return add_block(walk, 0, index_version());
	}
	status = index_seek(walk, hash, &index);
	do {
		if (status == EXT4_OK) {
			status = add_block(walk, index.leaf, index.version);
		}
		if (status == EXT4_OK) {
			status = index_advance(&index, &sorted.next);
			sorted.is_last = status == EXT4_NOT_FOUND;
		}
	} while (status == EXT4_OK && (sorted.next & 1) != 0 && ++steps < BLOCKS_OF_HASH);
	if (status == EXT4_OK && (steps == BLOCKS_OF_HASH || sorted.next <= hash)) {
		return EXT4_DAMAGED; /* it would never end */
	}
	return status == EXT4_NOT_FOUND ? EXT4_OK : status;
}

static enum ext4_status gather(struct directory_walk *walk, uint32_t hash)
{
	const uint64_t of = node_number(walk->node);
	enum ext4_status status;

	if (sorted.of == of && sorted.state == blocks_state() && sorted.hash == hash) {
		return EXT4_OK;
	}
	sorted.count = 0;
	sorted.of = 0;
	status = gather_blocks(walk, hash);
	if (status != EXT4_OK) {
		return status;
	}
	qsort(sorted.items, sorted.count, sizeof *sorted.items, by_position);
	for (uint32_t i = 1; i < sorted.count; i++) {
		if (sorted.items[i].position <= sorted.items[i - 1].position) {
			sorted.items[i].position = sorted.items[i - 1].position + 1;
		}
	}
	sorted.of = of;
	sorted.state = blocks_state();
	sorted.hash = hash;
	return EXT4_OK;
}

static enum ext4_status give_sorted(uint64_t from, struct reading *reading)
{
	enum ext4_status status = EXT4_OK;

	for (uint32_t i = 0; i < sorted.count && reading->count < reading->most && status == EXT4_OK; i++) {
		const struct item *item = &sorted.items[i];

		if (item->position >= from) {
			const uint8_t *data = blocks_read(item->block);

			status = data == NULL ? EXT4_IO
					      : take_entry(reading, (const void *)(data + item->offset),
							   item->position + 1);
		}
	}
	return status;
}

static enum ext4_status read_by_hash(struct directory_walk *walk, uint64_t from, struct reading *reading)
{
	uint32_t hash = (uint32_t)(from >> 32) << 1;
	enum ext4_status status = EXT4_OK;

	if (from >> 63 != 0) {
		return EXT4_OK;
	}
	while (status == EXT4_OK && reading->count < reading->most) {
		status = gather(walk, hash);
		if (status == EXT4_OK) {
			status = give_sorted(from, reading);
		}
		if (sorted.is_last) {
			break;
		}
		hash = sorted.next;
	}
	return status;
}

enum ext4_status names_read(uint64_t number, uint64_t from, struct name_entry *entries, uint32_t most,
			    uint32_t *count)
{
	struct node directory;
	struct reading reading = {.entries = entries, .most = most};
	struct directory_walk walk;
	struct index index;
	enum ext4_status status = node_get_directory(number, &directory);

	*count = 0;
	if (status != EXT4_OK) {
		return status;
	}
	status = directory_open(&directory, &walk);
	if (status != EXT4_OK) {
		return status;
	}
	if (ext2fs_has_feature_dir_index(volume_fs()->super) &&
	    (directory_has_index(&directory) ? index_seek(&walk, 0, &index) == EXT4_OK : walk.blocks == 1)) {
		status = read_by_hash(&walk, from, &reading);
	} else {
		status = read_in_order(&walk, from, &reading);
	}
	directory_close(&walk);
	*count = status == EXT4_OK ? reading.count : 0;
	return status;
}
