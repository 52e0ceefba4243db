/* SPDX-License-Identifier: MIT
 * The part of the graph of influence that begins at devices: what reaches them, what they reach through registers, interrupts and
 * DMA, and what the bus can do with them and their drivers.
 */
#include "influence.h"

#include <stdlib.h>

#include "../read/arena.h"

/* ---- What a device reaches by itself ---- */

/*
 * Functions behind an IOMMU reach what their drivers' I/O spaces map. Who has a bridge without one has all functions behind it,
 * whatever it says of itself: with their registers it may have any of them read and write what it likes.
 */
bool influence_is_free(const struct influence *graph, const struct device *device)
{
	const struct device *bridge = graph->model->board->bridge;

	if (device->holder == NULL)
		return false;
	if (device->bridges != 0 && !device->iommu)
		return true;
	if (device->function && bridge != NULL && bridge->iommu)
		return false;
	return !device->holder->component->device.no_dma;
}

/* One with memory that its I/O space maps. */
static bool is_held(const struct influence *graph, const struct device *device)
{
	return device->function && device->holder != NULL && !device->holder->component->device.no_dma &&
	       !influence_is_free(graph, device);
}

/* Both ways between a device and an instance that has the same memory. */
static void add_mapped(struct influence *graph, uint32_t device, uint32_t instance, const char *what,
		       bool writes, bool written, struct place place)
{
	struct influence_step step = {.kind = INFLUENCE_MAPPED, .what = what, .place = place};

	step.from = device;
	step.to = instance;
	step.writes = true;
	if (writes)
		influence_add(graph, step);
	step.from = instance;
	step.to = device;
	step.writes = false;
	if (written)
		influence_add(graph, step);
}

/* A pool has its device's mapping with the rights of the driver's own. */
static void add_pools(struct influence *graph, uint32_t node, const struct instance *driver)
{
	for (uint32_t i = 0; i < graph->model->connections; i++) {
		const struct connection *connection = &graph->model->connection[i];
		const bool server = connection->server == driver;

		if (!server && connection->client != driver)
			continue;
		for (uint32_t k = 0; k < connection->interface->shareds; k++) {
			const struct shared *shared = &connection->interface->shared[k];
			const bool by_server = (shared->write & SHARED_WRITE_SERVER) != 0,
				   by_client = (shared->write & SHARED_WRITE_CLIENT) != 0;
			const bool own = server ? by_server : by_client,
				   other = server ? by_client : by_server;
			const struct instance *peer = server ? connection->client : connection->server;

			if (shared->kind != SHARED_POOL)
				continue;
			add_mapped(graph, node, driver->index, shared->name.text, own, own,
				   connection->place);
			add_mapped(graph, node, peer->index, shared->name.text, own, other,
				   connection->place);
		}
	}
}

/* Pools that come with a connection of the driver, for who has them: the two ends of the connection that they are of. */
static void add_passed(struct influence *graph, uint32_t node, const struct connection *connection)
{
	for (uint32_t i = 0; i < connection->passeds; i++) {
		const struct passed *passed = &connection->passed[i];
		const struct shared *shared = &passed->owner->interface->shared[passed->shared];
		const bool by_server = (shared->write & SHARED_WRITE_SERVER) != 0,
			   by_client = (shared->write & SHARED_WRITE_CLIENT) != 0;

		add_mapped(graph, node, passed->owner->server->index, shared->name.text, by_server, by_server,
			   passed->place);
		add_mapped(graph, node, passed->owner->client->index, shared->name.text, by_server, by_client,
			   passed->place);
	}
}

/* The node that has the pools which come with a connection: the server's device, or the server. */
static void add_all_passed(struct influence *graph)
{
	for (uint32_t i = 0; i < graph->model->connections; i++) {
		const struct connection *connection = &graph->model->connection[i];
		const struct device *device = connection->server->device;

		if (connection->passeds == 0 ||
		    port_passes_on(connection->server->component, connection->provides->index))
			continue;
		if (device == NULL)
			add_passed(graph, connection->server->index, connection);
		else if (is_held(graph, device))
			add_passed(graph, influence_device(graph, device), connection);
	}
}

/* A device that may send messages can send those of another one, where the machine cannot tell who does (RISC-V, IMSIC). */
static void add_messages(struct influence *graph, uint32_t node, const struct instance *driver)
{
	const struct model *model = graph->model;
	struct influence_step step = {
	    .kind = INFLUENCE_MESSAGE, .from = node, .place = driver->component->device.place};

	for (uint32_t i = 0; driver->component->device.interrupts != 0 &&
			     model->board->architecture == ARCHITECTURE_RISCV64 && i < model->instances;
	     i++) {
		const struct instance *other = &model->instance[i];

		if (other->device == NULL || other->component->device.interrupts == 0 || other == driver)
			continue;
		step.to = i;
		influence_add(graph, step);
	}
}

