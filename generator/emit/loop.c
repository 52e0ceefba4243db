/* SPDX-License-Identifier: MIT
 * Signals, time-outs, and the loop of an instance.
 */
#include "serving.h"

#define TURNS_BETWEEN_CLOCKS 16 /* calls and signals served before time-outs that are due get their turn */

/* ---- time-outs -------------------------------------------------------------------------------- */

static void print_timeouts(const struct glue *glue)
{
	const struct component *component = glue->component;
	struct text *out = glue->out;

	text_add(out, "/* Time-outs (%s): when each is due; TENON_NEVER: it is not set. */\n",
		 cite(glue->numbers, component->timeout[0].place));
	text_add(out, "static uint64_t glue_timeout[%u] = {", component->timeouts);
	for (uint32_t i = 0; i < component->timeouts; i++)
		text_add(out, "%sTENON_NEVER", i ? ", " : "");
	text_add(out, "};\n\n");
	for (uint32_t i = 0; i < component->timeouts; i++) {
		const char *name = component->timeout[i].text;

		text_add(out, "void %s_at(uint64_t deadline_ns)\n{\n\tglue_timeout[%u] = deadline_ns;\n}\n\n",
			 name, i);
		text_add(out, "void %s_cancel(void)\n{\n\tglue_timeout[%u] = TENON_NEVER;\n}\n\n", name, i);
	}
	text_add(out,
		 "static uint64_t glue_nearest_timeout(void)\n{\n\tuint64_t nearest = glue_timeout[0];\n\n"
		 "\tfor (uint32_t i = 1; i < %u; i++)\n\t\tnearest = glue_timeout[i] < nearest ? "
		 "glue_timeout[i] : nearest;\n"
		 "\treturn nearest;\n}\n\n",
		 component->timeouts);
	text_add(out, "static void glue_run_timeouts(uint64_t now_ns)\n{\n");
	for (uint32_t i = 0; i < component->timeouts; i++)
		text_add(out,
			 "\tif (glue_timeout[%u] <= now_ns) {\n\t\tglue_timeout[%u] = "
			 "TENON_NEVER;\n\t\t%s();\n\t}\n",
			 i, i, component->timeout[i].text);
	text_add(out, "}\n\n");
}

/* ---- signals ---------------------------------------------------------------------------------- */

struct signals {
	const struct glue *glue;
	uint32_t notification; /* whose bits are printed now */
};

/* Opens `if (bits & …) {` when the bit belongs to the notification that is printed. */
static bool open_bit(const struct signals *signals, uint32_t bit)
{
	if (bit == NUMBERS_NONE || bit / 64 != signals->notification)
		return false;
	text_add(signals->glue->out, "\tif (bits & UINT64_C(0x%llx)) ", 1ULL << bit % 64);
	return true;
}

static void print_event(const struct glue *glue, const struct port *port, uint32_t server, uint32_t event)
{
	const char *place = cite(glue->numbers, glue->instance->used[port->index].server[server]->place);

	if (event == port->interface->events && port_is_called(port)) {
		session_heard(glue, port, server, place);
		return;
	}
	text_add(glue->out, "/* %s */\n\t\t%s_%s(", place, port->name.text,
		 signal_name(port->interface, event));
	if (port->many)
		text_add(glue->out, "%u", server);
	text_add(glue->out, ");\n");
}

static void print_bits(const struct signals *signals)
{
	const struct glue *glue = signals->glue;
	const struct component *component = glue->component;
	struct text *out = glue->out;

	for (uint32_t i = 0; glue->instance->device && i < component->device.interrupts; i++) {
		if (!open_bit(signals, i))
			continue;
		text_add(out, "{ /* %s */\n\t\tdevice_interrupt(%u);\n",
			 cite(glue->numbers, component->device.place), i);
		if (!glue->own->function) /* messages are edges */
			text_add(out, "\t\tCHECK(tenon_interrupt_ack(SLOT_INTERRUPT_%u) == TENON_OK);\n", i);
		text_add(out, "\t}\n");
	}
	if (open_bit(signals, glue->own->heartbeat_bit))
		text_add(out, "/* %s */\n\t\tCHECK(tenon_signal(SLOT_HEARTBEAT) == TENON_OK);\n",
			 cite(glue->numbers, glue->instance->supervision->place));
	for (uint32_t u = 0; u < component->used; u++) {
		const struct port *port = &component->uses[u];

		for (uint32_t i = 0; i < glue->instance->used[u].servers * port->interface->signals; i++)
			if (open_bit(signals, glue->own->event_bit[u] + i))
				print_event(glue, port, i / port->interface->signals,
					    i % port->interface->signals);
	}
	for (uint32_t i = 0; glue->instance == glue->numbers->model->supervisor && i < glue->numbers->members;
	     i++) {
		if (open_bit(signals, glue->own->beat_bit[i]))
			text_add(out, "/* %s */\n\t\tsupervisor_heartbeat(%u);\n",
				 cite(glue->numbers, numbers_member(glue->numbers, i)->supervision->place),
				 i);
	}
}

