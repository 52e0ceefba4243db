/* SPDX-License-Identifier: MIT
 * Never answers: its callers have a deadline, from the interface.
 */
#include "component.h"

void slow_wait(uint32_t client, struct slow_wait_token token, uint32_t number)
{
	(void)client;
	(void)token;
	(void)number;
}

void slow_wait_cancelled(uint32_t client, struct slow_wait_token token)
{
	(void)client;
	(void)token;
}
