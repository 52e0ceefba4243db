/* SPDX-License-Identifier: MIT
 * THREAD_SCHEDULE: priority, band, context and CPUs of a thread, and its way to another CPU.
 *
 * `home` changes only on the home CPU, and for a blocked thread only under the lock of `blocked_on`. Whoever has read the
 * old home sends its message there, and the old home passes it on; it knows the new home, or one that does. A blocked
 * thread's deadline follows with the message of whoever asked for the move, since its own may be needed to wake it.
 */
#include <core/core.h>

/* The CPU that a thread with this mask belongs on: where it is, if it may stay, or one that has admitted it. NULL: none. */
static struct cpu *destination(const struct thread *thread, uint64_t affinity)
{
	for (uint32_t n = 0; n < core.cpu_count; n++) {
		struct cpu *cpu = core.cpu[(thread->home->index + n) % core.cpu_count];
		if ((affinity >> cpu->index & 1) == 0)
			continue;
		if (cpu == thread->home)
			return cpu;
		if (__atomic_load_n(&cpu->online, __ATOMIC_ACQUIRE) != 0 && cpu_admit(cpu))
			return cpu;
	}
	return NULL;
}

static void set_home(struct cpu *cpu, struct thread *thread, struct cpu *to)
{
	if (thread->timed) {
		timer_remove(cpu, thread);
		thread->deadline_follows = true;
	}
	schedule_forget(cpu, thread);
	arch_context_release(cpu, &thread->context);
	/* What was made at run time may not be bound yet. */
	if (thread->table != NULL)
		thread->table->home = to;
	if (thread->memory != NULL)
		__atomic_fetch_or(&thread->memory->cpus, UINT64_C(1) << to->index, __ATOMIC_RELAXED);
	__atomic_store_n(&thread->home, to, __ATOMIC_RELEASE);
	cpu_dismiss(cpu);
}

/* A thread that waits somewhere. */
static void move_blocked(struct cpu *cpu, struct thread *thread, struct cpu *to)
{
	struct receive_set *set = __atomic_load_n(&thread->blocked_on, __ATOMIC_RELAXED);
	/* In nobody's hands; the set that it comes from may have ended. */
	if (__atomic_load_n(&thread->state, __ATOMIC_RELAXED) == THREAD_WAKING || set == NULL) {
		set_home(cpu, thread, to);
		return;
	}
	struct held held = set_lock(set);
	if (thread->state == TENON_THREAD_AWAITING_REPLY)
		thread->reply->lender = NULL;
	set_home(cpu, thread, to);
	set_unlock(held);
}

void thread_move(struct cpu *cpu, struct thread *thread, struct cpu *to)
{
	uint8_t state = __atomic_load_n(&thread->state, __ATOMIC_RELAXED);
	if (state == TENON_THREAD_FAULTED && __atomic_load_n(&thread->blocked_on, __ATOMIC_RELAXED) == NULL)
		state = TENON_THREAD_STOPPED; /* in nobody's hands */
	switch (state) {
	case TENON_THREAD_STOPPED:
	case THREAD_MANAGING:
	case THREAD_WAKING: /* its message finds the old home */
		set_home(cpu, thread, to);
		return;
	case TENON_THREAD_READY:
		schedule_unready(cpu, thread);
		break;
	case TENON_THREAD_RUNNING:
		schedule_leave(cpu);
		break;
	case THREAD_DEPLETED:
		scheduling_unpark(cpu, thread);
		break;
	default:
		move_blocked(cpu, thread, to);
		return;
	}
	thread->state = THREAD_WAKING;
	set_home(cpu, thread, to);
	thread_wake(cpu, thread);
}

/* The move of a blocked thread arrived at its new home. */
void thread_moved(struct cpu *cpu, struct thread *thread)
{
	if (!thread->deadline_follows)
		return;
	thread->deadline_follows = false;
	if (__atomic_load_n(&thread->state, __ATOMIC_RELAXED) == THREAD_WAKING)
		return;
	struct held held = set_lock(thread->blocked_on);
	if (thread->state != THREAD_WAKING)
		timer_insert(cpu, thread, thread->timer.deadline);
	set_unlock(held);
}

