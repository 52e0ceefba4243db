/* SPDX-License-Identifier: MIT
 * Ways through the index of a directory, and a new one. Names are added to one by libext2fs.
 */
#include "index.h"

#include "blocks.h"
#include "volume.h"

#include <stdlib.h>
#include <string.h>

#define INFORMATION 24u /* where a first block has what is said of the index, behind `.` and `..` */
#define FIRST_TABLE (INFORMATION + (uint32_t)sizeof(struct ext2_dx_root_info))
#define NEXT_TABLE  8u /* behind an entry that fills the block */
#define DOT_BYTES   12u
#define UNSIGNED    3 /* what is added to a version, where characters are */

/* ---- hashes ---- */

static int signed_or_not(int version)
{
	return (volume_fs()->super->s_flags & EXT2_FLAGS_UNSIGNED_HASH) != 0 ? version + UNSIGNED : version;
}

int index_version(void)
{
	const int version = volume_fs()->super->s_def_hash_version;

	return signed_or_not(version <= EXT2_HASH_TEA ? version : EXT2_HASH_HALF_MD4);
}

enum ext4_status index_hash(int version, const char *name, uint32_t length, struct index_hash *hash)
{
	const errcode_t error = ext2fs_dirhash(version, name, (int)length, volume_fs()->super->s_hash_seed,
					       &hash->major, &hash->minor);

	return error == 0 ? EXT4_OK : EXT4_UNSUPPORTED;
}

/* ---- tables ---- */

static uint32_t most_entries(uint32_t at)
{
	const uint32_t tail =
	    ext2fs_has_feature_metadata_csum(volume_fs()->super) ? sizeof(struct ext2_dx_tail) : 0;

	return (volume_fs()->blocksize - at - tail) / (uint32_t)sizeof(struct ext2_dx_entry);
}

/* The entries of a table; the first one's hash is the table's head. They hold until another block is read. */
static enum ext4_status read_table(struct index *index, uint32_t level, const struct ext2_dx_entry **entries)
{
	const uint32_t at = level == 0 ? FIRST_TABLE : NEXT_TABLE;
	const struct ext2_dx_countlimit *head;
	struct directory_block block;
	const enum ext4_status status = directory_block(index->walk, index->table[level].block, &block);

	if (status != EXT4_OK || block.data == NULL) {
		return status == EXT4_OK ? EXT4_DAMAGED : status;
	}
	head = (const void *)(block.data + at);
	if (head->count == 0 || head->count > head->limit || head->limit > most_entries(at)) {
		return EXT4_DAMAGED;
	}
	index->table[level].count = head->count;
	*entries = (const void *)head;
	return EXT4_OK;
}

/* From the entry that the table of a level stands at to what it leads to. */
static enum ext4_status follow(struct index *index, uint32_t level, const struct ext2_dx_entry *entries)
{
	const uint64_t block = entries[index->table[level].at].block & EXT4_DX_BLOCK_MASK;

	if (block == 0 || block >= index->walk->blocks) {
		return EXT4_DAMAGED;
	}
	if (level + 1 < index->levels) {
		index->table[level + 1].block = block;
	} else {
		index->leaf = block;
	}
	return EXT4_OK;
}

static enum ext4_status open_index(struct directory_walk *walk, struct index *index)
{
	const struct ext2_dx_root_info *information;
	struct directory_block block;
	enum ext4_status status;

	memset(index, 0, sizeof *index);
	index->walk = walk;
	status = directory_block(walk, 0, &block);
	if (status != EXT4_OK || block.data == NULL) {
		return status == EXT4_OK ? EXT4_DAMAGED : status;
	}
	information = (const void *)(block.data + INFORMATION);
	if (!directory_has_index(walk->node) || information->hash_version > EXT2_HASH_TEA) {
		return EXT4_UNSUPPORTED;
	}
	if (information->info_length != sizeof *information || information->indirect_levels >= INDEX_LEVELS) {
		return EXT4_DAMAGED;
	}
	index->version = signed_or_not(information->hash_version);
	index->levels = information->indirect_levels + 1u;
	return EXT4_OK;
}

/* The last entry whose hash is not above. */
static uint32_t search(const struct ext2_dx_entry *entries, uint32_t count, uint32_t hash)
{
	uint32_t low = 1, high = count;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (entries[middle].hash <= hash) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low - 1;
}

enum ext4_status index_seek(struct directory_walk *walk, uint32_t hash, struct index *index)
{
	const struct ext2_dx_entry *entries;
	enum ext4_status status = open_index(walk, index);

	for (uint32_t level = 0; status == EXT4_OK && level < index->levels; level++) {
		status = read_table(index, level, &entries);
		if (status == EXT4_OK) {
			index->table[level].at = search(entries, index->table[level].count, hash);
			status = follow(index, level, entries);
		}
	}
	return status;
}

enum ext4_status index_advance(struct index *index, uint32_t *hash)
{
	const struct ext2_dx_entry *entries;
	enum ext4_status status;
	uint32_t level = index->levels;

	do {
		if (level == 0) {
			return EXT4_NOT_FOUND;
		}
		level--;
	} while (index->table[level].at + 1 >= index->table[level].count);
	index->table[level].at++;
	status = read_table(index, level, &entries);
	if (status == EXT4_OK) {
		*hash = entries[index->table[level].at].hash;
		status = follow(index, level, entries);
	}
	while (status == EXT4_OK && ++level < index->levels) {
		index->table[level].at = 0;
		status = read_table(index, level, &entries);
		if (status == EXT4_OK) {
			status = follow(index, level, entries);
		}
	}
	return status;
}

