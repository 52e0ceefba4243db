/* SPDX-License-Identifier: MIT
 * The last lines of one sender: records one after the other in a ring of
 * bytes, old ones dropped to make room.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <tenon/ring.h>

#define RECORD_TEXT 160u /* bytes, without a final zero */

struct record {
	uint64_t number; /* over all senders, from 1, ascending */
	uint64_t time_ns;
	uint8_t level;
	uint8_t length; /* of the text */
};

/* Makes an empty ring over the caller's `size` bytes. */
void record_ring_init(struct tenon_ring *records, uint8_t *bytes, uint32_t size);
/* Appends; `record->length` <= RECORD_TEXT bytes of `text` are kept. One that is longer than the whole ring is not. */
void record_add(struct tenon_ring *records, const struct record *record, const char *text);
/* The oldest record whose number is greater than `after`; false when there is none. `text` gets a final zero. */
bool record_find(const struct tenon_ring *records, uint64_t after, struct record *record,
		 char text[RECORD_TEXT + 1]);

#endif
