/* SPDX-License-Identifier: MIT
 * diff OLD NEW: what changed between two versions of an interface file. The
 * exit status says whether a client of the old one is served by the new one:
 * 0 where it is, 1 where it is not, 2 where a file was refused.
 */
#include "command.h"

#include <stdio.h>
#include "../model/difference.h"
#include "../read/arena.h"
#include "../read/json.h"
#include "../read/report.h"
#include "../read/source.h"

static const char *verdict(const struct difference *difference)
{
	if (difference->breaking != 0)
		return "breaking";
	return difference->compatible != 0 ? "compatible" : "same";
}

/* Does the new version's number say what changed? */
static bool is_declared(const struct difference *difference, const struct interface *after)
{
	if (after->major != difference->asked_major)
		return after->major > difference->asked_major;
	return after->minor >= difference->asked_minor;
}

static void print_text(const struct difference *difference, const struct interface *before,
		       const struct interface *after)
{
	struct arena *arena = arena_create();

	for (const struct change *change = difference->first; change != NULL; change = change->next) {
		printf("%s: %s (", change->breaking ? "breaking" : "compatible", change->text);
		if (change->before.file != NULL)
			printf("%s%s", place_text(arena, change->before),
			       change->after.file != NULL ? " -> " : "");
		printf("%s)\n", change->after.file != NULL ? place_text(arena, change->after) : "");
	}
	printf("%s %u.%u -> %u.%u: %s", after->name.text, before->major, before->minor, after->major,
	       after->minor, verdict(difference));
	if (!is_declared(difference, after))
		printf("; the version should be %u.%u at least", difference->asked_major,
		       difference->asked_minor);
	putchar('\n');
	arena_destroy(arena);
}

static void put_place(cJSON *object, const char *key, struct place place)
{
	cJSON *at;

	if (place.file == NULL) {
		cJSON_AddNullToObject(object, key);
		return;
	}
	at = cJSON_AddObjectToObject(object, key);
	cJSON_AddStringToObject(at, "file", place.file->shown);
	cJSON_AddNumberToObject(at, "line", place.line);
	cJSON_AddNumberToObject(at, "column", place.column);
}

static void put_version(cJSON *object, const char *key, uint32_t major, uint32_t minor)
{
	char text[32];

	snprintf(text, sizeof text, "%u.%u", major, minor);
	cJSON_AddStringToObject(object, key, text);
}

static void print_json(const struct difference *difference, const struct interface *before,
		       const struct interface *after)
{
	cJSON *object = cJSON_CreateObject(), *list;

	cJSON_AddStringToObject(object, "interface", after->name.text);
	cJSON_AddStringToObject(object, "verdict", verdict(difference));
	put_version(object, "old", before->major, before->minor);
	put_version(object, "new", after->major, after->minor);
	put_version(object, "asked", difference->asked_major, difference->asked_minor);
	cJSON_AddBoolToObject(object, "declared", is_declared(difference, after));
	list = cJSON_AddArrayToObject(object, "changes");
	for (const struct change *change = difference->first; change != NULL; change = change->next) {
		cJSON *entry = cJSON_CreateObject();

		cJSON_AddStringToObject(entry, "verdict", change->breaking ? "breaking" : "compatible");
		cJSON_AddStringToObject(entry, "message", change->text);
		put_place(entry, "old", change->before);
		put_place(entry, "new", change->after);
		cJSON_AddItemToArray(list, entry);
	}
	json_print(object, stdout);
}

int command_diff(const struct options *options)
{
	struct arena *arena = arena_create();
	struct report *report = report_create();
	const struct interface *before = interface_alone(arena, options->word[0], options->root, report);
	const struct interface *after =
	    before == NULL ? NULL : interface_alone(arena, options->word[1], options->root, report);
	struct difference difference;
	int status = 2;

	if (after == NULL) {
		report_print(report, stderr);
	} else {
		difference = difference_of(arena, before, after);
		(options->json ? print_json : print_text)(&difference, before, after);
		status = difference.breaking != 0 ? 1 : 0;
	}
	report_destroy(report);
	arena_destroy(arena);
	return status;
}
