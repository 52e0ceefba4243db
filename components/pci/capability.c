/* SPDX-License-Identifier: MIT
 * The list of capabilities of a function (PCI Local Bus 3.0, 6.7), with a
 * bound on its length, for a device may close it to a circle; and what MSI-X
 * (6.8.2) and MSI (6.8.1) say of themselves.
 */
#include "configuration.h"
#include "function.h"

#define FIRST  0x40u
#define LENGTH 48u /* so many fit behind the header */

#define CONTROL_TABLE_SIZE 0x07ff0000u
#define CONTROL_SHIFT      16u
#define CONTROL_WIDE       0x00800000u
#define BAR_OF_TABLE       0x7u
#define VECTOR_BYTES       16u

static bool lies_in(const struct function *function, uint32_t bar, uint64_t offset, uint64_t bytes)
{
	return bar < FUNCTION_BARS && offset <= function->bar[bar].bytes &&
	       bytes <= function->bar[bar].bytes - offset;
}

/* A table that lies nowhere is none, and the function is broken: its pages could not be kept from a driver. */
static void read_table(struct function *function, uint32_t at)
{
	const uint32_t control = configuration_read(function->requester, at);
	const uint32_t table = configuration_read(function->requester, at + 4);
	const uint32_t pending = configuration_read(function->requester, at + 8);
	struct function_messages messages = {
	    .capability = at,
	    .is_table = true,
	    .vectors = ((control & CONTROL_TABLE_SIZE) >> CONTROL_SHIFT) + 1,
	    .table_bar = table & BAR_OF_TABLE,
	    .table = table & ~BAR_OF_TABLE,
	    .pending_bar = pending & BAR_OF_TABLE,
	    .pending = pending & ~BAR_OF_TABLE,
	};

	messages.pending_bytes = ((uint64_t)messages.vectors + 63) / 64 * 8;
	if (!lies_in(function, messages.table_bar, messages.table,
		     VECTOR_BYTES * (uint64_t)messages.vectors) ||
	    !lies_in(function, messages.pending_bar, messages.pending, messages.pending_bytes)) {
		function->is_broken = true;
		return;
	}
	function->messages = messages;
}

/* Of its messages one is used: the others would have to be neighbours of it, which interrupts of a driver are not. */
static void read_single(struct function *function, uint32_t at)
{
	if (!function->messages.is_table) {
		function->messages = (struct function_messages){
		    .capability = at,
		    .vectors = 1,
		    .is_wide = (configuration_read(function->requester, at) & CONTROL_WIDE) != 0};
	}
}

static void read_capability(struct function *function, uint32_t kind, uint32_t at)
{
	switch (kind) {
	case PCI_CAPABILITY_POWER:
		function->power = at;
		break;
	case PCI_CAPABILITY_MSI:
		read_single(function, at);
		break;
	case PCI_CAPABILITY_EXPRESS:
		function->express = at;
		break;
	case PCI_CAPABILITY_MSI_X:
		read_table(function, at);
		break;
	default:
		break;
	}
}

/* What follows an offset here is at most 24 bytes (MSI); behind the standard part is the extended one. */
static bool has_room(uint32_t at)
{
	return at >= FIRST && at <= CONFIGURATION_STANDARD_BYTES - 4;
}

void function_read_capabilities(struct function *function)
{
	uint32_t at;

	if ((configuration_read(function->requester, PCI_COMMAND) & PCI_STATUS_CAPABILITIES) == 0) {
		return;
	}
	at = configuration_read(function->requester, PCI_CAPABILITIES) & 0xfcu;
	for (uint32_t step = 0; step < LENGTH && has_room(at); step++) {
		const uint32_t head = configuration_read(function->requester, at);

		read_capability(function, head & 0xffu, at);
		at = head >> 8 & 0xfcu;
	}
}
