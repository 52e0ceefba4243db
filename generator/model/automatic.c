/* SPDX-License-Identifier: MIT
 * What connects by itself: an open port and the only one in its group that
 * offers the interface. In a composite that may be a port of the composite's
 * own; nothing is taken from outside but the log.
 */
#include "wire.h"

#include <string.h>

/* A port that offers an interface to the members of a group. */
struct offer {
	struct end to;
	struct offer *next;
};

/* A port that is to be connected. */
struct open_port {
	struct group *group;
	struct member *member; /* NULL: a port that the group provides */
	const struct port *port;
	struct link *link;
};

/* ---- Offers ---- */

static void add_offer(struct build *build, struct group *group, const struct interface *interface,
		      struct end to)
{
	struct offer *offer = ARENA_NEW(build->arena, struct offer), *first;

	*offer = (struct offer){.to = to};
	first = names_put(&group->offers, build->arena, interface->name.text, offer);
	if (first == NULL)
		return;
	/* They are added from the last to the first: the new one stands before all others. */
	*offer = *first;
	*first = (struct offer){.to = to, .next = offer};
}

static void list_members(struct build *build, struct group *group, struct member *member)
{
	const struct component *face = member_face(member);

	for (uint32_t i = face == NULL ? 0 : face->provided; i-- > 0;)
		add_offer(build, group, face->provides[i].interface, (struct end){member, NULL, i});
}

static void list_group(struct build *build, struct group *group)
{
	const struct component *face = group->composite == NULL ? NULL : group->composite->face;
	struct member **member;
	uint32_t count = 0;

	for (uint32_t i = face == NULL ? 0 : face->used; i-- > 0;)
		add_offer(build, group, face->uses[i].interface, (struct end){NULL, group, i});
	for (struct member *each = group->first; each != NULL; each = each->next)
		count++;
	member = ARENA_ARRAY(build->arena, struct member *, count);
	for (struct member *each = group->first; each != NULL; each = each->next)
		member[--count] = each;
	for (struct member *each = group->first; each != NULL; each = each->next)
		list_members(build, group, member[count++]);
}

void wire_list_offers(struct build *build)
{
	for (struct group *group = build->group; group != NULL; group = group->next)
		list_group(build, group);
}

/* A port of the composite itself does not serve another one of it: the wire for that is written. */
static bool fits(const struct open_port *open, const struct offer *offer)
{
	return open->member == NULL ? offer->to.member != NULL : offer->to.member != open->member;
}

static uint32_t count_offers(const struct open_port *open, const struct group *group,
			     const struct offer **only)
{
	uint32_t count = 0;

	for (const struct offer *offer = names_get(&group->offers, open->port->interface->name.text);
	     offer != NULL; offer = offer->next) {
		if (!fits(open, offer))
			continue;
		*only = offer;
		count++;
	}
	return count;
}

/* ---- Refusals ---- */

static const char *list_components(struct build *build, const char *interface)
{
	const char *all = "";

	candidates_read(build);
	for (uint32_t i = 0; i < build->candidates; i++) {
		const struct value *provides = build->candidate[i].provides;

		for (uint32_t k = 0; provides != NULL && k < provides->entries; k++)
			if (strcmp(provided_interface(provides->entry[k].value), interface) == 0)
				all = arena_format(build->arena, "%s%s%s", all, all[0] == '\0' ? "" : ", ",
						   build->candidate[i].name);
	}
	return all;
}

static void refuse_open(struct build *build, const struct open_port *open)
{
	const struct port *port = open->port;
	const char *interface = port->interface->name.text, *all = list_components(build, interface);
	const struct member *member = open->member;
	struct complaint *complaint;

	if (member == NULL) {
		complaint = report_error(build->report, RULE_UNCONNECTED_PORT, port->name.place,
					 "the port \"%s\" of the composite \"%s\" leads to none of its "
					 "instances: none provides the "
					 "interface \"%s\"",
					 port->name.text, open->group->composite->face->name.text, interface);
	} else {
		complaint =
		    report_error(build->report, RULE_UNCONNECTED_PORT, member->name.place,
				 "the port \"%s\" of \"%s\" is connected to nothing: no instance provides "
				 "the interface \"%s\"",
				 port->name.text, member->path, interface);
		complaint_note(complaint, port->name.place, "the %s uses it here",
			       member->composite ? "composite" : "component");
	}
	if (open->group->composite != NULL && member != NULL)
		complaint_help(complaint,
			       "a composite takes nothing from outside but through its ports: add \"%s\" to "
			       "its \"uses\"",
			       interface);
	if (all[0] != '\0')
		complaint_help(complaint, "components that provide it: %s", all);
}

