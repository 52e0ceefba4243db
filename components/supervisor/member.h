/* SPDX-License-Identifier: MIT
 * The members of the system as the supervisor sees them: whether each runs,
 * waits for its restart or is halted, and what its policy allows.
 */
#ifndef MEMBER_H
#define MEMBER_H

#include <stdbool.h>
#include <stdint.h>
#include <tenon/supervision.h>

enum member_state { MEMBER_RUNNING, MEMBER_WAITING, MEMBER_HALTED };

struct member {
	enum member_state state;
	uint32_t restarts;
	uint32_t last_fault;    /* enum tenon_fault */
	uint64_t restart_at_ns; /* while WAITING */
	bool beat_asked;        /* and not answered */
	uint64_t beat_at_ns;    /* when to ask again, or, once asked, when it is too late */
	uint64_t *restarted_ns; /* ring of the last `limit` restarts, for the limit */
	uint32_t limit;         /* of the policy's at_most; 0: none */
};

void members_init(uint64_t now_ns);
uint32_t members_count(void);
struct member *member_get(uint32_t index);
/* The member of that name; members_count() when there is none. */
uint32_t member_find(const char *name);

/* Can its memory be made anew? */
bool member_restartable(uint32_t index);
/* Stops it, makes its memory as at boot, starts it. */
void member_restart(uint32_t index);
/* It fell or hangs: does what its policy says, or prepares it (a restart after a back-off). */
void member_failed(uint32_t index, uint32_t cause);
/* Takes it off whatever it does, for good; callers get `gone`. */
void member_halt(uint32_t index);

/* Has a time come? Restarts those that wait, asks for heartbeats, finds those that hang. */
void members_look(uint64_t now_ns);
void member_beat(uint32_t index, uint64_t now_ns);
/* When members_look() has something to do next. */
uint64_t members_next(void);

#endif
