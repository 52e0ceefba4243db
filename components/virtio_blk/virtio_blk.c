/* SPDX-License-Identifier: MIT
 * A virtio disk (VIRTIO 1.2, 5.2).
 *
 * A request's way: it comes through a client's channel (disk_requests), is checked and put into a queue of the device (submit),
 * the device interrupts when it is done (device_interrupt), and its end goes back through the channel (finish, deliver). The
 * data stays where it is, in the client's pool: the device reads and writes it there.
 *
 * Each client has as many places for requests as its channel has entries. A place that is taken is with the device, or done and
 * not yet delivered, because the client's channel is full; nothing is taken from the channel while there is no place. So whoever
 * is slow waits for himself only.
 *
 * When this component dies, the bus stops the device, clients repeat what was in flight, and we begin here from nothing.
 */
#include "component.h"
#include "queue.h"
#include "transport.h"
#include "virtio.h"

#include <tenon/string.h>

#define TYPE_BLOCK 2u

/* Features (5.2.3). */
#define FEATURE_SEGMENT_BYTES (UINT64_C(1) << 1)
#define FEATURE_READ_ONLY     (UINT64_C(1) << 5)
#define FEATURE_SECTOR_SIZE   (UINT64_C(1) << 6)
#define FEATURE_FLUSH         (UINT64_C(1) << 9)
#define FEATURE_TOPOLOGY      (UINT64_C(1) << 10)
#define FEATURE_QUEUES        (UINT64_C(1) << 12)
#define FEATURE_DISCARD       (UINT64_C(1) << 13)
#define FEATURE_WRITE_ZEROES  (UINT64_C(1) << 14)
#define FEATURES                                                                                             \
	(FEATURE_SEGMENT_BYTES | FEATURE_READ_ONLY | FEATURE_SECTOR_SIZE | FEATURE_FLUSH |                   \
	 FEATURE_TOPOLOGY | FEATURE_QUEUES | FEATURE_DISCARD | FEATURE_WRITE_ZEROES)

/* Fields of the configuration (5.2.4). */
enum {
	CAPACITY = 0,
	SEGMENT_BYTES = 8,
	SECTOR_SIZE = 20,
	PHYSICAL = 24,
	QUEUES = 34,
	DISCARD_MOST = 36,
	ZEROES_MOST = 48
};

/* What the device reads before the data, and writes behind it (5.2.6). */
#define UNIT 512u /* of offsets and capacity, whatever the sector size */
struct header {
	uint32_t type, reserved;
	uint64_t first; /* in units */
};
struct range {
	uint64_t first; /* in units */
	uint32_t count, flags;
};
struct shared {
	struct header header;
	struct range range; /* of a discard or write_zeroes */
	uint8_t status;
};
enum { STATUS_OK = 0, STATUS_UNSUPPORTED = 2 };
static const uint32_t type_of[] = {[STORAGE_KIND_READ] = 0,
				   [STORAGE_KIND_WRITE] = 1,
				   [STORAGE_KIND_FLUSH] = 4,
				   [STORAGE_KIND_DISCARD] = 11,
				   [STORAGE_KIND_WRITE_ZEROES] = 13};

#define PLACES      64u /* of a client */
#define PIECES      3u
#define MOST_QUEUES (DEVICE_INTERRUPTS > 1 ? DEVICE_INTERRUPTS - 1u : 1u)
#define RECOVERIES  5u

struct place {
	enum { FREE, WITH_DEVICE, DONE } state;
	enum storage_outcome outcome; /* DONE */
	struct storage_request request;
};

static struct place places[DISK_CLIENTS][PLACES];
static uint32_t free_places[DISK_CLIENTS][PLACES], free_count[DISK_CLIENTS];
static bool held_up[DISK_CLIENTS]; /* requests wait in its channel for room */
static bool undelivered[DISK_CLIENTS];
static struct shared *shared; /* for each place one, where the device reaches it */
static uint64_t shared_there; /* and where it finds them */
static struct virtqueue queues[MOST_QUEUES];
static uint32_t queue_count;
static const struct storage_geometry no_disk = {.sector_size = UNIT, .physical_size = UNIT};
static struct storage_geometry geometry;
static uint32_t recoveries;

