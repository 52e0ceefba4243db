/* SPDX-License-Identifier: MIT
 * Rules on one component by itself: the C names that its header and its glue
 * declare are different; constants.c has those in capitals. Whoever adds one to generator/emit adds it here, unless
 * it begins with `glue_`.
 */
#include <string.h>
#include "check.h"
#include "clash.h"
#include "component.h"

/* The types of <stddef.h> and <stdint.h>. */
static void put_standard_types(struct clash *clash)
{
	static const char *const sized[] = {"int",       "uint",      "int_fast",
					    "uint_fast", "int_least", "uint_least"};
	static const char *const other[] = {"intmax",  "uintmax", "intptr", "uintptr",
					    "ptrdiff", "size",    "wchar",  "max_align"};

	for (size_t i = 0; i < sizeof(sized) / sizeof(sized[0]); i++)
		for (uint32_t bits = 8; bits <= 64; bits *= 2)
			clash_put(clash, (struct place){0}, "name", "%s%u_t", sized[i], bits);
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		clash_put(clash, (struct place){0}, "name", "%s_t", other[i]);
}

/* tests/generator/run_reserved finds what is missing. */
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
	    "finish_on_return",
	    "wait_for_signal_until",
	    "log_debug",
	    "log_info",
	    "log_warning",
	    "log_error",
	    "main",
	    "supervisor_fault",
	    "supervisor_heartbeat",
	    "supervision_at",
	    "supervision_directory",
	    "supervision_member",
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

/* What both sides of a connection have for its memory. */
static void put_memory(struct clash *clash, const struct port *port)
{
	const struct interface *interface = port->interface;
	const char *name = port->name.text;

	for (uint32_t i = 0; i < interface->shareds; i++)
		if (interface->shared[i].kind == SHARED_REGION)
			clash_put(clash, port->name.place, "shared region", "%s_%s", name,
				  interface->shared[i].name.text);
	if (interface->channels != 0)
		clash_put(clash, port->name.place, "channels", "%s_session", name);
	for (uint32_t i = 0; i < interface->channels; i++) {
		const char *channel = interface->channel[i].name.text;

		clash_put(clash, port->name.place, "channel", "%s_%s", name, channel);
		clash_put(clash, port->name.place, "channel", "%s_%s_send", name, channel);
		clash_put(clash, port->name.place, "channel", "%s_%s_receive", name, channel);
		clash_put(clash, port->name.place, "channel", "%s_%s_room", name, channel);
		clash_put(clash, port->name.place, "length of a channel", "%s_%s_entries", name, channel);
	}
	for (uint32_t i = 0; i < interface->pools; i++) {
		const char *pool = interface->pool[i].name.text;

		clash_put(clash, port->name.place, "pool", "%s_%s_read", name, pool);
		clash_put(clash, port->name.place, "pool", "%s_%s_write", name, pool);
		clash_put(clash, port->name.place, "pool", "%s_%s_allocate", name, pool);
		clash_put(clash, port->name.place, "pool", "%s_%s_release", name, pool);
		clash_put(clash, port->name.place, "number of buffers", "%s_%s_count", name, pool);
	}
}

static void put_provided(struct clash *clash, const struct port *port)
{
	const struct interface *interface = port->interface;
	const char *name = port->name.text;

	clash_put(clash, port->name.place, "port", "%s_client_name", name);
	if (interface->is_held)
		clash_put(clash, port->name.place, "handler of the end", "%s_closed", name);
	clash_put(clash, port->name.place, "port", "%s_client_line", name);
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
	put_memory(clash, port);
}

static void put_accounts(struct clash *clash, const struct port *port)
{
	const struct interface *interface = port->interface;

	for (uint32_t i = 0; i < interface->limits; i++) {
		const char *limit = interface->limit[i].name.text;

		if (limit_counts_itself(interface, i))
			continue;
		clash_put(clash, port->name.place, "limit", "%s_%s_limit", port->name.text, limit);
		clash_put(clash, port->name.place, "limit", "%s_take_%s", port->name.text, limit);
		clash_put(clash, port->name.place, "limit", "%s_give_back_%s", port->name.text, limit);
		if (interface->limit[i].is_size)
			clash_put(clash, port->name.place, "limit", "%s_%s_memory", port->name.text, limit);
	}
}

