/* SPDX-License-Identifier: MIT
 * Finding and reading descriptions: beside the system file first, then in the
 * tree. A name is read once; a refused one is remembered as refused.
 */
#include "build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char refused; /* its address stands for a name whose description was refused */

static void note_input(struct build *build, const char *path)
{
	struct input *input = ARENA_NEW(build->arena, struct input);

	input->path = path;
	if (build->last_input == NULL)
		build->input = input;
	else
		build->last_input->next = input;
	build->last_input = input;
	build->inputs++;
}

const struct source *build_source(struct build *build, const char *path, struct report *report)
{
	const struct source *source = source_read(build->arena, &build->base, path);

	if (source == NULL)
		report_error(report, RULE_MISSING_FILE, (struct place){0}, "cannot read \"%s\": %s", path,
			     strerror(errno));
	else
		note_input(build, source->path);
	return source;
}

const struct value *build_read(struct build *build, const char *path, const struct shape *shape,
			       struct report *report, const struct source **source)
{
	*source = build_source(build, path, report);
	return *source == NULL ? NULL : read_description(build->arena, *source, shape, report);
}

const char *build_find(struct build *build, const char *folder, const char *name, const char *suffix)
{
	const char *beside = build->request == NULL ? NULL : build->request->beside;
	const char *base[] = {build->base.system, beside, build->base.root};

	for (size_t i = 0; i < 3; i++) {
		const char *path;

		if (base[i] == NULL)
			continue;
		path = path_join(build->arena, base[i],
				 arena_format(build->arena, "%s/%s%s", folder, name, suffix));
		if (path_exists(path))
			return path;
	}
	return NULL;
}

const char *build_find_composite(struct build *build, const char *name)
{
	const char *base[] = {build->base.system, build->base.root};

	for (size_t i = 0; i < 2; i++) {
		const char *folder =
		    path_join(build->arena, base[i], arena_format(build->arena, "components/%s", name));
		const char *path = path_join(build->arena, folder, "composite.yaml");

		if (path_exists(path_join(build->arena, folder, "component.yaml")))
			return NULL;
		if (path_exists(path))
			return path;
	}
	return NULL;
}

struct listing {
	const char **name;
	uint32_t count, capacity;
};

static void listing_add(struct build *build, struct listing *listing, const char *name)
{
	if (listing->count + 1 >= listing->capacity) {
		const char **bigger =
		    ARENA_ARRAY(build->arena, const char *, (size_t)listing->capacity * 2 + 16);

		if (listing->count != 0)
			memcpy(bigger, listing->name, listing->count * sizeof(*bigger));
		listing->name = bigger;
		listing->capacity = listing->capacity * 2 + 16;
	}
	listing->name[listing->count++] = name;
}

