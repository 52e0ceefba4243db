/* SPDX-License-Identifier: MIT
 * Rules on one component by itself: its enumerators and macros are different in C, where they stand in capitals. Whoever adds
 * one to generator/emit adds it here.
 */
#include "check.h"
#include "clash.h"
#include "component.h"

/* The macros of <stdint.h> that are an interface's name with an error's. */
static void put_limits(struct clash *clash)
{
	static const char *const type[] = {"int8",   "int16",   "int32",   "int64",  "uint8",
					   "uint16", "uint32",  "uint64",  "intptr", "uintptr",
					   "intmax", "uintmax", "ptrdiff", "size"};
	static const char *const what[] = {"max", "min", "c"};

	for (size_t i = 0; i < sizeof(type) / sizeof(type[0]); i++)
		for (size_t k = 0; k < sizeof(what) / sizeof(what[0]); k++)
			clash_put(clash, (struct place){0}, "name", "%s_%s", type[i], what[k]);
}

static void put_own_constants(struct clash *clash)
{
	static const char *const own[] = {"thread", "receive_set", "clock", "platform", "inspector",
					  "pool",   "space",       "table", "free",     "heartbeat"};
	static const char *const numbered[] = {"reply", "interrupt", "ports", "registers"};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		clash_put(clash, (struct place){0}, "name", "SLOT_%s", own[i]);
	for (size_t i = 0; i < sizeof(numbered) / sizeof(numbered[0]); i++)
		clash_put_numbered(clash, (struct place){0}, "name", "SLOT_%s", numbered[i]);
	clash_put(clash, (struct place){0}, "name", "reply_none");
	clash_put(clash, (struct place){0}, "name", "component_calls");
	put_limits(clash);
}

/* All at the place of the interface where it is declared: check_interface() has compared them with each other. */
static void put_type_constants(struct clash *clash, const struct type *type)
{
	const struct name *home = &type->home->name;

	for (uint32_t i = 0; i < type->values; i++)
		clash_put(clash, home->place, "value of a type", "%s_%s_%s", home->text, type->name.text,
			  type->value[i].text);
	for (uint32_t i = 0; type->kind == TYPE_UNION && i < type->fields; i++)
		clash_put(clash, home->place, "tag of a type", "%s_%s_%s", home->text, type->name.text,
			  type->field[i].name.text);
	if (type->has_min || type->has_max) {
		clash_put(clash, home->place, "least value of a type", "%s_%s_min", home->text,
			  type->name.text);
		clash_put(clash, home->place, "greatest value of a type", "%s_%s_max", home->text,
			  type->name.text);
	}
}

static void put_interface_constants(struct clash *clash, const struct interface *interface)
{
	static const char *const own[] = {"ok", "restarted", "gone", "timed_out", "malformed", "quota"};
	const struct name *name = &interface->name;

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		clash_put(clash, name->place, "status of the interface", "%s_%s", name->text, own[i]);
	for (uint32_t i = 0; i < interface->errors; i++)
		clash_put(clash, name->place, "error of the interface", "%s_%s", name->text,
			  interface->error[i].name.text);
	for (uint32_t i = 0; i < interface->types; i++)
		put_type_constants(clash, interface->type[i]);
}

static void put_port_constants(struct clash *clash, const struct port *port, bool provided)
{
	const struct interface *interface = port->interface;
	const char *name = port->name.text;

	for (uint32_t i = 0; provided && i < interface->events; i++)
		clash_put_numbered(clash, port->name.place, "event", "SLOT_%s_%s", name,
				   interface->event[i].name.text);
	if (provided)
		clash_put(clash, port->name.place, "number of clients", "%s_clients", name);
	else if (port->many)
		clash_put_numbered(clash, port->name.place, "port", "SLOT_%s", name);
	else
		clash_put(clash, port->name.place, "port", "SLOT_%s", name);
	if (port->many)
		clash_put(clash, port->name.place, "number of servers", "%s_count", name);
	if (interface->channels != 0 && (provided || port->many))
		clash_put_numbered(clash, port->name.place, "wake-up of channels", "SLOT_%s_wake", name);
	else if (interface->channels != 0)
		clash_put(clash, port->name.place, "wake-up of channels", "SLOT_%s_wake", name);
	for (uint32_t i = 0; i < interface->shareds; i++)
		clash_put(clash, port->name.place, "size of a shared region", "%s_%s_size", name,
			  interface->shared[i].name.text);
	for (uint32_t i = 0; provided && i < interface->limits; i++) {
		if (limit_counts_itself(interface, i))
			continue;
		clash_put(clash, port->name.place, "limit", "%s_%s_total", name,
			  interface->limit[i].name.text);
	}
	for (uint32_t i = 0; i < interface->channels; i++)
		clash_put(clash, port->name.place, "length of a channel", "%s_%s_entries", name,
			  interface->channel[i].name.text);
	for (uint32_t i = 0; i < interface->pools; i++)
		clash_put(clash, port->name.place, "number of buffers", "%s_%s_count", name,
			  interface->pool[i].name.text);
}

static void put_parameter(struct clash *clash, const struct parameter *parameter)
{
	clash_put(clash, parameter->name.place, "parameter", "parameter_%s", parameter->name.text);
	for (uint32_t i = 0; i < parameter->choices; i++)
		clash_put(clash, parameter->choice[i].place, "choice", "parameter_%s_%s",
			  parameter->name.text, parameter->choice[i].text);
}

void check_constants(const struct component *component, struct report *report)
{
	struct clash *clash = clash_create(report, RULE_NAME_CLASH);

	clash_ignore_case(clash);
	clash_trust_places(clash);
	put_own_constants(clash);
	for (uint32_t i = 0; i < component->parameters; i++)
		put_parameter(clash, &component->parameter[i]);
	for (uint32_t i = 0; i < component->provided; i++) {
		if (is_first_of_interface(component, &component->provides[i], true))
			put_interface_constants(clash, component->provides[i].interface);
		put_port_constants(clash, &component->provides[i], true);
	}
	for (uint32_t i = 0; i < component->used; i++) {
		if (is_first_of_interface(component, &component->uses[i], false))
			put_interface_constants(clash, component->uses[i].interface);
		put_port_constants(clash, &component->uses[i], false);
	}
	clash_destroy(clash);
}
