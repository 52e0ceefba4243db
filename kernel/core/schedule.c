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
	return arch_ticks_per_second() * ms / 1000u;
}

static uint64_t quantum_ticks(const struct scheduling *scheduling)
{
	static const uint8_t level_ms[LEVELS] = {1, 4, 10, 30, 100};
	bool shares = scheduling->thread != NULL && scheduling->thread->band == TENON_BAND_TIME_SHARING;
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

static unsigned level_of(const struct thread *thread, const struct scheduling *on)
{
	return thread->band == TENON_BAND_TIME_SHARING ? on->level : 0;
}

static void enqueue(struct cpu *cpu, struct thread *thread, bool at_head)
{
	thread->level = (uint8_t)level_of(thread, thread->on);
	struct list *queue = &cpu->queue[thread->priority * LEVELS + thread->level];
	list_insert(at_head ? queue : queue->prev, &thread->link);
	thread->queued_ticks = cpu->switched_ticks;
	cpu->ready_levels[thread->priority] |= (uint8_t)(1u << thread->level);
	cpu->ready_bitmap[thread->priority / WORD_BITS] |= UINT64_C(1) << (thread->priority % WORD_BITS);
	if ((int32_t)thread->priority > cpu->ready_highest)
		cpu->ready_highest = thread->priority;
	thread->state = TENON_THREAD_READY;
}

void schedule_unready(struct cpu *cpu, struct thread *thread)
{
	list_remove(&thread->link);
	if (!list_empty(&cpu->queue[thread->priority * LEVELS + thread->level]))
		return;
	cpu->ready_levels[thread->priority] &= (uint8_t)~(1u << thread->level);
	if (cpu->ready_levels[thread->priority] == 0) {
		cpu->ready_bitmap[thread->priority / WORD_BITS] &=
		    ~(UINT64_C(1) << (thread->priority % WORD_BITS));
		find_highest(cpu);
	}
}

/* Slept for as long as it ran: it may be interactive. */
static void promote(struct scheduling *own, uint64_t now)
{
	if (own->thread->band != TENON_BAND_TIME_SHARING ||
	    now - own->stopped < quantum_ticks(own) - own->slice_left)
		return;
	if (own->level > 0)
		own->level--;
	own->slice_left = quantum_ticks(own);
}

void schedule_ready(struct cpu *cpu, struct thread *thread)
{
	struct scheduling *own = thread->scheduling;
	bool runs = cpu->slice == thread->on || thread->on->user == thread;
	schedule_take_back(cpu, own);
	if (thread->on == own) {
		uint64_t now = arch_ticks();
		scheduling_refill(own, now);
		if (scheduling_depleted(own)) {
			scheduling_park(cpu, thread);
			return;
		}
		if (!runs)
			promote(own, now);
	}
	enqueue(cpu, thread, runs && thread->on->slice_left != 0);
}

/* Nobody waits at the tail for ever: who has waited for long at the head of a level goes to the first one. */
static void age(struct cpu *cpu, unsigned priority)
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
		thread->on->slice_left = quantum_ticks(thread->on);
		enqueue(cpu, thread, false);
	}
}

/* ---- what runs ---- */

void schedule_charge(struct cpu *cpu, uint64_t now)
{
	struct scheduling *slice = cpu->slice;
	if (slice == NULL)
		return;
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

/* The quantum matters from now on: somebody of the same priority waits. */
static void quantum_arm(struct cpu *cpu)
{
	if (cpu->quantum_end_ticks != UINT64_MAX || cpu->slice->slice_left == 0)
		return;
	cpu->quantum_end_ticks = cpu->slice_start_ticks + cpu->slice->slice_left;
	timer_program(cpu);
}

void schedule_budget_arm(struct cpu *cpu, uint64_t now)
{
	const struct scheduling *slice = cpu->slice;
	uint64_t end = now + slice->left;
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
	scheduling_refill(slice, now);
	if (slice->slice_left == 0)
		slice->slice_left = quantum_ticks(slice);
	schedule_budget_arm(cpu, now);
}

void schedule_leave(struct cpu *cpu)
{
	struct thread *thread = cpu->current;
	uint64_t now = arch_ticks();
	schedule_charge(cpu, now);
	thread->cpu_ticks += now;
	cpu->switched_ticks = now;
	cpu->current = NULL;
	if (cpu->slice != thread->scheduling && cpu->slice->user == NULL) {
		thread->on = cpu->slice;
		cpu->slice->user = thread;
	}
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

void schedule_yield(struct cpu *cpu)
{
	struct thread *thread = cpu->current;
	if ((int32_t)thread->priority > cpu->ready_highest)
		return;
	schedule_leave(cpu);
	thread->on->slice_left = 0;
	enqueue(cpu, thread, false);
}

uint64_t schedule_used_ticks(const struct thread *thread)
{
	int64_t ticks = (int64_t)__atomic_load_n(&thread->cpu_ticks, __ATOMIC_RELAXED);

	if (ticks < 0)
		ticks += (int64_t)arch_ticks();
	return ticks < 0 ? 0
			 : (uint64_t)ticks; /* another CPU's counter may be a little ahead of this one's */
}

static void idle(struct cpu *cpu)
{
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

static struct arch_context *pick(struct cpu *cpu)
{
	if (cpu->ready_highest < 0)
		idle(cpu);
	unsigned priority = (unsigned)cpu->ready_highest;
	if ((cpu->ready_levels[priority] & ~1u) != 0)
		age(cpu, priority);
	unsigned level = (unsigned)__builtin_ctz(cpu->ready_levels[priority]);
	struct thread *thread = container_of(cpu->queue[priority * LEVELS + level].next, struct thread, link);
	schedule_unready(cpu, thread);
	struct scheduling *on = thread->on;
	if (on != cpu->slice || on->slice_left == 0)
		slice_switch(cpu, on, cpu->switched_ticks);
	on->user = NULL;
	thread->on = thread->scheduling;
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

/* Somebody of the same priority waits: does `thread` go on before it? */
static bool stays(const struct cpu *cpu, const struct thread *thread)
{
	unsigned level = (unsigned)__builtin_ctz(cpu->ready_levels[thread->priority]);
	return cpu->slice->slice_left != 0 && level >= level_of(thread, cpu->slice);
}

struct arch_context *schedule(struct cpu *cpu)
{
	struct thread *thread = cpu->current;
	if (thread == NULL)
		return pick(cpu);
	if ((int32_t)thread->priority > cpu->ready_highest)
		return &thread->context;
	if (thread->priority == cpu->ready_highest && stays(cpu, thread)) {
		quantum_arm(cpu);
		return &thread->context;
	}
	schedule_leave(cpu);
	enqueue(cpu, thread, thread->on->slice_left != 0);
	return pick(cpu);
}

/* What is left after a few timers fires again at once: nothing waits for more than these. */
void core_timer(struct cpu *cpu)
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
