/* SPDX-License-Identifier: MIT
 * What both ends of the test's channels know.
 */
#ifndef ENTRY_H
#define ENTRY_H

#include "component.h"

#include <tenon/string.h>

#define TOTAL       30000u /* entries of the last session */
#define FALLS       5u     /* sessions that end with a fault, where the instance does that */
#define BEFORE_FALL 500u
#define LOADED      8u /* each entry whose number is a multiple of this carries a buffer */

static inline uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Every word depends on the number, so that parts of two entries never look like one. */
static inline void fill(struct road_entry *entry, uint64_t session, uint64_t number)
{
	memset(entry, 0,
	       sizeof *entry); /* what lies between its members too: entries are compared as a whole */
	entry->session = session;
	entry->number = number;
	entry->weather = (enum road_weather)(number % 3);
	entry->load.index = TENON_BUFFER_NONE;
	for (unsigned i = 0; i < 5; i++)
		entry->word[i] = (number + i) * UINT64_C(0x9e3779b97f4a7c15) ^ session;
}

static inline void busy(uint32_t turns)
{
	for (volatile uint32_t i = 0; i < turns; i = i + 1) {
	}
}

#endif
