/* SPDX-License-Identifier: MIT
 * Computes something that takes a while.
 */
#include "component.h"

void component_start(void)
{
	log_info("started");
}

enum work_status port_work(uint32_t client, uint32_t rounds, uint32_t *result)
{
	uint32_t state = 1;

	for (uint32_t i = 0; i < rounds; i++)
		state = state * 1664525u + 1013904223u;
	log_info("in the time of %s", port_client_name(client));
	*result = state;
	return WORK_OK;
}
