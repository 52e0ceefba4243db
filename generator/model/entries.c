/* SPDX-License-Identifier: MIT
 * Sections whose entries are named after instances (`supervise`, `schedule`):
 * which instances each of them speaks of.
 */
#include "build.h"

enum reach { REACH_ONE, REACH_COUNTED, REACH_INSIDE };

static void take_inside(struct build *build, const struct section *section, const struct entry *entry,
			const struct member *member)
{
	if (member->group != NULL) {
		for (const struct member *inner = member->group->first; inner != NULL; inner = inner->next)
			take_inside(build, section, entry, inner);
	} else if (member->draft != NULL && member->draft->component != NULL &&
		   !section->has(member->draft)) {
		section->take(build, entry, member->draft);
	}
}

static void take_family(struct build *build, const struct section *section, const struct entry *entry,
			const struct family *family, enum reach reach)
{
	const struct member *member = family->first;

	for (uint32_t i = 0; i < family->count; i++, member = member->next) {
		enum reach has = member->composite ? REACH_INSIDE
				 : family->counted ? REACH_COUNTED
						   : REACH_ONE;

		if (has == reach)
			take_inside(build, section, entry, member);
	}
}

static void take_group(struct build *build, const struct section *section, struct group *group,
		       const struct value *written, enum reach reach)
{
	for (uint32_t i = 0; written != NULL && i < written->entries; i++) {
		const struct family *family = group_find(build, group, written->entry[i].name);

		if (family != NULL)
			take_family(build, section, &written->entry[i], family, reach);
	}
}

void entries_resolve(struct build *build, const struct section *section)
{
	const struct value *changed =
	    overlay_entries(build, section->name, value_get(build->system_value, section->name));

	for (enum reach reach = REACH_ONE; reach <= REACH_INSIDE; reach++)
		for (struct group *group = build->group; group != NULL; group = group->next)
			take_group(build, section, group,
				   group->composite == NULL ? changed
							    : value_get(group->value, section->name),
				   reach);
}
