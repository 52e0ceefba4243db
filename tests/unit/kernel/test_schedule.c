/* SPDX-License-Identifier: MIT
 * Scheduling contexts, lending, feedback within a priority, and moves to another CPU. Contexts have no static slots here:
 * the tests put them into a's table.
 */
#include "system.h"

#define MS           UINT64_C(1000000)
#define SLOT_CONTEXT (SLOT_STATIC_END + 2)

static struct scheduling contexts[2];

static void give_contexts(unsigned thread)
{
	for (uint32_t i = 0; i < COUNT_OF(contexts); i++) {
		contexts[i] = (struct scheduling){0};
		scheduling_init(&contexts[i]);
		const struct capability capability = {.object = &contexts[i],
						      .type = TENON_TYPE_SCHEDULING,
						      .rights = TENON_RIGHT_READ | TENON_RIGHT_WRITE};
		slot_fill(&thread_of(thread)->slots[SLOT_CONTEXT + i], SLOT_CONTEXT + i, &capability, NULL);
	}
}

static struct host_call set_call(unsigned context, uint64_t budget, uint64_t period, uint64_t flags)
{
	return simple_call(TENON_OP_SCHEDULING_SET, SLOT_CONTEXT + context, budget, period, flags);
}

/* context: index, or -1 for the reserve. */
static struct host_call schedule_call(unsigned thread, uint64_t priority, uint64_t band, uint64_t mask,
				      int context)
{
	struct host_call call =
	    simple_call(TENON_OP_THREAD_SCHEDULE, SLOT_THREAD + thread, priority, band, mask);
	call.reply = context < 0 ? 0 : SLOT_CONTEXT + (unsigned)context;
	return call;
}

/* Others of its priority let it go first. */
static void act_in_turn(unsigned thread, struct host_call call)
{
	settle();
	for (unsigned n = 0; n < THREADS && !is_current(thread); n++) {
		const struct host_call yield = {.operation = TENON_OP_YIELD};
		host_syscall(thread_of(thread)->home->index, &yield);
		settle();
	}
	act(thread, call);
}

/* What a context has is known when it stops; here at any time. */
static uint64_t left_of(const struct scheduling *context)
{
	schedule_charge(core_cpu(0), host_ticks);
	return context->left;
}

static void acts_ok(unsigned thread, struct host_call call)
{
	act_in_turn(thread, call);
	assert_int_equal(status_of(thread), TENON_OK);
}

/* a runs on context 0. */
static void bound(unsigned started, uint64_t budget, uint64_t period, uint64_t flags)
{
	system_boot(2, started);
	if (state_of(SUPERVISOR) == TENON_THREAD_RUNNING)
		act(SUPERVISOR, receive_of(2, SLOT_REPLY + 3));
	if (state_of(SERVER) == TENON_THREAD_RUNNING)
		act(SERVER, receive_of(0, SLOT_REPLY));
	give_contexts(A);
	acts_ok(A, set_call(0, budget, period, flags));
	acts_ok(A, schedule_call(A, 50, TENON_BAND_REAL_TIME, UINT64_MAX, 0));
	assert_ptr_equal(thread_of(A)->scheduling, &contexts[0]);
}

static void refusals(void **state)
{
	(void)state;
	system_boot(2, 1u << A | 1u << B | 1u << C);
	give_contexts(A);
	const struct host_call bad[] = {
	    set_call(0, 3 * MS, 2 * MS, 0),
	    set_call(0, 1, 2 * MS, 0),
	    set_call(0, MS, UINT64_MAX, 0),
	    set_call(0, MS, 2 * MS, 2),
	    schedule_call(B, 51, TENON_BAND_REAL_TIME, 1, -1), /* above its own */
	    schedule_call(B, 50, 2, 1, -1),
	    schedule_call(B, 50, TENON_BAND_REAL_TIME, 0, -1),
	    schedule_call(B, 50, TENON_BAND_REAL_TIME, 12, -1), /* no such CPU */
	};
	for (unsigned i = 0; i < COUNT_OF(bad); i++) {
		act_in_turn(A, bad[i]);
		assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	}
	struct host_call call = schedule_call(A, 50, TENON_BAND_REAL_TIME, 1, -1);
	call.reply = SLOT_CLOCK;
	act_in_turn(A, call);
	assert_int_equal(status_of(A), TENON_BAD_TYPE);
	acts_ok(A, schedule_call(B, 50, TENON_BAND_REAL_TIME, 1, 0));
	act_in_turn(A, schedule_call(A, 50, TENON_BAND_REAL_TIME, 1, 0)); /* b's */
	assert_int_equal(status_of(A), TENON_BUSY);
	act_in_turn(A,
		    schedule_call(C, 50, TENON_BAND_REAL_TIME, 2, 0)); /* b's, and c's home is another CPU */
	assert_int_equal(status_of(A), TENON_BUSY);
	/* Two threads of one table stay together. */
	const struct host_call away = schedule_call(B, 50, TENON_BAND_REAL_TIME, 2, -1);
	act_in_turn(A, (struct host_call){.operation = TENON_OP_NULL});
	thread_of(B)->table->threads = 2;
	host_syscall(0, &away);
	thread_of(B)->table->threads = 1;
	assert_int_equal(status_of(A), TENON_BUSY);
}

