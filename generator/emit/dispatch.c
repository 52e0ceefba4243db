/* SPDX-License-Identifier: MIT
 * Where a call leads: by its badge to the port, by its label to the operation.
 */
#include "serving.h"

void dispatch_port(const struct glue *glue, const struct port *port)
{
	struct text *out = glue->out;

	text_add(out, "/* Port %s (%s): client is the connection, 0..%u. */\n", port->name.text,
		 cite(glue->numbers, port->name.place), glue->instance->provided[port->index].clients - 1);
	text_add(out, "static enum tenon_status glue_port_%s(struct tenon_ipc *ipc, uint32_t client)\n{\n",
		 port->name.text);
	session_gate(glue, port);
	text_add(out, "\tswitch (tenon_tag_label(ipc->tag)) {\n");
	for (uint32_t k = 0; k < port->interface->operations; k++) {
		const struct operation *operation = &port->interface->operation[k];

		if (operation->reply != REPLY_NEVER)
			text_add(out, "\tcase 0x%08x:\n\t\treturn glue_serve_%s_%s(ipc, client);\n",
				 operation->code, port->name.text, operation->name.text);
	}
	text_add(out, "\tdefault:\n\t\treturn glue_answer(ipc, %s_MALFORMED);\n\t}\n}\n\n",
		 upper(port->interface->name.text));
}

bool dispatch_takes_sent(const struct glue *glue)
{
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct interface *interface = glue->component->provides[p].interface;

		for (uint32_t k = 0; port_is_served(glue, p) && k < interface->operations; k++) {
			if (interface->operation[k].reply == REPLY_NEVER)
				return true;
		}
	}
	return false;
}

static void print_sent_port(const struct glue *glue, const struct port *port)
{
	const bool reopened = port->interface->session == SESSION_REOPENED;

	for (uint32_t k = 0; k < port->interface->operations; k++) {
		const struct operation *operation = &port->interface->operation[k];

		if (operation->reply == REPLY_NEVER)
			text_add(
			    glue->out,
			    "\tif (ipc->badge >> 16 == %u && tenon_tag_label(ipc->tag) == 0x%08x%s%s%s)\n"
			    "\t\tglue_sent_%s_%s(ipc, client);\n",
			    port->index + 1, operation->code, reopened ? " && glue_open_" : "",
			    reopened ? port->name.text : "", reopened ? "[client]" : "", port->name.text,
			    operation->name.text);
	}
}

/* A call of such an operation is none of the port's, and a message that was sent is no call. */
void dispatch_sent(const struct glue *glue)
{
	text_add(glue->out, "/* A message that nobody waits for; any other than these is dropped. */\n"
			    "static void glue_on_sent(const struct tenon_ipc *ipc)\n{\n"
			    "\tconst uint32_t client = (uint32_t)ipc->badge & 0xffff;\n\n");
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		if (port_is_served(glue, p))
			print_sent_port(glue, &glue->component->provides[p]);
	}
	text_add(glue->out, "}\n\n");
}

void dispatch_fault(const struct glue *glue)
{
	/* Their account has no limit: each has one thread, and a reply object is there for it. */
	text_add(
	    glue->out,
	    "/* A member has faulted. Its call is held until its thread is stopped, which cancels it. */\n"
	    "static enum tenon_status glue_serve_fault(struct tenon_ipc *ipc, uint32_t member)\n{\n"
	    "\tconst struct supervision_fault fault = {.kind = ipc->word[0],\n"
	    "\t\t\t\t\t\t.pc = ipc->word[1],\n\t\t\t\t\t\t.address = ipc->word[2],\n"
	    "\t\t\t\t\t\t.sp = ipc->word[3],\n\t\t\t\t\t\t.frame = ipc->word[4],\n"
	    "\t\t\t\t\t\t.return_address = ipc->word[5],\n\t\t\t\t\t\t.syndrome = ipc->word[6]};\n\n"
	    "\tglue_reply_hold(1, member, %u);\n\tsupervisor_fault(member, &fault);\n\treturn "
	    "glue_receive(false, ipc);\n}\n\n",
	    account_of_calls(glue, glue->component->provided));
}

/* Every call comes through a badge that compose gave out, so one port alone needs no look at its number. */
static const struct port *only_port(const struct glue *glue)
{
	const struct port *only = NULL;

	for (uint32_t p = 0; p < glue->component->provided; p++) {
		if (!port_is_served(glue, p))
			continue;
		if (only || glue->instance == glue->numbers->model->supervisor)
			return NULL;
		only = &glue->component->provides[p];
	}
	return only;
}

void dispatch_print(const struct glue *glue)
{
	struct text *out = glue->out;
	const struct port *only = only_port(glue);

	text_add(out,
		 "/* The badge of a call: the port's number in bits 16..31, the client in bits 0..15. */\n"
		 "static enum tenon_status glue_serve(struct tenon_ipc *ipc)\n{\n"
		 "\tconst uint32_t client = (uint32_t)ipc->badge & 0xffff;\n\n");
	if (served_brings(glue))
		text_add(out, "\tipc->tag = tenon_room_take(&glue_room, ipc->tag);\n");
	if (only) {
		text_add(out, "\treturn glue_port_%s(ipc, client);\n}\n\n", only->name.text);
		return;
	}
	text_add(out, "\tswitch (ipc->badge >> 16) {\n");
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		if (port_is_served(glue, p))
			text_add(out, "\tcase %u:\n\t\treturn glue_port_%s(ipc, client);\n", p + 1,
				 glue->component->provides[p].name.text);
	}
	if (glue->instance == glue->numbers->model->supervisor)
		text_add(out, "\tcase 0x%x:\n\t\treturn glue_serve_fault(ipc, client);\n",
			 NUMBERS_FAULT_PORT);
	text_add(out, "\tdefault:\n\t\treturn glue_answer(ipc, TENON_GLUE_MALFORMED);\n\t}\n}\n\n");
}
