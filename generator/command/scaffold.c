/* SPDX-License-Identifier: MIT
 * new: files to start from. What it writes checks without a message and builds
 * as it is. A system is a folder of its own, which may lie anywhere.
 */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "../model/build.h"

struct scaffold {
	const char *kind;
	const char *path;   /* with %s for the name */
	const char *schema; /* of a description: its kind; a line leads editors to it */
	const char *text; /* with @ for the name; of a program, which begins with #!, with \\1 for the tree */
};

static const struct scaffold scaffold[] = {
    {"interface", "interfaces/%s.yaml", "interface",
     "interface: @\n"
     "version: 1.0\n"
     "doc: What a server of this interface does for its clients.\n"
     "errors:\n"
     "  too_large: The value is greater than 1000.\n"
     "operations:\n"
     "  twice:\n"
     "    doc: Answers the double of `value`.\n"
     "    in: {value: u32}\n"
     "    out: {double_value: u32}\n"
     "    errors: [too_large]\n"},
    {"component", "components/%s/component.yaml", "component",
     "component: @\n"
     "doc: What this component is for.\n"
     "uses: {log: {interface: log, optional: true}}\n"
     "sources: [\"*.c\"]\n"
     "memory: {stack: 8 KiB}\n"},
    {"component", "components/%s/%s.c", NULL,
     "/* What this component is for. */\n"
     "#include \"component.h\"\n"
     "\n"
     "void component_start(void)\n"
     "{\n"
     "\tlog_info(\"@ has started\");\n"
     "}\n"},
    {"component", "components/%s/tests/%s.c", NULL,
     "/* What this component must do: run by ./tenon test @. docs/component_tests.md says what may stand "
     "here. */\n"
     "#include \"test.h\"\n"
     "\n"
     "TEST(says_that_it_has_started)\n"
     "{\n"
     "\ttest_start();\n"
     "\tassert_string_equal(mock_log_write_call(0)->text, \"@ has started\");\n"
     "}\n"},
    {"system", "%s/system.yaml", "system",
     "# Commands, in this folder: ./tenon check, ./tenon run, ./tenon test, ./tenon flatten\n"
     "system: @\n"
     "boards: [qemu_aarch64, qemu_riscv64, qemu_x86_64]\n"
     "components:\n"
     "  serial: {driver: serial, device: stdout}  # the console of the board\n"
     "  timer:\n"
     "  log:\n"
     "  console:\n"
     "  shell:\n"
     "  supervisor:                               # receives faults, and powers off at the end of input\n"
     "  hello: {with: {name: @}}                  # in components/hello, your own\n"},
    {"system", "%s/components/hello/component.yaml", "component",
     "component: hello\n"
     "doc: Says hello once.\n"
     "uses: {log: {interface: log, optional: true}}\n"
     "sources: [\"*.c\"]\n"
     "parameters:\n"
     "  name: {type: {string: 32}, doc: Who says it.}\n"},
    {"system", "%s/components/hello/hello.c", NULL,
     "/* Says hello once. */\n"
     "#include \"component.h\"\n"
     "\n"
     "void component_start(void)\n"
     "{\n"
     "\tlog_info(\"hello from %s\", PARAMETER_NAME);\n"
     "}\n"},
    {"system", "%s/components/hello/tests/hello.c", NULL,
     "/* What hello must do: run by ./tenon test hello. docs/component_tests.md says what may stand here. "
     "*/\n"
     "#include \"test.h\"\n"
     "\n"
     "TEST(says_hello_once)\n"
     "{\n"
     "\ttest_start();\n"
     "\tassert_string_equal(mock_log_write_call(0)->text, \"hello from \" PARAMETER_NAME);\n"
     "\tassert_int_equal(mock_log_write_calls(), 1);\n"
     "}\n"},
    {"system", "%s/tests/hello/test.toml", NULL,
     "# Booted by ./tenon test, on each board of the system. docs/systems.md says what may stand here.\n"
     "system = \"/system.yaml\"\n"
     "before_input = [\"hello: hello\"]\n"
     "input = \"components\\n\"\n"
     "status = 0\n"
     "expect = [\"hello: hello from @\", \"^hello .*\"]\n"},
    {"system", "%s/tenon", NULL,
     "#!/bin/sh\n"
     "# Runs the commands of Tenon on this system. TENON_TREE says where Tenon is, if it was moved.\n"
     "TENON_PROJECT=$(dirname \"$(readlink -f \"$0\")\")\n"
     "export TENON_PROJECT\n"
     "exec \"${TENON_TREE:-\1}/tenon\" \"$@\"\n"},
};
#define SCAFFOLDS (sizeof(scaffold) / sizeof(scaffold[0]))

static const char *fill(struct arena *arena, const char *text, char mark, const char *name)
{
	const char *at;

	while ((at = strchr(text, mark)) != NULL)
		text =
		    arena_format(arena, "%.*s%s%s", (int)(at - text), text, name, at + (mark == '%' ? 2 : 1));
	return text;
}

