/* SPDX-License-Identifier: MIT
 * Overlays: files that change a system for some boards, or as a variant. They
 * are laid on what was read, before anything is resolved, and each value keeps
 * its own place, so that a message or `tenon flatten` says whose it is.
 */
#include "wire.h"

#include <string.h>

struct overlay {
	struct overlay *next;
	const struct value *value;
};

/* What is removed, until something of that name was met. */
struct removal {
	struct place place;
	bool met;
};

struct overlays {
	struct overlay *first, *last;
	const struct value *components; /* all of them merged, or NULL */
	bool *met;                      /* one for each of `components` */
	struct names index;             /* name -> its entry in `components` */
	struct names removed;           /* path -> struct removal */
};

/* ---- Which are laid ---- */

static bool names_board(const struct build *build, const struct value *boards)
{
	for (uint32_t i = 0; i < boards->entries; i++)
		if (build->model->board != NULL &&
		    strcmp(boards->entry[i].value->text, build->model->board->name.text) == 0)
			return true;
	return false;
}

static bool is_chosen(const struct build *build, const char *name)
{
	for (uint32_t i = 0; i < build->request->variants; i++)
		if (strcmp(build->request->variant[i], name) == 0)
			return true;
	return false;
}

static void note_removed(struct build *build, struct overlays *overlays, const struct value *remove)
{
	const struct value *list = remove == NULL ? NULL : value_get(remove, "components");

	for (uint32_t i = 0; list != NULL && i < list->entries; i++) {
		struct removal *removal = ARENA_NEW(build->arena, struct removal);

		removal->place = list->entry[i].value->place;
		(void)names_put(&overlays->removed, build->arena, list->entry[i].value->text,
				removal); /* twice is once */
	}
}

static void lay(struct build *build, struct overlays *overlays, const struct value *value)
{
	struct overlay *overlay = ARENA_NEW(build->arena, struct overlay);

	overlay->value = value;
	if (overlays->last == NULL)
		overlays->first = overlay;
	else
		overlays->last->next = overlay;
	overlays->last = overlay;
	overlays->components =
	    value_merge(build->arena, overlays->components, value_get(value, "components"));
	note_removed(build, overlays, value_get(value, "remove"));
}

static void check_boards(struct build *build, const struct value *boards)
{
	const struct value *all = value_get(build->system_value, "boards");

	for (uint32_t i = 0; i < boards->entries; i++) {
		const struct value *board = boards->entry[i].value;
		struct nearest nearest = nearest_start(board->text);
		bool known = false;

		for (uint32_t k = 0; k < all->entries; k++) {
			known = known || strcmp(all->entry[k].value->text, board->text) == 0;
			nearest_try(&nearest, all->entry[k].value->text);
		}
		if (!known)
			complaint_nearest(
			    complaint_note(report_error(build->report, RULE_OVERLAY_BOARD, board->place,
							"the system \"%s\" is not made for the board \"%s\"",
							build->model->system.text, board->text),
					   value_key_place(build->system_value, "boards"),
					   "its boards are here"),
			    &nearest);
	}
}

static void read_overlay(struct build *build, const struct value *name)
{
	const char *path = path_join(build->arena, build->base.system,
				     arena_format(build->arena, "overlays/%s.yaml", name->text));
	const struct source *source;
	const struct value *value, *boards, *given;

	if (!path_exists(path)) {
		complaint_help(report_error(build->report, RULE_UNKNOWN_OVERLAY, name->place,
					    "there is no overlay \"%s\"", name->text),
			       "it would be described in %s", path);
		return;
	}
	value = build_read(build, path, &shape_overlay, build->report, &source);
	if (value == NULL)
		return;
	given = value_get(value, "overlay");
	if (strcmp(given->text, name->text) != 0)
		complaint_help(
		    report_error(build->report, RULE_WRONG_NAME, given->place,
				 "this is the overlay \"%s\", but it stands where \"%s\" is looked for",
				 given->text, name->text),
		    "write \"overlay: %s\", or move it", name->text);
	boards = value_get(value, "boards");
	if (boards != NULL)
		check_boards(build, boards);
	if (boards != NULL ? names_board(build, boards) : is_chosen(build, name->text))
		lay(build, build->overlays, value);
}

