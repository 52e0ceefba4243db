/* SPDX-License-Identifier: MIT
 * A virtio entropy device (VIRTIO 1.2, 5.4): one queue, of buffers that it fills.
 *
 * Calls wait in a line, one for each reply object at most; the first one's bytes are asked of the device, as often as it
 * gives fewer than are wanted, and answered when all are there. Invariant: gathered < line[0].wanted, or nobody waits. Bytes are
 * gone from the shared buffer and from here once they are answered, so nobody is given what another had.
 */
#include "component.h"
#include "queue.h"
#include "transport.h"
#include "virtio.h"

#include <tenon/string.h>

#define TYPE_ENTROPY 4u
#define BYTES        256u /* of one call at most, as the interface says */
#define FRUITLESS    16u  /* answers without a byte, after which the device has none */

static struct {
	struct entropy_read_token token;
	uint32_t wanted;
} line[COMPONENT_CALLS];
static uint32_t waiting;

static struct virtqueue queue;
static uint8_t *filled; /* by the device */
static uint8_t bytes[BYTES];
static uint32_t gathered, asked, fruitless;
static bool works;

/* Takes a call out of the line. What was gathered for the first one is nobody else's. */
static void remove(uint32_t place)
{
	if (place == 0) {
		memset(bytes, 0, sizeof bytes);
		gathered = 0;
	}
	waiting--;
	memmove(&line[place], &line[place + 1], (waiting - place) * sizeof line[0]);
}

static void finish_first(enum entropy_status status)
{
	(void)entropy_read_finish(line[0].token, status, bytes,
				  status == ENTROPY_OK ? gathered : 0); /* the caller may be gone */
	remove(0);
}

void virtio_gone(void)
{
	works = false;
	while (waiting != 0) {
		finish_first(ENTROPY_EXHAUSTED);
	}
}

static void give_up(const char *why)
{
	virtio_give_up(why);
	virtio_gone();
}

/* Has the device fill what the first one lacks, unless it is at that. */
static void ask(void)
{
	struct virtqueue_piece piece = {.address = device_address(filled), .to_driver = true};

	if (waiting == 0 || asked != 0) {
		return;
	}
	asked = line[0].wanted - gathered;
	piece.bytes = asked;
	if (!virtqueue_put(&queue, &piece, 1, 0)) {
		give_up("its queue takes nothing");
		return;
	}
	virtqueue_kick(&queue);
}

void entropy_read(uint32_t client, struct entropy_read_token token, uint32_t count)
{
	(void)client;
	line[waiting].token = token;
	line[waiting++].wanted = count;
	if (!works) {
		finish_first(ENTROPY_EXHAUSTED);
	} else {
		ask();
	}
}

/* What is with the device is then for the next in line. */
void entropy_read_cancelled(uint32_t client, struct entropy_read_token token)
{
	uint32_t place = 0;

	(void)client;
	while (place < waiting && line[place].token.reply != token.reply) {
		place++;
	}
	if (place < waiting) {
		remove(place);
	}
}

static void take(uint32_t written)
{
	const uint32_t room = waiting == 0 ? 0 : line[0].wanted - gathered;
	const uint32_t count = written < room ? written : room;

	memcpy(bytes + gathered, filled, count);
	memset(filled, 0, asked);
	asked = 0;
	gathered += count;
	fruitless = written == 0 ? fruitless + 1 : 0;
	if (waiting != 0 && gathered == line[0].wanted) {
		finish_first(ENTROPY_OK);
	}
}

void device_interrupt(uint32_t index)
{
	uint32_t cookie, written;

	(void)index;
	(void)transport_interrupt(); /* there is one queue, and no configuration */
	if (!works) {
		return;
	}
	do {
		while (virtqueue_take(&queue, &cookie, &written)) {
			take(written);
		}
	} while (!queue.is_broken && !virtqueue_wait(&queue));
	if (queue.is_broken) {
		give_up("the device answers what it was not asked");
	} else if (virtio_needs_reset()) {
		give_up("the device asks for a reset");
	} else if (fruitless > FRUITLESS) {
		give_up("the device gives no bytes");
	} else {
		ask();
	}
}

void component_start(void)
{
	uint64_t features;

	if (!virtio_begin(TYPE_ENTROPY, 0, &features)) {
		return;
	}
	filled = virtio_memory(BYTES, sizeof(uint64_t));
	if (filled == NULL || !virtqueue_init(&queue, 0, features, 1, 1, 0)) {
		virtio_give_up("the device cannot be driven");
		return;
	}
	works = true;
	virtio_go();
}
