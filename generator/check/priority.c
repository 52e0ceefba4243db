/* SPDX-License-Identifier: MIT
 * Priorities. A server stands above all its callers, which is the ceiling
 * protocol: once it runs, none of them can take the CPU from it. Drivers stand
 * high, for devices do not wait; above them those that have a deadline, the
 * shorter the higher. What is given stays; the rest is computed:
 *
 *   highest[i] = what its servers leave: one below the lowest of theirs
 *   priority   = one above the highest of its callers, at least its band's
 *                place where `highest` allows that
 *
 * The supervisor stands above all. Its own calls are left out: it calls with
 * deadlines only, and must run while a server below it hangs.
 */
#include <stdlib.h>
#include "calls.h"

#define BAND_ORDINARY   100
#define BAND_DRIVER     180
#define BAND_DEADLINE   190 /* the longest one */
#define BAND_DEADLINES  50u /* so many levels; where there are more deadlines, some share one */
#define BAND_SUPERVISOR 255
#define HIGHEST         254 /* of all others */

struct levels {
	const struct model *model;
	struct instance *instance;
	struct report *report;
	const struct instance **order; /* servers before their callers */
	uint32_t ordered;
	unsigned char *seen;
	int32_t *highest;
	uint64_t *deadline; /* all that there are, the longest first, each once */
	uint32_t deadlines;
	bool full; /* refused: what follows from it is not */
};

static bool counts(const struct connection *connection)
{
	return is_call(connection) && !connection->client->component->supervisor;
}

static void visit(struct levels *levels, const struct instance *instance)
{
	levels->seen[instance->index] = 1;
	for (uint32_t i = 0; i < instance->connections; i++)
		if (counts(&instance->connection[i]) &&
		    levels->seen[instance->connection[i].server->index] == 0)
			visit(levels, instance->connection[i].server);
	levels->order[levels->ordered++] = instance;
}

static int32_t bound(const struct levels *levels, const struct instance *instance)
{
	int32_t highest = instance->component->supervisor ? BAND_SUPERVISOR : HIGHEST;

	for (uint32_t i = 0; i < instance->connections; i++)
		if (counts(&instance->connection[i])) {
			int32_t below = levels->highest[instance->connection[i].server->index] - 1;

			highest = below < highest ? below : highest;
		}
	if (instance->priority_given && (int32_t)instance->priority < highest)
		highest = (int32_t)instance->priority;
	return highest;
}

static const char *origin(const struct instance *instance)
{
	return instance->priority_given ? "given" : "computed";
}

static void refuse(struct levels *levels, const struct connection *connection)
{
	const struct instance *server = connection->server, *client = connection->client;
	struct complaint *complaint = report_error(
	    levels->report, RULE_PRIORITY_INVERSION, server->priority_place,
	    "\"%s\" has the priority %u, but \"%s\", which calls it, has %u (%s)", server->name.text,
	    server->priority, client->name.text, client->priority, origin(client));

	complaint_note(complaint, connection->place, "it is called here, through \"%s\"",
		       connection->uses->name.text);
	complaint_help(complaint, "give \"%s\" more than %u, or leave the priority out", server->name.text,
		       client->priority);
}

/* A server whose priority is computed finds none. */
static void refuse_full(struct levels *levels, const struct instance *server,
			const struct connection *strongest)
{
	const struct instance *client = strongest == NULL ? NULL : strongest->client;
	struct complaint *complaint;

	levels->full = true;
	if (client == NULL || !client->priority_given) {
		report_error(levels->report, RULE_TOO_DEEP, server->place,
			     "there is no priority left for \"%s\": the chain of calls it belongs to "
			     "is too long",
			     server->name.text);
		return;
	}
	complaint = report_error(levels->report, RULE_PRIORITY_INVERSION, client->priority_place,
				 "\"%s\" has the priority %u, and there is none above it for \"%s\", which "
				 "it calls",
				 client->name.text, client->priority, server->name.text);
	complaint_note(complaint, strongest->place, "it is called here, through \"%s\"",
		       strongest->uses->name.text);
	complaint_help(complaint, "give \"%s\" less, or leave the priority out", client->name.text);
}

