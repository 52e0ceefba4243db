/* SPDX-License-Identifier: MIT
 * Calls that are answered later. A call does as much as it can, and waits in the list of what it needs: a page, a node on which
 * nothing is under way, anything that ends on a volume, or the desk of a file system. Then it is run again: it goes on from where
 * it was, or, where that may not hold any more, from the beginning.
 */
#ifndef VFS_CALL_H
#define VFS_CALL_H

#include "desk.h"
#include "open.h"

/* Clients' calls, those whose client waits no more while a file system does what they asked, and what is done at the start. */
#define CALLS (COMPONENT_CALLS + 4 * FILE_SYSTEMS_COUNT + FILES_CLIENTS)

enum call_kind {
	CALL_NONE,
	CALL_OPEN,
	CALL_READ,
	CALL_WRITE,
	CALL_RESIZE,
	CALL_SYNC,
	CALL_SYNC_ALL,
	CALL_LOCK,
	CALL_READ_ATTRIBUTES,
	CALL_WRITE_ATTRIBUTES,
	CALL_READ_ENTRIES,
	CALL_LOOK_UP,
	CALL_MAKE_DIRECTORY,
	CALL_MAKE_LINK,
	CALL_READ_LINK,
	CALL_LINK,
	CALL_RENAME,
	CALL_REMOVE,
	CALL_SPACE,
	CALL_WATCH,
	CALL_MOUNT,
	CALL_UNMOUNT,
	CALL_START, /* mounts what the description mounts */
	CALL_ROOT,  /* finds the root of a client whose space is bounded */
	CALL_KINDS
};

struct call {
	enum call_kind kind;
	uint32_t client, reply, sequence;
	bool is_cancelled; /* its client waits no more, or it never had one */
	struct node *node; /* used as long as it is under way; NULL: none */
	struct file *file;
	struct tenon_loan loan;
	uint64_t offset, done, size;
	uint32_t access, mode; /* of the opening */
	uint64_t length;       /* of a lock; 0: to the end */
	enum files_lock lock;
	bool may_wait;    /* for a lock */
	bool settle;      /* the file systems */
	bool is_resizing; /* it is the one that does, or that writes through its file system */
	uint16_t next;    /* in the list in which it waits */
	uint16_t *list;   /* NULL: it waits in none */

	/* at the desks of file systems; see desk.h */
	bool is_asking;        /* what it asked is under way */
	bool is_repeated;      /* a file system died over what it asked */
	bool has_looked_again; /* whether that had been done */
	bool was_there;        /* the name that it looked at then */
	uint32_t turn, turns;  /* the file system whose turn it holds, or NOWHERE; how often it got one */
	struct walks *walks;   /* of its paths, as long as they hold; NULL: none */
	uint32_t stage;        /* what is done of it, where it begins anew */
	bool is_made;          /* the file that is to be opened */
	bool has_name;         /* a place for one has been taken of its account, which is to be given back */
	uint32_t account;
	enum files_status failed; /* what it answers in the end */

	uint32_t number;     /* of a file system that is mounted; of the first mount that is not synced */
	struct mount *mount; /* that comes or goes */
	bool flag;           /* of its arguments: `follow`, `directory`, `read_only` */
	uint32_t wanted;
	struct filesystem_time accessed, modified;
	struct filesystem_attributes attributes;
	char path[1024], second[1024];
};

/* What is answered, besides the fields above. Of one call at a time: it is answered at once. */
struct results {
	struct files_entry entries[12];
	struct filesystem_answer space;
	char target[1024];
	uint32_t count, watch, block;
	bool read_only;
};
extern struct results results;

void calls_start(void);
/* A new call. `reply` and `sequence`: of its token. It runs with the next calls_run(). */
struct call *call_begin(enum call_kind kind, uint32_t client, uint32_t reply, uint32_t sequence);
/* The same without a client. */
struct call *call_begin_own(enum call_kind kind, uint32_t client);
/* Runs all that can go on. At the end of whatever the loop calls. */
void calls_run(void);
/* The one that runs. */
struct call *call_running(void);
/* It waits in this list, unless it waits already; it gives its turn up. */
void call_wait(struct call *call, uint16_t *list);
/* The same of the list of a desk, and keeps its turn. */
void call_wait_at_desk(struct call *call, uint16_t *list);
/* Does it go by paths, so that it needs turns? */
bool call_takes_turn(const struct call *call);
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

/*
 * Reads what lies in one page of the cache, without a call that could wait. False, with nothing done: it is not like that. `status`
 * is FILES_MALFORMED, and `count` 0, where the client's memory is not there.
 */
bool read_at_once(struct file *file, uint64_t offset, struct tenon_loan loan, enum files_status *status,
		  uint32_t *count);

/* What each kind does: as much as it can now. It waits then, or was answered. */
void call_open(struct call *call);
void call_read(struct call *call);
void call_write(struct call *call);
void call_resize(struct call *call);
void call_sync(struct call *call);
void call_sync_all(struct call *call);
void call_lock(struct call *call);
void call_mount(struct call *call);
void call_unmount(struct call *call);
void call_start(struct call *call);
/* The same, of those that answer with what they return; FILES_WOULD_WAIT: the call waits. */
enum files_status call_look_up(struct call *call);
enum files_status call_make_directory(struct call *call);
enum files_status call_make_link(struct call *call);
enum files_status call_read_link(struct call *call);
enum files_status call_link(struct call *call);
enum files_status call_rename(struct call *call);
enum files_status call_remove(struct call *call);
enum files_status call_space(struct call *call);
enum files_status call_watch(struct call *call);
enum files_status call_root(struct call *call);
enum files_status call_read_attributes(struct call *call);
enum files_status call_write_attributes(struct call *call);
enum files_status call_read_entries(struct call *call);
/* The length of the node becomes `call->size`. False: it waits, or was answered. */
bool call_resized(struct call *call);
/* Answers its client: answer.c. */
void call_answer(const struct call *call, enum files_status status);

#endif
