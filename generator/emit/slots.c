/* SPDX-License-Identifier: MIT
 * The slots of an instance's table, in the order that numbers.h says. They
 * refer to the objects of all instances, which have their numbers before.
 */
#include "slots.h"

#include <string.h>

#include <tenon/abi.h>

#include "../read/arena.h"
#include "text.h"

#define SPARE_SLOTS 8u

uint32_t add_slot(struct table *table, struct slot slot)
{
	if (table->own->slots == table->room) {
		const uint32_t room = table->room ? 2 * table->room : 16;
		struct slot *more = ARENA_ARRAY(table->numbers->arena, struct slot, room);

		if (table->room)
			memcpy(more, table->slot, table->room * sizeof *more);
		table->slot = more;
		table->room = room;
	}
	slot.index = table->own->slots + 1;
	table->slot[table->own->slots++] = slot;
	return slot.index;
}

/* A capability to signal bit `bit` of `to`. */
static uint32_t add_signal(struct table *table, const struct numbered *to, uint32_t bit, const char *name,
			   const char *what, struct place place)
{
	return add_slot(table, (struct slot){.type = TENON_TYPE_NOTIFICATION,
					     .rights = TENON_RIGHT_INVOKE,
					     .object = to->notification + bit / NUMBERS_BITS,
					     .badge = UINT64_C(1) << bit % NUMBERS_BITS,
					     .name = name,
					     .what = what,
					     .place = place});
}

static void add_own(struct table *table)
{
	struct numbered *own = table->own;
	const struct place place = own->instance->place;
	const uint8_t manage = own->pool != NUMBERS_NONE ? TENON_RIGHT_MANAGE : 0;
	struct arena *arena = table->numbers->arena;

	add_slot(table, (struct slot){.type = TENON_TYPE_THREAD,
				      .rights = TENON_RIGHT_READ | TENON_RIGHT_WRITE | manage,
				      .object = own->instance->index,
				      .name = "SLOT_THREAD",
				      .what = "own thread",
				      .place = place});
	add_slot(table, (struct slot){.type = TENON_TYPE_RECEIVE_SET,
				      .rights = TENON_RIGHT_RECEIVE | manage,
				      .object = own->instance->index,
				      .name = "SLOT_RECEIVE_SET",
				      .what = "own receive set",
				      .place = place});
	own->reply_slot = own->replies ? own->slots + 1 : 0;
	for (uint32_t i = 0; i < own->replies; i++)
		add_slot(table, (struct slot){.type = TENON_TYPE_REPLY,
					      .rights = TENON_RIGHT_INVOKE,
					      .object = own->reply + i,
					      .name = arena_format(arena, "SLOT_REPLY_%u", i),
					      .what = "own reply object",
					      .place = place});
}

static uint32_t add_single(struct table *table, uint8_t type, uint8_t rights, const char *name,
			   const char *what)
{
	return add_slot(table, (struct slot){.type = type,
					     .rights = rights,
					     .name = name,
					     .what = what,
					     .place = table->own->instance->component->name.place});
}

static void add_needs(struct table *table)
{
	struct numbered *own = table->own;
	const uint32_t needs = own->instance->component->needs;

	if (instance_has_clock(own->instance))
		own->clock_slot =
		    add_single(table, TENON_TYPE_CLOCK, TENON_RIGHT_READ, "SLOT_CLOCK", "reads the clock");
	if (needs & NEEDS_PLATFORM)
		own->platform_slot = add_single(table, TENON_TYPE_PLATFORM, TENON_RIGHT_MANAGE,
						"SLOT_PLATFORM", "ends or restarts the machine");
	if (needs & NEEDS_INSPECTOR)
		own->inspector_slot = add_single(table, TENON_TYPE_INSPECTOR, TENON_RIGHT_READ,
						 "SLOT_INSPECTOR", "reads what the kernel holds");
}

