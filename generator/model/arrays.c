/* SPDX-License-Identifier: MIT
 * Arrays of used ports: how many connections each has, against what it works
 * with. An array of a composite is counted like one of a component, through
 * the arrays of the composites around it.
 */
#include "wire.h"

/* Instances that the wires from `link` on lead to; more than there are steps lead in a circle, which is refused elsewhere. */
static uint32_t count_ends(const struct build *build, const struct link *link, uint32_t steps)
{
	uint32_t count = 0;

	if (link == NULL || !link->made || steps > 2 * build->groups)
		return 0;
	for (; link != NULL; link = link->next)
		count += link->to.group == NULL
			     ? 1
			     : count_ends(build, &link->to.group->self->used[link->to.port], steps + 1);
	return count;
}

static const char *number_text(struct build *build, const struct port *port)
{
	if (port->at_least == port->at_most)
		return arena_format(build->arena, "%u", port->at_least);
	return port->at_most == MODEL_SERVERS_MAX
		   ? arena_format(build->arena, "%u or more", port->at_least)
		   : arena_format(build->arena, "%u to %u", port->at_least, port->at_most);
}

static void check_port(struct build *build, const struct member *member, const struct port *port)
{
	const struct link *link = &member->used[port->index], *extra = link;
	uint32_t count = count_ends(build, link, 0);

	if (count >= port->at_least && count <= port->at_most)
		return;
	for (uint32_t i = 0; count > port->at_most && i < port->at_most && extra->next != NULL; i++)
		extra = extra->next;
	complaint_note(complaint_allowed(report_error(build->report, RULE_PORT_COUNT, extra->place,
						      "the array of ports \"%s.%s\" is connected with %u "
						      "%s",
						      member->path, port->name.text, count,
						      count == 1 ? "server" : "servers"),
					 "%s", number_text(build, port)),
		       port->name.place, "the %s declares it here",
		       member->composite ? "composite" : "component");
}

void wire_count_arrays(struct build *build)
{
	for (const struct group *group = build->group; group != NULL; group = group->next) {
		for (const struct member *member = group->first; member != NULL; member = member->next) {
			const struct component *face = member_face(member);

			/* One that is open, or was refused, has been spoken of. */
			for (uint32_t i = 0; face != NULL && i < face->used; i++)
				if (face->uses[i].many && member->used[i].made && !member->used[i].refused)
					check_port(build, member, &face->uses[i]);
		}
	}
}
