/* SPDX-License-Identifier: MIT
 * From what is written to the instances there are: composites are opened,
 * counted instances multiplied, overlays laid on each entry. A group is the
 * system or one use of a composite; its members see each other and the ports
 * of the group around them, nobody sees through a composite.
 *
 * Owner: groups and members hang in the arena of the build. An instance of the
 * system is named by its path, "front.store".
 */
#include "build.h"

#include <string.h>

static void expand_group(struct build *build, struct group *group, const struct value *components);

static const char *path_of(struct build *build, const struct group *group, const char *name)
{
	return group->self == NULL ? name : arena_format(build->arena, "%s.%s", group->self->path, name);
}

/* ---- A composite in use ---- */

/* Refuses what only an instance of a component is given. */
static void check_keys(struct build *build, const struct member *member)
{
	static const char *const taken[] = {"component", "with", "count", "doc"};

	for (uint32_t i = 0; i < member->entry->entries; i++) {
		const struct entry *entry = &member->entry->entry[i];
		bool known = entry->value == NULL;

		for (size_t k = 0; k < sizeof(taken) / sizeof(taken[0]); k++)
			known = known || strcmp(entry->name.text, taken[k]) == 0;
		if (known)
			continue;
		complaint_help(complaint_allowed(
				   report_error(build->report, RULE_COMPOSITE_KEY, entry->name.place,
						"\"%s\" is an instance of a composite, which takes no \"%s\"",
						member->path, entry->name.text),
				   "component, with, count, doc"),
			       "an overlay can change an instance inside it: \"%s.NAME: {%s: …}\"",
			       member->path, entry->name.text);
	}
}

static bool is_recursive(struct build *build, const struct member *member, const struct composite *composite)
{
	for (const struct group *group = member->scope; group != NULL; group = group->outer) {
		if (group->composite != composite)
			continue;
		complaint_note(report_error(build->report, RULE_RECURSIVE_COMPOSITE, member->name.place,
					    "the composite \"%s\" contains itself",
					    composite->face->name.text),
			       composite->face->name.place, "it is described here");
		return true;
	}
	return false;
}

/* The values as they were written, for they are decoded where they are used; a default is one, too. */
static const struct value **list_arguments(struct build *build, const struct composite *composite,
					   const struct value *entry)
{
	const struct component *face = composite->face;
	const struct value *with = value_get(entry, "with"),
			   *parameters = value_get(composite->value, "parameters");
	const struct value **list = ARENA_ARRAY(build->arena, const struct value *, face->parameters);

	for (uint32_t i = 0; i < face->parameters; i++) {
		list[i] = value_get(parameters->entry[i].value, "default");
		for (uint32_t k = 0; with != NULL && k < with->entries; k++)
			if (strcmp(with->entry[k].name.text, face->parameter[i].name.text) == 0)
				list[i] = with->entry[k].value;
	}
	return list;
}

static struct group *add_group(struct build *build)
{
	struct group *group = ARENA_NEW(build->arena, struct group);

	if (build->last_group == NULL)
		build->group = group;
	else
		build->last_group->next = group;
	build->last_group = group;
	return group;
}

static void open_composite(struct build *build, struct member *member, struct composite *composite)
{
	struct use *use;
	struct group *group;

	if (composite->face == NULL || is_recursive(build, member, composite)) {
		build->incomplete = true;
		return;
	}
	check_keys(build, member);
	(void)parameters_set(
	    build, composite->face, member->entry,
	    (struct name){member->path, member->name.place}); /* refusals are in the report */
	use = ARENA_NEW(build->arena, struct use);
	*use = (struct use){member->path, composite->face->name.text, member->name.place};
	group = add_group(build);
	group->outer = member->scope;
	group->self = member;
	group->composite = composite;
	group->source = composite->source;
	group->use = use;
	group->value = value_used(build->arena, composite->value, use);
	group->argument = list_arguments(build, composite, member->entry);
	member->group = group;
	expand_group(build, group, value_get(group->value, "components"));
}

/* ---- Members ---- */

/* The same path with underscores: "front.store" and "front_store" would be one name in C. */
static const char *symbol(struct build *build, const char *path)
{
	char *text = arena_text(build->arena, path, strlen(path));

	for (char *at = text; *at != '\0'; at++)
		if (*at == '.')
			*at = '_';
	return text;
}

/* Whole names are names of files. False after a refusal. */
static bool check_path(struct build *build, const struct member *member)
{
	if (strlen(member->path) <= MODEL_PATH_MAX)
		return true;
	complaint_allowed(report_error(build->report, RULE_BAD_IDENTIFIER, member->name.place,
				       "with the composites around it this instance is called \"%s\"",
				       member->path),
			  "%u letters", MODEL_PATH_MAX);
	return false;
}

/* Room for that many more instances? False after a refusal, which stands once: composites in composites multiply. */
static bool check_number(struct build *build, struct place place, const char *path, uint64_t count)
{
	if (build->opened <= MODEL_INSTANCES_MAX && count <= MODEL_INSTANCES_MAX - build->opened)
		return true;
	if (build->opened <= MODEL_INSTANCES_MAX)
		complaint_allowed(report_error(build->report, RULE_TOO_MANY_INSTANCES, place,
					       "with \"%s\" the system has too many instances", path),
				  "%u, those of composites included", MODEL_INSTANCES_MAX);
	build->opened = MODEL_INSTANCES_MAX + 1;
	return false;
}

