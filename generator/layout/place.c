/* SPDX-License-Identifier: MIT
 * Regions and mappings of each instance: its ELF's segments, stack, message
 * buffer and heap, its device's registers, and the memory that connections
 * share.
 */
#include "place.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/areas.h>
#include <tenon/tables.h>

#include "../read/arena.h"
#include "../read/report.h"

#define READ  TENON_RIGHT_READ
#define WRITE TENON_RIGHT_WRITE

/* What the kernel takes beside what is counted here: its own segments, objects, stacks and page tables, and the
 * loader's structure. `./tenon build --sizes` prints the exact sum of an image. */
#define KERNEL_ALLOWANCE (UINT64_C(4) * 1024 * 1024)
#define POOL_ALIGN       UINT64_C(0x200000)
#define PAINT_INSTANCES  0xfffffu /* what a word of paint can tell apart */

uint32_t region_add(struct layout *layout, struct region region)
{
	if (layout->regions == layout->region_room) {
		const uint32_t room = layout->region_room ? 2 * layout->region_room : 64;
		struct region *more = ARENA_ARRAY(layout->arena, struct region, room);

		if (layout->regions)
			memcpy(more, layout->region, layout->regions * sizeof *more);
		layout->region = more;
		layout->region_room = room;
	}
	region.index = layout->regions;
	layout->region[layout->regions] = region;
	return layout->regions++;
}

void mapping_add(struct layout *layout, struct mapping mapping)
{
	if (layout->mappings == layout->mapping_room) {
		const uint32_t room = layout->mapping_room ? 2 * layout->mapping_room : 64;
		struct mapping *more = ARENA_ARRAY(layout->arena, struct mapping, room);

		if (layout->mappings)
			memcpy(more, layout->mapping, layout->mappings * sizeof *more);
		layout->mapping = more;
		layout->mapping_room = room;
	}
	layout->mapping[layout->mappings++] = mapping;
}

uint64_t payload_add(struct layout *layout, const void *bytes, size_t size)
{
	uint64_t offset;

	text_pad(&layout->payload, MODEL_PAGE);
	offset = layout->payload.length;
	text_bytes(&layout->payload, bytes, size);
	text_pad(&layout->payload, MODEL_PAGE);
	return offset;
}

/* ---- one instance ----------------------------------------------------------------------------- */

static struct anew *anew_add(struct placed *placed, uint32_t region, uint64_t address, uint64_t size)
{
	struct anew *anew = &placed->anew[placed->anews++];

	*anew = (struct anew){.region = region, .address = address, .size = size, .image = NUMBERS_NONE};
	return anew;
}

static void place_segment(struct layout *layout, const struct instance *instance, uint32_t index)
{
	struct placed *placed = &layout->instance[instance->index];
	const struct elf_segment *segment = &placed->elf.segment[index];
	const bool written = (segment->flags & ELF_WRITE) != 0,
		   executed = (segment->flags & ELF_EXECUTE) != 0;
	const char *what = executed ? "text" : written ? "data" : "rodata";
	struct region region = {
	    .name = arena_format(layout->arena, "%s.%s%s", instance->name.text, what, index < 3 ? "" : "2"),
	    .size = page_up(segment->size),
	    .image_size = segment->file_size,
	    .place = instance->place};
	uint32_t number;

	region.kind = !written             ? TENON_REGION_IMAGE
		      : segment->file_size ? TENON_REGION_COPY
					   : TENON_REGION_ZERO;
	if (segment->file_size)
		region.image = payload_add(layout, segment->bytes, segment->file_size);
	if (region.kind == TENON_REGION_IMAGE)
		region.image_size = region.size;
	number = region_add(layout, region);
	mapping_add(layout, (struct mapping){.space = instance->index,
					     .region = number,
					     .address = segment->address,
					     .size = region.size,
					     .rights = (uint8_t)(READ | (written ? WRITE : 0) |
								 (executed ? TENON_RIGHT_EXECUTE : 0)),
					     .place = instance->place});
	if (written)
		anew_add(placed, number, segment->address, region.size)->image_size = segment->file_size;
	if (executed) {
		placed->text = segment->address;
		placed->text_end = segment->address + segment->size;
	}
}

