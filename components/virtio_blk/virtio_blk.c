/* SPDX-License-Identifier: MIT
 * A virtio disk (VIRTIO 1.2, 5.2).
 *
 * A request's way: it comes through its client's channel (disk_requests), is checked (check_request) and put into a queue of the device
 * (put); the device interrupts when it is done (device_interrupt), and its end goes back through the channel (finish, deliver).
 * The data stays where it is, in the client's pool, where the device reads and writes it.
 *
 * A client has as many places for requests as its channel has entries. A place is free, or its request is with the device, or
 * done and not yet delivered because the client's other channel is full. Nothing is received while there is no place, so who is
 * slow waits for himself only.
 *
 * When this component dies the bus stops the device, clients repeat what was in flight, and all begins here from nothing.
 */
#include "check.h"
#include "geometry.h"
#include "queue.h"
#include "transport.h"
#include "virtio.h"

#include <tenon/string.h>

#define TYPE_BLOCK 2u
#define PLACES     64u /* of a client */
#define QUEUES     (DEVICE_INTERRUPTS > 1 ? DEVICE_INTERRUPTS - 1u : 1u)
#define PIECES     3u /* of a request: what it is, data, status */
#define RECOVERIES 5u /* of a device that misbehaves */

/* What the device reads before the data and writes behind it (5.2.6). Its `first` and `count` are in units. */
struct shared {
	struct {
		uint32_t type, reserved;
		uint64_t first;
	} header;
	struct {
		uint64_t first;
		uint32_t count, flags;
	} range; /* of a discard or write_zeroes: its data */
	uint8_t status;
};
enum { STATUS_OK = 0, STATUS_UNSUPPORTED = 2 };

struct place {
	enum { FREE, WITH_DEVICE, DONE } state;
	enum storage_outcome outcome; /* of what is DONE */
	struct storage_request request;
};

static struct place places[DISK_CLIENTS][PLACES];
static uint32_t free_place[DISK_CLIENTS][PLACES], free_places[DISK_CLIENTS];
static bool
    held_up[DISK_CLIENTS];    /* requests may wait in the channel, for room in the queue or for a place */
static struct shared *shared; /* one for each place */
static struct virtqueue queues[QUEUES];
static uint32_t queue_count = 1;
static struct storage_geometry geometry;
static bool works; /* the device: from its start until it is given up */
static uint32_t recoveries;

static struct virtqueue *queue_of(uint32_t client)
{
	return &queues[client % queue_count];
}

/* ---- a request's end -------------------------------------------------------------------------- */

static bool deliver(uint32_t client, uint32_t index)
{
	struct place *place = &places[client][index];
	const struct storage_completion completion = {
	    .number = place->request.number, .outcome = place->outcome, .data = place->request.data};

	if (!disk_completions_send(client, &completion)) {
		return false; /* disk_completions_room() tries again, or the session has ended */
	}
	place->state = FREE;
	free_place[client][free_places[client]++] = index;
	return true;
}

static void finish(uint32_t client, uint32_t index, enum storage_outcome outcome)
{
	places[client][index].state = DONE;
	places[client][index].outcome = outcome;
	(void)deliver(client, index);
}

void disk_completions_room(uint32_t client)
{
	for (uint32_t index = 0; index < PLACES; index++) {
		if (places[client][index].state == DONE && !deliver(client, index)) {
			return;
		}
	}
	disk_requests(client); /* there are places again */
}

/* ---- a request's beginning -------------------------------------------------------------------- */

