/* SPDX-License-Identifier: MIT
 * Words of a sentence, and the names in it. Names are looked for in the model: an instance is called by its path, so
 * "front" is every instance whose path begins with "front.", and "worker" is worker_0, worker_1 and so on where it is none.
 * In the file of a composite the names are those of its members, and each is read as the path that it has in this use.
 */
#include "noun.h"

#include <ctype.h>
#include <string.h>

#include "../read/arena.h"
#include "../read/value.h"

static const char *const forms =
    "A may not influence B [except through C], A cannot write to B, A may not hold X, A does "
    "not hold X, only A may hold X, only A holds X, nobody may hold both X and Y, nobody "
    "holds both X and Y";

/* A comma inside the path of a device belongs to it. */
static bool ends_word(const char *start, const char *at)
{
	if (*at == '\0' || strchr(BLANKS, *at) != NULL || *at == '[' || *at == ']')
		return true;
	return *at == ',' &&
	       (*start != '/' || at[1] == ']' || at[1] == '\0' || strchr(BLANKS, at[1]) != NULL);
}

void statement_next(struct statement *statement)
{
	const char *start = statement->at + strspn(statement->at, BLANKS), *end = start;

	if (*start == '[' || *start == ']' || *start == ',')
		end++;
	else
		while (!ends_word(start, end))
			end++;
	statement->word = arena_text(statement->arena, start, (size_t)(end - start));
	statement->at = end;
}

/* A text over several lines, or with escapes, does not stand in its line as it reads: then all of it is meant. */
struct place statement_place(const struct statement *statement)
{
	struct place place = statement->place;
	const size_t length = strlen(statement->word);
	size_t width;
	const char *line = source_line(place.file, place.line, &width);

	place.column += (uint32_t)(statement->at - statement->text) - (uint32_t)length;
	place.width = length == 0 ? 1 : (uint32_t)length;
	if (place.column - 1 > width || length > width - (place.column - 1) ||
	    strncmp(line + place.column - 1, statement->word, length) != 0)
		return statement->place;
	return place;
}

bool statement_is(const struct statement *statement, const char *word)
{
	return strcmp(statement->word, word) == 0;
}

bool statement_accept(struct statement *statement, const char *word)
{
	if (!statement_is(statement, word))
		return false;
	statement_next(statement);
	return true;
}

const char *statement_since(const struct statement *statement, const char *start)
{
	size_t length = (size_t)(statement->at - start) - strlen(statement->word);

	while (length > 0 && strchr(BLANKS, start[length - 1]) != NULL)
		length--;
	return arena_text(statement->arena, start, length);
}

void statement_refuse(struct statement *statement, const char *wanted)
{
	if (statement->failed)
		return;
	statement->failed = true;
	complaint_allowed(report_error(statement->report, RULE_BAD_ASSERTION, statement_place(statement),
				       "this is no assertion: %s is wanted%s%s%s", wanted,
				       statement->word[0] == '\0' ? " at the end" : ", not \"",
				       statement->word, statement->word[0] == '\0' ? "" : "\""),
			  "%s", forms);
}

void statement_expect(struct statement *statement, const char *words)
{
	while (!statement->failed && *words != '\0') {
		const size_t length = strcspn(words, " ");
		const char *word = arena_text(statement->arena, words, length);

		if (!statement_accept(statement, word))
			statement_refuse(statement, arena_format(statement->arena, "\"%s\"", word));
		words += length;
		words += strspn(words, " ");
	}
}

/* ---- Names of a composite ---- */

const char *statement_path(const struct statement *statement)
{
	return statement->scope == NULL
		   ? statement->word
		   : arena_format(statement->arena, "%s.%s", statement->scope, statement->word);
}

/* What stands from `start` to the word there reads so in the names of the system. */
static void open_as(struct statement *statement, const char *start, const char *text)
{
	statement->opened = arena_format(statement->arena, "%s%.*s%s", statement->opened,
					 (int)(start - statement->done), statement->done, text);
	statement->done = start + strlen(statement_since(statement, start));
}

void statement_take_path(struct statement *statement)
{
	const char *start = statement->at - strlen(statement->word), *path = statement_path(statement);

	statement_next(statement);
	open_as(statement, start, path);
}

const char *statement_inner(const char *scope, const char *path)
{
	if (scope == NULL)
		return path;
	return statement_fits(path, scope) == FIT_INSIDE ? path + strlen(scope) + 1 : NULL;
}

