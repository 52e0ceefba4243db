/* SPDX-License-Identifier: MIT
 * Two versions of an interface compared. What travels from client to server
 * may come to allow more, what travels back less: the receiver of the one is
 * new, that of the other may be old. Names count, for two fields of one type
 * that changed places look the same on the wire.
 */
#include "view.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "../read/arena.h"
#include "../read/value.h"

void difference_add(const struct view *view, bool breaking, const char *format, ...)
{
	struct change *change = ARENA_NEW(view->arena, struct change);
	struct difference *difference = view->difference;
	char text[1024];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	change->breaking = breaking;
	change->text =
	    arena_format(view->arena, "%s%s%s", view->path, view->path[0] == '\0' ? "" : " ", text);
	change->before = view->before;
	change->after = view->after;
	if (difference->first == NULL)
		difference->first = change;
	else
		difference->last->next = change;
	difference->last = change;
	*(breaking ? &difference->breaking : &difference->compatible) += 1;
}

/* More values than before, or fewer: harmless in one direction only. */
static bool breaks(const struct view *view, bool more)
{
	return view->to_server != more;
}

struct view difference_inside(const struct view *view, const char *noun, const struct name *before,
			      const struct name *after)
{
	struct view result = *view;
	const char *name = before != NULL ? before->text : after->text;

	result.path = arena_format(view->arena, "%s%s%s \"%s\"", view->path,
				   view->path[0] == '\0' ? "" : ": ", noun, name);
	result.before = before != NULL ? before->place : (struct place){0};
	result.after = after != NULL ? after->place : (struct place){0};
	return result;
}

/* ---- Lists of names whose position is their number ---- */

/* The first of the old names that is another one now; `count` where the new list begins with all old ones. */
static uint32_t common(const struct name *before, uint32_t count, const struct name *after,
		       uint32_t after_count)
{
	uint32_t i = 0;

	while (i < count && i < after_count && strcmp(before[i].text, after[i].text) == 0)
		i++;
	return i;
}

static void compare_values(const struct view *view, const struct type *before, const struct type *after)
{
	const uint32_t same = common(before->value, before->values, after->value, after->values);

	for (uint32_t i = same; i < before->values; i++) {
		if (i < after->values)
			difference_add(view, true, "has \"%s\" where \"%s\" was", after->value[i].text,
				       before->value[i].text);
		else
			difference_add(view, breaks(view, false), "has no \"%s\" any more",
				       before->value[i].text);
	}
	for (uint32_t i = before->values; i < after->values; i++)
		difference_add(view, breaks(view, true) || before->size != after->size, "can also be \"%s\"",
			       after->value[i].text);
}

/* ---- Types ---- */

static bool is_less(const struct type *type, uint64_t a, uint64_t b)
{
	return type->kind >= TYPE_I8 ? (int64_t)a < (int64_t)b : a < b;
}

static void compare_limit(const struct view *view, const struct type *type, const char *noun, bool had,
			  bool has, uint64_t before, uint64_t after, bool is_maximum)
{
	bool more;

	if (had == has && (!had || before == after))
		return;
	more = had && (!has || is_less(type, is_maximum ? before : after, is_maximum ? after : before));
	difference_add(view, breaks(view, more), "has another %s: it allows %s", noun,
		       more ? "more" : "less");
}

static void compare_number(const struct view *view, const struct type *before, const struct type *after)
{
	const char *old_unit = before->unit == NULL ? "none" : before->unit,
		   *new_unit = after->unit == NULL ? "none" : after->unit;

	compare_limit(view, before, "min", before->has_min, after->has_min, before->minimum, after->minimum,
		      false);
	compare_limit(view, before, "max", before->has_max, after->has_max, before->maximum, after->maximum,
		      true);
	if (strcmp(old_unit, new_unit) != 0)
		difference_add(view, true, "has the unit \"%s\", and had \"%s\"", new_unit, old_unit);
}

static void compare_fields(const struct view *view, const struct type *before, const struct type *after)
{
	const bool is_union = before->kind == TYPE_UNION;
	const uint32_t count = before->fields < after->fields ? before->fields : after->fields;

	for (uint32_t i = 0; i < count; i++) {
		const struct field *old = &before->field[i], *new = &after->field[i];
		struct view field =
		    difference_inside(view, is_union ? "member" : "field", &old->name, &new->name);

		if (strcmp(old->name.text, new->name.text) != 0)
			difference_add(&field, true, "is \"%s\" now", new->name.text);
		else if ((old->type == NULL) != (new->type == NULL))
			difference_add(&field, true,
				       new->type == NULL ? "has no value any more" : "has a value now");
		else if (old->type != NULL)
			difference_type(&field, old->type, new->type, false);
	}
	for (uint32_t i = count; i < before->fields; i++)
		difference_add(view, !is_union || breaks(view, false), "has no \"%s\" any more",
			       before->field[i].name.text);
	for (uint32_t i = count; i < after->fields; i++)
		difference_add(view, !is_union || breaks(view, true), "has \"%s\" too",
			       after->field[i].name.text);
	if (before->size != after->size || before->align != after->align)
		difference_add(view, true, "takes %u bytes, and took %u", after->size, before->size);
}

