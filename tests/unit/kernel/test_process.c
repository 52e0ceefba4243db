/* SPDX-License-Identifier: MIT
 * Threads made at run time: what they are bound to, how they serve and call, and how they, or what they hold, end in
 * whatever they do, on this CPU and on another one.
 */
#include "objects.h"

enum doing { STOPPED, READY, CALLING, AWAITING, RECEIVING, FAULTED, FAULT_QUEUED, DOINGS };

/* a makes a child; on CPU 1 nobody else runs. It gets to what it shall do, and a runs. */
static struct thread *child_doing(enum doing doing, unsigned cpu)
{
	system_boot(2, 1u << A | 1u << SERVER);
	act(SERVER, receive_of(0, SLOT_REPLY));
	struct thread *thread = child(A, 0, doing == FAULT_QUEUED ? SLOT_ENDPOINT + 2 : 0, 0);
	act(A,
	    simple_call(TENON_OP_THREAD_SCHEDULE, handle_of(A, D(0)), 50, TENON_BAND_REAL_TIME, 1u << cpu));
	assert_int_equal(status_of(A), TENON_OK);
	assert_int_equal(thread->home->index, cpu);
	if (doing == STOPPED)
		act(A, simple_call(TENON_OP_THREAD_STOP, handle_of(A, D(0)), 0, 0, 0));
	if (doing <= READY)
		return thread;
	if (cpu == 0)
		act(A, simple_call(TENON_OP_YIELD, 0, 0, 0, 0));
	struct host_call call = {.operation = TENON_OP_CALL, .handle = 1, .tag = 8, .deadline = 500000};
	if (doing == CALLING) {
		/* The server is busy elsewhere. */
		thread_of(SERVER)->sets->armed = NULL;
		act_made(thread, call);
		assert_int_equal(thread->state, TENON_THREAD_CALLING);
	} else if (doing == AWAITING) {
		act_made(thread, call);
		act(SERVER, receive_of(0, SLOT_REPLY + 1));
		assert_int_equal(thread->state, TENON_THREAD_AWAITING_REPLY);
	} else if (doing == RECEIVING) {
		act_made(thread, simple_call(TENON_OP_POOL_MAKE, 3, TENON_TYPE_RECEIVE_SET, 4, 0));
		act_made(thread, simple_call(TENON_OP_SET_MAKE, 4, TENON_TYPE_REPLY, 5, 0));
		act_made(thread, (struct host_call){.operation = TENON_OP_RECEIVE,
						    .handle = 4,
						    .deadline = TENON_NEVER,
						    .reply = 5});
		assert_int_equal(thread->state, TENON_THREAD_RECEIVING);
	} else {
		host_fault(cpu, TENON_FAULT_READ, 0x1234);
		settle();
		assert_int_equal(thread_visible_state(thread), TENON_THREAD_FAULTED);
	}
	assert_true(is_current(A));
	return thread;
}

/* Everything that a made goes; then every byte is there. */
static void end_all(uint64_t before)
{
	for (unsigned n = 0; n < 10; n++) {
		if (slot_of(A, D(n))->type != TENON_TYPE_NONE)
			assert_int_equal(delete_of(A, handle_of(A, D(n))), TENON_OK);
	}
	assert_int_equal(free_bytes(), before);
}

#define EMPTY                                                                                                \
	(core.pools[0]->page_count * TENON_PAGE_SIZE -                                                       \
	 pool_overhead(core.pools[0]->page_count * TENON_PAGE_SIZE))

static void threads_end(void **state)
{
	(void)state;
	for (unsigned doing = 0; doing < DOINGS; doing++) {
		for (unsigned cpu = 0; cpu < 2; cpu++) {
			(void)child_doing((enum doing)doing, cpu);
			uint64_t free = EMPTY;
			assert_int_equal(delete_of(A, handle_of(A, D(0))), TENON_OK);
			assert_int_equal(core.replies[0].caller == NULL, true);
			end_all(free);
		}
	}
}

