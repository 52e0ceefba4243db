/* SPDX-License-Identifier: MIT
 * Scheduling of one CPU: 256 priorities, and within one the five levels of the time-sharing band. All of it belongs to the
 * CPU; nothing is locked, and each choice takes the same few steps however many threads there are.
 *
 * What runs is a scheduling context (`slice`), which a call on the same CPU lends to the server: it runs on across
 * schedule_switch(). The timer ticks for its quantum only while somebody of the same priority waits, and for its budget
 * only if it has one.
 *
 * Feedback: whoever uses up its quantum goes one level down, to a longer quantum behind the shorter ones; whoever slept for
 * as long as it had run goes one up. The head of a level that has waited for AGE_MS goes to the first.
 */
#include <core/core.h>

#define QUANTUM_MS     5u /* round robin among fixed priorities */
#define AGE_MS         300u
#define WORD_BITS      64u
#define TIMERS_AT_ONCE 8u /* bounds one interrupt */

static uint64_t ticks_of_ms(unsigned ms)
{
	return core.ms_ticks * ms;
}

/* Of `thread`, whose own `scheduling` is; NULL: nobody's. */
static inline uint64_t quantum_ticks(const struct thread *thread, const struct scheduling *scheduling)
{
	static const uint8_t level_ms[LEVELS] = {1, 4, 10, 30, 100};
	bool shares = thread != NULL && thread->band == TENON_BAND_TIME_SHARING;
	return ticks_of_ms(shares ? level_ms[scheduling->level] : QUANTUM_MS);
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
	cpu->budget_end_ticks = UINT64_MAX;
	cpu->switched_ticks = arch_ticks();
	for (unsigned i = 0; i < PRIORITIES * LEVELS; i++)
		list_init(&queue[i]);
}

/* ---- run queues ---- */

/* Nothing is more urgent than word `last` of the bitmap tells. */
static void find_highest(struct cpu *cpu, unsigned last)
{
	cpu->ready_highest = -1;
	for (unsigned i = last + 1; i-- > 0;) {
		if (cpu->ready_bitmap[i] != 0) {
			unsigned bit = WORD_BITS - 1 - (unsigned)__builtin_clzll(cpu->ready_bitmap[i]);
			cpu->ready_highest = (int32_t)(i * WORD_BITS + bit);
			return;
		}
	}
}

static unsigned level_of(const struct thread *thread, const struct scheduling *on)
{
	return thread->band == TENON_BAND_TIME_SHARING ? on->level : 0;
}

static inline void enqueue(struct cpu *cpu, struct thread *thread, bool at_head)
{
	unsigned priority = thread->priority, level = level_of(thread, thread->on);
	struct list *queue = &cpu->queue[priority * LEVELS + level];
	list_insert(at_head ? queue : queue->prev, &thread->link);
	thread->level = (uint8_t)level;
	thread->queued_ticks = cpu->switched_ticks;
	thread->state = TENON_THREAD_READY;
	uint8_t levels = cpu->ready_levels[priority];
	cpu->ready_levels[priority] = (uint8_t)(levels | 1u << level);
	if (levels != 0)
		return;
	cpu->ready_bitmap[priority / WORD_BITS] |= UINT64_C(1) << (priority % WORD_BITS);
	if ((int32_t)priority > cpu->ready_highest)
		cpu->ready_highest = (int32_t)priority;
}

static inline __attribute__((always_inline)) void dequeue(struct cpu *cpu, struct thread *thread,
							  unsigned priority, unsigned level)
{
	list_remove(&thread->link);
	if (!list_empty(&cpu->queue[priority * LEVELS + level]))
		return;
	uint8_t levels = (uint8_t)(cpu->ready_levels[priority] & ~(1u << level));
	cpu->ready_levels[priority] = levels;
	if (levels == 0) {
		unsigned word = priority / WORD_BITS;
		cpu->ready_bitmap[word] &= ~(UINT64_C(1) << (priority % WORD_BITS));
		if ((int32_t)priority == cpu->ready_highest)
			find_highest(cpu, word);
	}
}

void schedule_unready(struct cpu *cpu, struct thread *thread)
{
	dequeue(cpu, thread, thread->priority, thread->level);
}

/* Slept for as long as it ran: it may be interactive. */
static void promote(struct scheduling *own, uint64_t now)
{
	if (own->thread->band != TENON_BAND_TIME_SHARING ||
	    now - own->stopped < quantum_ticks(own->thread, own) - own->slice_left)
		return;
	if (own->level > 0)
		own->level--;
	own->slice_left = quantum_ticks(own->thread, own);
}

