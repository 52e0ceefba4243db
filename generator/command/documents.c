/* SPDX-License-Identifier: MIT
 * schema, reference: one to the standard output, or all into a folder.
 */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "../read/arena.h"
#include "../read/document.h"

struct document {
	const char *what;   /* "schema" */
	const char *ending; /* ".schema.json" */
	void (*print)(const struct description *description, FILE *out);
	bool rules; /* has a page of the rules too */
};

static bool write_one(const struct document *document, const char *folder, const struct description *one)
{
	struct arena *arena = arena_create();
	const char *path =
	    arena_format(arena, "%s/%s%s", folder, one == NULL ? "rules" : one->name, document->ending);
	FILE *file = fopen(path, "w");
	bool written = false;

	if (file != NULL) {
		if (one == NULL)
			rules_print(file);
		else
			document->print(one, file);
		written = ferror(file) == 0;
		written = fclose(file) == 0 && written;
	}
	if (!written)
		fprintf(stderr, "tenon-gen: cannot write %s: %s\n", path, strerror(errno));
	arena_destroy(arena);
	return written;
}

static int write_all(const struct document *document, const char *folder)
{
	for (uint32_t i = 0; i < DESCRIPTIONS; i++)
		if (!write_one(document, folder, &description[i]))
			return 1;
	return document->rules && !write_one(document, folder, NULL) ? 1 : 0;
}

static int print_one(const struct document *document, const char *name)
{
	if (document->rules && strcmp(name, "rules") == 0) {
		rules_print(stdout);
		return 0;
	}
	for (uint32_t i = 0; i < DESCRIPTIONS; i++) {
		if (strcmp(description[i].name, name) != 0)
			continue;
		document->print(&description[i], stdout);
		return 0;
	}
	fprintf(
	    stderr,
	    "tenon-gen: there is no %s of \"%s\"; there is one of interface, component, system, board%s\n",
	    document->what, name, document->rules ? " and rules" : "");
	return 2;
}

static int print_document(const struct document *document, const struct options *options)
{
	if (options->words == 1)
		return print_one(document, options->word[0]);
	if (options->out != NULL)
		return write_all(document, options->out);
	fprintf(stderr,
		"tenon-gen: name one of interface, component, system, board, or give --out DIR for all\n");
	return 2;
}

int command_schema(const struct options *options)
{
	static const struct document document = {"schema", ".schema.json", schema_print, false};

	return print_document(&document, options);
}

int command_reference(const struct options *options)
{
	static const struct document document = {"reference page", ".md", reference_print, true};

	return print_document(&document, options);
}
