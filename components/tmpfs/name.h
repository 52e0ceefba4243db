/* SPDX-License-Identifier: MIT
 * Names: from a directory and a name to a node. All directories share one hash table; each has its own names in a list, in the
 * order in which they were made, by which reading goes on though others come and go.
 */
#ifndef TMPFS_NAME_H
#define TMPFS_NAME_H

#include "node.h"

struct entry {
	struct entry *next_hashed;
	struct entry *before, *after; /* in its directory */
	struct node *directory, *node;
	uint64_t order; /* grows, from 1; never used twice in a directory */
	uint32_t hash;
	uint32_t length;
	char name[];
};

/* Allocates the table. False: there is no memory. */
bool names_init(void);
/* Is it 1 to 255 bytes without a slash, and neither `.` nor `..`? */
bool name_is_good(const char *name);
struct entry *name_find(const struct node *directory, const char *name);
/* One more name for the node, whose links grow; of a directory also those of `directory`. False: there is no memory. */
bool name_add(struct node *directory, const char *name, struct node *node);
/* Takes it away, and from the node's links; the caller settles the node. */
void name_remove(struct entry *entry);
/* The first entry whose order is `from` or more, or NULL. */
struct entry *name_from(struct node *directory, uint64_t from);

#endif