static int longer_first(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return (*a < *b) - (*a > *b);
}

static void list_deadlines(struct levels *levels)
{
	uint32_t count = 0, kept = 0;

	for (uint32_t i = 0; i < levels->model->schedules; i++)
		if (levels->model->schedule[i].deadline_ns != 0)
			levels->deadline[count++] = levels->model->schedule[i].deadline_ns;
	qsort(levels->deadline, count, sizeof(*levels->deadline), longer_first);
	for (uint32_t i = 0; i < count; i++)
		if (kept == 0 || levels->deadline[kept - 1] != levels->deadline[i])
			levels->deadline[kept++] = levels->deadline[i];
	levels->deadlines = kept;
}

/* Deadline-monotonic: no other order of fixed priorities meets deadlines that this one does not. */
static int32_t deadline_place(const struct levels *levels, uint64_t deadline_ns)
{
	uint64_t *found =
	    bsearch(&deadline_ns, levels->deadline, levels->deadlines, sizeof(deadline_ns), longer_first);
	uint32_t rank = (uint32_t)(found - levels->deadline);

	if (levels->deadlines > BAND_DEADLINES)
		rank = (uint32_t)((uint64_t)rank * BAND_DEADLINES / levels->deadlines);
	return BAND_DEADLINE + (int32_t)rank;
}

static int32_t band(const struct levels *levels, const struct instance *instance)
{
	if (instance->component->supervisor)
		return BAND_SUPERVISOR;
	if (instance->schedule != NULL && instance->schedule->deadline_ns != 0)
		return deadline_place(levels, instance->schedule->deadline_ns);
	return instance->device != NULL ? BAND_DRIVER : BAND_ORDINARY;
}

/* The connection with the caller of the highest priority, or NULL; in *above one more than that. */
static const struct connection *above_callers(const struct instance *instance, int32_t *above)
{
	const struct connection *strongest = NULL;

	*above = 0;
	for (uint32_t i = 0; i < instance->component->provided; i++)
		for (uint32_t k = 0; k < instance->provided[i].clients; k++) {
			const struct connection *connection = instance->provided[i].client[k];

			if (!counts(connection) || (int32_t)connection->client->priority < *above)
				continue;
			*above = (int32_t)connection->client->priority + 1;
			strongest = connection;
		}
	return strongest;
}

static void set_priority(struct levels *levels, struct instance *instance)
{
	int32_t highest = levels->highest[instance->index], at_least, wanted = band(levels, instance);
	const struct connection *strongest = above_callers(instance, &at_least);

	if (!instance->priority_given) {
		wanted = wanted < highest ? wanted : highest;
		wanted = wanted > at_least ? wanted : at_least;
		if (wanted < 0 || wanted > (instance->component->supervisor ? BAND_SUPERVISOR : HIGHEST)) {
			refuse_full(levels, instance, strongest);
			return;
		}
		instance->priority = (uint32_t)wanted;
	}
	if (strongest != NULL && (int32_t)instance->priority < at_least)
		refuse(levels, strongest);
}

void check_priorities(const struct model *model, struct instance *instance, struct report *report)
{
	struct arena *arena = arena_create();
	struct levels levels = {.model = model, .instance = instance, .report = report};

	levels.order = ARENA_ARRAY(arena, const struct instance *, model->instances);
	levels.seen = ARENA_ARRAY(arena, unsigned char, model->instances);
	levels.highest = ARENA_ARRAY(arena, int32_t, model->instances);
	levels.deadline = ARENA_ARRAY(arena, uint64_t, model->schedules);
	list_deadlines(&levels);
	for (uint32_t i = 0; i < model->instances; i++)
		if (levels.seen[i] == 0)
			visit(&levels, &model->instance[i]);
	for (uint32_t i = 0; i < levels.ordered; i++)
		levels.highest[levels.order[i]->index] = bound(&levels, levels.order[i]);
	for (uint32_t i = levels.ordered; i-- > 0 && !levels.full;)
		set_priority(&levels, &instance[levels.order[i]->index]);
	arena_destroy(arena);
}
