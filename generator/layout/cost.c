/* SPDX-License-Identifier: MIT
 * What each instance costs in memory. Every byte of the payload, of RAM that
 * regions take, of pools and of capability tables is one instance's, so the
 * costs of all instances add up to the totals of the layout.
 */
#include "place.h"

static uint64_t image_bytes(const struct elf *elf)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < elf->segments; i++)
		bytes += page_up(elf->segment[i].file_size);
	return bytes;
}

/* What the payload holds beside the segments of the instances: the supervisor's directory. */
static uint64_t directory_bytes(const struct layout *layout)
{
	uint64_t bytes = layout->payload.length;

	for (uint32_t i = 0; i < layout->model->instances; i++)
		bytes -= image_bytes(&layout->instance[i].elf);
	return bytes;
}

/* Memory that two share is the client's: it is there because of its connection. */
static uint64_t shared_bytes(const struct instance *instance)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < instance->connections; i++) {
		const struct connection *connection = &instance->connection[i];

		for (uint32_t k = 0; k < connection->interface->shareds; k++)
			bytes += connection->shared[k].size;
	}
	return bytes;
}

struct cost cost_of(const struct layout *layout, const struct instance *instance)
{
	const struct numbered *own = numbers_of(layout->numbers, instance);
	const struct elf *elf = &layout->instance[instance->index].elf;
	struct cost cost = {.image = image_bytes(elf),
			    .stack = instance->stack,
			    .heap = instance->heap,
			    .buffer = own->has_buffer ? MODEL_PAGE : 0,
			    .shared = shared_bytes(instance),
			    .pool = instance->pool.size,
			    .capability_table = own->table_size * LAYOUT_SLOT_BYTES};

	for (uint32_t i = 0; i < elf->segments; i++) {
		if ((elf->segment[i].flags & ELF_WRITE) != 0)
			cost.data += page_up(elf->segment[i].size);
	}
	if (instance == layout->model->supervisor)
		cost.image += directory_bytes(layout);
	return cost;
}
