/* SPDX-License-Identifier: MIT
 * flatten: from the model back to one description. Every line knows its key and
 * its origin; --why picks a line and adds what an overlay replaced there.
 */
#include "flatten.h"

#include <string.h>
#include "../check/statement.h"
#include "../read/value.h"

#define ORIGIN_COLUMN 60

struct flatten {
	const struct model *model;
	struct arena *arena;
	const char *why;
	FILE *out;
	struct nearest nearest;
	bool found;
};

/* Where it stands; for --why also in which use of a composite, which the name of the instance says otherwise. */
static const char *origin(const struct flatten *flatten, struct place place)
{
	const char *text = place.file == NULL ? "default" : place_text(flatten->arena, place);

	if (flatten->why == NULL)
		return text;
	for (const struct use *use = place.use; use != NULL; use = use->place.use)
		text = arena_format(flatten->arena, "%s, in \"%s\" (%s)", text, use->instance,
				    place_text(flatten->arena, use->place));
	return text;
}

/* ---- Values as text ---- */

static const char *quote(struct arena *arena, const char *text)
{
	char *out = arena_take(arena, 2 * strlen(text) + 3, 1), *at = out;

	*at++ = '"';
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			*at++ = '\\';
		if (*text == '\n') {
			*at++ = '\\';
			*at++ = 'n';
		} else {
			*at++ = *text;
		}
	}
	*at++ = '"';
	*at = '\0';
	return out;
}

