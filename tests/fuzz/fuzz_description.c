/* SPDX-License-Identifier: MIT
 * Reader, model, checker and printer under libFuzzer: an input is an archive of
 * descriptions (archive.h). Whatever it says, it is refused with messages that
 * can be printed, or it gives a model from which everything can be printed.
 *
 * libfyaml 0.7.12 itself loses 512 bytes with a text in which it replaces more than five marks, such as '''''''''''''', when it gives
 * the text out. What it takes there is not looked for.
 */
#include <cjson/cJSON.h>
#include <libfyaml.h>
#include <sanitizer/lsan_interface.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include "archive.h"
#include "command/flatten.h"
#include "emit/emit.h"
#include "model/model.h"
#include "read/report.h"

int LLVMFuzzerInitialize(int *count, char ***argument);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

const char *__real_fy_node_get_scalar(struct fy_node *node, size_t *length);
const char *__wrap_fy_node_get_scalar(struct fy_node *node, size_t *length); /* by the linker's --wrap */

const char *__wrap_fy_node_get_scalar(struct fy_node *node, size_t *length)
{
	const char *text;

	__lsan_disable();
	text = __real_fy_node_get_scalar(node, length);
	__lsan_enable();
	return text;
}

static void demand(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "fuzz: %s\n", what);
	abort();
}

int LLVMFuzzerInitialize(int *count, char ***argument)
{
	(void)count;
	(void)argument;
	archive_init(FUZZ_TREE);
	return 0;
}

/* Both forms of the messages; the one for programs is JSON with as many of them. */
static void print_messages(const struct report *report)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	cJSON *list;

	demand(out != NULL, "no memory for the messages");
	report_print(report, out);
	fflush(out);
	demand(length != 0, "a refusal without a message");
	rewind(out);
	report_print_json(report, out);
	fclose(out);
	list = cJSON_Parse(text);
	demand(cJSON_IsArray(list), "the messages are not JSON");
	demand(cJSON_GetArraySize(list) == (int)report_errors(report), "another number of messages as JSON");
	cJSON_Delete(list);
	free(text);
}

static void print_model(const struct model *model, const struct request *request)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	demand(out != NULL, "no memory for the flattened system");
	demand(flatten_print(model, NULL, out), "flatten refused a system that was accepted");
	fclose(out);
	free(text);
	demand(emit_compose(model, request, "out", EMIT_WRITE), "what was accepted cannot be printed");
	demand(emit_harnesses(model, "out"), "a harness cannot be printed");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	const struct archive_line line = archive_open(bytes, count);
	const struct request request = {.system = "system.yaml",
					.board = line.board,
					.root = "tree",
					.dtb = line.dtb,
					.variant = line.variant,
					.variants = line.variants};
	struct report *report = report_create();
	struct model *model = model_compose(&request, report);

	demand((model == NULL) == (report_errors(report) != 0), "a model and refusals, or neither");
	if (model == NULL)
		print_messages(report);
	else
		print_model(model, &request);
	model_destroy(model);
	report_destroy(report);
	archive_close();
	return 0;
}
