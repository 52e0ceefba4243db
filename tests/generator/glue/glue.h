/* SPDX-License-Identifier: MIT
 * Generated glue of golden/forms in one host program: what the client's calls
 * reach, and what stands between the two in place of the kernel.
 */
#ifndef TESTS_GENERATOR_GLUE_H
#define TESTS_GENERATOR_GLUE_H

#include <tenon/ipc.h>

/* A message as it stands between sender and receiver. */
struct message {
	uint64_t tag;
	uint8_t bytes[TENON_MESSAGE_MAX_BYTES];
};

/* Gives a call, or what was sent, to the real dispatcher; `answer` gets what a call is answered. */
void server_serve(const struct message *call, struct message *answer, bool sent);
/* How often a handler was called so far. */
unsigned server_calls(void);

/* From now on a label that a handler answers has no end, which its glue must not let pass. */
void server_label_endlessly(void);

/* Out of a sender's registers and buffer, and into a receiver's: what is not part of the message is overwritten. */
void message_take(struct message *message, const struct tenon_ipc *ipc);
void message_give(const struct message *message, struct tenon_ipc *ipc);

/* LOAN_READ and LOAN_WRITE of what the client lent with its call. */
void kernel_loan(struct tenon_ipc *ipc, bool writes);

/* The kernel of each side. */
void server_trap(struct tenon_ipc *ipc);
void client_trap(struct tenon_ipc *ipc);

/* The client's calls, one of each kind; each compares what comes back. Returns how many were wrong. `counts`: no other
 * message comes between. */
unsigned client_ask_all(bool counts);
/* The same with answers that may be anything. */
void client_ask_blindly(void);

/* One call that has a label in its answer. */
void client_ask_one(void);

#endif
