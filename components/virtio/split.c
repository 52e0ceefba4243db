/* SPDX-License-Identifier: MIT
 * The split ring (VIRTIO 1.2, 2.7): a table of descriptors, a ring of heads of
 * chains that the driver makes available, and one of those that were used.
 */
#include "component.h"
#include "queue.h"
#include "transport.h"
#include "virtio.h"

/* Words of the available and of the used part. */
#define INDEX         1u
#define RING          2u
#define USED_ENTRY    4u /* words of two bytes: number and length of four */
#define EVENT_WORDS   1u
#define TABLE_ALIGNED 16u
#define USED_ALIGNED  4u

bool split_init(struct virtqueue *queue, struct transport_queue *parts)
{
	struct virtqueue_split *split = &queue->split;
	const uint32_t words = RING + EVENT_WORDS;

	split->descriptor = virtio_memory(queue->size * (uint32_t)sizeof *split->descriptor, TABLE_ALIGNED);
	split->available = virtio_memory((words + queue->size) * 2, 2);
	split->used = virtio_memory((words + USED_ENTRY * queue->size) * 2, USED_ALIGNED);
	if (split->descriptor == NULL || split->available == NULL || split->used == NULL) {
		return false;
	}
	parts->descriptors = device_address(split->descriptor);
	parts->driver = device_address(split->available);
	parts->device = device_address(split->used);
	return true;
}

void split_put(struct virtqueue *queue, const struct virtqueue_piece *piece, uint32_t pieces, uint32_t flags)
{
	struct virtqueue_split *split = &queue->split;
	const uint16_t head = queue->first_free;
	uint16_t at = head, last = head;

	for (uint32_t i = 0; i < pieces; i++) {
		const uint32_t more = i + 1 < pieces ? DESCRIPTOR_NEXT : 0;

		last = at;
		at = queue->request[last].next;
		split->descriptor[last] = (struct virtqueue_descriptor){
		    .address = piece[i].address,
		    .bytes = piece[i].bytes,
		    .flags = (uint16_t)(flags | more | (piece[i].to_driver ? DESCRIPTOR_WRITE : 0)),
		    .next = more != 0 ? at : 0};
	}
	queue->request[head].last = last;
	queue->first_free = at;
	split->available[RING + (split->put & (queue->size - 1))] = head;
	split->put++;
}

bool split_publish(struct virtqueue *queue)
{
	struct virtqueue_split *split = &queue->split;
	const uint16_t *event = &split->used[RING + USED_ENTRY * queue->size];

	__atomic_store_n(&split->available[INDEX], split->put, __ATOMIC_RELEASE);
	__atomic_thread_fence(
	    __ATOMIC_SEQ_CST); /* the index is there before we look whether the device looks */
	if (queue->has_event_index) {
		return virtqueue_passed(__atomic_load_n(event, __ATOMIC_RELAXED), split->put,
					(uint16_t)(split->put - queue->fresh));
	}
	return (__atomic_load_n(&split->used[0], __ATOMIC_RELAXED) & 1u) == 0;
}

static uint16_t used_index(const struct virtqueue *queue)
{
	return __atomic_load_n(&queue->split.used[INDEX], __ATOMIC_ACQUIRE);
}

bool split_take(struct virtqueue *queue, uint32_t *number, uint32_t *written)
{
	struct virtqueue_split *split = &queue->split;
	const uint16_t done = (uint16_t)(used_index(queue) - split->taken);
	const volatile uint32_t *used;

	if (done == 0) {
		return false;
	}
	if (done > queue->in_flight) {
		queue->is_broken = true;
		return false;
	}
	used = (const volatile uint32_t *)(const void *)&split
		   ->used[RING + USED_ENTRY * (split->taken & (queue->size - 1))];
	*number = used[0];
	*written = used[1];
	split->taken++;
	return true;
}

void split_release(struct virtqueue *queue, uint32_t number)
{
	queue->request[queue->request[number].last].next = queue->first_free;
	queue->first_free = (uint16_t)number;
}

bool split_wait(struct virtqueue *queue)
{
	struct virtqueue_split *split = &queue->split;

	if (queue->has_event_index) {
		__atomic_store_n(&split->available[RING + queue->size], split->taken, __ATOMIC_RELAXED);
		__atomic_thread_fence(
		    __ATOMIC_SEQ_CST); /* the device sees the event, or we what it has done */
	}
	return used_index(queue) == split->taken;
}
