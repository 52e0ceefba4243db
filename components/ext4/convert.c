/* SPDX-License-Identifier: MIT
 * What becomes of extents: unwritten ones become data when they are committed, and what is behind a file's end goes.
 */
#include "device.h"
#include "extents.h"
#include "indirect.h"
#include "reserved.h"
#include "volume.h"

#include <stdlib.h>
#include <string.h>

#define LONGEST 32768u /* blocks of an extent with data */
#define STEP    64u    /* extents, or blocks of places, that one operation cuts off */

/* ---- unwritten extents become data ---- */

/* The blocks at the front of `extent` become a part of the one before it. False: they cannot. */
static bool join_before(ext2_extent_handle_t handle, struct ext2fs_extent *extent, uint64_t blocks,
			errcode_t *error)
{
	struct ext2fs_extent before;

	*error = 0;
	if (ext2fs_extent_get(handle, EXT2_EXTENT_PREV_LEAF, &before) != 0) {
		(void)ext2fs_extent_goto(handle, extent->e_lblk);
		return false;
	}
	if ((before.e_flags & EXT2_EXTENT_FLAGS_UNINIT) != 0 ||
	    before.e_lblk + before.e_len != extent->e_lblk ||
	    before.e_pblk + before.e_len != extent->e_pblk || before.e_len > LONGEST - blocks) {
		*error = ext2fs_extent_goto(handle, extent->e_lblk);
		return *error != 0;
	}
	before.e_len += (uint32_t)blocks;
	*error = ext2fs_extent_replace(handle, 0, &before);
	if (*error == 0) {
		struct ext2fs_extent same;

		*error = ext2fs_extent_get(handle, EXT2_EXTENT_NEXT_LEAF, &same);
	}
	if (*error != 0) {
		return true;
	}
	extent->e_lblk += blocks;
	extent->e_pblk += blocks;
	extent->e_len -= (uint32_t)blocks;
	*error =
	    extent->e_len == 0 ? ext2fs_extent_delete(handle, 0) : ext2fs_extent_replace(handle, 0, extent);
	if (*error == 0) {
		*error = ext2fs_extent_fix_parents(handle);
		*error = *error == EXT2_ET_NO_CURRENT_NODE ? 0 : *error;
	}
	return true;
}

/* Blocks `from` to `end` of the current extent become data, the rest of it stays unwritten. */
static errcode_t split(ext2_extent_handle_t handle, const struct ext2fs_extent *extent, uint64_t from,
		       uint64_t end)
{
	const uint64_t bound[] = {extent->e_lblk, from, end, extent->e_lblk + extent->e_len};
	bool is_first = true;
	errcode_t error = 0;

	for (uint32_t i = 0; i < 3 && error == 0; i++) {
		struct ext2fs_extent piece = {.e_lblk = bound[i],
					      .e_pblk = extent->e_pblk + (bound[i] - extent->e_lblk),
					      .e_len = (uint32_t)(bound[i + 1] - bound[i]),
					      .e_flags = EXT2_EXTENT_FLAGS_LEAF};

		if (piece.e_len == 0) {
			continue;
		}
		piece.e_flags |= i == 1 ? 0 : EXT2_EXTENT_FLAGS_UNINIT;
		error = is_first ? ext2fs_extent_replace(handle, 0, &piece)
				 : ext2fs_extent_insert(handle, EXT2_EXTENT_INSERT_AFTER, &piece);
		if (error == 0 && !is_first) {
			error = ext2fs_extent_fix_parents(handle);
		}
		is_first = false;
	}
	return error;
}

static enum ext4_status convert(struct node *node, uint64_t from, uint64_t end)
{
	struct ext2fs_extent extent;
	ext2_extent_handle_t handle;
	enum ext4_status status;
	errcode_t error;

	if (indirect_is(node)) {
		return indirect_commit(node, from, end);
	}
	error = ext2fs_extent_open2(volume_fs(), node->number, node_inode(node), &handle);
	status = volume_status_of(error);
	if (status != EXT4_OK) {
		return status;
	}
	while (status == EXT4_OK && from < end) {
		uint64_t stop;

		status = extents_find(handle, from, &extent);
		if (status != EXT4_OK || extent.e_lblk >= end) {
			break;
		}
		stop = extent.e_lblk + extent.e_len < end ? extent.e_lblk + extent.e_len : end;
		from = from < extent.e_lblk ? extent.e_lblk : from;
		if ((extent.e_flags & EXT2_EXTENT_FLAGS_UNINIT) != 0 &&
		    !(from == extent.e_lblk && join_before(handle, &extent, stop - from, &error))) {
			error = split(handle, &extent, from, stop);
		}
		status = volume_status_of(error);
		from = stop;
	}
	ext2fs_extent_free(handle);
	return status == EXT4_NOT_FOUND ? EXT4_OK : status;
}

