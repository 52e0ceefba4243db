/* SPDX-License-Identifier: MIT
 * Loans: ranges of a caller's memory that its server may copy from or into, for as long as the call lasts.
 *
 * They stand in the thread that lends, written before its call, and belong to the call that its context still shows: who
 * holds the lock of the set where it waits may read them. A loan that is passed on names the slot of the reply object, in
 * the table of the thread that passes it on, and the call in it.
 */
#ifndef CORE_LOAN_H
#define CORE_LOAN_H

#include <core/check.h>

#define LOAN_LINKS 8u /* how often a loan is passed on */

struct loan {
	uint64_t address; /* in the lender's space; passed on: offset in the outer loan */
	uint64_t bytes;
	uint64_t outer;  /* handle of the reply object with the outer loan; 0: the lender's own memory */
	uint64_t serial; /* of the call in it */
	uint8_t rights;  /* TENON_RIGHT_READ, TENON_RIGHT_WRITE */
	uint8_t index;   /* of the outer loan in its call */
	uint8_t links;   /* how many loans are outside of it */
};

struct thread;

/* Does this caller, whose call is queued or received and not answered, lend anything? */
bool loan_lends(const struct thread *caller);
/*
 * Takes the loans that `tag` announces from the message buffer of the running thread. BAD_ARGUMENT: a range or rights that
 * no loan can have; BAD_LOAN: passed on from none, or more than it is; TRUNCATED: there is no buffer to read them from.
 */
MUST_USE enum tenon_status loan_take(struct thread *caller, uint64_t tag);

#endif
