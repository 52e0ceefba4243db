/* SPDX-License-Identifier: MIT
 * Rings once, and calls nothing more until it is told that this is lost.
 */
#include "component.h"

void bell_restarted(void)
{
	uint32_t number = 9, wrong = bell_last(&number) != BELL_OK || number != 0;

	wrong += bell_ring(2) != BELL_OK; /* nothing refuses it: this client knows */
	log_info("told, %u wrong", wrong);
}

void component_start(void)
{
	if (bell_ring(1) != BELL_OK) {
		log_error("not rung");
	}
}
