/* SPDX-License-Identifier: MIT
 * Choosing the numbers: first the objects of each instance, then its slots
 * (slots.c), which may refer to the objects of others, then its addresses.
 */
#include "numbers.h"

#include <string.h>

#include <tenon/areas.h>

#include "../read/arena.h"

const char *cite(const struct numbers *numbers, struct place place)
{
	return place_text(numbers->arena, place);
}

const struct connection *instance_log(const struct instance *instance)
{
	const struct component *component = instance->component;

	for (uint32_t i = 0; i < component->used; i++) {
		const struct port *port = &component->uses[i];

		if (instance->used[i].servers && strcmp(port->name.text, "log") == 0 &&
		    strcmp(port->interface->name.text, "log") == 0)
			return instance->used[i].server[0];
	}
	return NULL;
}

const struct provided *bus_clients(const struct model *model)
{
	for (uint32_t i = 0; model->bus != NULL && i < model->bus->component->provided; i++)
		if (strcmp(model->bus->component->provides[i].interface->name.text, "bus") == 0)
			return &model->bus->provided[i];
	return NULL;
}

const struct connection *instance_bus(const struct instance *instance)
{
	const bool function = instance->device != NULL && instance->device->function;

	for (uint32_t i = 0; function && i < instance->connections; i++)
		if (strcmp(instance->connection[i].interface->name.text, "bus") == 0)
			return &instance->connection[i];
	return NULL;
}

/* Has an operation that it calls a deadline from the call on? */
static bool calls_with_deadline(const struct component *component)
{
	for (uint32_t i = 0; i < component->used; i++) {
		const struct interface *interface = component->uses[i].interface;

		for (uint32_t k = 0; k < interface->operations; k++) {
			if (interface->operation[k].deadline_ns != 0)
				return true;
		}
	}
	return false;
}

bool instance_has_clock(const struct instance *instance)
{
	return (instance->component->needs & NEEDS_CLOCK) != 0 || instance->component->timeouts != 0 ||
	       instance_log(instance) != NULL || calls_with_deadline(instance->component);
}

bool instance_is_watched(const struct instance *instance)
{
	return instance->supervision && (instance->supervision->restart & RESTART_ON_HANG) != 0;
}

const struct instance *numbers_member(const struct numbers *numbers, uint32_t member)
{
	const struct instance *supervisor = numbers->model->supervisor;

	return &numbers->model->instance[member + (supervisor && member >= supervisor->index ? 1 : 0)];
}

bool bridge_is_mapped(const struct model *model, const struct bridge_range *range)
{
	return range->kind != BRIDGE_PORTS || model->board->architecture != ARCHITECTURE_X86_64;
}

/* ---- objects -------------------------------------------------------------------------------- */

bool port_is_called(const struct port *port)
{
	return port->interface->operations != 0;
}

/* Calls that may be in hand to be answered later; each member's one thread may have faulted, too. */
static uint32_t calls_answered_later(const struct numbers *numbers, const struct instance *instance)
{
	const struct component *component = instance->component;
	uint32_t calls = instance == numbers->model->supervisor ? numbers->members : 0;

	for (uint32_t i = 0; i < component->provided; i++) {
		const struct interface *interface = component->provides[i].interface;
		const struct provided *provided = &instance->provided[i];

		for (uint32_t c = 0; interface->in_flight < interface->limits && c < provided->clients; c++)
			calls += provided->client[c]->limit[interface->in_flight];
	}
	return calls;
}

/* A bit for each connection with channels, by which the other side wakes this one. */
static uint32_t count_wakes(struct numbers *numbers, struct numbered *own, uint32_t bits)
{
	const struct component *component = own->instance->component;

	own->used_wake_bit = ARENA_ARRAY(numbers->arena, uint32_t, component->used);
	own->served_wake_bit = ARENA_ARRAY(numbers->arena, uint32_t, component->provided);
	for (uint32_t i = 0; i < component->used; i++) {
		own->used_wake_bit[i] = bits;
		bits += component->uses[i].interface->channels ? own->instance->used[i].servers : 0;
	}
	for (uint32_t i = 0; i < component->provided; i++) {
		own->served_wake_bit[i] = bits;
		bits += component->provides[i].interface->channels ? own->instance->provided[i].clients : 0;
	}
	return bits;
}

