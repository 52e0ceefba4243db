/* SPDX-License-Identifier: MIT
 * What each connection holds in this server, and may hold: one account for
 * each limit of each connection of each provided port. Calls that are answered
 * later are counted here by the glue; all else is taken and given back by
 * operations that say so, or by the component's own code.
 */
#include "serving.h"

#include <stdio.h>

/* The array of a limit: "glue_held_files_open". */
static const char *array_name(const char *kind, const struct port *port, const struct limit *limit,
			      char name[NAME_ROOM])
{
	snprintf(name, NAME_ROOM, "glue_%s_%s_%s", kind, port->name.text, limit->name.text);
	return name;
}

static uint32_t value_of(const struct glue *glue, const struct port *port, uint32_t client, uint32_t limit)
{
	return glue->instance->provided[port->index].client[client]->limit[limit];
}

/* Memory of connections begins on addresses that suit every C type. */
static uint64_t room_of(uint32_t value)
{
	return ((uint64_t)value + 15) / 16 * 16;
}

uint64_t account_total(const struct instance *server, uint32_t port, uint32_t limit)
{
	const struct provided *provided = &server->provided[port];
	uint64_t total = 0;

	for (uint32_t c = 0; c < provided->clients; c++)
		total += provided->client[c]->limit[limit];
	return total;
}

/* ---- the header ------------------------------------------------------------------------------- */

static void print_head(const struct glue *glue, const struct port *port, uint32_t index)
{
	struct text *out = glue->out;
	const struct limit *limit = &port->interface->limit[index];
	const char *name = port->name.text, *what = limit->name.text;

	text_add(out, "/* Limit %s (%s): ", what, cite(glue->numbers, limit->name.place));
	text_comment(out, limit->doc ? limit->doc : "what one connection may hold.");
	text_add(out, " In %s, of all connections together. */\n#define %s_%s_TOTAL %lluu\n",
		 limit->is_size ? "bytes" : "number", upper(name), upper(what),
		 (unsigned long long)account_total(glue->instance, port->index, index));
	text_add(out,
		 "/* What `client` may hold; whether that is enough for `amount` more, which it holds then; "
		 "what it "
		 "held goes back. */\nuint32_t %s_%s_limit(uint32_t client);\n"
		 "__attribute__((warn_unused_result)) bool %s_take_%s(uint32_t client, uint32_t amount);\n"
		 "void %s_give_back_%s(uint32_t client, uint32_t amount);\n",
		 name, what, name, what, name, what);
	if (limit->is_size)
		text_add(out,
			 "/* %s_%s_limit() bytes that are there for `client` alone. */\n"
			 "uint8_t *%s_%s_memory(uint32_t client);\n",
			 name, what, name, what);
}

void account_head(const struct glue *glue, const struct port *port)
{
	for (uint32_t i = 0; i < port->interface->limits; i++) {
		if (!limit_counts_itself(port->interface, i))
			print_head(glue, port, i);
	}
}

/* ---- limits with names of their own ------------------------------------------------------------ */

static void print_values(const struct glue *glue, const struct port *port, uint32_t index)
{
	struct text *out = glue->out;
	const struct provided *provided = &glue->instance->provided[port->index];
	char name[NAME_ROOM];

	text_add(out, "static const uint32_t %s[%u] = {\n",
		 array_name("limit", port, &port->interface->limit[index], name), provided->clients);
	for (uint32_t c = 0; c < provided->clients; c++)
		text_add(out, "\t%u, /* %s (%s) */\n", value_of(glue, port, c, index),
			 provided->client[c]->client->name.text,
			 cite(glue->numbers, provided->client[c]->place));
	text_add(out, "};\n");
}