/* A word of --variant is one of the system's overlays. */
static void check_variants(struct build *build, const struct value *names)
{
	for (uint32_t i = 0; i < build->request->variants; i++) {
		struct nearest nearest = nearest_start(build->request->variant[i]);
		bool known = false;

		for (uint32_t k = 0; names != NULL && k < names->entries; k++) {
			known = known || strcmp(names->entry[k].value->text, build->request->variant[i]) == 0;
			nearest_try(&nearest, names->entry[k].value->text);
		}
		if (!known)
			complaint_nearest(
			    report_error(build->report, RULE_UNKNOWN_VARIANT,
					 value_key_place(build->system_value, "overlays"),
					 "the system \"%s\" has no overlay \"%s\", which --variant names",
					 build->model->system.text, build->request->variant[i]),
			    &nearest);
	}
}

void overlays_read(struct build *build)
{
	const struct value *names = value_get(build->system_value, "overlays");
	const struct value *components;

	build->overlays = ARENA_NEW(build->arena, struct overlays);
	check_variants(build, names);
	for (uint32_t i = 0; names != NULL && i < names->entries; i++)
		read_overlay(build, names->entry[i].value);
	components = build->overlays->components;
	if (components == NULL)
		return;
	build->overlays->met = ARENA_ARRAY(build->arena, bool, components->entries);
	for (uint32_t i = 0; i < components->entries; i++)
		(void)names_put(&build->overlays->index, build->arena, components->entry[i].name.text,
				(void *)(uintptr_t)&components->entry[i]); /* unique since merged */
}

/* ---- Instances ---- */

/*
 * `component`, `driver` and a component in place exclude each other: an overlay's takes the place of what there was, and
 * with it go the parameters, which were those of another component.
 */
static const struct value *without_component(struct build *build, const struct value *entry,
					     const struct value *over)
{
	bool component = value_get(over, "component") != NULL, driver = value_get(over, "driver") != NULL;
	bool in_place = value_get(over, "sources") != NULL;
	struct value *copy = ARENA_NEW(build->arena, struct value);
	struct entry *key = ARENA_ARRAY(build->arena, struct entry, entry->entries);

	*copy = *entry;
	memcpy(key, entry->entry, entry->entries * sizeof(*key));
	for (uint32_t i = 0; i < entry->entries; i++)
		if (((driver || in_place) && strcmp(key[i].name.text, "component") == 0) ||
		    ((component || in_place) && strcmp(key[i].name.text, "driver") == 0) ||
		    ((component || driver || in_place) && strcmp(key[i].name.text, "with") == 0))
			key[i].value = NULL;
	copy->entry = key;
	return copy;
}

const struct value *overlay_entry(struct build *build, const char *path, const struct value *entry,
				  bool *changed)
{
	struct overlays *overlays = build->overlays;
	const struct entry *over = names_get(&overlays->index, path);

	if (over == NULL)
		return entry;
	overlays->met[over - overlays->components->entry] = true;
	if (over->value == entry)
		return entry; /* the overlay adds it */
	*changed = true;
	return value_merge(build->arena, without_component(build, entry, over->value), over->value);
}

bool overlay_removes(struct build *build, const char *path)
{
	struct removal *removal = names_get(&build->overlays->removed, path);

	if (removal != NULL)
		removal->met = true;
	return removal != NULL;
}

const struct entry *overlay_added(struct build *build)
{
	const struct overlays *overlays = build->overlays;

	for (uint32_t i = 0; overlays->components != NULL && i < overlays->components->entries; i++)
		if (!overlays->met[i] && strchr(overlays->components->entry[i].name.text, '.') == NULL)
			return &overlays->components->entry[i];
	return NULL;
}

void overlays_check(struct build *build)
{
	const struct overlays *overlays = build->overlays;

	for (uint32_t i = 0; i < overlays->removed.capacity; i++) {
		const struct removal *removal = overlays->removed.entry[i].value;

		if (overlays->removed.entry[i].name != NULL && !removal->met)
			report_error(build->report, RULE_UNKNOWN_INSTANCE, removal->place,
				     "there is no instance \"%s\" to remove",
				     overlays->removed.entry[i].name);
	}
	for (uint32_t i = 0; overlays->components != NULL && i < overlays->components->entries; i++)
		if (!overlays->met[i])
			report_error(build->report, RULE_UNKNOWN_INSTANCE,
				     overlays->components->entry[i].name.place,
				     "there is no instance \"%s\" to change",
				     overlays->components->entry[i].name.text);
}

