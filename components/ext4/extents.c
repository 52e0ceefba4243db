/* SPDX-License-Identifier: MIT
 * The map of a file: what is in the tree of its extents, and new ones.
 */
#include "extents.h"

#include "indirect.h"
#include "reserved.h"
#include "volume.h"

#include <string.h>

#define LONGEST_FRESH 32767u /* blocks of an unwritten extent */
#define FILE_BLOCKS   UINT64_C(0xffffffff)

uint64_t extents_largest(void)
{
	return (ext2fs_has_feature_extents(volume_fs()->super) ? FILE_BLOCKS - 1 : indirect_largest()) *
	       volume_fs()->blocksize;
}

uint64_t extents_largest_of(const struct node *node)
{
	return (indirect_is(node) ? indirect_largest() : FILE_BLOCKS - 1) * volume_fs()->blocksize;
}

bool extents_can_be(const struct ext2_inode *inode)
{
	const struct ext3_extent_header *header = (const void *)inode->i_block;

	if ((inode->i_flags & EXT4_INLINE_DATA_FL) != 0) {
		return false;
	}
	return (inode->i_flags & EXT4_EXTENTS_FL) == 0 ||
	       (header->eh_magic == EXT3_EXT_MAGIC && header->eh_depth <= EXTENTS_DEEPEST);
}

static uint64_t block_after(uint64_t bytes, uint32_t size)
{
	return bytes / size + (bytes % size != 0);
}

/* An extent as the tree has it; what cannot be is DAMAGED. */
enum ext4_status extents_check(const struct ext2fs_extent *extent)
{
	const uint64_t blocks = ext2fs_blocks_count(volume_fs()->super);
	const bool is_good = extent->e_len != 0 && extent->e_pblk > volume_fs()->super->s_first_data_block &&
			     extent->e_pblk < blocks && extent->e_len <= blocks - extent->e_pblk &&
			     extent->e_lblk <= FILE_BLOCKS && extent->e_len <= FILE_BLOCKS - extent->e_lblk;

	return is_good ? EXT4_OK : EXT4_DAMAGED;
}

/* The extent with block `at` in it, or the next one behind it. NOT_FOUND: there is none. */
enum ext4_status extents_find(ext2_extent_handle_t handle, uint64_t at, struct ext2fs_extent *extent)
{
	errcode_t error = ext2fs_extent_goto(handle, at);

	if (error != 0 && error != EXT2_ET_EXTENT_NOT_FOUND) {
		return volume_status_of(error);
	}
	error = ext2fs_extent_get(handle, EXT2_EXTENT_CURRENT, extent);
	while (error == 0 && (extent->e_flags & EXT2_EXTENT_FLAGS_LEAF) != 0 &&
	       extent->e_lblk + extent->e_len <= at) {
		error = ext2fs_extent_get(handle, EXT2_EXTENT_NEXT_LEAF, extent);
	}
	if (error == EXT2_ET_NO_CURRENT_NODE || error == EXT2_ET_EXTENT_NO_NEXT ||
	    error == EXT2_ET_EXTENT_NOT_FOUND) {
		return EXT4_NOT_FOUND;
	}
	if (error == 0 && (extent->e_flags & EXT2_EXTENT_FLAGS_LEAF) == 0) {
		return EXT4_DAMAGED;
	}
	return error == 0 ? extents_check(extent) : volume_status_of(error);
}

/* ---- answering ---- */

struct answer {
	struct extent *extents;
	uint32_t most, count, size; /* size: of a block */
};

/* False: there is no room for it. Neighbours that continue each other are one. */
static bool add(struct answer *answer, uint64_t first, uint64_t place, uint64_t blocks,
		enum extent_place kind)
{
	struct extent *last = answer->count == 0 ? NULL : &answer->extents[answer->count - 1];

	if (blocks == 0) {
		return true;
	}
	if (last != NULL && last->place == kind && last->offset + last->length == first * answer->size &&
	    (kind == EXTENT_HOLE || last->position + last->length == place * answer->size)) {
		last->length += blocks * answer->size;
		return true;
	}
	if (answer->count == answer->most) {
		return false;
	}
	answer->extents[answer->count++] =
	    (struct extent){.offset = first * answer->size,
			    .position = kind == EXTENT_HOLE ? 0 : place * answer->size,
			    .length = blocks * answer->size,
			    .place = kind};
	return true;
}

