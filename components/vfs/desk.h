/* SPDX-License-Identifier: MIT
 * What is asked of file systems. Nobody here waits for an answer: who asks and gets FILESYSTEM_LATER does nothing more, and is run
 * again, from where it was, when it can go on. Then it asks the same again, and gets the answer.
 *
 * A file system is asked one thing at a time. Calls that go by paths hold its turn besides, from the first name that they look up
 * to their end or to their next file system: so a number that one of them has been answered means the same node until it has done
 * with it. Whoever holds a turn waits for that file system alone, so turns make no circle.
 */
#ifndef VFS_DESK_H
#define VFS_DESK_H

#include "system.h"

#include <tenon/loan.h>

#define FILESYSTEM_LATER FILESYSTEM_TIMED_OUT /* no answer yet: what is asked has no deadline */

struct call;
struct node;

/* Who asks: a call, a node that is brought to its file system, or, with neither, what a file system as a whole has to have done. */
struct asker {
	struct call *call;
	struct node *node;
};

struct question {
	struct filesystem_ask ask;
	const char *name, *second; /* a name, and another or a target; NULL: none */
	const void *data;          /* ranges */
	size_t bytes;
	const struct tenon_loan *loan; /* of what is written, from `done` on */
	uint64_t done;
};

void desks_start(void);
/* Who asks from now on; returns who did. */
struct asker desk_set_asker(struct asker next);
/* The answer's status; FILESYSTEM_LATER: `answer` is unchanged, and the present asker will be run again. */
enum filesystem_status desk_ask(uint32_t file_system, const struct question *question,
				struct filesystem_answer *answer);
/* Would the present asker's question be sent at once? It has the turn then, as if it had asked, so that what is known of names holds for it. */
bool desk_is_ready(uint32_t file_system);
/* What came with the answer that was given last, which the file system can still change. */
const uint8_t *desk_paper(uint32_t file_system);
/* Has the present asker been answered FILESYSTEM_LATER because what it asked is under way? */
bool desk_is_asked(uint32_t file_system);
/* The call has ended, or gives up its turn to wait for something else. What it asked is done, and the answer nobody's. */
void desk_leave(struct call *call);
void desk_give_turn(struct call *call);
/* The node is held no more, some time. */
void desk_release(struct place place);
/* A sync is wanted, some time. */
void desk_want_sync(uint32_t file_system);
/* Lets those go on that waited for a desk. True: some may. */
bool desks_go_on(void);

/* What follows is defined by reopen.c. */

/* The file system died: what was known of it holds no more. False: it does so again and again, and who waits for it is told. */
bool system_died(uint32_t number);
/* It has answered; `opens`: while it was opened again. */
void system_answered(uint32_t file_system, bool opens);
/* It is there. Must it be opened again before anybody else asks it? */
bool system_opens_again(uint32_t number);
/* Goes on with that; desk_opened() in the end. */
void system_open_again(uint32_t number);
void desk_opened(uint32_t file_system);
/* If it is being opened again, what it waits for may be there. */
void desk_go_on_opening(uint32_t file_system);

#endif
