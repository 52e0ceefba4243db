/* SPDX-License-Identifier: MIT
 * why: the way on which one part of a system may influence another, or what it reaches instead; without words, what
 * the assertions of the system trust.
 */
#include "command.h"

#include <stdio.h>

#include "../check/answer.h"
#include "../read/arena.h"
#include "../read/report.h"

/* "a -> b" in one word, or a and b in two. */
static const char *question(struct arena *arena, const struct options *options)
{
	return options->words == 1 ? options->word[0]
				   : arena_format(arena, "%s -> %s", options->word[0], options->word[1]);
}

int command_why(const struct options *options)
{
	const struct request request = {.system = options->system,
					.board = options->board,
					.root = options->root,
					.dtb = options->dtb,
					.variant = options->variant,
					.variants = options->variants};
	struct report *report = report_create();
	struct model *model = model_compose(&request, report);
	bool answered = model != NULL;

	if (model != NULL && options->words == 0)
		answer_assertions(model, options->json, stdout);
	else if (model != NULL)
		answered = answer_why(model, report, question(model->arena, options), options->json, stdout);
	if (!answered && options->json)
		report_print_json(report, stdout);
	else if (!answered)
		report_print(report, stderr);
	model_destroy(model);
	report_destroy(report);
	return answered ? 0 : 1;
}
