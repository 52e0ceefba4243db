/* SPDX-License-Identifier: MIT
 * Who delays whom. For each instance with a deadline: the budgets that go
 * before its own, the less urgent caller whose server must finish first, the
 * servers on other CPUs that it waits for. docs/decisions/0025 argues that this
 * is all. What is not bounded by a number is refused, once for each that lacks
 * one.
 */
#include "delay.h"

static const char *time_text(const struct delays *delays, uint64_t ns)
{
	return scalar_print_time(delays->arena, ns);
}

static bool first_refusal(struct delays *delays, const struct instance *instance)
{
	if (delays->refused[instance->index] != 0)
		return false;
	delays->refused[instance->index] = 1;
	return true;
}

static void note_deadline(struct complaint *complaint, const struct instance *instance)
{
	complaint_note(complaint, instance->schedule->place, "\"%s\" has a deadline", instance->name.text);
}

/* ---- What goes before ---- */

static void refuse_unlimited(struct delays *delays, const struct instance *other, const char *why,
			     const struct instance *late)
{
	struct complaint *complaint;

	if (!first_refusal(delays, other))
		return;
	complaint = report_error(delays->report, RULE_TIME_UNLIMITED, other->place,
				 "\"%s\" may take CPU %u from \"%s\" without a limit: it stands at priority "
				 "%u, and %s",
				 other->name.text, late->cpu, late->name.text, other->priority, why);
	note_deadline(complaint, late);
	if (other->pool.size == 0)
		complaint_help(complaint,
			       "add to \"schedule\":  %s: {period: 10 ms, budget: 1 ms, deadline: none}",
			       other->name.text);
	complaint_help(complaint, "%s a priority below %u%s",
		       other->pool.size == 0 ? "or give it" : "give it", late->priority,
		       other->pool.size == 0 ? ", or another CPU" : ", or no pool");
}

void refuse_unknown(struct delays *delays, const struct instance *server, const struct instance *late,
		    const struct connection *caller)
{
	struct complaint *complaint;

	if (!first_refusal(delays, server))
		return;
	complaint =
	    report_error(delays->report, RULE_TIME_UNKNOWN, server->place,
			 "nothing says how long \"%s\" works for one call, and \"%s\" may have to wait "
			 "for that",
			 server->name.text, late->name.text);
	note_deadline(complaint, late);
	complaint_note(complaint, caller->place, "\"%s\" calls it here", caller->client->name.text);
	complaint_help(complaint, "give \"%s\" a time:  wcet: 20 us", server->name.text);
}

/* The longest that a server finishes of a call of this one on time of its own. */
static uint64_t overrun(struct delays *delays, const struct instance *instance, const struct instance *late)
{
	uint64_t longest = 0;

	for (uint32_t i = 0; i < instance->connections; i++) {
		const struct connection *connection = &instance->connection[i];

		if (!lends(connection))
			continue;
		if (connection->server->wcet_ns == 0)
			refuse_unknown(delays, connection->server, late, connection);
		if (connection->server->wcet_ns > longest)
			longest = connection->server->wcet_ns;
	}
	return longest;
}

/* A thread of its making can be as urgent as itself, and on any CPU. */
static void check_pool(struct delays *delays, const struct instance *other, const struct instance *late)
{
	if (other->pool.size != 0 && other->priority >= late->priority)
		refuse_unlimited(delays, other, "may start threads of its own", late);
}

static uint32_t list_loads(struct delays *delays, const struct instance *late, struct response_load *load,
			   const struct instance **whose)
{
	const struct model *model = delays->model;
	uint32_t loads = 0;

	for (uint32_t i = 0; i < model->instances; i++) {
		const struct instance *other = &model->instance[i];
		const char *why;

		if (other == late)
			continue;
		check_pool(delays, other, late);
		if (other->cpu != late->cpu || other->priority < late->priority)
			continue;
		why = has_budget(other) ? NULL : runs_by_itself(model, delays->arena, other);
		if (why != NULL)
			refuse_unlimited(delays, other, why, late);
		if (!has_budget(other))
			continue;
		whose[loads] = other;
		load[loads++] = (struct response_load){
		    .budget = other->schedule->budget_ns,
		    .period = other->schedule->period_ns,
		    .jitter = other->schedule->period_ns - other->schedule->budget_ns,
		    .overrun = overrun(delays, other, late),
		};
	}
	return loads;
}

/* ---- Who must finish first ---- */

