/* SPDX-License-Identifier: MIT
 * Calls on and on, and faults at each hundredth call.
 */
#include "component.h"

#define FAULT_EVERY 100u

void component_start(void)
{
	uint32_t number;

	do {
		char answer[64] = "";

		number = 0;
		if (pong_ping((uint8_t *)answer, sizeof answer, &number) != TABLE_TENNIS_OK)
			log_error("no answer");
		if (number % FAULT_EVERY == 1)
			log_info("%s", answer);
	} while (number % FAULT_EVERY != 0);
	(void)*(volatile uint8_t *)(uintptr_t)16;
}