static struct virtqueue *queue_of(uint32_t client)
{
	return &queues[client % queue_count];
}

/* ---- a request's end ---- */

static bool deliver_one(uint32_t client, uint32_t index)
{
	struct place *place = &places[client][index];
	const struct storage_completion completion = {
	    .number = place->request.number, .outcome = place->outcome, .data = place->request.data};

	if (!disk_completions_send(client, &completion)) {
		undelivered[client] = true; /* until there is room again, or the session ends */
		return false;
	}
	place->state = FREE;
	free_places[client][free_count[client]++] = index;
	return true;
}

static void finish(uint32_t client, uint32_t index, enum storage_outcome outcome)
{
	places[client][index].state = DONE;
	places[client][index].outcome = outcome;
	(void)deliver_one(client, index); /* or later */
}

void disk_completions_room(uint32_t client)
{
	undelivered[client] = false;
	for (uint32_t index = 0; index < PLACES && !undelivered[client]; index++) {
		if (places[client][index].state == DONE) {
			(void)deliver_one(client, index);
		}
	}
	disk_requests(client); /* there are places again */
}

/* ---- a request's beginning ---- */

static bool moves_data(const struct storage_request *request)
{
	return request->kind == STORAGE_KIND_READ || request->kind == STORAGE_KIND_WRITE;
}

static enum storage_outcome check_data(const struct storage_request *request)
{
	const bool has_data = request->data.index != TENON_BUFFER_NONE;

	if (!moves_data(request)) {
		return has_data || request->count > geometry.most_discard ? STORAGE_OUTCOME_MALFORMED
									  : STORAGE_OUTCOME_OK;
	}
	return has_data && request->count <= geometry.most && request->data.offset % UNIT == 0 &&
		       request->data.length == request->count * geometry.sector_size
		   ? STORAGE_OUTCOME_OK
		   : STORAGE_OUTCOME_MALFORMED;
}

static enum storage_outcome check(const struct storage_request *request)
{
	static const uint32_t needs[] = {[STORAGE_KIND_DISCARD] = STORAGE_FEATURES_DISCARD,
					 [STORAGE_KIND_WRITE_ZEROES] = STORAGE_FEATURES_WRITE_ZEROES};

	if (geometry.sectors == 0) {
		return STORAGE_OUTCOME_ABSENT;
	}
	if (request->kind == STORAGE_KIND_FLUSH) {
		return request->count == 0 && request->data.index == TENON_BUFFER_NONE
			   ? STORAGE_OUTCOME_OK
			   : STORAGE_OUTCOME_MALFORMED;
	}
	if (request->kind >= STORAGE_KIND_DISCARD && (geometry.features & needs[request->kind]) == 0) {
		return STORAGE_OUTCOME_UNSUPPORTED;
	}
	if (request->count == 0) {
		return STORAGE_OUTCOME_MALFORMED;
	}
	if (request->first > geometry.sectors || request->count > geometry.sectors - request->first) {
		return STORAGE_OUTCOME_OUT_OF_RANGE;
	}
	if (request->kind != STORAGE_KIND_READ && (geometry.features & STORAGE_FEATURES_READ_ONLY) != 0) {
		return STORAGE_OUTCOME_READ_ONLY;
	}
	return check_data(request);
}

/* Puts the request of a place, which was checked, into the client's queue, which has room. */
static void put(uint32_t client, uint32_t index)
{
	const struct storage_request *request = &places[client][index].request;
	const uint32_t cookie = client * PLACES + index;
	const uint64_t there = shared_there + cookie * sizeof *shared;
	const uint64_t first = request->first * (geometry.sector_size / UNIT);
	struct virtqueue_piece piece[PIECES] = {{.address = there, .bytes = sizeof(struct header)}};
	uint32_t pieces = 1;

	shared[cookie].header =
	    (struct header){.type = type_of[request->kind], .first = moves_data(request) ? first : 0};
	if (moves_data(request)) {
		piece[pieces++] = (struct virtqueue_piece){
		    .address = device_address(disk_data_write(client, &request->data)),
		    .bytes = request->data.length,
		    .to_driver = request->kind == STORAGE_KIND_READ};
	} else if (request->kind != STORAGE_KIND_FLUSH) {
		shared[cookie].range =
		    (struct range){.first = first, .count = request->count * (geometry.sector_size / UNIT)};
		piece[pieces++] = (struct virtqueue_piece){.address = there + offsetof(struct shared, range),
							   .bytes = sizeof(struct range)};
	}
	piece[pieces++] = (struct virtqueue_piece){
	    .address = there + offsetof(struct shared, status), .bytes = 1, .to_driver = true};
	places[client][index].state = WITH_DEVICE;
	if (!virtqueue_put(queue_of(client), piece, pieces, cookie)) {
		finish(client, index,
		       STORAGE_OUTCOME_FAILED); /* a device that came back smaller after a reset */
	}
}

