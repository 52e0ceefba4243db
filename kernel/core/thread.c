/* SPDX-License-Identifier: MIT
 * Threads: waking, starting, stopping, reading. All changes of state happen on the home CPU, except that whoever holds the
 * lock of `blocked_on` may take a thread out of it. A START or STOP from elsewhere travels through the home CPU's inbox, as
 * the requester's own message; the requester waits in state MANAGING until it is answered.
 */
#include <core/core.h>

COLD void thread_tell(struct thread *thread, enum tenon_status status)
{
	thread_answer(thread, status);
}

/* The requester has its answer; it goes home. */
static void send_home(struct cpu *cpu, struct thread *requester)
{
	requester->state = THREAD_WAKING;
	thread_wake(cpu, requester);
}

/* The requester's START or STOP is done. */
static void complete(struct cpu *cpu, struct thread *requester, enum tenon_status status)
{
	thread_tell(requester, status);
	send_home(cpu, requester);
}

/* A message to `target` is answered. */
static void request_done(struct thread *target)
{
	__atomic_sub_fetch(&target->requests, 1u, __ATOMIC_RELEASE);
}

/* Tells some of those whose calls the thread had. True: there are no more, and who waited for that goes on. */
static bool retire_step(struct cpu *cpu, struct thread *thread)
{
	for (struct receive_set *set = thread->sets; set != NULL; set = set->next) {
		if (!receive_set_down(cpu, set))
			return false;
	}
	thread->retiring = false;
	while (thread->stoppers != NULL && thread->state != THREAD_MANAGING) {
		struct thread *requester = thread->stoppers;
		thread->stoppers = requester->inbox_next;
		complete(cpu, requester, TENON_OK);
	}
	return true;
}

/* Whatever it did is undone: nobody waits for it any more. */
static void retire(struct cpu *cpu, struct thread *thread)
{
	timer_cancel(cpu, thread);
	thread->deadline_follows = false; /* that message finds nothing to do */
	schedule_forget(cpu, thread);
	thread->unusual = 0;
	thread->continued = 0;
	thread->transit = false;
	thread->put_back = 0;
	embedded_drop(cpu, thread, EMBEDDED_TRANSIT);
	embedded_drop(cpu, thread, EMBEDDED_MAKING);
	arch_context_fini(&thread->context);
	thread->retiring = true;
	if (retire_step(cpu, thread))
		return;
	/* Whoever stops it waits; the thread's own message goes on with it, unless that is on its way. */
	if (thread->state != THREAD_MANAGING) {
		thread->inbox_operation = INBOX_RETIRE;
		inbox_push(cpu, thread);
	}
}

bool thread_take_off(struct cpu *cpu, struct thread *thread)
{
	struct held held;
	bool waits;
	switch (__atomic_load_n(&thread->state, __ATOMIC_RELAXED)) {
	case TENON_THREAD_READY:
		schedule_unready(cpu, thread);
		return true;
	case TENON_THREAD_RUNNING:
		CHECK(cpu->current == thread);
		schedule_leave(cpu);
		return true;
	case THREAD_DEPLETED:
		scheduling_unpark(cpu, thread);
		return true;
	case THREAD_WAKING:
		return false;
	default:
		if (__atomic_load_n(&thread->blocked_on, __ATOMIC_RELAXED) == NULL)
			return true; /* FAULTED, and in nobody's hands */
		held = set_lock(thread->blocked_on);
		waits = thread->state != THREAD_WAKING;
		if (waits)
			receive_set_unblock(cpu, held, thread);
		set_unlock(held);
		return waits;
	}
}

/*
 * Stops a thread of this CPU. False: it is WAKING; then it stops when its message arrives, which does not depend on it.
 * A MANAGING thread is as good as stopped (it never runs again, and START answers BUSY until its request came back);
 * waiting for it could close a circle of threads that stop each other.
 */
bool thread_stop(struct cpu *cpu, struct thread *thread)
{
	uint8_t state = __atomic_load_n(&thread->state, __ATOMIC_RELAXED);
	if (state == TENON_THREAD_STOPPED)
		return !thread->retiring;
	if (state == THREAD_MANAGING) {
		thread->dying = true;
		retire(cpu, thread);
		return true;
	}
	if (!thread_take_off(cpu, thread))
		return thread->dying;
	thread->state = TENON_THREAD_STOPPED;
	retire(cpu, thread);
	return !thread->retiring;
}

