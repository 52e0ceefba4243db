/* SPDX-License-Identifier: MIT
 * Nodes: files, directories and symbolic links, in a table of fixed size. A node's number is its place and a generation, so
 * that the number of one that has gone never means another.
 *
 * A node lives while a name leads to it or a client holds it; node_settle() ends it otherwise.
 */
#ifndef TMPFS_NODE_H
#define TMPFS_NODE_H

#include "component.h"
#include "data.h"

struct entry;

struct node {
	uint64_t number; /* 0: the place is free */
	uint32_t generation;
	enum filesystem_kind kind;
	uint32_t mode;
	uint32_t
	    links; /* names that lead to it; of a directory with `.` and those of `..` in its directories */
	uint32_t held[FILES_CLIENTS > 0 ? FILES_CLIENTS : 1];
	uint32_t holds; /* their sum */
	uint64_t size;
	struct filesystem_time accessed, modified, changed;
	struct node *next_free;
	union {
		struct data data; /* of a file */
		char *target;     /* of a symbolic link, allocated */
		struct {
			struct entry *first, *last; /* in the order in which they were made */
			struct entry *hint;         /* where the last reading ended, or NULL */
			uint64_t next_order;
			struct node *parent; /* of the root itself; NULL once it has no name */
		} directory;
	};
};

/* Allocates the table and makes the root. False: there is no memory. */
bool nodes_init(void);
struct node *node_root(void);
/* The node of that number, or NULL. */
struct node *node_find(uint64_t number);
/* A new one without a name, all times `now`; NULL: there is no place. A directory has its `.` and is not yet below `parent`. */
struct node *node_make(enum filesystem_kind kind, uint32_t mode, struct filesystem_time now);
/* Ends it if no name leads to it and nobody holds it. */
void node_settle(struct node *node);
/* Ends what that client held and nobody else does. */
void nodes_let_go(uint32_t client);
struct filesystem_attributes node_attributes(const struct node *node);
uint32_t nodes_free(void);

#endif
