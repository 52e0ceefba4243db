/* SPDX-License-Identifier: MIT
 * component.h of an instance: what its C may use, and what it must define. What is there for its ports is in ports.c.
 */
#include "../read/arena.h"
#include "glue.h"

/* ---- head ------------------------------------------------------------------------------------- */

static void print_slots(const struct glue *glue)
{
	struct text *out = glue->out;

	text_add(out, "/* Capabilities. A static slot keeps generation 0, so its number is its handle. "
		      "*/\nenum component_slot {\n");
	for (uint32_t i = 0; i < glue->own->slots; i++) {
		const struct slot *slot = &glue->own->slot[i];

		text_add(out, "\t%s = %u%s /* %s (%s) */\n", slot->name, slot->index,
			 i + 1 < glue->own->slots ? "," : "", slot->what, cite(glue->numbers, slot->place));
	}
	text_add(out, "};\n\n");
	if (glue->instance->capabilities > glue->instance->room)
		text_add(
		    out,
		    "/* Slots for what it makes or is given at run time: so many from this one on, all free "
		    "at the start (%s). */\n#define SLOT_FREE  %uu\n#define SLOTS_FREE %uu\n\n",
		    cite(glue->numbers, glue->instance->memory_place.file ? glue->instance->memory_place
									  : glue->instance->place),
		    glue->own->slots + 1 + glue->instance->room,
		    glue->own->table_size - glue->own->slots - 1 - glue->instance->room);
}

static void print_calls(const struct glue *glue)
{
	bool later = false;

	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct interface *interface = glue->component->provides[p].interface;

		later = later || interface->in_flight < interface->limits;
	}
	if (later)
		text_add(glue->out,
			 "/* Calls that may be in hand at once, and one: the `reply` of a token is less. */\n"
			 "#define COMPONENT_CALLS %uu\n\n",
			 glue->own->replies);
}

/* What its system promises; a component that works by period needs these numbers. */
static void print_schedule(const struct glue *glue)
{
	const struct schedule *schedule = glue->instance->schedule;

	if (schedule == NULL || schedule->budget_ns == 0)
		return;
	text_add(glue->out,
		 "/* CPU time, in ns: a budget in each period%s (%s). */\n#define SCHEDULE_BUDGET_NS   "
		 "UINT64_C(%llu)\n#define SCHEDULE_PERIOD_NS   UINT64_C(%llu)\n",
		 schedule->deadline_ns != 0
		     ? ", and what it has to do done by the deadline; computed is the response"
		     : "",
		 cite(glue->numbers, schedule->place), (unsigned long long)schedule->budget_ns,
		 (unsigned long long)schedule->period_ns);
	if (schedule->deadline_ns != 0)
		text_add(glue->out,
			 "#define SCHEDULE_DEADLINE_NS UINT64_C(%llu)\n#define SCHEDULE_RESPONSE_NS "
			 "UINT64_C(%llu)\n",
			 (unsigned long long)schedule->deadline_ns,
			 (unsigned long long)schedule->response_ns);
	text_add(glue->out, "\n");
}

/* ---- interfaces ------------------------------------------------------------------------------- */

static void print_status(const struct glue *glue, const struct interface *interface)
{
	struct text *out = glue->out;
	const char *name = interface->name.text;

	text_add(out, "enum %s_status {\n\t%s_OK = 0,\n", name, upper(name));
	for (uint32_t i = 0; i < interface->errors; i++) {
		text_add(out, "\t%s_%s = %u, /* ", upper(name), upper(interface->error[i].name.text),
			 interface->error[i].code);
		text_comment(out, interface->error[i].doc ? interface->error[i].doc : "");
		text_add(out, " */\n");
	}
	text_add(
	    out, "\t%s_RESTARTED = 0x100, /* the server died with this call in its hands%s */\n", upper(name),
	    interface->session == SESSION_STATELESS ? "" : ", or before it and the call needs what it lost");
	text_add(out, "\t%s_GONE,              /* nobody serves this any more */\n", upper(name));
	text_add(out,
		 "\t%s_TIMED_OUT,         /* the deadline passed; nothing is left behind in the server's "
		 "queue */\n",
		 upper(name));
	text_add(out,
		 "\t%s_MALFORMED,         /* an argument or an answer is not what the interface says */\n",
		 upper(name));
	text_add(out, "\t%s_QUOTA              /* this connection holds all that it may */\n};\n",
		 upper(name));
	text_add(out, "const char *%s_status_name(enum %s_status status);\n", name, name);
	if (interface_is_used(glue, interface)) {
		text_add(out, "enum %s_status %s_status_of(enum tenon_status outcome); /* for the stubs */\n",
			 name, name);
		text_add(out,
			 "enum %s_status %s_status_refused(uint64_t tag);          /* for the stubs */\n",
			 name, name);
	}
	text_add(out, "\n");
}