/* The blocks of a range, as far as it lies in a file of `size` bytes. False: none do; what lies behind the end is nobody's content. */
static bool blocks_of(const struct extent_range *range, uint64_t size, uint64_t *first, uint64_t *end)
{
	const uint32_t block = volume_fs()->blocksize;
	const uint64_t bytes = range->offset >= size                  ? 0
			       : range->length < size - range->offset ? range->length
								      : size - range->offset;

	if (bytes == 0) {
		return false;
	}
	*first = range->offset / block;
	*end = (range->offset + bytes - 1) / block + 1;
	return true;
}

static enum ext4_status commit_in_operation(struct node *node, const struct extent_range *ranges,
					    uint32_t count, uint64_t size, const struct node_time *modified)
{
	const uint64_t end = size > node_size(node) ? size : node_size(node);
	enum ext4_status status = EXT4_OK;
	uint64_t first, stop;

	for (uint32_t i = 0; i < count && status == EXT4_OK; i++) {
		if (blocks_of(&ranges[i], end, &first, &stop)) {
			status = convert(node, first, stop);
		}
	}
	if (status == EXT4_OK && end != node_size(node)) {
		status = node_set_size(node, end);
	}
	if (status == EXT4_OK) {
		node_set_modified(node, modified);
		node_set_changed(node, modified);
		status = node_put(node);
	}
	return status;
}

static enum ext4_status commit_once(uint64_t number, const struct extent_range *ranges, uint32_t count,
				    uint64_t size, const struct node_time *modified)
{
	enum ext4_status status = volume_begin((uint64_t)modified->seconds, 0);
	uint64_t first, stop;
	struct node node;

	if (status != EXT4_OK) {
		return status;
	}
	status = node_get_file(number, &node);
	if (status == EXT4_OK) {
		status = commit_in_operation(&node, ranges, count, size, modified);
	}
	status = volume_end(status);
	for (uint32_t i = 0; i < count && status == EXT4_OK && indirect_is(&node); i++) {
		if (blocks_of(&ranges[i], node_size(&node), &first, &stop)) {
			reserved_remove(node.number, first, stop, NULL);
		}
	}
	return status;
}

/* A range of a file without extents, in operations that each change so many blocks as fit into a transaction. The file grows with them. */
static enum ext4_status commit_indirect(uint64_t number, const struct extent_range *range, uint64_t size,
					const struct node_time *modified)
{
	const uint64_t block = volume_fs()->blocksize, step = STEP / 2 * block * (block / sizeof(uint32_t));
	const uint64_t end = range->offset + range->length;
	enum ext4_status status = EXT4_OK;

	for (uint64_t at = range->offset, stop; at < end && status == EXT4_OK; at = stop) {
		stop = end - at < step ? end : (at / block) * block + step;
		status = commit_once(number, &(struct extent_range){.offset = at, .length = stop - at}, 1,
				     stop < size ? stop : size, modified);
	}
	return status;
}

enum ext4_status extents_commit(uint64_t number, const struct extent_range *ranges, uint32_t count,
				uint64_t size, const struct node_time *modified)
{
	struct node node;
	enum ext4_status status = node_get_file(number, &node);

	if (status != EXT4_OK) {
		return status;
	}
	if (size > extents_largest_of(&node)) {
		return EXT4_TOO_LARGE;
	}
	if (!indirect_is(&node)) {
		return commit_once(number, ranges, count, size, modified);
	}
	for (uint32_t i = 0; i < count && status == EXT4_OK; i++) {
		const uint64_t most = extents_largest_of(&node);

		status = ranges[i].offset > most || ranges[i].length > most - ranges[i].offset
			     ? EXT4_TOO_LARGE
			     : commit_indirect(number, &ranges[i], size, modified);
	}
	return status == EXT4_OK ? commit_once(number, NULL, 0, size, modified) : status;
}

/* ---- cutting ---- */

