/* SPDX-License-Identifier: MIT
 * What both forms of a ring have in common: numbers of requests, indirect
 * tables, and the checks of what a device answers.
 */
#include "queue.h"

#include "component.h"
#include "transport.h"
#include "virtio.h"

/* Entries: enough for what is wanted, a power of two, and no more than the device has. 0: it has too few. */
static uint32_t choose_size(uint32_t most, uint32_t wanted, uint32_t least)
{
	uint32_t size = 1;

	while (size < wanted && 2 * size <= most && 2 * size <= VIRTQUEUE_SIZE) {
		size *= 2;
	}
	return size <= most && size >= least ? size : 0;
}

static bool init_parts(struct virtqueue *queue, struct transport_queue *parts)
{
	const uint32_t tables = queue->size * queue->pieces * (uint32_t)sizeof *queue->indirect;

	if (queue->indirect_there != 0) {
		queue->indirect = virtio_memory(tables, sizeof *queue->indirect);
		if (queue->indirect == NULL) {
			return false;
		}
		queue->indirect_there = device_address(queue->indirect);
	}
	*parts = (struct transport_queue){.size = queue->size};
	return queue->is_packed ? packed_init(queue, parts) : split_init(queue, parts);
}

bool virtqueue_init(struct virtqueue *queue, uint32_t index, uint64_t agreed, uint32_t requests,
		    uint32_t pieces, uint32_t interrupt)
{
	const bool indirect = (agreed & VIRTIO_INDIRECT) != 0 && pieces > 1;
	struct transport_queue parts;

	CHECK(pieces > 0 && pieces <= VIRTQUEUE_PIECES);
	*queue = (struct virtqueue){
	    .index = index,
	    .size = choose_size(transport_queue_most(index), indirect ? requests : requests * pieces,
				indirect ? 1 : pieces),
	    .is_packed = (agreed & VIRTIO_PACKED) != 0,
	    .has_event_index = (agreed & VIRTIO_EVENT_INDEX) != 0,
	    .pieces = pieces,
	    .indirect_there = indirect, /* its address, once there is one */
	};
	queue->free = queue->size;
	for (uint32_t number = 0; number < queue->size; number++) {
		queue->request[number].next = (uint16_t)(number + 1);
	}
	if (queue->size == 0) {
		log_error("the device has no room for a request in queue %u", index);
		return false;
	}
	if (!init_parts(queue, &parts)) {
		log_error("too little memory for queue %u", index);
		return false;
	}
	if (!transport_queue_enable(index, &parts, interrupt)) {
		log_error("the device does not take queue %u", index);
		return false;
	}
	return true;
}

/* The request's own table, and one piece that it is. */
static struct virtqueue_piece fill_table(struct virtqueue *queue, const struct virtqueue_piece *piece,
					 uint32_t pieces)
{
	const uint32_t first = queue->first_free * queue->pieces;
	struct virtqueue_descriptor *table = &queue->indirect[first];

	for (uint32_t i = 0; i < pieces; i++) {
		const uint32_t more = i + 1 < pieces ? DESCRIPTOR_NEXT : 0;

		table[i] = (struct virtqueue_descriptor){
		    .address = piece[i].address,
		    .bytes = piece[i].bytes,
		    .flags = (uint16_t)(more | (piece[i].to_driver ? DESCRIPTOR_WRITE : 0)),
		    .next = (uint16_t)(i + 1)};
	}
	return (struct virtqueue_piece){.address = queue->indirect_there + first * sizeof *table,
					.bytes = pieces * (uint32_t)sizeof *table};
}

bool virtqueue_put(struct virtqueue *queue, const struct virtqueue_piece *piece, uint32_t pieces,
		   uint32_t cookie)
{
	const uint32_t needed = queue->indirect != NULL ? 1 : pieces;
	struct virtqueue_request *request = &queue->request[queue->first_free];
	struct virtqueue_piece table;
	uint32_t flags = 0;

	CHECK(pieces > 0 && pieces <= queue->pieces);
	if (queue->is_broken || queue->free < needed) {
		return false;
	}
	request->writable = 0;
	for (uint32_t i = 0; i < pieces; i++) {
		request->writable += piece[i].to_driver ? piece[i].bytes : 0;
	}
	request->cookie = cookie;
	request->descriptors = (uint16_t)needed;
	if (queue->indirect != NULL) {
		table = fill_table(queue, piece, pieces);
		piece = &table;
		pieces = 1;
		flags = DESCRIPTOR_INDIRECT;
	}
	if (queue->is_packed) {
		packed_put(queue, piece, pieces, flags);
	} else {
		split_put(queue, piece, pieces, flags);
	}
	queue->free -= needed;
	queue->fresh = (uint16_t)(queue->fresh + (queue->is_packed ? needed : 1));
	queue->in_flight++;
	return true;
}

void virtqueue_kick(struct virtqueue *queue)
{
	bool wanted;

	if (queue->fresh == 0 || queue->is_broken) {
		return;
	}
	wanted = queue->is_packed ? packed_publish(queue) : split_publish(queue);
	queue->fresh = 0;
	if (wanted) {
		transport_notify(queue->index);
	}
}

bool virtqueue_take(struct virtqueue *queue, uint32_t *cookie, uint32_t *written)
{
	const struct virtqueue_request *request;
	uint32_t number, bytes;

	if (queue->is_broken || queue->in_flight == 0 ||
	    !(queue->is_packed ? packed_take(queue, &number, &bytes) : split_take(queue, &number, &bytes))) {
		return false;
	}
	request = &queue->request[number < queue->size ? number : 0];
	if (number >= queue->size || request->descriptors == 0 || bytes > request->writable) {
		queue->is_broken = true;
		return false;
	}
	*cookie = request->cookie;
	*written = bytes;
	queue->free += request->descriptors;
	queue->in_flight--;
	if (queue->is_packed) {
		packed_release(queue, number);
	} else {
		split_release(queue, number);
	}
	queue->request[number].descriptors = 0;
	return true;
}

bool virtqueue_wait(struct virtqueue *queue)
{
	return queue->is_packed ? packed_wait(queue) : split_wait(queue);
}
