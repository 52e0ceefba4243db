/* SPDX-License-Identifier: MIT
 * All statements of `assert:` as one list: the system's, those of its overlays, and those of each composite in use. The place
 * of one says in which use it stands, and so whose names it uses; check/statement.h reads them.
 */
#include "build.h"

#include <string.h>

static void take(struct value *all, struct entry *entry, const struct value *list)
{
	if (list == NULL || list->entries == 0)
		return;
	memcpy(&entry[all->entries], list->entry, list->entries * sizeof(*entry));
	all->entries += list->entries;
}

static const struct value *of_group(const struct group *group, const struct value *own)
{
	return group->composite == NULL ? own : value_get(group->value, "assert");
}

const struct value *assertions_gather(struct build *build)
{
	const struct value *own = overlay_assertions(build, value_get(build->system_value, "assert"));
	const struct value *list;
	struct value *all = ARENA_NEW(build->arena, struct value);
	struct entry *entry;
	size_t room = 0;

	for (const struct group *group = build->group; group != NULL; group = group->next) {
		list = of_group(group, own);
		room += list == NULL ? 0 : list->entries;
	}
	if (room == 0)
		return NULL;
	entry = ARENA_ARRAY(build->arena, struct entry, room);
	for (const struct group *group = build->group; group != NULL; group = group->next)
		take(all, entry, of_group(group, own));
	all->entry = entry;
	return all;
}