static void budget_is_kept(void **state)
{
	(void)state;
	bound(1u << A | 1u << B, 2 * MS, 10 * MS, 0);
	uint64_t before = thread_cpu_ns(thread_of(A));
	advance_ns(2 * MS - 1);
	assert_true(is_current(A) || is_current(B));
	for (unsigned period = 0; period < 10; period++) {
		uint64_t used = 0;
		for (unsigned n = 0; n < 100; n++) {
			advance_ns(MS / 10);
			used = thread_cpu_ns(thread_of(A)) - before;
		}
		assert_true(used <= 2 * MS * (period + 2));
		assert_true(used >= 2 * MS * period);
	}
	/* The only thread waits too. */
	act(is_current(A) ? A : B, stop_of(B));
	while (core_cpu(0)->current != NULL)
		advance_ns(MS / 10);
	assert_int_equal(state_of(A), TENON_THREAD_READY);
	assert_true(contexts[0].overruns > 9);
	advance_ns(10 * MS);
	assert_int_equal(contexts[0].debt, 0);
}

/* Who slept past the end of its period has a whole one from then on, and not the rest of the one that followed. */
static void a_period_begins_with_waking(void **state)
{
	(void)state;
	bound(1u << A, 2 * MS, 10 * MS, 0);
	advance_ns(MS);
	act(A, call_until(0, 0, 1, host_ticks - 2000 + 13 * MS)); /* nobody serves */
	assert_false(is_current(A));
	while (!is_current(A))
		advance_ns(MS / 10);
	assert_in_range(contexts[0].replenish, host_ticks + 10 * MS - MS / 5, host_ticks + 10 * MS);
	assert_true(left_of(&contexts[0]) >= 2 * MS - MS / 5);
	/* Awake, its periods follow each other. */
	uint64_t replenish = contexts[0].replenish;
	while (host_ticks < replenish + MS)
		advance_ns(MS / 10);
	assert_int_equal(contexts[0].replenish, replenish + 10 * MS);
}

static void without_limit_the_timer_stays_off(void **state)
{
	(void)state;
	system_boot(1, 1u << A);
	assert_int_equal(core_cpu(0)->timer_armed_ticks, UINT64_MAX);
	give_contexts(A);
	acts_ok(A, schedule_call(A, 50, TENON_BAND_TIME_SHARING, 1, 0));
	assert_int_equal(core_cpu(0)->timer_armed_ticks, UINT64_MAX);
	acts_ok(A, set_call(0, 5 * MS, 5 * MS, 0));
	assert_true(core_cpu(0)->timer_armed_ticks != UINT64_MAX);
	for (unsigned i = 0; i < 5; i++)
		advance_ns(3 * MS);
	assert_true(is_current(A)); /* budget and period are the same */
	acts_ok(A, simple_call(TENON_OP_SCHEDULING_READ, SLOT_CONTEXT, 0, 0, 0));
	assert_true(word_of(A, 1) >= 15 * MS);
	acts_ok(A, schedule_call(A, 50, TENON_BAND_TIME_SHARING, 1, -1));
	assert_ptr_equal(contexts[0].thread, NULL);
}

static void stopped_while_it_waits(void **state)
{
	(void)state;
	bound(1u << A | 1u << B, 2 * MS, 10 * MS, 0);
	while (thread_of(A)->state != THREAD_DEPLETED)
		advance_ns(MS / 10);
	acts_ok(B, stop_of(A));
	assert_int_equal(core_cpu(0)->timer_count, 0);
	acts_ok(B, start_of(A));
	assert_int_equal(thread_of(A)->state, THREAD_DEPLETED); /* starting anew gives no new budget */
	acts_ok(B, schedule_call(A, 50, TENON_BAND_REAL_TIME, 1, -1));
	assert_int_equal(thread_of(A)->state, TENON_THREAD_READY);
	assert_ptr_equal(contexts[0].thread, NULL);
	assert_int_equal(core_cpu(0)->timer_count, 0);
}

