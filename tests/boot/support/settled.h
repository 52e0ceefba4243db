/* SPDX-License-Identifier: MIT
 * What a pool has when nothing is on its way back to it: the last of what ended comes back only when every CPU has taken an
 * interrupt, and a CPU of a busy host may be late. For an instance that `needs: [clock]`.
 */
#ifndef SETTLED_H
#define SETTLED_H

#include <tenon/object.h>

#define SETTLED_NS UINT64_C(100000000) /* so long it must stay the same */

static inline uint64_t settled_free(tenon_handle_t pool)
{
	struct tenon_pool_view view = {.bytes = 0};
	uint64_t free = UINT64_MAX, since = clock_ns();

	while (clock_ns() - since < SETTLED_NS) {
		if (tenon_pool_read(pool, &view) != TENON_OK)
			return 0;
		if (view.free != free) {
			free = view.free;
			since = clock_ns();
		}
		tenon_yield();
	}
	return free;
}

#endif
