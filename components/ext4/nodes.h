/* SPDX-License-Identifier: MIT
 * Inodes as nodes: their numbers, attributes, holders, and their end. A node's number is its inode's with its generation above,
 * so that an inode that is used anew is another node, also after a restart.
 *
 * A node without a name that is held, or is too large to go in one operation, is on the volume's list of orphans until it is gone:
 * after a cut the next mount takes it away.
 */
#ifndef EXT4_NODES_H
#define EXT4_NODES_H

#include "status.h"

#include "library.h"
#include <stdbool.h>
#include <stdint.h>

enum node_kind { NODE_FILE, NODE_DIRECTORY, NODE_LINK };

struct node_time {
	int64_t seconds;
	uint32_t nanoseconds;
};

struct node_attributes {
	uint64_t node;
	enum node_kind kind;
	uint32_t mode, links;
	uint64_t size, allocated;
	struct node_time accessed, modified, changed;
};

/* An inode in memory, for the time of an operation. */
struct node {
	ext2_ino_t number;
	struct ext2_inode_large inode;
};

#define NODE_MODE     1u
#define NODE_SIZE     2u
#define NODE_ACCESSED 4u
#define NODE_MODIFIED 8u

static inline struct ext2_inode *node_inode(struct node *node)
{
	return (struct ext2_inode *)&node->inode;
}

/* The inode behind a number that a client has: BAD_NODE, IO, or DAMAGED. */
enum ext4_status node_get(uint64_t number, struct node *node);
/* The same by an entry of a directory, which may lie: DAMAGED. */
enum ext4_status node_get_inode(ext2_ino_t inode, struct node *node);
enum ext4_status node_get_directory(uint64_t number, struct node *node);
/* A file that has data; symbolic links are BAD_NODE, and what is neither a file nor a directory UNSUPPORTED. */
enum ext4_status node_get_file(uint64_t number, struct node *node);
/* Within an operation. */
enum ext4_status node_put(struct node *node);

uint64_t node_number(const struct node *node);
enum node_kind node_kind(const struct node *node);
uint64_t node_size(struct node *node);
enum ext4_status node_set_size(struct node *node, uint64_t size);
struct node_attributes node_attributes(struct node *node);
void node_set_modified(struct node *node, const struct node_time *time);
void node_set_accessed(struct node *node, const struct node_time *time);
void node_set_changed(struct node *node, const struct node_time *time);
/* All its times, of a new one. */
void node_set_times(struct node *node, const struct node_time *time);

/* ---- whole operations ---- */

/* The first directory. */
enum ext4_status nodes_root(struct node_attributes *attributes);
enum ext4_status nodes_read_attributes(uint64_t number, struct node_attributes *attributes);
/* `wanted`: NODE_... */
enum ext4_status nodes_write_attributes(uint64_t number, uint32_t wanted, uint32_t mode, uint64_t size,
					const struct node_time *accessed, const struct node_time *modified,
					struct node_attributes *attributes);
enum ext4_status nodes_hold(uint64_t number);
enum ext4_status nodes_release(uint64_t number);
/* The orphans that the last mount left. */
enum ext4_status nodes_clean_orphans(void);
void nodes_fini(void);

/* Within an operation: it has lost its last name. What is left to do follows by nodes_settle(), outside of it. */
enum ext4_status node_orphan(struct node *node);
/* Takes a node without a name away, unless it is held. Operations of its own. */
enum ext4_status nodes_settle(ext2_ino_t inode);

#endif
