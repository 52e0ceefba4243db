/* SPDX-License-Identifier: MIT
 * A libFuzzer harness for each instance that serves: its glue as it is, with
 * handlers that read all that they are given, check that it is what the
 * interface says, and answer something. runtime/harness.c is the kernel.
 */
#include "emit.h"

#include <stdio.h>

#include "harness.h"
#include "serving.h"

/* ---- what a handler may rely on --------------------------------------------------------------- */

struct place_in_c {
	char path[1000];
	unsigned depth;
	const struct face *face; /* of an entry: whose buffers it hands over */
};

static void print_tabs(struct text *out, unsigned depth)
{
	for (unsigned i = 0; i <= depth; i++)
		text_add(out, "\t");
}

static void check_value(struct text *out, const struct type *type, const struct place_in_c *at);

static void check_items(struct text *out, const struct type *element, const char *items, const char *count,
			const struct place_in_c *at)
{
	struct place_in_c item = {.depth = at->depth + 1};

	print_tabs(out, at->depth);
	text_add(out, "for (uint32_t index_%u = 0; index_%u < %s; index_%u++) {\n", at->depth, at->depth,
		 count, at->depth);
	snprintf(item.path, sizeof item.path, "%.900s[index_%u]", items, at->depth);
	check_value(out, element, &item);
	print_tabs(out, at->depth);
	text_add(out, "}\n");
}

static struct place_in_c part_of(const struct place_in_c *at, const char *part)
{
	struct place_in_c result = {.depth = at->depth};

	snprintf(result.path, sizeof result.path, "%.900s%s", at->path, part);
	return result;
}

static void check_number(struct text *out, const struct type *type, const struct place_in_c *at)
{
	char limit[64];

	if (type->has_min) {
		print_tabs(out, at->depth);
		text_add(out, "CHECK(%s >= %s);\n", at->path, c_number(type, type->minimum, limit));
	}
	if (type->has_max) {
		print_tabs(out, at->depth);
		text_add(out, "CHECK(%s <= %s);\n", at->path, c_number(type, type->maximum, limit));
	}
	print_tabs(out, at->depth);
	text_add(out, "harness_use(&%s, sizeof %s);\n", at->path, at->path);
}

static void check_scalar(struct text *out, const struct type *type, const struct place_in_c *at)
{
	if (type->kind != TYPE_ENUM && type->kind != TYPE_BITS && type->kind != TYPE_BOOL) {
		check_number(out, type, at);
		return;
	}
	print_tabs(out, at->depth);
	if (type->kind == TYPE_ENUM)
		text_add(out, "CHECK((uint32_t)%s < %u);\n", at->path, type->values);
	else if (type->kind == TYPE_BOOL)
		text_add(out, "CHECK(*(const uint8_t *)&%s <= 1);\n", at->path);
	else if (type->plain)
		text_add(out, "harness_use(&%s, sizeof %s);\n", at->path, at->path);
	else
		text_add(out, "CHECK((%s & ~UINT64_C(0x%llx)) == 0);\n", at->path,
			 (1ull << type->values) - 1);
}

static void check_union(struct text *out, const struct type *type, const struct place_in_c *at)
{
	print_tabs(out, at->depth);
	text_add(out, "CHECK((uint32_t)%s.tag < %u);\n", at->path, type->fields);
	for (uint32_t i = 0; i < type->fields; i++) {
		struct place_in_c member = part_of(at, ".");

		if (type->field[i].type == NULL)
			continue;
		print_tabs(out, at->depth);
		text_add(out, "if ((uint32_t)%s.tag == %u) {\n", at->path, i);
		snprintf(member.path, sizeof member.path, "%.700s.%.250s", at->path,
			 type->field[i].name.text);
		member.depth++;
		check_value(out, type->field[i].type, &member);
		print_tabs(out, at->depth);
		text_add(out, "}\n");
	}
}

