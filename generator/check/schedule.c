/* SPDX-License-Identifier: MIT
 * CPU time as it is written: what an entry of `schedule` says by itself, what
 * all of one CPU say together, and whether given priorities turn the order of
 * deadlines round. The response times are computed in delay.c.
 */
#include "schedule.h"
#include "../read/value.h"

#define PERCENT UINT64_C(100)
#define UNKNOWN (UINT64_C(1) << 41) /* ns; more than any budget */

struct schedules {
	const struct model *model;
	struct report *report;
	struct arena *arena;
};

static const char *time_text(const struct schedules *all, uint64_t ns)
{
	return scalar_print_time(all->arena, ns);
}

/* The value of a key that is written, else the entry. */
static struct place place_of(const struct schedule *schedule, const char *key)
{
	const struct value *value = value_get(schedule->described, key);

	return value == NULL ? schedule->place : value->place;
}

/* ---- One entry ---- */

static bool check_form(const struct schedules *all, const struct schedule *schedule)
{
	const char *name = schedule->instance->name.text, *what = NULL, *help = "add  budget: 1 ms";
	struct place place = schedule->place;

	if (schedule->budget_ns != 0 && schedule->period_ns == 0) {
		what = "the budget of \"%s\" has no period";
		place = place_of(schedule, "budget");
		help = "add  period: 10 ms";
	} else if (schedule->budget_ns == 0 && schedule->period_ns != 0) {
		what = "the period of \"%s\" has no budget";
		place = place_of(schedule, "period");
	} else if (schedule->budget_ns == 0 && schedule->deadline_ns != 0) {
		what =
		    "the deadline of \"%s\" says nothing without a budget: how much is to be done by then?";
		place = place_of(schedule, "deadline");
		help = "add  period: 10 ms, budget: 1 ms";
	} else if (schedule->time_sharing && schedule->deadline_ns != 0) {
		what =
		    "\"%s\" cannot have a deadline in the time-sharing band, where others of its priority go "
		    "first";
		place = place_of(schedule, "deadline");
		help = "leave the band out, or the deadline";
	} else if (schedule->budget_ns == 0 && value_get(schedule->described, "band") == NULL) {
		what = "this says nothing about \"%s\"";
		help = "add  period: 10 ms, budget: 1 ms";
	}
	if (what != NULL)
		complaint_help(report_error(all->report, RULE_SCHEDULE_FORM, place, what, name), "%s", help);
	return what == NULL;
}

static void check_range(const struct schedules *all, const struct schedule *schedule)
{
	uint64_t budget = schedule->budget_ns, period = schedule->period_ns, deadline = schedule->deadline_ns;
	const char *name = schedule->instance->name.text;

	if (budget > period)
		complaint_allowed(report_error(all->report, RULE_BUDGET, place_of(schedule, "budget"),
					       "the budget of \"%s\" is longer than its period of %s", name,
					       time_text(all, period)),
				  "at most %s", time_text(all, period));
	else if (deadline != 0 && (deadline < budget || deadline > period))
		complaint_allowed(
		    report_error(all->report, RULE_BUDGET, place_of(schedule, "deadline"),
				 deadline < budget
				     ? "\"%s\" cannot use its budget of %s by that deadline"
				     : "the deadline of \"%s\" lies beyond its period of %s, when "
				       "it may have the next thing to do",
				 name, time_text(all, deadline < budget ? budget : period)),
		    "%s to %s", time_text(all, budget), time_text(all, period));
}

static void check_pool(const struct schedules *all, const struct schedule *schedule)
{
	const struct instance *instance = schedule->instance;

	if (schedule->budget_ns != 0 && instance->pool.size != 0)
		complaint_note(
		    report_error(all->report, RULE_SCHEDULE_POOL, schedule->place,
				 "a budget does not limit \"%s\": it has a pool, from which it can make "
				 "threads without one",
				 instance->name.text),
		    instance->memory_place, "its memory is given here");
}

