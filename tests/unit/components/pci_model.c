/* SPDX-License-Identifier: MIT */
#include "pci_model.h"

#include <stddef.h>
#include <string.h>

#include <configuration.h>

struct model_function model[MODEL_FUNCTIONS];
uint32_t model_functions, model_accesses;

void model_clear(void)
{
	memset(model, 0, sizeof model);
	model_functions = 0;
	model_accesses = 0;
}

struct model_function *model_add(struct model_function *bridge, uint32_t place, uint32_t identity,
				 bool is_bridge)
{
	struct model_function *function = &model[model_functions++];

	function->bridge = bridge;
	function->place = place;
	function->word[PCI_IDENTITY / 4] = identity;
	function->word[PCI_HEADER / 4] = (is_bridge ? PCI_HEADER_TYPE_BRIDGE << PCI_HEADER_TYPE_SHIFT : 0);
	function->word[PCI_CLASS / 4] = is_bridge ? 0x06040000u : 0x01000001u;
	function->writable[PCI_COMMAND / 4] = 0x0507u;
	if (is_bridge) {
		function->writable[PCI_BUSES / 4] = 0xffffffu;
		function->writable[PCI_MEMORY / 4] = 0xfff0fff0u;
		function->word[PCI_PREFETCHABLE / 4] = 0x00010001u;
		function->writable[PCI_PREFETCHABLE / 4] = 0xfff0fff0u;
		function->writable[PCI_PREFETCH_BASE / 4] = UINT32_MAX;
		function->writable[PCI_PREFETCH_END / 4] = UINT32_MAX;
	}
	return function;
}

void model_bar(struct model_function *function, uint32_t index, uint64_t bytes, bool wide, bool prefetchable)
{
	const uint32_t word = PCI_BAR / 4 + index;

	function->word[word] = (wide ? PCI_BAR_TYPE_64 : 0) | (prefetchable ? PCI_BAR_PREFETCH : 0);
	function->writable[word] = (uint32_t)~(bytes - 1) & ~PCI_BAR_FLAGS;
	if (wide) {
		function->writable[word + 1] = (uint32_t)(~(bytes - 1) >> 32);
	}
}

uint32_t *model_capability(struct model_function *function, uint32_t at, uint32_t kind, uint32_t next)
{
	if (function->word[PCI_CAPABILITIES / 4] == 0) {
		function->word[PCI_CAPABILITIES / 4] = at;
		function->word[PCI_COMMAND / 4] |= PCI_STATUS_CAPABILITIES;
	}
	function->word[at / 4] = kind | next << 8;
	return &function->word[at / 4];
}

static uint32_t buses(const struct model_function *bridge)
{
	return bridge->word[PCI_BUSES / 4];
}

/* The bus behind `bridge` as configuration cycles reach it now; -1: they do not. */
static int64_t bus_of(const struct model_function *bridge)
{
	const struct model_function *up;
	uint32_t secondary, bus;

	if (bridge == NULL) {
		return 0;
	}
	secondary = bus = buses(bridge) >> 8 & 0xffu;
	for (up = bridge->bridge; up != NULL && secondary != 0; up = up->bridge) {
		if (bus <= (buses(up) >> 8 & 0xffu) || bus > (buses(up) >> 16 & 0xffu)) {
			return -1;
		}
	}
	return secondary == 0 ? -1 : (int64_t)bus;
}

static struct model_function *find(uint32_t requester)
{
	for (uint32_t i = 0; i < model_functions; i++) {
		if (model[i].place == (requester & 0xffu) && bus_of(model[i].bridge) == requester >> 8) {
			return &model[i];
		}
	}
	return NULL;
}

uint32_t configuration_read(uint32_t requester, uint32_t offset)
{
	const struct model_function *function = find(requester);

	model_accesses++;
	return function == NULL ? UINT32_MAX : offset / 4 < MODEL_WORDS ? function->word[offset / 4] : 0;
}

void configuration_write(uint32_t requester, uint32_t offset, uint32_t value)
{
	struct model_function *function = find(requester);

	model_accesses++;
	if (function != NULL && offset / 4 < MODEL_WORDS) {
		const uint32_t mask = function->writable[offset / 4];

		function->word[offset / 4] = (function->word[offset / 4] & ~mask) | (value & mask);
	}
}