static void check_buffer(struct text *out, const struct type *type, const struct place_in_c *at)
{
	const struct buffers *only = face_only_pool(at->face, type->pool);

	print_tabs(out, at->depth);
	text_add(out, "CHECK(%s.index == TENON_BUFFER_NONE || (%s.index < ", at->path, at->path);
	if (only != NULL)
		text_add(out, "%u", only->count);
	else
		text_add(out, "%s_%s_count(%s)", at->face->port->name.text, type->pool->name.text,
			 at->face->peer);
	text_add(out, " && %s.offset <= %u &&\n", at->path, type->pool->buffer_bytes);
	print_tabs(out, at->depth + 1);
	text_add(out, "%s.length <= %u - %s.offset));\n", at->path, type->pool->buffer_bytes, at->path);
}

static void check_value(struct text *out, const struct type *type, const struct place_in_c *at)
{
	struct place_in_c part;
	char count[16];

	if (type_is_scalar(type)) {
		check_scalar(out, type, at);
	} else if (type->kind == TYPE_BUFFER) {
		check_buffer(out, type, at);
	} else if (type->kind == TYPE_STRUCT) {
		for (uint32_t i = 0; i < type->fields; i++) {
			part.depth = at->depth;
			part.face = at->face;
			snprintf(part.path, sizeof part.path, "%.700s.%.250s", at->path,
				 type->field[i].name.text);
			check_value(out, type->field[i].type, &part);
		}
	} else if (type->kind == TYPE_UNION) {
		check_union(out, type, at);
	} else if (type->kind == TYPE_OPTION) {
		part = part_of(at, ".value");
		part.depth++;
		print_tabs(out, at->depth);
		text_add(out, "if (%s.present) {\n", at->path);
		check_value(out, type->element, &part);
		print_tabs(out, at->depth);
		text_add(out, "}\n");
	} else if (type->kind == TYPE_SEQUENCE) {
		print_tabs(out, at->depth);
		text_add(out, "CHECK(%s.count <= %u);\n", at->path, type->count);
		part = part_of(at, ".count");
		check_items(out, type->element, part_of(at, ".item").path, part.path, at);
	} else if (type->kind == TYPE_STRING) {
		print_tabs(out, at->depth);
		text_add(out, "CHECK(strnlen(%s, %u + 1) <= %u);\n", at->path, type->count, type->count);
	} else {
		snprintf(count, sizeof count, "%u", type->count);
		check_items(out, type->element, at->path, count, at);
	}
}

void harness_check_entry(const struct face *face, const struct type *type, const char *path)
{
	struct place_in_c at = {.depth = 1, .face = face};

	snprintf(at.path, sizeof at.path, "%s", path);
	check_value(face->out, type, &at);
}

/* An argument, as the handler's parameters have it. */
static void check_argument(struct text *out, const struct argument *argument)
{
	const struct type *type = argument->type;
	const char *name = argument->name.text;
	struct place_in_c at = {.depth = 0};
	char count[NAME_ROOM];

	if (type->kind == TYPE_LOAN) {
		text_add(out, "\tCHECK(%s.bytes <= %llu && %s.bytes %% %u == 0);\n", name,
			 (unsigned long long)type->count * type->element->size, name, type->element->size);
		return;
	}
	if (type->kind == TYPE_CAPABILITY) {
		text_add(out, "\tharness_take(%s);\n", name);
		return;
	}
	if (type->kind == TYPE_BYTES) {
		text_add(out, "\tCHECK(%s_size <= %u);\n\tharness_use(%s, %s_size);\n", name, type->count,
			 name, name);
		return;
	}
	if (type->kind == TYPE_SEQUENCE) {
		snprintf(count, sizeof count, "%s_count", name);
		text_add(out, "\tCHECK(%s <= %u);\n", count, type->count);
		check_items(out, type->element, name, count, &at);
		return;
	}
	if (type->kind == TYPE_OPTION) {
		text_add(out, "\tif (%s != NULL) {\n", name);
		at.depth = 1;
		type = type->element;
		snprintf(at.path, sizeof at.path,
			 type_is_scalar(type) || type_is_pointed(type) ? "(*%s)" : "%s", name);
		check_value(out, type, &at);
		text_add(out, "\t}\n");
		return;
	}
	snprintf(at.path, sizeof at.path, type_is_pointed(type) ? "(*%s)" : "%s", name);
	check_value(out, type, &at);
}

