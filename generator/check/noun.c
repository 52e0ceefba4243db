/* SPDX-License-Identifier: MIT
 * Words of a sentence, and the names in it. Names are looked for in the model: an instance is called by its path, so
 * "front" is every instance whose path begins with "front.", and "worker" is worker_0, worker_1 and so on where it is none.
 */
#include "noun.h"

#include <ctype.h>
#include <string.h>

#include "../read/arena.h"

static const char *const forms =
    "A may not influence B [except through C], A cannot write to B, A may not hold X, A does "
    "not hold X, only A may hold X, only A holds X, nobody may hold both X and Y, nobody "
    "holds both X and Y";

/* A comma inside the path of a device belongs to it. */
static bool ends_word(const char *start, const char *at)
{
	if (*at == '\0' || *at == ' ' || *at == '[' || *at == ']')
		return true;
	return *at == ',' && (*start != '/' || at[1] == ' ' || at[1] == ']' || at[1] == '\0');
}

void statement_next(struct statement *statement)
{
	const char *start = statement->at + strspn(statement->at, " "), *end = start;

	if (*start == '[' || *start == ']' || *start == ',')
		end++;
	else
		while (!ends_word(start, end))
			end++;
	statement->word = arena_text(statement->arena, start, (size_t)(end - start));
	statement->at = end;
}

struct place statement_place(const struct statement *statement)
{
	struct place place = statement->place;
	const size_t length = strlen(statement->word);

	place.column += (uint32_t)(statement->at - statement->text) - (uint32_t)length;
	place.width = length == 0 ? 1 : (uint32_t)length;
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
		const char *path = model->instance[i].name.text;

		nearest_try(&nearest, path);
		for (const char *dot = strchr(path, '.'); dot != NULL; dot = strchr(dot + 1, '.'))
			nearest_try(&nearest, arena_text(statement->arena, path, (size_t)(dot - path)));
	}
	complaint_nearest(report_error(statement->report, RULE_UNKNOWN_INSTANCE, statement_place(statement),
				       "there is no instance \"%s\" in this system", statement->word),
			  &nearest);
	statement->failed = true;
}

static void take_instances(struct statement *statement, bool *in)
{
	const struct model *model = statement->graph->model;
	enum fit best = FIT_NONE;

	for (uint32_t i = 0; i < model->instances; i++) {
		enum fit fit = statement_fits(model->instance[i].name.text, statement->word);

		best = fit > best ? fit : best;
	}
	if (best == FIT_NONE) {
		statement_no_instance(statement);
		return;
	}
	for (uint32_t i = 0; i < model->instances; i++)
		in[i] = in[i] || statement_fits(model->instance[i].name.text, statement->word) == best;
	statement_next(statement);
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
	struct nearest nearest = nearest_start(statement->word);

	for (uint32_t i = 0; i < board->devices; i++) {
		if (is_device(board, &board->device[i], statement->word)) {
			statement_next(statement);
			return &board->device[i];
		}
		nearest_try(&nearest, board->device[i].path);
	}
	complaint_nearest(report_error(statement->report, RULE_UNKNOWN_DEVICE, statement_place(statement),
				       "the board \"%s\" has no device \"%s\"", board->name.text,
				       statement->word),
			  &nearest);
	statement->failed = true;
	return NULL;
}

static void take_name(struct statement *statement, bool *in)
{
	const struct device *device;

	if (statement->word[0] == '\0' || strchr("[],", statement->word[0]) != NULL) {
		statement_refuse(statement, "a name");
	} else if (statement_accept(statement, "device")) {
		device = statement_device(statement);
		if (device != NULL)
			in[influence_device(statement->graph, device)] = true;
	} else {
		take_instances(statement, in);
	}
}

const bool *statement_names(struct statement *statement)
{
	bool *in = ARENA_ARRAY(statement->arena, bool, statement->graph->nodes);

	if (!statement_accept(statement, "[")) {
		take_name(statement, in);
		return in;
	}
	do
		take_name(statement, in);
	while (!statement->failed && statement_accept(statement, ","));
	statement_expect(statement, "]");
	return in;
}