static void overrun_is_a_fault(void **state)
{
	(void)state;
	bound(1u << A | 1u << B | 1u << SUPERVISOR, 2 * MS, 10 * MS, TENON_SCHEDULING_FAULT);
	while (!is_current(SUPERVISOR))
		advance_ns(MS / 10);
	assert_int_equal(state_of(A), TENON_THREAD_FAULTED);
	assert_int_equal(word_of(SUPERVISOR, 0), TENON_FAULT_BUDGET);
	assert_int_equal(control_of(SUPERVISOR, 2), 900 + A);
	act(SUPERVISOR, reply_receive_of(2, SLOT_REPLY + 3, 0, 0));
	assert_int_equal(thread_of(A)->state, THREAD_DEPLETED);
	assert_true(is_current(B));
	uint64_t next = contexts[0].replenish;
	while (thread_of(A)->state == THREAD_DEPLETED)
		advance_ns(MS / 10);
	assert_true(host_ticks >= next && host_ticks <= next + MS / 10);
}

static void server_overruns_its_callers_context(void **state)
{
	(void)state;
	bound(1u << A | 1u << B | 1u << SERVER, 2 * MS, 10 * MS, 0);
	uint64_t next = contexts[0].replenish;
	act(A, call_of(0, 0, 1));
	assert_true(is_current(SERVER));
	assert_ptr_equal(core_cpu(0)->slice, &contexts[0]);
	advance_ns(MS);
	assert_int_equal(left_of(&contexts[0]), MS);
	advance_ns(MS);
	assert_true(is_current(SERVER)); /* on its own */
	assert_ptr_equal(core_cpu(0)->slice, &thread_of(SERVER)->reserve);
	assert_int_equal(contexts[0].overruns, 1);
	advance_ns(MS / 2);
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 2));
	assert_int_equal(thread_of(A)->state, THREAD_DEPLETED);
	assert_int_equal(contexts[0].debt, MS / 2);
	assert_true(is_current(B));
	advance_ns(MS); /* nobody's debt any more */
	assert_int_equal(contexts[0].debt, MS / 2);
	while (host_ticks < next)
		advance_ns(MS / 10);
	assert_int_not_equal(thread_of(A)->state, THREAD_DEPLETED);
	assert_int_equal(word_of(A, 0), 2);
	assert_int_equal(left_of(&contexts[0]), 3 * MS / 2);
	assert_int_equal(contexts[0].debt, 0);
}

static void lender_times_out(void **state)
{
	(void)state;
	bound(1u << A | 1u << SERVER, 5 * MS, 10 * MS, 0);
	act(A, call_until(0, 0, 1, host_ticks + MS - 1000));
	assert_true(is_current(SERVER));
	assert_ptr_equal(core_cpu(0)->slice, &contexts[0]);
	advance_ns(2 * MS);
	assert_true(is_current(SERVER)); /* more urgent than a, and on its own now */
	assert_int_equal(status_of(A), TENON_TIMED_OUT);
	assert_ptr_equal(core_cpu(0)->slice, &thread_of(SERVER)->reserve);
	uint64_t left = left_of(&contexts[0]);
	advance_ns(MS);
	assert_int_equal(left_of(&contexts[0]), left);
}

/* Answers out of order give each context to its owner. */
static void answers_out_of_order(void **state)
{
	(void)state;
	bound(1u << A | 1u << B | 1u << SERVER, 5 * MS, 20 * MS, 0);
	act(A, call_of(0, 0, 1));
	act(SERVER, receive_of(0, SLOT_REPLY + 1));
	assert_true(is_current(B));
	act(B, call_of(0, 0, 2));
	assert_true(is_current(SERVER));
	assert_ptr_equal(core_cpu(0)->slice, &thread_of(B)->reserve);
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 10)); /* to a, on what b lent */
	assert_true(is_current(A));
	assert_ptr_equal(core_cpu(0)->slice, &contexts[0]);
	uint64_t left = left_of(&contexts[0]);
	advance_ns(MS);
	act(A, call_of(0, 0, 3));
	assert_int_equal(left_of(&contexts[0]), left - MS);
	act(SERVER, reply_receive_of(0, SLOT_REPLY + 1, 0, 10)); /* to b */
	assert_ptr_equal(core_cpu(0)->slice, is_current(B) ? &thread_of(B)->reserve : &contexts[0]);
}

static void time_sharing(unsigned thread)
{
	acts_ok(thread, schedule_call(thread, 50, TENON_BAND_TIME_SHARING, 1, -1));
}

