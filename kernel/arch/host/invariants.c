/* SPDX-License-Identifier: MIT
 * What holds between the objects whenever no CPU is in the kernel. Written from docs/decisions/0001, not from the code;
 * census.c has what 0009 says.
 */
#include <holds.h>

char host_wrong[160];

static unsigned list_count(const struct list *head, const struct list *wanted, unsigned *found)
{
	unsigned count = 0;
	*found = 0;
	for (const struct list *link = head->next; link != head; link = link->next) {
		CHECK(link->next->prev == link && link->prev->next == link && count < 100000);
		*found += link == wanted;
		count++;
	}
	return count;
}

/* What a caller lends: ranges that do not wrap, with rights; what was passed on, within the depth. */
static const char *check_loans(const struct thread *thread)
{
	uint64_t count = (thread->context.control[1] & TENON_TAG_LOANS_MASK) >> TENON_TAG_LOANS_SHIFT;
	if (thread->faulted || thread->state == TENON_THREAD_RECEIVING)
		return NULL;
	for (uint64_t n = 0; n < count; n++) {
		const struct loan *loan = &thread->loan[n];
		HOLDS(loan->rights != 0 && loan->rights <= (TENON_RIGHT_READ | TENON_RIGHT_WRITE),
		      "lending thread", thread->index);
		HOLDS(loan->bytes <= UINT64_MAX - loan->address, "lending thread", thread->index);
		HOLDS(loan->outer == 0 || (loan->links != 0 && loan->links <= LOAN_LINKS), "lending thread",
		      thread->index);
	}
	return NULL;
}

static const char *check_blocked(const struct thread *thread)
{
	const struct receive_set *set = thread->blocked_on;
	unsigned found = 0;
	switch (thread->state) {
	case TENON_THREAD_CALLING:
		(void)list_count(&set->callers, &thread->link, &found);
		HOLDS(found == 1, "calling thread", thread->index);
		HOLDS(thread->endpoint->set == set, "calling thread", thread->index);
		HOLDS(thread->endpoint->state != TENON_ENDPOINT_CLOSED, "calling thread", thread->index);
		break;
	case TENON_THREAD_AWAITING_REPLY:
		HOLDS(thread->reply->caller == thread && thread->reply->set == set, "awaiting thread",
		      thread->index);
		break;
	case TENON_THREAD_RECEIVING:
		HOLDS(set->waiter == thread && set->server == thread, "receiving thread", thread->index);
		break;
	case TENON_THREAD_FAULTED:
		HOLDS(thread->faulted && !thread->timed, "faulted thread", thread->index);
		break;
	default:
		HOLDS(thread->state <= TENON_THREAD_FAULTED, "thread in flight", thread->index);
	}
	return NULL;
}

/* docs/decisions/0003: who runs on what. */
static const char *check_scheduling(const struct thread *thread)
{
	const struct scheduling *own = thread->scheduling, *on = thread->on;
	const struct cpu *home = thread->home;
	HOLDS(own->thread == thread && thread->reserve.thread == thread, "thread", thread->index);
	HOLDS(on == own || (on->user == thread && on->thread->home == home), "thread", thread->index);
	HOLDS(home->current != thread || on == own, "running thread", thread->index);
	/* What it lent is out only while it waits for an answer. */
	bool waits = thread->state >= TENON_THREAD_CALLING && thread->state <= TENON_THREAD_FAULTED;
	HOLDS(waits || own->user == NULL || own->user == thread, "lender", thread->index);
	HOLDS(waits || home->slice != own || home->current == thread, "lender", thread->index);
	HOLDS(own->user == NULL || own->user->on == own, "lender", thread->index);
	HOLDS(own->debtor == NULL || own->debtor->creditor == own, "creditor", thread->index);
	HOLDS(own->creditor == NULL || (waits && own->creditor->debtor == own), "debtor", thread->index);
	HOLDS(own->left <= own->budget && own->budget <= own->period, "budget of thread", thread->index);
	HOLDS((thread->affinity >> home->index & 1) != 0, "affinity of thread", thread->index);
	HOLDS(thread->table == NULL || thread->table->home == home, "home of thread", thread->index);
	HOLDS(thread->state == TENON_THREAD_STOPPED || (thread->memory->cpus >> home->index & 1) != 0,
	      "home of thread", thread->index);
	return NULL;
}

