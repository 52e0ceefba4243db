/* SPDX-License-Identifier: MIT
 * Operations answered later: which reply object holds which call, the function
 * that answers one, and what happens when its caller goes away first.
 */
#include "serving.h"

uint32_t kind_of(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	uint32_t kind = 1; /* 1 is a fault in the supervisor's hands */

	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct interface *interface = glue->component->provides[p].interface;

		for (uint32_t k = 0; k < interface->operations; k++) {
			if (interface->operation[k].reply != REPLY_LATER)
				continue;
			kind++;
			if (&glue->component->provides[p] == port && &interface->operation[k] == operation)
				return kind;
		}
	}
	return 0;
}

/* ---- finishing later -------------------------------------------------------------------------- */

static void print_kinds(const struct glue *glue, const struct interface *interface,
			const struct operation *operation)
{
	const char *separator = "";

	for (uint32_t p = 0; p < glue->component->provided; p++) {
		if (glue->component->provides[p].interface != interface)
			continue;
		text_add(glue->out, "%sglue_held[token.reply].kind == %u", separator,
			 kind_of(glue, &glue->component->provides[p], operation));
		separator = " || ";
	}
}

/* Nobody is connected, so there is no token to answer. */
static void print_finish_unused(const struct glue *glue, const struct operation *operation)
{
	text_add(glue->out, "{\n\t(void)token;\n\t(void)status;\n");
	c_unused(glue->out, &operation->out, false);
	text_add(glue->out, "\treturn TENON_BAD_ARGUMENT;\n}\n\n");
}

static void print_finish(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	struct text *out = glue->out;
	const char *interface = port->interface->name.text;
	const struct serving serving = serving_of(glue, port, operation, "&ipc");

	text_add(out, "/* Answers a call of operation %s (%s). */\n", operation->name.text,
		 cite(glue->numbers, operation->name.place));
	text_add(out, "enum tenon_status %s_%s_finish(struct %s_%s_token token, enum %s_status status",
		 interface, operation->name.text, interface, operation->name.text, interface);
	c_given(out, &operation->out, true);
	text_add(out, ")\n");
	if (!glue->own->has_later) {
		print_finish_unused(glue, operation);
		return;
	}
	text_add(
	    out,
	    "{\n\tstruct tenon_ipc ipc;\n\n\tif (!glue_reply_is_held(token.reply, token.sequence) || !(");
	print_kinds(glue, port->interface, operation);
	text_add(out, "))\n\t\treturn TENON_BAD_ARGUMENT;\n");
	text_add(out,
		 "\tif (status != %s_OK) {\n\t\tipc.tag = tenon_tag((uint32_t)status, 0);\n"
		 "\t\treturn glue_reply_send(token.reply, &ipc);\n\t}\n",
		 upper(interface));
	serving_pack(&serving, true);
	text_add(out, "\treturn glue_reply_send(token.reply, &ipc);\n}\n\n");
}

static bool is_first_of_interface(const struct glue *glue, uint32_t port)
{
	for (uint32_t p = 0; p < port; p++) {
		if (glue->component->provides[p].interface == glue->component->provides[port].interface)
			return false;
	}
	return true;
}

void later_finishes(const struct glue *glue)
{
	if (later_is_any(glue) && !glue->own->has_later)
		text_add(glue->out, "void finish_on_return(void)\n{\n}\n\n");
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct port *port = &glue->component->provides[p];

		for (uint32_t k = 0; is_first_of_interface(glue, p) && k < port->interface->operations; k++) {
			if (port->interface->operation[k].reply == REPLY_LATER)
				print_finish(glue, port, &port->interface->operation[k]);
		}
	}
}

/* ---- calls in hand ---------------------------------------------------------------------------- */

bool later_is_any(const struct glue *glue)
{
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct interface *interface = glue->component->provides[p].interface;

		for (uint32_t k = 0; k < interface->operations; k++) {
			if (interface->operation[k].reply == REPLY_LATER)
				return true;
		}
	}
	return false;
}

static void print_held_checks(const struct glue *glue)
{
	if (!later_is_any(glue))
		return;
	text_add(glue->out,
		 "static bool glue_reply_is_held(uint32_t reply, uint32_t sequence)\n{\n"
		 "\treturn reply < %u && glue_held[reply].kind != 0 && glue_held[reply].sequence == "
		 "sequence;\n}\n\n",
		 glue->own->replies);
	text_add(glue->out,
		 "/* The call whose handler runs, and its answer where that goes out with the receive that "
		 "follows. */\n"
		 "static uint32_t glue_serving = REPLY_NONE;\nstatic bool glue_is_on_return, glue_has_kept;\n"
		 "static struct tenon_ipc glue_kept;\n\n"
		 "void finish_on_return(void)\n{\n\tglue_is_on_return = true;\n}\n\n");
	text_add(glue->out,
		 "static enum tenon_status glue_reply_send(uint32_t reply, struct tenon_ipc *ipc)\n{\n"
		 "\tif (glue_is_on_return && reply == glue_serving && (uint32_t)ipc->tag <= "
		 "TENON_MESSAGE_REGISTER_BYTES) {\n"
		 "\t\tglue_kept.tag = ipc->tag;\n"
		 "\t\tif ((uint32_t)ipc->tag != 0)\n\t\t\tglue_kept = *ipc;\n"
		 "\t\tglue_has_kept = true;\n\t\tglue_serving = REPLY_NONE;\n"
		 "\t\tglue_held[reply].kind = 0;\n\t\tglue_in_flight[glue_held[reply].account]--;\n"
		 "\t\tglue_current = reply;\n\t\treturn TENON_OK;\n\t}\n"
		 "\tconst enum tenon_status outcome = tenon_reply(SLOT_REPLY_0 + reply, ipc);\n\n"
		 "\tglue_reply_release(reply);\n\treturn outcome;\n}\n\n");
}

