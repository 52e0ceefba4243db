/* SPDX-License-Identifier: MIT
 * Has something computed that takes longer than it may compute itself, and waits for it.
 */
#include "component.h"

#define CALLS   5u
#define WORK_NS UINT64_C(10000000)

void component_start(void)
{
	uint64_t start_ns = clock_ns(), result;

	for (uint32_t call = 0; call < CALLS; call++)
		if (work_work(WORK_NS, &result) != WORK_OK)
			log_error("no answer");
	log_info("%u ms of work took %u ms", (uint32_t)(CALLS * WORK_NS / 1000000),
		 (uint32_t)((clock_ns() - start_ns) / 1000000));
}
