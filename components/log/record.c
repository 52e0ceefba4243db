/* SPDX-License-Identifier: MIT
 * Records in a ring of bytes. The caller owns the storage; records are added
 * and dropped as a whole, so the ring always begins with one.
 */
#include "record.h"

#include <tenon/component.h>

void record_ring_init(struct record_ring *records)
{
	records->ring = (struct tenon_ring){.bytes = records->bytes, .size = RECORD_RING_BYTES};
}

static void drop_oldest(struct tenon_ring *ring)
{
	struct record oldest;

	(void)tenon_ring_take(ring, &oldest, sizeof oldest);
	(void)tenon_ring_take(ring, NULL, oldest.length);
}

void record_add(struct record_ring *records, const struct record *record, const char *text)
{
	CHECK(record->length <= RECORD_TEXT);
	while (tenon_ring_room(&records->ring) < sizeof *record + record->length) {
		drop_oldest(&records->ring);
	}
	(void)tenon_ring_put(&records->ring, record, sizeof *record); /* room was made */
	(void)tenon_ring_put(&records->ring, text, record->length);
}

bool record_find(const struct record_ring *records, uint64_t after, struct record *record,
		 char text[RECORD_TEXT + 1])
{
	struct record one;

	for (uint32_t at = 0; at < records->ring.count; at += (uint32_t)sizeof one + one.length) {
		tenon_ring_peek(&records->ring, at, &one, sizeof one);
		if (one.number > after) {
			tenon_ring_peek(&records->ring, at + (uint32_t)sizeof one, text, one.length);
			text[one.length] = 0;
			*record = one;
			return true;
		}
	}
	return false;
}