static const char *check_thread(const struct thread *thread)
{
	const struct cpu *home = thread->home;
	unsigned found = 0;
	HOLDS(!thread->loan_fault || (thread->state == TENON_THREAD_AWAITING_REPLY && loan_lends(thread)),
	      "thread", thread->index);
	if (thread->state == TENON_THREAD_CALLING || thread->state == TENON_THREAD_AWAITING_REPLY) {
		const char *problem = check_loans(thread);
		if (problem != NULL)
			return problem;
	}
	HOLDS(thread->stoppers == NULL && !thread->dying && !thread->deadline_follows, "thread",
	      thread->index);
	HOLDS(thread->requests == 0 && !thread->dead, "thread", thread->index);
	HOLDS(thread->state == TENON_THREAD_STOPPED || (thread->memory != NULL && thread->table != NULL),
	      "thread", thread->index);
	const char *problem = check_scheduling(thread);
	if (problem != NULL)
		return problem;
	HOLDS(!thread->faulted || thread->state == TENON_THREAD_CALLING ||
		  thread->state == TENON_THREAD_AWAITING_REPLY || thread->state == TENON_THREAD_FAULTED,
	      "thread", thread->index);
	switch (thread->state) {
	case TENON_THREAD_STOPPED:
		HOLDS(home->current != thread && !thread->timed, "stopped thread", thread->index);
		for (const struct receive_set *set = thread->sets; set != NULL; set = set->next) {
			HOLDS(set->waiter == NULL, "stopped server", thread->index);
			for (const struct reply *reply = set->replies; reply != NULL; reply = reply->next)
				HOLDS(reply->caller == NULL, "stopped server", thread->index);
		}
		return NULL;
	case TENON_THREAD_READY:
		(void)list_count(&home->queue[thread->priority * LEVELS + thread->level], &thread->link,
				 &found);
		HOLDS(found == 1 && !thread->timed, "ready thread", thread->index);
		return NULL;
	case TENON_THREAD_RUNNING:
		HOLDS(home->current == thread && !thread->timed, "running thread", thread->index);
		return NULL;
	case THREAD_DEPLETED:
		HOLDS(scheduling_depleted(thread->scheduling) && !thread->timed, "depleted thread",
		      thread->index);
		HOLDS(home->timers != NULL, "depleted thread", thread->index);
		return NULL;
	default:
		return check_blocked(thread);
	}
}

static const char *check_set(const struct receive_set *set, unsigned index)
{
	unsigned found, not_open = 0, down = 0;
	unsigned callers = list_count(&set->callers, NULL, &found),
		 ready = list_count(&set->ready, NULL, &found);
	HOLDS(set->lock.taken == 0, "receive set", index);
	for (const struct endpoint *endpoint = set->endpoints; endpoint != NULL; endpoint = endpoint->next) {
		not_open += endpoint->state != TENON_ENDPOINT_OPEN;
		down += endpoint->state == TENON_ENDPOINT_DOWN;
	}
	HOLDS(set->pending == callers + ready + down, "receive set", index);
	HOLDS(set->waiter != NULL || set->armed == NULL, "receive set", index);
	if (set->waiter != NULL) {
		HOLDS(set->waiter == set->server && set->waiter->state == TENON_THREAD_RECEIVING,
		      "receive set", index);
		HOLDS(ready == 0, "receive set", index);
		HOLDS(callers == 0 || set->armed == NULL || not_open > 0, "receive set", index);
	}
	for (const struct list *link = set->callers.next; link != &set->callers; link = link->next) {
		const struct thread *caller = container_of(link, struct thread, link);
		HOLDS(caller->state == TENON_THREAD_CALLING && caller->blocked_on == set, "receive set",
		      index);
	}
	for (const struct reply *reply = set->replies; reply != NULL; reply = reply->next) {
		HOLDS(reply->caller == NULL || reply->caller->state == TENON_THREAD_AWAITING_REPLY,
		      "reply of set", index);
		HOLDS(reply->caller == NULL || reply->caller->reply == reply, "reply of set", index);
		HOLDS(reply->caller == NULL || !list_linked(&reply->cancelled.link), "reply of set", index);
		HOLDS(set->armed != reply || (reply->caller == NULL && !list_linked(&reply->cancelled.link)),
		      "reply of set", index);
	}
	return NULL;
}

