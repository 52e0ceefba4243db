/* SPDX-License-Identifier: MIT
 * Scheduling contexts: budgets, lending, debt (docs/decisions/0003). A context belongs to the CPU of the thread whose own
 * it is, so nothing is locked.
 *
 * Budget: a period begins when the thread wakes and the last one is over; while it does not sleep they follow each other
 * without a gap. So who has at most a budget to do at a time, and that not more often than once in a period, always has all
 * of it (docs/decisions/0025). Whatever is left at the end of a period is forgotten. A thread whose own context is used up
 * waits (DEPLETED) until the next one begins.
 *
 * Lending: a thread that runs on what another lent to it is either `current` with that as the CPU's slice, or stands in
 * `user` of it, with its `on` pointing back. When the lender goes on (answered, timed out, stopped) the context comes back
 * to it, and the other goes on with its own. When what was lent is used up the server goes on with its own too, and what it
 * uses until it answers is the lender's debt: at most one budget, so that the next replenishment can pay it.
 */
#include <core/core.h>

#define BUDGET_MIN_NS 10000u /* less, and the timer's interrupts would be all that runs */
#define PERIOD_MAX_NS (UINT64_C(1) << 40)

void scheduling_init(struct scheduling *scheduling)
{
	scheduling->timer.kind = TIMER_SCHEDULING;
}

void scheduling_thread_init(struct thread *thread)
{
	scheduling_init(&thread->reserve);
	thread->reserve.thread = thread;
	thread->scheduling = &thread->reserve;
	thread->on = &thread->reserve;
	thread->affinity = UINT64_MAX;
	thread->band = TENON_BAND_REAL_TIME;
}

void scheduling_refill(struct scheduling *scheduling, uint64_t now, bool wakes)
{
	if (scheduling->budget == 0 || now < scheduling->replenish)
		return;
	uint64_t pay = scheduling->debt < scheduling->budget ? scheduling->debt : scheduling->budget;
	scheduling->debt = 0;
	scheduling->left = scheduling->budget - pay;
	/* Who slept past the end of its period begins one with what it has to do now, and has all of its budget for it. */
	bool follows = !wakes && now - scheduling->replenish < scheduling->period;
	scheduling->replenish = (follows ? scheduling->replenish : now) + scheduling->period;
}

void scheduling_park(struct cpu *cpu, struct thread *thread)
{
	thread->state = THREAD_DEPLETED;
	timer_link(cpu, &thread->scheduling->timer, thread->scheduling->replenish);
}

void scheduling_unpark(struct cpu *cpu, struct thread *thread)
{
	timer_unlink(cpu, &thread->scheduling->timer);
}

void scheduling_period(struct cpu *cpu, struct scheduling *scheduling)
{
	timer_unlink(cpu, &scheduling->timer);
	schedule_ready(cpu, scheduling->thread);
}

/* ---- debt ---- */

static void debt_begin(struct scheduling *creditor, struct scheduling *debtor)
{
	creditor->debtor = debtor;
	debtor->creditor = creditor;
}

static void debt_end(struct scheduling *debtor)
{
	if (debtor->creditor == NULL)
		return;
	debtor->creditor->debtor = NULL;
	debtor->creditor = NULL;
}

/* ---- lending ---- */

void schedule_release(struct thread *thread)
{
	if (thread->on == thread->scheduling)
		return;
	thread->on->user = NULL;
	thread->on = thread->scheduling;
	thread->receive_control = 0;
}

void schedule_take_back(struct cpu *cpu, struct scheduling *scheduling)
{
	struct thread *user = scheduling->user, *current = cpu->current;
	if (user != NULL && user != scheduling->thread)
		schedule_release(user);
	scheduling->user = NULL;
	scheduling->serial++;
	if (cpu->slice == scheduling && current != NULL && current != scheduling->thread)
		schedule_run_on(cpu, current->scheduling);
	debt_end(scheduling);
}

void schedule_lend(struct cpu *cpu, struct thread *caller, struct thread *server, struct reply *reply)
{
	bool lends = reply->caller == caller && caller->home == cpu && server->priority >= caller->priority;
	reply->lender = NULL;
	if (server->home != cpu)
		return;
	server->receive_control = 0; /* until an answer has found that it is on what this call lends */
	struct scheduling *lent = !lends ? NULL : caller == cpu->current ? cpu->slice : caller->on;
	if (lent == NULL || scheduling_depleted(lent)) {
		if (server == cpu->current)
			schedule_run_on(cpu, server->scheduling);
		return;
	}
	reply->lender = lent;
	reply->lender_serial = lent->serial;
	caller->on = caller->scheduling;
	lent->user = NULL;
	if (server != cpu->current) {
		server->on = lent;
		lent->user = server;
	} else {
		schedule_run_on(cpu, lent);
	}
}

/* What `holder` ran on, or is to run on, is the caller's again. */
static void give_back(struct cpu *cpu, struct thread *caller, struct thread *holder, struct scheduling *lent)
{
	if (holder == cpu->current)
		schedule_run_on(cpu, holder->scheduling);
	else
		schedule_release(holder);
	caller->on = lent;
	lent->user = caller;
}

void schedule_return(struct cpu *cpu, struct thread *caller, struct thread *server, struct reply *reply)
{
	const struct scheduling *lender = reply->lender;
	reply->lender = NULL;
	if (lender == NULL || caller->home != cpu || server->home != cpu)
		return;
	/* What its owner took back since may be lent anew, to others: then this loan is over. */
	uint32_t serial = reply->lender_serial;
	if (lender == cpu->slice && cpu->slice->serial == serial && cpu->current != NULL &&
	    cpu->current != caller && cpu->current->scheduling != lender) {
		give_back(cpu, caller, cpu->current, cpu->slice);
	} else if (lender == server->on && server->on->serial == serial && lender != server->scheduling) {
		give_back(cpu, caller, server, server->on);
	} else if (lender == server->scheduling->debtor && server->scheduling->debtor->serial == serial) {
		struct scheduling *debtor = server->scheduling->debtor;
		schedule_charge(cpu, arch_ticks());
		debt_end(debtor);
		if (debtor->thread != caller)
			debt_begin(caller->scheduling, debtor);
	}
}

