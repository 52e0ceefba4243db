/* SPDX-License-Identifier: MIT
 * The files of the first pass: for each instance its header and its glue, and
 * the plan that Meson reads.
 */
#include "emit.h"

#include <stdio.h>
#include <string.h>

#include "../read/arena.h"
#include "glue.h"
#include "plan.h"

/* ---- what the parts share --------------------------------------------------------------------- */

static bool listed(const struct interface *const *list, uint32_t count, const struct interface *interface)
{
	for (uint32_t i = 0; i < count; i++) {
		if (list[i] == interface)
			return true;
	}
	return false;
}

const struct interface **glue_interfaces(const struct glue *glue, uint32_t *interfaces)
{
	const struct component *component = glue->component;
	const uint32_t ports = component->provided + component->used;
	const struct interface **list = ARENA_ARRAY(glue->numbers->arena, const struct interface *, ports);
	uint32_t count = 0;

	for (uint32_t i = 0; i < ports; i++) {
		const struct port *port = i < component->provided ? &component->provides[i]
								  : &component->uses[i - component->provided];

		if (!listed(list, count, port->interface))
			list[count++] = port->interface;
	}
	*interfaces = count;
	return list;
}

bool interface_is_used(const struct glue *glue, const struct interface *interface)
{
	for (uint32_t i = 0; i < glue->component->used; i++) {
		if (glue->component->uses[i].interface == interface && interface->operations != 0)
			return true;
	}
	return false;
}

/* ---- small functions -------------------------------------------------------------------------- */

static void print_status_name(const struct glue *glue, const struct interface *interface)
{
	static const char *const common[][2] = {{"RESTARTED", "restarted"},
						{"GONE", "gone"},
						{"TIMED_OUT", "timed out"},
						{"MALFORMED", "malformed"},
						{"QUOTA", "quota"}};
	struct text *out = glue->out;
	const char *name = interface->name.text;

	text_add(out, "const char *%s_status_name(enum %s_status status)\n{\n\tswitch (status) {\n", name,
		 name);
	text_add(out, "\tcase %s_OK:\n\t\treturn \"ok\";\n", upper(name));
	for (uint32_t i = 0; i < interface->errors; i++)
		text_add(out, "\tcase %s_%s:\n\t\treturn \"%s\";\n", upper(name),
			 upper(interface->error[i].name.text), interface->error[i].name.text);
	for (unsigned i = 0; i < sizeof common / sizeof common[0]; i++)
		text_add(out, "\tcase %s_%s:\n\t\treturn \"%s\";\n", upper(name), common[i][0], common[i][1]);
	text_add(out, "\t}\n\treturn \"unknown\";\n}\n\n");
}

/* How a call that got no reply, or one that is no success, looks to the caller. */
static void print_status_of(const struct glue *glue, const struct interface *interface)
{
	struct text *out = glue->out;
	const char *name = interface->name.text;
	char big[256];

	snprintf(big, sizeof big, "%s", upper(name));
	text_add(out,
		 "/* What a call that got no reply answers. */\nenum %s_status %s_status_of(enum "
		 "tenon_status outcome)\n{\n",
		 name, name);
	text_add(out, "\tif (outcome == TENON_RESTARTED)\n\t\treturn %s_RESTARTED;\n", big);
	text_add(
	    out,
	    "\tif (outcome == TENON_TIMED_OUT || outcome == TENON_WOULD_BLOCK)\n\t\treturn %s_TIMED_OUT;\n",
	    big);
	text_add(out, "\treturn outcome == TENON_GONE ? %s_GONE : %s_MALFORMED;\n}\n\n", big, big);
	text_add(out,
		 "/* What a reply that is not the expected success answers. */\n"
		 "enum %s_status %s_status_refused(uint64_t tag)\n{\n\tswitch (tenon_tag_label(tag)) {\n",
		 name, name);
	for (uint32_t i = 0; i < interface->errors; i++)
		text_add(out, "\tcase %s_%s:\n", big, upper(interface->error[i].name.text));
	text_add(out, "\tcase %s_QUOTA:\n\t\treturn (enum %s_status)tenon_tag_label(tag);\n", big, name);
	text_add(out, "\tdefault:\n\t\treturn %s_MALFORMED;\n\t}\n}\n\n", big);
}

