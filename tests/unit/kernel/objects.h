/* SPDX-License-Identifier: MIT
 * Short words for the tests of objects made at run time.
 */
#ifndef OBJECTS_H
#define OBJECTS_H

#include "system.h"

#define D(n) ((uint64_t)SLOT_STATIC_END + (n)) /* the n-th dynamic slot */

/* All say what `thread` does, which must run, and return the status. */
uint64_t make_in(unsigned thread, tenon_handle_t pool, unsigned type, uint64_t slot, uint64_t size);
uint64_t make_part(unsigned thread, tenon_handle_t set, unsigned type, uint64_t slot, uint64_t number);
uint64_t copy_to(unsigned thread, tenon_handle_t from, tenon_handle_t table, uint64_t slot, unsigned rights,
		 uint64_t badge);
uint64_t move_to(unsigned thread, tenon_handle_t from, tenon_handle_t table, uint64_t slot);
uint64_t delete_of(unsigned thread, tenon_handle_t handle);
uint64_t revoke_of(unsigned thread, tenon_handle_t handle);
uint64_t map_in(unsigned thread, tenon_handle_t frame, tenon_handle_t space, uint64_t address,
		unsigned rights);
uint64_t bind_of(unsigned thread, tenon_handle_t target, tenon_handle_t space, tenon_handle_t table,
		 tenon_handle_t fault, tenon_handle_t buffer);
/* The same that must be OK; the handle. */
tenon_handle_t make(unsigned thread, unsigned type, uint64_t slot, uint64_t size);
tenon_handle_t part(unsigned thread, tenon_handle_t set, unsigned type, uint64_t slot);
tenon_handle_t copy(unsigned thread, tenon_handle_t from, uint64_t slot);

/* The slot with an index in the thread's table, and its handle now. */
struct slot *slot_of(unsigned thread, uint64_t index);
tenon_handle_t handle_of(unsigned thread, uint64_t index);
/* Bytes free in the boot's pool. */
uint64_t free_bytes(void);

/* What a thread that was made at run time does; `handle` names it in the table of a thread of the boot. */
struct thread *made(unsigned thread, uint64_t index);
bool runs(const struct thread *thread);
void act_made(struct thread *thread, struct host_call call);
/*
 * Makes a thread in D(at), its table with 32 slots in D(at + 1); its space is the own. In its table: endpoint 0 of the
 * boot in slot 1, its own thread in 2, the pool in 3. Started at the maker's priority.
 */
struct thread *child(unsigned thread, uint64_t at, tenon_handle_t fault, tenon_handle_t buffer);

#endif
