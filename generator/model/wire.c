/* SPDX-License-Identifier: MIT
 * One entry of `connect:`, INSTANCE.PORT -> INSTANCE.PORT.
 */
#include "wire.h"

#include <string.h>

#include "../read/meant.h"
#include "side.h"

/* A bare PORT, one of the composite itself, has no instance: its text is NULL. */
struct written {
	struct name instance[2], port[2];
	struct terms terms;
};

static struct name part(struct build *build, const struct value *wire, const char *from, size_t length)
{
	struct name name = {arena_text(build->arena, from, length), wire->place};

	name.place.column += (uint32_t)(from - wire->text) + (wire->quoted ? 1 : 0);
	name.place.width = length == 0 ? 1 : (uint32_t)length;
	return name;
}

static size_t word(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}

/* "a.p -> b.q", or "p" for an end */
static bool parse(struct build *build, const struct value *wire, struct written *written)
{
	const char *at = wire->text;

	for (int side = 0; side < 2; side++) {
		size_t length = word(at);

		written->port[side] = part(build, wire, at, length);
		written->instance[side] = (struct name){NULL, written->port[side].place};
		if (length == 0)
			return false;
		at += length;
		if (*at == '.') {
			written->instance[side] = written->port[side];
			at++;
			length = word(at);
			written->port[side] = part(build, wire, at, length);
			at += length;
		}
		if (length == 0)
			return false;
		at += strspn(at, " ");
		if (side == 0) {
			if (strncmp(at, "->", 2) != 0)
				return false;
			at += 2;
			at += strspn(at, " ");
		}
	}
	return *at == '\0';
}

static bool check_interfaces(struct build *build, const struct port *uses, const struct port *provides,
			     struct place place)
{
	if (uses->interface == provides->interface)
		return true;
	complaint_note(
	    complaint_note(
		report_error(build->report, RULE_INTERFACE_MISMATCH, place,
			     "the port \"%s\" uses the interface \"%s\", and \"%s\" provides \"%s\"",
			     uses->name.text, uses->interface->name.text, provides->name.text,
			     provides->interface->name.text),
		uses->name.place, "it is used here"),
	    provides->name.place, "and provided here");
	return false;
}

static bool is_reversed(const struct side *left, const struct side *right, const struct written *written)
{
	return left->member != NULL && right->member != NULL &&
	       side_find(left->face->provides, left->face->provided, written->port[0].text) >= 0 &&
	       side_find(right->face->uses, right->face->used, written->port[1].text) >= 0;
}

static void refuse_reversed(struct build *build, const struct written *written, const struct side *right)
{
	int32_t uses = side_find(right->face->uses, right->face->used, written->port[1].text);

	right->member->used[uses].refused = true;
	complaint_help(report_error(build->report, RULE_WRONG_DIRECTION, written->instance[0].place,
				    "this wire leads from a port that is provided to one that is used"),
		       "write %s.%s -> %s.%s", written->instance[1].text, written->port[1].text,
		       written->instance[0].text, written->port[0].text);
}

/* A wire names no port of this client: which one it was to connect is not known, so none is refused for being open. */
static void refuse_all(struct group *group, const struct side *side)
{
	struct link *link = side->member == NULL ? group->inside : side->member->used;
	uint32_t count;

	(void)side_ports(side->face, side->provided, &count); /* only the count is wanted */
	for (uint32_t i = 0; i < count; i++)
		link[i].refused = true;
}

/*
 * The link for one wire more: that of the port, or one behind it where the port is an array. Two with one server differ in their
 * parameters. NULL after a refusal.
 */
static struct link *next_wire(struct build *build, const struct written *written, const struct side *left,
			      struct link *link, const struct port *used, const struct port *provided,
			      const struct end *to)
{
	const bool many = left->member != NULL && used->many;
	bool same = !many;

	if (!link->made)
		return link;
	for (;; link = link->next) {
		same =
		    same || (link->to.member == to->member && link->to.group == to->group &&
			     link->to.port == to->port && value_equal(link->terms.with, written->terms.with));
		if (same || link->next == NULL)
			break;
	}
	if (same) {
		struct complaint *complaint = report_error(
		    build->report, RULE_CONNECTED_TWICE, written->instance[0].place,
		    many ? "the array \"%s%s%s\" is connected with \"%s%s%s\" a second time"
			 : "the port \"%s%s%s\" is connected a second time",
		    left->member == NULL ? "" : left->member->path, left->member == NULL ? "" : ".",
		    written->port[0].text, to->member == NULL ? "" : to->member->path,
		    to->member == NULL ? "" : ".", written->port[1].text);

		if (many && (used->parameters + provided->parameters > 0))
			complaint_help(complaint,
				       "two wires with one server differ in what they say under \"with\"");
		complaint_note(complaint, link->place, "the first wire is here");
		return NULL;
	}
	link->next = ARENA_NEW(build->arena, struct link);
	return link->next;
}

