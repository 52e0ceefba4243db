/* SPDX-License-Identifier: MIT
 * Places of registers on the bus (PCI-to-PCI Bridge 1.2, 3.2.5.6 to 3.2.5.10).
 *
 * Placing anew goes over the tree twice. On the way up each bridge learns how
 * much lies behind it in each range; on the way down what lies on a bus is put
 * one behind the other, from the strictest alignment to the weakest, so that no
 * gap is left but at the end. Functions stand in the order of the walk, so the
 * way up is from the last to the first.
 *
 * A register of 64 bits that is prefetchable goes to the high range where each
 * bridge before it has a window of 64 bits, all others to the low one.
 */
#include <stddef.h>

#include "configuration.h"
#include "tree.h"

#define MIB UINT64_C(0x100000)

/* Something that takes a run of addresses: a register, or a window of a bridge. */
struct taken {
	uint64_t base, bytes;
	uint32_t function;
	bool is_window;
};

#define ITEMS (FUNCTION_BARS + FUNCTION_RANGES) /* of one function, some of no bytes */

static uint64_t round_up(uint64_t bytes, uint64_t alignment)
{
	return (bytes + alignment - 1) & ~(alignment - 1);
}

static bool is_within(uint64_t base, uint64_t bytes, uint64_t outer, uint64_t outer_bytes)
{
	return base >= outer && base - outer <= outer_bytes && bytes <= outer_bytes - (base - outer);
}

static bool lies_in(const struct taken *item, uint64_t outer, uint64_t outer_bytes)
{
	return is_within(item->base, item->bytes, outer, outer_bytes);
}

/* ---- as the firmware left it ---- */

static struct taken item_of(const struct tree *tree, uint32_t index, uint32_t item)
{
	const struct function *function = &tree->function[index];

	if (item < FUNCTION_BARS) {
		return (struct taken){.base = function->bar[item].address,
				      .bytes = round_up(function->bar[item].bytes, FUNCTION_PAGE),
				      .function = index};
	}
	return (struct taken){.base = function->window[item - FUNCTION_BARS].base,
			      .bytes = function->window[item - FUNCTION_BARS].bytes,
			      .function = index,
			      .is_window = true};
}

/* Does one lie behind the bridge whose window the other is? */
static bool encloses(const struct tree *tree, const struct taken *window, const struct taken *item)
{
	uint32_t index = tree->function[item->function].parent;

	while (index != FUNCTION_NONE && index != window->function) {
		index = tree->function[index].parent;
	}
	return window->is_window && index == window->function;
}

static bool collide(const struct tree *tree, const struct taken *one, const struct taken *other)
{
	return one->bytes != 0 && other->bytes != 0 &&
	       (one->base - other->base < other->bytes || other->base - one->base < one->bytes) &&
	       !encloses(tree, one, other) && !encloses(tree, other, one);
}

/* Does it lie in a range of the host, in pages of its own, and in a window of each bridge before it? */
static bool has_place(const struct tree *tree, const struct taken *item,
		      const struct tree_range range[FUNCTION_RANGES])
{
	if (!lies_in(item, range[FUNCTION_LOW].base, range[FUNCTION_LOW].bytes) &&
	    !lies_in(item, range[FUNCTION_HIGH].base, range[FUNCTION_HIGH].bytes)) {
		return false;
	}
	for (uint32_t up = tree->function[item->function].parent; up != FUNCTION_NONE;
	     up = tree->function[up].parent) {
		const struct function_window *window = tree->function[up].window;

		if (!lies_in(item, window[FUNCTION_LOW].base, window[FUNCTION_LOW].bytes) &&
		    !lies_in(item, window[FUNCTION_HIGH].base, window[FUNCTION_HIGH].bytes)) {
			return false;
		}
	}
	return (item->base & (FUNCTION_PAGE - 1)) == 0;
}

/* A window in which nothing could lie is closed; it takes nothing. */
static void close_empty_windows(struct tree *tree, const struct tree_range range[FUNCTION_RANGES])
{
	for (uint32_t index = 0; index < tree->functions; index++) {
		for (uint32_t item = FUNCTION_BARS; item < ITEMS; item++) {
			const struct taken window = item_of(tree, index, item);

			if (!has_place(tree, &window, range)) {
				tree->function[index].window[item - FUNCTION_BARS].bytes = 0;
			}
		}
	}
}

