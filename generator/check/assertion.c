/* SPDX-License-Identifier: MIT
 * Judges what `assert:` says, statement by statement; a violated one is refused with the shortest way in which it is.
 * Statements of one run share a graph, and the closure where one asks for it.
 */
#include <string.h>

#include "../read/arena.h"
#include "../read/value.h"
#include "check.h"
#include "holding.h"
#include "noun.h"

struct judging {
	const struct model *model;
	const struct influence *graph;
	struct report *report;
	struct arena *arena;
	struct holding holding; /* once one asks: `authority` is NULL before */
};

static const struct holding *holding_of(struct judging *judging)
{
	if (judging->holding.authority == NULL)
		judging->holding = holding_make(judging->graph);
	return &judging->holding;
}

static void note_step(struct complaint *complaint, const struct holding_step *step)
{
	complaint_note(complaint, step->place, "%s", step->text);
}

/* ---- may influence ---- */

/* The instances between both ends, as the sentence would call them: what could be named as a filter. */
static const char *between(const struct judging *judging, const struct assertion *assertion,
			   const struct influence_step *const *path, uint32_t steps)
{
	const char *all = "";
	bool outside = false;

	for (uint32_t i = 0; i + 1 < steps; i++) {
		const char *name =
		    statement_inner(assertion->scope, influence_name(judging->graph, path[i]->to));

		if (path[i]->to >= judging->model->instances || (name == NULL && outside))
			continue;
		outside = outside || name == NULL;
		all = arena_format(judging->arena, "%s%s%s", all, all[0] == '\0' ? "" : ", ",
				   name == NULL ? "outside" : name);
	}
	return all;
}

static void judge_influence(struct judging *judging, const struct assertion *assertion)
{
	const struct influence *graph = judging->graph;
	const struct influence_reach *reach = influence_search(graph, assertion->subject, assertion->filter);
	const uint32_t found = influence_nearest(reach, assertion->to);
	const struct influence_step **path;
	struct complaint *complaint;
	const char *trusted;
	uint32_t steps;

	if (found == UINT32_MAX)
		return;
	steps = influence_path(graph, reach, found, &path);
	complaint = report_error(judging->report, RULE_ASSERTION_INFLUENCE, assertion->place,
				 "\"%s\" may influence \"%s\"", influence_name(graph, path[0]->from),
				 influence_name(graph, found));
	trusted = between(judging, assertion, path, steps);
	if (trusted[0] != '\0')
		complaint_help(complaint, "if it is trusted to let nothing through: \"… except through %s\"",
			       strchr(trusted, ',') == NULL
				   ? trusted
				   : arena_format(judging->arena, "%s\", one of %s, or several: \"[%s]",
						  arena_text(judging->arena, trusted, strcspn(trusted, ",")),
						  trusted, trusted));
	for (uint32_t i = 0; i < steps; i++)
		complaint_note(complaint, path[i]->place, "%s", influence_text(graph, path[i]));
}

/* ---- cannot write to ---- */

/* A device that may do DMA, of the subject or driven by it. UINT32_MAX: none; *drive, where not NULL, leads to it. */
static uint32_t dma_device(const struct judging *judging, const bool *from,
			   const struct influence_step **drive)
{
	const struct influence *graph = judging->graph;

	*drive = NULL;
	for (uint32_t i = judging->model->instances; i < graph->nodes; i++)
		if (from[i] && graph->reaches_all[i])
			return i;
	for (uint32_t i = 0; i < graph->steps; i++) {
		const struct influence_step *step = &graph->step[i];

		if (step->writes && from[step->from] && step->to >= judging->model->instances &&
		    graph->reaches_all[step->to]) {
			*drive = step;
			return step->to;
		}
	}
	return UINT32_MAX;
}

static void refuse_write(const struct judging *judging, const struct assertion *assertion, const char *from,
			 const char *to, const struct holding_step *first, const struct holding_step *second)
{
	struct complaint *complaint = report_error(judging->report, RULE_ASSERTION_WRITE, assertion->place,
						   "\"%s\" can write to \"%s\"", from, to);

	note_step(complaint, first);
	if (second != NULL)
		note_step(complaint, second);
}

static uint32_t first_of(const bool *in, uint32_t nodes)
{
	uint32_t i = 0;

	while (i < nodes && !in[i])
		i++;
	return i;
}

/* `outside` may be nobody. */
static bool is_nobody(const struct assertion *assertion, uint32_t nodes)
{
	return assertion->to != NULL && first_of(assertion->to, nodes) == nodes;
}

static bool judge_dma(struct judging *judging, const struct assertion *assertion)
{
	const struct influence *graph = judging->graph;
	const struct influence_step *drive;
	struct influence_step dma = {.kind = INFLUENCE_DMA, .writes = true};
	struct holding_step first, second;

	dma.from = dma_device(judging, assertion->subject, &drive);
	if (dma.from == UINT32_MAX || is_nobody(assertion, graph->nodes))
		return false;
	dma.to = assertion->to != NULL ? first_of(assertion->to, graph->nodes)
				       : assertion->object[0].instance->index;
	dma.place = influence_place(graph, dma.from);
	second = (struct holding_step){influence_text(graph, &dma), dma.place};
	if (drive != NULL)
		first = (struct holding_step){influence_text(graph, drive), drive->place};
	refuse_write(judging, assertion, influence_name(graph, drive != NULL ? drive->from : dma.from),
		     assertion->to != NULL ? influence_name(graph, dma.to) : assertion->object[0].text,
		     drive != NULL ? &first : &second, drive != NULL ? &second : NULL);
	return true;
}