/* An array of the composite around is as many wires as its user made. */
static bool check_array(struct build *build, const struct written *written, const struct port *from,
			const struct side *right, const struct port *to)
{
	if (right->member != NULL || !to->many || from->many)
		return true;
	complaint_note(complaint_help(report_error(build->report, RULE_ARRAY_OF_PORTS, written->port[1].place,
						   "\"%s\" is an array of ports of the composite, and \"%s\" "
						   "is one port",
						   to->name.text, from->name.text),
				      "make \"%s\" an array as well: \"many: true\"", from->name.text),
		       to->name.place, "the array is declared here");
	return false;
}

static void connect_ports(struct build *build, const struct written *written, struct group *group,
			  const struct side *left, const struct side *right, int32_t from, int32_t to)
{
	struct link *link = left->member == NULL ? &group->inside[from] : &left->member->used[from];
	const struct port *used = side_take(left, from), *provided = side_take(right, to);
	const struct end end = {right->member, right->member == NULL ? group : NULL, (uint32_t)to};

	if (left->member != NULL && left->member == right->member && !left->member->composite)
		report_error(build->report, RULE_SELF_CONNECTION, written->instance[1].place,
			     "\"%s\" cannot be connected with itself: its call would never be answered",
			     left->member->path);
	else if (check_interfaces(build, used, provided, written->port[1].place) &&
		 check_array(build, written, used, right, provided)) {
		link = next_wire(build, written, left, link, used, provided, &end);
		if (link != NULL)
			*link = (struct link){.to = end,
					      .place = written->instance[0].place,
					      .terms = written->terms,
					      .made = true};
	}
}

static void connect_written(struct build *build, const struct written *written, struct group *group,
			    const struct side *left, const struct side *right)
{
	int32_t from = side_port(left, written->port[0].text), to = side_port(right, written->port[1].text);
	struct link *link;

	if (from < 0 && to < 0 && is_reversed(left, right, written)) {
		refuse_reversed(build, written, right);
		return;
	}
	if (from < 0) {
		side_refuse(build, left, written->port[0]);
		refuse_all(group, left);
	}
	if (to < 0)
		side_refuse(build, right, written->port[1]);
	if (from < 0)
		return;
	link = left->member == NULL ? &group->inside[from] : &left->member->used[from];
	link->refused = !link->made; /* until it is connected */
	if (to >= 0)
		connect_ports(build, written, group, left, right, from, to);
}

/*
 * One end of a wire whose other end was refused: its port is checked, and not
 * refused a second time for being open.
 */
static void check_end(struct build *build, struct group *group, const struct side *side, struct name port,
		      bool from)
{
	struct link *link = side->member == NULL ? group->inside : side->member->used;
	int32_t found = side_port(side, port.text);

	if (found < 0)
		side_refuse(build, side, port);
	if (from && found < 0)
		refuse_all(group, side);
	else if (from)
		link[found].refused = true;
}

/* The i-th member of a name; the group itself for a bare port. False where it is not known what ports there are. */
static bool take_side(struct group *group, const struct family *family, uint32_t i, bool from,
		      struct side *side)
{
	struct member *member = family == NULL ? NULL : family->counted ? family->each[i] : family->first;

	*side = (struct side){.member = member, .provided = from == (family == NULL)};
	if (family == NULL)
		side->face = group->composite->face;
	else
		side->face = member == NULL ? NULL : member_face(member);
	return side->face != NULL;
}

static bool leads_from_array(struct group *group, const struct family *family, const struct written *written)
{
	struct side left;
	int32_t port;

	if (family == NULL || family->count == 0 || !take_side(group, family, 0, true, &left))
		return false;
	port = side_port(&left, written->port[0].text);
	return port >= 0 && left.face->uses[port].many;
}

