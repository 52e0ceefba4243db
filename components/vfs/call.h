/* SPDX-License-Identifier: MIT
 * Calls that are answered later. A call does as much as it can, and waits in the list of what it needs: a page, a node on which
 * nothing is under way, or anything that ends on a volume. Then it goes on from where it was.
 */
#ifndef VFS_CALL_H
#define VFS_CALL_H

#include "open.h"

enum call_kind {
	CALL_NONE,
	CALL_OPEN,
	CALL_READ,
	CALL_WRITE,
	CALL_RESIZE,
	CALL_SYNC,
	CALL_SYNC_ALL,
	CALL_LOCK,
	CALL_UNMOUNT
};

struct call {
	enum call_kind kind;
	uint32_t client, sequence; /* its number is that of its reply object */
	struct node *node;         /* used as long as it is under way; NULL: none */
	struct file *file;
	struct tenon_loan loan;
	uint64_t offset, done, size;
	uint32_t access, mode; /* of the opening */
	uint64_t length;       /* of a lock; 0: to the end */
	enum files_lock lock;
	bool may_wait;       /* for a lock */
	bool settle;         /* the file systems */
	struct mount *mount; /* that goes */
	bool is_resizing;    /* it is the one that does */
	uint16_t next;       /* in the list in which it waits */
	uint16_t *list;      /* NULL: it waits in none */
	struct filesystem_attributes attributes;
	char path[1024]; /* of the opening */
};

/* A new call. `reply` and `sequence`: of its token. It runs with the next calls_run(). */
struct call *call_begin(enum call_kind kind, uint32_t client, uint32_t reply, uint32_t sequence);
/* Runs all that can go on. At the end of whatever the loop calls. */
void calls_run(void);
/* It waits in this list. */
void call_wait(struct call *call, uint16_t *list);
/* It runs again with the next calls_run(). */
void calls_again(struct call *call);
/* All that wait in the list go on with the next calls_run(). */
void calls_go_on(uint16_t *list);
/* All that wait in the list are answered so. */
void calls_fail(uint16_t *list, enum files_status status);
/* Answers it; what it used is left. */
void call_finish(struct call *call, enum files_status status);
/* Its client does not wait for it any more. */
void call_cancel(uint32_t reply);
/* Calls under way do without the file, which is closed. */
void calls_forget_file(const struct file *file);
/* Calls that wait for a node to be replaced. */
uint16_t *calls_for_nodes(void);

/* What was written reaches its file system some time, also if nobody asks for it. */
void write_back_soon(void);

/* What each kind does: as much as it can now. */
void call_open(struct call *call);
void call_read(struct call *call);
void call_write(struct call *call);
void call_resize(struct call *call);
void call_sync(struct call *call);
void call_sync_all(struct call *call);
void call_lock(struct call *call);
void call_unmount(struct call *call);
/* The length of the node becomes `call->size`. False: it waits, or was answered. */
bool call_resized(struct call *call);

#endif
