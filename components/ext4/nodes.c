/* SPDX-License-Identifier: MIT
 * Inodes as nodes: what is read of them, and written.
 */
#include "nodes.h"

#include "extents.h"
#include "orphans.h"
#include "volume.h"

#include <string.h>

#define EPOCH_BITS 3u
#define MODE_BITS  07777u
#define SECTOR     512u
#define GOOD_OLD   EXT2_GOOD_OLD_INODE_SIZE

uint64_t node_number(const struct node *node)
{
	return (uint64_t)node->inode.i_generation << 32 | node->number;
}

enum node_kind node_kind(const struct node *node)
{
	return LINUX_S_ISDIR(node->inode.i_mode)   ? NODE_DIRECTORY
	       : LINUX_S_ISLNK(node->inode.i_mode) ? NODE_LINK
						   : NODE_FILE;
}

uint64_t node_size(struct node *node)
{
	return EXT2_I_SIZE(node_inode(node));
}

enum ext4_status node_set_size(struct node *node, uint64_t size)
{
	return volume_status_of(ext2fs_inode_size_set(volume_fs(), node_inode(node), (ext2_off64_t)size));
}

/* ---- getting and putting ---- */

static bool is_number(ext2_filsys fs, ext2_ino_t inode)
{
	return inode <= fs->super->s_inodes_count &&
	       (inode == EXT2_ROOT_INO || inode >= EXT2_FIRST_INODE(fs->super));
}

static enum ext4_status read_inode(ext2_ino_t inode, struct node *node)
{
	errcode_t error;

	memset(node, 0, sizeof *node);
	node->number = inode;
	error = ext2fs_read_inode_full(volume_fs(), inode, node_inode(node), sizeof node->inode);
	if (error != 0) {
		/* libext2fs then has this one's content under the number of another; this cannot fail */
		(void)ext2fs_flush_icache(volume_fs());
	}
	return error == 0 && !extents_can_be(node_inode(node)) ? EXT4_DAMAGED : volume_status_of(error);
}

enum ext4_status node_get_inode(ext2_ino_t inode, struct node *node)
{
	ext2_filsys fs = volume_fs();

	if (fs == NULL) {
		return EXT4_IO;
	}
	if (!is_number(fs, inode) || !ext2fs_test_inode_bitmap2(fs->inode_map, inode)) {
		return EXT4_DAMAGED;
	}
	return read_inode(inode, node);
}

enum ext4_status node_get(uint64_t number, struct node *node)
{
	ext2_filsys fs = volume_fs();
	const ext2_ino_t inode = (ext2_ino_t)number;
	enum ext4_status status;

	if (fs == NULL) {
		return EXT4_IO;
	}
	if (!is_number(fs, inode) || !ext2fs_test_inode_bitmap2(fs->inode_map, inode)) {
		return EXT4_BAD_NODE;
	}
	status = read_inode(inode, node);
	if (status == EXT4_OK && (node->inode.i_generation != (uint32_t)(number >> 32) ||
				  (node->inode.i_links_count == 0 && !orphans_is_held(inode)))) {
		status = EXT4_BAD_NODE;
	}
	return status;
}

enum ext4_status node_get_directory(uint64_t number, struct node *node)
{
	const enum ext4_status status = node_get(number, node);

	return status == EXT4_OK && node_kind(node) != NODE_DIRECTORY ? EXT4_NOT_A_DIRECTORY : status;
}

enum ext4_status node_get_file(uint64_t number, struct node *node)
{
	const enum ext4_status status = node_get(number, node);

	if (status != EXT4_OK) {
		return status;
	}
	switch (node_kind(node)) {
	case NODE_DIRECTORY:
		return EXT4_IS_A_DIRECTORY;
	case NODE_LINK:
		return EXT4_BAD_NODE;
	default:
		return LINUX_S_ISREG(node->inode.i_mode) ? EXT4_OK : EXT4_UNSUPPORTED;
	}
}

enum ext4_status node_put(struct node *node)
{
	return volume_status_of(
	    ext2fs_write_inode_full(volume_fs(), node->number, node_inode(node), sizeof node->inode));
}

/* ---- times: 32 bits of seconds, and where the inode is large enough two more, and the nanoseconds ---- */

static bool has_extra(const struct node *node, size_t end)
{
	return EXT2_INODE_SIZE(volume_fs()->super) > GOOD_OLD && GOOD_OLD + node->inode.i_extra_isize >= end;
}

#define HAS_EXTRA(node, field)                                                                               \
	has_extra((node), offsetof(struct ext2_inode_large, field) + sizeof(node)->inode.field)

static struct node_time time_of(uint32_t low, uint32_t extra)
{
	struct node_time time = {.seconds = (int32_t)low, .nanoseconds = extra >> 2};

