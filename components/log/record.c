/* SPDX-License-Identifier: MIT
 * Records in a ring of bytes. The caller owns the storage; records are added
 * and dropped as a whole, so the ring always begins with one.
 */
#include "record.h"

#include <tenon/component.h>

void record_ring_init(struct tenon_ring *records, uint8_t *bytes, uint32_t size)
{
	*records = (struct tenon_ring){.bytes = bytes, .size = size};
}

static void drop_oldest(struct tenon_ring *ring)
{
	struct record oldest;

	(void)tenon_ring_take(ring, &oldest, sizeof oldest);
	(void)tenon_ring_take(ring, NULL, oldest.length);
}

void record_add(struct tenon_ring *records, const struct record *record, const char *text)
{
	CHECK(record->length <= RECORD_TEXT);
	if (sizeof *record + record->length > records->size) {
		return;
	}
	while (tenon_ring_room(records) < sizeof *record + record->length) {
		drop_oldest(records);
	}
	(void)tenon_ring_put(records, record, sizeof *record); /* room was made */
	(void)tenon_ring_put(records, text, record->length);
}

bool record_find(const struct tenon_ring *records, uint64_t after, struct record *record,
		 char text[RECORD_TEXT + 1])
{
	struct record one;

	for (uint32_t at = 0; at < records->count; at += (uint32_t)sizeof one + one.length) {
		tenon_ring_peek(records, at, &one, sizeof one);
		if (one.number > after) {
			tenon_ring_peek(records, at + (uint32_t)sizeof one, text, one.length);
			text[one.length] = 0;
			*record = one;
			return true;
		}
	}
	return false;
}
