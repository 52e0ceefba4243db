/* SPDX-License-Identifier: MIT
 * Per-CPU state: run queues, timer queue, inbox. Only the inbox is touched by other CPUs.
 */
#ifndef CORE_CPU_H
#define CORE_CPU_H

#include <core/thread.h>
#include <tenon/boot.h>

#define PRIORITIES 256u

struct cpu {
	struct arch_cpu arch;   /* first: entry assembly knows it */
	struct thread *current; /* in state RUNNING; NULL while the CPU idles */
	int32_t ready_highest;  /* highest priority in the run queues, -1: none */
	uint32_t index;
	uint64_t
	    switched_ticks; /* until when the time of threads and of idling is counted, while there is no `current` */

	struct scheduling *slice; /* whose quantum runs; stays while servers run on it */
	struct thread
	    *lent_to; /* the server that the running thread just called here: next, it runs on `slice` */
	uint64_t slice_start_ticks;
	uint64_t quantum_end_ticks; /* UINT64_MAX: nobody waits for it */
	bool slice_over;

	uint64_t ready_bitmap[PRIORITIES / 64];
	struct list *queue; /* PRIORITIES heads */

	uint64_t timer_armed_ticks; /* what the hardware is set to */
	struct timer *timers;       /* binary heap by deadline: the root */
	uint32_t timer_count;

	uint64_t idle_ticks;
	uint32_t online;    /* 1 while it takes part: rounds and kicks count on it. Written by itself. */
	uint32_t residents; /* threads whose home it is; CPU_CLOSED: it has none, and gets none */

	_Alignas(64) struct thread
	    *inbox; /* stack of messages, newest first; any CPU pushes, this one takes all */
};

/* ---- coming and going (power.c) ---- */
#define CPU_CLOSED UINT32_C(0x80000000)
/* One more thread has its home there; false, with nothing done: the CPU is off, or about to be. Any CPU may call it. */
MUST_USE bool cpu_admit(struct cpu *cpu);
void cpu_dismiss(struct cpu *cpu);
/* This CPU runs, ready for interrupts: it takes part from now on. */
void cpu_open(struct cpu *cpu);
/* This CPU, which is closed and idles, leaves the machine. */
noreturn void cpu_leave(struct cpu *cpu);

/* ---- scheduling ---- */
/* Sets up an empty CPU; `queue` has PRIORITIES heads. */
void cpu_init(struct cpu *cpu, unsigned index, struct list *queue);
/* Into the run queue of its home, which is this CPU; at the head if its quantum has begun and is not over. */
void schedule_ready(struct cpu *cpu, struct thread *thread);
void schedule_unready(struct cpu *cpu, struct thread *thread);
/* The running thread goes behind the others of its priority. */
void schedule_yield(struct cpu *cpu);
/* `current` gives up the CPU: its time is counted. The state is the caller's affair. */
void schedule_leave(struct cpu *cpu);
/* The context to go on with: that of `current`, or of a more urgent thread; idles until there is one. */
struct arch_context *schedule(struct cpu *cpu);
/* Ticks that `thread` has used so far, the running stretch included. */
uint64_t schedule_used_ticks(const struct thread *thread);

/* From `from`, which just blocked, straight to `to`, on the same quantum. */
static inline struct arch_context *schedule_switch(struct cpu *cpu, struct thread *from, struct thread *to)
{
	uint64_t now = arch_ticks();
	from->cpu_ticks += now;
	to->cpu_ticks -= now;
	to->state = TENON_THREAD_RUNNING;
	cpu->current = to;
	arch_space_switch(to->space);
	arch_context_switch(cpu, &to->context);
	return &to->context;
}

/* The same to a thread that waits for a deadline too. A function of its own: the straight path then needs no frame. */
struct arch_context *schedule_switch_timed(struct cpu *cpu, struct thread *from, struct thread *to);

/* ---- timer queue ---- */
/* A timer that is in no queue goes into this CPU's; one that is in it leaves. */
void timer_link(struct cpu *cpu, struct timer *timer, uint64_t deadline_ticks);
void timer_unlink(struct cpu *cpu, struct timer *timer);
/* The same for a thread's deadline; UINT64_MAX: none. */
void timer_insert(struct cpu *cpu, struct thread *thread, uint64_t deadline_ticks);
void timer_remove(struct cpu *cpu, struct thread *thread);
/* Sets the hardware to the nearest of deadlines and quantum, if that is earlier than what it is set to. */
void timer_program(struct cpu *cpu);

static inline void timer_cancel(struct cpu *cpu, struct thread *thread)
{
	if (unlikely(thread->timed))
		timer_remove(cpu, thread);
}

/* ---- inbox ---- */
void inbox_push(struct cpu *to, struct thread *message);
void inbox_drain(struct cpu *cpu);

#endif