static COLD void ready_entangled(struct cpu *cpu, struct thread *thread)
{
	struct scheduling *own = thread->scheduling;
	bool runs = cpu->slice == thread->on || thread->on->user == thread;
	schedule_take_back(cpu, own);
	if (thread->on == own) {
		uint64_t now = arch_ticks();
		scheduling_refill(own, now, !runs && thread->state != THREAD_DEPLETED);
		if (scheduling_depleted(own)) {
			scheduling_park(cpu, thread);
			return;
		}
		if (!runs)
			promote(own, now);
	}
	enqueue(cpu, thread, runs && thread->on->slice_left != 0);
}

/* Most threads have neither lent nor borrowed, and no limit. */
static inline void ready(struct cpu *cpu, struct thread *thread)
{
	struct scheduling *own = thread->scheduling;
	if (unlikely(thread->on != own || cpu->slice == own || own->budget != 0 ||
		     ((uintptr_t)own->user | (uintptr_t)own->creditor) != 0 ||
		     thread->band == TENON_BAND_TIME_SHARING))
		ready_entangled(cpu, thread);
	else
		enqueue(cpu, thread, false);
}

void schedule_ready(struct cpu *cpu, struct thread *thread)
{
	ready(cpu, thread);
}

/* Nobody waits at the tail for ever: who has waited for long at the head of a level goes to the first one. */
static COLD void age(struct cpu *cpu, unsigned priority)
{
	for (unsigned level = 1; level < LEVELS; level++) {
		const struct list *queue = &cpu->queue[priority * LEVELS + level];
		if (list_empty(queue))
			continue;
		struct thread *thread = container_of(queue->next, struct thread, link);
		if (cpu->switched_ticks - thread->queued_ticks < ticks_of_ms(AGE_MS))
			continue;
		schedule_unready(cpu, thread);
		thread->on->level = 0;
		thread->on->slice_left = quantum_ticks(thread->on->thread, thread->on);
		enqueue(cpu, thread, false);
	}
}

/* ---- what runs ---- */

static inline __attribute__((always_inline)) void charge(struct cpu *cpu, struct scheduling *slice,
							 uint64_t now)
{
	uint64_t used = now - cpu->slice_start_ticks;
	cpu->slice_start_ticks = now;
	slice->consumed += used;
	if (used < slice->slice_left) {
		slice->slice_left -= used;
	} else if (slice->slice_left != 0) {
		slice->slice_left = 0;
		if (slice->level < LEVELS - 1)
			slice->level++;
	}
	if (slice->budget != 0) {
		uint64_t left = used < slice->left ? used : slice->left;
		slice->left -= left;
		slice->debt += used - left; /* the timer was late */
	}
	if (slice->debtor != NULL)
		slice->debtor->debt += used;
}

void schedule_charge(struct cpu *cpu, uint64_t now)
{
	if (cpu->slice != NULL)
		charge(cpu, cpu->slice, now);
}

/* What it returns is in memory, so that its callers end with it and save nothing for after it. */
static __attribute__((noinline)) struct arch_context *program(struct cpu *cpu)
{
	timer_program(cpu);
	return &cpu->current->context;
}

/* What is left of the slice's quantum counts from its start on. Returns `context`, that of the current thread. */
static inline struct arch_context *quantum_begin(struct cpu *cpu, const struct scheduling *slice,
						 struct arch_context *context)
{
	cpu->quantum_end_ticks = cpu->slice_start_ticks + slice->slice_left;
	if (unlikely(cpu->quantum_end_ticks < cpu->timer_armed_ticks))
		return program(cpu);
	return context;
}

/* The quantum matters from now on: somebody of the same priority waits. Returns `context`. */
static inline struct arch_context *quantum_arm(struct cpu *cpu, struct arch_context *context)
{
	const struct scheduling *slice = cpu->slice;
	if (cpu->quantum_end_ticks != UINT64_MAX || slice->slice_left == 0)
		return context;
	return quantum_begin(cpu, slice, context);
}

void schedule_budget_arm(struct cpu *cpu, uint64_t now)
{
	const struct scheduling *slice = cpu->slice;
	uint64_t end = now + slice->left;
	cpu->budget_end_ticks = UINT64_MAX;
	if (slice->budget == 0)
		return;
	cpu->budget_end_ticks = end < slice->replenish ? end : slice->replenish;
	timer_program(cpu);
}

