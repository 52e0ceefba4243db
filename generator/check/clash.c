/* SPDX-License-Identifier: MIT
 * See clash.h.
 */
#include "clash.h"

#include <ctype.h>
#include "../read/names.h"

struct taken {
	struct place place;
	const char *what;
};

struct clash {
	struct arena *arena;
	struct report *report;
	enum rule rule;
	bool ignore_case;
	struct names names;
};

struct clash *clash_create(struct report *report, enum rule rule)
{
	struct arena *arena = arena_create();
	struct clash *clash = ARENA_NEW(arena, struct clash);

	clash->arena = arena;
	clash->report = report;
	clash->rule = rule;
	return clash;
}

void clash_destroy(struct clash *clash)
{
	arena_destroy(clash->arena);
}

void clash_ignore_case(struct clash *clash)
{
	clash->ignore_case = true;
}

static void refuse(struct clash *clash, const struct taken *first, const struct taken *second,
		   const char *name)
{
	struct complaint *complaint;

	if (second->place.file == NULL)
		return;
	if (first->place.file == NULL) {
		report_error(clash->report, clash->rule, second->place,
			     "the %s becomes \"%s\" in C, which the glue uses itself", second->what, name);
		return;
	}
	complaint =
	    report_error(clash->report, clash->rule, second->place,
			 "the %s becomes \"%s\" in C, and so does the %s", second->what, name, first->what);
	complaint_note(complaint, first->place, "that one is here");
}

void clash_put(struct clash *clash, struct place place, const char *what, const char *format, ...)
{
	struct taken *taken = ARENA_NEW(clash->arena, struct taken);
	const struct taken *first;
	va_list list;
	char *name;

	*taken = (struct taken){place, what};
	va_start(list, format);
	name = arena_formatv(clash->arena, format, list);
	va_end(list);
	for (char *at = name; clash->ignore_case && *at != '\0'; at++)
		*at = (char)toupper((unsigned char)*at);
	first = names_put(&clash->names, clash->arena, name, taken);
	if (first != NULL)
		refuse(clash, first, taken, name);
}
