/* SPDX-License-Identifier: MIT
 * Blocks of directories and their entries. libext2fs goes through all of a directory for each name, copies each block and computes
 * its checksum; here blocks are looked at where they stand in the cache.
 */
#include "directory.h"

#include "blocks.h"
#include "extents.h"
#include "index.h"
#include "volume.h"

#include <stdlib.h>
#include <string.h>

#define TAIL_BYTES 12u /* of what stands at a block's end for its checksum */

/* ---- blocks ---- */

bool directory_has_index(const struct node *node)
{
	return (node->inode.i_flags & EXT2_INDEX_FL) != 0;
}

enum ext4_status directory_open(struct node *node, struct directory_walk *walk)
{
	memset(walk, 0, sizeof *walk);
	walk->node = node;
	walk->blocks = node_size(node) / volume_fs()->blocksize;
	if ((node->inode.i_flags & EXT4_EXTENTS_FL) == 0) {
		return EXT4_OK;
	}
	return volume_status_of(
	    ext2fs_extent_open2(volume_fs(), node->number, node_inode(node), &walk->handle));
}

void directory_close(struct directory_walk *walk)
{
	if (walk->handle != NULL) {
		ext2fs_extent_free(walk->handle);
	}
}

/* 0: a hole. */
static enum ext4_status place_of(struct directory_walk *walk, uint64_t number, uint64_t *place)
{
	const struct ext2fs_extent *run = &walk->run;
	enum ext4_status status;
	blk64_t found = 0;

	*place = 0;
	if (walk->handle == NULL) {
		status = volume_status_of(ext2fs_bmap2(
		    volume_fs(), walk->node->number, node_inode(walk->node), NULL, 0, number, NULL, &found));
		*place = found;
		return status;
	}
	if (number < run->e_lblk || number - run->e_lblk >= run->e_len) {
		status = extents_find(walk->handle, number, &walk->run);
		if (status != EXT4_OK) {
			walk->run.e_len = 0;
			return status == EXT4_NOT_FOUND ? EXT4_OK : status;
		}
	}
	if (number < run->e_lblk) {
		return EXT4_OK;
	}
	if ((run->e_flags & EXT2_EXTENT_FLAGS_UNINIT) != 0) {
		return EXT4_DAMAGED;
	}
	*place = run->e_pblk + (number - run->e_lblk);
	return EXT4_OK;
}

static uint32_t length_of(const uint8_t *data, uint32_t offset)
{
	struct ext2_dir_entry *entry = (void *)(uintptr_t)(data + offset); /* which is not changed */
	unsigned int length = 0;

	return ext2fs_get_rec_len(volume_fs(), entry, &length) == 0 ? length : 0;
}

static bool are_entries_right(const uint8_t *data)
{
	const uint32_t size = volume_fs()->blocksize;

	for (uint32_t at = 0, length; at < size; at += length) {
		const struct ext2_dir_entry *entry = (const void *)(data + at);

		if (size - at < DIRECTORY_HEADER) {
			return false;
		}
		length = length_of(data, at);
		if (length < DIRECTORY_HEADER || length % 4 != 0 || length > size - at ||
		    (entry->inode != 0 &&
		     (uint32_t)ext2fs_dirent_name_len(entry) > length - DIRECTORY_HEADER)) {
			return false;
		}
	}
	return true;
}

enum ext4_status directory_block(struct directory_walk *walk, uint64_t number, struct directory_block *block)
{
	const ext2_ino_t inode = walk->node->number;
	enum ext4_status status = place_of(walk, number, &block->place);

	block->data = NULL;
	if (status != EXT4_OK || block->place == 0) {
		return status;
	}
	block->data = blocks_read(block->place);
	if (block->data != NULL && !blocks_is_checked(block->place, inode)) {
		struct ext2_dir_entry *first = (void *)(uintptr_t)block->data;

		if (!are_entries_right(block->data) ||
		    ext2fs_dir_block_csum_verify(volume_fs(), inode, first) == 0) {
			return EXT4_DAMAGED;
		}
		blocks_set_checked(block->place, inode);
		block->data = blocks_read(block->place); /* the checksum needed the inode */
	}
	return block->data == NULL ? EXT4_IO : EXT4_OK;
}

