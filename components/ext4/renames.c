/* SPDX-License-Identifier: MIT
 * Names that go, and names that move.
 */
#include "names.h"

#include "directory.h"
#include "volume.h"

#include <string.h>

#define DEEPEST      65536u
#define BLOCKS_OF_OP 24u

/* ---- what is in a directory ---- */

static int is_other(ext2_ino_t directory, int entry, struct ext2_dir_entry *dirent, int offset, int size,
		    char *buffer, void *data)
{
	(void)directory;
	(void)dirent;
	(void)offset;
	(void)size;
	(void)buffer;
	if (entry != DIRENT_OTHER_FILE) {
		return 0;
	}
	*(bool *)data = true;
	return DIRENT_ABORT;
}

/* May what `inode` is go, where something of that kind is meant? */
static enum ext4_status may_go(struct node *node, bool directory_is_meant)
{
	const bool is_directory = node_kind(node) == NODE_DIRECTORY;
	bool has_entries = false;
	enum ext4_status status;

	if (is_directory != directory_is_meant) {
		return is_directory ? EXT4_IS_A_DIRECTORY : EXT4_NOT_A_DIRECTORY;
	}
	if (!is_directory) {
		return EXT4_OK;
	}
	status =
	    volume_status_of(ext2fs_dir_iterate2(volume_fs(), node->number, 0, NULL, is_other, &has_entries));
	return status == EXT4_OK && has_entries ? EXT4_NOT_EMPTY : status;
}

/* A name of it is gone. */
static enum ext4_status lose_name(struct node *node, const struct node_time *now, bool *is_last)
{
	if (node->inode.i_links_count == 0) {
		return EXT4_DAMAGED;
	}
	if (node_kind(node) == NODE_DIRECTORY) {
		node->inode.i_links_count = 0;
	} else {
		node->inode.i_links_count--;
	}
	node_set_changed(node, now);
	*is_last = node->inode.i_links_count == 0;
	return *is_last ? node_orphan(node) : node_put(node);
}

/* ---- unlink ---- */

static enum ext4_status unlink_in_operation(uint64_t number, const char *name, bool directory_is_meant,
					    const struct node_time *now, struct node *node, bool *is_last)
{
	struct node directory;
	struct directory_place place = {0};
	enum ext4_status status = node_get_directory(number, &directory);

	if (status == EXT4_OK && !name_is_good(name)) {
		status = EXT4_BAD_NAME;
	}
	if (status == EXT4_OK) {
		status = directory_find(&directory, name, &place);
	}
	if (status == EXT4_OK) {
		status = node_get_inode(place.inode, node);
	}
	if (status == EXT4_OK) {
		status = may_go(node, directory_is_meant);
	}
	if (status == EXT4_OK) {
		status = directory_remove(&directory, &place);
	}
	if (status == EXT4_OK) {
		status = lose_name(node, now, is_last);
	}
	return status == EXT4_OK ? name_touch(&directory, directory_is_meant ? -1 : 0, now) : status;
}

enum ext4_status names_unlink(uint64_t directory, const char *name, bool directory_is_meant,
			      const struct node_time *now)
{
	struct node node;
	bool is_last = false;
	enum ext4_status status = volume_begin((uint64_t)now->seconds, 0);

	if (status != EXT4_OK) {
		return status;
	}
	status = volume_end(unlink_in_operation(directory, name, directory_is_meant, now, &node, &is_last));
	return status == EXT4_OK && is_last ? nodes_settle(node.number) : status;
}

/* ---- rename ---- */

struct move {
	struct node from, to, node, taken;
	bool has_taken, same_directory, is_last;
	const char *old, *new_name;
	const struct node_time *now;
};

/* Is `node` the directory itself, or does it lie above it? */
static enum ext4_status is_above(ext2_ino_t node, ext2_ino_t directory)
{
	for (uint32_t depth = 0; depth < DEEPEST; depth++) {
		errcode_t error;

		if (directory == node) {
			return EXT4_INTO_ITSELF;
		}
		if (directory == EXT2_ROOT_INO) {
			return EXT4_OK;
		}
		error = ext2fs_lookup(volume_fs(), directory, "..", 2, NULL, &directory);
		if (error != 0) {
			return error == EXT2_ET_FILE_NOT_FOUND ? EXT4_DAMAGED : volume_status_of(error);
		}
	}
	return EXT4_DAMAGED;
}

/* The entry of that name leads to another inode. */
static enum ext4_status set_entry(struct node *directory, const char *name, ext2_ino_t inode, int type)
{
	struct directory_place place = {0};
	const enum ext4_status status = directory_find(directory, name, &place);

	return status == EXT4_OK ? directory_set(directory, &place, inode, type) : status;
}

