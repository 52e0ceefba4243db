/* SPDX-License-Identifier: MIT
 * explain: the page of a rule, docs/errors/RULE.md of the tree, as it stands there. tests/generator/run_explain
 * proves that each rule has one and that its examples are refused and accepted as it says.
 */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "../read/arena.h"
#include "../read/report.h"

/* What does not exist is a wrong command line: none of the pages is printed then. */
static bool is_rule(const char *word)
{
	struct nearest nearest = nearest_start(word);

	for (int i = 0; i < RULE_COUNT; i++) {
		if (strcmp(rule_name((enum rule)i), word) == 0)
			return true;
		nearest_try(&nearest, rule_name((enum rule)i));
	}
	fprintf(stderr, "tenon-gen: there is no rule \"%s\"\n", word);
	if (nearest.best != NULL)
		fprintf(stderr, "help: did you mean \"%s\"?\n", nearest.best);
	fputs("see: ./tenon explain, which lists them all\n", stderr);
	return false;
}

static bool print_page(const char *root, const char *rule)
{
	struct arena *arena = arena_create();
	const char *path = arena_format(arena, "%s/docs/errors/%s.md", root, rule);
	FILE *page = fopen(path, "r");
	char part[4096];
	size_t length;
	bool printed = false;

	if (page != NULL) {
		while ((length = fread(part, 1, sizeof(part), page)) != 0)
			(void)fwrite(part, 1, length, stdout); /* a full disk is found at the end */
		printed = ferror(page) == 0;
		(void)fclose(page); /* was only read */
	}
	if (!printed)
		fprintf(stderr, "tenon-gen: cannot read %s: %s; --root names the tree\n", path,
			strerror(errno));
	arena_destroy(arena);
	return printed;
}

int command_explain(const struct options *options)
{
	if (options->words == 0)
		return command_rules(options);
	for (uint32_t i = 0; i < options->words; i++)
		if (!is_rule(options->word[i]))
			return 2;
	for (uint32_t i = 0; i < options->words; i++) {
		if (i != 0)
			putchar('\n');
		if (!print_page(options->root, options->word[i]))
			return 1;
	}
	return 0;
}