/* ---- Wires, supervision, schedules, assertions ---- */

/* "a.p" of "a.p -> b.q" */
static const char *wire_from(struct build *build, const char *wire)
{
	return arena_text(build->arena, wire, strcspn(wire, " -"));
}

/* Without the wires from that port; false where there was none. */
static bool drop_wires(struct build *build, struct value *wires, struct entry *entry, const char *from)
{
	uint32_t kept = 0, count = wires->entries;

	for (uint32_t i = 0; i < count; i++)
		if (strcmp(wire_from(build, wire_text(entry[i].value)->text), from) != 0)
			entry[kept++] = entry[i];
	wires->entries = kept;
	return kept != count;
}

static const struct value *change_wires(struct build *build, const struct value *wires,
					const struct value *added, const struct value *removed)
{
	uint32_t room = (wires == NULL ? 0 : wires->entries) + (added == NULL ? 0 : added->entries);
	struct value *changed = ARENA_NEW(build->arena, struct value);
	struct entry *entry = ARENA_ARRAY(build->arena, struct entry, (size_t)room + 1);

	if (wires != NULL && wires->entries != 0)
		memcpy(entry, wires->entry, wires->entries * sizeof(*entry));
	if (wires != NULL || added != NULL)
		*changed = wires != NULL ? *wires : *added;
	changed->entries = wires == NULL ? 0 : wires->entries;
	changed->entry = entry;
	for (uint32_t i = 0; removed != NULL && i < removed->entries; i++)
		if (!drop_wires(build, changed, entry, removed->entry[i].value->text))
			report_error(build->report, RULE_UNKNOWN_WIRE, removed->entry[i].value->place,
				     "there is no wire from \"%s\" to remove", removed->entry[i].value->text);
	for (uint32_t i = 0; added != NULL && i < added->entries; i++)
		(void)drop_wires(
		    build, changed, entry,
		    wire_from(build, wire_text(added->entry[i].value)->text)); /* it may be new */
	for (uint32_t i = 0; added != NULL && i < added->entries; i++)
		entry[changed->entries++] = added->entry[i];
	return changed;
}

const struct value *overlay_wires(struct build *build, const struct value *wires)
{
	for (const struct overlay *overlay = build->overlays->first; overlay != NULL;
	     overlay = overlay->next) {
		const struct value *remove = value_get(overlay->value, "remove");

		wires = change_wires(build, wires, value_get(overlay->value, "connect"),
				     remove == NULL ? NULL : value_get(remove, "connect"));
	}
	return wires;
}

static const struct value *drop_entry(struct build *build, const char *section, const struct value *entries,
				      const struct value *name)
{
	struct value *changed = ARENA_NEW(build->arena, struct value);
	uint32_t count = entries == NULL ? 0 : entries->entries;
	struct entry *entry = ARENA_ARRAY(build->arena, struct entry, count);

	if (entries != NULL)
		*changed = *entries;
	changed->entry = entry;
	changed->entries = 0;
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(entries->entry[i].name.text, name->text) != 0)
			entry[changed->entries++] = entries->entry[i];
	if (changed->entries == count)
		report_error(build->report, RULE_UNKNOWN_INSTANCE, name->place,
			     "there is no entry for \"%s\" in \"%s\" to remove", name->text, section);
	return changed;
}

const struct value *overlay_entries(struct build *build, const char *section, const struct value *entries)
{
	for (const struct overlay *overlay = build->overlays->first; overlay != NULL;
	     overlay = overlay->next) {
		const struct value *remove = value_get(overlay->value, "remove"),
				   *names = remove == NULL ? NULL : value_get(remove, section);

		entries = value_merge(build->arena, entries, value_get(overlay->value, section));
		for (uint32_t i = 0; names != NULL && i < names->entries; i++)
			entries = drop_entry(build, section, entries, names->entry[i].value);
	}
	return entries;
}

const struct value *overlay_assertions(struct build *build, const struct value *asserted)
{
	for (const struct overlay *overlay = build->overlays->first; overlay != NULL; overlay = overlay->next)
		asserted = value_append(build->arena, asserted, value_get(overlay->value, "assert"));
	return asserted;
}