static void print_interfaces(const struct glue *glue)
{
	uint32_t count;
	const struct interface **list = glue_interfaces(glue, &count);
	struct printed printed = {
	    ARENA_ARRAY(glue->numbers->arena, const struct interface *, glue->numbers->model->interfaces), 0};

	for (uint32_t i = 0; i < count; i++) {
		text_add(glue->out, "/* ---- Interface %s %u.%u (%s): ", list[i]->name.text, list[i]->major,
			 list[i]->minor, cite(glue->numbers, list[i]->name.place));
		text_comment(glue->out, list[i]->doc ? list[i]->doc : "");
		text_add(glue->out, " */\n\n");
		types_print(glue, list[i], &printed);
		print_status(glue, list[i]);
	}
}

/* ---- the component's own ---------------------------------------------------------------------- */

static void print_timeouts(const struct glue *glue)
{
	for (uint32_t i = 0; i < glue->component->timeouts; i++) {
		const char *name = glue->component->timeout[i].text;

		text_add(glue->out,
			 "/* Time-out %s (%s): the component defines the first; _at sets it anew, absolute, "
			 "on the "
			 "kernel's clock. */\nvoid %s(void);\nvoid %s_at(uint64_t deadline_ns);\n"
			 "void %s_cancel(void);\n\n",
			 name, cite(glue->numbers, glue->component->timeout[i].place), name, name, name);
	}
}

static bool has_loans(const struct glue *glue)
{
	uint32_t count;
	const struct interface **list = glue_interfaces(glue, &count);

	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t k = 0; k < list[i]->operations; k++) {
			if (list[i]->operation[k].in.loans)
				return true;
		}
	}
	return false;
}

static bool has_capabilities(const struct glue *glue)
{
	uint32_t count;
	const struct interface **list = glue_interfaces(glue, &count);

	for (uint32_t i = 0; i < count; i++) {
		if (list[i]->sends_in || list[i]->sends_out)
			return true;
	}
	return false;
}

void header_print(const struct glue *glue)
{
	struct text *out = glue->out;
	const char *name = glue->instance->name.text;

	text_add(
	    out,
	    "/* Generated by tenon-gen compose; do not edit.\n * Instance %s (%s) of component %s (%s): ",
	    name, cite(glue->numbers, glue->instance->place), glue->component->name.text,
	    cite(glue->numbers, glue->component->name.place));
	text_comment(out, glue->component->doc ? glue->component->doc : "");
	text_add(out, "\n */\n#ifndef COMPONENT_%s_H\n#define COMPONENT_%s_H\n\n", upper(name), upper(name));
	text_add(
	    out,
	    "#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <tenon/component.h>\n"
	    "#include <tenon/ipc.h>\n#include <tenon/log.h>\n#include <tenon/message.h>\n");
	if (channels_in_header(glue))
		text_add(out, "#include <tenon/session.h>\n");
	if (session_in_header(glue))
		text_add(out, "#include <tenon/connection.h>\n");
	if (has_loans(glue))
		text_add(out, "#include <tenon/loan.h>\n");
	if (has_capabilities(glue))
		text_add(out, "#include <tenon/room.h>\n");
	if (glue->component->supervisor)
		text_add(out, "#include <tenon/supervision.h>\n");
	device_include(glue);
	text_add(out, "\n#define COMPONENT_NAME \"%s\"\n\n", name);
	print_slots(glue);
	print_calls(glue);
	given_print(glue);
	print_schedule(glue);
	if (instance_has_clock(glue->instance))
		text_add(
		    out,
		    "/* Nanoseconds since the kernel started. */\nstatic inline uint64_t clock_ns(void)\n{\n"
		    "\treturn tenon_clock_ns(SLOT_CLOCK);\n}\n\n");
	print_timeouts(glue);
	if (glue_waits(glue))
		text_add(
		    out,
		    "/* In a handler that cannot go on before something came through a channel: waits for "
		    "one "
		    "signal, at\n * most until the deadline, and has it handled here: handlers of channels, "
		    "sessions and events run, other\n * calls and time-outs do not. */\n"
		    "void wait_for_signal_until(uint64_t deadline_ns);\n\n");
	if (later_is_any(glue))
		text_add(out, "/* The call that is being handled will be finished, and then the handler "
			      "returns: its answer goes "
			      "out with the\n * receive that follows, which is one system call for both. Its "
			      "finish() answers "
			      "TENON_OK. */\n"
			      "void finish_on_return(void);\n\n");
	device_head(glue);
	print_interfaces(glue);
	ports_print(glue);
	device_identity_head(glue);
	passes_head(glue);
	bus_head(glue);
	text_add(out, "#endif\n");
}
