/* SPDX-License-Identifier: MIT
 * Writes its answers into its callers' memory, and switches a light on and off meanwhile.
 */
#include "component.h"

#include <tenon/print.h>

#define INTERVAL_NS UINT64_C(20000000)

static uint32_t calls, blinks;

void component_start(void)
{
	blink_at(clock_ns() + INTERVAL_NS);
}

void blink(void)
{
	if (++blinks <= 4)
		log_info("the light is %s", blinks % 2 == 1 ? "on" : "off");
	blink_at(clock_ns() + INTERVAL_NS);
}

enum table_tennis_status port_ping(uint32_t client, struct tenon_loan answer, uint32_t *number)
{
	char text[64];
	size_t bytes = tenon_print(text, sizeof text, "pong %u for %s", ++calls, port_client_name(client));

	if (tenon_loan_put(answer, 0, text, bytes + 1) != TENON_OK)
		log_warning("%s lent too little", port_client_name(client));
	*number = calls;
	return TABLE_TENNIS_OK;
}