static void submit(uint32_t client, uint32_t index)
{
	const struct storage_request *request = &places[client][index].request;
	const enum storage_outcome outcome = check(request);
	const bool is_done =
	    request->kind == STORAGE_KIND_FLUSH && (geometry.features & STORAGE_FEATURES_FLUSH) == 0;

	if (outcome != STORAGE_OUTCOME_OK || is_done) {
		finish(client, index, outcome);
	} else {
		put(client, index);
	}
}

void disk_requests(uint32_t client)
{
	const bool works = geometry.sectors != 0;

	held_up[client] = false;
	for (;;) {
		uint32_t index;

		if (free_count[client] == 0 || (works && !virtqueue_has_room(queue_of(client)))) {
			held_up[client] = true;
			break;
		}
		index = free_places[client][free_count[client] - 1];
		if (!disk_requests_receive(client, &places[client][index].request)) {
			break;
		}
		free_count[client]--;
		submit(client, index);
	}
	if (works) {
		virtqueue_kick(queue_of(client));
	}
}

/* ---- the device ---- */

/* In sectors; what a device says of itself may be anything. */
static void read_geometry(uint64_t features)
{
	const uint64_t sector_size =
	    features & FEATURE_SECTOR_SIZE ? virtio_configuration(SECTOR_SIZE, 4) : UNIT;
	const uint32_t size =
	    sector_size >= UNIT && sector_size <= 4096 && (sector_size & (sector_size - 1)) == 0
		? (uint32_t)sector_size
		: UNIT;
	const uint64_t shift = features & FEATURE_TOPOLOGY ? virtio_configuration(PHYSICAL, 1) : 0;
	uint64_t bytes =
	    features & FEATURE_SEGMENT_BYTES ? virtio_configuration(SEGMENT_BYTES, 4) : DISK_DATA_SIZE;
	uint64_t discard = UINT32_MAX;

	bytes = bytes >= size && bytes < DISK_DATA_SIZE ? bytes : DISK_DATA_SIZE;
	geometry = (struct storage_geometry){.sectors = virtio_configuration(CAPACITY, 8) / (size / UNIT),
					     .sector_size = size,
					     .physical_size = shift < 8 ? size << shift : size,
					     .most = (uint32_t)bytes / size};
	geometry.features |= features & FEATURE_READ_ONLY ? STORAGE_FEATURES_READ_ONLY : 0;
	geometry.features |= features & FEATURE_FLUSH ? STORAGE_FEATURES_FLUSH : 0;
	if (features & FEATURE_DISCARD) {
		geometry.features |= STORAGE_FEATURES_DISCARD;
		discard = virtio_configuration(DISCARD_MOST, 4);
	}
	if (features & FEATURE_WRITE_ZEROES) {
		const uint64_t zeroes = virtio_configuration(ZEROES_MOST, 4);

		geometry.features |= STORAGE_FEATURES_WRITE_ZEROES;
		discard = zeroes < discard ? zeroes : discard;
	}
	geometry.most_discard = (uint32_t)discard / (size / UNIT);
}

