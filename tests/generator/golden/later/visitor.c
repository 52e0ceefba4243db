/* SPDX-License-Identifier: MIT
 * Waits in the office.
 */
#include "component.h"

void component_start(void)
{
	char text[81];
	uint32_t number;

	(void)ticket_wait("it", &number, text);
	((char *)ticket_board())[1] = ((const char *)ticket_notice())[0];
}

void ticket_ready(void)
{
}

void ticket_gone(void)
{
}