/* The last extent loses what is at and behind block `first`. */
static enum ext4_status cut_last(ext2_extent_handle_t handle, struct node *node, uint64_t first,
				 bool *is_done)
{
	struct ext2fs_extent extent;
	errcode_t error = ext2fs_extent_get(handle, EXT2_EXTENT_ROOT, &extent);
	enum ext4_status status;
	uint64_t gone, place;

	if (error == 0) {
		error = ext2fs_extent_get(handle, EXT2_EXTENT_LAST_LEAF, &extent);
	}
	if (error == EXT2_ET_EXTENT_NO_NEXT || error == EXT2_ET_NO_CURRENT_NODE ||
	    (error == 0 && extent.e_lblk + extent.e_len <= first)) {
		*is_done = true;
		return EXT4_OK;
	}
	status = error == 0 ? extents_check(&extent) : volume_status_of(error);
	if (status != EXT4_OK) {
		return status;
	}
	gone = extent.e_lblk >= first ? extent.e_len : extent.e_lblk + extent.e_len - first;
	extent.e_len -= (uint32_t)gone;
	place = extent.e_pblk + extent.e_len;
	error =
	    extent.e_len == 0 ? ext2fs_extent_delete(handle, 0) : ext2fs_extent_replace(handle, 0, &extent);
	if (error == 0 && extent.e_len == 0) {
		error = ext2fs_extent_fix_parents(handle);
		error = error == EXT2_ET_NO_CURRENT_NODE ? 0 : error;
	}
	status = error == 0 ? volume_give_blocks(place, gone) : volume_status_of(error);
	if (status == EXT4_OK) {
		status = volume_status_of(ext2fs_iblk_sub_blocks(volume_fs(), node_inode(node), gone));
	}
	return status;
}

static enum ext4_status cut_extents(struct node *node, uint64_t first, uint32_t most, bool *is_done)
{
	ext2_extent_handle_t handle;
	enum ext4_status status =
	    volume_status_of(ext2fs_extent_open2(volume_fs(), node->number, node_inode(node), &handle));

	*is_done = false;
	if (status != EXT4_OK) {
		return status;
	}
	for (uint32_t i = 0; i < most && status == EXT4_OK && !*is_done; i++) {
		status = cut_last(handle, node, first, is_done);
	}
	ext2fs_extent_free(handle);
	return status;
}

enum ext4_status extents_cut(struct node *node, uint64_t size, uint32_t most, bool *is_done)
{
	ext2_filsys fs = volume_fs();
	const uint64_t first = size / fs->blocksize + (size % fs->blocksize != 0);

	*is_done = true;
	if (!ext2fs_inode_has_valid_blocks2(fs, node_inode(node))) {
		return EXT4_OK;
	}
	return indirect_is(node) ? indirect_cut(node, first, most, is_done)
				 : cut_extents(node, first, most, is_done);
}

/* What the last block has behind the new end must read as zeroes when the file grows again. */
static enum ext4_status clear_tail(uint64_t number, uint64_t size)
{
	const uint32_t block = volume_fs()->blocksize;
	struct extent extent;
	uint32_t count;
	enum ext4_status status = EXT4_OK;
	uint8_t *data;

	if (size % block == 0) {
		return EXT4_OK;
	}
	status = extents_map(number, size, 1, false, &extent, 1, &count);
	if (status != EXT4_OK || count == 0 || extent.place != EXTENT_DATA) {
		return status;
	}
	data = malloc(block);
	status = data != NULL && device_read(extent.position, data, block) ? EXT4_OK : EXT4_IO;
	if (status == EXT4_OK) {
		memset(data + size % block, 0, block - size % block);
		status = device_write(extent.position, data, block) ? EXT4_OK : EXT4_IO;
	}
	free(data);
	return status;
}

static enum ext4_status resize_in_operation(uint64_t number, uint64_t size, struct node *node, bool *is_done)
{
	enum ext4_status status = node_get_file(number, node);

	*is_done = true;
	if (status == EXT4_OK) {
		status = node_set_size(node, size);
	}
	if (status == EXT4_OK) {
		status = extents_cut(node, size, STEP, is_done);
	}
	if (status == EXT4_OK) {
		status = *is_done || node->inode.i_links_count == 0 ? node_put(node) : node_orphan(node);
	}
	return status;
}

enum ext4_status extents_resize(uint64_t number, uint64_t size)
{
	struct node node;
	enum ext4_status status = node_get_file(number, &node);
	bool is_done = true;

	if (status != EXT4_OK || size == node_size(&node)) {
		return status;
	}
	status = volume_begin(0, 0);
	if (status != EXT4_OK) {
		return status;
	}
	if (size < node_size(&node)) {
		status = clear_tail(number, size);
	}
	if (status == EXT4_OK) {
		status = resize_in_operation(number, size, &node, &is_done);
	}
	status = volume_end(status);
	if (status != EXT4_OK) {
		return status;
	}
	reserved_remove(node.number, size / volume_fs()->blocksize + (size % volume_fs()->blocksize != 0),
			UINT64_MAX, volume_give_reserved);
	return !is_done && node.inode.i_links_count != 0 ? nodes_settle(node.number) : EXT4_OK;
}