static void tables_end(void **state)
{
	(void)state;
	for (unsigned doing = 0; doing < DOINGS; doing++) {
		for (unsigned cpu = 0; cpu < 2; cpu++) {
			const struct thread *thread = child_doing((enum doing)doing, cpu);
			assert_int_equal(delete_of(A, handle_of(A, D(1))), TENON_OK);
			assert_int_equal(thread->state, TENON_THREAD_STOPPED);
			assert_ptr_equal(thread->table, NULL);
			act(A, simple_call(TENON_OP_THREAD_START, handle_of(A, D(0)), CODE_ADDRESS, 0, 0));
			assert_int_equal(status_of(A), TENON_BUSY);
			end_all(EMPTY);
		}
	}
}

static void spaces_end(void **state)
{
	(void)state;
	for (unsigned doing = READY; doing < DOINGS; doing++) {
		for (unsigned cpu = 0; cpu < 2; cpu++) {
			const struct thread *thread = child_doing((enum doing)doing, cpu);
			/* All its copies of the own space, those in threads. */
			assert_int_equal(revoke_of(A, SLOT_SPACE), TENON_OK);
			assert_int_equal(thread->state, TENON_THREAD_STOPPED);
			assert_ptr_equal(thread->memory, NULL);
			end_all(EMPTY);
		}
	}
}

/* What it waits for ends. */
static void parts_end(void **state)
{
	(void)state;
	for (unsigned cpu = 0; cpu < 2; cpu++) {
		struct thread *thread = child_doing(READY, cpu);
		tenon_handle_t set = make(A, TENON_TYPE_RECEIVE_SET, D(2), 0);
		tenon_handle_t door = part(A, set, TENON_TYPE_ENDPOINT, D(3));
		tenon_handle_t reply = part(A, set, TENON_TYPE_REPLY, D(4));
		tenon_handle_t bell = part(A, set, TENON_TYPE_NOTIFICATION, D(5));
		tenon_handle_t table = handle_of(A, D(1));
		for (unsigned n = 0; n < 4; n++)
			assert_int_equal(
			    copy_to(A, handle_of(A, D(2 + n)), table, 10 + n, TENON_RIGHTS_ALL, 0), TENON_OK);
		if (cpu == 0)
			act(A, simple_call(TENON_OP_YIELD, 0, 0, 0, 0));
		struct host_call call = {
		    .operation = TENON_OP_CALL, .handle = 11, .tag = 8, .deadline = TENON_NEVER};
		act_made(thread, (struct host_call){.operation = TENON_OP_SIGNAL, .handle = 13});
		act_made(thread, call);
		assert_int_equal(thread->state, TENON_THREAD_CALLING);
		act(A, (struct host_call){.operation = TENON_OP_RECEIVE, .handle = set, .reply = reply});
		assert_int_equal(control_of(A, 3), TENON_SOURCE_SIGNAL);
		act(A, (struct host_call){.operation = TENON_OP_RECEIVE, .handle = set, .reply = reply});
		assert_int_equal(status_of(A), TENON_OK);
		assert_int_equal(thread->state, TENON_THREAD_AWAITING_REPLY);
		assert_int_equal(delete_of(A, reply), TENON_OK);
		assert_int_equal(thread->context.control[0], TENON_RESTARTED);
		if (cpu == 0)
			act(A, simple_call(TENON_OP_YIELD, 0, 0, 0, 0));
		act_made(thread, (struct host_call){.operation = TENON_OP_SIGNAL, .handle = 13});
		act_made(thread, call);
		assert_int_equal(delete_of(A, bell), TENON_OK);
		assert_int_equal(delete_of(A, door), TENON_OK);
		assert_int_equal(thread->context.control[0], TENON_GONE);
		end_all(EMPTY);
	}
}

