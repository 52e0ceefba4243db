/* SPDX-License-Identifier: MIT
 * The timer queue of one CPU: a binary heap of its threads by deadline, in an array with room for every thread. It belongs
 * to the CPU; a thread that another CPU woke leaves it when its inbox message arrives.
 */
#include <core/core.h>

static void place(struct cpu *cpu, uint32_t at, struct thread *thread)
{
	cpu->timer_heap[at] = thread;
	thread->timer_index = at + 1;
}

static void sift_up(struct cpu *cpu, uint32_t at, struct thread *thread)
{
	while (at > 0 && cpu->timer_heap[(at - 1) / 2]->deadline > thread->deadline) {
		place(cpu, at, cpu->timer_heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	place(cpu, at, thread);
}

static void sift_down(struct cpu *cpu, uint32_t at, struct thread *thread)
{
	for (;;) {
		uint32_t child = 2 * at + 1;
		if (child >= cpu->timer_count)
			break;
		if (child + 1 < cpu->timer_count &&
		    cpu->timer_heap[child + 1]->deadline < cpu->timer_heap[child]->deadline)
			child++;
		if (cpu->timer_heap[child]->deadline >= thread->deadline)
			break;
		place(cpu, at, cpu->timer_heap[child]);
		at = child;
	}
	place(cpu, at, thread);
}

void timer_insert(struct cpu *cpu, struct thread *thread, uint64_t deadline_ticks)
{
	if (deadline_ticks == UINT64_MAX)
		return;
	CHECK(thread->timer_index == 0);
	thread->deadline = deadline_ticks;
	sift_up(cpu, cpu->timer_count++, thread);
	timer_program(cpu);
}

void timer_remove(struct cpu *cpu, struct thread *thread)
{
	uint32_t at = thread->timer_index - 1;
	CHECK(at < cpu->timer_count && cpu->timer_heap[at] == thread);
	struct thread *last = cpu->timer_heap[--cpu->timer_count];
	thread->timer_index = 0;
	if (last == thread)
		return;
	if (at > 0 && cpu->timer_heap[(at - 1) / 2]->deadline > last->deadline)
		sift_up(cpu, at, last);
	else
		sift_down(cpu, at, last);
}

void timer_program(struct cpu *cpu)
{
	uint64_t next = cpu->quantum_end_ticks;
	if (cpu->timer_count > 0 && cpu->timer_heap[0]->deadline < next)
		next = cpu->timer_heap[0]->deadline;
	if (next < cpu->timer_armed_ticks) {
		cpu->timer_armed_ticks = next;
		arch_timer_set(next);
	}
}
