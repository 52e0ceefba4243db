/* SPDX-License-Identifier: MIT
 * Virtqueues, split (VIRTIO 1.2, 2.7) and packed (2.8): requests made of pieces
 * of memory go to the device, and come back in any order.
 *
 * Whatever the ring's form, a request has a number below the queue's size while
 * it is in flight. Numbers, chains and lengths are kept in private memory: the
 * device could write into the descriptors that it was given.
 *
 * Owner: the driver's thread.
 */
#ifndef VIRTIO_QUEUE_H
#define VIRTIO_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VIRTQUEUE_SIZE   256u /* entries at most */
#define VIRTQUEUE_PIECES 16u  /* of one request at most */

/* Memory of a request, as the device sees it. */
struct virtqueue_piece {
	uint64_t address;
	uint32_t bytes;
	bool to_driver; /* the device writes it; such pieces come last */
};

/* A request in flight, or a free number. */
struct virtqueue_request {
	uint32_t cookie;      /* the driver's */
	uint32_t writable;    /* bytes that the device may write */
	uint16_t descriptors; /* of the ring; 0: not in flight */
	uint16_t next;        /* the next free one; in a split ring also the next of a chain */
	uint16_t last;        /* of its chain in a split ring */
};

/* An entry of a split ring's table, or of an indirect one. */
struct virtqueue_descriptor {
	uint64_t address;
	uint32_t bytes;
	uint16_t flags, next;
};
#define DESCRIPTOR_NEXT     1u
#define DESCRIPTOR_WRITE    2u
#define DESCRIPTOR_INDIRECT 4u

/* An entry of a packed ring. */
struct virtqueue_entry {
	uint64_t address;
	uint32_t bytes;
	uint16_t number, flags;
};

struct virtqueue_split {
	struct virtqueue_descriptor *descriptor;
	uint16_t *available; /* flags, index, ring, event */
	uint16_t *used;      /* flags, index, ring of two words each, event */
	uint16_t put, taken; /* count on */
};

struct virtqueue_packed {
	struct virtqueue_entry *entry;
	uint16_t *driver_event, *device_event; /* place with wrap, flags */
	uint16_t put, taken;                   /* places in the ring */
	bool put_wrap, taken_wrap;
};

struct virtqueue {
	uint32_t index, size;
	bool is_packed, has_event_index;
	bool is_broken;
	uint32_t pieces;                       /* of one request at most */
	uint32_t free;                         /* descriptors of the ring */
	uint16_t first_free;                   /* number */
	uint16_t fresh;                        /* descriptors put since the device was told */
	uint32_t in_flight;                    /* requests */
	struct virtqueue_descriptor *indirect; /* `pieces` for each number; NULL: chains lie in the ring */
	uint64_t indirect_there;               /* the same as the device sees it */
	union {
		struct virtqueue_split split;
		struct virtqueue_packed packed;
	};
	struct virtqueue_request request[VIRTQUEUE_SIZE];
};

/*
 * Makes queue `index` of the device with the agreed features (virtio.h), for `requests` in flight of `pieces` each; fewer go
 * where the device has less room. The driver's interrupt `interrupt` tells when some are done. False: a reason is on the log.
 */
bool virtqueue_init(struct virtqueue *queue, uint32_t index, uint64_t agreed, uint32_t requests,
		    uint32_t pieces, uint32_t interrupt);

/* Is there room for one more request of the most pieces? */
static inline bool virtqueue_has_room(const struct virtqueue *queue)
{
	return !queue->is_broken && queue->free >= (queue->indirect != NULL ? 1 : queue->pieces);
}

/* Puts a request of 1 to `pieces` pieces into the ring; the device looks after virtqueue_kick(). False: there is no room now. */
bool virtqueue_put(struct virtqueue *queue, const struct virtqueue_piece *piece, uint32_t pieces,
		   uint32_t cookie);
/* Gives the device what was put, and tells it, unless it looks by itself. */
void virtqueue_kick(struct virtqueue *queue);

/*
 * Takes a request that is done: its cookie, and how many bytes the device says that it wrote, never more than it may. False:
 * none is, or the device has put there what cannot be (`is_broken`, for good).
 */
bool virtqueue_take(struct virtqueue *queue, uint32_t *cookie, uint32_t *written);
/* Has the device interrupt when the next request is done. False: one is done already. */
bool virtqueue_wait(struct virtqueue *queue);

/* ---- the two forms; for queue.c ---- */

struct transport_queue;

bool split_init(struct virtqueue *queue, struct transport_queue *parts);
/* `flags` are added to those of the pieces. */
void split_put(struct virtqueue *queue, const struct virtqueue_piece *piece, uint32_t pieces, uint32_t flags);
/* Publishes; true: the device wants to be told. */
bool split_publish(struct virtqueue *queue);
/* True: the device says that request `number` is done. Neither is checked. */
bool split_take(struct virtqueue *queue, uint32_t *number, uint32_t *written);
/* Its descriptors are free again; the number is one in flight. */
void split_release(struct virtqueue *queue, uint32_t number);
bool split_wait(struct virtqueue *queue);

bool packed_init(struct virtqueue *queue, struct transport_queue *parts);
void packed_put(struct virtqueue *queue, const struct virtqueue_piece *piece, uint32_t pieces,
		uint32_t flags);
bool packed_publish(struct virtqueue *queue);
bool packed_take(struct virtqueue *queue, uint32_t *number, uint32_t *written);
void packed_release(struct virtqueue *queue, uint32_t number);
bool packed_wait(struct virtqueue *queue);

/* Did an index that moved from `before` to `now` pass `event`? (2.7.10.1) */
static inline bool virtqueue_passed(uint16_t event, uint16_t now, uint16_t before)
{
	return (uint16_t)(now - event - 1) < (uint16_t)(now - before);
}

#endif
