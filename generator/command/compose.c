/* SPDX-License-Identifier: MIT
 * check, compose, layout: the commands on a whole system.
 */
#include "command.h"
#include "flatten.h"

#include <stdio.h>
#include "../emit/emit.h"
#include "../model/model.h"
#include "../read/report.h"

static void print(const struct report *report, const struct options *options)
{
	if (options->json)
		report_print_json(report, stdout);
	else
		report_print(report, stderr);
}

static struct request request_of(const struct options *options)
{
	return (struct request){.system = options->system,
				.board = options->board,
				.root = options->root,
				.dtb = options->dtb,
				.variant = options->variant,
				.variants = options->variants};
}

/* The model, or NULL after the refusals were printed. */
static struct model *compose(const struct options *options, struct report *report)
{
	const struct request request = request_of(options);
	struct model *model = model_compose(&request, report);

	if (model == NULL)
		print(report, options);
	return model;
}

static bool has_out(const struct options *options)
{
	if (options->out == NULL)
		fputs("tenon-gen: --out DIR is missing\n", stderr);
	return options->out != NULL;
}

int command_check(const struct options *options)
{
	struct report *report = report_create();
	struct model *model = compose(options, report);
	int status = model == NULL ? 1 : 0;

	if (model != NULL && options->json)
		print(report, options); /* an empty list: an editor clears what it shows */
	model_destroy(model);
	report_destroy(report);
	return status;
}

int command_flatten(const struct options *options)
{
	struct report *report = report_create();
	struct model *model = compose(options, report);
	bool found = model != NULL && flatten_print(model, options->why, stdout);

	model_destroy(model);
	report_destroy(report);
	return found ? 0 : 1;
}

int command_compose(const struct options *options)
{
	const struct request asked = request_of(options);
	struct report *report;
	struct model *model;
	int status;

	if (!has_out(options))
		return 2;
	report = report_create();
	model = compose(options, report);
	status = model != NULL && emit_compose(model, &asked, options->out, EMIT_WRITE) ? 0 : 1;
	model_destroy(model);
	report_destroy(report);
	return status;
}

int command_harness(const struct options *options)
{
	const struct request asked = request_of(options);
	struct report *report;
	struct model *model;
	int status;

	if (!has_out(options))
		return 2;
	report = report_create();
	model = compose(options, report);
	status = model != NULL && emit_compose(model, &asked, options->out, EMIT_WRITE) &&
			 emit_harnesses(model, options->out)
		     ? 0
		     : 1;
	model_destroy(model);
	report_destroy(report);
	return status;
}

int command_layout(const struct options *options)
{
	const struct request asked = request_of(options);
	struct layout_request request = {.asked = &asked,
					 .elf = options->elf,
					 .elfs = options->elfs,
					 .gen = options->gen,
					 .folder = options->out};
	struct report *report;
	struct model *model;
	bool written = false;

	if (!has_out(options))
		return 2;
	report = report_create();
	model = compose(options, report);
	request.model = model;
	request.report = report;
	if (model != NULL) {
		written = layout_write(&request);
		if (report_errors(report) != 0)
			print(report, options);
	}
	model_destroy(model);
	report_destroy(report);
	return written ? 0 : 1;
}
