/* SPDX-License-Identifier: MIT
 * The finished system for people (report.txt): every object, capability and
 * mapping with the YAML line behind it, and what each instance costs.
 */
#include "../check/authority.h"
#include "../emit/glue.h"
#include "place.h"
#include "report.h"

#include <inttypes.h>
#include <string.h>

#include <tenon/areas.h>
#include <tenon/tables.h>

const char *const report_type_name[TENON_TYPE_COUNT] = {
#define TYPE(name, text, doc) text,
#include <tenon/names.def>
};
const char *const report_kind_name[] = {"zeroed", "copied", "image", "device"};

static const char *where(const struct layout *layout, struct place place)
{
	return cite(layout->numbers, place);
}

void text_rights(struct text *out, uint8_t rights)
{
	static const char letter[] = "rwxicgm"; /* read write execute invoke receive grant manage */

	for (unsigned i = 0; i < sizeof letter - 1; i++)
		text_add(out, "%c", rights & 1u << i ? letter[i] : '-');
}

/* ---- for people ------------------------------------------------------------------------------- */

static void text_pool(const struct layout *layout, const struct instance *instance, struct text *out)
{
	static const char *const kind[] = {"", ", RAM", ", slower memory"};
	const struct pool *pool = &instance->pool;

	text_add(out, "    pool %u   %11" PRIu64 " KiB  for objects made at run time",
		 numbers_of(layout->numbers, instance)->pool, pool->size / 1024);
	if (pool->node >= 0)
		text_add(out, ", NUMA node %d", (int)pool->node);
	text_add(out, "%s  (%s)\n", kind[pool->kind],
		 where(layout, instance->memory_place.file ? instance->memory_place : instance->place));
}

/* What all connections together may hold in a server, and what each may. */
static void text_limits(const struct layout *layout, const struct instance *instance, struct text *out)
{
	for (uint32_t p = 0; p < instance->component->provided; p++) {
		const struct port *port = &instance->component->provides[p];
		const struct provided *provided = &instance->provided[p];

		for (uint32_t i = 0; provided->clients && i < port->interface->limits; i++) {
			const struct limit *limit = &port->interface->limit[i];

			text_add(out, "  limit %s.%s  %s:", port->name.text, limit->name.text,
				 limit_text(layout->arena, limit, account_total(instance, p, i)));
			for (uint32_t c = 0; c < provided->clients; c++)
				text_add(out, "%s %s %s", c ? "," : "",
					 provided->client[c]->client->name.text,
					 limit_text(layout->arena, limit, provided->client[c]->limit[i]));
			text_add(out, "  (%s)\n",
				 where(layout, limit->name.place.file ? limit->name.place
								      : port->interface->name.place));
		}
	}
}

static void text_instance(const struct layout *layout, const struct authority *authority,
			  const struct instance *instance, struct text *out)
{
	const struct numbered *own = numbers_of(layout->numbers, instance);

	text_add(out, "%s  (component %s, %s)\n", instance->name.text, instance->component->name.text,
		 where(layout, instance->place));
	text_add(
	    out, "  thread %u, priority %u, CPU %u, entry 0x%" PRIx64 ", faults go to %s\n", instance->index,
	    instance->priority, instance->cpu, layout->instance[instance->index].elf.entry,
	    own->member == NUMBERS_NONE || !layout->model->supervisor ? "nobody: the machine restarts"
								      : layout->model->supervisor->name.text);
	if (instance->device)
		device_text(layout, instance, out);
	if (instance->counters)
		text_add(out, "  reads the CPU's counters\n");
	time_text_print(layout, instance, out);
	if (instance->supervision)
		text_add(out, "  supervised: %s\n", where(layout, instance->supervision->place));
	text_limits(layout, instance, out);
	text_add(out, "  capabilities, %u of %u slots\n", own->slots, own->table_size);
	for (uint32_t i = 0; i < own->slots; i++) {
		const struct slot *slot = &own->slot[i];

		text_add(out, "    %4u  %-12s ", slot->index, report_type_name[slot->type]);
		text_rights(out, slot->rights);
		text_add(out, "  object %-4u badge 0x%-16" PRIx64 " %s  (%s)\n", slot->object, slot->badge,
			 slot->what, where(layout, slot->place));
	}
	holdings_text(layout, authority, instance->index, out);
	stack_text(layout, instance, out);
	text_add(out, "  memory\n");
	if (instance->pool.size)
		text_pool(layout, instance, out);
	for (uint32_t i = 0; i < layout->mappings; i++) {
		const struct mapping *mapping = &layout->mapping[i];

		if (mapping->space != instance->index)
			continue;
		text_add(out, "    0x%010" PRIx64 "  %8" PRIu64 " KiB  ", mapping->address,
			 mapping->size / 1024);
		text_rights(out, mapping->rights);
		text_add(out, "  %s  (%s)\n", layout->region[mapping->region].name,
			 where(layout, mapping->place));
	}
	text_add(out, "\n");
}

