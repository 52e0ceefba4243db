/* SPDX-License-Identifier: MIT
 * What `why` answers, as text or JSON: the way on which something may influence something else, what it reaches instead, and
 * what the assertions that hold trust. The text is printed from the same steps as the JSON.
 */
#include "answer.h"

#include "../read/arena.h"
#include "../read/json.h"
#include "../read/value.h"
#include "statement.h"

/* ---- Steps ---- */

static const char *const kind_name[] = {
    [INFLUENCE_CALL] = "call",
    [INFLUENCE_ANSWER] = "answer",
    [INFLUENCE_LOAN] = "loan",
    [INFLUENCE_EVENT] = "event",
    [INFLUENCE_SHARED] = "shared",
    [INFLUENCE_FAULT] = "fault",
    [INFLUENCE_SUPERVISE] = "supervision",
    [INFLUENCE_DRIVE] = "drive",
    [INFLUENCE_REGISTERS] = "registers",
    [INFLUENCE_PAGE] = "page",
    [INFLUENCE_DMA] = "dma",
    [INFLUENCE_MAPPED] = "mapped",
    [INFLUENCE_MESSAGE] = "message",
    [INFLUENCE_BUS] = "bus",
    [INFLUENCE_PLATFORM] = "platform",
    [INFLUENCE_INSPECTOR] = "inspector",
    [INFLUENCE_PASSED] = "passed",
};

static cJSON *step_json(const struct influence *graph, const struct influence_step *step)
{
	cJSON *object = cJSON_CreateObject();

	json_put_text(object, "kind", kind_name[step->kind]);
	json_put_text(object, "from", influence_name(graph, step->from));
	json_put_text(object, "to", influence_name(graph, step->to));
	json_put_text(object, "text", influence_text(graph, step));
	json_put_place(object, step->place);
	return object;
}

static bool is_filter(const struct assertion *assertion, uint32_t node)
{
	return assertion->filter != NULL && assertion->filter[node];
}

/* ---- What is trusted ---- */

struct trusted {
	const struct influence *graph;
	FILE *out;   /* text, else */
	cJSON *list; /* JSON */
};

static void print_trusted(const struct trusted *trusted, const char *text, struct place place)
{
	cJSON *object;

	if (trusted->list == NULL) {
		fprintf(trusted->out, "  trusts %s (%s)\n", text, place_text(trusted->graph->arena, place));
		return;
	}
	object = cJSON_CreateObject();
	json_put_text(object, "text", text);
	json_put_place(object, place);
	cJSON_AddItemToArray(trusted->list, object);
}

/* The filters that something was stopped at, and the devices that are taken at their driver's word. */
static void list_trusted(const struct trusted *trusted, const struct assertion *assertion)
{
	const struct influence *graph = trusted->graph;
	const struct model *model = graph->model;
	const struct influence_reach *reach = influence_search(graph, assertion->subject, assertion->filter);

	for (uint32_t i = reach->sources; i < reach->count; i++) {
		const uint32_t node = reach->order[i];

		if (is_filter(assertion, node))
			print_trusted(trusted,
				      arena_format(graph->arena, "\"%s\" to let nothing through",
						   influence_name(graph, node)),
				      reach->by[node]->place);
	}
	for (uint32_t i = 0; i < reach->count; i++) {
		const uint32_t node = reach->order[i];
		const struct instance *holder =
		    node < model->instances ? NULL : model->board->device[node - model->instances].holder;

		if (holder != NULL && holder->device->function && !influence_is_free(graph, holder->device))
			print_trusted(
			    trusted,
			    arena_format(graph->arena,
					 "the IOMMU to hold the device \"%s\" to memory of its driver",
					 influence_name(graph, node)),
			    model->board->bridge->place.file ? model->board->bridge->place : holder->place);
		else if (holder != NULL && holder->component->device.no_dma)
			print_trusted(trusted,
				      arena_format(graph->arena, "that the device \"%s\" does no DMA",
						   influence_name(graph, node)),
				      holder->component->device.place);
	}
}

static cJSON *assertion_json(const struct influence *graph, const struct assertion *assertion,
			     struct place place)
{
	cJSON *object = cJSON_CreateObject();
	struct trusted trusted = {.graph = graph};

	json_put_text(object, "assertion", assertion->opened);
	json_put_place(object, place);
	trusted.list = cJSON_AddArrayToObject(object, "trusts");
	if (assertion->kind == ASSERTION_INFLUENCE)
		list_trusted(&trusted, assertion);
	return object;
}

