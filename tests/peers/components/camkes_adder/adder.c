/* SPDX-License-Identifier: MIT
 * Adds up what it is given.
 */
#include "component.h"

enum addition_status port_calculate(uint32_t client, const int32_t operands[], uint32_t operands_count,
				    int64_t *sum)
{
	*sum = 0;
	for (uint32_t i = 0; i < operands_count; i++) {
		log_info("adding %d for %s", operands[i], port_client_name(client));
		*sum += operands[i];
	}
	return ADDITION_OK;
}