static bool collides_with_later(const struct tree *tree, uint32_t index, uint32_t item)
{
	const struct taken one = item_of(tree, index, item);

	for (uint32_t other = index; other < tree->functions; other++) {
		for (uint32_t i = other == index ? item + 1 : 0; i < ITEMS; i++) {
			const struct taken two = item_of(tree, other, i);

			if (collide(tree, &one, &two)) {
				return true;
			}
		}
	}
	return false;
}

static bool is_consistent(const struct tree *tree, const struct tree_range range[FUNCTION_RANGES])
{
	for (uint32_t index = 0; index < tree->functions; index++) {
		for (uint32_t item = 0; item < ITEMS; item++) {
			const struct taken taken = item_of(tree, index, item);

			if (taken.bytes != 0 &&
			    (!has_place(tree, &taken, range) || collides_with_later(tree, index, item))) {
				return false;
			}
		}
	}
	return true;
}

/* ---- anew ---- */

static enum function_range range_of(const struct tree *tree, uint32_t index, const struct function_bar *bar,
				    const struct tree_range range[FUNCTION_RANGES])
{
	if (!bar->is_wide || !bar->prefetchable || range[FUNCTION_HIGH].bytes == 0) {
		return FUNCTION_LOW;
	}
	for (uint32_t up = tree->function[index].parent; up != FUNCTION_NONE;
	     up = tree->function[up].parent) {
		if (!tree->function[up].is_wide_bridge) {
			return FUNCTION_LOW;
		}
	}
	return FUNCTION_HIGH;
}

/* What cannot fit asks for nothing. Sums stay below 2^63: no more registers than TREE_FUNCTIONS times six ask for 2^47. */
static void add(struct function_window *window, uint64_t bytes, uint64_t alignment, uint64_t most)
{
	if (bytes <= most) {
		window->bytes += bytes;
		window->alignment = alignment > window->alignment ? alignment : window->alignment;
	}
}

static uint64_t alignment_of(const struct function_bar *bar)
{
	return bar->bytes > FUNCTION_PAGE ? bar->bytes : FUNCTION_PAGE;
}

/* Adds what function `index` takes to the windows of its bridge. */
static void add_function(struct tree *tree, uint32_t index, const struct tree_range range[FUNCTION_RANGES])
{
	struct function *function = &tree->function[index];
	struct function_window *up =
	    function->parent == FUNCTION_NONE ? NULL : tree->function[function->parent].window;

	for (uint32_t r = 0; r < FUNCTION_RANGES && function->is_bridge; r++) {
		struct function_window *window = &function->window[r];

		if (window->bytes != 0) {
			window->alignment = window->alignment > MIB ? window->alignment : MIB;
			window->bytes = round_up(window->bytes, window->alignment);
		}
		if (up != NULL && window->bytes != 0) {
			add(&up[r], window->bytes, window->alignment, range[r].bytes);
		}
	}
	for (uint32_t b = 0; b < FUNCTION_BARS; b++) {
		const struct function_bar *bar = &function->bar[b];
		const enum function_range r = range_of(tree, index, bar, range);

		if (up != NULL && bar->bytes != 0) {
			add(&up[r], round_up(bar->bytes, FUNCTION_PAGE), alignment_of(bar), range[r].bytes);
		}
	}
}

static void measure(struct tree *tree, const struct tree_range range[FUNCTION_RANGES])
{
	for (uint32_t index = 0; index < tree->functions; index++) {
		for (uint32_t r = 0; r < FUNCTION_RANGES; r++) {
			tree->function[index].window[r] = (struct function_window){0};
		}
	}
	for (uint32_t index = tree->functions; index > 0; index--) {
		add_function(tree, index - 1, range);
	}
}

/* Where the next thing on a bus goes. */
struct cursor {
	uint64_t at, left;
};

static uint64_t take(struct cursor *cursor, uint64_t bytes, uint64_t alignment)
{
	const uint64_t gap = round_up(cursor->at, alignment) - cursor->at;
	uint64_t base;

	if (gap > cursor->left || bytes > cursor->left - gap) {
		return 0;
	}
	base = cursor->at + gap;
	cursor->at = base + bytes;
	cursor->left -= gap + bytes;
	return base;
}