/* A set whose server waits in it; a context whose thread runs on it. */
static void what_a_thread_holds_ends(void **state)
{
	(void)state;
	for (unsigned cpu = 0; cpu < 2; cpu++) {
		struct thread *thread = child_doing(READY, cpu);
		tenon_handle_t set = make(A, TENON_TYPE_RECEIVE_SET, D(2), 0);
		tenon_handle_t context = make(A, TENON_TYPE_SCHEDULING, D(3), 0);
		assert_int_equal(copy_to(A, set, handle_of(A, D(1)), 10, TENON_RIGHTS_ALL, 0), TENON_OK);
		act(A, simple_call(TENON_OP_SCHEDULING_SET, context, 500000, 1000000, 0));
		assert_int_equal(status_of(A), TENON_OK);
		struct host_call call =
		    simple_call(TENON_OP_THREAD_SCHEDULE, handle_of(A, D(0)), 50, 1, 1u << cpu);
		call.reply = context;
		act(A, call);
		assert_int_equal(status_of(A), TENON_OK);
		assert_ptr_equal(thread->scheduling, slot_of(A, D(3))->object);
		act(A, simple_call(TENON_OP_SCHEDULING_SET, context, 400000, 1000000, 1));
		assert_int_equal(status_of(A), TENON_OK);
		act(A, simple_call(TENON_OP_SCHEDULING_READ, context, 0, 0, 0));
		if (cpu == 0)
			act(A, simple_call(TENON_OP_YIELD, 0, 0, 0, 0));
		act_made(thread, (struct host_call){
				     .operation = TENON_OP_RECEIVE, .handle = 10, .deadline = TENON_NEVER});
		assert_int_equal(thread->state, TENON_THREAD_RECEIVING);
		assert_int_equal(delete_of(A, context), TENON_OK);
		assert_ptr_equal(thread->scheduling, &thread->reserve);
		assert_int_equal(revoke_of(A, set), TENON_OK);
		assert_int_equal(thread->context.control[0], TENON_GONE);
		/* Another one may receive there now. */
		act(A, (struct host_call){.operation = TENON_OP_RECEIVE, .handle = set});
		assert_int_equal(status_of(A), TENON_WOULD_BLOCK);
		end_all(EMPTY);
	}
}

/* A thread takes away what it lives in: its thread, its table, its pool. */
static void suicides(void **state)
{
	(void)state;
	for (unsigned what = 0; what < 3; what++) {
		for (unsigned cpu = 0; cpu < 2; cpu++) {
			system_boot(2, 1u << A);
			uint64_t before = free_bytes();
			/* Thread and table come from a pool of their own. */
			tenon_handle_t pool = make(A, TENON_TYPE_POOL, D(2), 131072);
			assert_int_equal(make_in(A, pool, TENON_TYPE_THREAD, D(0), 0), TENON_OK);
			assert_int_equal(make_in(A, pool, TENON_TYPE_TABLE, D(1), 16), TENON_OK);
			tenon_handle_t table = handle_of(A, D(1));
			static const unsigned shown[] = {0, 1, 2};
			for (unsigned n = 0; n < COUNT_OF(shown); n++)
				assert_int_equal(
				    copy_to(A, handle_of(A, D(n)), table, 1 + n, TENON_RIGHTS_ALL, 0),
				    TENON_OK);
			assert_int_equal(bind_of(A, handle_of(A, D(0)), SLOT_SPACE, table, 0, 0), TENON_OK);
			struct thread *thread = made(A, D(0));
			act(A, simple_call(TENON_OP_THREAD_SCHEDULE, handle_of(A, D(0)), 50, 0, 1u << cpu));
			act(A, simple_call(TENON_OP_THREAD_START, handle_of(A, D(0)), CODE_ADDRESS, 0, 0));
			if (cpu == 0)
				act(A, simple_call(TENON_OP_YIELD, 0, 0, 0, 0));
			if (what == 0)
				act_made(thread, simple_call(TENON_OP_THREAD_STOP, 1, 0, 0, 0));
			else if (what == 1)
				act_made(thread, simple_call(TENON_OP_TABLE_RESET, 2, 0, 0, 0));
			else
				act_made(thread, simple_call(TENON_OP_CAP_REVOKE, 3, 0, 0, 0));
			if (runs(thread))
				act_made(thread, simple_call(TENON_OP_YIELD, 0, 0, 0, 0));
			assert_true(is_current(A));
			assert_int_equal(delete_of(A, pool), TENON_OK);
			assert_int_equal(free_bytes(), before);
		}
	}
}