/* A WAKING thread has come home. */
static void arrive(struct cpu *cpu, struct thread *thread)
{
	thread->deadline_follows = false;
	timer_cancel(cpu, thread);
	if (likely(!thread->dying && thread->stoppers == NULL)) {
		if (unlikely(thread->transit))
			transfer_finish(cpu, thread);
		if (likely(!thread->loan_fault)) {
			schedule_ready(cpu, thread);
		} else {
			/* Its fault is a call to another set, and one may be locked here: later, by a message to itself. */
			thread->inbox_operation = INBOX_FAULT;
			inbox_push(cpu, thread);
		}
		return;
	}
	thread->state = TENON_THREAD_STOPPED;
	thread->dying = false;
	retire(cpu, thread);
}

void thread_wake(struct cpu *cpu, struct thread *thread)
{
	struct cpu *home = thread_home(thread);
	thread->inbox_operation = INBOX_WAKE;
	if (likely(home == cpu))
		arrive(cpu, thread);
	else
		inbox_push(home, thread);
}

void thread_timeout(struct cpu *cpu, struct thread *thread)
{
	/* Who woke it may have ended the set since. */
	if (__atomic_load_n(&thread->state, __ATOMIC_RELAXED) == THREAD_WAKING)
		return;
	struct held held = set_lock(thread->blocked_on);
	bool waits = thread->state != THREAD_WAKING;
	if (waits)
		receive_set_unblock(cpu, held, thread);
	set_unlock(held);
	if (!waits)
		return;
	thread_tell(thread, TENON_TIMED_OUT);
	arrive(cpu, thread);
}

enum tenon_status thread_buffer_find(const struct thread *thread, uint64_t address, uint8_t **buffer)
{
	physical_t physical;
	unsigned rights, wanted = TENON_RIGHT_READ | TENON_RIGHT_WRITE;
	if (address % TENON_PAGE_SIZE != 0)
		return TENON_BAD_ARGUMENT;
	if (!arch_space_lookup(&thread->memory->arch, address, &physical, &rights) ||
	    (rights & wanted) != wanted)
		return TENON_BAD_ADDRESS;
	/* Memory of a pool may go at any time: of that, THREAD_BIND takes the frame's capability. */
	if (!memory_is_ram(physical) || memory_is_pooled(physical))
		return TENON_BAD_ADDRESS;
	*buffer = arch_direct(physical);
	return TENON_OK;
}

/* Starts a thread of this CPU with the words of the requester's message. */
static enum tenon_status start(struct cpu *cpu, struct thread *thread, const struct thread *requester)
{
	physical_t physical;
	unsigned rights;
	uint64_t entry = arch_word(&requester->context, 0);
	if (thread->dead)
		return TENON_GONE;
	if (thread->state != TENON_THREAD_STOPPED || thread->retiring || thread->memory == NULL ||
	    thread->table == NULL)
		return TENON_BUSY;
	if (!arch_space_lookup(&thread->memory->arch, entry, &physical, &rights) ||
	    (rights & TENON_RIGHT_EXECUTE) == 0)
		return TENON_BAD_ADDRESS;
	thread_prepare(thread, entry, arch_word(&requester->context, 1), arch_word(&requester->context, 2));
	schedule_ready(cpu, thread);
	return TENON_OK;
}

void thread_prepare(struct thread *thread, uint64_t entry, uint64_t stack_top, uint64_t argument)
{
	thread->fault = (struct core_fault){.kind = TENON_FAULT_NONE};
	thread->accept = 0;
	__atomic_or_fetch(&thread->memory->cpus, UINT64_C(1) << thread->home->index, __ATOMIC_RELAXED);
	if (thread->pool == NULL)
		thread->buffer = NULL;
	if (thread->buffer_address != 0)
		CHECK(thread_buffer_find(thread, thread->buffer_address, &thread->buffer) == TENON_OK);
	thread->starts++;
	arch_context_init(&thread->context, entry, stack_top, argument);
}

/* Answers the requester with the registers of a thread of this CPU, which are all in its context while the kernel runs. */
static void read_registers(struct thread *requester, const struct thread *target)
{
	const uint64_t words[] = {
	    (uint64_t)thread_visible_state(target),
	    arch_context_pc(&target->context),
	    arch_context_sp(&target->context),
	    arch_context_frame(&target->context),
	    (uint64_t)target->fault.kind,
	    target->fault.address,
	    thread_cpu_ns(target),
	};
	thread_tell(requester, TENON_OK);
	for (unsigned i = 0; i < COUNT_OF(words); i++)
		arch_word_set(&requester->context, i, words[i]);
}