static enum ext4_status answer_extents(ext2_extent_handle_t handle, uint64_t first, uint64_t end,
				       struct answer *answer)
{
	enum ext4_status status = EXT4_OK;
	bool has_room = true;

	while (has_room && first < end) {
		struct ext2fs_extent extent = {0};
		uint64_t skip, blocks;

		status = extents_find(handle, first, &extent);
		if (status == EXT4_NOT_FOUND || (status == EXT4_OK && extent.e_lblk >= end)) {
			(void)!add(answer, first, 0, end - first, EXTENT_HOLE);
			return EXT4_OK;
		}
		if (status != EXT4_OK) {
			return status;
		}
		if (extent.e_lblk > first) {
			has_room = add(answer, first, 0, extent.e_lblk - first, EXTENT_HOLE);
			first = extent.e_lblk;
		}
		skip = first - extent.e_lblk;
		blocks = extent.e_len - skip < end - first ? extent.e_len - skip : end - first;
		has_room = has_room &&
			   add(answer, first, extent.e_pblk + skip, blocks,
			       (extent.e_flags & EXT2_EXTENT_FLAGS_UNINIT) != 0 ? EXTENT_FRESH : EXTENT_DATA);
		first += blocks;
	}
	return EXT4_OK;
}

/* A file of the older kind has a number for each block. */
static enum ext4_status answer_blocks(struct node *node, uint64_t first, uint64_t end, struct answer *answer)
{
	for (; first < end; first++) {
		uint64_t place = 0, count;
		enum extent_place kind = EXTENT_DATA;
		const enum ext4_status status = indirect_place(node, first, &place);

		if (status != EXT4_OK) {
			return status;
		}
		if (place == 0) {
			place = reserved_find(node->number, first, &count);
			kind = place == 0 ? EXTENT_HOLE : EXTENT_FRESH;
		}
		if (!add(answer, first, place, 1, kind)) {
			break;
		}
	}
	return EXT4_OK;
}

static enum ext4_status answer_run(struct node *node, uint64_t first, uint64_t end, struct answer *answer)
{
	ext2_extent_handle_t handle;
	enum ext4_status status;

	answer->count = 0;
	if (indirect_is(node)) {
		return answer_blocks(node, first, end, answer);
	}
	status = volume_status_of(ext2fs_extent_open2(volume_fs(), node->number, node_inode(node), &handle));
	if (status == EXT4_OK) {
		status = answer_extents(handle, first, end, answer);
		ext2fs_extent_free(handle);
	}
	return status;
}

/* ---- new places ---- */

/* Does the new run go on where the unwritten extent before it ends? Then that one becomes longer. */
static errcode_t insert(ext2_extent_handle_t handle, const struct ext2fs_extent *fresh)
{
	struct ext2fs_extent before, copy = *fresh;
	errcode_t error;

	(void)ext2fs_extent_goto(handle, fresh->e_lblk); /* to the one before, or to none */
	error = ext2fs_extent_get(handle, EXT2_EXTENT_CURRENT, &before);
	if (error == EXT2_ET_NO_CURRENT_NODE) {
		return ext2fs_extent_insert(handle, 0, &copy);
	}
	if (error != 0) {
		return error;
	}
	if (before.e_lblk > fresh->e_lblk) {
		error = ext2fs_extent_insert(handle, 0, &copy);
		return error != 0 ? error : ext2fs_extent_fix_parents(handle);
	}
	if ((before.e_flags & EXT2_EXTENT_FLAGS_UNINIT) != 0 &&
	    before.e_lblk + before.e_len == fresh->e_lblk && before.e_pblk + before.e_len == fresh->e_pblk &&
	    before.e_len <= LONGEST_FRESH - fresh->e_len) {
		before.e_len += fresh->e_len;
		return ext2fs_extent_replace(handle, 0, &before);
	}
	error = ext2fs_extent_insert(handle, EXT2_EXTENT_INSERT_AFTER, &copy);
	return error != 0 ? error : ext2fs_extent_fix_parents(handle);
}

/* Behind what the file has before the hole, or near the inode. */
static uint64_t goal_of(ext2_extent_handle_t handle, struct node *node, uint64_t first)
{
	struct ext2fs_extent before;

	(void)ext2fs_extent_goto(handle, first);
	if (ext2fs_extent_get(handle, EXT2_EXTENT_CURRENT, &before) == 0 && before.e_lblk < first) {
		return before.e_pblk + (first - before.e_lblk);
	}
	return ext2fs_find_inode_goal(volume_fs(), node->number, node_inode(node), first);
}