static void binding(void **state)
{
	(void)state;
	system_boot(2, 1u << A);
	tenon_handle_t thread = make(A, TENON_TYPE_THREAD, D(0), 0),
		       table = make(A, TENON_TYPE_TABLE, D(1), 4);
	tenon_handle_t frame = make(A, TENON_TYPE_FRAME, D(2), 4096);
	assert_int_equal(bind_of(A, thread, table, SLOT_TABLE, 0, 0), TENON_BAD_TYPE);
	assert_int_equal(bind_of(A, thread, SLOT_SPACE, 0, 0, 0), TENON_BAD_HANDLE);
	assert_int_equal(bind_of(A, thread, SLOT_SPACE, table, SLOT_WEAK, 0), TENON_BAD_RIGHTS);
	assert_int_equal(bind_of(A, thread, SLOT_SPACE, table, 0, SLOT_POOL), TENON_BAD_TYPE);
	assert_int_equal(bind_of(A, SLOT_THREAD + B, SLOT_SPACE, table, 0, 0), TENON_BUSY);
	act(A, simple_call(TENON_OP_THREAD_START, thread, CODE_ADDRESS, 0, 0));
	assert_int_equal(status_of(A), TENON_BUSY); /* bound to nothing */
	assert_int_equal(bind_of(A, thread, SLOT_SPACE, table, SLOT_ENDPOINT, frame), TENON_OK);
	const struct thread *object = made(A, D(0));
	assert_ptr_equal(object->buffer, arch_direct(frame_physical(slot_of(A, D(2)))));
	assert_int_equal(delete_of(A, frame), TENON_OK); /* its buffer goes */
	assert_ptr_equal(object->buffer, NULL);
	/* The table of threads of another CPU. */
	act(A, simple_call(TENON_OP_THREAD_SCHEDULE, thread, 10, 0, 2));
	assert_int_equal(object->home->index, 1);
	assert_int_equal(bind_of(A, thread, SLOT_SPACE, SLOT_TABLE, 0, 0), TENON_BUSY);
	/* Registers of a device are no buffer. */
	struct slot *slot = slot_of(A, D(1));
	assert_int_equal(slot->type, TENON_TYPE_TABLE);
}

/* The first thread that receives in a set is its server; another one is refused. */
static void the_first_receiver_joins(void **state)
{
	(void)state;
	struct thread *thread = child_doing(READY, 0);
	tenon_handle_t set = make(A, TENON_TYPE_RECEIVE_SET, D(2), 0),
		       other = make(A, TENON_TYPE_RECEIVE_SET, D(3), 0);
	assert_int_equal(copy_to(A, set, handle_of(A, D(1)), 10, TENON_RIGHTS_ALL, 0), TENON_OK);
	act(A, (struct host_call){.operation = TENON_OP_RECEIVE, .handle = set});
	assert_int_equal(status_of(A), TENON_WOULD_BLOCK);
	assert_ptr_equal(((struct receive_set *)slot_of(A, D(2))->object)->server, thread_of(A));
	act(A, (struct host_call){.operation = TENON_OP_RECEIVE, .handle = other});
	assert_int_equal(status_of(A), TENON_BAD_RIGHTS); /* one at a time */
	act(A, simple_call(TENON_OP_YIELD, 0, 0, 0, 0));
	act_made(thread, (struct host_call){.operation = TENON_OP_RECEIVE, .handle = 10});
	assert_int_equal(thread->context.control[0], TENON_BAD_RIGHTS);
	act_made(thread, simple_call(TENON_OP_YIELD, 0, 0, 0, 0));
	assert_int_equal(delete_of(A, set), TENON_OK);
	act(A, (struct host_call){.operation = TENON_OP_RECEIVE, .handle = other});
	assert_int_equal(status_of(A), TENON_WOULD_BLOCK);
	end_all(EMPTY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(threads_end),
	    cmocka_unit_test(tables_end),
	    cmocka_unit_test(spaces_end),
	    cmocka_unit_test(parts_end),
	    cmocka_unit_test(what_a_thread_holds_ends),
	    cmocka_unit_test(suicides),
	    cmocka_unit_test(binding),
	    cmocka_unit_test(the_first_receiver_joins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