/* Puts the request of a place into the client's queue; `data` is where the device finds it. False: there is no room. */
static bool put(uint32_t client, uint32_t index, uint64_t data)
{
	static const uint32_t type_of[] = {[STORAGE_KIND_READ] = 0,
					   [STORAGE_KIND_WRITE] = 1,
					   [STORAGE_KIND_FLUSH] = 4,
					   [STORAGE_KIND_DISCARD] = 11,
					   [STORAGE_KIND_WRITE_ZEROES] = 13};
	const struct storage_request *request = &places[client][index].request;
	const uint32_t number = client * PLACES + index, units = geometry.sector_size / UNIT;
	struct shared *own = &shared[number];
	const uint64_t there = device_address(own);
	struct virtqueue_piece piece[PIECES] = {{.address = there, .bytes = sizeof own->header}};
	uint32_t pieces = 1;

	own->header.type = type_of[request->kind];
	own->header.first = 0;
	if (check_moves_data(request)) {
		own->header.first = request->first * units;
		piece[pieces++] = (struct virtqueue_piece){.address = data,
							   .bytes = request->count * geometry.sector_size,
							   .to_driver = request->kind == STORAGE_KIND_READ};
	} else if (request->kind != STORAGE_KIND_FLUSH) {
		own->range.first = request->first * units;
		own->range.count = request->count * units;
		piece[pieces++] = (struct virtqueue_piece){.address = there + offsetof(struct shared, range),
							   .bytes = sizeof own->range};
	}
	piece[pieces++] = (struct virtqueue_piece){.address = there + offsetof(struct shared, status),
						   .bytes = sizeof own->status,
						   .to_driver = true};
	places[client][index].state = WITH_DEVICE;
	return virtqueue_put(queue_of(client), piece, pieces, number);
}

static void submit(uint32_t client, uint32_t index)
{
	const struct storage_request *request = &places[client][index].request;
	uint64_t data = 0;
	const enum storage_outcome outcome = check_request(&geometry, client, request, &data);

	if (outcome != STORAGE_OUTCOME_OK) {
		finish(client, index, outcome);
	} else if (request->kind == STORAGE_KIND_FLUSH && (geometry.features & STORAGE_FEATURES_FLUSH) == 0) {
		finish(client, index, STORAGE_OUTCOME_OK); /* what is completed is stable */
	} else if (!put(client, index, data)) {
		finish(client, index, STORAGE_OUTCOME_FAILED); /* only a device that shrank in a reset */
	}
}

void disk_requests(uint32_t client)
{
	struct virtqueue *queue = queue_of(client);
	uint32_t index;

	held_up[client] = true;
	while (free_places[client] != 0 && (!works || virtqueue_has_room(queue))) {
		index = free_place[client][free_places[client] - 1];
		if (!disk_requests_receive(client, &places[client][index].request)) {
			held_up[client] = false; /* we are called when there is the next one */
			break;
		}
		free_places[client]--;
		submit(client, index);
	}
	if (works) {
		virtqueue_kick(queue);
	}
}

/* ---- the device ------------------------------------------------------------------------------- */

/* Interrupt 0 is for changes of the configuration; the queues share the others. */
static bool make_queues(uint64_t features)
{
	const uint32_t has = transport_interrupts();
	const uint32_t interrupts = has < DEVICE_INTERRUPTS ? has : DEVICE_INTERRUPTS;
	const uint32_t offered = geometry_queues(features);

	queue_count = DISK_CLIENTS < QUEUES ? DISK_CLIENTS : QUEUES;
	queue_count = offered < queue_count ? offered : queue_count;
	queue_count = queue_count != 0 ? queue_count : 1; /* also where nobody is connected */
	for (uint32_t i = 0; i < queue_count; i++) {
		const uint32_t interrupt = interrupts > 1 ? 1 + i % (interrupts - 1) : 0;

		if (!virtqueue_init(&queues[i], i, features, PLACES, PIECES, interrupt)) {
			return false;
		}
	}
	return transport_configuration_interrupt(0);
}

/* From reset to work; `geometry` says what became of it. */
static void start_device(void)
{
	uint64_t features;

	geometry = NO_DISK;
	works = false;
	if (!virtio_begin(TYPE_BLOCK, geometry_features(), &features)) {
		return;
	}
	shared = virtio_memory(DISK_CLIENTS * PLACES * (uint32_t)sizeof *shared, sizeof(uint64_t));
	if (shared == NULL || !make_queues(features)) {
		virtio_give_up("the disk cannot be driven");
		return;
	}
	geometry = geometry_read(features);
	works = true;
	virtio_go();
}