static uint32_t count_bits(struct numbers *numbers, struct numbered *own)
{
	const struct component *component = own->instance->component;
	uint32_t bits = own->instance->device ? component->device.interrupts : 0;

	own->heartbeat_bit = NUMBERS_NONE;
	if (instance_is_watched(own->instance))
		own->heartbeat_bit = bits++;
	own->event_bit = ARENA_ARRAY(numbers->arena, uint32_t, component->used);
	for (uint32_t i = 0; i < component->used; i++) {
		own->event_bit[i] = bits;
		bits += own->instance->used[i].servers * component->uses[i].interface->signals;
	}
	bits = count_wakes(numbers, own, bits);
	own->beat_bit = ARENA_ARRAY(numbers->arena, uint32_t, numbers->members);
	if (own->instance != numbers->model->supervisor)
		return bits;
	for (uint32_t i = 0; i < numbers->members; i++) {
		own->beat_bit[i] = NUMBERS_NONE;
		if (instance_is_watched(numbers_member(numbers, i)))
			own->beat_bit[i] = bits++;
	}
	return bits;
}

/* What a driver of a function and the bus have beside. */
static void number_bus(struct numbers *numbers, struct numbered *own)
{
	const struct instance *instance = own->instance;

	own->io_space = NUMBERS_NONE;
	own->function = instance_bus(instance) != NULL;
	if (instance->device != NULL && !instance->component->device.no_dma &&
	    (own->function || instance->dma != 0))
		own->io_space = numbers->spaces++;
	own->bridge_pool = numbers->pools;
	for (uint32_t i = 0; instance == numbers->model->bus && i < instance->device->bridges; i++)
		own->bridge_pools += bridge_is_mapped(numbers->model, &instance->device->bridge[i]) ? 1 : 0;
	numbers->pools += own->bridge_pools;
}

static void number_objects(struct numbers *numbers, struct numbered *own)
{
	const struct instance *instance = own->instance;
	const struct component *component = instance->component;
	const bool supervisor = instance == numbers->model->supervisor;
	bool serves = supervisor;

	for (uint32_t i = 0; i < component->provided; i++)
		serves =
		    serves || (port_is_called(&component->provides[i]) && instance->provided[i].clients != 0);
	own->endpoint = serves ? numbers->endpoints++ : NUMBERS_NONE;
	own->replies = serves ? 1 + calls_answered_later(numbers, instance) : 0;
	own->has_later = own->replies > 1;
	own->reply = numbers->replies;
	numbers->replies += own->replies;
	own->bits = count_bits(numbers, own);
	own->notifications = (own->bits + NUMBERS_BITS - 1) / NUMBERS_BITS;
	own->notification = numbers->notifications;
	numbers->notifications += own->notifications;
	own->interrupt = numbers->interrupts;
	own->port_range = numbers->port_ranges;
	if (instance->device) {
		numbers->interrupts += component->device.interrupts;
		for (uint32_t i = 0; i < component->device.registers; i++)
			numbers->port_ranges += instance->device->range[i].ports ? 1 : 0;
	}
	own->pool = instance->pool.size ? numbers->pools++ : NUMBERS_NONE;
	own->register_pool = numbers->pools;
	for (uint32_t i = 0; instance->device && instance->pool.size && i < component->device.registers; i++)
		own->register_pools += range_is_pool(&instance->device->range[i]) ? 1 : 0;
	numbers->pools += own->register_pools;
	number_bus(numbers, own);
	own->has_buffer = instance->long_messages;
	own->member = NUMBERS_NONE;
	if (!supervisor)
		own->member = instance->index - (numbers->model->supervisor &&
						 numbers->model->supervisor->index < instance->index);
}

/* ---- addresses ------------------------------------------------------------------------------ */

#define LARGE_PAGE UINT64_C(0x200000) /* what is as large begins at a multiple of it */

static uint64_t whole_pages(uint64_t bytes)
{
	return (bytes + MODEL_PAGE - 1) / MODEL_PAGE * MODEL_PAGE;
}

