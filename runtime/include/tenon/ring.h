/* SPDX-License-Identifier: MIT
 * A ring of bytes in the caller's storage, for one thread.
 */
#ifndef TENON_RING_H
#define TENON_RING_H

#include <stddef.h>
#include <stdint.h>

struct tenon_ring {
	uint8_t *bytes;
	uint32_t size;  /* of the storage */
	uint32_t first; /* where the oldest byte stands; < size */
	uint32_t count; /* bytes in it; <= size */
};

#define TENON_RING(storage) {.bytes = (storage), .size = (uint32_t)sizeof(storage)}

static inline uint32_t tenon_ring_room(const struct tenon_ring *ring)
{
	return ring->size - ring->count;
}

/* Appends as much as fits; returns how much that was. */
uint32_t tenon_ring_put(struct tenon_ring *ring, const void *data, uint32_t size);
/* Takes at most `size` of the oldest bytes; returns how many. `data` NULL drops them. */
uint32_t tenon_ring_take(struct tenon_ring *ring, void *data, uint32_t size);
/* Copies `size` bytes that begin `offset` after the oldest, without taking them; all must be there (CHECK). */
void tenon_ring_peek(const struct tenon_ring *ring, uint32_t offset, void *data, uint32_t size);

#endif