static const char *check_timer(const struct cpu *cpu, const struct timer *timer)
{
	for (unsigned side = 0; side < 2; side++) {
		const struct timer *down = timer->down[side];
		HOLDS(down == NULL || (down->up == timer && down->deadline >= timer->deadline),
		      "timer of CPU", cpu->index);
	}
	if (timer->kind == TIMER_SCHEDULING) {
		const struct scheduling *own = container_of(timer, struct scheduling, timer);
		HOLDS(own->thread->state == THREAD_DEPLETED && own->thread->scheduling == own,
		      "period of thread", own->thread->index);
		HOLDS(own->thread->home == cpu, "period of thread", own->thread->index);
		return NULL;
	}
	const struct thread *thread = container_of(timer, struct thread, timer);
	HOLDS(thread->timed && thread->home == cpu, "timer of thread", thread->index);
	HOLDS(thread->state >= TENON_THREAD_CALLING && thread->state <= TENON_THREAD_RECEIVING,
	      "timer of thread", thread->index);
	return NULL;
}

/* The heap, walked by the numbers of its places. */
static const char *check_timers(const struct cpu *cpu)
{
	HOLDS((cpu->timers == NULL) == (cpu->timer_count == 0), "CPU", cpu->index);
	HOLDS(cpu->timers == NULL ||
		  (cpu->timers->up == NULL && cpu->timer_armed_ticks <= cpu->timers->deadline),
	      "CPU", cpu->index);
	for (uint32_t number = 1; number <= cpu->timer_count; number++) {
		const struct timer *timer = cpu->timers;
		for (unsigned bit = 31 - (unsigned)__builtin_clz(number); bit-- > 0 && timer != NULL;)
			timer = timer->down[number >> bit & 1];
		HOLDS(timer != NULL, "timers of CPU", cpu->index);
		const char *problem = check_timer(cpu, timer);
		if (problem != NULL)
			return problem;
	}
	return NULL;
}