static void judge_write_to(struct judging *judging, const struct assertion *assertion)
{
	const struct influence *graph = judging->graph;
	const struct influence_step *step = influence_write(graph, assertion->subject, assertion->to);

	if (step != NULL) {
		refuse_write(judging, assertion, influence_name(graph, step->from),
			     influence_name(graph, step->to),
			     &(struct holding_step){influence_text(graph, step), step->place}, NULL);
		return;
	}
	if (judge_dma(judging, assertion))
		return;
	for (uint32_t i = 0; i < judging->model->instances; i++) {
		const struct holding_step *held =
		    assertion->subject[i] ? holding_controls(holding_of(judging), i, assertion->to) : NULL;

		if (held != NULL) {
			refuse_write(judging, assertion, influence_name(graph, i),
				     influence_name(graph, first_of(assertion->to, graph->nodes)), held,
				     NULL);
			return;
		}
	}
}

/* Who only reads a region cannot write it. */
static bool writes(const struct object *object, uint32_t instance)
{
	const struct shared *shared;

	if (object->kind != OBJECT_MEMORY)
		return true;
	shared = &object->instance->component->provides[object->port].interface->shared[object->region];
	return (shared->write &
		(instance == object->instance->index ? SHARED_WRITE_SERVER : SHARED_WRITE_CLIENT)) != 0;
}

static void judge_write_object(struct judging *judging, const struct assertion *assertion)
{
	const struct object *object = &assertion->object[0];

	for (uint32_t i = 0; i < judging->model->instances; i++) {
		const struct holding_step *step = NULL;

		if (assertion->subject[i] && writes(object, i))
			step = holding_find(holding_of(judging), object, i, true);
		if (step != NULL) {
			refuse_write(judging, assertion, influence_name(judging->graph, i), object->text,
				     step, NULL);
			return;
		}
	}
	if (object->kind == OBJECT_MEMORY || object->kind == OBJECT_POOL)
		(void)judge_dma(judging, assertion); /* is in the report */
}

/* ---- holds, may hold ---- */

static void judge_holding(struct judging *judging, const struct assertion *assertion)
{
	const struct object *object = &assertion->object[0];
	const bool only = assertion->kind == ASSERTION_ONLY;

	for (uint32_t i = 0; i < judging->model->instances; i++) {
		const struct holding_step *step;

		if (assertion->subject[i] == only)
			continue;
		step = holding_find(holding_of(judging), object, i, assertion->may);
		if (step == NULL)
			continue;
		note_step(report_error(judging->report, RULE_ASSERTION_HOLD, assertion->place, "\"%s\" %s %s",
				       influence_name(judging->graph, i),
				       assertion->may ? "may hold" : "holds", object->text),
			  step);
		return;
	}
}

static void judge_both(struct judging *judging, const struct assertion *assertion)
{
	for (uint32_t i = 0; i < judging->model->instances; i++) {
		const struct holding_step *one, *other;
		struct complaint *complaint;

		one = holding_find(holding_of(judging), &assertion->object[0], i, assertion->may);
		other = one == NULL
			    ? NULL
			    : holding_find(holding_of(judging), &assertion->object[1], i, assertion->may);
		if (other == NULL)
			continue;
		complaint = report_error(judging->report, RULE_ASSERTION_BOTH, assertion->place,
					 "\"%s\" %s both %s and %s", influence_name(judging->graph, i),
					 assertion->may ? "may hold" : "holds", assertion->object[0].text,
					 assertion->object[1].text);
		note_step(complaint, one);
		note_step(complaint, other);
		return;
	}
}

static void judge(struct judging *judging, const struct assertion *assertion)
{
	switch (assertion->kind) {
	case ASSERTION_INFLUENCE:
		judge_influence(judging, assertion);
		break;
	case ASSERTION_WRITE:
		if (assertion->to != NULL)
			judge_write_to(judging, assertion);
		else
			judge_write_object(judging, assertion);
		break;
	case ASSERTION_BOTH:
		judge_both(judging, assertion);
		break;
	default:
		judge_holding(judging, assertion);
		break;
	}
}

void check_assertions(const struct model *model, struct report *report)
{
	struct judging judging = {.model = model, .report = report};

	if (model->asserted == NULL && model->labelled == NULL)
		return;
	judging.arena = arena_create();
	judging.graph = influence_make(model, judging.arena);
	labels_check(judging.graph, report);
	for (uint32_t i = 0; model->asserted != NULL && i < model->asserted->entries; i++) {
		const struct value *value = model->asserted->entry[i].value;
		struct assertion assertion;

		if (!statement_read(judging.graph, report, value->text, value_text_place(value), false,
				    &assertion))
			continue;
		assertion.place = value->place;
		judge(&judging, &assertion);
	}
	authority_free(judging.holding.authority);
	arena_destroy(judging.arena);
}
