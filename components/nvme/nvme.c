/* SPDX-License-Identifier: MIT
 * A disk that speaks NVM Express (NVM Command Set Specification 1.0).
 *
 * A request's way: it comes through its client's channel and is checked (requests.c), becomes a command in a queue of the
 * controller (requests_put), which interrupts when it is done (device_interrupt), and its end goes back. The data stays where
 * it is, in the client's pool, where the controller reads and writes it.
 *
 * When this component dies the bus stops the device, clients repeat what was in flight, and all begins here from nothing.
 */
#include "controller.h"
#include "queue.h"
#include "requests.h"

#include <tenon/string.h>

#define QUEUES     (DEVICE_INTERRUPTS > 1 ? DEVICE_INTERRUPTS - 1u : 1u) /* interrupt 0 is the admin queue's */
#define RECOVERIES 5u                                                    /* of a controller that misbehaves */

/* Clients share queues, so that each must have room for all places of its clients. */
_Static_assert((QUEUES + 1) * ((QUEUE_BYTES + NVME_PAGE - 1) / NVME_PAGE * NVME_PAGE) + NVME_PAGE <=
		   DEVICE_DMA_SIZE,
	       "memory that the controller reaches");

enum opcode { FLUSH = 0x00, WRITE = 0x01, READ = 0x02, WRITE_ZEROES = 0x08, DATASET = 0x09 };
#define DATASET_DISCARD 4u

static struct queue queues[QUEUES];
static uint32_t queue_count = 1;
static uint32_t recoveries;
static bool is_gone;

static struct queue *queue_of(uint32_t client)
{
	return &queues[client % queue_count];
}

/* ---- commands --------------------------------------------------------------------------------- */

/* The pages of a run of memory: the first two in the command, or the first and a list of the others (Base 4.1.1). */
static void describe(struct command *command, uint64_t *list, uint64_t address, uint32_t bytes)
{
	const uint64_t first = address & ~(uint64_t)(NVME_PAGE - 1), last = address + bytes - 1;
	const uint64_t others = (last - first) / NVME_PAGE;

	command->data[0] = address;
	command->data[1] = others == 0 ? 0 : others == 1 ? first + NVME_PAGE : device_address(list);
	for (uint64_t i = 0; i < others; i++) {
		list[i] = first + (i + 1) * NVME_PAGE;
	}
}
_Static_assert(DISK_DATA_SIZE / NVME_PAGE <= QUEUE_LIST,
	       "a buffer that begins within a page has so many more");

static void set_range(struct command *command, const struct storage_request *request)
{
	command->word[0] = (uint32_t)request->first;
	command->word[1] = (uint32_t)(request->first >> 32);
	command->word[2] = request->count - 1;
}

bool requests_has_room(uint32_t client)
{
	return queue_has_room(queue_of(client));
}

void requests_put(uint32_t client, uint32_t number, const struct storage_request *request, uint64_t data,
		  uint32_t bytes)
{
	static const uint8_t opcode[] = {[STORAGE_KIND_READ] = READ,
					 [STORAGE_KIND_WRITE] = WRITE,
					 [STORAGE_KIND_FLUSH] = FLUSH,
					 [STORAGE_KIND_DISCARD] = DATASET,
					 [STORAGE_KIND_WRITE_ZEROES] = WRITE_ZEROES};
	struct queue *queue = queue_of(client);
	struct command command = controller_command(opcode[request->kind]);
	uint64_t *list = queue_list(queue);

	if (request->kind == STORAGE_KIND_DISCARD) {
		list[0] = (uint64_t)request->count << 32;
		list[1] = request->first;
		command.data[0] = device_address(list);
		command.word[1] = DATASET_DISCARD; /* of one range */
	} else if (request->kind != STORAGE_KIND_FLUSH) {
		set_range(&command, request);
	}
	if (request->kind <= STORAGE_KIND_WRITE) {
		describe(&command, list, data, bytes);
	}
	queue_put(queue, &command, number);
}

void requests_kick(uint32_t client)
{
	queue_kick(queue_of(client));
}

/* ---- the controller --------------------------------------------------------------------------- */

static bool start(struct storage_geometry *geometry)
{
	const uint32_t vectors = device_identity()->vectors;
	const uint32_t interrupts = vectors < DEVICE_INTERRUPTS ? vectors : DEVICE_INTERRUPTS;
	uint32_t wanted = DISK_CLIENTS < QUEUES ? DISK_CLIENTS : QUEUES;

	if (!controller_start(wanted, geometry, &queue_count)) {
		return false;
	}
	for (uint32_t i = 0; i < queue_count; i++) {
		if (!controller_make_queue(&queues[i], 1 + i,
					   interrupts > 1 ? 1 + i % (interrupts - 1) : 0)) {
			return false;
		}
	}
	return true;
}

/* From reset to work, or to a disk of nothing. */
static struct storage_geometry begin(void)
{
	struct storage_geometry geometry;

	if (!start(&geometry)) {
		queue_count = 1;
		geometry = (struct storage_geometry){.sector_size = 512, .physical_size = 512};
	}
	requests_begin(&geometry);
	return geometry;
}

void requests_reset(void)
{
	(void)begin();
}

static enum storage_outcome outcome_of(uint16_t status)
{
	return (status & 0x7ff) == 0 ? STORAGE_OUTCOME_OK : STORAGE_OUTCOME_FAILED;
}

/* False: the controller does what it should not. */
static bool complete(struct queue *queue)
{
	struct completion completion;
	uint32_t number;

	while (queue_take(queue, &number, &completion)) {
		requests_finish(number, outcome_of(completion.status));
	}
	queue_taken(queue);
	return !queue->is_broken;
}

static const struct storage_geometry none = {.sector_size = 512, .physical_size = 512};

/* What was in flight, and what comes, is answered `absent`. */
void bus_gone(void)
{
	is_gone = true;
	requests_begin(&none);
}

/* It misbehaved. That may pass, but not for ever. */
static void recover(void)
{
	if (recoveries++ < RECOVERIES) {
		log_warning("the controller answers what it was not asked, or failed: it begins anew");
		(void)begin();
	} else {
		log_error("the controller misbehaves; it is given up");
		controller_stop();
		requests_begin(&none);
	}
}

/* Which queue a message is from is known where each has its own; looking costs nothing. */
void device_interrupt(uint32_t index)
{
	bool is_right;

	(void)index;
	if (is_gone) {
		return;
	}
	is_right = !controller_is_fatal();
	tenon_batch_begin();
	for (uint32_t i = 0; i < queue_count && is_right; i++) {
		is_right = complete(&queues[i]);
	}
	tenon_batch_end();
	if (!is_right) {
		recover();
	}
	requests_go_on();
}

void component_start(void)
{
	const struct storage_geometry geometry = begin();

	log_info("%llu sectors of %u bytes", (unsigned long long)geometry.sectors, geometry.sector_size);
}
