/* SPDX-License-Identifier: MIT
 * The system file: its board, and the component of each instance.
 */
#include "build.h"

#include <string.h>

/* Keys of an instance that describe a component in place. */
static const char *const in_place_key[] = {"sources", "provides", "uses",       "include",  "libraries",
					   "libc",    "build",    "parameters", "timeouts", "heartbeat",
					   "needs",   "role",     "passes",     "reads"};
#define IN_PLACE_KEYS (sizeof(in_place_key) / sizeof(in_place_key[0]))

/* The first key that describes a component in place, or NULL. */
static const char *find_in_place(const struct value *entry)
{
	const struct value *device = value_get(entry, "device");

	for (size_t i = 0; i < IN_PLACE_KEYS; i++)
		if (value_get(entry, in_place_key[i]) != NULL)
			return in_place_key[i];
	return device != NULL && device->shape->kind == SHAPE_OBJECT ? "device" : NULL;
}

static void refuse_two(struct build *build, struct place place, const char *instance, const char *what,
		       struct place other)
{
	complaint_note(report_error(build->report, RULE_TWO_COMPONENTS, place,
				    "the instance \"%s\" describes a component here and %s", instance, what),
		       other, "here");
}

/* Instances of the same entry of a composite share one component. */
static struct component *component_in_place(struct build *build, const struct draft *draft, struct name name)
{
	const struct group *group = draft->member->scope;
	struct composite *composite = group->composite;
	struct component *component;

	if (composite == NULL || draft->member->patched)
		return component_read(build, draft->entry, name, group->source);
	component = names_get(&composite->in_place, name.text);
	if (component != NULL)
		return component;
	component = component_read(build, draft->entry, name, group->source);
	if (component != NULL)
		(void)names_put(&composite->in_place, build->arena, name.text, component); /* was absent */
	return component;
}

/*
 * The component of that name that lies in the folder of the file that describes one in place, or NULL. One elsewhere is
 * not meant: who describes an instance need not know the names of all components of the tree.
 */
static const char *find_beside(struct build *build, const struct group *group, const char *name)
{
	struct arena *arena = build->arena;
	const char *base = build->base.system, *path;

	if (group->composite != NULL) /* BASE/components/NAME/composite.yaml */
		base = path_folder(arena,
				   path_folder(arena, path_folder(arena, group->composite->source->path)));
	path = path_join(arena, base, arena_format(arena, "components/%s/component.yaml", name));
	return path_exists(path) ? path : NULL;
}

static void read_in_place(struct build *build, struct draft *draft, const char *key)
{
	const struct value *entry = draft->entry;
	struct name name = {draft->member->family, draft->instance->name.place};
	struct place place = value_key_place(entry, key);
	const char *path = find_beside(build, draft->member->scope, name.text);

	if (value_get(entry, "component") != NULL)
		refuse_two(build, place, name.text, "names one too", value_key_place(entry, "component"));
	else if (value_get(entry, "driver") != NULL)
		refuse_two(build, place, name.text, "asks for a driver too",
			   value_key_place(entry, "driver"));
	else if (path != NULL)
		complaint_help(
		    report_error(build->report, RULE_TWO_COMPONENTS, place,
				 "the instance \"%s\" describes a component here, and %s describes another",
				 name.text, path),
		    "give the instance another name");
	else if (value_get(entry, "sources") == NULL)
		complaint_help(report_error(build->report, RULE_MISSING_KEY, place,
					    "the instance \"%s\" describes a component without \"sources\"",
					    name.text),
			       "write \"sources: [%s.c]\"", name.text);
	else
		draft->component = component_in_place(build, draft, name);
}

void draft_read(struct build *build, struct draft *draft)
{
	const struct value *component = value_get(draft->entry, "component"),
			   *driver = value_get(draft->entry, "driver");
	const char *key = find_in_place(draft->entry);

	if (key != NULL) {
		read_in_place(build, draft, key);
	} else if (component != NULL && driver != NULL) {
		complaint_note(report_error(build->report, RULE_COMPONENT_OR_DRIVER,
					    value_key_place(draft->entry, "driver"),
					    "the instance \"%s\" names a component and a driver's interface",
					    draft->instance->name.text),
			       value_key_place(draft->entry, "component"), "the component is named here");
	} else if (driver != NULL) {
		draft->driver = build_interface(build, (struct name){driver->text, driver->place});
	} else {
		draft->component = build_component(
		    build, component == NULL
			       ? (struct name){draft->member->family, draft->instance->name.place}
			       : (struct name){component->text, component->place});
	}
}

