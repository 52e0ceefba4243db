/* SPDX-License-Identifier: MIT
 * Pools that are passed on, in component.h: for who passes them on the numbers under which the server behind knows them, for
 * that server where they are. The numbers of a connection begin at 1; 0 is the connection's own pool.
 */
#include "../read/arena.h"
#include "glue.h"

/* ---- who passes on ---------------------------------------------------------------------------- */

/* The pool that a pass is about begins here among those of the used port, for each client; the rest that came with the client
 * follows it. */
static void print_numbers(const struct glue *glue, const struct pass *pass, const struct connection *first)
{
	const struct provided *provided = &glue->instance->provided[pass->provides];
	struct text *out = glue->out;

	text_add(out, "\tstatic const struct {\n\t\tuint32_t number, others;\n\t} at[] = {");
	for (uint32_t c = 0; c < provided->clients; c++) {
		uint32_t number = 0;

		for (uint32_t i = 0; first != NULL && i < first->passeds && number == 0; i++)
			if (first->passed[i].owner == provided->client[c] &&
			    first->passed[i].shared == pass->shared)
				number = i + 1;
		text_add(out, "%s{%u, %u}", c ? ", " : "", number, provided->client[c]->passeds);
	}
	text_add(out, "%s};\n\n", provided->clients == 0 ? "{0, 0}" : "");
}

static void print_pass(const struct glue *glue, const struct pass *pass)
{
	const struct port *from = &glue->component->provides[pass->provides];
	const struct port *to = &glue->component->uses[pass->uses];
	const struct used *used = &glue->instance->used[pass->uses];
	struct text *out = glue->out;

	text_add(out,
		 "/* Under which number `%s` knows buffers of a client's pool `%s` (%s): with `pool` 0 those "
		 "of its own "
		 "pool,\n * with another number those that the client passes on under that one. 0: there is "
		 "no such "
		 "pool. */\nstatic inline uint32_t %s_%s_at_%s(uint32_t client, uint32_t pool)\n{\n",
		 to->name.text, from->interface->shared[pass->shared].name.text,
		 cite(glue->numbers, pass->place), from->name.text,
		 from->interface->shared[pass->shared].name.text, to->name.text);
	print_numbers(glue, pass, used->servers != 0 ? used->server[0] : NULL);
	text_add(out,
		 "\tCHECK(client < %u);\n\treturn at[client].number != 0 && pool <= at[client].others ? "
		 "at[client].number + pool : 0;\n}\n\n",
		 glue->instance->provided[pass->provides].clients);
}

/* ---- who they come to ------------------------------------------------------------------------- */

static bool takes_others(const struct glue *glue, const struct port *port)
{
	for (uint32_t i = 0; i < port->interface->pools; i++)
		if (port->interface->pool[i].passed)
			return !port_passes_on(glue->component, port->index);
	return false;
}

static uint32_t print_places(const struct glue *glue, const struct port *port)
{
	const struct provided *provided = &glue->instance->provided[port->index];
	uint32_t pools = 0;

	for (uint32_t c = 0; c < provided->clients; c++) {
		const struct connection *connection = provided->client[c];

		for (uint32_t i = 0; i < connection->passeds; i++) {
			const struct passed *passed = &connection->passed[i];

			text_add(glue->out, "\t{%u, %u, 0x%llx, 0x%llx, 0}, /* %s of %s (%s) */\n", c, i + 1,
				 (unsigned long long)glue->own->passed_address[port->index][c][i],
				 (unsigned long long)passed->owner->shared[passed->shared].size,
				 passed->owner->interface->shared[passed->shared].name.text,
				 passed->owner->client->name.text, cite(glue->numbers, passed->place));
			pools++;
		}
	}
	return pools;
}

static uint32_t count_places(const struct glue *glue, const struct port *port)
{
	const struct provided *provided = &glue->instance->provided[port->index];
	uint32_t pools = 0;

	for (uint32_t c = 0; c < provided->clients; c++)
		pools += provided->client[c]->passeds;
	return pools;
}

/* A device has them, or the component itself. */
static bool for_device(const struct glue *glue)
{
	return glue->own->io_space != NUMBERS_NONE;
}

void passes_head(const struct glue *glue)
{
	for (uint32_t i = 0; i < glue->component->passes; i++)
		print_pass(glue, &glue->component->pass[i]);
	for (uint32_t i = 0; i < glue->component->provided; i++) {
		const struct port *port = &glue->component->provides[i];

		if (takes_others(glue, port))
			text_add(glue->out,
				 "/* Where %s finds `bytes` at `offset` of a pool that the client passes on "
				 "under the number "
				 "`pool`, from 1 on.\n * False: there is no such pool, or they are not all "
				 "in it. */\n"
				 "bool %s_passed(uint32_t client, uint32_t pool, uint64_t offset, uint64_t "
				 "bytes, uint64_t "
				 "*address);\n\n",
				 for_device(glue) ? "the device" : "this component", port->name.text);
	}
}

bool passes_come(const struct glue *glue)
{
	for (uint32_t i = 0; i < glue->component->provided; i++)
		if (takes_others(glue, &glue->component->provides[i]))
			return true;
	return false;
}

void passes_glue(const struct glue *glue)
{
	struct text *out = glue->out;

	for (uint32_t i = 0; i < glue->component->provided; i++) {
		const struct port *port = &glue->component->provides[i];
		const uint32_t pools = count_places(glue, port);

		if (!takes_others(glue, port))
			continue;
		text_add(out,
			 "/* Pools that come with connections of %s: client, number, address, bytes, and "
			 "what the device's "
			 "address is more. */\nstatic struct tenon_passed glue_passed_%s[] = {\n",
			 port->name.text, port->name.text);
		if (print_places(glue, port) == 0)
			text_add(out, "\t{0, 0, 0, 0, 0}, /* none */\n");
		text_add(out,
			 "};\n\nbool %s_passed(uint32_t client, uint32_t pool, uint64_t offset, uint64_t "
			 "bytes, uint64_t "
			 "*address)\n{\n\treturn tenon_passed_find(glue_passed_%s, %u, client, pool, offset, "
			 "bytes, "
			 "address);\n}\n\n",
			 port->name.text, port->name.text, pools);
	}
}

/* Once the device is attached. */
void passes_begin(const struct glue *glue)
{
	for (uint32_t i = 0; for_device(glue) && i < glue->component->provided; i++) {
		const struct port *port = &glue->component->provides[i];
		const uint32_t pools = count_places(glue, port);

		if (takes_others(glue, port) && pools != 0)
			text_add(glue->out, "\ttenon_passed_init(SLOT_IO_SPACE, glue_passed_%s, %u);\n",
				 port->name.text, pools);
	}
}
