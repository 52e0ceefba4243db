/* SPDX-License-Identifier: MIT
 * Systems from text, in a folder of their own that is removed again.
 */
#include "support.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FURTHER_MAX 16

static const char *further[FURTHER_MAX][2];
static size_t furthers;

void compose_with(const char *path, const char *text)
{
	assert_true(furthers < FURTHER_MAX);
	further[furthers][0] = path;
	further[furthers][1] = text;
	furthers++;
}

static void write_file(const char *folder, const char *path, const char *text)
{
	char whole[512];
	FILE *file;

	assert_true(snprintf(whole, sizeof(whole), "%s/%s", folder, path) < (int)sizeof(whole));
	for (char *slash = strchr(whole + strlen(folder) + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(whole, 0777); /* may be there; fopen tells */
		*slash = '/';
	}
	file = fopen(whole, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

void temporary_path(char path[TEMPORARY_PATH], const char *name)
{
	const char *folder = getenv("TMPDIR");
	int length = snprintf(path, TEMPORARY_PATH, "%s/%s-XXXXXX",
			      folder != NULL && folder[0] != '\0' ? folder : P_tmpdir, name);
	assert_true(length > 0 && length < TEMPORARY_PATH);
}

static struct composed compose_at(const char *text, const char *tree, struct request request)
{
	struct composed composed = {0};
	char system[TEMPORARY_PATH + 16], root[512];

	assert_non_null(getenv("TENON_TESTS"));
	temporary_path(composed.folder, "tenon-test");
	assert_non_null(mkdtemp(composed.folder));
	write_file(composed.folder, "system.yaml", text);
	for (size_t i = 0; i < furthers; i++)
		write_file(composed.folder, further[i][0], further[i][1]);
	furthers = 0;
	(void)snprintf(system, sizeof(system), "%s/system.yaml", composed.folder);
	(void)snprintf(root, sizeof(root), "%s/%s", getenv("TENON_TESTS"), tree);
	request.system = system;
	request.root = root;
	composed.report = report_create();
	composed.model = model_compose(&request, composed.report);
	return composed;
}

struct composed compose_text(const char *text, const char *dtb)
{
	return compose_at(text, "tree", (struct request){.dtb = dtb});
}

struct composed compose_in_tree(const char *text, const char *board)
{
	return compose_at(text, "../..", (struct request){.board = board});
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

void composed_destroy(struct composed *composed)
{
	model_destroy(composed->model);
	report_destroy(composed->report);
	assert_int_equal(nftw(composed->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

char *report_text(const struct report *report)
{
	char *text = NULL;
	size_t length = 0;
	FILE *file = open_memstream(&text, &length);

	assert_non_null(file);
	report_print(report, file);
	assert_int_equal(fclose(file), 0);
	return text;
}

void assert_composed(const struct composed *composed)
{
	if (composed->model == NULL) {
		char *text = report_text(composed->report);

		print_error("%s", text);
		free(text);
	}
	assert_non_null(composed->model);
}

const struct instance *instance_named(const struct model *model, const char *name)
{
	for (uint32_t i = 0; i < model->instances; i++)
		if (strcmp(model->instance[i].name.text, name) == 0)
			return &model->instance[i];
	fail_msg("no instance %s", name);
	return NULL;
}
