/* SPDX-License-Identifier: MIT
 * Scheduling of one CPU: fixed priorities, round robin within one. All of it belongs to the CPU; nothing is locked.
 *
 * The quantum is the running thread's scheduling context, which a call on the same CPU lends to the server: it runs on
 * across schedule_switch(). The timer ticks for it only while somebody of the same priority waits.
 */
#include <core/core.h>

#define QUANTUM_MS     5u
#define WORD_BITS      64u
#define TIMERS_AT_ONCE 8u /* bounds one interrupt */

static uint64_t quantum_ticks(void)
{
	return arch_ticks_per_second() * QUANTUM_MS / 1000u;
}

void cpu_init(struct cpu *cpu, unsigned index, struct list *queue)
{
	cpu->index = index;
	cpu->current = NULL;
	cpu->residents = CPU_CLOSED;
	cpu->ready_highest = -1;
	cpu->queue = queue;
	cpu->timer_armed_ticks = UINT64_MAX;
	cpu->quantum_end_ticks = UINT64_MAX;
	cpu->switched_ticks = arch_ticks();
	for (unsigned i = 0; i < PRIORITIES; i++)
		list_init(&queue[i]);
}

static void find_highest(struct cpu *cpu)
{
	cpu->ready_highest = -1;
	for (unsigned i = PRIORITIES / WORD_BITS; i-- > 0;) {
		if (cpu->ready_bitmap[i] != 0) {
			unsigned bit = WORD_BITS - 1 - (unsigned)__builtin_clzll(cpu->ready_bitmap[i]);
			cpu->ready_highest = (int32_t)(i * WORD_BITS + bit);
			return;
		}
	}
}

static void enqueue(struct cpu *cpu, struct thread *thread, bool at_head)
{
	struct list *queue = &cpu->queue[thread->priority];
	list_insert(at_head ? queue : queue->prev, &thread->link);
	cpu->ready_bitmap[thread->priority / WORD_BITS] |= UINT64_C(1) << (thread->priority % WORD_BITS);
	if ((int32_t)thread->priority > cpu->ready_highest)
		cpu->ready_highest = thread->priority;
	thread->state = TENON_THREAD_READY;
}

void schedule_ready(struct cpu *cpu, struct thread *thread)
{
	enqueue(cpu, thread, cpu->slice == &thread->scheduling && !cpu->slice_over);
}

void schedule_unready(struct cpu *cpu, struct thread *thread)
{
	list_remove(&thread->link);
	if (list_empty(&cpu->queue[thread->priority])) {
		cpu->ready_bitmap[thread->priority / WORD_BITS] &=
		    ~(UINT64_C(1) << (thread->priority % WORD_BITS));
		find_highest(cpu);
	}
}

void schedule_yield(struct cpu *cpu)
{
	struct thread *thread = cpu->current;
	if ((int32_t)thread->priority > cpu->ready_highest)
		return;
	cpu->slice_over = true;
	schedule_leave(cpu);
	enqueue(cpu, thread, false);
}

void schedule_leave(struct cpu *cpu)
{
	uint64_t now = arch_ticks();
	cpu->current->cpu_ticks += now;
	cpu->switched_ticks = now;
	cpu->current = NULL;
}

uint64_t schedule_used_ticks(const struct thread *thread)
{
	int64_t ticks = (int64_t)__atomic_load_n(&thread->cpu_ticks, __ATOMIC_RELAXED);

	if (ticks < 0)
		ticks += (int64_t)arch_ticks();
	return ticks < 0 ? 0
			 : (uint64_t)ticks; /* another CPU's counter may be a little ahead of this one's */
}

/* The quantum matters from now on: somebody of the same priority waits. */
static void quantum_arm(struct cpu *cpu)
{
	if (cpu->quantum_end_ticks != UINT64_MAX || cpu->slice_over)
		return;
	cpu->quantum_end_ticks = cpu->slice_start_ticks + cpu->slice->slice_left;
	timer_program(cpu);
}