static void print_signals(const struct glue *glue)
{
	struct text *out = glue->out;
	struct signals signals = {.glue = glue};

	for (uint32_t n = 0; n < glue->own->notifications; n++) {
		signals.notification = n;
		text_add(out, "static void glue_on_signals_%u(uint64_t bits)\n{\n", n);
		print_bits(&signals);
		channels_signal(glue, n);
		text_add(out, "}\n\n");
	}
}

/* ---- the loop --------------------------------------------------------------------------------- */

void loop_current(const struct glue *glue)
{
	text_add(
	    glue->out,
	    "/* The reply object for the next call, or 0 when all hold one: then only signals come. */\n"
	    "static tenon_handle_t glue_next_reply(void)\n{\n"
	    "\tif (glue_current == REPLY_NONE && glue_free_replies != 0)\n\t\tglue_current = "
	    "glue_free_reply[--glue_free_replies];\n"
	    "\treturn glue_current == REPLY_NONE ? 0 : SLOT_REPLY_0 + (tenon_handle_t)glue_current;\n}\n\n");
}

/* Each signal and each end of a caller is in the kernel's list once, and the list is taken from its front. */
static void print_take_pending(const struct glue *glue)
{
	text_add(glue->out,
		 "/* Takes what has come besides calls by now. */\nstatic void glue_take_pending(void)\n{\n"
		 "\tstruct tenon_ipc ipc;\n\n\tfor (uint32_t i = 0; i < %u; i++) {\n"
		 "\t\tif (tenon_receive(SLOT_RECEIVE_SET, 0, TENON_NOW, &ipc) != TENON_OK)\n\t\t\treturn;\n"
		 "\t\tglue_take(&ipc);\n\t}\n}\n\n",
		 glue->own->replies + glue->own->notifications);
}

static void print_take(const struct glue *glue)
{
	struct text *out = glue->out;

	text_add(
	    out,
	    "/* What is no call: a signal%s. */\nstatic void glue_take(const struct tenon_ipc *ipc)\n{\n",
	    glue->own->has_later ? ", or the end of a held call's caller" : "");
	if (glue->own->has_later)
		text_add(out, "\tif (ipc->source == "
			      "TENON_SOURCE_CANCELLED)\n\t\tglue_on_cancelled((uint32_t)ipc->word[0]);\n");
	if (served_brings(glue))
		text_add(out, "\tif (ipc->source == TENON_SOURCE_SEND)\n"
			      "\t\t(void)tenon_room_take(&glue_room, ipc->tag); /* not looked at again */\n");
	if (dispatch_takes_sent(glue))
		text_add(out, "\tif (ipc->source == TENON_SOURCE_SEND)\n\t\tglue_on_sent(ipc);\n");
	for (uint32_t n = 0; n < glue->own->notifications; n++)
		text_add(out,
			 "\tif (ipc->source == TENON_SOURCE_SIGNAL && ipc->badge == %u)\n"
			 "\t\tglue_on_signals_%u(ipc->word[0]);\n",
			 n, n);
	if (!glue->own->has_later && !glue->own->notifications && !dispatch_takes_sent(glue) &&
	    !served_brings(glue))
		text_add(out, "\t(void)ipc; /* nobody signals this instance */\n");
	text_add(out, "}\n\n");
	if (account_counts_calls(glue))
		print_take_pending(glue);
}

static const char *next_reply(const struct glue *glue)
{
	if (glue->own->has_later)
		return "glue_next_reply()";
	return glue->own->replies ? "SLOT_REPLY_0" : "0";
}