/* ---- looking up ---- */

uint32_t directory_next(const uint8_t *data, uint32_t offset)
{
	return offset + length_of(data, offset);
}

bool directory_search(const struct directory_block *block, const char *name, struct directory_place *place)
{
	const size_t length = strlen(name);
	uint32_t before = 0;

	for (uint32_t at = 0; block->data != NULL && at < volume_fs()->blocksize;
	     before = at, at = directory_next(block->data, at)) {
		const struct ext2_dir_entry *entry = (const void *)(block->data + at);

		if ((size_t)ext2fs_dirent_name_len(entry) == length && entry->inode != 0 &&
		    memcmp(entry->name, name, length) == 0) {
			*place = (struct directory_place){
			    .block = block->place, .offset = at, .before = before, .inode = entry->inode};
			return true;
		}
	}
	return false;
}

static enum ext4_status find_in_order(struct directory_walk *walk, const char *name,
				      struct directory_place *place)
{
	for (uint64_t at = 0; at < walk->blocks; at++) {
		struct directory_block block;
		const enum ext4_status status = directory_block(walk, at, &block);

		if (status != EXT4_OK) {
			return status;
		}
		if (directory_search(&block, name, place)) {
			return EXT4_OK;
		}
	}
	return EXT4_NOT_FOUND;
}

/* Where the index cannot be used, the names can still be found. */
enum ext4_status directory_find(struct node *node, const char *name, struct directory_place *place)
{
	struct directory_walk walk;
	enum ext4_status status = directory_open(node, &walk);

	if (status != EXT4_OK) {
		return status;
	}
	status = directory_has_index(node) && strcmp(name, "..") != 0 ? index_find(&walk, name, place)
								      : EXT4_UNSUPPORTED;
	if (status == EXT4_UNSUPPORTED || status == EXT4_DAMAGED) {
		status = find_in_order(&walk, name, place);
	}
	directory_close(&walk);
	return status;
}

/* ---- changing ---- */

/* A copy of a block, to be changed, written and freed. NULL: no memory, or the device failed. */
static uint8_t *copy_of(uint64_t place)
{
	uint8_t *copy = malloc(volume_fs()->blocksize);
	const uint8_t *data = copy == NULL ? NULL : blocks_read(place);

	if (data == NULL) {
		free(copy);
		return NULL;
	}
	memcpy(copy, data, volume_fs()->blocksize);
	return copy;
}

static enum ext4_status write_and_free(const struct node *node, uint64_t place, uint8_t *copy)
{
	const errcode_t error = ext2fs_write_dir_block4(volume_fs(), place, copy, 0, node->number);

	free(copy);
	return volume_status_of(error);
}

static void set_type(struct ext2_dir_entry *entry, int type)
{
	if (ext2fs_has_feature_filetype(volume_fs()->super)) {
		ext2fs_dirent_set_file_type(entry, type);
	}
}

enum ext4_status directory_set(const struct node *node, const struct directory_place *place, ext2_ino_t inode,
			       int type)
{
	uint8_t *copy = copy_of(place->block);
	struct ext2_dir_entry *entry = (void *)(copy + place->offset);

	if (copy == NULL) {
		return EXT4_IO;
	}
	entry->inode = inode;
	if (type != EXT2_FT_UNKNOWN) {
		set_type(entry, type);
	}
	return write_and_free(node, place->block, copy);
}

/* Its bytes belong to the entry before it from now on. */
enum ext4_status directory_remove(const struct node *node, const struct directory_place *place)
{
	uint8_t *copy = copy_of(place->block);
	struct ext2_dir_entry *entry = (void *)(copy + place->offset);
	errcode_t error = 0;

	if (copy == NULL) {
		return EXT4_IO;
	}
	entry->inode = 0;
	if (place->offset != 0) {
		error = ext2fs_set_rec_len(volume_fs(),
					   place->offset - place->before + length_of(copy, place->offset),
					   (void *)(copy + place->before));
	}
	if (error != 0) {
		free(copy);
		return EXT4_DAMAGED;
	}
	return write_and_free(node, place->block, copy);
}