/* Gives the next pages of the area, with one left unmapped behind them. */
static uint64_t take_pages(uint64_t *next, uint64_t bytes)
{
	const uint64_t address = *next;

	*next += whole_pages(bytes) + MODEL_PAGE;
	return address;
}

static void number_shared(struct numbers *numbers, struct numbered *own, uint64_t *next)
{
	const struct component *component = own->instance->component;

	own->served_address = ARENA_ARRAY(numbers->arena, uint64_t *, component->provided);
	for (uint32_t p = 0; p < component->provided; p++) {
		const uint32_t shareds = component->provides[p].interface->shareds;
		const struct provided *provided = &own->instance->provided[p];

		own->served_address[p] = ARENA_ARRAY(numbers->arena, uint64_t, provided->clients *shareds);
		for (uint32_t i = 0; i < provided->clients * shareds; i++)
			own->served_address[p][i] =
			    take_pages(next, provided->client[i / shareds]->shared[i % shareds].size);
	}
	own->used_address = ARENA_ARRAY(numbers->arena, uint64_t *, component->used);
	for (uint32_t u = 0; u < component->used; u++) {
		const uint32_t shareds = component->uses[u].interface->shareds;
		const struct used *used = &own->instance->used[u];

		own->used_address[u] = ARENA_ARRAY(numbers->arena, uint64_t, used->servers *shareds);
		for (uint32_t i = 0; i < used->servers * shareds; i++)
			own->used_address[u][i] =
			    take_pages(next, used->server[i / shareds]->shared[i % shareds].size);
	}
}

static void number_passed(struct numbers *numbers, struct numbered *own, uint64_t *next)
{
	const struct component *component = own->instance->component;

	own->passed_address = ARENA_ARRAY(numbers->arena, uint64_t **, component->provided);
	for (uint32_t p = 0; p < component->provided; p++) {
		const struct provided *provided = &own->instance->provided[p];

		own->passed_address[p] = ARENA_ARRAY(numbers->arena, uint64_t *, provided->clients);
		for (uint32_t c = 0; c < provided->clients; c++) {
			const struct connection *connection = provided->client[c];

			own->passed_address[p][c] =
			    ARENA_ARRAY(numbers->arena, uint64_t, connection->passeds);
			for (uint32_t i = 0; i < connection->passeds && !port_passes_on(component, p); i++) {
				const struct passed *passed = &connection->passed[i];

				own->passed_address[p][c][i] =
				    take_pages(next, passed->owner->shared[passed->shared].size);
			}
		}
	}
}

static void number_addresses(struct numbers *numbers, struct numbered *own)
{
	const struct device *device = own->instance->device;
	const uint32_t ranges = device ? own->instance->component->device.registers : 0;
	uint64_t next = numbers->model->host ? TENON_AREA_HOST_REGIONS : TENON_AREA_REGIONS;

	own->range_address = ARENA_ARRAY(numbers->arena, uint64_t, ranges);
	for (uint32_t i = 0; i < ranges; i++) {
		const struct register_range *range = &device->range[i];
		const uint64_t inside = range->base % MODEL_PAGE;

		if (range->window || range->size >= LARGE_PAGE)
			next = (next + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
		if (!range->ports)
			own->range_address[i] = take_pages(&next, inside + range->size) + inside;
		if (range->window) /* alone in its last 2 MiB, too */
			next = (next + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
	}
	if (own->instance->dma != 0)
		own->dma_address = take_pages(&next, own->instance->dma);
	number_shared(numbers, own, &next);
	number_passed(numbers, own, &next);
}

struct numbers *numbers_make(const struct model *model)
{
	struct numbers *numbers = ARENA_NEW(model->arena, struct numbers);

	numbers->model = model;
	numbers->arena = model->arena;
	numbers->members = model->supervisor ? model->instances - 1 : 0;
	numbers->spaces = model->instances;
	numbers->instance = ARENA_ARRAY(model->arena, struct numbered, model->instances);
	for (uint32_t i = 0; i < model->instances; i++) {
		numbers->instance[i].instance = &model->instance[i];
		number_objects(numbers, &numbers->instance[i]);
	}
	for (uint32_t i = 0; i < model->instances; i++) {
		number_slots(numbers, &numbers->instance[i]);
		number_addresses(numbers, &numbers->instance[i]);
	}
	return numbers;
}
