/* SPDX-License-Identifier: MIT
 * The finished system for people (report.txt) and for programs (report.json),
 * `tenon report` and `tenon graph` among them: every object, capability and
 * mapping with the YAML line behind it, and what each instance costs.
 */
#include "../check/authority.h"
#include "../emit/glue.h"
#include "place.h"

#include <inttypes.h>
#include <string.h>

#include <tenon/areas.h>
#include <tenon/tables.h>

static const char *const type_name[TENON_TYPE_COUNT] = {
#define TYPE(name, text, doc) text,
#include <tenon/names.def>
};
static const char *const kind_name[] = {"zeroed", "copied", "image", "device"};

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

		text_add(out, "    %4u  %-12s ", slot->index, type_name[slot->type]);
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

		text_add(out, "  %4u  %-7s %8" PRIu64 " KiB  %s", i, kind_name[region->kind],
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

/* ---- for programs ----------------------------------------------------------------------------- */

static void json_string(struct text *out, const char *name, const char *value, bool last)
{
	text_add(out, "\"%s\": \"", name);
	text_quoted(out, value);
	text_add(out, "\"%s", last ? "" : ", ");
}

/* 64-bit numbers are written as text, since many readers of JSON keep 53 bits. */
static void json_slots(const struct layout *layout, const struct numbered *own, struct text *out)
{
	text_add(out, "   \"slots\": [");
	for (uint32_t i = 0; i < own->slots; i++) {
		const struct slot *slot = &own->slot[i];

		text_add(out, "%s\n    {\"slot\": %u, \"type\": %u, ", i ? "," : "", slot->index, slot->type);
		json_string(out, "type_name", type_name[slot->type], false);
		text_add(out, "\"rights\": %u, \"badge\": \"0x%" PRIx64 "\", \"object\": %u, ", slot->rights,
			 slot->badge, slot->object);
		json_string(out, "what", slot->what, false);
		json_string(out, "place", where(layout, slot->place), true);
		text_add(out, "}");
	}
	text_add(out, "],\n");
}

static void json_mappings(const struct layout *layout, uint32_t space, struct text *out)
{
	const char *separator = "";

	text_add(out, "   \"mappings\": [");
	for (uint32_t i = 0; i < layout->mappings; i++) {
		const struct mapping *mapping = &layout->mapping[i];

		if (mapping->space != space)
			continue;
		text_add(out,
			 "%s\n    {\"address\": \"0x%" PRIx64 "\", \"size\": %" PRIu64
			 ", \"rights\": %u, \"region\": %u, ",
			 separator, mapping->address, mapping->size, mapping->rights, mapping->region);
		json_string(out, "place", where(layout, mapping->place), true);
		text_add(out, "}");
		separator = ",";
	}
	text_add(out, "]");
}

static void json_cost(const struct layout *layout, const struct instance *instance, struct text *out)
{
	const struct cost cost = cost_of(layout, instance);

	text_add(out,
		 "   \"bytes\": {\"image\": %" PRIu64 ", \"data\": %" PRIu64 ", \"stack\": %" PRIu64
		 ", \"heap\": %" PRIu64 ", \"buffer\": %" PRIu64 ", \"shared\": %" PRIu64
		 ", \"pool\": %" PRIu64 ", \"capability_table\": %" PRIu64 "},\n",
		 cost.image, cost.data, cost.stack, cost.heap, cost.buffer, cost.shared, cost.pool,
		 cost.capability_table);
}

/* Only what there is: a device, a composite around it, a supervisor's care. */
static void json_origin(const struct layout *layout, const struct instance *instance, struct text *out)
{
	text_add(out, "   ");
	if (instance->device)
		json_string(out, "device", instance->device->path, false);
	if (instance->device)
		json_string(out, "device_reaches", device_reach(layout, instance), false);
	if (instance->place.use)
		json_string(out, "within", instance->place.use->instance, false);
	json_string(out, "supervised",
		    instance->supervision ? where(layout, instance->supervision->place) : "", true);
	text_add(out, ",\n");
}

static void json_instances(const struct layout *layout, struct text *out)
{
	struct authority *authority = holdings_make(layout);

	text_add(out, " \"instances\": [");
	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const struct instance *instance = &layout->model->instance[i];
		const struct numbered *own = &layout->numbers->instance[i];

		text_add(out, "%s\n  {", i ? "," : "");
		json_string(out, "name", instance->name.text, false);
		json_string(out, "component", instance->component->name.text, false);
		json_string(out, "place", where(layout, instance->place), false);
		text_add(
		    out,
		    "\"thread\": %u, \"table\": %u, \"space\": %u, \"table_size\": %u,\n   \"priority\": %u, "
		    "\"cpu\": %u, \"entry\": \"0x%" PRIx64 "\", \"stack_top\": \"0x%" PRIx64
		    "\", \"buffer\": \"0x%" PRIx64 "\",\n",
		    i, i, i, own->table_size, instance->priority, instance->cpu,
		    layout->instance[i].elf.entry, (uint64_t)TENON_AREA_STACK,
		    own->has_buffer ? (uint64_t)TENON_AREA_BUFFER : 0);
		text_add(out, "   \"pool\": %" PRIu64 ", \"counters\": %s,\n", instance->pool.size,
			 instance->counters ? "true" : "false");
		json_origin(layout, instance, out);
		time_json(layout, instance, out);
		json_cost(layout, instance, out);
		stack_json(layout, instance, out);
		json_slots(layout, own, out);
		holdings_json(layout, authority, i, out);
		json_mappings(layout, i, out);
		text_add(out, "}");
	}
	text_add(out, "],\n");
	authority_free(authority);
}

