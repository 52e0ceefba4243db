/* SPDX-License-Identifier: MIT
 * Greets; falls over a certain name. Checks at each start that its memory is
 * as the image has it.
 */
#include "component.h"

#include <tenon/print.h>
#include <tenon/string.h>

static uint32_t initialised = 0x12345678;
static uint32_t cleared[100];
static uint32_t greetings;

void component_start(void)
{
	uint8_t *heap = heap_allocate(8192);

	CHECK(initialised == 0x12345678 && cleared[0] == 0 && cleared[99] == 0 && greetings == 0);
	CHECK(heap != NULL && heap[0] == 0 && heap[8191] == 0);
	initialised = 1;
	cleared[0] = cleared[99] = 1;
	memset(heap, 0xa5, 8192);
	log_info("started");
}

enum greeter_status greeter_greet(uint32_t client, const char *name, char greeting[65], uint32_t *before)
{
	(void)client;
	if (strcmp(name, "fall") == 0) {
		*(volatile uint32_t *)(uintptr_t)8 = 0;
	}
	(void)tenon_print(greeting, 65, "Hello, %s!", name);
	*before = greetings++;
	return GREETER_OK;
}
