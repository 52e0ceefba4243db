/* SPDX-License-Identifier: MIT
 * What desk.c, where file systems are asked, and session.c, where they come and go, both know of a desk. For nobody else.
 */
#ifndef VFS_DESK_STATE_H
#define VFS_DESK_STATE_H

#include "desk.h"

#define HELD_MAX 1024u /* interfaces/filesystem.yaml: nodes that are held, so no more are released */

enum desk_state {
	IDLE,
	ASKED,
	ANSWERED /* and its asker has not taken the answer */
};

struct desk {
	enum desk_state state;
	bool is_open, is_opening; /* as a session; the file system is opened again */
	bool is_gone;             /* for good */
	bool has_chores;          /* nodes or the file system could not ask */
	bool chores_were_last;    /* then calls come first */
	bool wants_sync;
	struct asker owner; /* of what is asked; neither: the file system, or nobody any more */
	bool is_owned;
	const struct call *holder; /* of the turn */
	uint16_t waiting;
	uint64_t number, looked_at;
	struct filesystem_ask ask;
	char name[256];
	struct filesystem_answer answer;
	uint32_t releases, first_release;
	uint64_t release[HELD_MAX]; /* nodes, a ring */
};

extern struct desk desks[FILE_SYSTEMS_COUNT > 0 ? FILE_SYSTEMS_COUNT : 1];

/* Nobody takes what was asked. A node that was held for nobody is released. */
void desk_drop(struct desk *desk);
/* What the file system as a whole has to have done, as far as it can be. */
void desk_do_chores(uint32_t file_system);
/* Somebody may go on. */
void desk_changed(void);
/* What takes long is looked after, until nobody waits. */
void desk_look_soon(void);
void desk_look_no_more(void);

#endif
