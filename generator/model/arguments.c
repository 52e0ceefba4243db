/* SPDX-License-Identifier: MIT
 * What "$NAME" stands for in the entry of an instance: a parameter of the
 * composite around it, or the number of a counted one.
 */
#include "build.h"

#include <string.h>

static int32_t find_parameter(const struct group *group, const char *name)
{
	const struct component *face = group->composite == NULL ? NULL : group->composite->face;

	for (uint32_t i = 0; face != NULL && i < face->parameters; i++)
		if (strcmp(face->parameter[i].name.text, name) == 0)
			return (int32_t)i;
	return -1;
}

static void refuse_argument(struct build *build, const struct group *group, const struct value *value,
			    bool counted)
{
	const struct component *face = group->composite == NULL ? NULL : group->composite->face;
	const char *all = counted ? "$number" : "";
	struct complaint *complaint =
	    report_error(build->report, RULE_UNKNOWN_ARGUMENT, value->place,
			 "\"%s\" stands for a parameter of the composite, and there is none", value->text);

	for (uint32_t i = 0; face != NULL && i < face->parameters; i++)
		all = arena_format(build->arena, "%s%s$%s", all, all[0] == '\0' ? "" : ", ",
				   face->parameter[i].name.text);
	if (all[0] != '\0')
		complaint_allowed(complaint, "%s", all);
	if (!counted && strcmp(value->text, "$number") == 0)
		complaint_help(complaint, "only instances with a \"count\" have a number");
	complaint_help(complaint, "in quotation marks it is text: \"%s\"", value->text);
}

/* What "$label" stands for; other values are what they are. NULL after a refusal. */
static const struct value *argument(struct build *build, const struct group *group, const struct value *value,
				    int64_t number)
{
	struct value *copy;
	int32_t found;

	if (value == NULL || value->quoted || value->text == NULL || value->text[0] != '$')
		return value;
	found = find_parameter(group, value->text + 1);
	if (found >= 0)
		return group->argument[found];
	if (number < 0 || strcmp(value->text, "$number") != 0) {
		refuse_argument(build, group, value, number >= 0);
		return NULL;
	}
	copy = ARENA_NEW(build->arena, struct value);
	*copy = *value;
	copy->text = arena_format(build->arena, "%lld", (long long)number);
	return copy;
}

static bool is_argument(const struct value *value)
{
	return value != NULL && value->text != NULL && value->text[0] == '$' && !value->quoted;
}

/* Values of a mapping in which every "$label" is replaced. */
static const struct value *substitute_map(struct build *build, const struct group *group,
					  const struct value *map, int64_t number)
{
	struct value *copy = ARENA_NEW(build->arena, struct value);
	struct entry *pair = ARENA_ARRAY(build->arena, struct entry, map->entries);

	*copy = *map;
	memcpy(pair, map->entry, map->entries * sizeof(*pair));
	for (uint32_t i = 0; i < map->entries; i++)
		pair[i].value = argument(build, group, pair[i].value, number);
	copy->entry = pair;
	return copy;
}

const struct value *arguments_substitute_with(struct build *build, const struct group *group,
					      const struct value *with)
{
	for (uint32_t i = 0; i < with->entries; i++)
		if (is_argument(with->entry[i].value))
			return substitute_map(build, group, with, -1);
	return with;
}

/* The number that "$label" stands for. NULL after a refusal. */
static const struct value *substitute_number(struct build *build, const struct group *group,
					     const struct value *value, int64_t number)
{
	const struct value *stands = argument(build, group, value, number);
	struct value *copy;

	if (stands == NULL)
		return NULL;
	copy = ARENA_NEW(build->arena, struct value);
	*copy = *value;
	copy->text = stands->text;
	if (!stands->quoted && scalar_unsigned(stands->text, &copy->number) == SCALAR_OK &&
	    copy->number <= value->shape->max)
		return copy;
	complaint_note(report_error(build->report, RULE_BAD_NUMBER, value->place,
				    "\"%s\" must be %s, and stands for \"%s\"", value->text,
				    value->shape->says, stands->text),
		       stands->place, "this is its value");
	return NULL;
}

const struct value *arguments_substitute(struct build *build, const struct group *group,
					 const struct value *entry, int64_t number)
{
	const struct value *with = value_get(entry, "with");
	bool has_any = false;
	struct value *copy;
	struct entry *key;

	for (uint32_t i = 0; with != NULL && i < with->entries; i++)
		has_any = has_any || is_argument(with->entry[i].value);
	for (uint32_t i = 0; i < entry->entries; i++)
		has_any =
		    has_any || (is_argument(entry->entry[i].value) && entry->entry[i].value->shape->argument);
	if (!has_any)
		return entry;
	copy = ARENA_NEW(build->arena, struct value);
	key = ARENA_ARRAY(build->arena, struct entry, entry->entries);
	*copy = *entry;
	memcpy(key, entry->entry, entry->entries * sizeof(*key));
	for (uint32_t i = 0; i < entry->entries; i++) {
		if (with != NULL && key[i].value == with)
			key[i].value = substitute_map(build, group, with, number);
		else if (is_argument(key[i].value) && key[i].value->shape->argument)
			key[i].value = substitute_number(build, group, key[i].value, number);
	}
	copy->entry = key;
	return copy;
}
