/* SPDX-License-Identifier: MIT
 * Timers for many clients on one time-out of the loop.
 *
 * Each client has a row of entries in one queue of deadlines, its timers; behind
 * all of them each call that sleeps has one. The timers of a client that
 * starts anew end; its sleep has ended with it.
 */
#include "component.h"
#include "queue.h"

#define TIMERS        8u /* per client, as interfaces/timer.yaml says */
#define FIRST_SLEEP   (TIMERS * TIMER_CLIENTS)
#define ENTRIES       (FIRST_SLEEP + COMPONENT_CALLS)
#define PERIOD_MIN_NS UINT64_C(100000)

struct client_timer {
	bool runs;
	uint64_t period_ns; /* 0: fires once */
	uint32_t fired;     /* since it was last asked */
};

static struct queue_entry entries[ENTRIES];
static struct queue queue;
static struct client_timer timers[TIMER_CLIENTS][TIMERS];
static struct timer_sleep_token sleeps[COMPONENT_CALLS]; /* by their reply object */

void component_start(void)
{
	queue_init(&queue, entries, ENTRIES);
	log_info("%u timers for each of %u clients", TIMERS, TIMER_CLIENTS);
}

/* A time that no clock reaches stands for the sums that would wrap. */
static uint64_t later(uint64_t from, uint64_t by)
{
	return by > UINT64_MAX - 1 - from ? UINT64_MAX - 1 : from + by;
}

static void wait_for_first(void)
{
	uint32_t number;
	uint64_t deadline;

	if (queue_first(&queue, &number, &deadline)) {
		due_at(deadline);
	} else {
		due_cancel();
	}
}

enum timer_status timer_now(uint32_t client, uint64_t *time_ns)
{
	(void)client;
	*time_ns = clock_ns();
	return TIMER_OK;
}

void timer_sleep(uint32_t client, struct timer_sleep_token token, uint64_t delay_ns)
{
	(void)client;
	sleeps[token.reply] = token;
	queue_set(&queue, FIRST_SLEEP + token.reply, later(clock_ns(), delay_ns));
	wait_for_first();
}

void timer_sleep_cancelled(uint32_t client, struct timer_sleep_token token)
{
	(void)client;
	queue_remove(&queue, FIRST_SLEEP + token.reply);
	wait_for_first();
}

static void end_timer(uint32_t client, uint32_t number)
{
	if (timers[client][number].runs) {
		timers[client][number].runs = false;
		queue_remove(&queue, client * TIMERS + number);
		timer_give_back_timers(client, 1);
	}
}

enum timer_status timer_start(uint32_t client, uint32_t number, uint64_t delay_ns, uint64_t period_ns)
{
	if (number >= TIMERS) {
		return TIMER_BAD_TIMER;
	}
	if (period_ns != 0 && period_ns < PERIOD_MIN_NS) {
		return TIMER_TOO_SHORT;
	}
	if (!timers[client][number].runs && !timer_take_timers(client, 1)) {
		return TIMER_QUOTA;
	}
	timers[client][number].runs = true;
	timers[client][number].period_ns = period_ns;
	queue_set(&queue, client * TIMERS + number, later(clock_ns(), delay_ns));
	wait_for_first();
	return TIMER_OK;
}

enum timer_status timer_stop(uint32_t client, uint32_t number)
{
	if (number >= TIMERS) {
		return TIMER_BAD_TIMER;
	}
	end_timer(client, number);
	timers[client][number].fired = 0;
	wait_for_first();
	return TIMER_OK;
}

void timer_closed(uint32_t client)
{
	for (uint32_t number = 0; number < TIMERS; number++) {
		end_timer(client, number);
		timers[client][number].fired = 0;
	}
	wait_for_first();
}

enum timer_status timer_take_expired(uint32_t client, uint32_t count[TIMERS])
{
	for (uint32_t number = 0; number < TIMERS; number++) {
		count[number] = timers[client][number].fired;
		timers[client][number].fired = 0;
	}
	return TIMER_OK;
}

/* Counts what a periodic timer missed and keeps its rhythm: the next firing is the first one after now. */
static void fire_timer(uint32_t client, uint32_t number, uint64_t deadline, uint64_t now)
{
	struct client_timer *timer = &timers[client][number];
	uint64_t times = 1;

	if (timer->period_ns == 0) {
		end_timer(client, number);
	} else {
		times += (now - deadline) / timer->period_ns;
		queue_set(&queue, client * TIMERS + number, later(deadline, times * timer->period_ns));
	}
	timer->fired = times > UINT32_MAX - timer->fired ? UINT32_MAX : timer->fired + (uint32_t)times;
	timer_signal_expired(client);
}

static void wake(uint32_t call)
{
	queue_remove(&queue, FIRST_SLEEP + call);
	(void)timer_sleep_finish(sleeps[call], TIMER_OK); /* the sleeper may have gone */
}

void due(void)
{
	uint64_t now = clock_ns();
	uint64_t deadline;
	uint32_t entry;

	while (queue_first(&queue, &entry, &deadline) && deadline <= now) {
		if (entry >= FIRST_SLEEP) {
			wake(entry - FIRST_SLEEP);
		} else {
			fire_timer(entry / TIMERS, entry % TIMERS, deadline, now);
		}
	}
	wait_for_first();
}
