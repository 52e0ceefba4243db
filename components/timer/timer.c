/* SPDX-License-Identifier: MIT
 * Timers for many clients on one time-out of the loop.
 *
 * Each client has a row of entries in one queue of deadlines: its timers and
 * its sleep. A client that restarts finds its timers as it set them; a call of
 * `start` or `stop` changes them.
 */
#include "component.h"
#include "queue.h"

#define TIMERS        8u /* per client, as interfaces/timer.yaml says */
#define ENTRIES       (TIMERS + 1u)
#define SLEEP         TIMERS
#define PERIOD_MIN_NS UINT64_C(100000)

struct client_timer {
	uint64_t period_ns; /* 0: fires once */
	uint32_t fired;     /* since it was last asked */
};

struct client_sleep {
	bool asleep;
	struct timer_sleep_token token;
};

static struct queue_entry entries[ENTRIES * TIMER_CLIENTS];
static struct queue queue;
static struct client_timer timers[TIMER_CLIENTS][TIMERS];
static struct client_sleep sleeps[TIMER_CLIENTS];

void component_start(void)
{
	queue_init(&queue, entries, ENTRIES * TIMER_CLIENTS);
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
	sleeps[client] = (struct client_sleep){.asleep = true, .token = token};
	queue_set(&queue, client * ENTRIES + SLEEP, later(clock_ns(), delay_ns));
	wait_for_first();
}

void timer_sleep_cancelled(uint32_t client, struct timer_sleep_token token)
{
	(void)token;
	sleeps[client].asleep = false;
	queue_remove(&queue, client * ENTRIES + SLEEP);
	wait_for_first();
}

enum timer_status timer_start(uint32_t client, uint32_t number, uint64_t delay_ns, uint64_t period_ns)
{
	if (number >= TIMERS) {
		return TIMER_BAD_TIMER;
	}
	if (period_ns != 0 && period_ns < PERIOD_MIN_NS) {
		return TIMER_TOO_SHORT;
	}
	timers[client][number].period_ns = period_ns;
	queue_set(&queue, client * ENTRIES + number, later(clock_ns(), delay_ns));
	wait_for_first();
	return TIMER_OK;
}

enum timer_status timer_stop(uint32_t client, uint32_t number)
{
	if (number >= TIMERS) {
		return TIMER_BAD_TIMER;
	}
	timers[client][number] = (struct client_timer){0};
	queue_remove(&queue, client * ENTRIES + number);
	wait_for_first();
	return TIMER_OK;
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
	uint32_t entry = client * ENTRIES + number;
	uint64_t times = 1;

	if (timer->period_ns == 0) {
		queue_remove(&queue, entry);
	} else {
		times += (now - deadline) / timer->period_ns;
		queue_set(&queue, entry, later(deadline, times * timer->period_ns));
	}
	timer->fired = times > UINT32_MAX - timer->fired ? UINT32_MAX : timer->fired + (uint32_t)times;
	timer_signal_expired(client);
}

static void wake(uint32_t client)
{
	queue_remove(&queue, client * ENTRIES + SLEEP);
	if (sleeps[client].asleep) {
		sleeps[client].asleep = false;
		(void)timer_sleep_finish(sleeps[client].token, TIMER_OK); /* the sleeper may have gone */
	}
}

void due(void)
{
	uint64_t now = clock_ns();
	uint64_t deadline;
	uint32_t entry;

	while (queue_first(&queue, &entry, &deadline) && deadline <= now) {
		if (entry % ENTRIES == SLEEP) {
			wake(entry / ENTRIES);
		} else {
			fire_timer(entry / ENTRIES, entry % ENTRIES, deadline, now);
		}
	}
	wait_for_first();
}
