/* SPDX-License-Identifier: MIT
 * Holds memory that the offenders try to reach, looks at it every 20 ms of
 * guest time while they do, and ends the run when all of them have done it.
 */
#include "component.h"

#include "../support/quiet.h"

#define LOOKS      15u /* at the least */
#define LOOK_NS    UINT64_C(20000000)
#define HEAP_BYTES 8192u

static uint8_t *heap;
static uint8_t pattern[4096];
static unsigned looks, spoilt;

void component_start(void)
{
	heap = heap_allocate(HEAP_BYTES);
	CHECK(heap != NULL);
	for (unsigned i = 0; i < HEAP_BYTES; i++)
		heap[i] = (uint8_t)(i * 7);
	for (unsigned i = 0; i < sizeof pattern; i++)
		pattern[i] = (uint8_t)(i * 13);
	look_at(clock_ns() + LOOK_NS);
}

void look(void)
{
	for (unsigned i = 0; i < HEAP_BYTES; i++)
		spoilt += heap[i] != (uint8_t)(i * 7);
	for (unsigned i = 0; i < sizeof pattern; i++)
		spoilt += pattern[i] != (uint8_t)(i * 13);
	if (++looks < LOOKS || !all_quiet()) {
		look_at(clock_ns() + LOOK_NS);
		return;
	}
	log_info("witness: %u looks, %u bytes spoilt", looks, spoilt);
	(void)power_end(spoilt == 0 ? 0 : 1); /* does not come back when it succeeds */
}