void schedule_forget(struct cpu *cpu, struct thread *thread)
{
	schedule_release(thread);
	schedule_take_back(cpu, thread->scheduling);
	if (thread->scheduling->debtor != NULL)
		debt_end(thread->scheduling->debtor);
}

/* ---- budgets ---- */

void scheduling_overrun(struct cpu *cpu, uint64_t now)
{
	struct scheduling *slice = cpu->slice;
	struct thread *thread = cpu->current;
	CHECK(slice != NULL && thread != NULL);
	cpu->budget_end_ticks = UINT64_MAX;
	if (slice->left == 0)
		slice->overruns++;
	scheduling_refill(slice, now, false);
	if (slice->left != 0) {
		schedule_budget_arm(cpu, now);
	} else if (slice != thread->scheduling) {
		schedule_run_on(cpu, thread->scheduling);
		debt_end(slice);
		if (cpu->slice->debtor != NULL)
			debt_end(cpu->slice->debtor);
		debt_begin(cpu->slice, slice);
	} else if ((slice->flags & TENON_SCHEDULING_FAULT) != 0 && thread->fault_endpoint != NULL) {
		thread_fault(cpu, thread, &(struct core_fault){.kind = TENON_FAULT_BUDGET});
	} else {
		schedule_leave(cpu);
		scheduling_park(cpu, thread);
	}
}

/* ---- binding ---- */

enum tenon_status scheduling_bind(struct cpu *cpu, struct thread *thread, struct scheduling *scheduling)
{
	struct scheduling *old = thread->scheduling,
			  *own = scheduling != NULL ? scheduling : &thread->reserve;
	bool parked = thread->state == THREAD_DEPLETED;
	if (own == old)
		return TENON_OK;
	if (own != &thread->reserve) {
		struct thread *nobody = NULL;
		if (!__atomic_compare_exchange_n(&own->thread, &nobody, thread, false, __ATOMIC_ACQUIRE,
						 __ATOMIC_RELAXED))
			return TENON_BUSY; /* claimed by another, perhaps on another CPU */
	}
	schedule_take_back(cpu, old);
	if (old->debtor != NULL)
		debt_end(old->debtor);
	if (parked)
		scheduling_unpark(cpu, thread);
	own->level = 0;
	thread->scheduling = own;
	if (thread->on == old)
		thread->on = own;
	if (cpu->slice == old)
		schedule_run_on(cpu, own);
	if (old != &thread->reserve)
		__atomic_store_n(&old->thread, NULL, __ATOMIC_RELEASE);
	if (parked)
		schedule_ready(cpu, thread);
	return TENON_OK;
}

/* ---- system calls ---- */

void scheduling_set(struct cpu *cpu, struct scheduling *scheduling, const struct arch_context *words)
{
	struct thread *thread = scheduling->thread;
	bool parked = thread != NULL && thread->state == THREAD_DEPLETED;
	uint64_t now = arch_ticks();
	if (cpu->slice == scheduling)
		schedule_charge(cpu, now);
	if (parked)
		scheduling_unpark(cpu, thread);
	scheduling->budget = clock_ticks(arch_word(words, 0));
	scheduling->period = clock_ticks(arch_word(words, 1));
	scheduling->flags = (uint8_t)arch_word(words, 2);
	scheduling->left = scheduling->budget;
	scheduling->replenish = now + scheduling->period;
	scheduling->debt = 0;
	if (cpu->slice == scheduling)
		schedule_budget_arm(cpu, now);
	if (parked)
		schedule_ready(cpu, thread);
}

void syscall_scheduling_set(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_SCHEDULING, TENON_RIGHT_WRITE);
	if (slot == NULL)
		return;
	struct scheduling *scheduling = slot->object;
	struct thread *owner = __atomic_load_n(&scheduling->thread, __ATOMIC_ACQUIRE);
	const struct arch_context *words = &thread->context;
	uint64_t budget = arch_word(words, 0), period = arch_word(words, 1), flags = arch_word(words, 2);
	if (budget > period || (budget != 0 && (budget < BUDGET_MIN_NS || period > PERIOD_MAX_NS)) ||
	    (flags & ~(uint64_t)TENON_SCHEDULING_FAULT) != 0) {
		thread_tell(thread, TENON_BAD_ARGUMENT);
	} else if (owner != NULL && thread_home(owner) != cpu) {
		thread->wanted = scheduling;
		__atomic_add_fetch(&scheduling->requests, 1u, __ATOMIC_RELAXED);
		thread_request(cpu, thread, owner, INBOX_SCHEDULING_SET);
	} else {
		scheduling_set(cpu, scheduling, words);
		thread_tell(thread, TENON_OK);
	}
}

void syscall_scheduling_read(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_SCHEDULING, TENON_RIGHT_READ);
	if (slot == NULL)
		return;
	const struct scheduling *scheduling = slot->object;
	if (cpu->slice == scheduling)
		schedule_charge(cpu, arch_ticks());
	thread_tell(thread, TENON_OK);
	arch_word_set(&thread->context, 0, clock_ns(scheduling->left));
	arch_word_set(&thread->context, 1, clock_ns(scheduling->consumed));
	arch_word_set(&thread->context, 2, scheduling->overruns);
	arch_word_set(&thread->context, 3, clock_ns(scheduling->debt));
}
