/* SPDX-License-Identifier: MIT
 * Capabilities in messages: the form of such an argument, what an interface may bring, and the room that who receives them
 * has for them. One travels with a message, so a message has one at most.
 *
 * What a connection has left with its receiver is counted (limit `capabilities`), so that no client can fill the table of
 * its server: the room is what all connections may leave together, and one slot more, in which the next one arrives.
 */
#include "types.h"

#include <string.h>

#include <tenon/abi.h>

const struct type *type_capability(struct reading *reading, const struct value *value)
{
	const struct value *kind = value_get(value, "capability");
	const struct value *served = kind->shape->kind == SHAPE_OBJECT ? value_get(kind, "endpoint") : NULL;
	struct arena *arena = reading->build->arena;
	struct type *type = ARENA_NEW(arena, struct type);

	type->kind = TYPE_CAPABILITY;
	type->align = 1;
	type->plain = true;
	type->rights = (uint32_t)value_number(value, "rights", 0);
	type->object = served != NULL ? TENON_TYPE_ENDPOINT : (uint32_t)kind->number + 1;
	if (served != NULL) {
		type->handed = served->text;
		if (strcmp(served->text, reading->interface->name.text) != 0 &&
		    build_interface(reading->build, (struct name){served->text, served->place}) == NULL)
			return NULL;
		type->text = arena_format(arena, "capability to an endpoint of %s", served->text);
	} else {
		type->text = arena_format(arena, "capability of kind %s", kind->text);
	}
	for (uint32_t bit = 0; bit < 32; bit++)
		if ((type->rights & 1u << bit) != 0)
			type->text = arena_format(arena, "%s%s%s", type->text,
						  (type->rights & ((1u << bit) - 1)) == 0 ? " with " : ", ",
						  shape_rights.choice[bit]);
	return type;
}

bool capability_place(struct reading *reading, struct message *message, const struct argument *argument,
		      const char *operation)
{
	if (argument->type->kind != TYPE_CAPABILITY)
		return true;
	if (message->capability == NULL) {
		message->capability = argument;
		return true;
	}
	complaint_help(
	    complaint_note(report_error(reading->build->report, RULE_CAPABILITY_FORM, argument->name.place,
					"the operation \"%s\" has a second capability, \"%s\"", operation,
					argument->name.text),
			   message->capability->name.place, "the first one is here"),
	    "one travels with a message: send the other with an operation of its own");
	return false;
}

void capabilities_of(struct interface *interface, struct operation *operation)
{
	for (uint32_t i = 0; i < interface->operations; i++) {
		interface->sends_in = interface->sends_in || operation[i].in.capability != NULL;
		interface->sends_out = interface->sends_out || operation[i].out.capability != NULL;
	}
	for (uint32_t i = 0; i < interface->operations; i++)
		operation[i].watched = interface->sends_out;
	if ((interface->sends_in || interface->sends_out) && interface->longest <= MODEL_MESSAGE_REGISTERS)
		interface->longest = MODEL_MESSAGE_REGISTERS + 1; /* it stands in the buffer */
}

/* ---- Room ---- */

static bool narrows(const struct interface *interface, bool to_server)
{
	for (uint32_t i = 0; i < interface->operations; i++) {
		const struct message *message =
		    to_server ? &interface->operation[i].in : &interface->operation[i].out;

		if (message->capability != NULL && message->capability->type->rights != 0)
			return true;
	}
	return false;
}

void capabilities_count(struct build *build)
{
	for (uint32_t i = 0; i < build->connections; i++) {
		const struct connection *connection = &build->connection[i];
		const struct interface *interface = connection->interface;
		struct instance *client = &build->instance[connection->client->index],
				*server = &build->instance[connection->server->index];

		client->room += interface->sends_out ? connection->limit[interface->left] : 0;
		server->room += interface->sends_in ? connection->limit[interface->left] : 0;
		client->narrows = client->narrows || narrows(interface, true);
	}
	for (uint32_t i = 0; i < build->instances; i++) {
		struct instance *instance = &build->instance[i];
		const struct component *component = instance->component;

		/* Also of a port without clients: the functions that answer later are there all the same. */
		for (uint32_t p = 0; p < component->provided; p++)
			instance->narrows =
			    instance->narrows || narrows(component->provides[p].interface, false);
		instance->room += (instance->room != 0 ? 1 : 0) + (instance->narrows ? 1 : 0);
		if (!instance->capabilities_given)
			instance->capabilities += instance->room;
	}
}
