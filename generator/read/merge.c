/* SPDX-License-Identifier: MIT
 * New values from old ones: a copy for one use of a composite, an overlay laid
 * on what it changes, and one list of two. The old ones stay as they are.
 */
#include "value.h"

#include <string.h>

static bool is_mapping(const struct value *value)
{
	return value->shape->kind == SHAPE_MAP || value->shape->kind == SHAPE_OBJECT;
}

const struct value *value_used(struct arena *arena, const struct value *value, const struct use *use)
{
	struct value *copy;
	struct entry *entry;

	if (value == NULL || use == NULL)
		return value;
	copy = ARENA_NEW(arena, struct value);
	entry = ARENA_ARRAY(arena, struct entry, value->entries);
	*copy = *value;
	copy->place.use = use;
	for (uint32_t i = 0; i < value->entries; i++) {
		entry[i] = value->entry[i];
		entry[i].name.place.use = use;
		entry[i].value = value_used(arena, value->entry[i].value, use);
	}
	copy->entry = entry;
	copy->replaced = value_used(arena, value->replaced, use);
	return copy;
}

static const struct value *replace(struct arena *arena, const struct value *under, const struct value *over)
{
	struct value *copy = ARENA_NEW(arena, struct value);

	*copy = *over;
	copy->replaced = under;
	return copy;
}

/* Keys of the same shape stand at the same positions. */
static const struct value *merge_objects(struct arena *arena, const struct value *under,
					 const struct value *over)
{
	struct value *merged = ARENA_NEW(arena, struct value);
	struct entry *entry = ARENA_ARRAY(arena, struct entry, under->entries);

	*merged = *under;
	for (uint32_t i = 0; i < under->entries; i++) {
		entry[i] = over->entry[i].value == NULL ? under->entry[i] : over->entry[i];
		entry[i].value = value_merge(arena, under->entry[i].value, over->entry[i].value);
	}
	merged->entry = entry;
	return merged;
}

static const struct value *merge_maps(struct arena *arena, const struct value *under,
				      const struct value *over)
{
	struct value *merged = ARENA_NEW(arena, struct value);
	struct entry *entry = ARENA_ARRAY(arena, struct entry, (size_t)under->entries + over->entries);
	struct names known = {0};

	*merged = *under;
	for (uint32_t i = 0; i < under->entries; i++) {
		entry[i] = under->entry[i];
		(void)names_put(&known, arena, entry[i].name.text, &entry[i]); /* unique in its mapping */
	}
	for (uint32_t i = 0; i < over->entries; i++) {
		struct entry *at = names_get(&known, over->entry[i].name.text);

		if (at == NULL)
			entry[merged->entries++] = over->entry[i];
		else
			at->value = value_merge(arena, at->value, over->entry[i].value);
	}
	merged->entry = entry;
	return merged;
}

const struct value *value_merge(struct arena *arena, const struct value *under, const struct value *over)
{
	if (under == NULL || over == NULL)
		return over == NULL ? under : over;
	if (under->shape != over->shape || !is_mapping(under))
		return replace(arena, under, over);
	return under->shape->kind == SHAPE_MAP ? merge_maps(arena, under, over)
					       : merge_objects(arena, under, over);
}

const struct value *value_append(struct arena *arena, const struct value *list, const struct value *more)
{
	struct value *all;
	struct entry *entry;

	if (list == NULL || more == NULL)
		return more == NULL ? list : more;
	all = ARENA_NEW(arena, struct value);
	entry = ARENA_ARRAY(arena, struct entry, (size_t)list->entries + more->entries);
	*all = *list;
	for (uint32_t i = 0; i < list->entries; i++)
		entry[i] = list->entry[i];
	for (uint32_t i = 0; i < more->entries; i++)
		entry[all->entries++] = more->entry[i];
	all->entry = entry;
	return all;
}
