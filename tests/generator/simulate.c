/* SPDX-License-Identifier: MIT
 * The simulation: see simulate.h. Each step first wakes who is due, then lets
 * the most urgent one run.
 */
#include "simulate.h"

#include <stddef.h>

uint32_t simulate_random(uint64_t *state, uint32_t below)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33) % below;
}

static void refill(struct task *task, uint64_t now, bool wakes)
{
	uint64_t pay = task->debt < task->budget ? task->debt : task->budget;
	bool follows = !wakes && now - task->replenish < task->period;

	if (task->budget == 0 || now < task->replenish)
		return;
	task->debt = 0;
	task->left = task->budget - pay;
	task->replenish = (follows ? task->replenish : now) + task->period;
}

static const struct part *part_of(const struct task *task)
{
	return &task->job[task->at_job].part[task->at_part];
}

static uint32_t length(const struct part *part)
{
	return part->before + part->inside + part->after;
}

/* The server in whose hands it is, or nobody: a call has begun once a step of it was run. */
static uint32_t holder(const struct task *task)
{
	const struct part *part = part_of(task);

	if (task->progress == 0)
		return SIMULATE_NOBODY;
	return task->progress > part->before && task->progress < part->before + part->inside ? part->inner
											     : part->server;
}

static uint32_t urgency(const struct simulation *simulation, const struct task *task)
{
	uint32_t server = holder(task);

	return server == SIMULATE_NOBODY ? task->priority : simulation->server_priority[server];
}

/* Sleeps until then; at once awake again where that is now. */
static void sleep_until(struct task *task, uint64_t then)
{
	task->sleeps = true;
	task->wake = then;
}

/* The parts and jobs that end now; jobs without parts, too. */
static void advance(struct task *task, uint64_t now)
{
	while (task->at_job < task->jobs && !task->sleeps) {
		const struct job *job = &task->job[task->at_job];

		if (task->at_part < job->parts && task->progress < length(part_of(task)))
			return;
		task->on_reserve = false;
		if (task->at_part < job->parts) {
			uint32_t span = part_of(task)->sleep;

			task->progress = 0;
			task->at_part++;
			if (span != 0) {
				sleep_until(task, now + span);
				return;
			}
			continue;
		}
		if (now - job->release > task->longest)
			task->longest = now - job->release;
		task->at_part = 0;
		task->at_job++;
		if (task->at_job < task->jobs && job[1].release > now)
			sleep_until(task, job[1].release);
	}
}

static void wake(struct task *task, uint64_t now)
{
	if (task->at_job < task->jobs && task->sleeps && task->wake <= now) {
		task->sleeps = false;
		refill(task, now, true);
		advance(task, now);
	}
	if (task->depleted && now >= task->replenish) {
		task->depleted = false;
		refill(task, now, false);
	}
}

/* May it run a step now? One whose budget is over goes on in a server, or waits. */
static bool can_run(struct task *task, uint64_t now)
{
	if (task->at_job == task->jobs || task->sleeps || task->depleted)
		return false;
	if (task->budget == 0 || task->on_reserve)
		return true;
	refill(task, now, false);
	if (task->left != 0)
		return true;
	task->on_reserve = holder(task) != SIMULATE_NOBODY;
	task->depleted = !task->on_reserve;
	return task->on_reserve;
}

static struct task *pick(struct simulation *simulation, uint64_t now)
{
	for (;;) {
		struct task *best = NULL;

		for (uint32_t i = 0; i < simulation->tasks; i++) {
			struct task *task = &simulation->task[i];

			if (task->at_job == task->jobs || task->sleeps || task->depleted)
				continue;
			if (best == NULL || urgency(simulation, task) > urgency(simulation, best) ||
			    (urgency(simulation, task) == urgency(simulation, best) &&
			     simulate_random(&simulation->random, 2) == 0))
				best = task;
		}
		if (best == NULL || can_run(best, now))
			return best;
	}
}

void simulate(struct simulation *simulation, uint64_t steps)
{
	for (uint32_t i = 0; i < simulation->tasks; i++) {
		struct task *task = &simulation->task[i];

		task->left = task->budget;
		task->replenish = 0; /* whoever wakes first begins its period */
		if (task->jobs != 0)
			sleep_until(task, task->job[0].release);
	}
	for (uint64_t now = 0; now < steps; now++) {
		struct task *task;

		for (uint32_t i = 0; i < simulation->tasks; i++)
			wake(&simulation->task[i], now);
		task = pick(simulation, now);
		if (task == NULL)
			continue;
		if (task->budget != 0 && !task->on_reserve)
			task->left--;
		else if (task->on_reserve)
			task->debt++;
		task->progress++;
		advance(task, now + 1);
	}
}
