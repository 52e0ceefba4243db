/* SPDX-License-Identifier: MIT
 * The timer queue of one CPU: a binary heap by deadline whose nodes stand in what they time, so that it needs no memory of
 * its own and its size no bound. The heap is a complete tree: the digits of a place's number below the leading one are the
 * way down to it. An operation takes steps in the logarithm of the number of timers. It belongs to the CPU; a thread that
 * another CPU woke leaves it when its inbox message arrives.
 */
#include <core/core.h>

/* What points to the node at place `number` (the root is 1), or will; `*up` is the node above. */
static struct timer **place(struct cpu *cpu, uint32_t number, struct timer **up)
{
	struct timer **at = &cpu->timers;
	*up = NULL;
	for (unsigned bit = 31 - (unsigned)__builtin_clz(number); bit-- > 0;) {
		*up = *at;
		at = &(*at)->down[number >> bit & 1];
	}
	return at;
}

/* Hangs `timer` where `other` hangs: below `up`, or as the root. */
static void hang(struct cpu *cpu, struct timer *up, const struct timer *other, struct timer *timer)
{
	if (up == NULL)
		cpu->timers = timer;
	else
		up->down[up->down[1] == other] = timer;
	timer->up = up;
}

static void adopt(struct timer *timer, unsigned side, struct timer *down)
{
	timer->down[side] = down;
	if (down != NULL)
		down->up = timer;
}

/* Changes places with the node above. */
static void rise(struct cpu *cpu, struct timer *timer)
{
	struct timer *up = timer->up;
	unsigned side = up->down[1] == timer;
	struct timer *sibling = up->down[!side];
	hang(cpu, up->up, up, timer);
	adopt(up, 0, timer->down[0]);
	adopt(up, 1, timer->down[1]);
	adopt(timer, side, up);
	adopt(timer, !side, sibling);
}

static void rise_far(struct cpu *cpu, struct timer *timer)
{
	while (timer->up != NULL && timer->up->deadline > timer->deadline)
		rise(cpu, timer);
}

static void sink(struct cpu *cpu, struct timer *timer)
{
	for (;;) {
		struct timer *down = timer->down[0];
		if (down == NULL)
			return;
		if (timer->down[1] != NULL && timer->down[1]->deadline < down->deadline)
			down = timer->down[1];
		if (down->deadline >= timer->deadline)
			return;
		rise(cpu, down);
	}
}

void timer_link(struct cpu *cpu, struct timer *timer, uint64_t deadline_ticks)
{
	struct timer *up;
	struct timer **at = place(cpu, ++cpu->timer_count, &up);
	*timer = (struct timer){.deadline = deadline_ticks, .up = up, .kind = timer->kind};
	*at = timer;
	rise_far(cpu, timer);
	timer_program(cpu);
}

void timer_unlink(struct cpu *cpu, struct timer *timer)
{
	struct timer *up;
	CHECK(cpu->timer_count > 0);
	struct timer **at = place(cpu, cpu->timer_count--, &up), *last = *at;
	*at = NULL;
	if (last == timer)
		return;
	hang(cpu, timer->up, timer, last);
	adopt(last, 0, timer->down[0]);
	adopt(last, 1, timer->down[1]);
	rise_far(cpu, last);
	sink(cpu, last);
}

void timer_insert(struct cpu *cpu, struct thread *thread, uint64_t deadline_ticks)
{
	if (deadline_ticks == UINT64_MAX)
		return;
	CHECK(!thread->timed);
	thread->timed = true;
	timer_link(cpu, &thread->timer, deadline_ticks);
}

void timer_remove(struct cpu *cpu, struct thread *thread)
{
	CHECK(thread->timed);
	thread->timed = false;
	timer_unlink(cpu, &thread->timer);
}

void timer_program(struct cpu *cpu)
{
	uint64_t next = cpu->quantum_end_ticks;
	if (cpu->budget_end_ticks < next)
		next = cpu->budget_end_ticks;
	if (cpu->timers != NULL && cpu->timers->deadline < next)
		next = cpu->timers->deadline;
	if (next < cpu->timer_armed_ticks) {
		cpu->timer_armed_ticks = next;
		arch_timer_set(next);
	}
}