/* Interrupt 0 is for changes of the configuration; queues share what there is beside it. */
static bool make_queues(uint64_t features)
{
	const uint32_t has = transport_interrupts();
	const uint32_t interrupts = has < DEVICE_INTERRUPTS ? has : DEVICE_INTERRUPTS;
	const uint32_t offered = features & FEATURE_QUEUES ? (uint32_t)virtio_configuration(QUEUES, 2) : 1;

	queue_count = DISK_CLIENTS < MOST_QUEUES ? DISK_CLIENTS : MOST_QUEUES;
	queue_count = offered < queue_count && offered != 0 ? offered : queue_count;
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

	geometry = no_disk;
	if (!virtio_begin(TYPE_BLOCK, FEATURES, &features)) {
		return;
	}
	shared = virtio_memory(DISK_CLIENTS * PLACES * (uint32_t)sizeof *shared, sizeof(uint64_t));
	if (shared == NULL || !make_queues(features)) {
		virtio_give_up("the disk cannot be driven");
		return;
	}
	shared_there = device_address(shared);
	read_geometry(features);
	virtio_go();
}

/* After a reset: what was in flight is put anew, or ends where there is no device any more. */
static void repeat(void)
{
	for (uint32_t client = 0; client < DISK_CLIENTS; client++) {
		for (uint32_t index = 0; index < PLACES; index++) {
			if (places[client][index].state == WITH_DEVICE) {
				submit(client, index);
			}
		}
		disk_requests(client);
	}
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

/* The device is as `geometry` says from now on: clients are told where that changed, and requests go on or end. */
static void go_on(const struct storage_geometry *before)
{
	for (uint32_t client = 0; client < DISK_CLIENTS; client++) {
		if (memcmp(before, &geometry, sizeof geometry) != 0) {
			announce(client);
		}
	}
	repeat();
}

static void restart_device(void)
{
	const struct storage_geometry before = geometry;

	start_device();
	go_on(&before);
}

/* It misbehaved. That may pass, but not for ever. */
static void recover(const char *why)
{
	const struct storage_geometry before = geometry;

	if (recoveries++ < RECOVERIES) {
		log_warning("%s: begun anew", why);
		restart_device();
	} else {
		virtio_give_up(why);
		geometry = no_disk;
		go_on(&before);
	}
}

static void complete(struct virtqueue *queue)
{
	uint32_t cookie, written;

	do {
		while (virtqueue_take(queue, &cookie, &written)) {
			const struct storage_request *request =
			    &places[cookie / PLACES][cookie % PLACES].request;
			const uint8_t status = *(volatile uint8_t *)&shared[cookie].status;
			const bool is_whole =
			    request->kind != STORAGE_KIND_READ || written > request->data.length;

			finish(cookie / PLACES, cookie % PLACES,
			       status == STATUS_OK && is_whole ? STORAGE_OUTCOME_OK
			       : status == STATUS_UNSUPPORTED  ? STORAGE_OUTCOME_UNSUPPORTED
							       : STORAGE_OUTCOME_FAILED);
		}
	} while (!queue->is_broken && !virtqueue_wait(queue));
}

/* The disk may have grown, or says that it can go on only after a reset. */
static void configuration_changed(void)
{
	const uint64_t sectors = virtio_configuration(CAPACITY, 8) / (geometry.sector_size / UNIT);

	if (virtio_needs_reset()) {
		recover("the device asks for a reset");
	} else if (geometry.sectors != 0 && sectors != geometry.sectors) {
		geometry.sectors = sectors;
		for (uint32_t client = 0; client < DISK_CLIENTS; client++) {
			announce(client);
		}
	}
}

void device_interrupt(uint32_t index)
{
	const struct transport_event event = transport_interrupt();
	bool is_broken = false;

	for (uint32_t i = 0; i < queue_count && event.queues; i++) {
		complete(&queues[i]);
		is_broken = is_broken || queues[i].is_broken;
	}
	if (is_broken) {
		recover("the device answers what it was not asked");
	} else if (index == 0 && event.configuration) {
		configuration_changed();
	}
	for (uint32_t client = 0; client < DISK_CLIENTS; client++) {
		if (held_up[client]) {
			disk_requests(client);
		}
	}
}

/* ---- start, and clients that come and go ---- */

/* A client that starts anew has its buffers for itself: the device must not write there any more for the one before. */
void disk_session(uint32_t client, bool open)
{
	bool is_in_use = false;

	free_count[client] = 0;
	for (uint32_t index = 0; index < PLACES; index++) {
		is_in_use = is_in_use || places[client][index].state == WITH_DEVICE;
		places[client][index].state = FREE;
		free_places[client][free_count[client]++] = index;
	}
	undelivered[client] = false;
	if (is_in_use) {
		restart_device();
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
