/* SPDX-License-Identifier: MIT
 * The finished system for programs (report.json), `tenon report` and `tenon graph` among them: what report.txt has, and more.
 */
#include "../check/authority.h"
#include "../emit/glue.h"
#include "place.h"
#include "report.h"

#include <inttypes.h>
#include <string.h>

#include <tenon/areas.h>

static const char *where(const struct layout *layout, struct place place)
{
	return cite(layout->numbers, place);
}

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
		json_string(out, "type_name", report_type_name[slot->type], false);
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
		json_string(out, "kind", report_kind_name[region->kind], false);
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
