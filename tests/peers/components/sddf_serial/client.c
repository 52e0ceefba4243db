/* SPDX-License-Identifier: MIT
 * Sends back each character, and counts them.
 */
#include "component.h"

#include <tenon/print.h>

static uint32_t received;

static void say(const char *text, uint32_t size)
{
	(void)serial_write(text, size);
}

void component_start(void)
{
	char text[96];

	say(text,
	    (uint32_t)tenon_print(text, sizeof text, "Hello world! I am %s.\r\nPlease give me character!\r\n",
				  COMPONENT_NAME));
	serial_received();
}

void serial_received(void)
{
	char bytes[32], text[96];
	uint32_t count;

	while (serial_read(sizeof bytes, bytes, sizeof bytes, &count) == SERIAL_OK && count > 0)
		for (uint32_t i = 0; i < count; i++) {
			say(&bytes[i], 1);
			if (++received % 10 == 0)
				say(text,
				    (uint32_t)tenon_print(text, sizeof text,
							  "\r\n%s has received %u characters so far!\r\n",
							  COMPONENT_NAME, received));
		}
}