static void print_assertion(const struct influence *graph, const struct assertion *assertion,
			    struct place place, FILE *out)
{
	const struct trusted trusted = {.graph = graph, .out = out};

	fprintf(out, "holds: %s (%s)\n  trusts the kernel and the generator\n", assertion->opened,
		place_text(graph->arena, place));
	if (assertion->kind == ASSERTION_INFLUENCE)
		list_trusted(&trusted, assertion);
}

void answer_assertions(const struct model *model, bool json, FILE *out)
{
	const uint32_t count = model->asserted == NULL ? 0 : model->asserted->entries;
	struct report *report = report_create();
	struct arena *arena = arena_create();
	const struct influence *graph = influence_make(model, arena);
	cJSON *list = json ? cJSON_CreateArray() : NULL;

	if (count == 0 && !json)
		fputs("the system asserts nothing\n", out);
	for (uint32_t i = 0; i < count; i++) {
		const struct value *value = model->asserted->entry[i].value;
		struct assertion assertion;

		if (!statement_read(graph, report, value->text, value_text_place(value), false, &assertion))
			continue;
		if (json)
			cJSON_AddItemToArray(list, assertion_json(graph, &assertion, value->place));
		else
			print_assertion(graph, &assertion, value->place, out);
	}
	if (json)
		json_print(list, out);
	report_destroy(report);
	arena_destroy(arena);
}

/* ---- One question ---- */

struct answer {
	const struct influence *graph;
	const struct assertion *asked;
	const struct influence_reach *reach;
	const struct influence_step **path; /* NULL: it does not influence */
	uint32_t steps;
};

static void print_text(const struct answer *answer, FILE *out)
{
	const struct influence *graph = answer->graph;
	const struct influence_reach *reach = answer->reach;

	fprintf(out, "%s: %s\n", answer->asked->text, answer->path != NULL ? "yes" : "no");
	for (uint32_t i = 0; i < answer->steps; i++)
		fprintf(out, "  %s (%s)\n", influence_text(graph, answer->path[i]),
			place_text(graph->arena, answer->path[i]->place));
	for (uint32_t i = reach->sources; answer->path == NULL && i < reach->count; i++) {
		const uint32_t node = reach->order[i];

		fprintf(out, "  reaches \"%s\"%s: %s (%s)\n", influence_name(graph, node),
			is_filter(answer->asked, node) ? ", and ends there" : "",
			influence_text(graph, reach->by[node]),
			place_text(graph->arena, reach->by[node]->place));
	}
	if (answer->path == NULL && reach->count == reach->sources)
		fputs("  reaches nothing\n", out);
}

static cJSON *answer_json(const struct answer *answer)
{
	const struct influence_reach *reach = answer->reach;
	cJSON *object = cJSON_CreateObject(), *steps, *reaches;

	json_put_text(object, "question", answer->asked->text);
	cJSON_AddBoolToObject(object, "influences", answer->path != NULL);
	steps = cJSON_AddArrayToObject(object, "steps");
	reaches = cJSON_AddArrayToObject(object, "reaches");
	for (uint32_t i = 0; i < answer->steps; i++)
		cJSON_AddItemToArray(steps, step_json(answer->graph, answer->path[i]));
	for (uint32_t i = reach->sources; answer->path == NULL && i < reach->count; i++) {
		cJSON *step = step_json(answer->graph, reach->by[reach->order[i]]);

		cJSON_AddBoolToObject(step, "ends", is_filter(answer->asked, reach->order[i]));
		cJSON_AddItemToArray(reaches, step);
	}
	return object;
}

bool answer_why(const struct model *model, struct report *report, const char *text, bool json, FILE *out)
{
	struct arena *arena = arena_create();
	const struct source *source = source_text(arena, "command line", text);
	const struct influence *graph = influence_make(model, arena);
	struct assertion asked;
	struct answer answer = {.graph = graph, .asked = &asked};
	bool right = statement_read(graph, report, text, place_at(source, 1, 1, 1), true, &asked);
	uint32_t found;

	if (right) {
		answer.reach = influence_search(graph, asked.subject, asked.filter);
		found = influence_nearest(answer.reach, asked.to);
		if (found != UINT32_MAX)
			answer.steps = influence_path(graph, answer.reach, found, &answer.path);
		if (json)
			json_print(answer_json(&answer), out);
		else
			print_text(&answer, out);
	}
	arena_destroy(arena);
	return right;
}