static void interactive_stays_ahead(void **state)
{
	(void)state;
	system_boot(1, 1u << A | 1u << B);
	time_sharing(A);
	time_sharing(B);
	acts_ok(B, simple_call(TENON_OP_NULL, 0, 0, 0, 0));
	for (unsigned n = 0; n < 60; n++) {
		assert_true(is_current(B));
		advance_ns(MS / 10);
		assert_true(is_current(B));
		act(B, call_until(0, 0, 1, host_ticks - 2000 + 7 * MS)); /* sleeps: nobody serves */
		assert_true(is_current(A));
		advance_ns(6 * MS);
		assert_true(is_current(A));
		advance_ns(MS);
	}
	assert_int_equal(thread_of(B)->reserve.level, 0);
	assert_true(thread_of(A)->reserve.level >= 3);
	/* Two that compute share in turns. */
	uint64_t before = thread_cpu_ns(thread_of(A)), start = host_ticks;
	for (unsigned n = 0; n < 2000; n++)
		advance_ns(MS);
	uint64_t share = (thread_cpu_ns(thread_of(A)) - before) * 100 / (host_ticks - start);
	assert_true(share >= 40 && share <= 60);
}

/* Two that sleep and run by turns leave no time to a third; it comes through by age. */
static void nobody_starves(void **state)
{
	(void)state;
	system_boot(1, 1u << A | 1u << B | 1u << SUPERVISOR | 1u << SERVER);
	for (unsigned thread = 0; thread < THREADS; thread++) {
		if (thread == A || thread == B || thread == SERVER)
			acts_ok(SUPERVISOR, schedule_call(thread, 50, TENON_BAND_TIME_SHARING, 1, -1));
	}
	act(SUPERVISOR, receive_of(2, SLOT_REPLY + 3));
	thread_of(A)->reserve.level = LEVELS - 1;
	uint64_t used = thread_cpu_ns(thread_of(A)), last = host_ticks, longest = 0;
	for (unsigned n = 0; n < 4000; n++) {
		unsigned thread = is_current(A) ? A : is_current(B) ? B : SERVER;
		advance_ns(MS / 2);
		if (!is_current(thread) || thread == A)
			continue;
		/* To the other's half of the time. */
		act(thread, call_until(thread == SERVER ? 2 : 0, 0, 1, host_ticks - 1000 + MS / 2 - 1));
		if (thread_cpu_ns(thread_of(A)) > used + MS / 4) {
			longest = host_ticks - last > longest ? host_ticks - last : longest;
			last = host_ticks;
			used = thread_cpu_ns(thread_of(A));
		}
	}
	longest = host_ticks - last > longest ? host_ticks - last : longest;
	assert_true(longest < 500 * MS);
}

static void moves(void **state)
{
	(void)state;
	system_boot(2, 1u << A | 1u << B | 1u << LOW);
	struct cpu *first = core_cpu(0), *second = core_cpu(1);
	acts_ok(A, schedule_call(A, 50, TENON_BAND_REAL_TIME, 2, -1)); /* itself, running */
	assert_ptr_equal(thread_of(A)->home, second);
	assert_true(is_current(A) && is_current(B));
	acts_ok(B, schedule_call(LOW, 10, TENON_BAND_REAL_TIME, 1, -1)); /* ready, elsewhere */
	assert_ptr_equal(thread_of(LOW)->home, first);
	assert_int_equal(state_of(LOW), TENON_THREAD_READY);
	acts_ok(A, schedule_call(B, 50, TENON_BAND_REAL_TIME, 2, -1)); /* running, elsewhere */
	assert_ptr_equal(thread_of(B)->home, second);
	assert_true(is_current(LOW));
	act_in_turn(A, call_until(0, 0, 1, host_ticks + MS)); /* blocked with a deadline */
	assert_int_equal(second->timer_count, 1);
	acts_ok(B, schedule_call(A, 50, TENON_BAND_REAL_TIME, 1, -1));
	assert_int_equal(second->timer_count, 0);
	assert_int_equal(first->timer_count, 1);
	advance_ns(2 * MS);
	assert_int_equal(status_of(A), TENON_TIMED_OUT);
	assert_true(is_current(A));
	assert_ptr_equal(first->current, thread_of(A));
	acts_ok(A, stop_of(B));
	acts_ok(A, schedule_call(B, 20, TENON_BAND_REAL_TIME, 1, -1)); /* stopped */
	acts_ok(A, start_of(B));
	assert_ptr_equal(thread_of(B)->home, first);
	assert_int_equal(thread_of(B)->priority, 20);
	assert_int_equal(thread_of(B)->memory->cpus, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refusals),
	    cmocka_unit_test(budget_is_kept),
	    cmocka_unit_test(a_period_begins_with_waking),
	    cmocka_unit_test(without_limit_the_timer_stays_off),
	    cmocka_unit_test(stopped_while_it_waits),
	    cmocka_unit_test(overrun_is_a_fault),
	    cmocka_unit_test(server_overruns_its_callers_context),
	    cmocka_unit_test(lender_times_out),
	    cmocka_unit_test(answers_out_of_order),
	    cmocka_unit_test(interactive_stays_ahead),
	    cmocka_unit_test(nobody_starves),
	    cmocka_unit_test(moves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
