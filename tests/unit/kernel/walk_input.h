/* SPDX-License-Identifier: MIT
 * The stream of bytes that chooses a walk, for the files that make it.
 */
#ifndef WALK_INPUT_H
#define WALK_INPUT_H

#include "system.h"
#include "walk.h"

/* The next byte of the stream; 0 past its end. */
unsigned walk_byte(void);
/* A number below `limit`, which is at most 256. */
unsigned walk_below(unsigned limit);
/* A handle from the thread's table, mostly of a capability of this type. */
tenon_handle_t walk_handle(const struct thread *thread, unsigned type);
/* Arguments for the operations on objects, tables and memory. False: it is none of them. */
bool walk_object_call(struct host_call *call, const struct thread *thread);
/* Some messages bring a capability. */
void walk_bring(struct host_call *call, const struct thread *thread);

#endif