static void place_zero(struct layout *layout, const struct instance *instance, const char *what,
		       uint64_t address, uint64_t size, struct place place)
{
	const uint32_t number = region_add(
	    layout, (struct region){.name = arena_format(layout->arena, "%s.%s", instance->name.text, what),
				    .kind = TENON_REGION_ZERO,
				    .size = size,
				    .place = place});

	mapping_add(layout, (struct mapping){.space = instance->index,
					     .region = number,
					     .address = address,
					     .size = size,
					     .rights = READ | WRITE,
					     .place = place});
	anew_add(&layout->instance[instance->index], number, address, size);
}

static void place_stack(struct layout *layout, const struct instance *instance)
{
	place_zero(layout, instance, "stack", TENON_AREA_STACK - instance->stack, instance->stack,
		   instance->stack_place);
	layout->region[layout->regions - 1].paint = TENON_PAINT(instance->index & PAINT_INSTANCES);
}

static void place_device(struct layout *layout, const struct instance *instance)
{
	const struct numbered *own = numbers_of(layout->numbers, instance);

	for (uint32_t i = 0; i < instance->component->device.registers; i++) {
		const struct register_range *range = &instance->device->range[i];
		const uint64_t inside = range->base % MODEL_PAGE;
		uint32_t number;

		if (range->ports || range->window)
			continue;
		number = region_add(
		    layout, (struct region){
				.name = arena_format(layout->arena, "%s.registers%u", instance->name.text, i),
				.kind = TENON_REGION_DEVICE,
				.cache = TENON_CACHE_DEVICE,
				.size = page_up(inside + range->size),
				.physical = range->firmware ? TENON_PHYSICAL_ECAM : range->base - inside,
				.place = instance->component->device.place});
		mapping_add(layout, (struct mapping){.space = instance->index,
						     .region = number,
						     .address = own->range_address[i] - inside,
						     .size = page_up(inside + range->size),
						     .rights = READ | WRITE,
						     .place = instance->component->device.place});
	}
}

/* The same memory at the same address, as the device of that instance sees it. */
static void map_for_device(struct layout *layout, const struct instance *instance, struct mapping mapping)
{
	const uint32_t space = numbers_of(layout->numbers, instance)->io_space;

	if (space == NUMBERS_NONE)
		return;
	mapping.space = space;
	mapping_add(layout, mapping);
}

static void place_dma(struct layout *layout, const struct instance *instance)
{
	place_zero(layout, instance, "dma", numbers_of(layout->numbers, instance)->dma_address, instance->dma,
		   instance->memory_place);
	map_for_device(layout, instance, layout->mapping[layout->mappings - 1]);
}

void place_instances(struct layout *layout)
{
	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const struct instance *instance = &layout->model->instance[i];

		for (uint32_t s = 0; s < layout->instance[i].elf.segments; s++)
			place_segment(layout, instance, s);
		place_stack(layout, instance);
		if (numbers_of(layout->numbers, instance)->has_buffer)
			place_zero(layout, instance, "buffer", TENON_AREA_BUFFER, MODEL_PAGE,
				   instance->place);
		if (instance->heap)
			place_zero(layout, instance, "heap", TENON_AREA_HEAP, instance->heap,
				   instance->memory_place);
		/* Others that reach it, such as the supervisor, know no tags. */
		if (instance->heap && instance->tagged)
			layout->mapping[layout->mappings - 1].cache = TENON_CACHE_TAGGED;
		if (instance->device)
			place_device(layout, instance);
		if (instance->dma)
			place_dma(layout, instance);
	}
}

/* ---- connections ------------------------------------------------------------------------------ */

