/* SPDX-License-Identifier: MIT
 * The last lines of one sender: records one after the other in a ring of
 * bytes, old ones dropped to make room.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <tenon/ring.h>

#define RECORD_TEXT       160u /* bytes, without a final zero */
#define RECORD_RING_BYTES 2048u

struct record {
	uint64_t number; /* over all senders, from 1, ascending */
	uint64_t time_ns;
	uint8_t level;
	uint8_t length; /* of the text */
};

struct record_ring {
	uint8_t bytes[RECORD_RING_BYTES];
	struct tenon_ring ring;
};

void record_ring_init(struct record_ring *records);
/* Appends; `record->length` <= RECORD_TEXT bytes of `text` are kept. */
void record_add(struct record_ring *records, const struct record *record, const char *text);
/* The oldest record whose number is greater than `after`; false when there is none. `text` gets a final zero. */
bool record_find(const struct record_ring *records, uint64_t after, struct record *record,
		 char text[RECORD_TEXT + 1]);

#endif
