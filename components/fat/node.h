/* SPDX-License-Identifier: MIT
 * Nodes. FAT has no numbers for files, so a node's number is the place of its entry, as long as that is enough. Two kinds of
 * nodes need more, and stand in a table: those that are held, which may be moved or lose their name, and those that were moved
 * or stand where a held one stood, whose number is not their place. The second kind is forgotten when the table is full.
 *
 * A file without a name keeps its clusters until it is released; its entry is in the table alone.
 */
#ifndef FAT_NODE_H
#define FAT_NODE_H

#include "fatfs.h"

#define NODE_ROOT UINT64_C(1)

struct node {
	uint64_t number; /* 0: the place in the table is free */
	uint64_t place;  /* of the entry; 0: it has no name */
	uint32_t held[FILES_CLIENTS > 0 ? FILES_CLIENTS : 1];
	uint32_t holds; /* their sum */
	struct fatfs_entry nameless;
	bool is_grown; /* clusters were allocated behind what was committed */
	/* Where the last walk through the chain ended. `cluster` 0: nowhere. */
	uint32_t index, cluster;
};

/* What node_find() found: an entry, and the node where it stands in the table. */
struct node_view {
	struct node *node; /* or NULL */
	uint64_t number;
	uint64_t place;
	struct fatfs_entry entry;
};

/* Not of the root. BAD_NODE, IO. */
enum filesystem_status node_find(uint64_t number, struct node_view *view);
/* Writes what became of the entry. */
enum filesystem_status node_store(const struct node_view *view);
/* The number of what stands at a place. */
uint64_t node_number(uint64_t place);

/* BAD_NODE, IO. */
enum filesystem_status node_hold(uint64_t number, uint32_t client);
/* A node that the client holds; 0: none. */
uint64_t node_held_by(uint32_t client);
/* BAD_NODE: that client does not hold it. */
enum filesystem_status node_release(uint64_t number, uint32_t client);

/* The entry at `from` stands at `to` now. */
void node_moved(uint64_t from, uint64_t to);
/* The entry at `place` is gone; it was that. True: somebody holds the node, which keeps its clusters. */
bool node_lost(uint64_t place, const struct fatfs_entry *entry);

#endif