/* SCHEDULE from another thread. A deadline that has to follow travels with the requester's message. */
static void inbox_schedule(struct cpu *cpu, struct thread *message)
{
	struct thread *thread = message->target;
	struct cpu *to = cpu;
	enum tenon_status status = thread_schedule(cpu, thread, message, &to);
	if (message->wanted != NULL)
		__atomic_sub_fetch(&message->wanted->requests, 1u, __ATOMIC_RELEASE);
	if (status == TENON_OK && to != cpu)
		thread_move(cpu, thread, to);
	if (thread->home != cpu && thread->deadline_follows) {
		message->inbox_operation = INBOX_MOVED;
		inbox_push(to, message);
	} else {
		complete(cpu, message, status);
		request_done(thread);
	}
}

/* The context may have found another thread since. */
static void inbox_scheduling_set(struct cpu *cpu, struct thread *message)
{
	struct scheduling *scheduling = message->wanted;
	bool here = scheduling->thread != NULL && thread_home(scheduling->thread) == cpu;
	if (here)
		scheduling_set(cpu, scheduling, &message->context);
	__atomic_sub_fetch(&scheduling->requests, 1u, __ATOMIC_RELEASE);
	complete(cpu, message, here ? TENON_OK : TENON_BUSY);
}

/* The table's home CPU takes the capability that the message brings. */
static void fill(struct cpu *cpu, struct thread *message)
{
	struct captable *table = message->fill_table;
	uint64_t handle = 0;
	enum tenon_status status = transit_place(message, table, message->fill_index, &handle);
	thread_tell(message, status);
	arch_word_set(&message->context, 0, handle);
	/* What finds no place goes home with the message. */
	message->transit = status != TENON_OK;
	__atomic_sub_fetch(&table->requests, 1u, __ATOMIC_RELEASE);
	send_home(cpu, message);
}

/* Where a message has to be worked on by now. */
static struct cpu *inbox_home(struct cpu *cpu, const struct thread *message)
{
	struct cpu *home;
	switch (message->inbox_operation) {
	case INBOX_WAKE:
	case INBOX_FAULT:
	case INBOX_RETIRE:
		return thread_home(message);
	case INBOX_FILL:
		home = __atomic_load_n(&message->fill_table->home, __ATOMIC_RELAXED);
		return home != NULL ? home : cpu;
	default:
		return thread_home(message->target);
	}
}

static void inbox_fault(struct cpu *cpu, struct thread *thread)
{
	if (thread->dying || thread->stoppers != NULL) {
		arrive(cpu, thread);
		return;
	}
	thread->loan_fault = false;
	/* Its call is over: what it lent comes back, as when it runs on. */
	schedule_take_back(cpu, thread->scheduling);
	thread_fault(cpu, thread, &(struct core_fault){TENON_FAULT_LOAN, thread->loan_fault_address, 0});
}

static void inbox_stop(struct cpu *cpu, struct thread *target, struct thread *requester)
{
	if (thread_stop(cpu, target)) {
		complete(cpu, requester, TENON_OK);
	} else {
		requester->inbox_next = target->stoppers;
		target->stoppers = requester;
	}
	request_done(target);
	grace_start(cpu); /* memory that it was making goes back */
}

void thread_inbox(struct cpu *cpu, struct thread *message)
{
	struct thread *target = message->target;
	struct cpu *home = inbox_home(cpu, message);
	/* It has moved since; or what the message may give back has to wait for a round. */
	if (home != cpu || unlikely(!limbo_has_room(cpu))) {
		inbox_push(home, message);
		grace_start(cpu);
		return;
	}
	switch (message->inbox_operation) {
	case INBOX_WAKE:
		arrive(cpu, message);
		break;
	case INBOX_FAULT:
		inbox_fault(cpu, message);
		break;
	case INBOX_START:
		complete(cpu, message, start(cpu, target, message));
		request_done(target);
		break;
	case INBOX_READ:
		read_registers(message, target);
		send_home(cpu, message);
		request_done(target);
		break;
	case INBOX_SCHEDULE:
		inbox_schedule(cpu, message);
		break;
	case INBOX_MOVED:
		thread_moved(cpu, target);
		complete(cpu, message, TENON_OK);
		request_done(target);
		break;
	case INBOX_SCHEDULING_SET:
		inbox_scheduling_set(cpu, message);
		request_done(target);
		break;
	case INBOX_STOP:
		inbox_stop(cpu, target, message);
		break;
	case INBOX_RETIRE:
		if (!retire_step(cpu, message))
			inbox_push(cpu, message);
		break;
	case INBOX_RELEASE:
		/* However it went, the requester looks again. */
		(void)thread_release(cpu, target, message->victim, message->victim_handle);
		request_done(target);
		grace_start(cpu);
		send_home(cpu, message);
		break;
	case INBOX_FILL:
		fill(cpu, message);
		break;
	}
}