/* ---- The bus ---- */

static void add_bus(struct influence *graph, uint32_t node, const struct instance *driver)
{
	const struct instance *bus = graph->model->bus;
	struct influence_step step = {.kind = INFLUENCE_BUS, .place = driver->place, .writes = true};

	if (bus == NULL)
		return;
	step.from = bus->index;
	step.to = driver->index;
	influence_add(graph, step);
	step.to = node;
	influence_add(graph, step);
	step.from = node;
	step.to = bus->index;
	step.writes = false;
	influence_add(graph, step);
}

/* ---- Devices ---- */

static void add_device(struct influence *graph, const struct device *device)
{
	const uint32_t node = influence_device(graph, device);
	struct influence_step step = {.what = device->path};

	if (device->holder == NULL)
		return;
	step.place = device->holder->place;
	step.kind = INFLUENCE_DRIVE;
	step.from = device->holder->index;
	step.to = node;
	step.writes = true;
	influence_add(graph, step);
	step.kind = INFLUENCE_REGISTERS;
	step.from = node;
	step.to = device->holder->index;
	step.writes = false;
	influence_add(graph, step);
	if (device->function)
		add_bus(graph, node, device->holder);
	if (is_held(graph, device)) {
		if (device->holder->dma != 0)
			add_mapped(graph, node, device->holder->index, "dma", true, true,
				   device->holder->memory_place);
		add_pools(graph, node, device->holder);
		add_messages(graph, node, device->holder);
	}
	if (influence_is_free(graph, device)) {
		graph->reaches_all[node] = true;
		graph->sees_all[graph->watchers++] = node;
	}
}

/* What is mapped of a device: whole pages; I/O ports one by one. */
struct extent {
	const struct device *device;
	uint64_t first, last;
	bool ports, mapped; /* mapped: its driver has it */
};

static int by_place(const void *left, const void *right)
{
	const struct extent *a = left, *b = right;

	if (a->ports != b->ports)
		return a->ports ? 1 : -1;
	return a->first < b->first ? -1 : a->first > b->first;
}

static void add_neighbour(struct influence *graph, const struct extent *own, const struct extent *other)
{
	struct influence_step step = {.kind = INFLUENCE_PAGE, .what = other->device->path};

	if (!own->mapped || own->device == other->device)
		return;
	step.place = own->device->holder->place;
	step.from = own->device->holder->index;
	step.to = influence_device(graph, other->device);
	step.writes = true;
	influence_add(graph, step);
	if (other->device->holder == NULL &&
	    !graph->reaches_all[step.to]) { /* nobody says `dma: none` of it */
		graph->reaches_all[step.to] = true;
		graph->sees_all[graph->watchers++] = step.to;
	}
	step.from = step.to;
	step.to = own->device->holder->index;
	step.writes = false;
	influence_add(graph, step);
}

static void add_neighbours(struct influence *graph, const struct board *board)
{
	struct extent *extent;
	uint32_t count = 0;

	for (uint32_t i = 0; i < board->devices; i++)
		count += board->device[i].ranges;
	extent = ARENA_ARRAY(graph->arena, struct extent, count);
	count = 0;
	for (uint32_t i = 0; i < board->devices; i++) {
		const struct device *device = &board->device[i];

		for (uint32_t r = 0; r < device->ranges; r++) {
			const struct register_range *range = &device->range[r];
			const uint64_t unit = range->ports ? 1 : MODEL_PAGE;

			if (range->size != 0 && !range->window && !range->firmware)
				extent[count++] = (struct extent){
				    .device = device,
				    .first = range->base / unit,
				    .last = (range->base + range->size - 1) / unit,
				    .ports = range->ports,
				    .mapped = device->holder != NULL &&
					      r < device->holder->component->device.registers};
		}
	}
	qsort(extent, count, sizeof(*extent), by_place);
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t k = i + 1;
		     k < count && extent[k].ports == extent[i].ports && extent[k].first <= extent[i].last;
		     k++) {
			add_neighbour(graph, &extent[i], &extent[k]);
			add_neighbour(graph, &extent[k], &extent[i]);
		}
	}
}

void influence_add_devices(struct influence *graph)
{
	const struct board *board = graph->model->board;

	for (uint32_t i = 0; i < board->devices; i++)
		add_device(graph, &board->device[i]);
	add_neighbours(graph, board);
	add_all_passed(graph);
}