static void add_device(struct table *table)
{
	struct numbered *own = table->own;
	const struct device *device = own->instance->device;
	const struct device_class *class = &own->instance->component->device;
	struct arena *arena = table->numbers->arena;
	uint32_t range = 0;

	own->range_slot = ARENA_ARRAY(arena, uint32_t, class->registers);
	if (!device)
		return;
	own->interrupt_slot = class->interrupts ? own->slots + 1 : 0;
	for (uint32_t i = 0; i < class->interrupts; i++)
		add_slot(table, (struct slot){.type = TENON_TYPE_INTERRUPT,
					      .rights = TENON_RIGHT_INVOKE,
					      .object = own->interrupt + i,
					      .name = arena_format(arena, "SLOT_INTERRUPT_%u", i),
					      .what = arena_format(arena, "interrupt %u of %s",
								   device->interrupt[i].number, device->path),
					      .place = class->place});
	for (uint32_t i = 0; i < class->registers; i++) {
		if (!device->range[i].ports)
			continue;
		own->range_slot[i] = add_slot(
		    table, (struct slot){.type = TENON_TYPE_PORTS,
					 .rights = TENON_RIGHT_READ | TENON_RIGHT_WRITE,
					 .object = own->port_range + range++,
					 .name = arena_format(arena, "SLOT_PORTS_%u", i),
					 .what = arena_format(arena, "I/O ports of %s", device->path),
					 .place = class->place});
	}
}

static void add_events(struct table *table)
{
	struct numbered *own = table->own;
	const struct component *component = own->instance->component;
	struct arena *arena = table->numbers->arena;

	own->event_slot = ARENA_ARRAY(arena, uint32_t, component->provided);
	for (uint32_t p = 0; p < component->provided; p++) {
		const struct port *port = &component->provides[p];
		const struct provided *provided = &own->instance->provided[p];

		own->event_slot[p] = own->slots + 1;
		for (uint32_t c = 0; c < provided->clients; c++) {
			const struct connection *connection = provided->client[c];
			const struct numbered *to = numbers_of(table->numbers, connection->client);

			for (uint32_t e = 0; e < port->interface->signals; e++) {
				const char *event = signal_name(port->interface, e);

				add_signal(table, to,
					   to->event_bit[connection->uses->index] +
					       connection->server_index * port->interface->signals + e,
					   arena_format(arena, "SLOT_%s_%s_%u", upper(port->name.text),
							upper(event), c),
					   arena_format(arena, "signals %s to %s", event,
							connection->client->name.text),
					   connection->place);
			}
		}
	}
}

/* What wakes the clients of the provided ports when an entry or room is there for them. */
static void add_served_wakes(struct table *table)
{
	struct numbered *own = table->own;
	const struct component *component = own->instance->component;
	struct arena *arena = table->numbers->arena;

	own->served_wake_slot = ARENA_ARRAY(arena, uint32_t, component->provided);
	for (uint32_t p = 0; p < component->provided; p++) {
		const struct port *port = &component->provides[p];
		const struct provided *provided = &own->instance->provided[p];

		own->served_wake_slot[p] = own->slots + 1;
		for (uint32_t c = 0; port->interface->channels && c < provided->clients; c++) {
			const struct connection *connection = provided->client[c];
			const struct numbered *to = numbers_of(table->numbers, connection->client);

			add_signal(
			    table, to, to->used_wake_bit[connection->uses->index] + connection->server_index,
			    arena_format(arena, "SLOT_%s_WAKE_%u", upper(port->name.text), c),
			    arena_format(arena, "wakes %s for its channels", connection->client->name.text),
			    connection->place);
		}
	}
}

