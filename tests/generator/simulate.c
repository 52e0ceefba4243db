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

/* The server in whose hands it is, or nobody. */
static uint32_t holder(const struct task *task)
{
	const struct part *part;

	if (task->serves || !task->called)
		return SIMULATE_NOBODY;
	part = part_of(task);
	return task->progress > part->before && task->progress < part->before + part->inside ? part->inner
											     : part->server;
}

static uint32_t urgency(const struct simulation *simulation, const struct task *task)
{
	uint32_t server = task->serves ? SIMULATE_NOBODY : holder(task);

	return server == SIMULATE_NOBODY ? task->priority : simulation->server_priority[server];
}

/* Sleeps until then; at once awake again where that is now. */
static void sleep_until(struct task *task, uint64_t then)
{
	task->sleeps = true;
	task->wake = then;
}

/* Its server is free for whoever waited longest. */
static void release(struct simulation *simulation, struct task *task)
{
	const uint32_t server = part_of(task)->server;
	struct task *next = NULL;

	if (server == SIMULATE_NOBODY || simulation->owner[server] != task)
		return;
	for (uint32_t i = 0; i < simulation->tasks; i++) {
		struct task *other = &simulation->task[i];

		if (other->queued && part_of(other)->server == server &&
		    (next == NULL || other->wake < next->wake))
			next = other;
	}
	simulation->owner[server] = next;
	if (next != NULL) {
		next->queued = false;
		next->called = true;
	}
}

static bool is_over(const struct task *task)
{
	const struct part *part = part_of(task);

	return task->progress >= length(part) && (part->away == 0 || task->answered);
}

/* The parts and jobs that end now; jobs without parts, too. */
static void advance(struct simulation *simulation, struct task *task, uint64_t now)
{
	while (task->at_job < task->jobs && !task->sleeps) {
		const struct job *job = &task->job[task->at_job];

		if (task->at_part < job->parts && !is_over(task))
			return;
		task->on_reserve = false;
		if (task->at_part < job->parts) {
			uint32_t span = part_of(task)->sleep;

			release(simulation, task);
			task->called = task->answered = false;
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

static void wake(struct simulation *simulation, struct task *task, uint64_t now)
{
	if (task->at_job < task->jobs && task->sleeps && task->wake <= now) {
		task->sleeps = false;
		refill(task, now, true);
		advance(simulation, task, now);
	}
	if (task->depleted && now >= task->replenish) {
		task->depleted = false;
		refill(task, now, false);
	}
}

/* Has it nothing to do, or waits? */
static bool is_idle(const struct task *task)
{
	if (task->serves)
		return task->calls == 0 || task->depleted;
	return task->at_job == task->jobs || task->sleeps || task->depleted || task->asks || task->queued;
}

/* May it run a step now? One whose budget is over goes on in a server, or waits. */
static bool can_run(struct task *task, uint64_t now)
{
	if (is_idle(task))
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

/* Its call begins, unless the server waits in the midst of another one. */
static bool begins_call(struct simulation *simulation, struct task *task, uint64_t now)
{
	const uint32_t server = part_of(task)->server;

	if (server == SIMULATE_NOBODY || task->called)
		return true;
	if (simulation->owner[server] != NULL) {
		task->queued = true;
		task->wake = now;
		return false;
	}
	simulation->owner[server] = task;
	task->called = true;
	return true;
}

/* Calls the task on another CPU where that is next. */
static bool asks_now(struct simulation *simulation, struct task *task, uint64_t now)
{
	const struct part *part = part_of(task);
	struct task *server = &simulation->task[part->remote];

	if (part->away == 0 || task->answered || task->progress != part->before)
		return false;
	task->asks = true;
	if (server->calls == 0)
		refill(server, now, true);
	server->call[server->calls++] = (uint32_t)(task - simulation->task);
	return true;
}

static struct task *pick(struct simulation *simulation, uint32_t cpu, uint64_t now)
{
	for (;;) {
		struct task *best = NULL;

		for (uint32_t i = 0; i < simulation->tasks; i++) {
			struct task *task = &simulation->task[i];

			if (task->cpu != cpu || is_idle(task))
				continue;
			if (best == NULL || urgency(simulation, task) > urgency(simulation, best) ||
			    (urgency(simulation, task) == urgency(simulation, best) &&
			     simulate_random(&simulation->random, 2) == 0))
				best = task;
		}
		if (best == NULL)
			return NULL;
		if (can_run(best, now) && (best->serves || (begins_call(simulation, best, now) &&
							    !asks_now(simulation, best, now))))
			return best;
	}
}

/* One step for a call from another CPU. */
static void serve(struct simulation *simulation, struct task *server, uint64_t now)
{
	struct task *client = &simulation->task[server->call[0]];

	server->left -= server->budget != 0;
	if (++server->done < part_of(client)->away)
		return;
	server->done = 0;
	server->calls--;
	for (uint32_t i = 0; i < server->calls; i++)
		server->call[i] = server->call[i + 1];
	client->asks = false;
	client->answered = true;
	refill(client, now + 1, true);
	advance(simulation, client, now + 1);
}

static void step(struct simulation *simulation, uint32_t cpu, uint64_t now)
{
	struct task *task = pick(simulation, cpu, now);

	if (task == NULL)
		return;
	if (task->serves) {
		serve(simulation, task, now);
		return;
	}
	if (task->budget != 0 && !task->on_reserve)
		task->left--;
	else if (task->on_reserve)
		task->debt++;
	task->progress++;
	advance(simulation, task, now + 1);
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
		for (uint32_t i = 0; i < simulation->tasks; i++)
			wake(simulation, &simulation->task[i], now);
		for (uint32_t cpu = 0; cpu < SIMULATE_CPUS; cpu++)
			step(simulation, cpu, now);
	}
}
