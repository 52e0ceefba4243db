/* SPDX-License-Identifier: MIT
 * Reads the sentences of `assert:`, and the question of `why`.
 */
#include "statement.h"

#include "../read/arena.h"
#include "noun.h"

static void read_holding(struct statement *statement, struct assertion *assertion)
{
	assertion->may = statement_accept(statement, "may");
	statement_expect(statement, assertion->may ? "hold" : "holds");
	if (assertion->kind == ASSERTION_BOTH)
		statement_expect(statement, "both");
	statement_object(statement, &assertion->object[0]);
	if (assertion->kind != ASSERTION_BOTH)
		return;
	statement_expect(statement, "and");
	if (!statement->failed)
		statement_object(statement, &assertion->object[1]);
}

static void read_influence(struct statement *statement, struct assertion *assertion)
{
	assertion->kind = ASSERTION_INFLUENCE;
	if (!statement->failed)
		assertion->to = statement_names(statement);
	if (statement->failed || !statement_accept(statement, "except"))
		return;
	statement_expect(statement, "through");
	if (!statement->failed)
		assertion->filter = statement_names(statement);
}

static void read_subject(struct statement *statement, struct assertion *assertion, bool path)
{
	assertion->subject = statement_names(statement);
	if (statement->failed)
		return;
	if (path) {
		statement_expect(statement, "->");
		read_influence(statement, assertion);
	} else if (statement_accept(statement, "cannot")) {
		assertion->kind = ASSERTION_WRITE;
		statement_expect(statement, "write to");
		if (!statement->failed && statement_at_object(statement))
			statement_object(statement, &assertion->object[0]);
		else if (!statement->failed)
			assertion->to = statement_names(statement);
	} else if (statement_accept(statement, "does")) {
		assertion->kind = ASSERTION_NOT;
		statement_expect(statement, "not hold");
		if (!statement->failed)
			statement_object(statement, &assertion->object[0]);
	} else {
		statement_expect(statement, "may not");
		if (!statement->failed && statement_accept(statement, "influence")) {
			read_influence(statement, assertion);
			return;
		}
		assertion->kind = ASSERTION_NOT;
		assertion->may = true;
		if (!statement->failed && !statement_accept(statement, "hold"))
			statement_refuse(statement, "\"influence\" or \"hold\"");
		if (!statement->failed)
			statement_object(statement, &assertion->object[0]);
	}
}

/* Two sets that must not meet: who influences itself says nothing, nor does a filter at an end. */
static void check_apart(struct statement *statement, const bool *one, const bool *other, const char *text)
{
	for (uint32_t i = 0;
	     !statement->failed && one != NULL && other != NULL && i < statement->graph->nodes; i++) {
		if (!one[i] || !other[i])
			continue;
		statement->failed = true;
		report_error(statement->report, RULE_BAD_ASSERTION, statement->place, text,
			     influence_name(statement->graph, i));
	}
}

bool statement_read(const struct influence *graph, struct report *report, const char *text,
		    struct place place, bool path, struct assertion *assertion)
{
	struct statement statement = {.graph = graph,
				      .report = report,
				      .arena = graph->arena,
				      .text = text,
				      .at = text,
				      .place = place,
				      .scope = place.use == NULL ? NULL : place.use->instance,
				      .opened = "",
				      .done = text};

	*assertion = (struct assertion){.text = text, .place = place, .scope = statement.scope};
	statement_next(&statement);
	if (!path && statement_accept(&statement, "only")) {
		assertion->kind = ASSERTION_ONLY;
		assertion->subject = statement_names(&statement);
		if (!statement.failed)
			read_holding(&statement, assertion);
	} else if (!path && statement_accept(&statement, "nobody")) {
		assertion->kind = ASSERTION_BOTH;
		read_holding(&statement, assertion);
	} else {
		read_subject(&statement, assertion, path);
	}
	if (!statement.failed && statement.word[0] != '\0')
		statement_refuse(&statement, "the end");
	check_apart(&statement, assertion->subject, assertion->to,
		    "this says nothing: \"%s\" stands on both sides, and always influences itself");
	check_apart(&statement, assertion->subject, assertion->filter,
		    "this says nothing: what \"%s\" does cannot be stopped by itself");
	check_apart(&statement, assertion->to, assertion->filter,
		    "this says nothing: what reaches \"%s\" cannot be stopped by itself");
	assertion->opened = arena_format(graph->arena, "%s%s", statement.opened, statement.done);
	return !statement.failed;
}
