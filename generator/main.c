/* SPDX-License-Identifier: MIT
 * tenon-gen: from descriptions to C. The command line, and nothing else.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "command/command.h"
#include "read/report.h"

struct command {
	const char *name;
	int (*run)(const struct options *options);
	uint32_t least, most; /* words that it takes */
	const char *words, *doc;
};

static const struct command command[] = {
    {"check", command_check, 0, 0, "", "read and judge a system; print nothing when it is right"},
    {"compose", command_compose, 0, 0, "", "check, then write the plan, headers and glue to --out DIR"},
    {"harness", command_harness, 0, 0, "",
     "as compose, and a libFuzzer harness for each instance that serves: see docs/reference/harness.md"},
    {"layout", command_layout, 0, 0, "",
     "from the ELFs, given as --elf INSTANCE=FILE, write tables and report to --out DIR"},
    {"flatten", command_flatten, 0, 0, "",
     "print the system with its composites opened and its overlays laid on it, and whose each value is; with "
     "--why KEY one of them"},
    {"why", command_why, 0, 2, "[A B]",
     "print how A may influence B, or that it may not and what it reaches; also as one word, \"A -> B except "
     "through "
     "C\"; without words what the assertions trust"},
    {"diff", command_diff, 2, 2, "OLD NEW",
     "name what changed between two versions of an interface file; exit status 1 where a client breaks"},
    {"board", command_board, 1, 1, "BOARD", "print what a board file says; with --json as JSON"},
    {"system", command_system, 0, 0, "", "print the boards and overlays that a system lists, as JSON"},
    {"boards", command_boards, 0, 0, "", "list the boards"},
    {"test", command_test, 1, 1, "COMPONENT",
     "write what a host test of a component is built from, below --out DIR; with --board of one that the "
     "system "
     "describes in place"},
    {"new", command_new, 2, 2, "interface|component NAME, or system DIR",
     "make a file or folder to start from, in --in DIR; a system is a folder of its own"},
    {"parse", command_parse, 1, 1, "FILE",
     "print what the reader sees of a file before it looks at keys, as JSON: for tools"},
    {"schema", command_schema, 0, 1, "[KIND]",
     "print the JSON Schema of a kind of description, or write all to --out DIR"},
    {"reference", command_reference, 0, 1, "[KIND]",
     "print the reference page of a kind of description, or write all to --out DIR"},
    {"rules", command_rules, 0, 0, "", "list the rules that a description can break"},
    {"explain", command_explain, 0, EXPLAIN_WORDS, "[RULE …]",
     "print the pages of rules: why, a wrong example, a right one; without RULE list them"},
};
#define COMMANDS (sizeof(command) / sizeof(command[0]))

static void print_help(FILE *out)
{
	fputs("usage: tenon-gen COMMAND [OPTION …]\n\n", out);
	for (size_t i = 0; i < COMMANDS; i++) {
		fprintf(out, "  %s%s%s\n", command[i].name, command[i].words[0] == '\0' ? "" : " ",
			command[i].words);
		fprintf(out, "          %s\n", command[i].doc);
	}
	fputs("\noptions\n"
	      "  --system FILE        the system (default: system.yaml)\n"
	      "  --board BOARD        one of its boards (default: the first)\n"
	      "  --variant OVERLAY    an overlay of the system to be laid on it; may be repeated\n"
	      "  --why KEY            flatten: of one key, such as components.log.priority\n"
	      "  --root DIR           the tree with components/, interfaces/ and platforms/ (default: .);\n"
	      "                       the system's own folder is looked through first\n"
	      "  --dtb FILE           the board's device tree\n"
	      "  --out DIR            where to write\n"
	      "  --gen DIR            layout: what compose wrote, to be compared\n"
	      "  --elf INSTANCE=FILE  layout: the ELF of an instance\n"
	      "  --in DIR             new: where (default: .)\n"
	      "  --format json        messages, or the board, as JSON; --json is the same\n"
	      "\nexit status: 0; 1 when something was refused, then nothing was written; 2 for a wrong "
	      "command line\n",
	      out);
}

