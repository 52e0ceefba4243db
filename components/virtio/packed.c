/* SPDX-License-Identifier: MIT
 * The packed ring (VIRTIO 1.2, 2.8): one ring, in which both sides write. An
 * entry is available or used by two bits of its flags, compared with a counter
 * of laps that is a bit; so flags are written last and read first.
 */
#include "component.h"
#include "queue.h"
#include "transport.h"
#include "virtio.h"

#define ENTRY_AVAILABLE 0x0080u
#define ENTRY_USED      0x8000u

#define EVENT_PLACE  0u
#define EVENT_FLAGS  1u
#define EVENT_WORDS  2u
#define EVENT_ALWAYS 0u
#define EVENT_AT     2u /* tell when this place was passed */
#define EVENT_WRAP   0x8000u

#define RING_ALIGNED  16u
#define EVENT_ALIGNED 4u

bool packed_init(struct virtqueue *queue, struct transport_queue *parts)
{
	struct virtqueue_packed *packed = &queue->packed;

	packed->entry = virtio_memory(queue->size * (uint32_t)sizeof *packed->entry, RING_ALIGNED);
	packed->driver_event = virtio_memory(EVENT_WORDS * sizeof(uint16_t), EVENT_ALIGNED);
	packed->device_event = virtio_memory(EVENT_WORDS * sizeof(uint16_t), EVENT_ALIGNED);
	if (packed->entry == NULL || packed->driver_event == NULL || packed->device_event == NULL) {
		return false;
	}
	packed->put_wrap = packed->taken_wrap = true;
	parts->descriptors = device_address(packed->entry);
	parts->driver = device_address(packed->driver_event);
	parts->device = device_address(packed->device_event);
	return true;
}

void packed_put(struct virtqueue *queue, const struct virtqueue_piece *piece, uint32_t pieces, uint32_t flags)
{
	struct virtqueue_packed *packed = &queue->packed;
	const uint16_t number = queue->first_free;
	struct virtqueue_entry *first = &packed->entry[packed->put];
	uint16_t first_flags = 0;

	for (uint32_t i = 0; i < pieces; i++) {
		struct virtqueue_entry *entry = &packed->entry[packed->put];
		const uint32_t more = i + 1 < pieces ? DESCRIPTOR_NEXT : 0;
		const uint32_t lap = packed->put_wrap ? ENTRY_AVAILABLE : ENTRY_USED;
		const uint16_t all =
		    (uint16_t)(flags | more | lap | (piece[i].to_driver ? DESCRIPTOR_WRITE : 0));

		entry->address = piece[i].address;
		entry->bytes = piece[i].bytes;
		entry->number = number;
		if (i == 0) {
			first_flags = all;
		} else {
			entry->flags = all;
		}
		if (++packed->put == queue->size) {
			packed->put = 0;
			packed->put_wrap = !packed->put_wrap;
		}
	}
	__atomic_store_n(&first->flags, first_flags, __ATOMIC_RELEASE);
	queue->first_free = queue->request[number].next;
}

bool packed_publish(struct virtqueue *queue)
{
	const struct virtqueue_packed *packed = &queue->packed;
	uint16_t flags, event, place;

	__atomic_thread_fence(
	    __ATOMIC_SEQ_CST); /* the entries are there before we look whether the device looks */
	flags = __atomic_load_n(&packed->device_event[EVENT_FLAGS], __ATOMIC_ACQUIRE);
	if (!queue->has_event_index || flags != EVENT_AT) {
		return flags == EVENT_ALWAYS;
	}
	event = __atomic_load_n(&packed->device_event[EVENT_PLACE], __ATOMIC_RELAXED);
	place = event & (uint16_t)~EVENT_WRAP;
	if (((event & EVENT_WRAP) != 0) != packed->put_wrap) {
		place = (uint16_t)(place - queue->size); /* of the lap before */
	}
	return virtqueue_passed(place, packed->put, (uint16_t)(packed->put - queue->fresh));
}

static bool is_done(const struct virtqueue *queue)
{
	const struct virtqueue_packed *packed = &queue->packed;
	const uint16_t flags = __atomic_load_n(&packed->entry[packed->taken].flags, __ATOMIC_ACQUIRE);
	const bool available = (flags & ENTRY_AVAILABLE) != 0;

	return available == ((flags & ENTRY_USED) != 0) && available == packed->taken_wrap;
}

bool packed_take(struct virtqueue *queue, uint32_t *number, uint32_t *written)
{
	const volatile struct virtqueue_entry *entry = &queue->packed.entry[queue->packed.taken];

	if (!is_done(queue)) {
		return false;
	}
	*number = entry->number;
	*written = (entry->flags & DESCRIPTOR_WRITE) != 0 ? entry->bytes : 0;
	return true;
}

void packed_release(struct virtqueue *queue, uint32_t number)
{
	struct virtqueue_packed *packed = &queue->packed;
	const uint32_t taken = packed->taken + queue->request[number].descriptors;

	if (taken >= queue->size) {
		packed->taken_wrap = !packed->taken_wrap;
	}
	packed->taken = (uint16_t)(taken >= queue->size ? taken - queue->size : taken);
	queue->request[number].next = queue->first_free;
	queue->first_free = (uint16_t)number;
}

bool packed_wait(struct virtqueue *queue)
{
	struct virtqueue_packed *packed = &queue->packed;
	const uint32_t wrap = packed->taken_wrap ? EVENT_WRAP : 0;

	if (queue->has_event_index) {
		__atomic_store_n(&packed->driver_event[EVENT_PLACE], (uint16_t)(packed->taken | wrap),
				 __ATOMIC_RELAXED);
		__atomic_store_n(&packed->driver_event[EVENT_FLAGS], EVENT_AT, __ATOMIC_RELEASE);
		__atomic_thread_fence(
		    __ATOMIC_SEQ_CST); /* the device sees the event, or we what it has done */
	}
	return !is_done(queue);
}