static void compare_several(const struct view *view, const struct type *before, const struct type *after,
			    bool variable)
{
	const bool more = after->count > before->count;

	if (before->count != after->count)
		difference_add(view, !variable || breaks(view, more), "has %s%u, and had %u",
			       before->kind == TYPE_ARRAY ? "" : "at most ", after->count, before->count);
	if (before->element != NULL)
		difference_type(view, before->element, after->element, false);
}

/* `variable`: it stands in the tail of a message, where its room moves nothing else. */
void difference_type(const struct view *view, const struct type *before, const struct type *after,
		     bool variable)
{
	if (before->kind != after->kind) {
		difference_add(view, true, "is %s, and was %s", after->text, before->text);
		return;
	}
	switch (before->kind) {
	case TYPE_ENUM:
	case TYPE_BITS:
		compare_values(view, before, after);
		break;
	case TYPE_STRUCT:
	case TYPE_UNION:
		compare_fields(view, before, after);
		break;
	case TYPE_LOAN:
		if (before->writable != after->writable)
			difference_add(view, true, "is %s now", after->writable ? "written" : "read");
		compare_several(view, before, after, true);
		break;
	case TYPE_BUFFER:
		if (strcmp(before->pool->name.text, after->pool->name.text) != 0)
			difference_add(view, true, "is %s, and was %s", after->text, before->text);
		break;
	case TYPE_CAPABILITY: /* the text says kind, interface and rights */
		if (strcmp(before->text, after->text) != 0)
			difference_add(view, true, "is %s, and was %s", after->text, before->text);
		break;
	case TYPE_OPTION:
	case TYPE_ARRAY:
	case TYPE_SEQUENCE:
	case TYPE_STRING:
	case TYPE_BYTES:
		compare_several(view, before, after, variable);
		break;
	default:
		compare_number(view, before, after);
	}
}

/* ---- The rest ---- */

/* Errors and events: what they are on the wire is their position. */
static void compare_positions(const struct view *view, const char *noun, const struct name *before,
			      uint32_t before_count, const struct name *after, uint32_t after_count)
{
	const uint32_t same = common(before, before_count, after, after_count);

	for (uint32_t i = same; i < before_count; i++) {
		struct view at =
		    difference_inside(view, noun, &before[i], i < after_count ? &after[i] : NULL);

		if (i < after_count)
			difference_add(&at, true, "has its number taken by \"%s\"", after[i].text);
		else
			difference_add(&at, true, "is gone");
	}
	for (uint32_t i = before_count; i < after_count; i++) {
		struct view at = difference_inside(view, noun, NULL, &after[i]);

		difference_add(&at, false, "is new");
	}
}

static struct name *error_names(struct arena *arena, const struct interface *interface)
{
	struct name *name = ARENA_ARRAY(arena, struct name, interface->errors);

	for (uint32_t i = 0; i < interface->errors; i++)
		name[i] = interface->error[i].name;
	return name;
}

static struct name *event_names(struct arena *arena, const struct interface *interface)
{
	struct name *name = ARENA_ARRAY(arena, struct name, interface->events);

	for (uint32_t i = 0; i < interface->events; i++)
		name[i] = interface->event[i].name;
	return name;
}

/* Types that other interfaces take, where nothing of this one's own uses them. */
static void compare_types(const struct view *view, const struct interface *before,
			  const struct interface *after)
{
	for (uint32_t i = 0; i < before->types; i++) {
		const struct type *old = before->type[i], *new = NULL;
		struct view type;

		for (uint32_t k = 0; k < after->types; k++)
			if (strcmp(after->type[k]->name.text, old->name.text) == 0)
				new = after->type[k];
		type = difference_inside(view, "type", &old->name, new == NULL ? NULL : &new->name);
		if (new == NULL)
			difference_add(&type, true, "is gone");
		else
			difference_type(&type, old, new, false);
	}
}

struct difference difference_of(struct arena *arena, const struct interface *before,
				const struct interface *after)
{
	struct difference difference = {.asked_major = before->major, .asked_minor = before->minor};
	const struct view view = {.arena = arena,
				  .difference = &difference,
				  .path = "",
				  .before = before->name.place,
				  .after = after->name.place};

	if (strcmp(before->name.text, after->name.text) != 0)
		difference_add(&view, true, "the interface is \"%s\", and was \"%s\"", after->name.text,
			       before->name.text);
	if (before->session != after->session)
		difference_add(&view, true, "a restart of the server leaves something else of a connection");
	if (before->operations == 0 && before->channels == 0)
		compare_types(&view, before, after);
	compare_positions(&view, "error", error_names(arena, before), before->errors,
			  error_names(arena, after), after->errors);
	difference_operations(&view, before, after);
	compare_positions(&view, "event", event_names(arena, before), before->events,
			  event_names(arena, after), after->events);
	difference_memory(&view, before, after);
	if (difference.breaking != 0) {
		difference.asked_major++;
		difference.asked_minor = 0;
	} else if (difference.compatible != 0) {
		difference.asked_minor++;
	}
	return difference;
}
