/* SPDX-License-Identifier: MIT
 * An entry of a table is written while its vector is masked, so that no
 * message goes to half an address.
 */
#include "messages.h"

#include <stddef.h>

#include "configuration.h"

/* The control words stand in the upper half of the capability's first word. */
#define TABLE_ON     0x80000000u
#define TABLE_MASKED 0x40000000u
#define SINGLE_ON    0x00010000u
#define SINGLE_MANY  0x00700000u /* how many messages it may use, as a power of two */

#define SINGLE_DATA_MOST 0xffffu

/* An entry of the table, by words. */
#define ENTRY_WORDS   4u
#define ENTRY_ADDRESS 0u
#define ENTRY_UPPER   1u
#define ENTRY_DATA    2u
#define ENTRY_CONTROL 3u
#define ENTRY_MASKED  1u

static void control(const struct function *function, uint32_t clear, uint32_t set)
{
	const uint32_t at = function->messages.capability;

	configuration_write(function->requester, at,
			    (configuration_read(function->requester, at) & ~clear) | set);
}

void messages_open(const struct function *function, volatile uint32_t *table)
{
	if (!function->messages.is_table) {
		return;
	}
	control(function, 0, TABLE_ON | TABLE_MASKED);
	for (uint32_t vector = 0; vector < function->messages.vectors; vector++) {
		table[vector * ENTRY_WORDS + ENTRY_CONTROL] = ENTRY_MASKED;
	}
	control(function, TABLE_MASKED, TABLE_ON);
}

static bool set_single(const struct function *function, uint64_t address, uint32_t data)
{
	const uint32_t at = function->messages.capability;
	const uint32_t data_at = function->messages.is_wide ? at + 12 : at + 8;

	if (data > SINGLE_DATA_MOST || (!function->messages.is_wide && address > UINT32_MAX)) {
		return false;
	}
	control(function, SINGLE_ON | SINGLE_MANY, 0);
	configuration_write(function->requester, at + 4, (uint32_t)address);
	if (function->messages.is_wide) {
		configuration_write(function->requester, at + 8, (uint32_t)(address >> 32));
	}
	configuration_write(function->requester, data_at, data);
	control(function, 0, SINGLE_ON);
	return true;
}

bool messages_set(const struct function *function, volatile uint32_t *table, uint32_t vector,
		  uint64_t address, uint32_t data)
{
	volatile uint32_t *entry;

	if (!function->messages.is_table) {
		return set_single(function, address, data);
	}
	entry = table + (size_t)vector * ENTRY_WORDS;
	entry[ENTRY_CONTROL] = ENTRY_MASKED;
	entry[ENTRY_ADDRESS] = (uint32_t)address;
	entry[ENTRY_UPPER] = (uint32_t)(address >> 32);
	entry[ENTRY_DATA] = data;
	entry[ENTRY_CONTROL] = 0;
	return true;
}

void messages_close(const struct function *function)
{
	if (function->messages.capability != 0) {
		control(function, function->messages.is_table ? TABLE_ON : SINGLE_ON, 0);
	}
}