/* "greter:" is refused as a component that is missing; that "greeter" is no instance is the same mistake. */
static bool is_misspelt_instance(const struct group *group, const char *name)
{
	const struct family *family = name == NULL ? NULL : names_get(&group->names, name);
	const struct draft *draft = family == NULL || family->first == NULL ? NULL : family->first->draft;

	return draft != NULL && draft->component == NULL && draft->driver == NULL &&
	       value_get(draft->entry, "component") == NULL && value_get(draft->entry, "driver") == NULL &&
	       find_in_place(draft->entry) == NULL;
}

static void refuse_unknown(struct build *build, const struct group *group, struct name name)
{
	struct nearest nearest = nearest_start(name.text);

	for (uint32_t i = 0; i < group->names.capacity; i++)
		if (group->names.entry[i].name != NULL)
			nearest_try(&nearest, group->names.entry[i].name);
	if (!is_misspelt_instance(group, nearest.best))
		complaint_nearest(report_error(build->report, RULE_UNKNOWN_INSTANCE, name.place,
					       group->composite == NULL
						   ? "there is no instance \"%s\" in this system"
						   : "there is no instance \"%s\" in this composite",
					       name.text),
				  &nearest);
}

const struct family *group_find(struct build *build, struct group *group, struct name name)
{
	const char *dot = strchr(name.text, '.');
	const struct family *family;
	struct name first = name;

	if (dot != NULL)
		first.text = arena_text(build->arena, name.text, (size_t)(dot - name.text));
	family = names_get(&group->names, first.text);
	if (family == NULL) {
		refuse_unknown(build, group, first);
		return NULL;
	}
	if (dot == NULL || family->first == NULL)
		return family;
	if (family->count == 1 && family->first->group != NULL)
		return group_find(build, family->first->group, (struct name){dot + 1, name.place});
	report_error(build->report, RULE_UNKNOWN_INSTANCE, name.place,
		     "\"%s\" is no instance of a composite: there is nothing inside it", first.text);
	return NULL;
}

/* ---- Boards ---- */

static void refuse_unlisted(struct build *build, const struct value *boards, const char *board)
{
	const char *all = "";

	for (uint32_t i = 0; i < boards->entries; i++)
		all = arena_format(build->arena, "%s%s%s", all, i == 0 ? "" : ", ",
				   boards->entry[i].value->text);
	complaint_help(complaint_allowed(report_error(build->report, RULE_BOARD_NOT_LISTED,
						      value_key_place(build->system_value, "boards"),
						      "the system \"%s\" is not made for the board \"%s\"",
						      build->model->system.text, board),
					 "%s", all),
		       "add \"%s\" to \"boards\", or choose one of them with --board", board);
}

static void read_chosen(struct build *build, struct name name)
{
	uint32_t before = report_errors(build->report);

	build->model->board = board_read(build, name);
	if (report_errors(build->report) != before)
		build->board = NULL; /* half of a board would be blamed for what it lacks */
}

static void read_board(struct build *build)
{
	const struct value *boards = value_get(build->system_value, "boards");
	const char *wanted = build->request->board;
	bool listed = false;

	for (uint32_t i = 0; i < boards->entries; i++) {
		const struct value *name = boards->entry[i].value;
		bool chosen = wanted == NULL ? i == 0 : strcmp(wanted, name->text) == 0;

		if (chosen && !listed)
			read_chosen(build, (struct name){name->text, name->place});
		else if (build_find(build, "platforms", name->text, "/board.yaml") == NULL)
			(void)board_read(
			    build, (struct name){name->text, name->place}); /* reports that it is unknown */
		listed = listed || chosen;
	}
	if (!listed)
		refuse_unlisted(build, boards, wanted);
}

void system_read(struct build *build)
{
	const struct source *source;
	const struct value *value =
	    build_read(build, build->request->system, &shape_system, build->report, &source);
	const struct value *name;

	if (value == NULL)
		return;
	name = value_get(value, "system");
	build->system_value = value;
	build->model->source = source;
	build->model->system = (struct name){name->text, name->place};
	build->model->doc = value_text(value, "doc", "");
	read_board(build);
	overlays_read(build);
	groups_expand(build);
}
