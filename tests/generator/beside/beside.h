/* SPDX-License-Identifier: MIT
 * Generated glue of golden/handed in one host program: the parts of a kernel
 * that move capabilities stand between a client and its server.
 */
#ifndef TESTS_GENERATOR_BESIDE_H
#define TESTS_GENERATOR_BESIDE_H

#include <tenon/room.h>

enum side { CLIENT, SERVER, SIDES };
enum { SLOTS = 32 };

/* A capability: what it is, and which slot of the other table it was derived from, if any. */
struct place {
	uint32_t type, rights, generation;
};
struct table {
	struct place place[SLOTS];
	uint32_t accept;
};
extern struct table table[SIDES];

/* Puts a capability of the test's own into a table; it is found by the handle that is returned. */
tenon_handle_t kernel_give(enum side side, uint32_t slot, enum tenon_type type, uint32_t rights);
void kernel_take(enum side side, tenon_handle_t handle);
/* How many slots of a table are in use. */
unsigned kernel_used(enum side side);
/* A system call that is no message. */
void kernel_trap(enum side side, struct tenon_ipc *ipc);

/* What the server answers, and what it gives. */
struct setting {
	uint32_t answers; /* enum chest_status */
	tenon_handle_t gives;
	bool stray; /* a capability goes with each answer, asked for or not: `gives` */
};
extern struct setting setting;
extern uint32_t calling; /* which client it is */

/* Runs the server up to where it first receives. */
void server_begin(void);
void server_serve(struct tenon_ipc *ipc, bool sent);
unsigned server_calls(void);
tenon_handle_t server_taken(void);
void server_trap(struct tenon_ipc *ipc);
void client_trap(struct tenon_ipc *ipc);
/* All that the client tries; returns how much was not as it must be. */
unsigned client_try_all(void);

#endif
