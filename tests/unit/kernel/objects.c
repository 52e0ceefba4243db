/* SPDX-License-Identifier: MIT
 * Short words for the tests of objects made at run time.
 */
#include "objects.h"

uint64_t make_in(unsigned thread, tenon_handle_t pool, unsigned type, uint64_t slot, uint64_t size)
{
	act(thread, simple_call(TENON_OP_POOL_MAKE, pool, type, slot, size));
	return status_of(thread);
}

uint64_t make_part(unsigned thread, tenon_handle_t set, unsigned type, uint64_t slot, uint64_t number)
{
	act(thread, simple_call(TENON_OP_SET_MAKE, set, type, slot, number));
	return status_of(thread);
}

uint64_t copy_to(unsigned thread, tenon_handle_t from, tenon_handle_t table, uint64_t slot, unsigned rights,
		 uint64_t badge)
{
	struct host_call call = simple_call(TENON_OP_CAP_COPY, from, slot, rights, badge);
	call.reply = table;
	act(thread, call);
	return status_of(thread);
}

uint64_t move_to(unsigned thread, tenon_handle_t from, tenon_handle_t table, uint64_t slot)
{
	struct host_call call = simple_call(TENON_OP_CAP_MOVE, from, slot, 0, 0);
	call.reply = table;
	act(thread, call);
	return status_of(thread);
}

/* A long call lets equals run meanwhile, who give way; and the server may hear of callers that are gone. */
static uint64_t finished(unsigned thread)
{
	for (unsigned n = 0; n < 20 && !is_current(thread); n++) {
		struct thread *other = thread_of(thread)->home->current;
		if (other == thread_of(SERVER))
			act(SERVER, receive_of(0, SLOT_REPLY));
		else if (other != NULL)
			act_made(other, (struct host_call){.operation = TENON_OP_YIELD});
	}
	return status_of(thread);
}

uint64_t delete_of(unsigned thread, tenon_handle_t handle)
{
	act(thread, simple_call(TENON_OP_CAP_DELETE, handle, 0, 0, 0));
	return finished(thread);
}

uint64_t revoke_of(unsigned thread, tenon_handle_t handle)
{
	act(thread, simple_call(TENON_OP_CAP_REVOKE, handle, 0, 0, 0));
	return finished(thread);
}

uint64_t map_in(unsigned thread, tenon_handle_t frame, tenon_handle_t space, uint64_t address,
		unsigned rights)
{
	struct host_call call = simple_call(TENON_OP_FRAME_MAP, frame, address, rights, TENON_CACHE_NORMAL);
	call.reply = space;
	act(thread, call);
	return status_of(thread);
}

uint64_t bind_of(unsigned thread, tenon_handle_t target, tenon_handle_t space, tenon_handle_t table,
		 tenon_handle_t fault, tenon_handle_t buffer)
{
	struct host_call call = simple_call(TENON_OP_THREAD_BIND, target, space, table, fault);
	call.word[3] = buffer;
	act(thread, call);
	return status_of(thread);
}

tenon_handle_t make(unsigned thread, unsigned type, uint64_t slot, uint64_t size)
{
	assert_int_equal(make_in(thread, SLOT_POOL, type, slot, size), TENON_OK);
	return word_of(thread, 0);
}

tenon_handle_t part(unsigned thread, tenon_handle_t set, unsigned type, uint64_t slot)
{
	assert_int_equal(make_part(thread, set, type, slot, 7), TENON_OK);
	return word_of(thread, 0);
}

tenon_handle_t copy(unsigned thread, tenon_handle_t from, uint64_t slot)
{
	assert_int_equal(copy_to(thread, from, 0, slot, TENON_RIGHTS_ALL, 0), TENON_OK);
	return word_of(thread, 0);
}

struct slot *slot_of(unsigned thread, uint64_t index)
{
	return captable_at(thread_of(thread)->table, index);
}

tenon_handle_t handle_of(unsigned thread, uint64_t index)
{
	return slot_of(thread, index)->handle;
}

uint64_t free_bytes(void)
{
	return core.pools[0]->free_bytes;
}

struct thread *made(unsigned thread, uint64_t index)
{
	struct slot *slot = slot_of(thread, index);
	assert_int_equal(slot->type, TENON_TYPE_THREAD);
	return slot->object;
}

bool runs(const struct thread *thread)
{
	return thread->home->current == thread;
}

void act_made(struct thread *thread, struct host_call call)
{
	settle();
	assert_true(runs(thread));
	host_syscall(thread->home->index, &call);
	settle();
}

struct thread *child(unsigned thread, uint64_t at, tenon_handle_t fault, tenon_handle_t buffer)
{
	tenon_handle_t target = make(thread, TENON_TYPE_THREAD, D(at), 0);
	tenon_handle_t table = make(thread, TENON_TYPE_TABLE, D(at + 1), 32);
	assert_int_equal(copy_to(thread, SLOT_ENDPOINT, table, 1, TENON_RIGHTS_ALL, 0), TENON_OK);
	assert_int_equal(copy_to(thread, target, table, 2, TENON_RIGHTS_ALL, 0), TENON_OK);
	assert_int_equal(copy_to(thread, SLOT_POOL, table, 3, TENON_RIGHTS_ALL, 0), TENON_OK);
	assert_int_equal(bind_of(thread, target, SLOT_SPACE, table, fault, buffer), TENON_OK);
	act(thread, simple_call(TENON_OP_THREAD_START, target, CODE_ADDRESS, STACK_ADDRESS, 5));
	assert_int_equal(status_of(thread), TENON_OK);
	return made(thread, D(at));
}