/* Does the statement speak of that instance by the names that it knows? */
static bool is_inner(const struct statement *statement, uint32_t instance)
{
	return statement_inner(statement->scope, statement->graph->model->instance[instance].name.text) !=
	       NULL;
}

/* As a list of those instances, for what no name of the system stands for. */
static void open_as_list(struct statement *statement, const char *start, const bool *in)
{
	const char *all = "";

	for (uint32_t i = 0; i < statement->graph->model->instances; i++)
		if (in[i])
			all = arena_format(statement->arena, "%s%s%s", all, all[0] == '\0' ? "" : ", ",
					   influence_name(statement->graph, i));
	open_as(statement, start, statement->listed ? all : arena_format(statement->arena, "[%s]", all));
}

/* ---- Names ---- */

enum fit statement_fits(const char *path, const char *name)
{
	const size_t length = strlen(name);
	const char *rest = path + length;

	if (strncmp(path, name, length) != 0)
		return FIT_NONE;
	if (*rest == '\0')
		return FIT_SELF;
	if (*rest == '.')
		return FIT_INSIDE;
	if (*rest != '_' || !isdigit((unsigned char)rest[1]))
		return FIT_NONE;
	rest += 1 + strspn(rest + 1, "0123456789");
	return *rest == '\0' || *rest == '.' ? FIT_COUNTED : FIT_NONE;
}

void statement_no_instance(struct statement *statement)
{
	const struct model *model = statement->graph->model;
	struct nearest nearest = nearest_start(statement->word);

	for (uint32_t i = 0; i < model->instances; i++) {
		const char *path = statement_inner(statement->scope, model->instance[i].name.text);

		if (path != NULL)
			nearest_try(&nearest, path);
		for (const char *dot = path == NULL ? NULL : strchr(path, '.'); dot != NULL;
		     dot = strchr(dot + 1, '.'))
			nearest_try(&nearest, arena_text(statement->arena, path, (size_t)(dot - path)));
	}
	complaint_nearest(report_error(statement->report, RULE_UNKNOWN_INSTANCE, statement_place(statement),
				       "there is no instance \"%s\" in this %s", statement->word,
				       statement->scope == NULL ? "system" : "composite"),
			  &nearest);
	statement->failed = true;
}

/* Those that a name which no instance has stands for. False where there are none. */
static bool take_family(const struct statement *statement, const char *name, bool *in)
{
	const struct model *model = statement->graph->model;
	enum fit best = FIT_NONE;

	for (uint32_t i = 0; i < model->instances; i++) {
		enum fit fit = statement_fits(model->instance[i].name.text, name);

		best = fit > best ? fit : best;
	}
	for (uint32_t i = 0; best != FIT_NONE && i < model->instances; i++)
		in[i] = in[i] || statement_fits(model->instance[i].name.text, name) == best;
	return best != FIT_NONE;
}

static bool take_one(const struct statement *statement, const char *name, bool *in)
{
	const uint32_t *number = names_get(&statement->graph->names, name);

	if (number == NULL)
		return take_family(statement, name, in);
	in[*number] = true;
	return true;
}

static const struct entry *label_of(const struct statement *statement, const char *name)
{
	const struct value *labels =
	    statement->scope == NULL ? statement->graph->model->labelled : NULL; /* the system's */

	for (uint32_t i = 0; labels != NULL && i < labels->entries; i++)
		if (strcmp(labels->entry[i].name.text, name) == 0)
			return &labels->entry[i];
	return NULL;
}

/* A name of a label that no instance has was refused when the labels were checked. */
static void take_label(const struct statement *statement, const struct entry *label, bool *in)
{
	for (uint32_t i = 0; i < label->value->entries; i++)
		(void)take_one(statement, label->value->entry[i].value->text, in); /* as said above */
}

static void take_instances(struct statement *statement, bool *in)
{
	const struct entry *label = label_of(statement, statement->word);
	const char *start = statement->at - strlen(statement->word);

	if (label != NULL) {
		take_label(statement, label, in);
		statement_next(statement);
	} else if (take_one(statement, statement_path(statement), in)) {
		statement_take_path(statement);
	} else if (statement->scope != NULL && statement_accept(statement, "outside")) {
		for (uint32_t i = 0; i < statement->graph->model->instances; i++)
			in[i] = !is_inner(statement, i);
		open_as_list(statement, start, in);
	} else {
		statement_no_instance(statement);
	}
}