static bool make_folders(struct arena *arena, const char *path)
{
	for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		const char *folder = arena_text(arena, path, (size_t)(slash - path));

		if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
			fprintf(stderr, "tenon-gen: cannot make the folder %s: %s\n", folder,
				strerror(errno));
			return false;
		}
	}
	return true;
}

static bool write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "wx");
	bool written = file != NULL && fputs(text, file) >= 0;

	if (file != NULL && fclose(file) != 0)
		written = false;
	if (!written)
		fprintf(stderr, "tenon-gen: cannot write %s: %s\n", path, strerror(errno));
	return written;
}

static const char *path_of(struct arena *arena, const struct options *options, const struct scaffold *entry)
{
	return path_join(arena, options->folder, fill(arena, entry->path, '%', options->word[1]));
}

/* Of a system that is named by its folder, the last part. */
static const char *name_of(const struct options *options)
{
	const char *slash = strrchr(options->word[1], '/');

	return slash != NULL && strcmp(options->word[0], "system") == 0 ? slash + 1 : options->word[1];
}

static bool is_program(const struct scaffold *entry)
{
	return strncmp(entry->text, "#!", 2) == 0;
}

/* Bytes that two absolute paths have in common, up to the last slash. */
static size_t common_folder(const char *one, const char *other)
{
	size_t same = 0;

	for (size_t i = 0; one[i] == other[i] || one[i] == '\0' || other[i] == '\0'; i++) {
		if ((one[i] == '\0' || one[i] == '/') && (other[i] == '\0' || other[i] == '/'))
			same = i;
		if (one[i] == '\0' || other[i] == '\0')
			break;
	}
	return same;
}

/*
 * The comment by which yaml-language-server finds the schema of a file. Relative, so that it holds on each machine where
 * tree and system lie beside each other in the same way. The file's folder is there already.
 */
static const char *modeline(struct arena *arena, const char *root, const char *path, const char *kind)
{
	const char *from = disk_absolute(arena, path_folder(arena, path)), *to = disk_absolute(arena, root);
	const size_t same = common_folder(from, to);
	const char *up = "";

	for (const char *at = from + same; *at != '\0'; at++)
		if (*at == '/' && at[1] != '\0')
			up = arena_format(arena, "%s../", up);
	to += same;
	to += *to == '/';
	return arena_format(arena, "# yaml-language-server: $schema=%s%s%sdocs/reference/%s.schema.json\n",
			    up, to, *to == '\0' ? "" : "/", kind);
}

static const char *text_of(struct arena *arena, const struct options *options, const struct scaffold *entry)
{
	char *root;
	const char *text;

	if (entry->schema != NULL)
		return arena_format(
		    arena, "%s%s",
		    modeline(arena, options->root, path_of(arena, options, entry), entry->schema),
		    fill(arena, entry->text, '@', name_of(options)));
	if (!is_program(entry))
		return fill(arena, entry->text, '@', name_of(options));
	root = realpath(options->root, NULL);
	text = fill(arena, entry->text, '\1', root == NULL ? options->root : root);
	free(root);
	return text;
}

/* False after a message: not of this kind, or already there. */
static bool may_write(struct arena *arena, const struct options *options, bool *known)
{
	const char *name = name_of(options);

	for (size_t i = 0; i < SCAFFOLDS; i++) {
		const char *path;

		if (strcmp(scaffold[i].kind, options->word[0]) != 0)
			continue;
		*known = true;
		path = path_of(arena, options, &scaffold[i]);
		if (path_exists(path)) {
			fprintf(stderr, "tenon-gen: %s is there already\n", path);
			return false;
		}
	}
	if (!*known)
		fprintf(stderr, "tenon-gen: new interface, new component or new system, not new %s\n",
			options->word[0]);
	else if (!name_is_identifier(name) || name_is_keyword(name))
		fprintf(stderr, "tenon-gen: \"%s\" is no name: " NAME_FORM "\n", name);
	else
		return true;
	return false;
}

static bool write_all(struct arena *arena, const struct options *options)
{
	for (size_t i = 0; i < SCAFFOLDS; i++) {
		const char *path;

		if (strcmp(scaffold[i].kind, options->word[0]) != 0)
			continue;
		path = path_of(arena, options, &scaffold[i]);
		if (!make_folders(arena, path) || !write_file(path, text_of(arena, options, &scaffold[i])) ||
		    (is_program(&scaffold[i]) && chmod(path, 0755) != 0))
			return false;
		printf("wrote %s\n", path);
	}
	return true;
}

static void print_next(const char *kind, const char *name)
{
	if (strcmp(kind, "component") == 0)
		printf("to run it, add the line \"  %s:\" to \"components\" of a system\n", name);
	else if (strcmp(kind, "interface") == 0)
		printf("to serve it, write \"provides: {PORT: %s}\" in a component\n", name);
	else
		printf("to run it: cd %s && ./tenon run\n", name);
}

int command_new(const struct options *options)
{
	struct arena *arena = arena_create();
	bool known = false, written = may_write(arena, options, &known) && write_all(arena, options);

	if (written)
		print_next(options->word[0], options->word[1]);
	arena_destroy(arena);
	return written ? 0 : known ? 1 : 2;
}
