/* SPDX-License-Identifier: MIT
 * Looking into the memory of a member: its functions and its call chain.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tenon/supervision.h>

/* The function around an address; NULL when there is none. `offset` from its first byte. */
const struct supervision_symbol *trace_symbol(const struct supervision_member *member, uint64_t address,
					      uint64_t *offset);

/* Reads a word of the member's writable memory through the supervisor's windows; false where there is none. */
bool trace_word(const struct supervision_member *member, uint64_t address, uint64_t *word);

/*
 * The return addresses of the call chain that led to `fault`, innermost first,
 * at most `room`. Returns how many. What stands in the member's memory is
 * believed for nothing but the reading: each record must lie above the last.
 */
size_t trace_callers(const struct supervision_member *member, const struct supervision_fault *fault,
		     uint64_t *caller, size_t room);

#endif