void later_return(const struct glue *glue)
{
	if (!later_is_any(glue))
		return;
	text_add(glue->out, "/* After the handler of a call that may be answered later. */\n"
			    "TENON_INLINE enum tenon_status glue_return(struct tenon_ipc *ipc)\n{\n"
			    "\tglue_serving = REPLY_NONE;\n"
			    "\tif (!glue_has_kept)\n\t\treturn glue_receive(false, ipc);\n"
			    "\tglue_has_kept = false;\n\treturn glue_reply_receive(&glue_kept, ipc);\n}\n\n");
}

void later_held(const struct glue *glue)
{
	text_add(glue->out,
		 "/* Calls that are answered later: what each reply object holds. Kind 0: nothing. */\n"
		 "static struct {\n\tuint32_t kind, client, sequence, account;\n} glue_held[%u];\n"
		 "static uint32_t glue_in_flight[%u];\n"
		 "static uint32_t glue_free_reply[%u], glue_free_replies; /* reply objects that hold "
		 "nothing, but the current one */\n"
		 "static uint32_t glue_current = REPLY_NONE;         /* the one that the next call will "
		 "occupy */\n\n",
		 glue->own->replies, account_of_calls(glue, glue->component->provided) + 1,
		 glue->own->replies);
	text_add(glue->out,
		 "static void glue_reply_hold(uint32_t kind, uint32_t client, uint32_t account)\n{\n"
		 "\tconst uint32_t reply = glue_current;\n\n"
		 "\tglue_held[reply].kind = kind;\n\tglue_held[reply].client = "
		 "client;\n\tglue_held[reply].sequence++;\n"
		 "\tglue_held[reply].account = account;\n\tglue_in_flight[account]++;\n"
		 "\tglue_current = REPLY_NONE;\n}\n\n"
		 "static void glue_reply_release(uint32_t reply)\n{\n\tglue_held[reply].kind = 0;\n"
		 "\tglue_in_flight[glue_held[reply].account]--;\n"
		 "\tglue_free_reply[glue_free_replies++] = reply;\n}\n\n");
	print_held_checks(glue);
}

static void print_cancelled_kind(const struct glue *glue, const struct port *port,
				 const struct operation *operation)
{
	text_add(glue->out,
		 "\tcase %u:\n\t\t%s_%s_cancelled(client, (struct %s_%s_token){.reply = reply, .sequence = "
		 "sequence});\n"
		 "\t\tbreak;\n",
		 kind_of(glue, port, operation), port->name.text, operation->name.text,
		 port->interface->name.text, operation->name.text);
}

static bool any_cancelled(const struct glue *glue)
{
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct interface *interface = glue->component->provides[p].interface;

		for (uint32_t k = 0; port_is_served(glue, p) && k < interface->operations; k++) {
			if (interface->operation[k].reply == REPLY_LATER)
				return true;
		}
	}
	return false;
}

static void print_cancelled_kinds(const struct glue *glue)
{
	text_add(
	    glue->out,
	    "\tconst uint32_t client = glue_held[reply].client;\n\n\tswitch (glue_held[reply].kind) {\n");
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct port *port = &glue->component->provides[p];

		for (uint32_t k = 0; port_is_served(glue, p) && k < port->interface->operations; k++) {
			if (port->interface->operation[k].reply == REPLY_LATER)
				print_cancelled_kind(glue, port, &port->interface->operation[k]);
		}
	}
	text_add(glue->out, "\tdefault:\n\t\tbreak;\n\t}\n");
}

/* The caller of a held call died or timed out: its reply object is free again, if the handler did not free it. */
void later_cancelled(const struct glue *glue)
{
	struct text *out = glue->out;

	text_add(out,
		 "/* The caller of a call in hand died or timed out. */\nstatic void "
		 "glue_on_cancelled(uint32_t slot)\n{\n"
		 "\tconst uint32_t reply = slot - SLOT_REPLY_0;\n\n"
		 "\tif (reply >= %u || glue_held[reply].kind == 0)\n\t\treturn; /* answered meanwhile */\n"
		 "\tconst uint32_t sequence = glue_held[reply].sequence;\n",
		 glue->own->replies);
	if (any_cancelled(glue))
		print_cancelled_kinds(glue);
	text_add(out, "\tif (glue_held[reply].kind != 0 && glue_held[reply].sequence == sequence)\n"
		      "\t\tglue_reply_release(reply);\n}\n\n");
}
