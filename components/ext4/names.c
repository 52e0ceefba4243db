/* SPDX-License-Identifier: MIT
 * Looking names up, and new names.
 */
#include "names.h"

#include "directory.h"
#include "volume.h"

#include <stdlib.h>
#include <string.h>

#define LINKS_MOST 65000u
#define BLOCKS_OF_OP                                                                                         \
	24u /* that a new name may need: of a tree of a directory, of a directory, of a symbolic link */
#define EXTENT_MAGIC 0xf30au
#define MODE_BITS    07777u
#define MODE_LINK    0777u

bool name_is_good(const char *name)
{
	const size_t length = strlen(name);

	return length != 0 && length <= NAME_LONGEST && strchr(name, '/') == NULL && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0;
}

enum ext4_status name_find(struct node *directory, const char *name, ext2_ino_t *inode)
{
	struct directory_place place = {0};
	const enum ext4_status status = directory_find(directory, name, &place);

	*inode = place.inode;
	return status;
}

enum ext4_status name_get_place(uint64_t number, const char *name, struct node *directory)
{
	const enum ext4_status status = node_get_directory(number, directory);

	if (status == EXT4_OK && directory->inode.i_links_count == 0) {
		return EXT4_BAD_NODE;
	}
	return status == EXT4_OK && !name_is_good(name) ? EXT4_BAD_NAME : status;
}

enum ext4_status names_look_up(uint64_t number, const char *name, struct node_attributes *attributes)
{
	struct node directory, node;
	enum ext4_status status = node_get_directory(number, &directory);
	ext2_ino_t inode = 0;

	if (status == EXT4_OK && !name_is_good(name)) {
		return EXT4_BAD_NAME;
	}
	if (status == EXT4_OK) {
		status = name_find(&directory, name, &inode);
	}
	if (status == EXT4_OK) {
		status = node_get_inode(inode, &node);
	}
	if (status == EXT4_OK && node.inode.i_links_count == 0) {
		status = EXT4_DAMAGED;
	}
	if (status == EXT4_OK) {
		*attributes = node_attributes(&node);
	}
	return status;
}

/* ---- symbolic links ---- */

enum ext4_status names_read_link(uint64_t number, char *target, uint32_t room)
{
	struct node node;
	enum ext4_status status = node_get(number, &node);
	ext2_filsys fs = volume_fs();
	uint64_t length;
	blk64_t place = 0;

	if (status != EXT4_OK || node_kind(&node) != NODE_LINK) {
		return status == EXT4_OK ? EXT4_UNSUPPORTED : status;
	}
	length = node_size(&node);
	if (length >= room) {
		return length < fs->blocksize ? EXT4_UNSUPPORTED : EXT4_DAMAGED;
	}
	if (length < sizeof node.inode.i_block && ext2fs_is_fast_symlink(node_inode(&node))) {
		memcpy(target, node.inode.i_block, length);
	} else {
		uint8_t *block = malloc(fs->blocksize);

		status = volume_status_of(
		    ext2fs_bmap2(fs, node.number, node_inode(&node), NULL, 0, 0, NULL, &place));
		if (status == EXT4_OK && (place == 0 || block == NULL)) {
			status = block == NULL ? EXT4_IO : EXT4_DAMAGED;
		}
		if (status == EXT4_OK) {
			status = volume_status_of(io_channel_read_blk64(fs->io, place, 1, block));
		}
		if (status == EXT4_OK) {
			memcpy(target, block, length);
		}
		free(block);
	}
	target[length] = '\0';
	return status == EXT4_OK && strlen(target) != length ? EXT4_DAMAGED : status;
}

/* ---- new names ---- */

static int type_of(const struct node *node)
{
	const uint16_t mode = node->inode.i_mode;

	return LINUX_S_ISDIR(mode)    ? EXT2_FT_DIR
	       : LINUX_S_ISREG(mode)  ? EXT2_FT_REG_FILE
	       : LINUX_S_ISLNK(mode)  ? EXT2_FT_SYMLINK
	       : LINUX_S_ISCHR(mode)  ? EXT2_FT_CHRDEV
	       : LINUX_S_ISBLK(mode)  ? EXT2_FT_BLKDEV
	       : LINUX_S_ISFIFO(mode) ? EXT2_FT_FIFO
	       : LINUX_S_ISSOCK(mode) ? EXT2_FT_SOCK
				      : EXT2_FT_UNKNOWN;
}