/* Priority and band, wherever it stands now. */
static void rank(struct cpu *cpu, struct thread *thread, uint8_t priority, uint8_t band)
{
	bool ready = thread->state == TENON_THREAD_READY;
	if (ready)
		schedule_unready(cpu, thread);
	thread->priority = priority;
	if (thread->band != band) {
		thread->band = band;
		thread->scheduling->level = 0;
		thread->scheduling->slice_left = 0;
	}
	if (ready)
		schedule_ready(cpu, thread);
}

/* The context that the requester showed becomes the thread's own, by a capability in the thread. */
static enum tenon_status bind_context(struct cpu *cpu, struct thread *thread, const struct thread *requester)
{
	struct slot *embedded = &thread->embedded[EMBEDDED_SCHEDULING], *from = requester->victim;
	bool bound = slot_type(embedded) != TENON_TYPE_NONE;
	if (bound ? embedded->object == requester->wanted : requester->wanted == NULL)
		return TENON_OK;
	embedded_drop(cpu, thread, EMBEDDED_SCHEDULING);
	if (requester->wanted == NULL)
		return TENON_OK;
	enum tenon_status status = scheduling_bind(cpu, thread, requester->wanted);
	if (status != TENON_OK)
		return status;
	if (!slot_lock(from, requester->victim_handle)) {
		CHECK(scheduling_bind(cpu, thread, NULL) == TENON_OK);
		return TENON_BAD_HANDLE;
	}
	struct capability capability = slot_capability(from, TENON_RIGHTS_ALL);
	slot_fill(embedded, 0, &capability, from);
	family_unlock(capability.family);
	return TENON_OK;
}

enum tenon_status thread_schedule(struct cpu *cpu, struct thread *thread, const struct thread *requester,
				  struct cpu **to)
{
	uint64_t affinity = arch_word(&requester->context, 2);
	*to = destination(thread, affinity);
	if (*to == NULL)
		return TENON_BAD_ARGUMENT;
	enum tenon_status status = TENON_BUSY; /* a table is one CPU's */
	if (thread->dead)
		status = TENON_GONE;
	else if (*to == cpu || thread->table == NULL || thread->table->threads == 1)
		status = bind_context(cpu, thread, requester);
	if (status != TENON_OK) {
		if (*to != cpu)
			cpu_dismiss(*to);
		return status;
	}
	thread->affinity = affinity;
	rank(cpu, thread, (uint8_t)arch_word(&requester->context, 0),
	     (uint8_t)arch_word(&requester->context, 1));
	return TENON_OK;
}

/* The context to bind, or NULL: the reserve. */
static enum tenon_status find_context(struct thread *thread, struct scheduling **scheduling)
{
	uint64_t handle = arch_control(&thread->context, 3);
	*scheduling = NULL;
	if (handle == 0)
		return TENON_OK;
	enum tenon_status status =
	    captable_get(thread->table, handle, TENON_TYPE_SCHEDULING, TENON_RIGHT_WRITE, &thread->victim);
	if (status != TENON_OK)
		return status;
	thread->victim_handle = handle;
	*scheduling = thread->victim->object;
	return TENON_OK;
}

void syscall_thread_schedule(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_THREAD, TENON_RIGHT_MANAGE);
	if (slot == NULL)
		return;
	struct thread *target = slot->object;
	struct cpu *to = cpu;
	enum tenon_status status = find_context(thread, &thread->wanted);
	if (status == TENON_OK && (arch_word(&thread->context, 0) > thread->priority ||
				   arch_word(&thread->context, 1) > TENON_BAND_TIME_SHARING))
		status = TENON_BAD_ARGUMENT;
	if (status == TENON_OK && target != thread) {
		if (thread->wanted != NULL)
			__atomic_add_fetch(&thread->wanted->requests, 1u, __ATOMIC_RELAXED);
		thread_request(cpu, thread, target, INBOX_SCHEDULE);
		return;
	}
	if (status == TENON_OK)
		status = thread_schedule(cpu, thread, thread, &to);
	thread_tell(thread, status);
	if (status == TENON_OK && to != cpu)
		thread_move(cpu, thread, to);
}