/* Who cannot pay one call of a server is stopped in it each time. */
static void check_calls_fit(const struct schedules *all, const struct schedule *schedule)
{
	const struct instance *instance = schedule->instance;

	for (uint32_t i = 0; schedule->budget_ns != 0 && i < instance->connections; i++) {
		const struct connection *connection = &instance->connection[i];

		if (!lends(connection) || connection->server->wcet_ns <= schedule->budget_ns)
			continue;
		complaint_note(
		    complaint_allowed(
			report_error(
			    all->report, RULE_CALL_TOO_LONG, place_of(schedule, "budget"),
			    "the budget of \"%s\" is used up before one call of \"%s\" is done, which "
			    "takes up to %s",
			    instance->name.text, connection->server->name.text,
			    time_text(all, connection->server->wcet_ns)),
			"at least %s", time_text(all, connection->server->wcet_ns)),
		    connection->place, "it is called here, through \"%s\"", connection->uses->name.text);
	}
}

/* ---- One CPU ---- */

/* Of what the entries of one CPU promise; millionths, rounded up. */
static uint64_t promised(const struct schedule *schedule)
{
	const uint64_t whole = 1000000;
	const unsigned __int128 part = (unsigned __int128)schedule->budget_ns * whole;

	return schedule->deadline_ns == 0
		   ? 0
		   : (uint64_t)((part + schedule->period_ns - 1) / schedule->period_ns);
}

static const char *percent_text(const struct schedules *all, uint64_t millionths)
{
	return arena_format(all->arena, "%llu.%llu %%", (unsigned long long)(millionths / 10000),
			    (unsigned long long)(millionths / 1000 % 10));
}

static void check_cpu(const struct schedules *all, uint32_t cpu)
{
	const struct schedule *first = NULL;
	struct complaint *complaint;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < all->model->schedules; i++) {
		const struct schedule *schedule = &all->model->schedule[i];

		if (schedule->instance->cpu != cpu || schedule->deadline_ns == 0)
			continue;
		first = first == NULL ? schedule : first;
		sum += promised(schedule);
	}
	if (first == NULL ||
	    sum <= PERCENT * 10000 + all->model->schedules) /* each was rounded up by one at most */
		return;
	complaint = report_error(all->report, RULE_CPU_OVERLOADED, first->place,
				 "what instances with a deadline may use of CPU %u is %s of it", cpu,
				 percent_text(all, sum));
	for (uint32_t i = 0; i < all->model->schedules; i++) {
		const struct schedule *schedule = &all->model->schedule[i];

		if (schedule->instance->cpu == cpu && schedule->deadline_ns != 0)
			complaint_note(complaint, schedule->place, "\"%s\": %s in %s, %s",
				       schedule->instance->name.text, time_text(all, schedule->budget_ns),
				       time_text(all, schedule->period_ns),
				       percent_text(all, promised(schedule)));
	}
	complaint_help(complaint, "give some of them another CPU, smaller budgets or longer periods");
}

/* ---- Given priorities ---- */

/* The shortest deadline that it works for: its own, or that of one above which it has to stand. */
static uint64_t urgency(const struct schedules *all, const struct instance *server)
{
	uint64_t shortest = server->schedule->deadline_ns;

	for (uint32_t i = 0; i < all->model->schedules; i++) {
		const struct schedule *client = &all->model->schedule[i];
		struct servants servants;

		if (client->deadline_ns == 0 || client->deadline_ns >= shortest)
			continue;
		servants = servants_of(all->model, all->arena, client->instance);
		for (uint32_t k = 0; k < servants.servers; k++)
			if (servants.server[k] == server)
				shortest = client->deadline_ns;
	}
	return shortest;
}

static void refuse_order(const struct schedules *all, const struct instance *late,
			 const struct instance *other)
{
	const struct instance *given = other->priority_given ? other : late;
	struct complaint *complaint =
	    report_error(all->report, RULE_DEADLINE_ORDER, given->priority_place,
			 "\"%s\" has the priority %u and a deadline of %s, but \"%s\" has %u and one of %s",
			 other->name.text, other->priority, time_text(all, other->schedule->deadline_ns),
			 late->name.text, late->priority, time_text(all, late->schedule->deadline_ns));

	complaint_note(complaint, late->schedule->place, "the shorter deadline is here");
	complaint_note(complaint, other->schedule->place, "the longer one is here");
	complaint_help(complaint,
		       "leave the priority of \"%s\" out: the shorter a deadline, the higher it is",
		       given->name.text);
}