enum ext4_status name_add(struct node *directory, const char *name, const struct node *node)
{
	return directory_add(directory, name, node->number, type_of(node));
}

enum ext4_status name_touch(struct node *directory, int32_t links, const struct node_time *now)
{
	/* one link means that they are not counted, for there were too many */
	if (directory->inode.i_links_count > 1) {
		directory->inode.i_links_count = (uint16_t)(directory->inode.i_links_count + links);
	}
	node_set_modified(directory, now);
	node_set_changed(directory, now);
	return node_put(directory);
}

struct wish {
	const char *name;
	enum node_kind kind;
	uint32_t mode;
	const char *target;
	const struct node_time *now;
};

/* An inode with nothing in it. */
static enum ext4_status new_inode(const struct node *directory, const struct wish *wish, struct node *node)
{
	static const uint16_t type[] = {LINUX_S_IFREG, LINUX_S_IFDIR, LINUX_S_IFLNK};
	ext2_filsys fs = volume_fs();
	const uint16_t mode = (uint16_t)(type[wish->kind] | (wish->mode & MODE_BITS));
	struct node before;
	enum ext4_status status;

	memset(node, 0, sizeof *node);
	status = volume_status_of(ext2fs_new_inode(fs, directory->number, mode, NULL, &node->number));
	if (status != EXT4_OK) {
		return status;
	}
	/* who used it last had another generation; where that cannot be read it was nobody */
	memset(&before, 0, sizeof before);
	if (ext2fs_read_inode_full(fs, node->number, node_inode(&before), sizeof before.inode) != 0) {
		before.inode.i_generation = (uint32_t)wish->now->nanoseconds;
	}
	node->inode.i_generation = before.inode.i_generation + 1;
	node->inode.i_mode = mode;
	node->inode.i_links_count = wish->kind == NODE_DIRECTORY ? 2 : 1;
	if (EXT2_INODE_SIZE(fs->super) > EXT2_GOOD_OLD_INODE_SIZE) {
		node->inode.i_extra_isize = sizeof node->inode - EXT2_GOOD_OLD_INODE_SIZE;
	}
	node_set_times(node, wish->now);
	volume_touch_node(node->number);
	ext2fs_inode_alloc_stats2(fs, node->number, +1, wish->kind == NODE_DIRECTORY);
	return EXT4_OK;
}

/* No extents: the header of an empty tree, or where the file system has none at all no places. */
static void empty_tree(struct node *node)
{
	struct ext3_extent_header *header = (void *)node->inode.i_block;

	if (!ext2fs_has_feature_extents(volume_fs()->super)) {
		return;
	}
	node->inode.i_flags |= EXT4_EXTENTS_FL;
	header->eh_magic = EXTENT_MAGIC;
	header->eh_max = (sizeof node->inode.i_block - sizeof *header) / sizeof(struct ext3_extent);
}

/* Its inode is written first, since checksums of its blocks have its generation in them. */
static enum ext4_status give_block(struct node *node, uint8_t *block)
{
	ext2_filsys fs = volume_fs();
	blk64_t place = 0;
	errcode_t error;

	empty_tree(node);
	error = ext2fs_write_inode_full(fs, node->number, node_inode(node), sizeof node->inode);
	if (error == 0) {
		error = ext2fs_bmap2(fs, node->number, node_inode(node), NULL, BMAP_ALLOC, 0, NULL, &place);
	}
	if (error == 0) {
		error = node_kind(node) == NODE_DIRECTORY
			    ? ext2fs_write_dir_block4(fs, place, block, 0, node->number)
			    : io_channel_write_blk64(fs->io, place, 1, block);
	}
	return volume_status_of(error);
}

static enum ext4_status fill_inode(const struct node *directory, const struct wish *wish, struct node *node)
{
	ext2_filsys fs = volume_fs();
	const size_t length = wish->target == NULL ? 0 : strlen(wish->target);
	enum ext4_status status;
	char *block = NULL;

