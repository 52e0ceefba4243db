/* SPDX-License-Identifier: MIT
 * Per-CPU state: run queues, timer queue, inbox. Only the inbox is touched by other CPUs.
 */
#ifndef CORE_CPU_H
#define CORE_CPU_H

#include <core/thread.h>
#include <tenon/boot.h>

#define PRIORITIES 256u
#define LEVELS     5u /* of the time-sharing band; threads with a fixed priority are all on the first */
#define LIMBO      128u
#define FLUSHES    32u

struct cpu {
	struct arch_cpu arch;   /* first: entry assembly knows it */
	struct thread *current; /* in state RUNNING; NULL while the CPU idles */
	int32_t ready_highest;  /* highest priority in the run queues, -1: none */
	uint32_t index;
	uint64_t
	    switched_ticks; /* until when the time of threads and of idling is counted, while there is no `current` */

	struct scheduling *slice;   /* whose quantum and budget run; stays while servers run on it */
	uint64_t slice_start_ticks; /* up to where it is charged */
	uint64_t quantum_end_ticks; /* UINT64_MAX: nobody waits for it */
	uint64_t budget_end_ticks;  /* UINT64_MAX: no limit */

	uint64_t ready_bitmap[PRIORITIES / 64];
	uint8_t ready_levels[PRIORITIES]; /* which queues of a priority are not empty */
	struct list *queue;               /* LEVELS heads for each priority */

	uint64_t timer_armed_ticks; /* what the hardware is set to */
	struct timer *timers;       /* binary heap by deadline: the root */
	uint32_t timer_count;

	uint64_t idle_ticks;
	uint32_t online;    /* 1 while it takes part: rounds and kicks count on it. Written by itself. */
	uint32_t node;      /* NUMA node */
	uint32_t residents; /* threads whose home it is; CPU_CLOSED: it has none, and gets none */
	uint64_t awaited;   /* CPUs that have not handled the kick of this one, which leaves */

	/* The grace round of this CPU; see grace.c. */
	struct limbo {
		struct pool *pool;
		physical_t memory;
		uint64_t bytes;
		const uint32_t *requests; /* while this is not 0, one round more; NULL: never */
	} limbo[LIMBO];
	struct flush {
		struct space *space;
		uint64_t address, size;
		bool *done;
	} flush[FLUSHES];
	uint32_t limbo_count, flush_count; /* gathered, those of the round that runs first */
	uint32_t limbo_round, flush_round; /* how many belong to it */
	bool round_runs;
	bool
	    round_forgets; /* others have taken mappings away that not all have forgotten yet: in this round they do */
	uint32_t
	    work; /* what the steps of a long operation have cost since interrupts were served, see end.c */
	struct thread *round_waiters, *next_waiters; /* threads, linked by inbox_next */

	_Alignas(64) uint32_t round_left; /* CPUs that have not yet answered it; they count down */
	_Alignas(64) uint64_t round_asks; /* bit n: CPU n waits for this one's answer */

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
/* This CPU, which is closed and idles, goes on leaving the machine; comes back while it waits for the others' kicks. */
void cpu_leave(struct cpu *cpu);
/* This CPU handles a kick: a CPU that leaves may wait for that. */
void power_kicked(struct cpu *cpu);

/* ---- scheduling ---- */
/* Sets up an empty CPU; `queue` has PRIORITIES * LEVELS heads. */
void cpu_init(struct cpu *cpu, unsigned index, struct list *queue);
/*
 * Into the run queue of its home, which is this CPU; at the head if its quantum runs and is not over. Its own context comes
 * back to it from whoever runs on it; if that is used up, it waits for the next period instead.
 */
void schedule_ready(struct cpu *cpu, struct thread *thread);
void schedule_unready(struct cpu *cpu, struct thread *thread);
/* `thread`, which runs, goes behind the others of its priority. Returns the context to go on with. */
struct arch_context *schedule_yield(struct cpu *cpu, struct thread *thread);
/* `thread`, which ran, waits for something that nobody lends it a context for. The context to go on with. */
struct arch_context *schedule_block(struct cpu *cpu, struct thread *thread);
/* `thread` runs and has woken another, in state WAKING, of this CPU. The context to go on with. */
struct arch_context *schedule_wake(struct cpu *cpu, struct thread *thread, struct thread *woken);
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

/* Charges the context that runs for the time so far. */
void schedule_charge(struct cpu *cpu, uint64_t now);
/* The running thread goes on with this context; nobody waits in `user` of it. */
void schedule_run_on(struct cpu *cpu, struct scheduling *scheduling);
/* Programs the end of what is left of the budget, or of the period. */
void schedule_budget_arm(struct cpu *cpu, uint64_t now);
/* A thread that does not run gives back what was lent to it. */
void schedule_release(struct thread *thread);
/* Nobody but its owner goes on with it, and nobody's time is its debt. */
void schedule_take_back(struct cpu *cpu, struct scheduling *scheduling);
/* `server` has just taken the call of `caller` in `reply`: on the same CPU, and if it is at least as urgent, it runs on what
 * the caller ran on. */
void schedule_lend(struct cpu *cpu, struct thread *caller, struct thread *server, struct reply *reply);
/* The call in `reply`, made by `caller`, is over: what was lent for it goes back. Before the caller is woken. */
void schedule_return(struct cpu *cpu, struct thread *caller, struct thread *server, struct reply *reply);
/* Whatever was lent to or by a thread that stops. */
void schedule_forget(struct cpu *cpu, struct thread *thread);

/* ---- scheduling contexts ---- */
/* Of cleared memory. */
void scheduling_init(struct scheduling *scheduling);
/* Words: budget, period, flags, as SCHEDULING_SET has checked them. On the home CPU of its thread, if there is one. */
void scheduling_set(struct cpu *cpu, struct scheduling *scheduling, const struct arch_context *words);
/* A new thread: on its reserve, in the real-time band, on any CPU. */
void scheduling_thread_init(struct thread *thread);
/* Makes it the thread's own, or with NULL its reserve. On the thread's home CPU. BUSY: another thread's own. */
MUST_USE enum tenon_status scheduling_bind(struct cpu *cpu, struct thread *thread,
					   struct scheduling *scheduling);
/* Begins the next period if it is time; `wakes`: its thread slept, and the period begins now. */
void scheduling_refill(struct scheduling *scheduling, uint64_t now, bool wakes);
/* Limited, and nothing left? */
static inline bool scheduling_depleted(const struct scheduling *scheduling)
{
	return scheduling->budget != 0 && scheduling->left == 0;
}
/* Waits for the next period of its own context; the other way round for a thread that stops waiting. */
void scheduling_park(struct cpu *cpu, struct thread *thread);
void scheduling_unpark(struct cpu *cpu, struct thread *thread);
/* The timer of a parked thread's context fired. */
void scheduling_period(struct cpu *cpu, struct scheduling *scheduling);
/* The context that runs is used up. */
void scheduling_overrun(struct cpu *cpu, uint64_t now);

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
