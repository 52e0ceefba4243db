/* SPDX-License-Identifier: MIT
 * Parameters in C: those of the instance are macros, those of each connection of a port a table of structures, the
 * client's or the server's number its index.
 */
#include "glue.h"

#include <string.h>

#include "../read/arena.h"

static void print_number(struct text *out, const struct parameter *parameter, uint64_t number)
{
	if (parameter->kind == PARAMETER_BOOL)
		text_add(out, "%s", number ? "true" : "false");
	else if (parameter->kind == PARAMETER_SIGNED && (int64_t)number == INT64_MIN)
		text_add(out, "INT64_MIN");
	else if (parameter->kind == PARAMETER_SIGNED && parameter->bits == 64)
		text_add(out, "INT64_C(%lld)", (long long)number);
	else if (parameter->kind == PARAMETER_SIGNED && (int64_t)number == INT32_MIN)
		text_add(out, "INT32_MIN");
	else if (parameter->kind == PARAMETER_SIGNED)
		text_add(out, "(%lld)", (long long)number);
	else if (parameter->bits == 64)
		text_add(out, "UINT64_C(%llu)", (unsigned long long)number);
	else
		text_add(out, "%lluu", (unsigned long long)number);
}

static void print_value(struct text *out, const char *prefix, const struct parameter *parameter,
			const struct parameter_value *value)
{
	if (parameter->kind == PARAMETER_STRING) {
		text_add(out, "\"");
		text_quoted(out, value->text);
		text_add(out, "\"");
	} else if (parameter->kind == PARAMETER_CHOICE) {
		text_add(out, "%s_%s_", prefix, upper(parameter->name.text));
		text_add(out, "%s", upper(parameter->choice[value->number].text));
	} else {
		print_number(out, parameter, value->number);
	}
}

/* `low` and `high` are the prefix of its name and of its constants. */
static void print_choices(struct text *out, const char *low, const char *high,
			  const struct parameter *parameter)
{
	text_add(out, "enum %s_%s {", low, parameter->name.text);
	for (uint32_t i = 0; i < parameter->choices; i++) {
		text_add(out, "%s %s_%s_", i ? "," : "", high, upper(parameter->name.text));
		text_add(out, "%s", upper(parameter->choice[i].text));
	}
	text_add(out, " };\n");
}

static void print_doc(struct text *out, const struct parameter *parameter)
{
	text_comment(out, parameter->doc ? parameter->doc : parameter->name.text);
}

void given_print(const struct glue *glue)
{
	struct text *out = glue->out;

	for (uint32_t i = 0; i < glue->component->parameters; i++) {
		const struct parameter *parameter = &glue->component->parameter[i];
		const struct parameter_value *value = &glue->instance->parameter[i];

		text_add(out, "/* ");
		print_doc(out, parameter);
		text_add(out, " (%s) */\n", cite(glue->numbers, value->place));
		if (parameter->kind == PARAMETER_CHOICE)
			print_choices(out, "parameter", "PARAMETER", parameter);
		text_add(out, "#define PARAMETER_%s ", upper(parameter->name.text));
		print_value(out, "PARAMETER", parameter, value);
		text_add(out, "\n");
	}
	if (glue->component->parameters)
		text_add(out, "\n");
}

/* ---- connections ------------------------------------------------------------------------------ */

static void print_member(struct text *out, const char *port, const struct parameter *parameter)
{
	const char *name = parameter->name.text;

	switch (parameter->kind) {
	case PARAMETER_STRING:
		text_add(out, "\tconst char *%s;", name);
		break;
	case PARAMETER_CHOICE:
		text_add(out, "\tenum %s_%s %s;", port, name, name);
		break;
	case PARAMETER_BOOL:
		text_add(out, "\tbool %s;", name);
		break;
	default:
		text_add(out, "\t%sint%u_t %s;", parameter->kind == PARAMETER_SIGNED ? "" : "u",
			 parameter->bits, name);
		break;
	}
	text_add(out, " /* ");
	print_doc(out, parameter);
	text_add(out, " */\n");
}

static const char *high_name(const struct glue *glue, const struct port *port)
{
	return arena_text(glue->numbers->arena, upper(port->name.text), strlen(port->name.text));
}

/* A component test writes what it wants into them; they outlive a restart, as the component's own data does not. */
static const char *storage_of(const struct glue *glue)
{
	return glue->numbers->model->host ? "" : "const ";
}

void given_declare(const struct glue *glue, const struct port *port, const char *peer, uint32_t connections)
{
	struct text *out = glue->out;
	const char *name = port->name.text, *high = high_name(glue, port);

	if (port->parameters == 0)
		return;
	for (uint32_t i = 0; i < port->parameters; i++)
		if (port->parameter[i].kind == PARAMETER_CHOICE)
			print_choices(out, name, high, &port->parameter[i]);
	text_add(out, "/* What the system says of each connection; its index is the number of the %s. */\n",
		 peer);
	text_add(out, "struct %s_parameters {\n", name);
	for (uint32_t i = 0; i < port->parameters; i++)
		print_member(out, name, &port->parameter[i]);
	text_add(out, "};\nextern %sstruct %s_parameters %s_parameters[%u];\n", storage_of(glue), name, name,
		 connections == 0 ? 1 : connections);
}

static void define(const struct glue *glue, const struct port *port,
		   const struct connection *const *connection, uint32_t connections, bool provided)
{
	struct text *out = glue->out;
	const char *name = port->name.text, *high = high_name(glue, port);

	if (port->parameters == 0)
		return;
	if (glue->numbers->model->host)
		text_add(out, "__attribute__((section(\"component_given\"))) ");
	text_add(out, "%sstruct %s_parameters %s_parameters[%u] = {\n", storage_of(glue), name, name,
		 connections == 0 ? 1 : connections);
	for (uint32_t i = 0; i < connections; i++) {
		const struct parameter_value *value =
		    provided ? connection[i]->server_parameter : connection[i]->client_parameter;

		text_add(out, "\t[%u] = { /* %s */\n", i, cite(glue->numbers, connection[i]->place));
		for (uint32_t k = 0; k < port->parameters; k++) {
			text_add(out, "\t\t.%s = ", port->parameter[k].name.text);
			print_value(out, high, &port->parameter[k], &value[k]);
			text_add(out, ", /* %s */\n", cite(glue->numbers, value[k].place));
		}
		text_add(out, "\t},\n");
	}
	text_add(out, connections == 0 ? "\t{0} /* nobody is connected */\n};\n\n" : "};\n\n");
}

void given_define(const struct glue *glue)
{
	const struct component *component = glue->component;

	for (uint32_t i = 0; i < component->provided; i++)
		define(glue, &component->provides[i], glue->instance->provided[i].client,
		       glue->instance->provided[i].clients, true);
	for (uint32_t i = 0; i < component->used; i++)
		define(glue, &component->uses[i], glue->instance->used[i].server,
		       glue->instance->used[i].servers, false);
}
