/* SPDX-License-Identifier: MIT
 * Misuses its tagged heap in the one way that its instance is named after. What
 * it must never reach is the line after that.
 */
#include "component.h"

#include <tenon/string.h>

#define BYTES 48u

static void read_freed(volatile uint8_t *block)
{
	heap_free((void *)(uintptr_t)block);
	(void)block[8];
}

static void write_freed_and_used_again(volatile uint8_t *block)
{
	heap_free((void *)(uintptr_t)block);
	/* The same place with another tag: one of the draws differs from the old one. */
	for (unsigned i = 0; i < 8; i++) {
		uint8_t *again = heap_allocate(BYTES);

		if (((uintptr_t)again ^ (uintptr_t)block) >> 56 != 0)
			break;
		heap_free(again);
	}
	block[0] = 1;
}

static void write_past_the_end(volatile uint8_t *block)
{
	block[BYTES] = 1;
}

static void read_before_the_start(volatile uint8_t *block)
{
	(void)block[-1];
}

static void free_twice(volatile uint8_t *block)
{
	heap_free((void *)(uintptr_t)block);
	heap_free((void *)(uintptr_t)block);
}

static void forge_a_pointer(volatile uint8_t *block)
{
	(void)*(volatile uint8_t *)((uintptr_t)block & (UINTPTR_MAX >> 8));
}

static const struct {
	const char *name;
	void (*misuse)(volatile uint8_t *block);
} misuses[] = {
    {"read_freed", read_freed},
    {"write_freed_and_used_again", write_freed_and_used_again},
    {"write_past_the_end", write_past_the_end},
    {"read_before_the_start", read_before_the_start},
    {"free_twice", free_twice},
    {"forge_a_pointer", forge_a_pointer},
};

void component_start(void)
{
	uint8_t *block = heap_allocate(BYTES);

	CHECK(block != NULL);
	memset(block, 1, BYTES); /* what is its own it may use */
	for (unsigned i = 0; i < sizeof misuses / sizeof misuses[0]; i++) {
		if (strcmp(misuses[i].name, COMPONENT_NAME) == 0)
			misuses[i].misuse(block);
	}
	log_error("%s went unpunished", COMPONENT_NAME);
}