static void print_statuses(const struct glue *glue)
{
	uint32_t count;
	const struct interface **list = glue_interfaces(glue, &count);

	for (uint32_t i = 0; i < count; i++) {
		text_add(glue->out, "/* Interface %s (%s). */\n", list[i]->name.text,
			 cite(glue->numbers, list[i]->name.place));
		print_status_name(glue, list[i]);
		if (interface_is_used(glue, list[i]))
			print_status_of(glue, list[i]);
	}
}

/* Who is at the other end of each connection of a port. `peer`: "client" or "server". */
static void print_names(const struct glue *glue, const struct port *port, const char *peer,
			const struct connection *const *connection, uint32_t count)
{
	struct text *out = glue->out;

	text_add(out, "const char *%s_%s_name(uint32_t %s)\n{\n", port->name.text, peer, peer);
	if (count == 0) {
		text_add(out, "\t(void)%s; /* nobody is connected */\n\treturn \"\";\n}\n\n", peer);
		return;
	}
	text_add(out, "\tswitch (%s) {\n", peer);
	for (uint32_t i = 0; i < count; i++)
		text_add(out, "\tcase %u: /* %s */\n\t\treturn \"%s\";\n", i,
			 cite(glue->numbers, connection[i]->place),
			 peer[0] == 'c' ? connection[i]->client->name.text
					: connection[i]->server->name.text);
	text_add(out, "\tdefault:\n\t\treturn \"\";\n\t}\n}\n\n");
}

static void print_peer_names(const struct glue *glue)
{
	for (uint32_t p = 0; p < glue->component->provided; p++)
		print_names(glue, &glue->component->provides[p], "client", glue->instance->provided[p].client,
			    glue->instance->provided[p].clients);
	for (uint32_t u = 0; u < glue->component->used; u++) {
		if (glue->component->uses[u].many)
			print_names(glue, &glue->component->uses[u], "server", glue->instance->used[u].server,
				    glue->instance->used[u].servers);
	}
}

static void print_signal(const struct glue *glue, const struct port *port, uint32_t event)
{
	struct text *out = glue->out;
	const uint32_t clients = glue->instance->provided[port->index].clients;

	text_add(out, "/* Port %s (%s), event %s (%s). */\nvoid %s_signal_%s(uint32_t client)\n{\n",
		 port->name.text, cite(glue->numbers, port->name.place),
		 port->interface->event[event].name.text,
		 cite(glue->numbers, port->interface->event[event].name.place), port->name.text,
		 port->interface->event[event].name.text);
	if (clients == 0) {
		text_add(out, "\t(void)client; /* nobody is connected */\n}\n\n");
		return;
	}
	text_add(out,
		 "\tCHECK(client < %u);\n\tCHECK(tenon_signal(%u + (tenon_handle_t)client * %u) == "
		 "TENON_OK);\n}\n\n",
		 clients, glue->own->event_slot[port->index] + event, port->interface->signals);
}

static void print_signals(const struct glue *glue)
{
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct port *port = &glue->component->provides[p];

		for (uint32_t e = 0; e < port->interface->events; e++)
			print_signal(glue, port, e);
	}
}

/* ---- the instance as the runtime sees it ------------------------------------------------------ */

