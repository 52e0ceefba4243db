/* SPDX-License-Identifier: MIT
 * why: the way on which one part of a system may influence another, or what it reaches instead; without words, what
 * the assertions of the system trust.
 */
#include "command.h"

#include <stdio.h>

#include "../check/assertion.h"
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

	if (model == NULL)
		report_print(report, stderr);
	else if (options->words == 0)
		assertions_print(model, stdout);
	else
		answered = assertion_why(model, report, question(model->arena, options), stdout);
	model_destroy(model);
	report_destroy(report);
	return answered ? 0 : 1;
}