static const char *scalar_text(struct arena *arena, const struct value *value)
{
	size_t plain =
	    strspn(value->text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-$ ");

	return value->quoted || value->text[plain] != '\0' || value->text[0] == '-' || value->text[0] == '\0'
		   ? quote(arena, value->text)
		   : value->text;
}

const char *value_flat(struct arena *arena, const struct value *value)
{
	const char *all = "";
	bool map = value->shape->kind == SHAPE_MAP || value->shape->kind == SHAPE_OBJECT;

	if (value->text != NULL)
		return scalar_text(arena, value);
	for (uint32_t i = 0; i < value->entries; i++) {
		if (value->entry[i].value == NULL)
			continue;
		all = arena_format(arena, "%s%s%s%s%s", all, all[0] == '\0' ? "" : ", ",
				   map ? value->entry[i].name.text : "", map ? ": " : "",
				   value_flat(arena, value->entry[i].value));
	}
	return arena_format(arena, map ? "{%s}" : "[%s]", all);
}

/* ---- Lines ---- */

static void print_line(const struct flatten *flatten, uint32_t indent, const char *text, const char *from)
{
	fprintf(flatten->out, "%*s%-*s # %s\n", (int)indent, "",
		indent < ORIGIN_COLUMN ? (int)(ORIGIN_COLUMN - indent) : 0, text, from);
}

static void explain(struct flatten *flatten, const char *path, const char *text, const char *from,
		    const struct value *value)
{
	fprintf(flatten->out, "%s: %s\n  %s\n", path, text, from);
	flatten->found = true;
	for (value = value == NULL ? NULL : value->replaced; value != NULL; value = value->replaced)
		fprintf(flatten->out, "  instead of %s, %s\n", value_flat(flatten->arena, value),
			origin(flatten, value->place));
}

/* `path` is the whole key, without the name of the section it stands in where the user leaves that out. */
static bool is_asked(const struct flatten *flatten, const char *path)
{
	const char *inside = strchr(path, '.');

	return strcmp(flatten->why, path) == 0 || (inside != NULL && strcmp(flatten->why, inside + 1) == 0);
}

static void line(struct flatten *flatten, uint32_t indent, const char *path, const char *text,
		 const char *from, const struct value *value)
{
	const char *key = strrchr(path, '.');

	if (flatten->why == NULL) {
		print_line(flatten, indent,
			   arena_format(flatten->arena, "%s:%s%s", key == NULL ? path : key + 1,
					text[0] == '\0' ? "" : " ", text),
			   from);
		return;
	}
	nearest_try(&flatten->nearest, path);
	if (is_asked(flatten, path))
		explain(flatten, path, text, from, value);
}

static void heading(const struct flatten *flatten, const char *text)
{
	if (flatten->why == NULL)
		fprintf(flatten->out, "%s\n", text);
}

/* A key and its value: a mapping on lines of its own, everything else on one. */
static void entry(struct flatten *flatten, uint32_t indent, const char *path, const struct entry *of)
{
	const char *inside = arena_format(flatten->arena, "%s.%s", path, of->name.text);
	const struct value *value = of->value;

	if (value->text == NULL && value->shape->kind != SHAPE_LIST && value->shape->kind != SHAPE_CHOICES) {
		line(flatten, indent, inside, "", origin(flatten, of->name.place), NULL);
		for (uint32_t i = 0; i < value->entries; i++)
			if (value->entry[i].value != NULL)
				entry(flatten, indent + 2, inside, &value->entry[i]);
		return;
	}
	line(flatten, indent, inside, value_flat(flatten->arena, value), origin(flatten, value->place),
	     value);
}

/* ---- Instances ---- */

static const struct value *given(const struct instance *instance, const char *parameter)
{
	const struct value *with = value_get(instance->described, "with");

	for (uint32_t i = 0; with != NULL && i < with->entries; i++)
		if (strcmp(with->entry[i].name.text, parameter) == 0)
			return with->entry[i].value;
	return NULL;
}

/* All of them: those that are not given have the component's defaults. */
static void parameters(struct flatten *flatten, const struct instance *instance, const char *path)
{
	const struct component *component = instance->component;

	if (component->parameters == 0)
		return;
	line(flatten, 4, arena_format(flatten->arena, "%s.with", path), "", origin(flatten, instance->place),
	     NULL);
	for (uint32_t i = 0; i < component->parameters; i++) {
		const struct parameter *parameter = &component->parameter[i];
		const struct value *value = given(instance, parameter->name.text);
		const char *key = arena_format(flatten->arena, "%s.with.%s", path, parameter->name.text);

		if (value != NULL)
			line(flatten, 6, key, value_flat(flatten->arena, value),
			     origin(flatten, value->place), value);
		else
			line(flatten, 6, key, instance->parameter[i].text,
			     arena_format(flatten->arena, "%s, the default",
					  origin(flatten, instance->parameter[i].place)),
			     NULL);
	}
}

/* The component that `driver` found, or that has the instance's name. */
static void component(struct flatten *flatten, const struct instance *instance, const char *path)
{
	const struct value *value = value_get(instance->described, "component");
	const char *key = arena_format(flatten->arena, "%s.component", path);

	if (value != NULL)
		line(flatten, 4, key, value_flat(flatten->arena, value), origin(flatten, value->place),
		     value);
	else if (!instance->component->in_place)
		line(flatten, 4, key, instance->component->name.text, origin(flatten, instance->place), NULL);
}

static bool is_shown_apart(const char *key)
{
	static const char *const apart[] = {"component", "count", "with", "driver"};

	for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
		if (strcmp(apart[i], key) == 0)
			return true;
	return false;
}

static void print_instance(struct flatten *flatten, const struct instance *instance)
{
	const char *path = arena_format(flatten->arena, "components.%s", instance->name.text);
	const struct value *described = instance->described;

	if (flatten->why == NULL)
		print_line(flatten, 2, arena_format(flatten->arena, "%s:", instance->name.text),
			   origin(flatten, instance->place));
	else
		line(flatten, 2, path, "", origin(flatten, instance->place), NULL);
	component(flatten, instance, path);
	parameters(flatten, instance, path);
	for (uint32_t i = 0; i < described->entries; i++)
		if (described->entry[i].value != NULL && !is_shown_apart(described->entry[i].name.text))
			entry(flatten, 4, path, &described->entry[i]);
	if (!instance->priority_given)
		line(flatten, 4, arena_format(flatten->arena, "%s.priority", path),
		     arena_format(flatten->arena, "%u", instance->priority), "computed", NULL);
}

/* ---- Wires ---- */

static const char *print_terms(struct flatten *flatten, const char *key, const struct value *terms)
{
	return terms == NULL
		   ? ""
		   : arena_format(flatten->arena, ", %s: %s", key, value_flat(flatten->arena, terms));
}

static void print_origins(struct flatten *flatten, const char *path, const struct value *terms)
{
	for (uint32_t i = 0; flatten->why != NULL && terms != NULL && i < terms->entries; i++)
		entry(flatten, 4, path, &terms->entry[i]);
}

static void print_wire(struct flatten *flatten, const struct connection *connection)
{
	const char *from =
	    arena_format(flatten->arena, "%s.%s", connection->client->name.text, connection->uses->name.text);
	const char *to = arena_format(flatten->arena, "%s.%s", connection->server->name.text,
				      connection->provides->name.text);
	const char *place = arena_format(flatten->arena, "%s%s", origin(flatten, connection->place),
					 connection->automatic ? ", by itself" : "");
	const char *path = arena_format(flatten->arena, "connect.%s", from);

	const char *terms =
	    arena_format(flatten->arena, "%s%s%s%s", print_terms(flatten, "limits", connection->limited),
			 print_terms(flatten, "pools", connection->pooled),
			 print_terms(flatten, "channels", connection->queued),
			 print_terms(flatten, "with", connection->with));

	if (flatten->why == NULL && terms[0] != '\0')
		print_line(flatten, 2, arena_format(flatten->arena, "- {wire: %s -> %s%s}", from, to, terms),
			   place);
	else if (flatten->why == NULL)
		print_line(flatten, 2, arena_format(flatten->arena, "- %s -> %s", from, to), place);
	else
		line(flatten, 2, path, to, place, NULL);
	print_origins(flatten, path, connection->limited);
	print_origins(flatten, path, connection->pooled);
	print_origins(flatten, path, connection->queued);
	print_origins(flatten, path, connection->with);
}

/* An entry of a section for one instance. */
static void print_entry(struct flatten *flatten, const char *section, const char *name, struct place place,
			const struct value *described)
{
	const char *path = arena_format(flatten->arena, "%s.%s", section, name);

	if (flatten->why == NULL)
		print_line(flatten, 2, arena_format(flatten->arena, "%s:", name), origin(flatten, place));
	for (uint32_t i = 0; i < described->entries; i++)
		if (described->entry[i].value != NULL)
			entry(flatten, 4, path, &described->entry[i]);
}

static void print_labels(struct flatten *flatten, const struct value *labels)
{
	if (labels == NULL)
		return;
	heading(flatten, "labels:");
	for (uint32_t i = 0; i < labels->entries; i++)
		entry(flatten, 2, "labels", &labels->entry[i]);
}

/* With the names of the system, also where it stands in a composite. */
static const char *statement_text(const struct flatten *flatten, const struct influence *graph,
				  struct report *report, const struct value *value)
{
	struct value opened = *value;
	struct assertion assertion;

	if (statement_read(graph, report, value->text, value_text_place(value), false, &assertion))
		opened.text = assertion.opened;
	return scalar_text(flatten->arena, &opened);
}

static void print_assertions(struct flatten *flatten, const struct value *asserted)
{
	struct report *report;
	const struct influence *graph;

	if (asserted == NULL)
		return;
	report = report_create();
	graph = influence_make(flatten->model, flatten->arena);
	heading(flatten, "assert:");
	for (uint32_t i = 0; i < asserted->entries; i++) {
		const struct value *value = asserted->entry[i].value;
		const char *text = statement_text(flatten, graph, report, value);

		if (flatten->why == NULL)
			print_line(flatten, 2, arena_format(flatten->arena, "- %s", text),
				   origin(flatten, value->place));
		else
			line(flatten, 2, arena_format(flatten->arena, "assert.%u", i), text,
			     origin(flatten, value->place), value);
	}
	report_destroy(report);
}

/* ---- All ---- */

static void print_all(struct flatten *flatten)
{
	const struct model *model = flatten->model;

	line(flatten, 0, "system", model->system.text, origin(flatten, model->system.place), NULL);
	line(flatten, 0, "boards", arena_format(flatten->arena, "[%s]", model->board->name.text),
	     "this board; the system may have others", NULL);
	heading(flatten, "components:");
	for (uint32_t i = 0; i < model->instances; i++)
		print_instance(flatten, &model->instance[i]);
	if (model->connections != 0)
		heading(flatten, "connect:");
	for (uint32_t i = 0; i < model->connections; i++)
		print_wire(flatten, &model->connection[i]);
	if (model->supervisions != 0)
		heading(flatten, "supervise:");
	for (uint32_t i = 0; i < model->supervisions; i++)
		print_entry(flatten, "supervise", model->supervision[i].instance->name.text,
			    model->supervision[i].place, model->supervision[i].described);
	if (model->schedules != 0)
		heading(flatten, "schedule:");
	for (uint32_t i = 0; i < model->schedules; i++)
		print_entry(flatten, "schedule", model->schedule[i].instance->name.text,
			    model->schedule[i].place, model->schedule[i].described);
	print_labels(flatten, model->labelled);
	print_assertions(flatten, model->asserted);
}

bool flatten_print(const struct model *model, const char *why, FILE *out)
{
	struct flatten flatten = {.model = model,
				  .arena = arena_create(),
				  .why = why,
				  .out = out,
				  .nearest = nearest_start(why == NULL ? "" : why)};

	print_all(&flatten);
	if (why != NULL && !flatten.found) {
		fprintf(stderr, "tenon-gen: the system has no key \"%s\"\n", why);
		if (flatten.nearest.best != NULL)
			fprintf(stderr, "help: did you mean \"%s\"?\n", flatten.nearest.best);
	}
	arena_destroy(flatten.arena);
	return why == NULL || flatten.found;
}
