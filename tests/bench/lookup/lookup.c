/* SPDX-License-Identifier: MIT
 * A system call through the last slot of the own table, which doubles from one measurement to the next.
 */
#include "component.h"

#include <tenon/object.h>

#include "../support/measure.h"

#define TIMES 1000u

static unsigned failed;
static uint32_t slots; /* of the own table; 0: not grown yet */

/* A copy of the pool's capability in the last slot of a table of `size` slots; 0: the table is not of that size. */
static tenon_handle_t last_of(uint32_t size)
{
	tenon_handle_t last = 0;

	while (slots < size) {
		if (tenon_table_grow(SLOT_TABLE, SLOT_POOL, &slots) != TENON_OK) {
			failed++;
			return 0;
		}
	}
	if (slots != size) {
		return 0; /* it began larger: that row is missing */
	}
	failed += tenon_cap_copy(SLOT_POOL, 0, size - 1, TENON_RIGHT_READ, 0, &last) != TENON_OK;
	return last;
}

/* The cheapest operation that looks a handle up and nothing else: to read what it is. */
#define LOOKUP(name, mark, size)                                                                             \
	do {                                                                                                 \
		const tenon_handle_t last = last_of(size);                                                   \
		struct tenon_cap_view view;                                                                  \
		if (last != 0) {                                                                             \
			MEASURE(name, mark, TIMES, failed += tenon_cap_read(last, &view) != TENON_OK);       \
			failed += tenon_cap_delete(last) != TENON_OK;                                        \
		}                                                                                            \
	} while (0)

void component_start(void)
{
	measure_begin(clock_ns);
	LOOKUP("capability_lookup_64", 1, 1u << 6);
	LOOKUP("capability_lookup_256", 2, 1u << 8);
	LOOKUP("capability_lookup_1024", 3, 1u << 10);
	LOOKUP("capability_lookup_4096", 4, 1u << 12);
	LOOKUP("capability_lookup_16384", 5, 1u << 14);
	LOOKUP("capability_lookup_65536", 6, 1u << 16);
	LOOKUP("capability_lookup_262144", 7, 1u << 18);
	LOOKUP("capability_lookup_1048576", 8, 1u << 20);
	log_info("lookup: %u operations failed", failed);
	(void)power_end(failed == 0 ? 0 : 1); /* does not come back when it succeeds */
}