static void put_used(struct clash *clash, const struct port *port)
{
	const struct interface *interface = port->interface;
	const char *name = port->name.text;

	if (port->optional && !port->many)
		clash_put(clash, port->name.place, "optional port", "%s_connected", name);
	if (port->many)
		clash_put(clash, port->name.place, "array of ports", "%s_server_name", name);
	if (interface->session != SESSION_STATELESS)
		clash_put(clash, port->name.place, "handler of a restart", "%s_restarted", name);
	if (!port->implicit)
		clash_put(clash, port->name.place, "port", "%s_server_line", name);
	for (uint32_t i = 0; i < interface->operations; i++) {
		const char *operation = interface->operation[i].name.text;

		clash_put(clash, port->name.place, "call", "%s_%s", name, operation);
		clash_put(clash, port->name.place, "call with a deadline", "%s_%s_until", name, operation);
	}
	for (uint32_t i = 0; i < interface->events; i++)
		clash_put(clash, port->name.place, "event", "%s_%s", name, interface->event[i].name.text);
	put_memory(clash, port);
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

bool is_first_of_interface(const struct component *component, const struct port *port, bool provided)
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
	put_standard_types(clash);
	for (uint32_t i = 0; i < component->provided; i++)
		if (is_first_of_interface(component, &component->provides[i], true))
			put_interface(clash, &component->provides[i]);
	for (uint32_t i = 0; i < component->used; i++)
		if (is_first_of_interface(component, &component->uses[i], false))
			put_interface(clash, &component->uses[i]);
	for (uint32_t i = 0; i < component->provided; i++)
		put_provided(clash, &component->provides[i]);
	for (uint32_t i = 0; i < component->provided; i++)
		put_accounts(clash, &component->provides[i]);
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

/* All that begins so is the runtime's or the glue's. */
static bool has_reserved_prefix(const char *name)
{
	return strncmp(name, "tenon_", 6) == 0 || strncmp(name, "glue_", 5) == 0;
}

static void check_port_name(const struct port *port, struct report *report)
{
	static const char *const reserved[] = {"tenon", "glue",      "component", "device",
					       "slot",  "parameter", "clock"};
	bool is_reserved = has_reserved_prefix(port->name.text);

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		is_reserved = is_reserved || strcmp(port->name.text, reserved[i]) == 0;
	if (is_reserved)
		complaint_allowed(
		    report_error(report, RULE_RESERVED_NAME, port->name.place,
				 "a port cannot be named \"%s\": the names of the glue begin so",
				 port->name.text),
		    "any name but tenon, glue, component, device, slot, parameter, clock, tenon_… and "
		    "glue_…");
	if (port->interface->operations == 0 && port->interface->events == 0 &&
	    port->interface->shareds == 0 && port->interface->types != 0)
		complaint_help(
		    report_error(report, RULE_EMPTY_INTERFACE, port->name.place,
				 "the interface \"%s\" of the port \"%s\" offers nothing but types",
				 port->interface->name.text, port->name.text),
		    "give it \"operations\", \"events\", \"channels\" or \"shared\"");
	if (strcmp(port->name.text, "log") == 0 && strcmp(port->interface->name.text, "log") != 0)
		report_error(report, RULE_LOG_PORT, port->name.place,
			     "the port \"log\" has the interface \"%s\": log_info and its like use that port",
			     port->interface->name.text);
}

/* The supervisor's slots for others are SLOT_MEMBER_THREAD_INSTANCE and so on. */
static void check_member_names(const struct component *component, struct report *report)
{
	for (uint32_t i = 0; component->supervisor && i < component->used; i++)
		if (strncmp(component->uses[i].name.text, "member_", 7) == 0)
			report_error(report, RULE_RESERVED_NAME, component->uses[i].name.place,
				     "a port of the supervisor cannot be named \"%s\": its slots for others "
				     "begin so",
				     component->uses[i].name.text);
}

static void check_timeout_names(const struct component *component, struct report *report)
{
	for (uint32_t i = 0; i < component->timeouts; i++)
		if (has_reserved_prefix(component->timeout[i].text))
			report_error(report, RULE_RESERVED_NAME, component->timeout[i].place,
				     "a time-out cannot be named \"%s\": the names of the glue begin so",
				     component->timeout[i].text);
}

void check_component(const struct component *component, struct report *report)
{
	for (uint32_t i = 0; i < component->provided; i++)
		check_port_name(&component->provides[i], report);
	for (uint32_t i = 0; i < component->used; i++)
		check_port_name(&component->uses[i], report);
	check_member_names(component, report);
	check_timeout_names(component, report);
	check_names(component, report);
	check_constants(component, report);
}