	if (wish->kind == NODE_FILE) {
		empty_tree(node);
		return EXT4_OK;
	}
	if (wish->kind == NODE_LINK) {
		node->inode.i_size = (uint32_t)length;
		if (length < sizeof node->inode.i_block) {
			memcpy(node->inode.i_block, wish->target, length);
			return EXT4_OK;
		}
		block = calloc(1, fs->blocksize);
		if (block != NULL) {
			memcpy(block, wish->target, length);
		}
		status = block == NULL ? EXT4_IO : EXT4_OK;
	} else {
		node->inode.i_size = fs->blocksize;
		status = volume_status_of(ext2fs_new_dir_block(fs, node->number, directory->number, &block));
	}
	if (status == EXT4_OK) {
		status = give_block(node, (uint8_t *)block);
	}
	free(block);
	return status;
}

static enum ext4_status create_in_operation(uint64_t number, const struct wish *wish, struct node *node)
{
	struct node directory;
	ext2_ino_t taken;
	enum ext4_status status = name_get_place(number, wish->name, &directory);

	if (status == EXT4_OK) {
		status = name_find(&directory, wish->name, &taken);
		status = status == EXT4_OK ? EXT4_EXISTS : status == EXT4_NOT_FOUND ? EXT4_OK : status;
	}
	if (status == EXT4_OK && wish->kind == NODE_DIRECTORY &&
	    directory.inode.i_links_count >= LINKS_MOST) {
		status = EXT4_NO_SPACE;
	}
	if (status == EXT4_OK) {
		status = new_inode(&directory, wish, node);
	}
	if (status == EXT4_OK) {
		status = fill_inode(&directory, wish, node);
	}
	if (status == EXT4_OK) {
		status = node_put(node);
	}
	if (status == EXT4_OK) {
		status = name_add(&directory, wish->name, node);
	}
	return status == EXT4_OK ? name_touch(&directory, wish->kind == NODE_DIRECTORY, wish->now) : status;
}

static enum ext4_status create(uint64_t directory, const struct wish *wish,
			       struct node_attributes *attributes)
{
	struct node node;
	enum ext4_status status = volume_begin((uint64_t)wish->now->seconds, BLOCKS_OF_OP);

	if (status != EXT4_OK) {
		return status;
	}
	status = volume_end(create_in_operation(directory, wish, &node));
	if (status == EXT4_OK) {
		*attributes = node_attributes(&node);
	}
	return status;
}

enum ext4_status names_create(uint64_t directory, const char *name, enum node_kind kind, uint32_t mode,
			      const struct node_time *now, struct node_attributes *attributes)
{
	const struct wish wish = {.name = name, .kind = kind, .mode = mode, .now = now};

	return kind == NODE_LINK ? EXT4_UNSUPPORTED : create(directory, &wish, attributes);
}

enum ext4_status names_create_link(uint64_t directory, const char *name, const char *target,
				   const struct node_time *now, struct node_attributes *attributes)
{
	const struct wish wish = {
	    .name = name, .kind = NODE_LINK, .mode = MODE_LINK, .target = target, .now = now};

	return strlen(target) >= volume_fs()->blocksize ? EXT4_NO_SPACE
							: create(directory, &wish, attributes);
}

enum ext4_status names_link(uint64_t number, uint64_t to, const char *name, const struct node_time *now)
{
	struct node directory, node;
	ext2_ino_t taken;
	enum ext4_status status = volume_begin((uint64_t)now->seconds, BLOCKS_OF_OP);

	if (status != EXT4_OK) {
		return status;
	}
	status = name_get_place(to, name, &directory);
	if (status == EXT4_OK) {
		status = node_get(number, &node);
	}
	if (status == EXT4_OK && node.inode.i_links_count == 0) {
		status = EXT4_BAD_NODE;
	}
	if (status == EXT4_OK && node_kind(&node) == NODE_DIRECTORY) {
		status = EXT4_IS_A_DIRECTORY;
	}
	if (status == EXT4_OK) {
		status = name_find(&directory, name, &taken);
		status = status == EXT4_OK ? EXT4_EXISTS : status == EXT4_NOT_FOUND ? EXT4_OK : status;
	}
	if (status == EXT4_OK && node.inode.i_links_count >= LINKS_MOST) {
		status = EXT4_TOO_MANY_LINKS;
	}
	if (status == EXT4_OK) {
		status = name_add(&directory, name, &node);
	}
	if (status == EXT4_OK) {
		node.inode.i_links_count++;
		node_set_changed(&node, now);
		status = node_put(&node);
	}
	return volume_end(status == EXT4_OK ? name_touch(&directory, 0, now) : status);
}