static void place_connection(struct layout *layout, const struct connection *connection, uint32_t index)
{
	const struct interface *interface = connection->interface;
	const struct shared *shared = &connection->shared[index];
	const struct numbered *server = numbers_of(layout->numbers, connection->server);
	const struct numbered *client = numbers_of(layout->numbers, connection->client);
	const uint32_t number = region_add(
	    layout,
	    (struct region){.name = arena_format(layout->arena, "%s.%s.%s", connection->client->name.text,
						 connection->uses->name.text, shared->name.text),
			    .kind = TENON_REGION_ZERO,
			    .size = shared->size,
			    .place = connection->place});
	const struct mapping side = {
	    .region = number, .size = shared->size, .rights = READ, .place = connection->place};
	struct mapping at_server = side, at_client = side;

	at_server.space = connection->server->index;
	at_server.address = server->served_address[connection->provides->index]
						  [connection->client_index * interface->shareds + index];
	at_server.rights |= (shared->write & SHARED_WRITE_SERVER) != 0 ? WRITE : 0;
	at_client.space = connection->client->index;
	at_client.address = client->used_address[connection->uses->index]
						[connection->server_index * interface->shareds + index];
	at_client.rights |= (shared->write & SHARED_WRITE_CLIENT) != 0 ? WRITE : 0;
	layout->shared_region[connection->index][index] = number;
	mapping_add(layout, at_server);
	mapping_add(layout, at_client);
	if (shared->kind != SHARED_POOL)
		return;
	map_for_device(layout, connection->server, at_server);
	map_for_device(layout, connection->client, at_client);
}

/* Pools that come with a connection, for the server's device; where that has none, for the server. It may what who passes the
 * pool on first may: the server of the connection that the pool is of. */
static void place_passed(struct layout *layout, const struct connection *connection)
{
	const struct numbered *server = numbers_of(layout->numbers, connection->server);

	if (port_passes_on(connection->server->component, connection->provides->index))
		return;
	for (uint32_t i = 0; i < connection->passeds; i++) {
		const struct passed *passed = &connection->passed[i];
		const struct shared *shared = &passed->owner->shared[passed->shared];
		struct mapping mapping = {
		    .space = connection->server->index,
		    .region = layout->shared_region[passed->owner->index][passed->shared],
		    .address =
			server->passed_address[connection->provides->index][connection->client_index][i],
		    .size = shared->size,
		    .rights = READ,
		    .place = passed->place};

		mapping.rights |= (shared->write & SHARED_WRITE_SERVER) != 0 ? WRITE : 0;
		if (server->io_space != NUMBERS_NONE)
			map_for_device(layout, connection->server, mapping);
		else
			mapping_add(layout, mapping);
	}
}

void place_shared(struct layout *layout)
{
	const struct model *model = layout->model;

	layout->shared_region = ARENA_ARRAY(layout->arena, uint32_t *, model->connections);
	for (uint32_t i = 0; i < model->connections; i++) {
		const uint32_t shareds = model->connection[i].interface->shareds;

		layout->shared_region[i] = ARENA_ARRAY(layout->arena, uint32_t, shareds);
		for (uint32_t k = 0; k < shareds; k++)
			place_connection(layout, &model->connection[i], k);
	}
	for (uint32_t i = 0; i < model->connections; i++)
		place_passed(layout, &model->connection[i]);
}

/* ---- the whole -------------------------------------------------------------------------------- */

static int compare_mappings(const void *left, const void *right)
{
	const struct mapping *a = left, *b = right;

	if (a->space != b->space)
		return a->space < b->space ? -1 : 1;
	return a->address < b->address ? -1 : a->address > b->address;
}

/* At most so many tables of one level: each mapping's first and last address, but one shared with its predecessor. */
static uint64_t count_tables(const struct layout *layout, unsigned shift)
{
	uint64_t tables = 0, last = UINT64_MAX;
	uint32_t space = UINT32_MAX;

	for (uint32_t i = 0; i < layout->mappings; i++) {
		const struct mapping *mapping = &layout->mapping[i];
		const uint64_t first = mapping->address >> shift,
			       end = (mapping->address + mapping->size - 1) >> shift;

		tables += end - first + 1;
		if (space == mapping->space && last == first)
			tables--;
		space = mapping->space;
		last = end;
	}
	return tables;
}