static enum ext4_status fill_in_operation(uint64_t number, uint64_t first, uint64_t blocks)
{
	struct ext2fs_extent fresh = {.e_lblk = first,
				      .e_flags = EXT2_EXTENT_FLAGS_LEAF | EXT2_EXTENT_FLAGS_UNINIT};
	uint64_t place, found;
	ext2_extent_handle_t handle;
	struct node node;
	enum ext4_status status = node_get_file(number, &node);

	if (status != EXT4_OK) {
		return status;
	}
	status = volume_status_of(ext2fs_extent_open2(volume_fs(), node.number, node_inode(&node), &handle));
	if (status != EXT4_OK) {
		return status;
	}
	status = volume_status_of(volume_find_blocks(goal_of(handle, &node, first), blocks, &place, &found));
	if (status == EXT4_OK) {
		status = volume_take_blocks(place, found);
	}
	if (status == EXT4_OK) {
		fresh.e_pblk = place;
		fresh.e_len = (uint32_t)found;
		status = volume_status_of(insert(handle, &fresh));
	}
	if (status == EXT4_OK) {
		status = volume_status_of(ext2fs_iblk_add_blocks(volume_fs(), node_inode(&node), found));
	}
	ext2fs_extent_free(handle);
	return status == EXT4_OK ? node_put(&node) : status;
}

/* A part of a hole gets a place: as much as there is in one run. */
static enum ext4_status fill(struct node *node, uint64_t number, uint64_t first, uint64_t blocks)
{
	const uint64_t some = blocks < LONGEST_FRESH ? blocks : LONGEST_FRESH;
	enum ext4_status status;

	if (indirect_is(node)) {
		return indirect_reserve(node, first, blocks);
	}
	status = volume_begin(0, some);
	return status == EXT4_OK ? volume_end(fill_in_operation(number, first, some)) : status;
}

static enum ext4_status fill_holes(struct node *node, uint64_t number, struct answer *answer,
				   bool *is_changed)
{
	*is_changed = false;
	for (uint32_t i = 0; i < answer->count; i++) {
		const struct extent *hole = &answer->extents[i];

		if (hole->place == EXTENT_HOLE) {
			*is_changed = true;
			return fill(node, number, hole->offset / answer->size, hole->length / answer->size);
		}
	}
	return EXT4_OK;
}

enum ext4_status extents_map(uint64_t number, uint64_t offset, uint64_t length, bool allocate,
			     struct extent *extents, uint32_t most, uint32_t *count)
{
	struct node node;
	enum ext4_status status = node_get_file(number, &node);
	struct answer answer = {.extents = extents, .most = most};
	uint64_t end, data_end;
	bool is_changed;

	*count = 0;
	if (status != EXT4_OK || length == 0) {
		return status;
	}
	if (offset > extents_largest() || length > extents_largest() - offset) {
		return EXT4_TOO_LARGE;
	}
	if (allocate && offset + length > extents_largest_of(&node)) {
		return EXT4_TOO_LARGE;
	}
	answer.size = volume_fs()->blocksize;
	end = block_after(offset + length, answer.size);
	data_end = block_after(node_size(&node), answer.size);
	if (!allocate) {
		/* What was allocated and not committed lies behind the end. */
		const uint64_t reserved = reserved_end(node.number),
			       known = data_end > reserved ? data_end : reserved;
		const uint64_t first = offset / answer.size,
			       stop = !indirect_is(&node) || known > end ? end : known;

		status = first < stop ? answer_run(&node, first, stop, &answer) : EXT4_OK;
		if (status == EXT4_OK && stop < end &&
		    (answer.count == 0 ||
		     answer.extents[answer.count - 1].offset + answer.extents[answer.count - 1].length ==
			 stop * answer.size)) {
			const uint64_t rest = first < stop ? stop : first;

			(void)!add(&answer, rest, 0, end - rest, EXTENT_HOLE);
		}
	} else {
		do {
			status = answer_run(&node, offset / answer.size, end, &answer);
			if (status == EXT4_OK) {
				status = fill_holes(&node, number, &answer, &is_changed);
			}
			if (status == EXT4_OK && is_changed) {
				status = node_get_file(number, &node);
			}
		} while (status == EXT4_OK && is_changed);
	}
	*count = status == EXT4_OK ? answer.count : 0;
	return status;
}