enum ext4_status index_find(struct directory_walk *walk, const char *name, struct directory_place *place)
{
	struct index index;
	struct index_hash hash = {0, 0};
	uint32_t next = 0;
	enum ext4_status status = open_index(walk, &index);

	if (status == EXT4_OK) {
		status = index_hash(index.version, name, (uint32_t)strlen(name), &hash);
	}
	if (status == EXT4_OK) {
		status = index_seek(walk, hash.major, &index);
	}
	/* as long as names of that hash go on in the next block, and no longer than the directory is */
	for (uint64_t steps = 0; status == EXT4_OK && steps <= walk->blocks; steps++) {
		struct directory_block block;

		status = directory_block(walk, index.leaf, &block);
		if (status == EXT4_OK && directory_search(&block, name, place)) {
			return EXT4_OK;
		}
		if (status == EXT4_OK) {
			status = index_advance(&index, &next);
		}
		if (status == EXT4_OK && next != (hash.major | 1)) {
			return EXT4_NOT_FOUND;
		}
	}
	return status == EXT4_OK ? EXT4_DAMAGED : status;
}

/* ---- a new one ---- */

/* What a directory of one block has behind its `.` and `..`, packed into another block. */
static errcode_t move_entries(const uint8_t *from, uint8_t *to)
{
	ext2_filsys fs = volume_fs();
	const bool has_tail = ext2fs_has_feature_metadata_csum(fs->super);
	const uint32_t end = fs->blocksize - (has_tail ? (uint32_t)sizeof(struct ext2_dir_entry_tail) : 0);
	uint32_t at = directory_next(from, 0), used = 0, last = 0;
	errcode_t error = 0;

	memset(to, 0, fs->blocksize);
	while (error == 0 && (at = directory_next(from, at)) < fs->blocksize) {
		const struct ext2_dir_entry *entry = (const void *)(from + at);
		const uint32_t bytes = ext2fs_dir_rec_len((uint8_t)ext2fs_dirent_name_len(entry), 0);

		if (entry->inode != 0 && bytes <= end - used) {
			memcpy(to + used, entry, DIRECTORY_HEADER + (size_t)ext2fs_dirent_name_len(entry));
			error = ext2fs_set_rec_len(fs, bytes, (void *)(to + used));
			last = used;
			used += bytes;
		}
	}
	if (error == 0) {
		error = ext2fs_set_rec_len(fs, end - last, (void *)(to + last));
	}
	if (has_tail) {
		ext2fs_initialize_dirent_tail(fs, EXT2_DIRENT_TAIL(to, fs->blocksize));
	}
	return error;
}

/* The first block becomes a table with one entry, which leads to the directory's second block. */
static errcode_t make_table(uint8_t *block)
{
	struct ext2_dx_root_info *information = (void *)(block + INFORMATION);
	struct ext2_dx_countlimit *head = (void *)(block + FIRST_TABLE);
	struct ext2_dx_entry *entries = (void *)(block + FIRST_TABLE);
	const uint32_t size = volume_fs()->blocksize;
	const errcode_t error =
	    ext2fs_set_rec_len(volume_fs(), size - DOT_BYTES, (void *)(block + DOT_BYTES));

	memset(block + INFORMATION, 0, size - INFORMATION);
	information->hash_version =
	    (uint8_t)(index_version() >= UNSIGNED ? index_version() - UNSIGNED : index_version());
	information->info_length = sizeof *information;
	head->limit = (uint16_t)most_entries(FIRST_TABLE);
	head->count = 1;
	entries[0].block = 1;
	return error;
}

static bool begins_as_it_should(const uint8_t *data)
{
	const struct ext2_dir_entry *dot = (const void *)data, *parent = (const void *)(data + DOT_BYTES);

	return directory_next(data, 0) == DOT_BYTES && ext2fs_dirent_name_len(dot) == 1 &&
	       dot->name[0] == '.' && ext2fs_dirent_name_len(parent) == 2 && parent->name[0] == '.' &&
	       parent->name[1] == '.';
}

enum ext4_status index_make(struct node *node)
{
	const uint32_t size = volume_fs()->blocksize;
	uint8_t *first = malloc(size), *second = malloc(size);
	struct directory_block block = {NULL, 0}, last = {NULL, 0};
	struct directory_walk walk;
	enum ext4_status status = directory_open(node, &walk);
	errcode_t error = 0;

	if (status == EXT4_OK) {
		status = directory_block(&walk, 1, &last);
	}
	if (status == EXT4_OK) {
		status = directory_block(&walk, 0, &block);
	}
	directory_close(&walk);
	if (status == EXT4_OK && (first == NULL || second == NULL)) {
		status = EXT4_IO;
	}
	if (status == EXT4_OK &&
	    (block.data == NULL || last.place == 0 || !begins_as_it_should(block.data))) {
		status = EXT4_UNSUPPORTED;
	}
	if (status == EXT4_OK) {
		memcpy(first, block.data, size);
		error = move_entries(first, second);
		error = error == 0 ? make_table(first) : error;
		if (error == 0) {
			error = ext2fs_write_dir_block4(volume_fs(), last.place, second, 0, node->number);
		}
		if (error == 0) {
			error = ext2fs_write_dir_block4(volume_fs(), block.place, first, 0, node->number);
		}
		status = volume_status_of(error);
	}
	free(first);
	free(second);
	if (status != EXT4_OK) {
		return status;
	}
	node->inode.i_flags |= EXT2_INDEX_FL;
	return node_put(node);
}
