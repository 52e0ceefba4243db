/* SPDX-License-Identifier: MIT
 * Uses its tagged heap rightly for a while, looks whether tags are what they
 * should be, and ends the run when the others have done what they are there for.
 */
#include "component.h"

#include <tenon/string.h>

#include "../support/quiet.h"

#define BLOCKS  16u
#define TURNS   3000u
#define LOOK_NS UINT64_C(20000000)

static uint8_t *block[BLOCKS];
static size_t size[BLOCKS];
static uint64_t state = 1;
static unsigned untagged, spoilt;
static uint16_t tags_seen;

static uint64_t next_random(void)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return state >> 33;
}

static void turn(unsigned i)
{
	unsigned n = (unsigned)(next_random() % BLOCKS);

	if (block[n] != NULL) {
		for (size_t at = 0; at < size[n]; at++)
			spoilt += block[n][at] != (uint8_t)size[n];
		heap_free(block[n]);
	}
	size[n] = next_random() % 700 + 1;
	block[n] = heap_allocate(size[n]);
	if (block[n] == NULL)
		return;
	untagged += (uintptr_t)block[n] >> 56 == 0;
	tags_seen |= (uint16_t)(1u << ((uintptr_t)block[n] >> 56 & 15));
	memset(block[n], (uint8_t)size[n], size[n]);
	(void)i;
}

void look(void)
{
	if (!all_quiet()) {
		look_at(clock_ns() + LOOK_NS);
		return;
	}
	(void)power_end(untagged + spoilt == 0 ? 0 : 1); /* does not come back when it succeeds */
}

void component_start(void)
{
	for (unsigned i = 0; i < TURNS; i++)
		turn(i);
	log_info("user: %u without a tag, %u bytes spoilt, tags %04x", untagged, spoilt, tags_seen);
	look_at(clock_ns() + LOOK_NS);
}