/* Places what of function `index` goes to this range and has this alignment. */
static void place_function(struct tree *tree, uint32_t index, enum function_range r, uint64_t alignment,
			   struct cursor *cursor, const struct tree_range range[FUNCTION_RANGES])
{
	struct function *function = &tree->function[index];
	struct function_window *window = &function->window[r];

	for (uint32_t b = 0; b < FUNCTION_BARS; b++) {
		struct function_bar *bar = &function->bar[b];

		if (bar->bytes != 0 && alignment_of(bar) == alignment &&
		    range_of(tree, index, bar, range) == r) {
			bar->address = take(cursor, round_up(bar->bytes, FUNCTION_PAGE), alignment);
		}
	}
	if (window->bytes != 0 && window->alignment == alignment) {
		window->base = take(cursor, window->bytes, alignment);
		window->bytes = window->base != 0 ? window->bytes : 0;
	}
}

/* Places what stands on the bus behind `bridge`, or on the first one. */
static void place_bus(struct tree *tree, uint32_t bridge, enum function_range r,
		      const struct tree_range range[FUNCTION_RANGES])
{
	const struct function_window *window =
	    bridge == FUNCTION_NONE ? NULL : &tree->function[bridge].window[r];
	struct cursor cursor = {.at = window != NULL ? window->base : range[r].base,
				.left = window != NULL ? window->bytes : range[r].bytes};

	for (uint64_t alignment = UINT64_C(1) << 47; alignment >= FUNCTION_PAGE; alignment >>= 1) {
		for (uint32_t index = bridge == FUNCTION_NONE ? 0 : bridge + 1; index < tree->functions;
		     index++) {
			if (tree->function[index].parent == bridge) {
				place_function(tree, index, r, alignment, &cursor, range);
			}
		}
	}
}

static void place_anew(struct tree *tree, const struct tree_range range[FUNCTION_RANGES])
{
	measure(tree, range);
	for (uint32_t r = 0; r < FUNCTION_RANGES; r++) {
		place_bus(tree, FUNCTION_NONE, (enum function_range)r, range);
		for (uint32_t index = 0; index < tree->functions; index++) {
			if (tree->function[index].is_bridge) {
				place_bus(tree, index, (enum function_range)r, range);
			}
		}
	}
}

/* ---- into the devices ---- */

/* Base and limit; a base behind the limit passes nothing on. */
static uint32_t halves(const struct function_window *window)
{
	const uint64_t last = window->base + window->bytes - 1;

	return window->bytes == 0 ? 0x0000fff0u
				  : (uint32_t)(window->base >> 16 & 0xfff0u) | (uint32_t)(last & 0xfff00000u);
}

static void write_bridge(const struct function *bridge)
{
	const struct function_window *high = &bridge->window[FUNCTION_HIGH];

	configuration_write(bridge->requester, PCI_MEMORY, halves(&bridge->window[FUNCTION_LOW]));
	configuration_write(bridge->requester, PCI_PREFETCHABLE, halves(high));
	if (bridge->is_wide_bridge) {
		configuration_write(bridge->requester, PCI_PREFETCH_BASE,
				    high->bytes == 0 ? 0 : (uint32_t)(high->base >> 32));
		configuration_write(bridge->requester, PCI_PREFETCH_END,
				    high->bytes == 0 ? 0 : (uint32_t)((high->base + high->bytes - 1) >> 32));
	}
	function_command(bridge, 0, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

void tree_place(struct tree *tree, const struct tree_range range[FUNCTION_RANGES])
{
	close_empty_windows(tree, range);
	if (!is_consistent(tree, range)) {
		place_anew(tree, range);
		for (uint32_t index = 0; index < tree->functions; index++) {
			for (uint32_t b = 0; b < FUNCTION_BARS; b++) {
				if (tree->function[index].bar[b].bytes != 0) {
					function_set_bar(&tree->function[index], b);
				}
			}
		}
	}
	for (uint32_t index = 0; index < tree->functions; index++) {
		if (tree->function[index].is_bridge && !tree->function[index].is_broken) {
			write_bridge(&tree->function[index]);
		}
	}
}