/* A wire from an array to counted instances is one to each of them. */
static void connect_each(struct build *build, const struct written *written, struct group *group,
			 const struct family *const family[2])
{
	struct side left, right;

	for (uint32_t i = 0; i < family[0]->count; i++) {
		for (uint32_t k = 0; k < family[1]->count; k++) {
			bool known = take_side(group, family[0], i, true, &left);

			if (known && take_side(group, family[1], k, false, &right))
				connect_written(build, written, group, &left, &right);
			else if (known)
				check_end(build, group, &left, written->port[0], true);
		}
	}
}

static void connect_families(struct build *build, const struct written *written, struct group *group,
			     const struct family *const family[2])
{
	uint32_t from = family[0] == NULL ? 1 : family[0]->count,
		 to = family[1] == NULL ? 1 : family[1]->count;
	bool pairs =
	    family[0] != NULL && family[1] != NULL && family[0]->counted && family[1]->counted && from == to;
	struct side left, right;

	if (family[1] != NULL && family[1]->counted && leads_from_array(group, family[0], written)) {
		connect_each(build, written, group, family);
		return;
	}
	if (from != 0 && to > 1 && !pairs)
		complaint_help(report_error(build->report, RULE_COUNT_MISMATCH, written->instance[1].place,
					    "\"%s\" is %u instances, and this wire leads from %u",
					    written->instance[1].text, to, from),
			       "name one of them, from \"%s\" on", family[1]->first->name.text);
	for (uint32_t i = 0; i < from && to != 0; i++) {
		bool known = take_side(group, family[0], i, true, &left);
		bool whole = (pairs || to == 1) && take_side(group, family[1], pairs ? i : 0, false, &right);

		if (known && whole)
			connect_written(build, written, group, &left, &right);
		else if (known)
			check_end(build, group, &left, written->port[0], true);
		else if (whole)
			check_end(build, group, &right, written->port[1], false);
	}
}

static void refuse_wire(struct build *build, const struct group *group, const struct value *wire)
{
	build->wire_refused = true;
	complaint_wire(
	    complaint_allowed(
		report_error(build->report, RULE_BAD_WIRE, wire->place, "\"%s\" is no wire", wire->text),
		group->composite == NULL
		    ? "INSTANCE.PORT -> INSTANCE.PORT, from the port that is used to the one that is provided"
		    : "INSTANCE.PORT -> INSTANCE.PORT, from the port that is used to the one that is "
		      "provided; a "
		      "port of the composite itself stands alone"),
	    wire->text);
}

/* The other end, where one names no instance. */
static void check_other(struct build *build, struct group *group, const struct written *written,
			const struct family *const family[2], const bool *found)
{
	struct side side;

	for (uint32_t i = 0; i < 2; i++)
		if (found[i] && take_side(group, family[i], 0, i == 0, &side))
			check_end(build, group, &side, written->port[i], i == 0);
}

const struct value *wire_text(const struct value *entry)
{
	return entry->shape->kind == SHAPE_OBJECT ? value_get(entry, "wire") : entry;
}

void wire_read(struct build *build, struct group *group, const struct value *entry)
{
	const struct value *wire = wire_text(entry);
	const struct family *family[2] = {NULL, NULL};
	bool found[2] = {true, true};
	struct written written = {0};

	if (!parse(build, wire, &written) ||
	    (group->composite == NULL &&
	     (written.instance[0].text == NULL || written.instance[1].text == NULL))) {
		refuse_wire(build, group, wire);
		return;
	}
	if (wire != entry) {
		const struct value *with = value_get(entry, "with");

		written.terms.limits = value_get(entry, "limits");
		written.terms.pools = value_get(entry, "pools");
		written.terms.channels = value_get(entry, "channels");
		written.terms.with = with == NULL ? NULL : arguments_substitute_with(build, group, with);
	}
	for (uint32_t i = 0; i < 2; i++) {
		if (written.instance[i].text == NULL)
			continue;
		family[i] = group_find(build, group, written.instance[i]);
		found[i] = family[i] != NULL;
	}
	build->wire_refused = build->wire_refused || !found[0];
	if (found[0] && found[1])
		connect_families(build, &written, group, family);
	else
		check_other(build, group, &written, family, found);
}