	time.seconds += (int64_t)(extra & EPOCH_BITS) << 32;
	if (time.nanoseconds > 999999999) {
		time.nanoseconds = 0;
	}
	return time;
}

static uint32_t extra_of(const struct node_time *time)
{
	const uint64_t epoch = ((uint64_t)time->seconds - (uint64_t)(int64_t)(int32_t)time->seconds) >> 32;

	return time->nanoseconds << 2 | (uint32_t)(epoch & EPOCH_BITS);
}

void node_set_modified(struct node *node, const struct node_time *time)
{
	node->inode.i_mtime = (uint32_t)time->seconds;
	if (HAS_EXTRA(node, i_mtime_extra)) {
		node->inode.i_mtime_extra = extra_of(time);
	}
}

void node_set_accessed(struct node *node, const struct node_time *time)
{
	node->inode.i_atime = (uint32_t)time->seconds;
	if (HAS_EXTRA(node, i_atime_extra)) {
		node->inode.i_atime_extra = extra_of(time);
	}
}

void node_set_changed(struct node *node, const struct node_time *time)
{
	node->inode.i_ctime = (uint32_t)time->seconds;
	if (HAS_EXTRA(node, i_ctime_extra)) {
		node->inode.i_ctime_extra = extra_of(time);
	}
}

void node_set_times(struct node *node, const struct node_time *time)
{
	node_set_accessed(node, time);
	node_set_modified(node, time);
	node_set_changed(node, time);
	if (HAS_EXTRA(node, i_crtime_extra)) {
		node->inode.i_crtime = (uint32_t)time->seconds;
		node->inode.i_crtime_extra = extra_of(time);
	}
}

struct node_attributes node_attributes(struct node *node)
{
	const struct ext2_inode_large *inode = &node->inode;
	const uint32_t unit = (inode->i_flags & EXT4_HUGE_FILE_FL) != 0 ? volume_fs()->blocksize : SECTOR;

	return (struct node_attributes){
	    .node = node_number(node),
	    .kind = node_kind(node),
	    .mode = inode->i_mode & MODE_BITS,
	    .links = inode->i_links_count,
	    .size = node_size(node),
	    .allocated = ext2fs_inode_i_blocks(volume_fs(), node_inode(node)) * unit,
	    .accessed = time_of(inode->i_atime, HAS_EXTRA(node, i_atime_extra) ? inode->i_atime_extra : 0),
	    .modified = time_of(inode->i_mtime, HAS_EXTRA(node, i_mtime_extra) ? inode->i_mtime_extra : 0),
	    .changed = time_of(inode->i_ctime, HAS_EXTRA(node, i_ctime_extra) ? inode->i_ctime_extra : 0),
	};
}

/* ---- operations ---- */

enum ext4_status nodes_read_attributes(uint64_t number, struct node_attributes *attributes)
{
	struct node node;
	const enum ext4_status status = node_get(number, &node);

	if (status == EXT4_OK) {
		*attributes = node_attributes(&node);
	}
	return status;
}

enum ext4_status nodes_root(struct node_attributes *attributes)
{
	struct node node;
	const enum ext4_status status = node_get_inode(EXT2_ROOT_INO, &node);

	if (status == EXT4_OK) {
		*attributes = node_attributes(&node);
	}
	return status;
}

static enum ext4_status check_size(uint64_t number, uint64_t size)
{
	struct node node;
	const enum ext4_status status = node_get_file(number, &node);

	return status == EXT4_OK && size > extents_largest_of(&node) ? EXT4_TOO_LARGE : status;
}

enum ext4_status nodes_write_attributes(uint64_t number, uint32_t wanted, uint32_t mode, uint64_t size,
					const struct node_time *accessed, const struct node_time *modified,
					struct node_attributes *attributes)
{
	enum ext4_status status = (wanted & NODE_SIZE) != 0 ? check_size(number, size) : EXT4_OK;
	struct node node;

	if (status == EXT4_OK && (wanted & NODE_SIZE) != 0) {
		status = extents_resize(number, size);
	}
	if (status != EXT4_OK) {
		return status;
	}
	status = volume_begin(0, 0);
	if (status != EXT4_OK) {
		return status;
	}
	status = node_get(number, &node);
	if (status == EXT4_OK) {
		if ((wanted & NODE_MODE) != 0) {
			node.inode.i_mode = (uint16_t)((node.inode.i_mode & ~MODE_BITS) | (mode & MODE_BITS));
		}
		if ((wanted & NODE_ACCESSED) != 0) {
			node_set_accessed(&node, accessed);
		}
		if ((wanted & NODE_MODIFIED) != 0) {
			node_set_modified(&node, modified);
			node_set_changed(&node, modified);
		}
		*attributes = node_attributes(&node);
		status = node_put(&node);
	}
	return volume_end(status);
}
