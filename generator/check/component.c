/* SPDX-License-Identifier: MIT
 * Rules on one component by itself: the C names that its header declares are
 * different. The names stand in docs/reference/c.md; whoever adds one to the
 * glue adds it here.
 */
#include <string.h>
#include "check.h"
#include "clash.h"

static void put_own(struct clash *clash)
{
	static const char *const own[] = {
	    "component_start",
	    "device_interrupt",
	    "device_registers",
	    "device_read8",
	    "device_read16",
	    "device_read32",
	    "device_write8",
	    "device_write16",
	    "device_write32",
	    "clock_ns",
	    "log_debug",
	    "log_info",
	    "log_warning",
	    "log_error",
	    "main",
	    "supervisor_fault",
	    "supervisor_heartbeat",
	    "heap_allocate",
	    "heap_allocate_zeroed",
	    "heap_free",
	    "memcpy",
	    "memmove",
	    "memset",
	    "memcmp",
	    "memchr",
	    "strlen",
	    "strnlen",
	    "strcmp",
	    "strncmp",
	    "strchr",
	};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		clash_put(clash, (struct place){0}, "name", "%s", own[i]);
}

static void put_provided(struct clash *clash, const struct port *port)
{
	const struct interface *interface = port->interface;
	const char *name = port->name.text;

	clash_put(clash, port->name.place, "port", "%s_client_name", name);
	for (uint32_t i = 0; i < interface->operations; i++) {
		const char *operation = interface->operation[i].name.text;

		clash_put(clash, port->name.place, "handler", "%s_%s", name, operation);
		if (interface->operation[i].reply == REPLY_LATER)
			clash_put(clash, port->name.place, "handler of the end", "%s_%s_cancelled", name,
				  operation);
	}
	for (uint32_t i = 0; i < interface->events; i++)
		clash_put(clash, port->name.place, "event", "%s_signal_%s", name,
			  interface->event[i].name.text);
	for (uint32_t i = 0; i < interface->shareds; i++)
		clash_put(clash, port->name.place, "shared region", "%s_%s", name,
			  interface->shared[i].name.text);
}

static void put_used(struct clash *clash, const struct port *port)
{
	const struct interface *interface = port->interface;
	const char *name = port->name.text;

	if (port->optional)
		clash_put(clash, port->name.place, "optional port", "%s_connected", name);
	for (uint32_t i = 0; i < interface->operations; i++) {
		const char *operation = interface->operation[i].name.text;

		clash_put(clash, port->name.place, "call", "%s_%s", name, operation);
		clash_put(clash, port->name.place, "call with a deadline", "%s_%s_until", name, operation);
	}
	for (uint32_t i = 0; i < interface->events; i++)
		clash_put(clash, port->name.place, "event", "%s_%s", name, interface->event[i].name.text);
	for (uint32_t i = 0; i < interface->shareds; i++)
		clash_put(clash, port->name.place, "shared region", "%s_%s", name,
			  interface->shared[i].name.text);
}

/* What an interface declares itself, once for all ports of it. */
static void put_interface(struct clash *clash, const struct port *port)
{
	const struct interface *interface = port->interface;

	clash_put(clash, port->name.place, "interface", "%s_status_name", interface->name.text);
	clash_put(clash, port->name.place, "interface", "%s_status_of", interface->name.text);
	clash_put(clash, port->name.place, "interface", "%s_status_refused", interface->name.text);
	for (uint32_t i = 0; i < interface->operations; i++)
		if (interface->operation[i].reply == REPLY_LATER)
			clash_put(clash, port->name.place, "answer", "%s_%s_finish", interface->name.text,
				  interface->operation[i].name.text);
}

static bool is_first_of_interface(const struct component *component, const struct port *port, bool provided)
{
	for (uint32_t i = 0; i < (provided ? port->index : component->provided); i++)
		if (component->provides[i].interface == port->interface)
			return false;
	for (uint32_t i = 0; !provided && i < port->index; i++)
		if (component->uses[i].interface == port->interface)
			return false;
	return true;
}

static void check_names(const struct component *component, struct report *report)
{
	struct clash *clash = clash_create(report, RULE_NAME_CLASH);

	put_own(clash);
	for (uint32_t i = 0; i < component->provided; i++)
		if (is_first_of_interface(component, &component->provides[i], true))
			put_interface(clash, &component->provides[i]);
	for (uint32_t i = 0; i < component->used; i++)
		if (is_first_of_interface(component, &component->uses[i], false))
			put_interface(clash, &component->uses[i]);
	for (uint32_t i = 0; i < component->provided; i++)
		put_provided(clash, &component->provides[i]);
	for (uint32_t i = 0; i < component->used; i++)
		put_used(clash, &component->uses[i]);
	for (uint32_t i = 0; i < component->timeouts; i++) {
		clash_put(clash, component->timeout[i].place, "time-out", "%s", component->timeout[i].text);
		clash_put(clash, component->timeout[i].place, "time-out", "%s_at",
			  component->timeout[i].text);
		clash_put(clash, component->timeout[i].place, "time-out", "%s_cancel",
			  component->timeout[i].text);
	}
	clash_destroy(clash);
}

/* Each used port has an enumerator SLOT_PORT, beside those of the instance's own objects. */
static void check_slots(const struct component *component, struct report *report)
{
	static const char *const own[] = {"thread", "receive_set", "clock", "platform", "inspector",
					  "pool",   "space",       "table", "free",     "heartbeat"};
	struct clash *clash = clash_create(report, RULE_NAME_CLASH);

	clash_ignore_case(clash);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		clash_put(clash, (struct place){0}, "name", "SLOT_%s", own[i]);
	for (uint32_t i = 0; i < component->used; i++)
		clash_put(clash, component->uses[i].name.place, "port", "SLOT_%s",
			  component->uses[i].name.text);
	clash_destroy(clash);
}

static void check_port_name(const struct port *port, struct report *report)
{
	static const char *const reserved[] = {"tenon", "component", "device", "slot", "parameter", "clock"};

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strcmp(port->name.text, reserved[i]) == 0)
			complaint_allowed(
			    report_error(report, RULE_RESERVED_NAME, port->name.place,
					 "a port cannot be named \"%s\": the names of the glue begin so",
					 port->name.text),
			    "any name but tenon, component, device, slot, parameter and clock");
	if (port->interface->operations == 0 && port->interface->events == 0 &&
	    port->interface->shareds == 0 && port->interface->types != 0)
		complaint_help(
		    report_error(report, RULE_EMPTY_INTERFACE, port->name.place,
				 "the interface \"%s\" of the port \"%s\" offers nothing but types",
				 port->interface->name.text, port->name.text),
		    "give it \"operations\", \"events\" or \"shared\"");
	if (strcmp(port->name.text, "log") == 0 && strcmp(port->interface->name.text, "log") != 0)
		report_error(report, RULE_LOG_PORT, port->name.place,
			     "the port \"log\" has the interface \"%s\": log_info and its like use that port",
			     port->interface->name.text);
}

void check_component(const struct component *component, struct report *report)
{
	for (uint32_t i = 0; i < component->provided; i++)
		check_port_name(&component->provides[i], report);
	for (uint32_t i = 0; i < component->used; i++)
		check_port_name(&component->uses[i], report);
	check_names(component, report);
	check_slots(component, report);
}