/* Charged up to `now`, another context runs from then on; NULL: none. */
static void slice_switch(struct cpu *cpu, struct scheduling *slice, uint64_t now)
{
	if (cpu->slice != NULL)
		cpu->slice->stopped = now;
	cpu->quantum_end_ticks = UINT64_MAX;
	cpu->budget_end_ticks = UINT64_MAX;
	cpu->slice = slice;
	cpu->slice_start_ticks = now;
	if (slice == NULL)
		return;
	scheduling_refill(slice, now, false);
	if (slice->slice_left == 0)
		slice->slice_left = quantum_ticks(slice->thread, slice);
	schedule_budget_arm(cpu, now);
}

/* What runs is charged, and has no thread until one is entered. */
static inline __attribute__((always_inline)) struct scheduling *leave(struct cpu *cpu, struct thread *thread)
{
	struct scheduling *slice = cpu->slice;
	uint64_t now = arch_ticks();
	charge(cpu, slice, now);
	thread->cpu_ticks += now;
	cpu->switched_ticks = now;
	if (slice != thread->scheduling && slice->user == NULL) {
		thread->on = slice;
		slice->user = thread;
	}
	return slice;
}

void schedule_leave(struct cpu *cpu)
{
	leave(cpu, cpu->current);
	cpu->current = NULL;
}

void schedule_run_on(struct cpu *cpu, struct scheduling *scheduling)
{
	if (cpu->slice == scheduling)
		return;
	uint64_t now = arch_ticks();
	schedule_charge(cpu, now);
	slice_switch(cpu, scheduling, now);
	if (cpu->current != NULL) /* who asked for it may have left the CPU to do so */
		cpu->current->receive_control = 0;
}

uint64_t schedule_used_ticks(const struct thread *thread)
{
	int64_t ticks = (int64_t)__atomic_load_n(&thread->cpu_ticks, __ATOMIC_RELAXED);

	if (ticks < 0)
		ticks += (int64_t)arch_ticks();
	return ticks < 0 ? 0
			 : (uint64_t)ticks; /* another CPU's counter may be a little ahead of this one's */
}

static COLD void idle(struct cpu *cpu)
{
	cpu->current = NULL;
	slice_switch(cpu, NULL, cpu->switched_ticks);
	while (cpu->ready_highest < 0) {
		/* What it freed goes back to its pools first. */
		if (__atomic_load_n(&cpu->residents, __ATOMIC_RELAXED) == CPU_CLOSED && !cpu->round_runs &&
		    !grace_needed(cpu))
			cpu_leave(cpu);
		arch_idle();
		uint64_t now = arch_ticks();
		cpu->idle_ticks += now - cpu->switched_ticks;
		cpu->switched_ticks = now;
	}
}

/* From now on `thread` runs, on what is the slice; `fresh`: has just become it, and has something left. */
static inline __attribute__((always_inline)) struct arch_context *enter(struct cpu *cpu,
									struct thread *thread,
									const struct scheduling *fresh)
{
	thread->state = TENON_THREAD_RUNNING;
	thread->cpu_ticks -= cpu->switched_ticks;
	cpu->current = thread;
	arch_space_switch(thread->space);
	arch_context_switch(cpu, &thread->context);
	if (thread->priority != cpu->ready_highest)
		return &thread->context;
	return fresh != NULL ? quantum_begin(cpu, fresh, &thread->context)
			     : quantum_arm(cpu, &thread->context);
}

static __attribute__((noinline)) struct arch_context *enter_slow(struct cpu *cpu, struct thread *thread)
{
	struct scheduling *on = thread->on;
	if (on != cpu->slice || on->slice_left == 0)
		slice_switch(cpu, on, cpu->switched_ticks);
	on->user = NULL;
	thread->on = thread->scheduling;
	return enter(cpu, thread, NULL);
}

static COLD struct arch_context *pick_slow(struct cpu *cpu)
{
	if (cpu->ready_highest < 0)
		idle(cpu);
	unsigned priority = (unsigned)cpu->ready_highest;
	age(cpu, priority);
	unsigned level = (unsigned)__builtin_ctz(cpu->ready_levels[priority]);
	struct thread *thread = container_of(cpu->queue[priority * LEVELS + level].next, struct thread, link);
	dequeue(cpu, thread, priority, level);
	return enter_slow(cpu, thread);
}

