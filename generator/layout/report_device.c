/* SPDX-License-Identifier: MIT
 * The device of a driver in the reports: what it is, and what it reaches by itself.
 */
#include <inttypes.h>

#include "../check/influence.h"
#include "../read/arena.h"
#include "place.h"

/* What holds the device back, as the assertions see it too. */
enum reach { REACH_NONE, REACH_MAPPED, REACH_ALL };

static enum reach reach_of(const struct layout *layout, const struct instance *instance)
{
	const struct influence graph = {.model = layout->model};

	if (influence_is_free(&graph, instance->device))
		return REACH_ALL;
	return numbers_of(layout->numbers, instance)->io_space != NUMBERS_NONE ? REACH_MAPPED : REACH_NONE;
}

static const char *place_on_bus(const struct layout *layout, const struct device *device)
{
	if (!device->function)
		return "";
	if (device->at == DEVICE_ANYWHERE)
		return ", a PCI function";
	return arena_format(layout->arena, ", the PCI function %02x:%02x.%u", device->at >> 8,
			    device->at >> 3 & 31, device->at & 7);
}

void device_text(const struct layout *layout, const struct instance *instance, struct text *out)
{
	static const char *const reach[] = {
	    [REACH_NONE] = ": reads and writes no memory by itself",
	    [REACH_MAPPED] = ": an IOMMU lets it reach this, and nothing else",
	    [REACH_ALL] = ": no IOMMU holds it back, it may read and write all memory"};
	const enum reach all = reach_of(layout, instance);

	text_add(out, "  device %s%s%s\n", instance->device->path, place_on_bus(layout, instance->device),
		 reach[all]);
	for (uint32_t i = 0; all == REACH_MAPPED && i < layout->mappings; i++) {
		const struct mapping *mapping = &layout->mapping[i];

		if (mapping->space != numbers_of(layout->numbers, instance)->io_space)
			continue;
		text_add(out, "    0x%010" PRIx64 "  %8" PRIu64 " KiB  ", mapping->address,
			 mapping->size / 1024);
		text_rights(out, mapping->rights);
		text_add(out, "  %s  (%s)\n", layout->region[mapping->region].name,
			 cite(layout->numbers, mapping->place));
	}
}

const char *device_reach(const struct layout *layout, const struct instance *instance)
{
	static const char *const word[] = {
	    [REACH_NONE] = "nothing", [REACH_MAPPED] = "mapped", [REACH_ALL] = "everything"};

	return word[reach_of(layout, instance)];
}