static const char *check_cpu(const struct cpu *cpu)
{
	int highest = -1;
	for (unsigned n = 0; n < PRIORITIES * LEVELS; n++) {
		const struct list *queue = &cpu->queue[n];
		unsigned priority = n / LEVELS;
		bool bit = (cpu->ready_levels[priority] >> (n % LEVELS) & 1) != 0;
		HOLDS(bit == !list_empty(queue), "level of CPU", cpu->index);
		bit = (cpu->ready_bitmap[priority / 64] >> (priority % 64) & 1) != 0;
		HOLDS(bit == (cpu->ready_levels[priority] != 0), "priority of CPU", cpu->index);
		for (const struct list *link = queue->next; link != queue; link = link->next) {
			const struct thread *thread = container_of(link, struct thread, link);
			HOLDS(thread->state == TENON_THREAD_READY && thread->priority == priority &&
				  thread->home == cpu,
			      "ready thread", thread->index);
			highest = (int)priority;
		}
	}
	HOLDS(cpu->ready_highest == highest, "CPU", cpu->index);
	HOLDS(cpu->inbox == NULL, "CPU", cpu->index);
	HOLDS(cpu->current != NULL || highest < 0, "idle CPU", cpu->index);
	HOLDS(cpu->current == NULL ||
		  (cpu->current->state == TENON_THREAD_RUNNING && cpu->current->priority >= highest),
	      "CPU", cpu->index);
	/* Nobody of the same priority waits for longer than a quantum. */
	HOLDS(cpu->current == NULL || cpu->current->priority > highest ||
		  cpu->quantum_end_ticks != UINT64_MAX,
	      "CPU", cpu->index);
	HOLDS((cpu->slice == NULL) == (cpu->current == NULL), "CPU", cpu->index);
	HOLDS(cpu->slice == NULL || cpu->slice->budget == 0 || cpu->budget_end_ticks != UINT64_MAX, "CPU",
	      cpu->index);
	HOLDS(cpu->slice == NULL || cpu->slice->user == NULL, "CPU", cpu->index);
	/* Tickless: nobody needs the timer, so it is not set for a quantum or a budget. */
	HOLDS(cpu->current != NULL ||
		  (cpu->quantum_end_ticks == UINT64_MAX && cpu->budget_end_ticks == UINT64_MAX),
	      "idle CPU", cpu->index);
	return check_timers(cpu);
}

static const char *check_slots(const struct captable *table, unsigned index)
{
	const struct tenon_captable *entry = &core.tables->captable[index];
	for (uint32_t n = 0; n < entry->used; n++) {
		const struct slot *slot = &table->slots[entry->slot[n].index];
		HOLDS(slot_generation(slot) == 0 && slot_type(slot) == (enum tenon_type)entry->slot[n].type,
		      "table", index);
		HOLDS(slot_rights(slot) == entry->slot[n].rights && slot->badge == entry->slot[n].badge,
		      "table", index);
		HOLDS(slot->id == entry->slot[n].object, "table", index);
	}
	return NULL;
}

/* One requester, one space, and each driver knows of its device's fault. */
static const char *check_devices(void)
{
	HOLDS(core.device_faults == 0, "devices", core.device_faults);
	HOLDS(host_stale_requester() == 0, "requester", host_stale_requester());
	for (uint32_t i = 0; i < core.tables->spaces; i++) {
		const struct space *space = &core.spaces[i];
		HOLDS(!space->accused && (space->attached || !space->translated), "space", i);
		HOLDS(!space->attached || space->device_of != NULL, "space", i);
		for (uint32_t n = 0; n < i; n++)
			HOLDS(!space->attached || !core.spaces[n].attached ||
				  core.spaces[n].requester != space->requester,
			      "requester of space", i);
	}
	return NULL;
}

const char *host_invariants(void)
{
	const struct tenon_tables *tables = core.tables;
	struct thread *const *threads;
	struct receive_set *const *sets;
	const char *problem = NULL;
	HOLDS(host_locks == 0, "locks", host_locks);
	for (uint32_t i = 0; problem == NULL && i < core.cpu_count; i++)
		problem = check_cpu(core.cpu[i]);
	if (problem == NULL)
		problem = host_census();
	unsigned thread_count = host_threads(&threads), set_count = host_sets(&sets);
	for (uint32_t i = 0; problem == NULL && i < thread_count; i++)
		problem = check_thread(threads[i]);
	for (uint32_t i = 0; problem == NULL && i < set_count; i++)
		problem = check_set(sets[i], i);
	if (problem == NULL)
		problem = check_devices();
	for (uint32_t i = 0; problem == NULL && i < tables->captables; i++)
		problem = check_slots(&core.captables[i], i);
	for (uint32_t i = 0; problem == NULL && i < tables->notifications; i++) {
		const struct notification *notification = &core.notifications[i];
		HOLDS((notification->bits != 0) == list_linked(&notification->ready.link), "notification", i);
	}
	return problem;
}