/* Of windows, which nothing else shares. */
static uint64_t count_window_tables(const struct layout *layout)
{
	uint64_t tables = 0;

	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const struct instance *instance = &layout->model->instance[i];
		const uint32_t ranges = instance->device ? instance->component->device.registers : 0;

		for (uint32_t r = 0; r < ranges; r++)
			if (instance->device->range[r].window)
				tables += 3 + instance->device->range[r].size / POOL_ALIGN;
	}
	return tables;
}

const struct instance *space_holder(const struct layout *layout, uint32_t space)
{
	const uint32_t instances = layout->model->instances;

	return space < instances ? &layout->model->instance[space] : layout->device_of[space - instances];
}

void place_finish(struct layout *layout)
{
	qsort(layout->mapping, layout->mappings, sizeof *layout->mapping, compare_mappings);
	layout->table_pages = count_tables(layout, 21) + count_tables(layout, 30) + count_tables(layout, 39) +
			      layout->numbers->spaces + count_window_tables(layout);
	layout->ram_bytes = layout->pool_bytes = layout->gap_bytes = layout->slot_bytes = 0;
	for (uint32_t i = 0; i < layout->regions; i++) {
		if (layout->region[i].kind == TENON_REGION_ZERO ||
		    layout->region[i].kind == TENON_REGION_COPY)
			layout->ram_bytes += layout->region[i].size;
	}
	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const uint64_t pool = layout->model->instance[i].pool.size;

		layout->pool_bytes += pool;
		layout->gap_bytes += pool >= POOL_ALIGN ? POOL_ALIGN - MODEL_PAGE : 0;
		layout->slot_bytes += layout->numbers->instance[i].table_size * LAYOUT_SLOT_BYTES;
	}
}

/* Who takes most, memory that it shares included; in *most how much. There is an instance. */
static const struct instance *largest(const struct layout *layout, uint64_t *most)
{
	const struct model *model = layout->model;
	uint64_t *bytes = ARENA_ARRAY(layout->arena, uint64_t, model->instances);
	uint32_t found = 0;

	for (uint32_t m = 0; m < layout->mappings; m++)
		if (layout->region[layout->mapping[m].region].kind != TENON_REGION_DEVICE &&
		    layout->mapping[m].space < model->instances)
			bytes[layout->mapping[m].space] += layout->mapping[m].size;
	for (uint32_t i = 0; i < model->instances; i++) {
		bytes[i] += model->instance[i].pool.size;
		found = bytes[i] > bytes[found] ? i : found;
	}
	*most = bytes[found];
	return &model->instance[found];
}

bool place_fits(const struct layout *layout)
{
	const uint64_t have = layout->model->board->memory_at_least;
	const uint64_t tables = layout->slot_bytes + layout->table_pages * MODEL_PAGE;
	const uint64_t pools = layout->pool_bytes + layout->gap_bytes;
	const uint64_t need = layout->ram_bytes + layout->payload.length + pools + tables + KERNEL_ALLOWANCE;
	const struct instance *instance;
	struct complaint *complaint;
	uint64_t most;

	if (need <= have)
		return true;
	instance = largest(layout, &most);
	complaint = report_error(
	    layout->request->report, RULE_MEMORY, instance->memory_place,
	    "the system needs %" PRIu64 " KiB of memory, but the board \"%s\" has %" PRIu64
	    " KiB: \"%s\" alone takes %" PRIu64 " KiB",
	    need / 1024, layout->model->board->name.text, have / 1024, instance->name.text, most / 1024);
	complaint_help(complaint,
		       "of these are, in KiB: stacks, heaps, data and buffers %" PRIu64 ", programs %zu, "
		       "pools %" PRIu64 ", tables of capabilities and pages %" PRIu64 ", the kernel %" PRIu64,
		       layout->ram_bytes / 1024, layout->payload.length / 1024, pools / 1024, tables / 1024,
		       KERNEL_ALLOWANCE / 1024);
	complaint_note(complaint, layout->model->board->memory_place, "the board says so here");
	return false;
}