static void announce(uint32_t client)
{
	(void)disk_geometries_send(client,
				   &geometry); /* where there is no room, disk_geometries_room() says when */
}

void disk_geometries_room(uint32_t client)
{
	announce(client);
}

static void announce_all(void)
{
	for (uint32_t client = 0; client < DISK_CLIENTS; client++) {
		announce(client);
	}
}

/* The device was reset or given up: clients are told what it is now, and what was in flight begins anew, or ends. */
static void go_on(void)
{
	announce_all();
	for (uint32_t client = 0; client < DISK_CLIENTS; client++) {
		for (uint32_t index = 0; index < PLACES; index++) {
			if (places[client][index].state == WITH_DEVICE) {
				submit(client, index);
			}
		}
		disk_requests(client);
	}
}

/* What was in flight, and what comes, is answered `absent`. */
void virtio_gone(void)
{
	geometry = NO_DISK;
	works = false;
	go_on();
}

/* It misbehaved. That may pass, but not for ever. */
static void recover(const char *why)
{
	if (recoveries++ < RECOVERIES) {
		log_warning("%s: the device begins anew", why);
		start_device();
	} else {
		virtio_give_up(why);
		geometry = NO_DISK;
		works = false;
	}
	go_on();
}

static void complete(struct virtqueue *queue)
{
	uint32_t number, written;

	do {
		while (virtqueue_take(queue, &number, &written)) {
			const uint32_t client = number / PLACES, index = number % PLACES;
			const struct storage_request *request = &places[client][index].request;
			const uint8_t status = *(volatile uint8_t *)&shared[number].status;
			const bool is_whole = request->kind != STORAGE_KIND_READ ||
					      written > request->count * geometry.sector_size;

			finish(client, index,
			       status == STATUS_OK && is_whole ? STORAGE_OUTCOME_OK
			       : status == STATUS_UNSUPPORTED  ? STORAGE_OUTCOME_UNSUPPORTED
							       : STORAGE_OUTCOME_FAILED);
		}
	} while (!queue->is_broken && !virtqueue_wait(queue));
}

static void configuration_changed(void)
{
	if (virtio_needs_reset()) {
		recover("the device asks for a reset");
	} else if (geometry_sectors(geometry.sector_size) != geometry.sectors) {
		geometry.sectors = geometry_sectors(geometry.sector_size);
		announce_all();
	}
}

void device_interrupt(uint32_t index)
{
	const struct transport_event event = transport_interrupt();
	bool is_broken = false;

	tenon_batch_begin();
	for (uint32_t i = 0; i < queue_count && event.queues && works; i++) {
		complete(&queues[i]);
		is_broken = is_broken || queues[i].is_broken;
	}
	tenon_batch_end();
	if (is_broken) {
		recover("the device answers what it was not asked");
	} else if (index == 0 && event.configuration && works) {
		configuration_changed();
	}
	for (uint32_t client = 0; client < DISK_CLIENTS; client++) {
		if (held_up[client]) {
			disk_requests(client);
		}
	}
}

/* ---- start, and clients that come and go ------------------------------------------------------ */

/* A client that starts anew has all its buffers: the device must not write there any more for the one before. */
void disk_session(uint32_t client, bool open)
{
	bool is_in_use = false;

	free_places[client] = 0;
	for (uint32_t index = 0; index < PLACES; index++) {
		is_in_use = is_in_use || places[client][index].state == WITH_DEVICE;
		places[client][index].state = FREE;
		free_place[client][free_places[client]++] = index;
	}
	if (is_in_use) {
		start_device();
		go_on();
	}
	if (open) {
		announce(client);
	}
}

void component_start(void)
{
	start_device();
	log_info("%llu sectors of %u bytes", (unsigned long long)geometry.sectors, geometry.sector_size);
}