static const char *end_text(struct build *build, const struct end *end)
{
	if (end->group != NULL)
		return end->group->composite->face->uses[end->port].name.text;
	return arena_format(build->arena, "%s.%s", end->member->name.text,
			    member_face(end->member)->provides[end->port].name.text);
}

/* Counted instances are written once, and refused once: the first of them stands for all. */
static const struct family *counted_family(const struct open_port *open)
{
	const struct family *family =
	    open->member == NULL ? NULL : names_get(&open->group->names, open->member->family);

	return family != NULL && family->counted ? family : NULL;
}

static bool refused_with_first(const struct open_port *open)
{
	const struct family *family = counted_family(open);
	const struct component *face = family == NULL ? NULL : member_face(open->member);

	return face != NULL && family->first != NULL && family->first != open->member &&
	       family->first->used[open->port - face->uses].refused;
}

static void refuse_choice(struct build *build, const struct open_port *open, const struct group *group)
{
	const struct member *member = open->member;
	const char *interface = open->port->interface->name.text, *port = open->port->name.text;
	const char *name = member == NULL                 ? ""
			   : counted_family(open) != NULL ? member->family
							  : member->name.text;
	const char *from = member == NULL ? port : arena_format(build->arena, "%s.%s", name, port);
	struct complaint *complaint =
	    report_error(build->report, RULE_AMBIGUOUS_PROVIDER,
			 member == NULL ? open->port->name.place : member->name.place,
			 "several instances provide the interface \"%s\" of the port \"%s%s%s\"", interface,
			 member == NULL ? "" : member->path, member == NULL ? "" : ".", port);

	for (const struct offer *offer = names_get(&group->offers, interface); offer != NULL;
	     offer = offer->next)
		if (fits(open, offer))
			complaint_help(complaint, "perhaps  connect: [%s -> %s]", from,
				       end_text(build, &offer->to));
}

/* ---- Connecting ---- */

/* The log is looked for in the groups around, too: everything may log, so nobody has to pass it on. */
static const struct group *search(const struct open_port *open, const struct offer **only, uint32_t *count)
{
	const struct group *group = open->group;
	bool log = strcmp(open->port->interface->name.text, "log") == 0;

	*count = count_offers(open, group, only);
	while (log && *count == 0 && open->member != NULL && group->outer != NULL) {
		group = group->outer;
		*count = count_offers(open, group, only);
	}
	return group;
}

static void connect_alone(struct build *build, const struct open_port *open)
{
	const struct offer *only = NULL;
	uint32_t count;
	const struct group *group = search(open, &only, &count);

	if (count != 1 && build->wire_refused)
		return; /* it may be this port that the wire was for */
	open->link->refused = count > 1 || (count == 0 && !open->port->optional);
	if (open->link->refused && refused_with_first(open))
		return;
	if (count > 1)
		refuse_choice(build, open, group);
	else if (count == 1)
		*open->link = (struct link){.to = only->to,
					    .place = open->port->implicit ? open->member->name.place
									  : open->port->name.place,
					    .made = true,
					    .automatic = true};
	else if (!open->port->optional && !build->incomplete)
		refuse_open(build, open);
}

static void open_member(struct build *build, struct group *group, struct member *member, bool implicit,
			const bool *called_by_log)
{
	const struct component *face = member_face(member);

	for (uint32_t i = 0; face != NULL && i < face->used; i++) {
		struct open_port open = {group, member, &face->uses[i], &member->used[i]};

		if (!open.link->made && !open.link->refused && !open.port->to_bus &&
		    open.port->implicit == implicit &&
		    !(implicit && called_by_log[member->draft->instance->index]))
			connect_alone(build, &open);
	}
}

void wire_open_ports(struct build *build, struct group *group, bool implicit, const bool *called_by_log)
{
	const struct component *face = group->composite == NULL || implicit ? NULL : group->composite->face;

	for (struct member *member = group->first; member != NULL; member = member->next)
		open_member(build, group, member, implicit, called_by_log);
	for (uint32_t i = 0; face != NULL && i < face->provided; i++) {
		struct open_port open = {group, NULL, &face->provides[i], &group->inside[i]};

		if (!open.link->made && !open.link->refused)
			connect_alone(build, &open);
	}
}