/* ---- what it answers -------------------------------------------------------------------------- */

/* Values that are whole are filled; of the others what is there before the handler runs is an answer. */
static void give_result(struct text *out, const struct argument *argument)
{
	const struct type *type = argument->type;
	const char *name = argument->name.text;

	if (type->kind == TYPE_BYTES)
		text_add(out, "\t*%s_size = harness_number(%u);\n\tharness_fill(%s, *%s_size);\n", name,
			 type->count, name, name);
	else if (type->kind == TYPE_STRING)
		text_add(out, "\t%s[harness_number(%u)] = '\\0';\n", name, type->count);
	else if (type->kind == TYPE_SEQUENCE)
		text_add(out, "\t*%s_count = harness_number(%u);\n\tmemset(%s, 0, *%s_count * sizeof *%s);\n",
			 name, type->count, name, name, name);
	else if (type->kind == TYPE_OPTION)
		text_add(out, "\t(void)%s;\n\t*%s_present = harness_number(1) == 1;\n", name, name);
	else if (type->plain && type->kind == TYPE_ARRAY)
		text_add(out, "\tharness_fill(%s, %u);\n", name, type->size);
	else if (type->plain)
		text_add(out, "\tharness_fill(%s, sizeof *%s);\n", name, name);
	else
		text_add(out, "\t(void)%s;\n", name);
}

static void print_status(struct text *out, const struct port *port, const struct operation *operation)
{
	const char *interface = port->interface->name.text;

	text_add(out, "\tswitch (harness_number(%u)) {\n", operation->errors * 2);
	for (uint32_t i = 0; i < operation->errors; i++) {
		text_add(out, "\tcase %u:\n\t\treturn %s_", i + 1, upper(interface));
		text_add(out, "%s;\n", upper(operation->error[i]->name.text));
	}
	text_add(out, "\tdefault:\n\t\treturn %s_OK;\n\t}\n", upper(interface));
}

static void print_handler(const struct glue *glue, const struct port *port, const struct operation *operation,
			  uint32_t number)
{
	struct text *out = glue->out;
	const char *interface = port->interface->name.text, *name = operation->name.text;
	const bool later = operation->reply == REPLY_LATER, now = operation->reply == REPLY_NOW;

	text_add(out, "/* %s */\n", cite(glue->numbers, operation->name.place));
	if (later)
		text_add(out, "void %s_%s(uint32_t client, struct %s_%s_token token", port->name.text, name,
			 interface, name);
	else if (now)
		text_add(out, "enum %s_status %s_%s(uint32_t client", interface, port->name.text, name);
	else
		text_add(out, "void %s_%s(uint32_t client", port->name.text, name);
	c_served(out, &operation->in);
	if (now)
		c_taken(out, &operation->out, true, false);
	text_add(out, ")\n{\n\tCHECK(client < %u);\n\tharness_reached(%u);\n",
		 glue->instance->provided[port->index].clients, number);
	for (uint32_t i = 0; i < operation->in.arguments; i++)
		check_argument(out, &operation->in.argument[i]);
	for (uint32_t i = 0; now && i < operation->out.arguments; i++)
		give_result(out, &operation->out.argument[i]);
	if (now)
		print_status(out, port, operation);
	if (!later) {
		text_add(out, "}\n\n");
		return;
	}
	text_add(out,
		 "\t(void)token; /* held until it is cancelled */\n}\n\n"
		 "void %s_%s_cancelled(uint32_t client, struct %s_%s_token token)\n{\n\tCHECK(client < %u);\n"
		 "\t(void)token;\n}\n\n",
		 port->name.text, name, interface, name, glue->instance->provided[port->index].clients);
}