static enum ext4_status remove_entry(struct node *directory, const char *name)
{
	struct directory_place place = {0};
	const enum ext4_status status = directory_find(directory, name, &place);

	return status == EXT4_OK ? directory_remove(directory, &place) : status;
}

static enum ext4_status check_move(struct move *move)
{
	ext2_ino_t inode = 0, taken = 0;
	enum ext4_status status = name_find(&move->from, move->old, &inode), other;

	if (status != EXT4_OK) {
		return status;
	}
	other = name_find(&move->to, move->new_name, &taken);
	if (other != EXT4_OK && other != EXT4_NOT_FOUND) {
		return other;
	}
	move->has_taken = other == EXT4_OK;
	status = node_get_inode(inode, &move->node);
	if (status == EXT4_OK && node_kind(&move->node) == NODE_DIRECTORY) {
		status = is_above(inode, move->to.number);
	}
	if (status == EXT4_OK && move->has_taken) {
		status = node_get_inode(taken, &move->taken);
	}
	if (status == EXT4_OK && move->has_taken && taken != inode) {
		status = may_go(&move->taken, node_kind(&move->node) == NODE_DIRECTORY);
	}
	return status;
}

static int entry_type(const struct node *node)
{
	return node_kind(node) == NODE_DIRECTORY ? EXT2_FT_DIR
	       : node_kind(node) == NODE_LINK    ? EXT2_FT_SYMLINK
						 : EXT2_FT_REG_FILE;
}

/* Directories of both sides get their times and links, with what they have on the medium by now. */
static enum ext4_status touch_both(struct move *move)
{
	const bool is_directory = node_kind(&move->node) == NODE_DIRECTORY;
	const int32_t from_links = is_directory && !move->same_directory ? -1 : 0;
	int32_t to_links = is_directory && !move->same_directory ? 1 : 0;
	enum ext4_status status;

	to_links -= is_directory && move->has_taken;
	status = node_get_inode(move->to.number, &move->to);
	if (status == EXT4_OK) {
		status = name_touch(&move->to, to_links, move->now);
	}
	if (status == EXT4_OK && !move->same_directory) {
		status = node_get_inode(move->from.number, &move->from);
	}
	return status == EXT4_OK && !move->same_directory ? name_touch(&move->from, from_links, move->now)
							  : status;
}

static enum ext4_status act(struct move *move)
{
	enum ext4_status status;

	status = move->has_taken
		     ? set_entry(&move->to, move->new_name, move->node.number, entry_type(&move->node))
		     : name_add(&move->to, move->new_name, &move->node);
	if (status == EXT4_OK) {
		/* adding a name may have given the directory an index */
		status = node_get_inode(move->from.number, &move->from);
	}
	if (status == EXT4_OK) {
		status = remove_entry(&move->from, move->old);
	}
	if (status == EXT4_OK && node_kind(&move->node) == NODE_DIRECTORY && !move->same_directory) {
		status = set_entry(&move->node, "..", move->to.number, EXT2_FT_UNKNOWN);
	}
	if (status == EXT4_OK) {
		status = node_get_inode(move->node.number, &move->node);
	}
	if (status == EXT4_OK) {
		node_set_changed(&move->node, move->now);
		status = node_put(&move->node);
	}
	if (status == EXT4_OK && move->has_taken) {
		status = lose_name(&move->taken, move->now, &move->is_last);
	}
	return status == EXT4_OK ? touch_both(move) : status;
}

static enum ext4_status rename_in_operation(struct move *move, uint64_t from, uint64_t to)
{
	enum ext4_status status = node_get_directory(from, &move->from);

	if (status == EXT4_OK) {
		status = name_get_place(to, move->new_name, &move->to);
	}
	if (status == EXT4_OK && !name_is_good(move->old)) {
		status = EXT4_BAD_NAME;
	}
	move->same_directory = move->from.number == move->to.number;
	if (status == EXT4_OK) {
		status = check_move(move);
	}
	if (status == EXT4_OK && move->has_taken && move->taken.number == move->node.number) {
		return EXT4_OK; /* two names of one node: POSIX has both stay */
	}
	return status == EXT4_OK ? act(move) : status;
}

enum ext4_status names_rename(uint64_t from, const char *old, uint64_t to, const char *new_name,
			      const struct node_time *now)
{
	struct move move = {.old = old, .new_name = new_name, .now = now};
	enum ext4_status status = volume_begin((uint64_t)now->seconds, BLOCKS_OF_OP);

	if (status != EXT4_OK) {
		return status;
	}
	status = volume_end(rename_in_operation(&move, from, to));
	return status == EXT4_OK && move.is_last ? nodes_settle(move.taken.number) : status;
}