/* How the loop goes on. Inline: each answer has its own system call, with its words where they are made. */
void loop_answers(const struct glue *glue)
{
	struct text *out = glue->out;
	const bool timeouts = glue->component->timeouts != 0;
	const char *arm = served_brings(glue) ? "\ttenon_room_arm(&glue_room);\n" : "";
	const char *deadline = timeouts ? "glue_nearest_timeout()" : "TENON_NEVER";

	if (has_channels(glue))
		deadline = timeouts ? "glue_more ? TENON_NOW : glue_nearest_timeout()"
				    : "glue_more ? TENON_NOW : TENON_NEVER";

	if (timeouts) {
		print_timeouts(glue);
		text_add(
		    out,
		    "static uint32_t glue_turns;\n\n"
		    "/* Receives. Time-outs have their turn when nothing else came, and after %u others. */\n"
		    "TENON_INLINE enum tenon_status glue_receive(bool nothing, struct tenon_ipc *ipc)\n{\n"
		    "\tif ((nothing || ++glue_turns %% %u == 0) && glue_nearest_timeout() != TENON_NEVER)\n"
		    "\t\tglue_run_timeouts(clock_ns());\n",
		    TURNS_BETWEEN_CLOCKS, TURNS_BETWEEN_CLOCKS);
	} else {
		text_add(
		    out,
		    "/* Receives. */\n"
		    "TENON_INLINE enum tenon_status glue_receive(bool nothing, struct tenon_ipc *ipc)\n{\n"
		    "\t(void)nothing; /* there are no time-outs */\n");
	}
	text_add(out, "%s\treturn tenon_receive(SLOT_RECEIVE_SET, %s, %s, ipc);\n}\n\n", arm,
		 next_reply(glue), deadline);
	if (glue->own->replies == 0)
		return;
	text_add(out,
		 "/* Answers, and receives. */\nTENON_INLINE enum tenon_status glue_reply_receive(struct "
		 "tenon_ipc *reply, struct tenon_ipc *ipc)\n{\n");
	if (timeouts)
		text_add(out,
			 "\tif ((glue_turns + 1) %% %u == 0) {\n"
			 "\t\t(void)tenon_reply(%s, reply); /* CANCELLED: the caller has gone */\n"
			 "\t\treturn glue_receive(false, ipc);\n\t}\n\tglue_turns++;\n",
			 TURNS_BETWEEN_CLOCKS, next_reply(glue));
	text_add(out,
		 "%s\treturn tenon_answer_receive(SLOT_RECEIVE_SET, %s, %s, reply, ipc);\n}\n\n"
		 "/* Answers with a status alone, and receives. */\n"
		 "TENON_INLINE enum tenon_status glue_answer(struct tenon_ipc *ipc, uint32_t status)\n{\n"
		 "\tstruct tenon_ipc reply;\n\n\treply.tag = tenon_tag(status, 0);\n"
		 "\treturn glue_reply_receive(&reply, ipc);\n}\n\n",
		 arm, next_reply(glue), deadline);
}

static void print_main(const struct glue *glue)
{
	struct text *out = glue->out;
	const struct numbered *own = glue->own;

	if (glue->component->libc == LIBC_MUSL)
		text_add(out,
			 "/* The C library starts first, and then calls this (runtime/libc/start.c). */\n"
			 "noreturn void tenon_component_loop(void);\n\n");
	text_add(out, "noreturn void %s(void)\n{\n\tstruct tenon_ipc ipc;\n\tenum tenon_status outcome;\n\n",
		 glue->component->libc == LIBC_MUSL ? "tenon_component_loop" : "tenon_component_main");
	if (own->has_later)
		text_add(
		    out,
		    "\tfor (uint32_t i = 0; i < %u; i++)\n\t\tglue_free_reply[glue_free_replies++] = i;\n",
		    own->replies);
	device_begin(glue);
	if (channels_in_header(glue))
		text_add(out, "\tglue_channels_init();\n");
	session_begin(glue);
	device_start(glue);
	text_add(out, "%s", has_channels(glue) ? "\tglue_channels_open();\n" : "");
	session_announce(glue);
	text_add(out, "\toutcome = glue_receive(false, &ipc);\n\tfor (;;) {\n");
	if (has_channels(glue))
		text_add(out, "\t\tif (glue_more)\n\t\t\tglue_look_again();\n");
	if (own->replies)
		text_add(out, "\t\tif (outcome == TENON_OK && ipc.source == TENON_SOURCE_CALL) {\n"
			      "\t\t\toutcome = glue_serve(&ipc);\n\t\t\tcontinue;\n\t\t}\n");
	text_add(out, "\t\tif (outcome == TENON_OK)\n\t\t\tglue_take(&ipc);\n"
		      "\t\tCHECK(outcome == TENON_OK || outcome == TENON_TIMED_OUT || outcome == "
		      "TENON_WOULD_BLOCK);\n"
		      "\t\toutcome = glue_receive(outcome != TENON_OK, &ipc);\n\t}\n}\n");
}

/* For a handler that waits for an entry: calls stay queued, since no reply object is given. */
static void print_wait(const struct glue *glue)
{
	text_add(glue->out, "void wait_for_signal_until(uint64_t deadline_ns)\n{\n"
			    "\tstruct tenon_ipc ipc;\n\tenum tenon_status outcome;\n\n");
	if (has_channels(glue))
		text_add(glue->out, "\tif (glue_more) {\n\t\tglue_look_again();\n\t\treturn;\n\t}\n");
	text_add(glue->out, "\toutcome = tenon_receive(SLOT_RECEIVE_SET, 0, deadline_ns, &ipc);\n"
			    "\tCHECK(outcome == TENON_OK || outcome == TENON_TIMED_OUT || outcome == "
			    "TENON_WOULD_BLOCK);\n"
			    "\tif (outcome == TENON_OK)\n\t\tglue_take(&ipc);\n}\n\n");
}

void loop_print(const struct glue *glue)
{
	print_signals(glue);
	print_take(glue);
	if (glue_waits(glue))
		print_wait(glue);
	print_main(glue);
}
