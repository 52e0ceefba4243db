/* SPDX-License-Identifier: MIT
 * See clash.h.
 */
#include "clash.h"

#include <ctype.h>
#include <string.h>
#include "../read/names.h"

struct taken {
	struct place place;
	const char *what;
};

struct clash {
	struct arena *arena;
	struct report *report;
	enum rule rule;
	bool ignore_case, trust_places;
	struct names names, numbered; /* the latter without their numbers */
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

void clash_trust_places(struct clash *clash)
{
	clash->trust_places = true;
}

static bool is_same_place(struct place first, struct place second)
{
	return first.file == second.file && first.line == second.line && first.column == second.column;
}

static void refuse(struct clash *clash, const struct taken *first, const struct taken *second,
		   const char *name)
{
	struct complaint *complaint;

	if (second->place.file == NULL || (clash->trust_places && is_same_place(first->place, second->place)))
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

/* The name in the form that is compared. */
static char *spell(const struct clash *clash, const char *format, va_list list)
{
	char *name = arena_formatv(clash->arena, format, list);

	for (char *at = name; clash->ignore_case && *at != '\0'; at++)
		*at = (char)toupper((unsigned char)*at);
	return name;
}

/* Who takes all names that end as this one does, by an underscore and a number. */
static const struct taken *numbered_like(const struct clash *clash, const char *name)
{
	const char *end = name + strlen(name);
	const char *digits = end;

	while (digits > name && isdigit((unsigned char)digits[-1]))
		digits--;
	if (digits == end || digits == name || digits[-1] != '_')
		return NULL;
	return names_get(&clash->numbered,
			 arena_format(clash->arena, "%.*s", (int)(digits - 1 - name), name));
}

void clash_put(struct clash *clash, struct place place, const char *what, const char *format, ...)
{
	struct taken *taken = ARENA_NEW(clash->arena, struct taken);
	const struct taken *first;
	va_list list;
	char *name;

	*taken = (struct taken){place, what};
	va_start(list, format);
	name = spell(clash, format, list);
	va_end(list);
	first = names_put(&clash->names, clash->arena, name, taken);
	if (first == NULL)
		first = numbered_like(clash, name);
	if (first != NULL)
		refuse(clash, first, taken, name);
}

void clash_put_numbered(struct clash *clash, struct place place, const char *what, const char *format, ...)
{
	struct taken *taken = ARENA_NEW(clash->arena, struct taken);
	const struct taken *first;
	va_list list;
	char *name;

	*taken = (struct taken){place, what};
	va_start(list, format);
	name = spell(clash, format, list);
	va_end(list);
	first = names_put(&clash->numbered, clash->arena, name, taken);
	if (first != NULL)
		refuse(clash, first, taken, arena_format(clash->arena, "%s_0", name));
}