/* Ends the stretch of the quantum that has run; the rest stays with its owner. */
static void slice_stop(struct cpu *cpu, uint64_t now)
{
	struct scheduling *slice = cpu->slice;
	uint64_t used = now - cpu->slice_start_ticks;
	cpu->quantum_end_ticks = UINT64_MAX;
	if (slice == NULL)
		return;
	slice->slice_left = cpu->slice_over || used >= slice->slice_left ? 0 : slice->slice_left - used;
	cpu->slice = NULL;
}

static void slice_start(struct cpu *cpu, struct scheduling *slice, uint64_t now)
{
	if (slice->slice_left == 0)
		slice->slice_left = quantum_ticks();
	cpu->slice = slice;
	cpu->slice_start_ticks = now;
	cpu->slice_over = false;
}

static void idle(struct cpu *cpu)
{
	slice_stop(cpu, cpu->switched_ticks);
	while (cpu->ready_highest < 0) {
		if (__atomic_load_n(&cpu->residents, __ATOMIC_RELAXED) == CPU_CLOSED)
			cpu_leave(cpu);
		arch_idle();
		uint64_t now = arch_ticks();
		cpu->idle_ticks += now - cpu->switched_ticks;
		cpu->switched_ticks = now;
	}
}

static struct arch_context *pick(struct cpu *cpu)
{
	if (cpu->ready_highest < 0)
		idle(cpu);
	struct thread *thread = container_of(cpu->queue[cpu->ready_highest].next, struct thread, link);
	schedule_unready(cpu, thread);
	/* A server that was just called here goes on with its caller's quantum. */
	if (thread != cpu->lent_to || cpu->slice == NULL) {
		slice_stop(cpu, cpu->switched_ticks);
		slice_start(cpu, &thread->scheduling, cpu->switched_ticks);
	}
	cpu->lent_to = NULL;
	thread->state = TENON_THREAD_RUNNING;
	thread->cpu_ticks -= cpu->switched_ticks;
	cpu->current = thread;
	if (thread->priority == cpu->ready_highest)
		quantum_arm(cpu);
	arch_space_switch(thread->space);
	arch_context_switch(cpu, &thread->context);
	return &thread->context;
}

struct arch_context *schedule_switch_timed(struct cpu *cpu, struct thread *from, struct thread *to)
{
	timer_remove(cpu, to);
	return schedule_switch(cpu, from, to);
}

struct arch_context *schedule(struct cpu *cpu)
{
	struct thread *thread = cpu->current;
	if (thread == NULL)
		return pick(cpu);
	if ((int32_t)thread->priority > cpu->ready_highest)
		return &thread->context;
	if (thread->priority == cpu->ready_highest && !cpu->slice_over) {
		quantum_arm(cpu);
		return &thread->context;
	}
	schedule_leave(cpu);
	enqueue(cpu, thread, !cpu->slice_over);
	return pick(cpu);
}

void core_timer(struct cpu *cpu)
{
	uint64_t now = arch_ticks();
	cpu->timer_armed_ticks = UINT64_MAX;
	/* What is left after a few fires again at once: nothing waits for more than these. */
	for (unsigned n = 0; n < TIMERS_AT_ONCE && cpu->timers != NULL && cpu->timers->deadline <= now; n++) {
		struct thread *thread = container_of(cpu->timers, struct thread, timer);
		timer_remove(cpu, thread);
		thread_timeout(cpu, thread);
	}
	if (cpu->quantum_end_ticks <= now) {
		cpu->quantum_end_ticks = UINT64_MAX;
		cpu->slice_over = true;
	}
	timer_program(cpu);
	if (cpu->timer_armed_ticks == UINT64_MAX)
		arch_timer_set(UINT64_MAX);
}

struct arch_context *core_resume(struct cpu *cpu)
{
	return schedule(cpu);
}