static int wrong(const char *text, const char *word)
{
	fprintf(stderr, "tenon-gen: %s%s\ntenon-gen: see tenon-gen --help\n", text, word);
	return 2;
}

static const char **option_place(struct options *options, const char *name)
{
	struct named {
		const char *name;
		const char **place;
	} named[] = {
	    {"--system", &options->system}, {"--board", &options->board},   {"--root", &options->root},
	    {"--dtb", &options->dtb},       {"--out", &options->out},       {"--gen", &options->gen},
	    {"--in", &options->folder},     {"--format", &options->format}, {"--why", &options->why},
	};

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (strcmp(named[i].name, name) == 0)
			return named[i].place;
	return NULL;
}

/* Takes "INSTANCE=FILE" apart, in place. */
static bool take_elf(struct options *options, char *word)
{
	char *equals = strchr(word, '=');

	if (equals == NULL)
		return false;
	*equals = '\0';
	options->elf[options->elfs++] = (struct layout_elf){word, equals + 1};
	return true;
}

/* 0, or the exit status after a message. */
static int take_options(struct options *options, int count, char **argument)
{
	for (int i = 0; i < count; i++) {
		const char **place = option_place(options, argument[i]);

		if (strcmp(argument[i], "--json") == 0) {
			options->json = true;
		} else if (argument[i][0] != '-') {
			if (options->words == sizeof(options->word) / sizeof(options->word[0]))
				return wrong("too many words: ", argument[i]);
			options->word[options->words++] = argument[i];
		} else if (strcmp(argument[i], "--variant") == 0 && i + 1 < count) {
			options->variant[options->variants++] = argument[++i];
		} else if (place == NULL && strcmp(argument[i], "--elf") != 0) {
			return wrong("unknown option ", argument[i]);
		} else if (i + 1 == count) {
			return wrong("something must follow ", argument[i]);
		} else if (place != NULL) {
			*place = argument[++i];
		} else if (!take_elf(options, argument[++i])) {
			return wrong("--elf wants INSTANCE=FILE, not ", argument[i]);
		}
	}
	if (strcmp(options->format, "json") == 0)
		options->json = true;
	else if (strcmp(options->format, "text") != 0)
		return wrong("--format wants text or json, not ", options->format);
	return 0;
}

/* The exit status, unless what was printed found no place: 1 after a message. */
static int printed(int status)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return status;
	fprintf(stderr, "tenon-gen: cannot write to the standard output: %s\n", strerror(errno));
	return 1;
}

static int run(const struct command *chosen, int count, char **argument)
{
	struct options options = {.system = "system.yaml", .root = ".", .folder = ".", .format = "text"};
	int status;

	options.elf = calloc((size_t)count + 1, sizeof(*options.elf));
	options.variant = calloc((size_t)count + 1, sizeof(*options.variant));
	if (options.elf == NULL || options.variant == NULL)
		return wrong("out of memory", "");
	status = take_options(&options, count, argument);
	if (status == 0 && (options.words < chosen->least || options.words > chosen->most))
		status = chosen->words[0] != '\0'
			     ? wrong("expected: ", chosen->words)
			     : wrong("the system is named with --system FILE; nothing is expected here, not ",
				     options.word[0]);
	if (status == 0)
		status = printed(chosen->run(&options));
	free(options.variant);
	free(options.elf);
	return status;
}

int main(int count, char **argument)
{
	if (count < 2 || strcmp(argument[1], "--help") == 0 || strcmp(argument[1], "-h") == 0) {
		print_help(count < 2 ? stderr : stdout);
		return count < 2 ? 2 : printed(0);
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(command[i].name, argument[1]) == 0)
			return run(&command[i], count - 2, argument + 2);
	return wrong("unknown command ", argument[1]);
}