/* How many bytes of an entry its name needs. */
static uint32_t used_by(const struct ext2_dir_entry *entry)
{
	return entry->inode == 0 ? 0 : ext2fs_dir_rec_len((uint8_t)ext2fs_dirent_name_len(entry), 0);
}

/* An entry with room for one that needs so many bytes; the block's size: there is none. */
static uint32_t find_room(const uint8_t *data, uint32_t bytes)
{
	const uint32_t size = volume_fs()->blocksize;
	const uint32_t end = ext2fs_has_feature_metadata_csum(volume_fs()->super) ? size - TAIL_BYTES : size;
	uint32_t at = 0;

	while (data != NULL && at < end) {
		const uint32_t used = used_by((const void *)(data + at)), length = length_of(data, at);

		if (used <= length && length - used >= bytes) {
			return at;
		}
		at += length;
	}
	return size;
}

static enum ext4_status put_in(const struct node *node, uint64_t place, uint32_t at, const char *name,
			       ext2_ino_t inode, int type)
{
	uint8_t *copy = copy_of(place);
	struct ext2_dir_entry *entry = (void *)(copy + at);
	const uint32_t used = copy == NULL ? 0 : used_by(entry),
		       length = copy == NULL ? 0 : length_of(copy, at);
	errcode_t error = 0;

	if (copy == NULL) {
		return EXT4_IO;
	}
	if (used != 0) {
		error = ext2fs_set_rec_len(volume_fs(), used, entry);
		entry = (void *)(copy + at + used);
		entry->name_len = 0;
	}
	if (error == 0) {
		error = ext2fs_set_rec_len(volume_fs(), length - used, entry);
	}
	if (error != 0) {
		free(copy);
		return EXT4_DAMAGED;
	}
	entry->inode = inode;
	ext2fs_dirent_set_name_len(entry, (int)strlen(name));
	set_type(entry, type);
	memcpy(entry->name, name, strlen(name));
	return write_and_free(node, place, copy);
}

/* Into the first block from `from` on that has room: NO_SPACE. */
static enum ext4_status add_in_order(struct node *node, uint64_t from, const char *name, ext2_ino_t inode,
				     int type)
{
	const uint32_t size = volume_fs()->blocksize;
	struct directory_block block = {NULL, 0};
	struct directory_walk walk;
	enum ext4_status status = directory_open(node, &walk);
	uint32_t room = size;

	for (; status == EXT4_OK && room == size && from < walk.blocks; from++) {
		status = directory_block(&walk, from, &block);
		if (status == EXT4_OK) {
			room = find_room(block.data, ext2fs_dir_rec_len((uint8_t)strlen(name), 0));
		}
	}
	directory_close(&walk);
	if (status == EXT4_OK && room == size) {
		return EXT4_NO_SPACE;
	}
	return status == EXT4_OK ? put_in(node, block.place, room, name, inode, type) : status;
}

/* With one block more: an index, where there was one block and may be one, or at the end. */
static enum ext4_status add_block_for(struct node *node, const char *name, ext2_ino_t inode, int type)
{
	const uint64_t blocks = node_size(node) / volume_fs()->blocksize;
	enum ext4_status status = volume_status_of(ext2fs_expand_dir(volume_fs(), node->number));

	if (status == EXT4_OK) {
		status = node_get_inode(node->number, node);
	}
	if (status == EXT4_OK && blocks == 1 && ext2fs_has_feature_dir_index(volume_fs()->super)) {
		status = index_make(node);
		if (status == EXT4_OK) {
			return volume_status_of(ext2fs_link(volume_fs(), node->number, name, inode, type));
		}
		status = status == EXT4_UNSUPPORTED ? EXT4_OK : status;
	}
	return status == EXT4_OK ? add_in_order(node, blocks, name, inode, type) : status;
}

enum ext4_status directory_add(struct node *node, const char *name, ext2_ino_t inode, int type)
{
	enum ext4_status status;

	if (directory_has_index(node)) {
		status = volume_status_of(ext2fs_link(volume_fs(), node->number, name, inode, type));
	} else {
		status = add_in_order(node, 0, name, inode, type);
		if (status == EXT4_NO_SPACE) {
			status = add_block_for(node, name, inode, type);
		}
	}
	return status == EXT4_OK ? node_get_inode(node->number, node) : status;
}