/* "x.yaml" or the folder "x", cut to "x"; suffix "/component.yaml" wants that file in it. */
static void list_folder(struct build *build, const char *path, const char *suffix, struct listing *listing)
{
	const char **entry = disk_list(build->arena, path);
	size_t cut = suffix[0] == '/' ? 0 : strlen(suffix);

	for (; *entry != NULL; entry++) {
		size_t length = strlen(*entry);
		const char *name;

		if (length <= cut || strcmp(*entry + length - cut, suffix + (cut ? 0 : strlen(suffix))) != 0)
			continue;
		name = arena_text(build->arena, *entry, length - cut);
		if (path_exists(arena_format(build->arena, "%s/%s%s", path, name, suffix)))
			listing_add(build, listing, name);
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **build_list(struct build *build, const char *folder, const char *suffix)
{
	struct listing listing = {0};
	uint32_t kept = 0;

	list_folder(build, path_join(build->arena, build->base.system, folder), suffix, &listing);
	list_folder(build, path_join(build->arena, build->base.root, folder), suffix, &listing);
	if (listing.count == 0)
		return ARENA_ARRAY(build->arena, const char *, 1);
	qsort(listing.name, listing.count, sizeof(*listing.name), by_name);
	for (uint32_t i = 0; i < listing.count; i++)
		if (kept == 0 || strcmp(listing.name[kept - 1], listing.name[i]) != 0)
			listing.name[kept++] = listing.name[i];
	listing.name[kept] = NULL;
	return listing.name;
}

void build_nearest(struct build *build, const char *folder, const char *suffix, struct nearest *nearest)
{
	for (const char **name = build_list(build, folder, suffix); *name != NULL; name++)
		nearest_try(nearest, *name);
}

/* The interfaces that a component provides, of whose description nothing is refused. */
static const char *list_provided(struct build *build, const char *component)
{
	struct report *ignored = report_create();
	const struct source *source;
	const struct value *value =
	    build_read(build, build_find(build, "components", component, "/component.yaml"), &shape_component,
		       ignored, &source);
	const struct value *provides = value == NULL ? NULL : value_get(value, "provides");
	const char *text = "";

	for (uint32_t i = 0; provides != NULL && i < provides->entries; i++)
		text = arena_format(build->arena, "%s%s\"%s\"", text, i == 0 ? "" : " and ",
				    provides->entry[i].value->text);
	report_destroy(ignored);
	return text;
}

/* A component's name where an interface is wanted, or the other way round. True where that is what it is. */
static bool help_with_other(struct build *build, struct complaint *complaint, struct name name,
			    enum rule rule)
{
	const char *provided;

	if (rule == RULE_UNKNOWN_COMPONENT) {
		if (build_find(build, "interfaces", name.text, ".yaml") == NULL)
			return false;
		complaint_help(complaint,
			       "\"%s\" is an interface: \"driver: %s\" takes the driver of a device "
			       "that provides it",
			       name.text, name.text);
		return true;
	}
	if (build_find(build, "components", name.text, "/component.yaml") == NULL)
		return false;
	provided = list_provided(build, name.text);
	complaint_help(complaint, "\"%s\" is a component, which provides %s", name.text,
		       provided[0] == '\0' ? "nothing" : provided);
	return true;
}

static void refuse_unknown(struct build *build, struct name name, enum rule rule, const char *kind,
			   const char *folder, const char *suffix)
{
	struct nearest nearest = nearest_start(name.text);
	struct complaint *complaint =
	    report_error(build->report, rule, name.place, "there is no %s \"%s\"", kind, name.text);

	build_nearest(build, folder, suffix, &nearest);
	if (rule == RULE_UNKNOWN_COMPONENT)
		build_nearest(build, folder, "/composite.yaml", &nearest);
	if (help_with_other(build, complaint, name, rule))
		return;
	if (nearest.best != NULL)
		complaint_nearest(complaint, &nearest);
	else
		complaint_help(complaint, "it would be described in %s/%s%s", folder, name.text, suffix);
}

static void check_file_name(struct build *build, const struct value *value, const char *key, const char *name)
{
	const struct value *given = value_get(value, key);

	if (given != NULL && strcmp(given->text, name) != 0)
		complaint_help(report_error(build->report, RULE_WRONG_NAME, given->place,
					    "this is the %s \"%s\", but it stands where \"%s\" is looked for",
					    key, given->text, name),
			       "write \"%s: %s\", or move it", key, name);
}

/* Two interfaces that take types from each other. */
static bool is_being_read(struct build *build, struct name name)
{
	const struct reading_file *at = build->reading;
	const char *path = name.text;

	for (; at != NULL && strcmp(at->name, name.text) != 0; at = at->outer)
		path = arena_format(build->arena, "%s -> %s", at->name, path);
	if (at == NULL)
		return false;
	report_error(build->report, RULE_RECURSIVE_TYPE, name.place,
		     "the types of the interface \"%s\" come from itself: %s -> %s", name.text, name.text,
		     path);
	return true;
}

const struct interface *build_interface(struct build *build, struct name name)
{
	const struct reading_file here = {build->reading, name.text};
	void *known = names_get(&build->interface_names, name.text);
	const struct interface *interface = NULL;
	const struct source *source;
	const struct value *value;
	const char *path;

	if (known != NULL)
		return known == &refused ? NULL : known;
	if (is_being_read(build, name))
		return NULL;
	path = build_find(build, "interfaces", name.text, ".yaml");
	if (path == NULL) {
		refuse_unknown(build, name, RULE_UNKNOWN_INTERFACE, "interface", "interfaces", ".yaml");
	} else {
		value = build_read(build, path, &shape_interface, build->report, &source);
		if (value != NULL) {
			check_file_name(build, value, "interface", name.text);
			build->reading = &here;
			interface = interface_read(build, value, source);
			build->reading = here.outer;
		}
	}
	(void)names_put(&build->interface_names, build->arena,
			arena_text(build->arena, name.text, strlen(name.text)),
			interface == NULL ? (void *)&refused : (void *)(uintptr_t)interface); /* was absent */
	return interface;
}

struct component *build_component(struct build *build, struct name name)
{
	void *known = names_get(&build->component_names, name.text);
	struct component *component = NULL;
	const struct source *source;
	const struct value *value;
	const char *path;

	if (known != NULL)
		return known == &refused ? NULL : known;
	path = build_find(build, "components", name.text, "/component.yaml");
	if (path == NULL) {
		refuse_unknown(build, name, RULE_UNKNOWN_COMPONENT, "component", "components",
			       "/component.yaml");
	} else {
		value = build_read(build, path, &shape_component, build->report, &source);
		if (value != NULL) {
			check_file_name(build, value, "component", name.text);
			component = component_read(
			    build, value, (struct name){name.text, value_get(value, "component")->place},
			    source);
		}
	}
	(void)names_put(&build->component_names, build->arena,
			arena_text(build->arena, name.text, strlen(name.text)),
			component == NULL ? (void *)&refused : (void *)component); /* was absent */
	return component;
}

struct composite *build_composite(struct build *build, struct name name, const char *path)
{
	struct composite *composite = names_get(&build->composite_names, name.text);

	if (composite != NULL)
		return composite;
	composite = ARENA_NEW(build->arena, struct composite);
	composite->value = build_read(build, path, &shape_composite, build->report, &composite->source);
	if (composite->value != NULL) {
		check_file_name(build, composite->value, "composite", name.text);
		composite->face =
		    component_face(build, composite->value,
				   (struct name){name.text, value_get(composite->value, "composite")->place},
				   composite->source);
	}
	(void)names_put(&build->composite_names, build->arena, name.text, composite); /* was absent */
	return composite;
}