void labels_check(const struct influence *graph, struct report *report)
{
	const struct value *labels = graph->model->labelled;
	bool *in = ARENA_ARRAY(graph->arena, bool, graph->nodes);

	for (uint32_t i = 0; labels != NULL && i < labels->entries; i++) {
		const struct entry *label = &labels->entry[i];
		struct statement statement = {.graph = graph, .report = report, .arena = graph->arena};

		statement.at = statement.text = statement.word = label->name.text;
		statement.place = label->name.place;
		if (take_one(&statement, label->name.text, in))
			complaint_help(report_error(report, RULE_NAME_CLASH, label->name.place,
						    "the label \"%s\" is the name of an instance, too",
						    label->name.text),
				       "give the label another name");
		for (uint32_t k = 0; k < label->value->entries; k++) {
			const struct value *name = label->value->entry[k].value;

			statement.word = name->text;
			statement.text = name->text;
			statement.at = name->text + strlen(name->text);
			statement.place = name->place;
			if (!take_one(&statement, name->text, in))
				statement_no_instance(&statement);
		}
	}
}

/* `start`: of the word in front of its name. */
static void take_component(struct statement *statement, const char *start, bool *in)
{
	const struct model *model = statement->graph->model;
	struct nearest nearest = nearest_start(statement->word);
	bool found = false;

	for (uint32_t i = 0; i < model->instances; i++) {
		const char *component = model->instance[i].component->name.text;

		if (!is_inner(statement, i))
			continue;
		in[i] = strcmp(component, statement->word) == 0;
		found = found || in[i];
		nearest_try(&nearest, component);
	}
	if (found) {
		statement_next(statement);
		if (statement->scope != NULL)
			open_as_list(statement, start, in);
		return;
	}
	complaint_nearest(report_error(statement->report, RULE_UNKNOWN_COMPONENT, statement_place(statement),
				       "the %s has no instance of a component \"%s\"",
				       statement->scope == NULL ? "system" : "composite", statement->word),
			  &nearest);
	statement->failed = true;
}

/* The path that an alias stands for; any other name itself. */
static const char *unalias(const struct board *board, const char *name)
{
	for (uint32_t i = 0; i < board->aliases; i++)
		if (strcmp(board->alias[i].name, name) == 0)
			return board->alias[i].path;
	return name;
}

static bool is_device(const struct board *board, const struct device *device, const char *name)
{
	const char *last = strrchr(device->path, '/');

	return strcmp(device->path, name) == 0 || (last != NULL && strcmp(last + 1, name) == 0) ||
	       (device == board->console && strcmp(name, "stdout") == 0);
}

const struct device *statement_device(struct statement *statement)
{
	const struct board *board = statement->graph->model->board;
	const char *name = unalias(board, statement->word);
	struct nearest nearest = nearest_start(statement->word);

	for (uint32_t i = 0; i < board->devices; i++) {
		if (is_device(board, &board->device[i], name)) {
			statement_next(statement);
			return &board->device[i];
		}
		nearest_try(&nearest, board->device[i].path);
	}
	for (uint32_t i = 0; i < board->aliases; i++)
		nearest_try(&nearest, board->alias[i].name);
	complaint_nearest(report_error(statement->report, RULE_UNKNOWN_DEVICE, statement_place(statement),
				       "the board \"%s\" has no device \"%s\"", board->name.text,
				       statement->word),
			  &nearest);
	statement->failed = true;
	return NULL;
}

static void take_name(struct statement *statement, bool *all)
{
	const char *start = statement->at - strlen(statement->word);
	bool *in = ARENA_ARRAY(statement->arena, bool, statement->graph->nodes);
	const struct device *device;

	if (statement->word[0] == '\0' || strchr("[],", statement->word[0]) != NULL) {
		statement_refuse(statement, "a name");
	} else if (statement_accept(statement, "component")) {
		take_component(statement, start, in);
	} else if (statement_accept(statement, "device")) {
		device = statement_device(statement);
		if (device != NULL)
			in[influence_device(statement->graph, device)] = true;
	} else {
		take_instances(statement, in);
	}
	for (uint32_t i = 0; i < statement->graph->nodes; i++)
		all[i] = all[i] || in[i];
}

const bool *statement_names(struct statement *statement)
{
	bool *in = ARENA_ARRAY(statement->arena, bool, statement->graph->nodes);

	if (!statement_accept(statement, "[")) {
		take_name(statement, in);
		return in;
	}
	statement->listed = true;
	do
		take_name(statement, in);
	while (!statement->failed && statement_accept(statement, ","));
	statement->listed = false;
	statement_expect(statement, "]");
	return in;
}