static void print_memory(const struct glue *glue, const struct port *port, uint32_t index)
{
	struct text *out = glue->out;
	const uint32_t clients = glue->instance->provided[port->index].clients;
	const char *what = port->interface->limit[index].name.text;
	uint64_t total = 0;

	text_add(out, "uint8_t *%s_%s_memory(uint32_t client)\n{\n\tstatic const uint32_t start[%u] = {",
		 port->name.text, what, clients);
	for (uint32_t c = 0; c < clients; c++) {
		text_add(out, "%s%llu", c ? ", " : "", (unsigned long long)total);
		total += room_of(value_of(glue, port, c, index));
	}
	text_add(out,
		 "};\n\tstatic _Alignas(16) uint8_t memory[%llu];\n\n\tCHECK(client < %u);\n"
		 "\treturn memory + start[client];\n}\n\n",
		 (unsigned long long)(total ? total : 1), clients);
}

static void print_functions(const struct glue *glue, const struct port *port, uint32_t index)
{
	struct text *out = glue->out;
	const struct limit *limit = &port->interface->limit[index];
	const uint32_t clients = glue->instance->provided[port->index].clients;
	const char *name = port->name.text, *what = limit->name.text;
	char may[NAME_ROOM], held[NAME_ROOM];

	array_name("limit", port, limit, may);
	array_name("held", port, limit, held);
	text_add(
	    out,
	    "uint32_t %s_%s_limit(uint32_t client)\n{\n\tCHECK(client < %u);\n\treturn %s[client];\n}\n\n",
	    name, what, clients, may);
	text_add(out,
		 "bool %s_take_%s(uint32_t client, uint32_t amount)\n{\n\tCHECK(client < %u);\n"
		 "\tif (amount > %s[client] - %s[client])\n\t\treturn false;\n\t%s[client] += amount;\n"
		 "\treturn true;\n}\n\n",
		 name, what, clients, may, held, held);
	text_add(
	    out,
	    "void %s_give_back_%s(uint32_t client, uint32_t amount)\n{\n\tCHECK(client < %u && amount <= "
	    "%s[client]);\n\t%s[client] -= amount;\n}\n\n",
	    name, what, clients, held, held);
	if (limit->is_size)
		print_memory(glue, port, index);
}

/* Nobody is connected: there is nothing to hold. */
static void print_unconnected(const struct glue *glue, const struct port *port, const struct limit *limit)
{
	struct text *out = glue->out;
	const char *name = port->name.text, *what = limit->name.text;

	text_add(out,
		 "uint32_t %s_%s_limit(uint32_t client)\n{\n\t(void)client;\n\treturn 0;\n}\n\n"
		 "bool %s_take_%s(uint32_t client, uint32_t amount)\n{\n\t(void)client;\n\treturn amount == "
		 "0;\n}\n\n"
		 "void %s_give_back_%s(uint32_t client, uint32_t "
		 "amount)\n{\n\t(void)client;\n\t(void)amount;\n}\n\n",
		 name, what, name, what, name, what);
	if (limit->is_size)
		text_add(out,
			 "uint8_t *%s_%s_memory(uint32_t client)\n{\n\t(void)client;\n\treturn NULL;\n}\n\n",
			 name, what);
}

static void print_limit(const struct glue *glue, const struct port *port, uint32_t index)
{
	struct text *out = glue->out;
	const struct limit *limit = &port->interface->limit[index];
	const uint32_t clients = glue->instance->provided[port->index].clients;
	char name[NAME_ROOM];

	text_add(out, "/* Port %s (%s), limit %s (%s): what each connection may hold, and holds. */\n",
		 port->name.text, cite(glue->numbers, port->name.place), limit->name.text,
		 cite(glue->numbers, limit->name.place));
	if (clients == 0) {
		print_unconnected(glue, port, limit);
		return;
	}
	print_values(glue, port, index);
	text_add(out, "static uint32_t %s[%u];\n\n", array_name("held", port, limit, name), clients);
	print_functions(glue, port, index);
}

/* ---- calls that are answered later ------------------------------------------------------------- */

static bool is_counted(const struct glue *glue, uint32_t port)
{
	const struct interface *interface = glue->component->provides[port].interface;

	return port_is_served(glue, port) && interface->in_flight < interface->limits;
}