/* The same for the servers of the used ports. */
static void add_used_wakes(struct table *table)
{
	struct numbered *own = table->own;
	struct arena *arena = table->numbers->arena;

	own->used_wake_slot = ARENA_ARRAY(arena, uint32_t, own->instance->component->used);
	for (uint32_t i = 0; i < own->instance->connections; i++) {
		const struct connection *connection = &own->instance->connection[i];
		const struct numbered *to = numbers_of(table->numbers, connection->server);
		const struct port *uses = connection->uses;
		const char *name = upper(uses->name.text);
		uint32_t slot;

		if (connection->interface->channels == 0)
			continue;
		slot = add_signal(
		    table, to, to->served_wake_bit[connection->provides->index] + connection->client_index,
		    uses->many ? arena_format(arena, "SLOT_%s_WAKE_%u", name, connection->server_index)
			       : arena_format(arena, "SLOT_%s_WAKE", name),
		    arena_format(arena, "wakes %s for its channels", connection->server->name.text),
		    connection->place);
		if (connection->server_index == 0)
			own->used_wake_slot[uses->index] = slot;
	}
}

static void add_uses(struct table *table)
{
	struct numbered *own = table->own;
	const struct component *component = own->instance->component;
	struct arena *arena = table->numbers->arena;

	own->use_slot = ARENA_ARRAY(arena, uint32_t, component->used);
	for (uint32_t i = 0; i < own->instance->connections; i++) {
		const struct connection *connection = &own->instance->connection[i];
		const struct port *uses = connection->uses;
		const struct interface *interface = connection->interface;
		uint32_t slot;

		if (!port_is_called(connection->provides))
			continue;
		slot = add_slot(
		    table,
		    (struct slot){
			.type = TENON_TYPE_ENDPOINT,
			.rights = TENON_RIGHT_INVOKE | (interface->sends_in ? TENON_RIGHT_GRANT : 0) |
				  (interface->sends_out ? TENON_RIGHT_RECEIVE : 0),
			.object = numbers_of(table->numbers, connection->server)->endpoint,
			.badge = (uint64_t)(connection->provides->index + 1) << 16 | connection->client_index,
			.name = uses->many ? arena_format(arena, "SLOT_%s_%u", upper(uses->name.text),
							  connection->server_index)
					   : arena_format(arena, "SLOT_%s", upper(uses->name.text)),
			.what = arena_format(arena, "calls %s.%s", connection->server->name.text,
					     connection->provides->name.text),
			.place = connection->place});
		if (connection->server_index == 0)
			own->use_slot[uses->index] = slot;
	}
}

static void add_member(struct table *table, uint32_t member)
{
	struct numbered *own = table->own;
	const struct instance *instance = numbers_member(table->numbers, member);
	const struct numbered *to = numbers_of(table->numbers, instance);
	const struct place place = instance->supervision ? instance->supervision->place : instance->place;
	struct arena *arena = table->numbers->arena;
	const char *name = upper(instance->name.text);

	own->thread_slot[member] = add_slot(
	    table, (struct slot){.type = TENON_TYPE_THREAD,
				 .rights = TENON_RIGHT_READ | TENON_RIGHT_MANAGE,
				 .object = instance->index,
				 .name = arena_format(arena, "SLOT_MEMBER_THREAD_%s", name),
				 .what = arena_format(arena, "stops and starts %s", instance->name.text),
				 .place = place});
	if (to->endpoint != NUMBERS_NONE)
		own->endpoint_slot[member] = add_slot(
		    table, (struct slot){
			       .type = TENON_TYPE_ENDPOINT,
			       .rights = TENON_RIGHT_MANAGE,
			       .object = to->endpoint,
			       .name = arena_format(arena, "SLOT_MEMBER_ENDPOINT_%s", name),
			       .what = arena_format(arena, "closes the endpoint of %s", instance->name.text),
			       .place = place});
	if (to->heartbeat_bit != NUMBERS_NONE)
		own->watch_slot[member] = add_signal(
		    table, to, to->heartbeat_bit, arena_format(arena, "SLOT_MEMBER_HEARTBEAT_%s", name),
		    arena_format(arena, "asks %s for a heartbeat", instance->name.text), place);
	if (instance->supervision && instance->supervision->restart != 0)
		own->table_slot[member] = add_slot(
		    table,
		    (struct slot){.type = TENON_TYPE_TABLE,
				  .rights = TENON_RIGHT_MANAGE,
				  .object = instance->index,
				  .name = arena_format(arena, "SLOT_MEMBER_TABLE_%s", name),
				  .what = arena_format(arena, "resets the table of %s", instance->name.text),
				  .place = place});
}

