/* SPDX-License-Identifier: MIT
 * A ring of bytes. The caller owns structure and storage.
 */
#include <tenon/component.h>
#include <tenon/ring.h>
#include <tenon/string.h>

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* The index `offset` bytes after the oldest; offset <= size. */
static uint32_t place(const struct tenon_ring *ring, uint32_t offset)
{
	uint32_t to_end = ring->size - ring->first;

	return offset < to_end ? ring->first + offset : offset - to_end;
}

uint32_t tenon_ring_put(struct tenon_ring *ring, const void *data, uint32_t size)
{
	uint32_t count = smaller(size, tenon_ring_room(ring));
	uint32_t at = place(ring, ring->count);
	uint32_t to_end = smaller(count, ring->size - at);

	memcpy(ring->bytes + at, data, to_end);
	memcpy(ring->bytes, (const uint8_t *)data + to_end, count - to_end);
	ring->count += count;
	return count;
}

void tenon_ring_peek(const struct tenon_ring *ring, uint32_t offset, void *data, uint32_t size)
{
	uint32_t at, to_end;

	CHECK(offset <= ring->count && size <= ring->count - offset);
	at = place(ring, offset);
	to_end = smaller(size, ring->size - at);
	memcpy(data, ring->bytes + at, to_end);
	memcpy((uint8_t *)data + to_end, ring->bytes, size - to_end);
}

uint32_t tenon_ring_take(struct tenon_ring *ring, void *data, uint32_t size)
{
	uint32_t count = smaller(size, ring->count);

	if (data != NULL) {
		tenon_ring_peek(ring, 0, data, count);
	}
	ring->first = place(ring, count);
	ring->count -= count;
	return count;
}
