/* SPDX-License-Identifier: MIT
 * The slots of drivers whose device reaches memory, and those by which the bus gives functions to them.
 */
#include "slots.h"

#include <tenon/abi.h>

#include "../read/arena.h"

void add_function(struct table *table)
{
	struct numbered *own = table->own;
	const struct place place = own->instance->component->device.place;

	if (own->function && own->endpoint != NUMBERS_NONE)
		own->endpoint_own_slot =
		    add_slot(table, (struct slot){.type = TENON_TYPE_ENDPOINT,
						  .rights = TENON_RIGHT_MANAGE,
						  .object = own->endpoint,
						  .name = "SLOT_ENDPOINT",
						  .what = "closes its endpoint where its device is absent",
						  .place = place});
	if (own->io_space != NUMBERS_NONE)
		own->io_space_slot = add_slot(table, (struct slot){.type = TENON_TYPE_SPACE,
								   .rights = TENON_RIGHT_READ,
								   .object = own->io_space,
								   .name = "SLOT_IO_SPACE",
								   .what = "what its device reaches",
								   .place = place});
}

static void add_bridge(struct table *table)
{
	struct numbered *own = table->own;
	const struct device *device = own->instance->device;
	struct arena *arena = table->numbers->arena;
	uint32_t pool = own->bridge_pool;

	own->bridge_slot = ARENA_ARRAY(arena, uint32_t, device->bridges);
	for (uint32_t i = 0; i < device->bridges; i++) {
		if (!bridge_is_mapped(table->numbers->model, &device->bridge[i]))
			continue;
		own->bridge_slot[i] = add_slot(
		    table, (struct slot){.type = TENON_TYPE_POOL,
					 .rights = TENON_RIGHT_READ | TENON_RIGHT_WRITE,
					 .object = pool++,
					 .name = arena_format(arena, "SLOT_RANGE_%u", i),
					 .what = arena_format(arena, "window %u of %s", i, device->path),
					 .place = own->instance->component->device.place});
	}
}

/* What the bus changes of the drivers of its functions. */
static void add_clients(struct table *table)
{
	struct numbered *own = table->own;
	const struct provided *clients = bus_clients(table->numbers->model);
	struct arena *arena = table->numbers->arena;

	own->client_space_slot = ARENA_ARRAY(arena, uint32_t, clients->clients);
	own->client_io_slot = ARENA_ARRAY(arena, uint32_t, clients->clients);
	own->client_interrupt_slot = ARENA_ARRAY(arena, uint32_t, clients->clients);
	for (uint32_t i = 0; i < clients->clients; i++) {
		const struct instance *driver = clients->client[i]->client;
		const struct numbered *to = numbers_of(table->numbers, driver);
		const uint32_t interrupts = driver->component->device.interrupts;
		struct slot slot = {.type = TENON_TYPE_SPACE,
				    .rights = TENON_RIGHT_WRITE,
				    .object = driver->index,
				    .name = arena_format(arena, "SLOT_SPACE_%u", i),
				    .what = arena_format(arena, "maps registers for %s", driver->name.text),
				    .place = clients->client[i]->place};

		own->client_space_slot[i] = add_slot(table, slot);
		slot.rights = TENON_RIGHT_MANAGE;
		slot.object = to->io_space;
		slot.name = arena_format(arena, "SLOT_IO_SPACE_%u", i);
		slot.what = arena_format(arena, "attaches the device of %s", driver->name.text);
		if (to->io_space != NUMBERS_NONE)
			own->client_io_slot[i] = add_slot(table, slot);
		own->client_interrupt_slot[i] = interrupts != 0 ? own->slots + 1 : 0;
		slot.type = TENON_TYPE_INTERRUPT;
		for (uint32_t k = 0; k < interrupts; k++) {
			slot.object = to->interrupt + k;
			slot.name = arena_format(arena, "SLOT_INTERRUPT_%u_%u", i, k);
			slot.what = arena_format(arena, "lets the device of %s signal its interrupt %u",
						 driver->name.text, k);
			add_slot(table, slot);
		}
	}
}

void add_bus(struct table *table)
{
	if (table->own->instance != table->numbers->model->bus || bus_clients(table->numbers->model) == NULL)
		return;
	add_bridge(table);
	add_clients(table);
}