/* What an instance with a pool makes objects with: more memory, and leave to change what it runs in. */
static void add_making(struct table *table)
{
	const struct instance *instance = table->own->instance;
	const uint8_t all = TENON_RIGHT_READ | TENON_RIGHT_WRITE | TENON_RIGHT_MANAGE;
	const struct slot slot[] = {
	    {.type = TENON_TYPE_POOL, .object = table->own->pool, .name = "SLOT_POOL", .what = "own pool"},
	    {.type = TENON_TYPE_SPACE, .object = instance->index, .name = "SLOT_SPACE", .what = "own space"},
	    {.type = TENON_TYPE_TABLE, .object = instance->index, .name = "SLOT_TABLE", .what = "own table"}};

	for (unsigned i = 0; table->own->pool != NUMBERS_NONE && i < sizeof slot / sizeof slot[0]; i++) {
		struct slot own = slot[i];

		own.rights = all;
		own.place = instance->memory_place.file ? instance->memory_place : instance->place;
		add_slot(table, own);
	}
}

/* The registers of its device, which it may map and hand on at run time. */
static void add_registers(struct table *table)
{
	const struct numbered *own = table->own;
	const struct instance *instance = own->instance;
	struct arena *arena = table->numbers->arena;
	uint32_t pool = own->register_pool;

	for (uint32_t i = 0; own->register_pools && i < instance->component->device.registers; i++) {
		if (!range_is_pool(&instance->device->range[i]))
			continue;
		add_slot(table,
			 (struct slot){.type = TENON_TYPE_POOL,
				       .rights = TENON_RIGHT_READ | TENON_RIGHT_WRITE,
				       .object = pool++,
				       .name = arena_format(arena, "SLOT_REGISTERS_%u", i),
				       .what = arena_format(arena, "registers of %s", instance->device->path),
				       .place = instance->component->device.place});
	}
}

static void add_supervision(struct table *table)
{
	struct numbers *numbers = table->numbers;
	struct numbered *own = table->own;
	const struct instance *supervisor = numbers->model->supervisor;

	own->thread_slot = ARENA_ARRAY(numbers->arena, uint32_t, numbers->members);
	own->endpoint_slot = ARENA_ARRAY(numbers->arena, uint32_t, numbers->members);
	own->watch_slot = ARENA_ARRAY(numbers->arena, uint32_t, numbers->members);
	own->table_slot = ARENA_ARRAY(numbers->arena, uint32_t, numbers->members);
	if (own->heartbeat_bit != NUMBERS_NONE && supervisor) {
		const struct numbered *to = numbers_of(numbers, supervisor);

		own->heartbeat_slot =
		    add_signal(table, to, to->beat_bit[own->member], "SLOT_HEARTBEAT",
			       "answers the supervisor's heartbeat", own->instance->supervision->place);
	}
	if (own->instance == supervisor) {
		for (uint32_t i = 0; i < numbers->members; i++)
			add_member(table, i);
	}
}

void number_slots(struct numbers *numbers, struct numbered *own)
{
	struct table table = {.numbers = numbers, .own = own};
	const uint32_t spare = own->instance->capabilities;

	add_own(&table);
	add_needs(&table);
	add_device(&table);
	add_events(&table);
	add_served_wakes(&table);
	add_uses(&table);
	add_used_wakes(&table);
	add_supervision(&table);
	add_making(&table);
	add_registers(&table);
	add_function(&table);
	add_bus(&table);
	own->slot = table.slot;
	own->table_size = 16;
	while (own->table_size < own->slots + 1 + (spare > SPARE_SLOTS ? spare : SPARE_SLOTS))
		own->table_size *= 2;
}
