/* SPDX-License-Identifier: MIT
 * One entry of `connect:`, INSTANCE.PORT -> INSTANCE.PORT.
 */
#include "wire.h"

#include <string.h>

struct written {
	struct name instance[2], port[2];
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

/* "a.p -> b.q" */
static bool parse(struct build *build, const struct value *wire, struct written *written)
{
	const char *at = wire->text;

	for (int side = 0; side < 2; side++) {
		size_t length = word(at);

		written->instance[side] = part(build, wire, at, length);
		if (length == 0 || at[length] != '.')
			return false;
		at += length + 1;
		length = word(at);
		written->port[side] = part(build, wire, at, length);
		at += length;
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

static int32_t find_port(const struct port *port, uint32_t count, const char *name)
{
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(port[i].name.text, name) == 0)
			return (int32_t)i;
	return -1;
}

static void refuse_port(struct build *build, const struct component *component, struct name port,
			bool provided)
{
	const struct port *list = provided ? component->provides : component->uses;
	uint32_t count = provided ? component->provided : component->used;
	struct nearest nearest = nearest_start(port.text);
	struct complaint *complaint;
	const char *all = "";

	if (find_port(provided ? component->uses : component->provides,
		      provided ? component->used : component->provided, port.text) >= 0) {
		complaint_help(report_error(build->report, RULE_WRONG_DIRECTION, port.place,
					    "the component \"%s\" %s the port \"%s\", it does not %s it",
					    component->name.text, provided ? "uses" : "provides", port.text,
					    provided ? "provide" : "use"),
			       "write USER.PORT -> PROVIDER.PORT");
		return;
	}
	complaint = report_error(build->report, RULE_UNKNOWN_PORT, port.place,
				 "the component \"%s\" %s no port \"%s\"", component->name.text,
				 provided ? "provides" : "uses", port.text);
	for (uint32_t i = 0; i < count; i++) {
		nearest_try(&nearest, list[i].name.text);
		all = arena_format(build->arena, "%s%s%s", all, i == 0 ? "" : ", ", list[i].name.text);
	}
	complaint_allowed(complaint, "%s", count == 0 ? "none" : all);
	complaint_nearest(complaint, &nearest);
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

static bool is_reversed(const struct component *left, const struct component *right,
			const struct written *written)
{
	return find_port(left->provides, left->provided, written->port[0].text) >= 0 &&
	       find_port(right->uses, right->used, written->port[1].text) >= 0;
}

/* A wire names no port of this client: which one it was to connect is not known, so none is refused for being open. */
static void refuse_all(struct draft *client)
{
	for (uint32_t i = 0; i < client->component->used; i++)
		client->refused[i] = true;
}

static void connect_written(struct build *build, const struct written *written, struct draft *client,
			    struct draft *server)
{
	const struct component *user = client->component, *provider = server->component;
	int32_t uses = find_port(user->uses, user->used, written->port[0].text);
	int32_t provides = find_port(provider->provides, provider->provided, written->port[1].text);
	struct place place = written->instance[0].place;

	if (uses < 0 && provides < 0 && is_reversed(user, provider, written)) {
		server->refused[find_port(provider->uses, provider->used, written->port[1].text)] = true;
		complaint_help(
		    report_error(build->report, RULE_WRONG_DIRECTION, written->instance[0].place,
				 "this wire leads from a port that is provided to one that is used"),
		    "write %s.%s -> %s.%s", written->instance[1].text, written->port[1].text,
		    written->instance[0].text, written->port[0].text);
		return;
	}
	if (uses < 0) {
		refuse_port(build, user, written->port[0], false);
		refuse_all(client);
	}
	if (provides < 0)
		refuse_port(build, provider, written->port[1], true);
	if (uses >= 0)
		client->refused[uses] = client->connected[uses] == NULL; /* until it is connected */
	if (uses < 0 || provides < 0)
		return;
	if (client == server)
		report_error(build->report, RULE_SELF_CONNECTION, written->instance[1].place,
			     "\"%s\" cannot be connected with itself: its call would never be answered",
			     client->instance->name.text);
	else if (client->connected[uses] != NULL)
		complaint_note(report_error(build->report, RULE_CONNECTED_TWICE, place,
					    "the port \"%s.%s\" is connected a second time",
					    client->instance->name.text, written->port[0].text),
			       client->connected[uses]->place, "the first wire is here");
	else if (check_interfaces(build, &user->uses[uses], &provider->provides[provides],
				  written->port[1].place))
		wire_connect(build, client, (uint32_t)uses, server, (uint32_t)provides, place, false);
}

/*
 * One end of a wire whose other end was refused: its port is checked, and not
 * refused a second time for being open.
 */
static void check_end(struct build *build, struct draft *end, struct name port, bool provided)
{
	const struct component *component = end == NULL ? NULL : end->component;
	int32_t found;

	if (component == NULL)
		return;
	found = provided ? find_port(component->provides, component->provided, port.text)
			 : find_port(component->uses, component->used, port.text);
	if (found < 0)
		refuse_port(build, component, port, provided);
	if (!provided && found < 0)
		refuse_all(end);
	else if (!provided)
		end->refused[found] = true;
}

void wire_read(struct build *build, const struct value *wire)
{
	struct written written;
	struct draft *client, *server;

	if (!parse(build, wire, &written)) {
		build->wire_refused = true;
		complaint_allowed(
		    report_error(build->report, RULE_BAD_WIRE, wire->place, "\"%s\" is no wire", wire->text),
		    "INSTANCE.PORT -> INSTANCE.PORT, from the port that is used to the one that is provided");
		return;
	}
	client = draft_find(build, written.instance[0]);
	server = draft_find(build, written.instance[1]);
	build->wire_refused = build->wire_refused || client == NULL;
	if (client != NULL && server != NULL && client->component != NULL && server->component != NULL) {
		connect_written(build, &written, client, server);
	} else {
		check_end(build, client, written.port[0], false);
		check_end(build, server, written.port[1], true);
	}
}