uint32_t account_of_calls(const struct glue *glue, uint32_t port)
{
	uint32_t first = 0;

	for (uint32_t p = 0; p < port; p++)
		first += is_counted(glue, p) ? glue->instance->provided[p].clients : 0;
	return first;
}

static void print_in_flight(const struct glue *glue)
{
	struct text *out = glue->out;

	text_add(
	    out,
	    "/* Calls that are answered later: how many each connection may have in this server's hands, "
	    "and has. */\nstatic const uint32_t glue_in_flight_limit[%u] = {\n",
	    account_of_calls(glue, glue->component->provided));
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct port *port = &glue->component->provides[p];
		const struct provided *provided = &glue->instance->provided[p];

		for (uint32_t c = 0; is_counted(glue, p) && c < provided->clients; c++)
			text_add(out, "\t%u, /* %s.%s (%s) */\n",
				 value_of(glue, port, c, port->interface->in_flight),
				 provided->client[c]->client->name.text, provided->client[c]->uses->name.text,
				 cite(glue->numbers, provided->client[c]->place));
	}
	text_add(out, "};\n\n");
}

bool account_counts_calls(const struct glue *glue)
{
	return account_of_calls(glue, glue->component->provided) != 0;
}

void account_print(const struct glue *glue)
{
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct port *port = &glue->component->provides[p];

		for (uint32_t i = 0; i < port->interface->limits; i++) {
			if (!limit_counts_itself(port->interface, i))
				print_limit(glue, port, i);
		}
	}
	if (account_counts_calls(glue))
		print_in_flight(glue);
}

/* Before a call is kept. Who went away meanwhile may not have been heard of yet. */
void account_may_hold(const struct glue *glue)
{
	text_add(glue->out,
		 "static void glue_take_pending(void);\n\n"
		 "/* May a connection have one more call in hand? Who gave up an earlier one may not have "
		 "been heard "
		 "of yet. */\nstatic bool glue_may_hold(uint32_t account)\n{\n"
		 "\tif (glue_in_flight[account] >= glue_in_flight_limit[account])\n\t\tglue_take_pending();\n"
		 "\treturn glue_in_flight[account] < glue_in_flight_limit[account];\n}\n\n");
}

/* ---- what operations take ---------------------------------------------------------------------- */

void account_take(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	struct text *out = glue->out;
	char may[NAME_ROOM], held[NAME_ROOM];

	for (uint32_t i = 0; i < operation->takes; i++) {
		const struct limit *limit = &port->interface->limit[operation->take[i].limit];

		text_add(out, "%s%s[client] - %s[client] < %u", i ? " || " : "\tif (",
			 array_name("limit", port, limit, may), array_name("held", port, limit, held),
			 operation->take[i].amount);
	}
	if (operation->takes != 0)
		text_add(out, ")\n\t\treturn glue_answer(ipc, %s_QUOTA);\n",
			 upper(port->interface->name.text));
	for (uint32_t i = 0; i < operation->gives; i++)
		text_add(out, "\tif (%s[client] < %u)\n\t\treturn glue_answer(ipc, %s_MALFORMED);\n",
			 array_name("held", port, &port->interface->limit[operation->give[i].limit], held),
			 operation->give[i].amount, upper(port->interface->name.text));
}

/* Once the handler succeeded. */
void account_settle(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	char held[NAME_ROOM];

	for (uint32_t i = 0; i < operation->takes; i++)
		text_add(glue->out, "\t%s[client] += %u;\n",
			 array_name("held", port, &port->interface->limit[operation->take[i].limit], held),
			 operation->take[i].amount);
	for (uint32_t i = 0; i < operation->gives; i++)
		text_add(glue->out, "\t%s_give_back_%s(client, %u);\n", port->name.text,
			 port->interface->limit[operation->give[i].limit].name.text,
			 operation->give[i].amount);
}