/* ---- the rest of the component ---------------------------------------------------------------- */

static void print_others(const struct glue *glue)
{
	struct text *out = glue->out;
	const struct component *component = glue->component;

	text_add(out, "void component_start(void)\n{\n}\n\n");
	for (uint32_t u = 0; u < component->used; u++) {
		const struct port *port = &component->uses[u];

		for (uint32_t e = 0; e < port->interface->events; e++)
			text_add(out,
				 port->many ? "void %s_%s(uint32_t server)\n{\n\t(void)server;\n}\n\n"
					    : "void %s_%s(void)\n{\n}\n\n",
				 port->name.text, port->interface->event[e].name.text);
	}
	for (uint32_t i = 0; i < component->timeouts; i++)
		text_add(out, "void %s(void)\n{\n}\n\n", component->timeout[i].text);
	if (glue->instance->device && component->device.interrupts)
		text_add(out, "void device_interrupt(uint32_t index)\n{\n\t(void)index;\n}\n\n");
	if (component->supervisor)
		text_add(out,
			 "void supervisor_fault(uint32_t index, const struct supervision_fault *fault)\n{\n"
			 "\t(void)index;\n\t(void)fault;\n}\n\n"
			 "void supervisor_heartbeat(uint32_t index)\n{\n\t(void)index;\n}\n\n");
}

/* ---- what the kernel is told ------------------------------------------------------------------ */

static void print_tails(struct text *out, const struct port *port, const struct operation *operation)
{
	if (operation->in.variables == 0)
		return;
	text_add(out, "static const struct harness_tail tail_of_%s_%s[] = {\n", port->name.text,
		 operation->name.text);
	for (uint32_t i = 0; i < operation->in.arguments; i++) {
		const struct argument *argument = &operation->in.argument[i];
		const bool sequence = argument->type->kind == TYPE_SEQUENCE;

		if (argument->variable)
			text_add(out, "\t{.offset = %u, .most = %u, .unit = %u, .align = %u},\n",
				 argument->offset, argument->type->count,
				 sequence ? argument->type->element->size : 1,
				 sequence ? argument->type->element->align : 1);
	}
	text_add(out, "};\n\n");
}

static void print_entry(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	text_add(glue->out,
		 "\t{.name = \"%s.%s\", .port = %u, .clients = %u, .label = 0x%08x, .fixed_size = %u",
		 port->name.text, operation->name.text, port->index + 1,
		 glue->instance->provided[port->index].clients, operation->code, operation->in.fixed_size);
	if (operation->in.variables)
		text_add(glue->out, ", .tail = tail_of_%s_%s, .tails = %u", port->name.text,
			 operation->name.text, operation->in.variables);
	text_add(glue->out, "%s},\n", operation->reply == REPLY_NEVER ? ", .is_sent = true" : "");
}

/* Runs `each` over the operations of the served ports. */
static void print_table(const struct glue *glue)
{
	struct text *out = glue->out;

	for (int pass = 0; pass < 2; pass++) {
		if (pass == 1)
			text_add(out, "static const struct harness_operation operation[] = {\n");
		for (uint32_t p = 0; p < glue->component->provided; p++) {
			const struct port *port = &glue->component->provides[p];

			for (uint32_t k = 0; port_is_served(glue, p) && k < port->interface->operations;
			     k++) {
				if (pass == 0)
					print_tails(out, port, &port->interface->operation[k]);
				else
					print_entry(glue, port, &port->interface->operation[k]);
			}
		}
	}
	text_add(out, "};\n\n");
}

static bool serves(const struct glue *glue)
{
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		if (port_is_served(glue, p))
			return true;
	}
	return false;
}

