/* SPDX-License-Identifier: MIT
 * The commands of tenon-gen. Each returns the exit status: 0, 1 where the
 * user's input was refused, 2 where the command line was wrong.
 */
#ifndef TENON_GENERATOR_COMMAND_H
#define TENON_GENERATOR_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include "../layout/layout.h"

struct options {
	const char *system, *board, *root, *dtb; /* defaults: system.yaml, the first board, ".", none */
	const char *out, *gen;
	const char *folder;   /* --in */
	const char **variant; /* overlays chosen with --variant */
	uint32_t variants;
	const char *why;    /* a key of flatten, or NULL */
	const char *format; /* "text" or "json" */
	bool json;
	struct layout_elf *elf;
	uint32_t elfs;
	const char *word[4]; /* what stands without an option; EXPLAIN_WORDS of explain */
	uint32_t words;
};

int command_check(const struct options *options);
int command_compose(const struct options *options);
int command_harness(const struct options *options);
int command_layout(const struct options *options);
int command_flatten(const struct options *options);
int command_why(const struct options *options);
int command_board(const struct options *options);
int command_system(const struct options *options);
/* 0, or 1 where the file is no YAML that the reader takes. */
int command_parse(const struct options *options);
int command_boards(const struct options *options);
int command_test(const struct options *options);
int command_new(const struct options *options);
int command_schema(const struct options *options);
int command_reference(const struct options *options);
int command_rules(const struct options *options);
/* 0 compatible, 1 breaking, 2 a file refused. */
int command_diff(const struct options *options);
int command_explain(const struct options *options);

#endif
