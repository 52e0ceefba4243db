/* SPDX-License-Identifier: MIT
 * Holders of nodes, in memory, and the list of orphans, on the volume: its head is in the superblock, and each inode has the next
 * one where the time of its deletion will stand.
 */
#include "orphans.h"

#include "extents.h"
#include "nodes.h"
#include "device.h"
#include "reserved.h"
#include "volume.h"

#include <stdlib.h>
#include <string.h>

#define STEP 64u /* extents, or blocks of places, that one operation takes from a file */

struct holder {
	struct holder *next;
	ext2_ino_t inode;
	uint32_t count;
};

static struct holder *holders;

static struct holder **holder_of(ext2_ino_t inode)
{
	struct holder **link = &holders;

	while (*link != NULL && (*link)->inode != inode) {
		link = &(*link)->next;
	}
	return link;
}

bool orphans_is_held(ext2_ino_t inode)
{
	return *holder_of(inode) != NULL;
}

void nodes_fini(void)
{
	for (struct holder *holder = holders, *next; holder != NULL; holder = next) {
		next = holder->next;
		free(holder);
	}
	holders = NULL;
}

enum ext4_status nodes_hold(uint64_t number)
{
	struct node node;
	enum ext4_status status = node_get(number, &node);
	struct holder **link = holder_of(node.number);

	if (status != EXT4_OK) {
		return EXT4_BAD_NODE;
	}
	if (*link == NULL) {
		*link = calloc(1, sizeof **link);
		if (*link == NULL) {
			return EXT4_BAD_NODE;
		}
		(*link)->inode = node.number;
	}
	(*link)->count++;
	return EXT4_OK;
}

enum ext4_status nodes_release(uint64_t number)
{
	struct node node;
	struct holder **link = holder_of((ext2_ino_t)number), *holder = *link;

	if (holder == NULL || node_get(number, &node) != EXT4_OK) {
		return EXT4_BAD_NODE;
	}
	if (--holder->count != 0) {
		return EXT4_OK;
	}
	*link = holder->next;
	free(holder);
	return node.inode.i_links_count == 0 ? nodes_settle(node.number) : EXT4_OK;
}

/* ---- the list ---- */

enum ext4_status node_orphan(struct node *node)
{
	struct ext2_super_block *super = volume_fs()->super;

	node->inode.i_dtime = super->s_last_orphan;
	super->s_last_orphan = node->number;
	volume_fs()->flags |= EXT2_FLAG_CHANGED;
	return node_put(node);
}

/* Takes it from the list. The list is as long as there are inodes, or it is none. */
static enum ext4_status remove_orphan(struct node *node)
{
	struct ext2_super_block *super = volume_fs()->super;
	const ext2_ino_t after = node->inode.i_dtime;
	ext2_ino_t at = super->s_last_orphan;
	struct node before;

	node->inode.i_dtime = 0;
	if (at == node->number) {
		super->s_last_orphan = after;
		volume_fs()->flags |= EXT2_FLAG_CHANGED;
		return EXT4_OK;
	}
	for (uint32_t steps = 0; steps < super->s_inodes_count; steps++) {
		if (at == 0 || node_get_inode(at, &before) != EXT4_OK) {
			break;
		}
		if (before.inode.i_dtime == node->number) {
			before.inode.i_dtime = after;
			return node_put(&before);
		}
		at = before.inode.i_dtime;
	}
	return EXT4_DAMAGED;
}

/* The end of an inode whose data is gone. */
static enum ext4_status free_inode(struct node *node)
{
	ext2_filsys fs = volume_fs();
	const bool is_directory = node_kind(node) == NODE_DIRECTORY;
	enum ext4_status status = EXT4_OK;

	if (ext2fs_file_acl_block(fs, node_inode(node)) != 0) {
		status = volume_status_of(ext2fs_free_ext_attr(fs, node->number, &node->inode));
	}
	if (status == EXT4_OK) {
		node->inode.i_links_count = 0;
		/* A small number there is the next orphan's. A machine without the time of day would write one. */
		node->inode.i_dtime =
		    fs->now > fs->super->s_mkfs_time ? (uint32_t)fs->now : fs->super->s_mkfs_time;
		status = node_put(node);
	}
	if (status == EXT4_OK) {
		volume_touch_node(node->number);
		ext2fs_inode_alloc_stats2(fs, node->number, -1, is_directory);
	}
	return status;
}

/* The next part of it goes; `is_done` once nothing is left. */
static enum ext4_status settle_some(ext2_ino_t inode, bool *is_done)
{
	struct node node;
	enum ext4_status status = volume_begin(0, 0);

	if (status != EXT4_OK) {
		return status;
	}
	status = node_get_inode(inode, &node);
	*is_done = true;
	if (status == EXT4_OK) {
		status =
		    extents_cut(&node, node.inode.i_links_count == 0 ? 0 : node_size(&node), STEP, is_done);
	}
	if (status == EXT4_OK && *is_done) {
		status = remove_orphan(&node);
	}
	if (status == EXT4_OK) {
		status = *is_done && node.inode.i_links_count == 0 ? free_inode(&node) : node_put(&node);
	}
	status = volume_end(status);
	if (status == EXT4_OK && *is_done && node.inode.i_links_count == 0) {
		reserved_remove(inode, 0, UINT64_MAX, volume_give_reserved);
	}
	return status;
}

enum ext4_status nodes_settle(ext2_ino_t inode)
{
	enum ext4_status status;
	bool is_done = false;
	struct node node;

	status = node_get_inode(inode, &node);
	if (status != EXT4_OK || (node.inode.i_links_count == 0 && orphans_is_held(inode))) {
		return status;
	}
	do {
		status = settle_some(inode, &is_done);
	} while (status == EXT4_OK && !is_done);
	return status;
}

enum ext4_status nodes_clean_orphans(void)
{
	uint32_t cleaned = 0;

	while (!volume_is_read_only() && volume_fs()->super->s_last_orphan != 0) {
		const ext2_ino_t inode = volume_fs()->super->s_last_orphan;
		bool is_done = false;
		enum ext4_status status = EXT4_OK;

		while (status == EXT4_OK && !is_done) {
			status = settle_some(inode, &is_done);
		}
		if (status != EXT4_OK || cleaned++ > volume_fs()->super->s_inodes_count) {
			device_says(true, "the list of files that were to be removed is damaged");
			return status == EXT4_OK ? EXT4_DAMAGED : status;
		}
	}
	if (cleaned != 0) {
		device_says(false, "%u files were removed that nobody could open any more", cleaned);
	}
	return EXT4_OK;
}
