/* SPDX-License-Identifier: MIT
 * Computes for a while.
 */
#include "component.h"

#define PAUSE_NS 500000u /* between two looks at the clock: others ran */

void component_start(void)
{
	log_info("started");
}

enum work_status port_work(uint32_t client, uint64_t work_ns, uint64_t *result)
{
	uint64_t last_ns = clock_ns(), worked_ns = 0;

	for (*result = 1; worked_ns < work_ns; *result = *result * 6364136223846793005u + 1) {
		uint64_t now_ns = clock_ns();

		if (now_ns - last_ns < PAUSE_NS)
			worked_ns += now_ns - last_ns;
		last_ns = now_ns;
	}
	log_info("worked in the time of %s", port_client_name(client));
	return WORK_OK;
}