/* Of the calls that it may have in its hands when it is left: the longest; *waits: it may also wait in one of them. */
static uint64_t held_by(struct delays *delays, const struct instance *lower, const struct instance *late,
			bool *waits)
{
	uint64_t longest = 0;

	for (uint32_t i = 0; i < lower->connections; i++) {
		const struct connection *connection = &lower->connection[i];
		const struct instance *server = connection->server;

		if (!is_call(connection) || server->cpu != late->cpu || server->priority < late->priority)
			continue;
		if (server->wcet_ns == 0)
			refuse_unknown(delays, server, late, connection);
		longest = server->wcet_ns > longest ? server->wcet_ns : longest;
		*waits = *waits || find_wait(&delays->waits, server) != NULL;
	}
	return longest;
}

void refuse_threads(struct delays *delays, const struct instance *lower, const struct instance *late)
{
	if (!first_refusal(delays, lower))
		return;
	note_deadline(
	    complaint_help(
		report_error(delays->report, RULE_TIME_UNKNOWN, lower->place,
			     "nothing says how many threads \"%s\" starts with its pool, and each may have "
			     "a call under way that \"%s\" has to wait for",
			     lower->name.text, late->name.text),
		"its servers may wait for others, and let it run meanwhile: give it no pool, or \"%s\" a "
		"CPU without these servers",
		late->name.text),
	    late);
}

/*
 * One less urgent caller has a call under way, for it ran when the others did not. But those whose server waits let
 * others run, and all of them may have a call that goes on later.
 */
static uint64_t blocking(struct delays *delays, const struct instance *late)
{
	uint64_t longest = 0, sum = 0;

	for (uint32_t i = 0; i < delays->model->instances; i++) {
		const struct instance *lower = &delays->model->instance[i];
		bool waits = false;
		uint64_t held;

		if (lower->priority >= late->priority || (lower->cpu != late->cpu && lower->pool.size == 0))
			continue;
		held = held_by(delays, lower, late, &waits);
		if (waits && lower->pool.size != 0)
			refuse_threads(delays, lower, late);
		sum += waits ? held : 0;
		longest = !waits && held > longest ? held : longest;
	}
	return sum + longest;
}

static void refuse_wait(struct delays *delays, const struct connection *wait, const struct instance *late)
{
	struct complaint *complaint;

	if (!first_refusal(delays, wait->client))
		return;
	complaint = report_error(delays->report, RULE_TIME_UNKNOWN, wait->place,
				 "\"%s\" may wait for \"%s\" while it works for others, and nothing says how "
				 "long \"%s\" waits for "
				 "both",
				 wait->client->name.text, wait->server->name.text, late->name.text);
	note_deadline(complaint, late);
	if (wait->client->cpu != wait->server->cpu)
		complaint_help(complaint, "let both run on one CPU, or let \"%s\" send an event instead",
			       wait->client->name.text);
	else
		complaint_help(complaint, "\"%s\" has an operation that is answered later",
			       wait->server->name.text);
}

/* What works for it must not wait for anything but its CPU. */
static void check_waits(struct delays *delays, const struct instance *late)
{
	for (uint32_t i = 0; i < late->connections; i++) {
		const struct connection *connection = &late->connection[i], *wait = NULL;

		if (lends(connection) &&
		    (!is_log(connection) || late->schedule->calls[connection->uses->index] != 0))
			wait = find_wait(&delays->waits, connection->server);
		if (wait != NULL)
			refuse_wait(delays, wait, late);
	}
}

/* ---- Other CPUs ---- */

static void respond(struct delays *delays, const struct instance *instance);

static void refuse_away(struct delays *delays, const struct connection *connection, bool counted)
{
	const struct instance *client = connection->client, *server = connection->server;
	struct complaint *complaint;

	if (!first_refusal(delays, counted ? server : client))
		return;
	complaint =
	    report_error(delays->report, RULE_TIME_UNKNOWN, counted ? server->place : client->schedule->place,
			 counted ? "\"%s\" waits for \"%s\" on CPU %u, which promises no response time"
				 : "nothing says how often \"%s\" waits for \"%s\" on CPU %u",
			 client->name.text, server->name.text, server->cpu);
	if (counted) {
		note_deadline(complaint, client);
		complaint_help(complaint, "add to \"schedule\":  %s: {period: 10 ms, budget: 1 ms}",
			       server->name.text);
	} else {
		complaint_note(complaint, connection->place, "it is called here, through \"%s\"",
			       connection->uses->name.text);
		complaint_help(complaint, "add  calls: {%s: 1}", connection->uses->name.text);
	}
}