/* What the kernel calls. */
static void print_calls(const struct glue *glue)
{
	struct text *out = glue->out;
	const bool later = glue->own->has_later;

	if (serves(glue))
		text_add(out, "static void serve(struct tenon_ipc *call)\n{\n"
			      "\t(void)glue_serve(call); /* times out when it receives */\n}\n\n");
	text_add(out, "static void take(struct tenon_ipc *signal)\n{\n");
	if (later)
		text_add(out, "\tif (signal->source == TENON_SOURCE_CANCELLED)\n"
			      "\t\tsignal->word[0] += SLOT_REPLY_0;\n");
	text_add(out, "\tglue_take(signal);\n");
	if (later)
		text_add(out, "\t(void)glue_next_reply(); /* the loop would receive */\n");
	if (served_brings(glue))
		text_add(out, "\ttenon_room_arm(&glue_room); /* so too */\n");
	text_add(out, "}\n\nstatic bool can_call(void)\n{\n\treturn %s;\n}\n\n",
		 later ? "glue_current != REPLY_NONE" : "true");
	text_add(out, "static void start(void)\n{\n\t%s();\n}\n\n",
		 glue->component->libc == LIBC_MUSL ? "tenon_component_loop" : "tenon_component_main");
}

static void print_harness(const struct glue *glue)
{
	struct text *out = glue->out;

	if (serves(glue))
		print_table(glue);
	harness_channel_tables(glue);
	print_calls(glue);
	text_add(out, "const struct harness harness = {\n");
	if (serves(glue))
		text_add(out, "\t.operation = operation,\n"
			      "\t.operations = sizeof operation / sizeof operation[0],\n\t.serve = serve,\n");
	if (harness_has_regions(glue))
		text_add(out, "\t.region = region,\n\t.regions = sizeof region / sizeof region[0],\n");
	if (has_channels(glue))
		text_add(out, "\t.channel = channel,\n\t.channels = sizeof channel / sizeof channel[0],\n"
			      "\t.again = again,\n");
	text_add(out,
		 "\t.notifications = %u,\n\t.replies = %u,\n\t.start = start,\n\t.take = take,\n"
		 "\t.can_call = can_call,\n};\n",
		 glue->own->notifications, glue->own->has_later ? glue->own->replies : 0);
}

static void harness_text(const struct glue *glue)
{
	uint32_t number = 0;

	text_add(glue->out,
		 "/* Generated by tenon-gen harness; do not edit.\n"
		 " * Throws messages at the dispatcher of instance %s (%s), for libFuzzer on the host.\n */\n"
		 "#include \"%s.glue.c\"\n\n#include <string.h>\n#include <tenon/harness.h>\n\n",
		 glue->instance->name.text, cite(glue->numbers, glue->instance->place),
		 glue->instance->name.text);
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct port *port = &glue->component->provides[p];

		for (uint32_t k = 0; port_is_served(glue, p) && k < port->interface->operations; k++)
			print_handler(glue, port, &port->interface->operation[k], number++);
		session_closed_nothing(glue->out, port);
	}
	harness_channel_handlers(glue, number);
	print_others(glue);
	print_harness(glue);
}

bool emit_harnesses(const struct model *model, const char *folder)
{
	const struct numbers *numbers = numbers_make(model);
	bool good = true;

	for (uint32_t i = 0; good && i < model->instances; i++) {
		const struct instance *instance = &model->instance[i];
		struct text out = {0};
		const struct glue glue = {.numbers = numbers,
					  .own = &numbers->instance[i],
					  .instance = instance,
					  .component = instance->component,
					  .out = &out};
		char inside[4096], name[512];

		snprintf(inside, sizeof inside, "%s/%s", folder, instance->name.text);
		snprintf(name, sizeof name, "%s.harness.c", instance->name.text);
		if (serves(&glue) || has_channels(&glue)) {
			harness_text(&glue);
			good = text_write(&out, inside, name, EMIT_WRITE);
		}
		text_fini(&out);
	}
	return good;
}
