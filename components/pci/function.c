/* SPDX-License-Identifier: MIT
 * One function: its header and its base address registers (PCI Local Bus 3.0,
 * 6.1 and 6.2.5.1).
 *
 * A register's size is found by writing ones. A device that answers what is no
 * power of two, or a register of 64 bits where none follows, is broken: what
 * it would decode cannot be known.
 */
#include "function.h"

#include "configuration.h"

#define ONES     UINT32_MAX
#define SMALLEST UINT64_C(16)
#define MOST     (UINT64_C(1) << 47) /* larger ones fit into no window */

void function_command(const struct function *function, uint32_t clear, uint32_t set)
{
	const uint32_t command = configuration_read(function->requester, PCI_COMMAND) & PCI_COMMAND_MASK;

	configuration_write(function->requester, PCI_COMMAND, (command & ~clear) | set);
}

/* What the register at `offset` answers to ones; it is as before afterwards. */
static uint32_t size_word(uint32_t requester, uint32_t offset, uint32_t value)
{
	uint32_t answer;

	configuration_write(requester, offset, ONES);
	answer = configuration_read(requester, offset);
	configuration_write(requester, offset, value);
	return answer;
}

/* Bytes that a register with these changeable bits decodes; 0: none can do so. */
static uint64_t size_of(uint64_t changeable)
{
	const uint64_t bytes = ~changeable + 1;

	return (bytes & (bytes - 1)) == 0 && bytes >= SMALLEST && bytes <= MOST ? bytes : 0;
}

/* Reads the register and returns how many of them it takes. */
static uint32_t probe_bar(struct function *function, uint32_t index, uint32_t count)
{
	const uint32_t offset = PCI_BAR + 4 * index;
	const uint32_t low = configuration_read(function->requester, offset);
	const uint32_t low_answer = size_word(function->requester, offset, low);
	struct function_bar *bar = &function->bar[index];
	uint64_t changeable = low_answer & ~PCI_BAR_FLAGS;
	uint32_t high = 0;

	if (low_answer == 0 || (low & PCI_BAR_IO) != 0) {
		return 1;
	}
	bar->is_wide = (low & PCI_BAR_TYPE) == PCI_BAR_TYPE_64;
	bar->prefetchable = (low & PCI_BAR_PREFETCH) != 0;
	if (bar->is_wide && index + 1 < count) {
		high = configuration_read(function->requester, offset + 4);
		changeable |= (uint64_t)size_word(function->requester, offset + 4, high) << 32;
	} else if ((low & PCI_BAR_TYPE) == PCI_BAR_TYPE_32) {
		changeable |= (uint64_t)ONES << 32;
	} else {
		changeable = 0;
	}
	bar->bytes = size_of(changeable);
	if (bar->bytes == 0) {
		function->is_broken = true;
		return bar->is_wide ? 2 : 1;
	}
	bar->address = ((uint64_t)high << 32 | low) & ~(bar->bytes - 1);
	return bar->is_wide ? 2 : 1;
}

void function_set_bar(const struct function *function, uint32_t index)
{
	const struct function_bar *bar = &function->bar[index];

	configuration_write(function->requester, PCI_BAR + 4 * index, (uint32_t)bar->address);
	if (bar->is_wide) {
		configuration_write(function->requester, PCI_BAR + 4 * index + 4,
				    (uint32_t)(bar->address >> 32));
	}
}

/* Base, or base and limit, of a window that counts in MiB: 12 bits of address in each half. */
static void read_windows(struct function *function)
{
	const uint32_t memory = configuration_read(function->requester, PCI_MEMORY);
	const uint32_t prefetch = configuration_read(function->requester, PCI_PREFETCHABLE);
	const uint64_t low = (uint64_t)(memory & 0xfff0u) << 16;
	const uint64_t low_end = (uint64_t)(memory & 0xfff00000u) | 0xfffffu;
	uint64_t high = (uint64_t)(prefetch & 0xfff0u) << 16;
	uint64_t high_end = (uint64_t)(prefetch & 0xfff00000u) | 0xfffffu;

	function->is_wide_bridge = (prefetch & 0xfu) == 1;
	if (function->is_wide_bridge) {
		high |= (uint64_t)configuration_read(function->requester, PCI_PREFETCH_BASE) << 32;
		high_end |= (uint64_t)configuration_read(function->requester, PCI_PREFETCH_END) << 32;
	}
	function->window[FUNCTION_LOW] =
	    (struct function_window){.base = low, .bytes = low < low_end ? low_end - low + 1 : 0};
	function->window[FUNCTION_HIGH] =
	    (struct function_window){.base = high, .bytes = high < high_end ? high_end - high + 1 : 0};
}

bool function_probe(struct function *function, uint32_t requester)
{
	const uint32_t identity = configuration_read(requester, PCI_IDENTITY);
	uint32_t type, class, bars;

	if ((identity & 0xffffu) == PCI_NOBODY || identity == 0) {
		return false;
	}
	class = configuration_read(requester, PCI_CLASS);
	type = configuration_read(requester, PCI_HEADER) >> PCI_HEADER_TYPE_SHIFT & PCI_HEADER_TYPE_MASK;
	*function = (struct function){.requester = requester,
				      .parent = FUNCTION_NONE,
				      .id = identity,
				      .class = class >> 8,
				      .revision = class & 0xffu,
				      .is_bridge = type == PCI_HEADER_TYPE_BRIDGE,
				      .is_broken = type > PCI_HEADER_TYPE_BRIDGE};
	if (function->is_broken || (!function->is_bridge && function->class >> 16 == PCI_CLASS_BRIDGE)) {
		return true;
	}
	function_command(function, PCI_COMMAND_MASTER | PCI_COMMAND_MEMORY | PCI_COMMAND_IO,
			 PCI_COMMAND_NO_LINE);
	bars = function->is_bridge ? FUNCTION_BRIDGE_BARS : FUNCTION_BARS;
	for (uint32_t index = 0; index < bars;) {
		index += probe_bar(function, index, bars);
	}
	if (function->is_bridge) {
		read_windows(function);
	} else {
		function->id |= (uint64_t)configuration_read(requester, PCI_SUBSYSTEM) << 32;
	}
	function_read_capabilities(function);
	return true;
}

/* ---- which pages a driver may have ---- */

static bool overlaps_page(uint64_t page, uint64_t first, uint64_t bytes)
{
	return bytes > 0 && first < page + FUNCTION_PAGE && page < first + bytes;
}

bool function_page_is_messages(const struct function *function, uint32_t bar, uint64_t offset)
{
	const struct function_messages *messages = &function->messages;

	return messages->is_table &&
	       ((bar == messages->table_bar &&
		 overlaps_page(offset, messages->table, 16 * (uint64_t)messages->vectors)) ||
		(bar == messages->pending_bar &&
		 overlaps_page(offset, messages->pending, messages->pending_bytes)));
}

bool function_bar_is_mappable(const struct function *function, uint32_t bar)
{
	for (uint64_t offset = 0; offset < function->bar[bar].bytes; offset += FUNCTION_PAGE) {
		if (!function_page_is_messages(function, bar, offset)) {
			return true;
		}
	}
	return false;
}