static void text_totals(const struct layout *layout, struct text *out)
{
	const struct numbers *numbers = layout->numbers;

	text_add(out, "System %s on %s (%s)\n\n", layout->model->system.text, layout->model->board->name.text,
		 where(layout, layout->model->system.place));
	text_add(out, "  %u instances, %u connections\n", layout->model->instances,
		 layout->model->connections);
	text_add(out,
		 "  %u endpoints, %u notifications, %u reply objects, %u interrupts, %u I/O port ranges, %u "
		 "pools\n",
		 numbers->endpoints, numbers->notifications, numbers->replies, numbers->interrupts,
		 numbers->port_ranges, numbers->pools);
	text_add(out,
		 "  image payload %" PRIu64 " KiB, memory of components %" PRIu64 " KiB, pools %" PRIu64
		 " KiB,\n  capability tables %" PRIu64 " KiB, at most %" PRIu64
		 " KiB of page tables; the board has %" PRIu64 " KiB at least (%s)\n\n",
		 (uint64_t)layout->payload.length / 1024, layout->ram_bytes / 1024, layout->pool_bytes / 1024,
		 layout->slot_bytes / 1024, layout->table_pages * MODEL_PAGE / 1024,
		 layout->model->board->memory_at_least / 1024,
		 where(layout, layout->model->board->memory_place));
	if (holdings_granting(layout) == 0)
		text_add(out, "  no endpoint carries grant: no call brings a capability\n\n");
	else
		text_add(out,
			 "  %u capabilities to endpoints carry grant: their calls may bring capabilities\n\n",
			 holdings_granting(layout));
	text_add(out, "Rights: r read, w write, x execute, i invoke, c receive, g grant, m manage.\n\n");
}

static void text_regions(const struct layout *layout, struct text *out)
{
	text_add(out, "Regions\n");
	for (uint32_t i = 0; i < layout->regions; i++) {
		const struct region *region = &layout->region[i];

		text_add(out, "  %4u  %-7s %8" PRIu64 " KiB  %s", i, report_kind_name[region->kind],
			 region->size / 1024, region->name);
		if (region->kind == TENON_REGION_DEVICE)
			text_add(out, " at 0x%" PRIx64, region->physical);
		text_add(out, "  (%s)\n", where(layout, region->place));
	}
}

/* What its wire says of pools and channels. */
static void text_numbers(const struct connection *connection, struct text *out)
{
	const struct interface *interface = connection->interface;

	for (uint32_t i = 0; i < interface->pools; i++)
		if (connection->pool[i].count != interface->pool[i].count)
			text_add(out, ", %u buffers of %s", connection->pool[i].count,
				 interface->pool[i].name.text);
	for (uint32_t i = 0; i < interface->channels; i++)
		if (connection->channel[i].entries != interface->channel[i].entries)
			text_add(out, ", %u entries of %s", connection->channel[i].entries,
				 interface->channel[i].name.text);
}

static void text_connections(const struct layout *layout, struct text *out)
{
	text_add(out, "Connections\n");
	for (uint32_t i = 0; i < layout->model->connections; i++) {
		const struct connection *connection = &layout->model->connection[i];

		text_add(out, "  %s.%s -> %s.%s  %s, client %u%s", connection->client->name.text,
			 connection->uses->name.text, connection->server->name.text,
			 connection->provides->name.text, connection->interface->name.text,
			 connection->client_index, connection->automatic ? ", by itself" : "");
		text_numbers(connection, out);
		text_add(out, "  (%s)\n", where(layout, connection->place));
	}
	text_add(out, "\n");
}

void report_as_text(const struct layout *layout, struct text *out)
{
	struct authority *authority = holdings_make(layout);

	text_totals(layout, out);
	text_connections(layout, out);
	for (uint32_t i = 0; i < layout->model->instances; i++)
		text_instance(layout, authority, &layout->model->instance[i], out);
	text_regions(layout, out);
	authority_free(authority);
}