void thread_fill(struct cpu *cpu, struct thread *thread, struct cpu *home)
{
	__atomic_add_fetch(&thread->fill_table->requests, 1u, __ATOMIC_RELAXED);
	thread->state = THREAD_MANAGING;
	thread->inbox_operation = INBOX_FILL;
	schedule_leave(cpu);
	inbox_push(home, thread);
}

void thread_ask(struct cpu *cpu, struct thread *requester, struct thread *target, struct slot *victim)
{
	__atomic_add_fetch(&target->requests, 1u, __ATOMIC_RELAXED);
	arch_context_restart(&requester->context);
	requester->continued = arch_control(&requester->context, 0);
	requester->state = THREAD_MANAGING;
	requester->target = target;
	requester->victim = victim;
	requester->victim_handle = victim->handle;
	requester->inbox_operation = INBOX_RELEASE;
	schedule_leave(cpu);
	inbox_push(thread_home(target), requester);
}

void thread_await_grace(struct cpu *cpu, struct thread *thread)
{
	thread->state = THREAD_MANAGING;
	schedule_leave(cpu);
	thread->inbox_next = cpu->next_waiters;
	cpu->next_waiters = thread;
	grace_start(cpu);
}

/* The requester waits for `target`'s home CPU. */
void thread_request(struct cpu *cpu, struct thread *requester, struct thread *target,
		    enum inbox_operation operation)
{
	__atomic_add_fetch(&target->requests, 1u, __ATOMIC_RELAXED);
	requester->state = THREAD_MANAGING;
	requester->target = target;
	requester->inbox_operation = operation;
	schedule_leave(cpu);
	thread_inbox(cpu, requester); /* or on to the target's home */
}

void syscall_thread_start(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_THREAD, TENON_RIGHT_MANAGE);
	if (slot == NULL)
		return;
	struct thread *target = slot->object;
	if (thread_home(target) == cpu)
		thread_tell(thread, start(cpu, target, thread));
	else
		thread_request(cpu, thread, target, INBOX_START);
}

void syscall_thread_stop(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_THREAD, TENON_RIGHT_MANAGE);
	if (slot == NULL)
		return;
	struct thread *target = slot->object;
	if (target == thread) {
		(void)thread_stop(cpu, thread); /* it has nobody to tell when that is done */
	} else if (thread_home(target) == cpu && thread_stop(cpu, target)) {
		thread_tell(thread, TENON_OK);
	} else {
		thread_request(cpu, thread, target, INBOX_STOP);
	}
	grace_start(cpu);
}

enum tenon_thread_state thread_visible_state(const struct thread *thread)
{
	uint8_t state = __atomic_load_n(&thread->state, __ATOMIC_RELAXED);
	if (thread->dying)
		return TENON_THREAD_STOPPED;
	if (state > TENON_THREAD_FAULTED)
		return TENON_THREAD_READY;
	if (thread->faulted && (state == TENON_THREAD_CALLING || state == TENON_THREAD_AWAITING_REPLY))
		return TENON_THREAD_FAULTED;
	return (enum tenon_thread_state)state;
}

uint64_t thread_cpu_ns(const struct thread *thread)
{
	return clock_ns(schedule_used_ticks(thread));
}

void syscall_thread_read(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_THREAD, TENON_RIGHT_READ);
	if (slot == NULL)
		return;
	struct thread *target = slot->object;
	if (thread_home(target) == cpu)
		read_registers(thread, target);
	else
		thread_request(cpu, thread, target, INBOX_READ);
}

void syscall_thread_buffer(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_THREAD, TENON_RIGHT_WRITE);
	(void)cpu;
	if (slot == NULL)
		return;
	uint8_t *buffer = NULL;
	enum tenon_status status = TENON_BAD_ARGUMENT;
	if (slot->object == thread)
		status = thread_buffer_find(thread, arch_word(&thread->context, 0), &buffer);
	if (status == TENON_OK)
		thread->buffer = buffer;
	thread_tell(thread, status);
}