/* After a thread that ran. The straight path: all are on the first level, and the next one is on its own, unlimited. */
static inline __attribute__((always_inline)) struct arch_context *pick(struct cpu *cpu,
								       struct scheduling *last)
{
	unsigned priority = (unsigned)cpu->ready_highest;
	if (unlikely((int32_t)priority < 0 || (cpu->ready_levels[priority] & ~1u) != 0))
		return pick_slow(cpu);
	struct thread *thread = container_of(cpu->queue[priority * LEVELS].next, struct thread, link);
	dequeue(cpu, thread, priority, 0);
	struct scheduling *own = thread->on;
	if (unlikely(own == last || own != thread->scheduling || own->budget != 0))
		return enter_slow(cpu, thread);
	last->stopped = cpu->switched_ticks;
	cpu->quantum_end_ticks = UINT64_MAX;
	cpu->budget_end_ticks = UINT64_MAX;
	cpu->slice = own;
	cpu->slice_start_ticks = cpu->switched_ticks;
	own->user = NULL;
	if (own->slice_left == 0)
		own->slice_left = quantum_ticks(thread, own);
	return enter(cpu, thread, own);
}

struct arch_context *schedule_yield(struct cpu *cpu, struct thread *thread)
{
	if ((int32_t)thread->priority > cpu->ready_highest)
		return arch_context_undisturbed(&thread->context);
	struct scheduling *slice = leave(cpu, thread);
	thread->on->slice_left = 0;
	enqueue(cpu, thread, false);
	return pick(cpu, slice);
}

struct arch_context *schedule_block(struct cpu *cpu, struct thread *thread)
{
	struct scheduling *slice = leave(cpu, thread);
	if (unlikely(thread->on != thread->scheduling))
		schedule_release(thread);
	return pick(cpu, slice);
}

struct arch_context *schedule_switch_timed(struct cpu *cpu, struct thread *from, struct thread *to)
{
	timer_remove(cpu, to);
	return schedule_switch(cpu, from, to);
}

/* Somebody of the same priority waits: does `thread` go on before it? */
static bool stays(const struct cpu *cpu, const struct thread *thread)
{
	unsigned level = (unsigned)__builtin_ctz(cpu->ready_levels[thread->priority]);
	return cpu->slice->slice_left != 0 && level >= level_of(thread, cpu->slice);
}

static __attribute__((noinline)) struct arch_context *preempt(struct cpu *cpu, struct thread *thread)
{
	struct scheduling *slice = leave(cpu, thread);
	enqueue(cpu, thread, thread->on->slice_left != 0);
	return pick(cpu, slice);
}

struct arch_context *schedule(struct cpu *cpu)
{
	struct thread *thread = cpu->current;
	if (thread == NULL)
		return pick_slow(cpu);
	if ((int32_t)thread->priority > cpu->ready_highest)
		return &thread->context;
	if (thread->priority == cpu->ready_highest && stays(cpu, thread))
		return quantum_arm(cpu, &thread->context);
	return preempt(cpu, thread);
}

struct arch_context *schedule_wake(struct cpu *cpu, struct thread *thread, struct thread *woken)
{
	ready(cpu, woken);
	if ((int32_t)thread->priority > cpu->ready_highest)
		return arch_context_undisturbed(&thread->context);
	if (thread->priority == cpu->ready_highest && stays(cpu, thread))
		return quantum_arm(cpu, arch_context_undisturbed(&thread->context));
	return preempt(cpu, thread);
}

/* What is left after a few timers fires again at once: nothing waits for more than these. */
COLD void core_timer(struct cpu *cpu)
{
	uint64_t now = arch_ticks();
	cpu->timer_armed_ticks = UINT64_MAX;
	schedule_charge(cpu, now);
	for (unsigned n = 0; n < TIMERS_AT_ONCE && cpu->timers != NULL && cpu->timers->deadline <= now; n++) {
		if (cpu->timers->kind == TIMER_SCHEDULING) {
			scheduling_period(cpu, container_of(cpu->timers, struct scheduling, timer));
		} else {
			struct thread *thread = container_of(cpu->timers, struct thread, timer);
			timer_remove(cpu, thread);
			thread_timeout(cpu, thread);
		}
	}
	if (cpu->quantum_end_ticks <= now)
		cpu->quantum_end_ticks = UINT64_MAX;
	if (cpu->budget_end_ticks <= now)
		scheduling_overrun(cpu, now);
	timer_program(cpu);
	if (cpu->timer_armed_ticks == UINT64_MAX)
		arch_timer_set(UINT64_MAX);
}

struct arch_context *core_resume(struct cpu *cpu)
{
	return schedule(cpu);
}