static void print_component(const struct glue *glue)
{
	struct text *out = glue->out;
	const struct instance *instance = glue->instance;
	const struct connection *log = instance_log(instance);

	if (log)
		text_add(
		    out,
		    "/* Log lines go to %s (%s). */\n"
		    "static void glue_send_log(uint64_t deadline_ns, uint32_t level, const char *text)\n{\n"
		    "\t(void)log_write_until(deadline_ns, (enum log_level)level, text); /* a line that is "
		    "lost is lost */\n"
		    "}\n\n",
		    log->server->name.text, cite(glue->numbers, log->place));
	else
		text_add(out, "/* Nobody takes log lines, so the runtime's function is left out. */\n"
			      "__attribute__((weak)) void tenon_log(enum tenon_log_level level, const char "
			      "*format, ...)\n{\n"
			      "\t(void)level;\n\t(void)format;\n}\n\n");
	text_add(out, "const struct tenon_component tenon_component = {\n\t.name = COMPONENT_NAME,\n");
	text_add(out, "\t.heap_size = %llu, /* %s */\n", (unsigned long long)instance->heap,
		 cite(glue->numbers, instance->memory_place));
	if (instance->tagged)
		text_add(out, "\t.heap_tagged = true,\n");
	text_add(out, "\t.clock = %s,\n\t.thread = SLOT_THREAD,\n",
		 instance_has_clock(instance) ? "SLOT_CLOCK" : "0");
	text_add(out, "\t.log_level = %u,\n\t.log_send = %s,\n};\n\n", (unsigned)instance->log,
		 log ? "glue_send_log" : "NULL");
}

static void glue_print(const struct glue *glue)
{
	struct text *out = glue->out;

	text_add(out,
		 "/* Generated by tenon-gen compose; do not edit.\n * Glue of instance %s (%s) of component "
		 "%s (%s).\n */\n",
		 glue->instance->name.text, cite(glue->numbers, glue->instance->place),
		 glue->component->name.text, cite(glue->numbers, glue->component->name.place));
	text_add(out, "#include \"component.h\"\n\n#include <stdnoreturn.h>\n");
	if (glue->component->provided + glue->component->used != 0)
		text_add(out, "#include <tenon/string.h>\n");
	if (glue->own->endpoint_own_slot != 0)
		text_add(out, "#include <tenon/thread.h>\n");
	text_add(out, "\n");
	if (glue->own->has_later)
		text_add(out, "#define REPLY_NONE UINT32_MAX\n\n");
	contract_print(glue);
	print_component(glue);
	beside_room(glue);
	print_statuses(glue);
	client_print(glue);
	print_peer_names(glue);
	given_define(glue);
	print_signals(glue);
	channels_print(glue);
	server_print(glue);
	device_glue(glue);
	loop_print(glue);
}

/* ---- files ------------------------------------------------------------------------------------ */

static bool emit_instance(const struct numbers *numbers, const struct numbered *own, const char *folder,
			  enum emit_mode mode)
{
	struct text out = {0};
	const struct glue glue = {.numbers = numbers,
				  .own = own,
				  .instance = own->instance,
				  .component = own->instance->component,
				  .out = &out};
	char inside[4096], name[512];
	bool good;

	snprintf(inside, sizeof inside, "%s/%s", folder, own->instance->name.text);
	snprintf(name, sizeof name, "%s.glue.c", own->instance->name.text);
	good = mode == EMIT_COMPARE || folder_make(inside);
	header_print(&glue);
	good = good && text_write(&out, inside, "component.h", mode);
	text_fini(&out);
	glue_print(&glue);
	good = good && text_write(&out, inside, name, mode);
	text_fini(&out);
	if (own->instance->initials != 0) {
		initial_print(&glue);
		snprintf(name, sizeof name, "%s.files.c", own->instance->name.text);
		good = good && text_write(&out, inside, name, mode);
		text_fini(&out);
	}
	return good;
}

bool emit_compose(const struct model *model, const struct request *request, const char *folder,
		  enum emit_mode mode)
{
	const struct numbers *numbers = numbers_make(model);
	struct text out = {0};
	bool good = mode == EMIT_COMPARE || folder_make(folder);

	for (uint32_t i = 0; good && i < model->instances; i++)
		good = emit_instance(numbers, &numbers->instance[i], folder, mode);
	plan_print(model, request, &out);
	good = good && text_write(&out, folder, "plan", mode);
	text_fini(&out);
	return good;
}