static void check_order(const struct schedules *all, const struct instance *late)
{
	for (uint32_t i = 0; i < all->model->schedules; i++) {
		const struct instance *other = all->model->schedule[i].instance;

		if (!has_deadline(other) || other->cpu != late->cpu || other->priority <= late->priority ||
		    (!other->priority_given && !late->priority_given) ||
		    other->schedule->deadline_ns <= late->schedule->deadline_ns ||
		    urgency(all, other) <= late->schedule->deadline_ns)
			continue;
		refuse_order(all, late, other);
		return;
	}
}

/* ---- Calls that outlive the budget of their caller ---- */

static uint64_t ceiling(uint64_t number, uint64_t divisor)
{
	return (number + divisor - 1) / divisor;
}

/* Adds what servers with a budget may have to finish for one client in one period of theirs. */
static void add_left_over(const struct schedules *all, const struct schedule *client, uint64_t *left_over)
{
	struct arena *scratch = arena_create();
	const struct servants servants = servants_of(all->model, scratch, client->instance);

	for (uint32_t i = 0; i < servants.servers; i++) {
		const struct instance *server = servants.server[i];

		if (has_budget(server))
			left_over[server->index] +=
			    (ceiling(server->schedule->period_ns, client->period_ns) + 1) *
			    (server->wcet_ns != 0 ? server->wcet_ns : UNKNOWN);
	}
	arena_destroy(scratch);
}

static void refuse_reserve(const struct schedules *all, const struct schedule *server, uint64_t left_over)
{
	const struct instance *instance = server->instance;
	struct complaint *complaint;

	if (instance->wcet_ns == 0) {
		complaint = report_error(all->report, RULE_TIME_UNKNOWN, instance->place,
					 "nothing says how long \"%s\" works for one call, which its own "
					 "budget may have to finish",
					 instance->name.text);
		complaint_help(complaint, "give \"%s\" a time:  wcet: 20 us", instance->name.text);
		complaint_note(complaint, server->place, "its budget is given here");
		return;
	}
	complaint =
	    report_error(all->report, RULE_RESERVE, place_of(server, "budget"),
			 "\"%s\" may have to finish calls for %s in a period, on a budget of %s",
			 instance->name.text, time_text(all, left_over), time_text(all, server->budget_ns));
	complaint_help(complaint,
		       "callers that have used up their budget leave that to it: give it more, beside "
		       "what it does for itself, or a shorter period");
}

/*
 * A server finishes on its own budget what its caller's did not last for, once in each of the caller's periods: that
 * must not use it up, or the others would wait for its next period.
 */
static void check_reserves(const struct schedules *all)
{
	uint64_t *left_over = ARENA_ARRAY(all->arena, uint64_t, all->model->instances);

	for (uint32_t i = 0; i < all->model->schedules; i++)
		if (all->model->schedule[i].budget_ns != 0)
			add_left_over(all, &all->model->schedule[i], left_over);
	for (uint32_t i = 0; i < all->model->schedules; i++) {
		const struct schedule *server = &all->model->schedule[i];

		if (left_over[server->instance->index] > server->budget_ns)
			refuse_reserve(all, server, left_over[server->instance->index]);
	}
}

void check_schedules(const struct model *model, struct schedule *schedule, struct report *report)
{
	struct schedules all = {.model = model, .report = report, .arena = arena_create()};
	const uint32_t before = report_errors(report);
	uint32_t deadlines = 0;

	for (uint32_t i = 0; i < model->schedules; i++) {
		if (!check_form(&all, &schedule[i]))
			continue;
		check_range(&all, &schedule[i]);
		check_pool(&all, &schedule[i]);
		check_calls_fit(&all, &schedule[i]);
		deadlines += schedule[i].deadline_ns != 0;
	}
	for (uint32_t i = 0; i < model->schedules; i++)
		if (schedule[i].deadline_ns != 0)
			check_order(&all, schedule[i].instance);
	for (uint32_t cpu = 0; cpu < model->board->cpus && report_errors(report) == before; cpu++)
		check_cpu(&all, cpu);
	if (deadlines != 0 && report_errors(report) == before)
		check_delays(model, schedule, all.arena, report);
	if (deadlines != 0 && report_errors(report) == before)
		check_reserves(&all);
	arena_destroy(all.arena);
}
