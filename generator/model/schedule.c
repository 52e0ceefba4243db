/* SPDX-License-Identifier: MIT
 * `schedule:` as records: budgets, periods, deadlines, bands, and how often
 * servers on other CPUs are called. What they mean together is check/'s.
 */
#include "build.h"

#include <string.h>

static const struct port *find_port(const struct component *component, const char *name)
{
	for (uint32_t i = 0; i < component->used; i++)
		if (strcmp(component->uses[i].name.text, name) == 0)
			return &component->uses[i];
	return NULL;
}

static void refuse_port(struct build *build, const struct component *component, struct name name)
{
	struct nearest nearest = nearest_start(name.text);

	for (uint32_t i = 0; i < component->used; i++)
		nearest_try(&nearest, component->uses[i].name.text);
	complaint_nearest(report_error(build->report, RULE_UNKNOWN_PORT, name.place,
				       "the component \"%s\" uses no port \"%s\"", component->name.text,
				       name.text),
			  &nearest);
}

/* One number for each used port; MODEL_CALLS_UNKNOWN where nothing is said. */
static const uint32_t *read_calls(struct build *build, const struct component *component,
				  const struct value *calls)
{
	uint32_t *count = ARENA_ARRAY(build->arena, uint32_t, component->used);

	for (uint32_t i = 0; i < component->used; i++)
		count[i] =
		    strcmp(component->uses[i].interface->name.text, "log") == 0 ? 0 : MODEL_CALLS_UNKNOWN;
	for (uint32_t i = 0; calls != NULL && i < calls->entries; i++) {
		const struct port *port = find_port(component, calls->entry[i].name.text);

		if (port == NULL)
			refuse_port(build, component, calls->entry[i].name);
		else
			count[port->index] = (uint32_t)calls->entry[i].value->number;
	}
	return count;
}

static bool is_scheduled(const struct draft *draft)
{
	return draft->instance->schedule != NULL;
}

static void schedule(struct build *build, const struct entry *entry, struct draft *draft)
{
	const struct value *value = entry->value;
	struct schedule *schedule = &build->schedule[build->schedules++];

	schedule->instance = draft->instance;
	schedule->place = entry->name.place;
	schedule->described = value;
	schedule->budget_ns = value_number(value, "budget", 0);
	schedule->period_ns = value_number(value, "period", 0);
	schedule->time_sharing = value_number(value, "band", 0) == 1;
	schedule->deadline_ns =
	    value_number(value, "deadline", schedule->time_sharing ? 0 : schedule->period_ns);
	schedule->calls = read_calls(build, draft->component, value_get(value, "calls"));
	draft->instance->schedule = schedule;
}

void schedules_resolve(struct build *build)
{
	static const struct section section = {"schedule", is_scheduled, schedule};

	build->schedule = ARENA_ARRAY(build->arena, struct schedule, build->instances);
	entries_resolve(build, &section);
}