/* Is an instance somewhere inside that use of a composite? */
static bool inside(const struct instance *instance, const struct use *use)
{
	for (const struct use *around = instance->place.use; around; around = around->place.use) {
		if (strcmp(around->instance, use->instance) == 0)
			return true;
	}
	return false;
}

/* The instances of a composite stand one after the other, so the first of them is the one that none precedes. */
static void json_composites(const struct layout *layout, struct text *out)
{
	const char *separator = "";

	text_add(out, " \"composites\": [");
	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const struct instance *instance = &layout->model->instance[i];

		for (const struct use *use = instance->place.use; use; use = use->place.use) {
			if (i && inside(instance - 1, use))
				continue;
			text_add(out, "%s\n  {", separator);
			json_string(out, "name", use->instance, false);
			json_string(out, "composite", use->composite, false);
			if (use->place.use)
				json_string(out, "within", use->place.use->instance, false);
			json_string(out, "place", where(layout, use->place), true);
			text_add(out, "}");
			separator = ",";
		}
	}
	text_add(out, "],\n");
}

/* Those that the interface lists as such, not what channels and pools take. */
static uint32_t listed_regions(const struct interface *interface)
{
	uint32_t count = 0;

	while (count < interface->shareds && interface->shared[count].kind == SHARED_REGION)
		count++;
	return count;
}

static void json_limits(const struct connection *connection, struct text *out)
{
	text_add(out, "\"limits\": {");
	for (uint32_t i = 0; i < connection->interface->limits; i++)
		text_add(out, "%s\"%s\": %u", i ? ", " : "", connection->interface->limit[i].name.text,
			 connection->limit[i]);
	text_add(out, "}, ");
}

static void json_numbers(const struct connection *connection, struct text *out)
{
	const struct interface *interface = connection->interface;

	text_add(out, "\"buffers\": {");
	for (uint32_t i = 0; i < interface->pools; i++)
		text_add(out, "%s\"%s\": %u", i ? ", " : "", interface->pool[i].name.text,
			 connection->pool[i].count);
	text_add(out, "}, \"entries\": {");
	for (uint32_t i = 0; i < interface->channels; i++)
		text_add(out, "%s\"%s\": %u", i ? ", " : "", interface->channel[i].name.text,
			 connection->channel[i].entries);
	text_add(out, "}, ");
}

static void json_connections(const struct layout *layout, struct text *out)
{
	text_add(out, " \"connections\": [");
	for (uint32_t i = 0; i < layout->model->connections; i++) {
		const struct connection *connection = &layout->model->connection[i];

		text_add(out, "%s\n  {", i ? "," : "");
		json_string(out, "client", connection->client->name.text, false);
		json_string(out, "uses", connection->uses->name.text, false);
		json_string(out, "server", connection->server->name.text, false);
		json_string(out, "provides", connection->provides->name.text, false);
		json_string(out, "interface", connection->interface->name.text, false);
		text_add(out,
			 "\"operations\": %u, \"events\": %u, \"shared\": %u, \"channels\": %u, "
			 "\"pools\": %u, ",
			 connection->interface->operations, connection->interface->events,
			 listed_regions(connection->interface), connection->interface->channels,
			 connection->interface->pools);
		json_limits(connection, out);
		json_numbers(connection, out);
		json_string(out, "place", where(layout, connection->place), true);
		text_add(out, "}");
	}
	text_add(out, "],\n");
}

static void json_regions(const struct layout *layout, struct text *out)
{
	text_add(out, " \"regions\": [");
	for (uint32_t i = 0; i < layout->regions; i++) {
		const struct region *region = &layout->region[i];

		text_add(out, "%s\n  {", i ? "," : "");
		json_string(out, "name", region->name, false);
		json_string(out, "kind", kind_name[region->kind], false);
		text_add(out, "\"size\": %" PRIu64 ", \"physical\": \"0x%" PRIx64 "\", ", region->size,
			 region->physical);
		json_string(out, "place", where(layout, region->place), true);
		text_add(out, "}");
	}
	text_add(out, "],\n");
}

void report_json(const struct layout *layout, struct text *out)
{
	text_add(out, "{");
	json_string(out, "system", layout->model->system.text, false);
	if (layout->model->supervisor)
		json_string(out, "supervisor", layout->model->supervisor->name.text, false);
	json_string(out, "board", layout->model->board->name.text, true);
	text_add(out, ",\n");
	json_instances(layout, out);
	json_composites(layout, out);
	json_connections(layout, out);
	json_regions(layout, out);
	text_add(out,
		 " \"bytes\": {\"payload\": %" PRIu64 ", \"components\": %" PRIu64 ", \"pools\": %" PRIu64
		 ", \"capability_tables\": %" PRIu64 ", \"page_tables_at_most\": %" PRIu64
		 ", \"at_least\": %" PRIu64 "}\n}\n",
		 (uint64_t)layout->payload.length, layout->ram_bytes, layout->pool_bytes, layout->slot_bytes,
		 layout->table_pages * MODEL_PAGE, layout->model->board->memory_at_least);
}