/* The servers on other CPUs that it waits for: how often, and how long in all. */
static void wait_away(struct delays *delays, const struct instance *instance, struct response_job *job)
{
	for (uint32_t i = 0; i < instance->connections; i++) {
		const struct connection *connection = &instance->connection[i];
		uint32_t calls = instance->schedule->calls[connection->uses->index];
		uint64_t away;

		if (!is_call(connection) || connection->server->cpu == instance->cpu || calls == 0)
			continue;
		if (calls == MODEL_CALLS_UNKNOWN || !has_deadline(connection->server)) {
			refuse_away(delays, connection, calls != MODEL_CALLS_UNKNOWN);
			continue;
		}
		respond(delays, connection->server);
		job->waits += calls;
		away = delay_of_call(delays, connection);
		away = away < DELAY_MAX ? away : DELAY_MAX;
		job->away += away > DELAY_MAX / calls ? DELAY_MAX : calls * away;
		job->away = job->away < DELAY_MAX ? job->away : DELAY_MAX;
		job->waits = job->waits < UINT32_MAX / 2 ? job->waits : UINT32_MAX / 2;
	}
}

/* ---- The result ---- */

static void refuse_late(struct delays *delays, const struct instance *instance,
			const struct response_job *job, const struct response_load *load, uint32_t loads,
			const struct instance *const *whose)
{
	const struct schedule *schedule = instance->schedule;
	const uint64_t deadline = schedule->deadline_ns;
	const char *what = arena_format(delays->arena, "%s of its own", time_text(delays, job->budget));
	struct complaint *complaint;
	uint64_t others = 0;

	for (uint32_t i = 0; i < loads; i++)
		others += response_share(&load[i], deadline);
	if (others != 0)
		what = arena_format(delays->arena, "%s, %s of what goes before it", what,
				    time_text(delays, others));
	if (job->blocking != 0)
		what = arena_format(delays->arena, "%s, %s until a call of a less urgent instance is done",
				    what, time_text(delays, (1 + job->waits) * job->blocking));
	if (job->away != 0)
		what =
		    arena_format(delays->arena, "%s, %s on other CPUs", what, time_text(delays, job->away));
	complaint = report_error(delays->report, RULE_DEADLINE, schedule->place,
				 "\"%s\" may miss its deadline of %s: there may be %s", instance->name.text,
				 time_text(delays, deadline), what);
	for (uint32_t i = 0; i < loads; i++)
		complaint_note(complaint, whose[i]->schedule->place, "up to %s of \"%s\"",
			       time_text(delays, response_share(&load[i], deadline)), whose[i]->name.text);
}

static void compute(struct delays *delays, const struct instance *instance, struct arena *scratch)
{
	struct schedule *schedule = &delays->schedule[instance->schedule - delays->model->schedule];
	const uint32_t before = report_errors(delays->report);
	const struct instance **whose =
	    ARENA_ARRAY(scratch, const struct instance *, delays->model->instances);
	struct response_load *load = ARENA_ARRAY(scratch, struct response_load, delays->model->instances);
	struct response_job job = {.budget = schedule->budget_ns};
	uint32_t loads;

	check_waits(delays, instance);
	loads = list_loads(delays, instance, load, whose);
	job.blocking = blocking(delays, instance);
	wait_away(delays, instance, &job);
	schedule->response_ns = response_time(&job, load, loads, schedule->deadline_ns);
	schedule->blocked_ns = (1 + job.waits) * job.blocking;
	schedule->away_ns = job.away;
	if (report_errors(delays->report) == before && schedule->response_ns > schedule->deadline_ns)
		refuse_late(delays, instance, &job, load, loads, whose);
}

static void respond(struct delays *delays, const struct instance *instance)
{
	struct arena *scratch;

	if (delays->done[instance->index] != 0)
		return;
	delays->done[instance->index] = 1;
	scratch = arena_create();
	compute(delays, instance, scratch);
	arena_destroy(scratch);
}

void check_delays(const struct model *model, struct schedule *schedule, struct arena *arena,
		  struct report *report)
{
	struct delays delays = {.model = model, .schedule = schedule, .arena = arena, .report = report};

	delays.refused = ARENA_ARRAY(arena, unsigned char, model->instances);
	delays.waits.found = ARENA_ARRAY(arena, const struct connection *, model->instances);
	delays.waits.looked = ARENA_ARRAY(arena, unsigned char, model->instances);
	delays.done = ARENA_ARRAY(arena, unsigned char, model->instances);
	for (uint32_t i = 0; i < model->schedules; i++)
		if (model->schedule[i].deadline_ns != 0)
			respond(&delays, model->schedule[i].instance);
}