static void add_member(struct build *build, struct group *group, struct member *member, int64_t number)
{
	const struct value *component = value_get(member->entry, "component");
	struct name name = component == NULL ? (struct name){member->family, member->name.place}
					     : (struct name){component->text, component->place};
	bool other =
	    value_get(member->entry, "driver") != NULL || value_get(member->entry, "sources") != NULL;
	const char *path = other ? NULL : build_find_composite(build, name.text);
	struct member *first;

	if (!check_path(build, member) || !check_number(build, member->name.place, member->path, 1))
		return;
	build->opened++;
	member->scope = group;
	member->entry = arguments_substitute(build, group, member->entry, number);
	first = names_put(&build->symbols, build->arena, symbol(build, member->path), member);
	if (first != NULL && strcmp(first->path, member->path) != 0)
		complaint_note(report_error(build->report, RULE_NAME_CLASH, member->name.place,
					    "the instances \"%s\" and \"%s\" would have one name in C",
					    first->path, member->path),
			       first->name.place, "the other one is here");
	if (group->last == NULL)
		group->first = member;
	else
		group->last->next = member;
	group->last = member;
	member->composite = path != NULL;
	if (path == NULL)
		build->members++;
	else
		open_composite(build, member, build_composite(build, name, path));
}

static struct family *add_family(struct build *build, struct group *group, struct name name, bool counted)
{
	struct family *family = ARENA_NEW(build->arena, struct family);
	const struct family *first;

	*family = (struct family){.counted = counted, .place = name.place};
	first = names_put(&group->names, build->arena, name.text, family);
	if (first == NULL)
		return family;
	complaint_note(report_error(build->report, RULE_NAME_CLASH, name.place,
				    "there are two instances \"%s\"", path_of(build, group, name.text)),
		       first->place, "the other one is here");
	return NULL;
}

static struct member *make_member(struct build *build, struct group *group, struct name name,
				  const char *family, const struct value *entry, bool patched)
{
	struct member *member = ARENA_NEW(build->arena, struct member);

	member->name = name;
	member->path = path_of(build, group, name.text);
	member->family = family;
	member->entry = entry;
	member->patched = patched;
	return member;
}

static void expand_count(struct build *build, struct group *group, struct name name,
			 const struct value *entry, struct family *family)
{
	uint64_t count = value_get(entry, "count")->number;

	if (!check_number(build, name.place, path_of(build, group, name.text), count))
		return;
	family->each = ARENA_ARRAY(build->arena, struct member *, count);
	for (uint64_t i = 0; i < count; i++) {
		struct name one = {arena_format(build->arena, "%s_%llu", name.text, (unsigned long long)i),
				   name.place};
		const char *path = path_of(build, group, one.text);
		struct family *alone = add_family(build, group, one, false);
		struct member *member;
		bool patched = false;

		if (alone == NULL || overlay_removes(build, path))
			continue;
		member = make_member(build, group, one, name.text,
				     overlay_entry(build, path, entry, &patched), false);
		member->patched = patched;
		alone->first = member;
		alone->count = 1;
		family->first = family->first == NULL ? member : family->first;
		family->each[family->count++] = member;
		add_member(build, group, member, (int64_t)i);
	}
}

static void expand_entry(struct build *build, struct group *group, struct name name,
			 const struct value *entry)
{
	const char *path = path_of(build, group, name.text);
	bool patched = false;
	struct family *family;

	entry = overlay_entry(build, path, entry, &patched);
	family = add_family(build, group, name, value_get(entry, "count") != NULL);
	if (family == NULL || overlay_removes(build, path))
		return;
	if (family->counted) {
		expand_count(build, group, name, entry, family);
		return;
	}
	family->first = make_member(build, group, name, name.text, entry, patched);
	family->count = 1;
	add_member(build, group, family->first, -1);
}

static void expand_group(struct build *build, struct group *group, const struct value *components)
{
	for (uint32_t i = 0; components != NULL && i < components->entries; i++)
		expand_entry(build, group, components->entry[i].name, components->entry[i].value);
}

/* ---- All ---- */

/* Depth first: the instances of a composite stand where it stands. */
static void list_drafts(struct build *build, struct group *group)
{
	for (struct member *member = group->first; member != NULL; member = member->next) {
		struct draft *draft;

		if (member->group != NULL)
			list_drafts(build, member->group);
		if (member->composite)
			continue;
		draft = &build->draft[build->instances];
		member->draft = draft;
		draft->member = member;
		draft->entry = member->entry;
		draft->instance = &build->instance[build->instances];
		draft->instance->index = build->instances++;
		draft->instance->name = (struct name){member->path, member->name.place};
		draft->instance->place = member->name.place;
		draft->instance->described = member->entry;
	}
}

void groups_expand(struct build *build)
{
	struct group *group = add_group(build);
	const struct entry *added;

	group->source = build->model->source;
	group->value = build->system_value;
	expand_group(build, group, value_get(build->system_value, "components"));
	while ((added = overlay_added(build)) != NULL)
		expand_entry(build, group, added->name, added->value);
	if (build->opened > MODEL_INSTANCES_MAX)
		return; /* what is not there is not missed */
	overlays_check(build);
	build->instance = ARENA_ARRAY(build->arena, struct instance, build->members);
	build->draft = ARENA_ARRAY(build->arena, struct draft, build->members);
	list_drafts(build, group);
	for (uint32_t i = 0; i < build->instances; i++)
		draft_read(build, &build->draft[i]);
}

const struct component *member_face(const struct member *member)
{
	if (member->group != NULL)
		return member->group->composite->face;
	return member->draft == NULL ? NULL : member->draft->component;
}
