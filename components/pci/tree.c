/* SPDX-License-Identifier: MIT
 * Enumeration (PCI-to-PCI Bridge 1.2, 3.2.5): buses are walked depth first,
 * with a stack of our own, so that a device cannot choose how deep ours gets.
 *
 * The first walk believes the bridges' numbers and gives up at one that does
 * not fit: whose primary bus is another, or whose buses are not within its
 * parent's, or begin before what was met so far. The second walk gives numbers
 * in the order in which it meets bridges.
 */
#include "tree.h"

#include "configuration.h"

#define BUS_REQUESTERS 256u
#define DEVICE_MASK    7u /* function number */
#define DEPTH          16u

struct level {
	uint32_t bridge; /* FUNCTION_NONE: the first bus */
	uint32_t bus;
	uint32_t next;  /* device and function to look at */
	uint32_t limit; /* its last bus */
};

struct walk {
	struct tree *tree;
	bool assigns;
	uint32_t last_used; /* bus */
	uint32_t depth;
	struct level level[DEPTH];
};

static void write_buses(const struct function *bridge, uint32_t primary)
{
	const uint32_t latency = configuration_read(bridge->requester, PCI_BUSES) & 0xff000000u;

	configuration_write(bridge->requester, PCI_BUSES,
			    latency | bridge->subordinate << 16 | bridge->secondary << 8 | primary);
}

/* No bridge of the bus passes anything on: numbers that they had would hide those that others are given. */
static void silence(uint32_t bus)
{
	struct function bridge;

	for (uint32_t place = 0; place < BUS_REQUESTERS; place++) {
		const uint32_t requester = bus << 8 | place;
		const uint32_t type =
		    configuration_read(requester, PCI_HEADER) >> PCI_HEADER_TYPE_SHIFT & PCI_HEADER_TYPE_MASK;

		if ((configuration_read(requester, PCI_IDENTITY) & 0xffffu) != PCI_NOBODY &&
		    type == PCI_HEADER_TYPE_BRIDGE) {
			bridge = (struct function){.requester = requester};
			write_buses(&bridge, bus);
		}
	}
}

/* Reads the firmware's numbers. False: they do not fit. */
static bool keep_buses(struct walk *walk, struct function *bridge, const struct level *level)
{
	const uint32_t buses = configuration_read(bridge->requester, PCI_BUSES);

	bridge->secondary = buses >> 8 & 0xffu;
	bridge->subordinate = buses >> 16 & 0xffu;
	if ((buses & 0xffu) != level->bus || bridge->secondary <= walk->last_used ||
	    bridge->subordinate < bridge->secondary || bridge->subordinate > level->limit) {
		return false;
	}
	return true;
}

/* Goes down behind the bridge. False: the walk is to be given up. */
static bool enter(struct walk *walk, uint32_t index)
{
	struct level *level = &walk->level[walk->depth];
	struct function *bridge = &walk->tree->function[index];

	if (walk->depth + 1 == DEPTH || (walk->assigns && walk->last_used >= level->limit)) {
		walk->tree->is_cut = true; /* and nothing behind it is reached by the second walk */
		return true;
	}
	if (walk->assigns) {
		bridge->secondary = walk->last_used + 1;
		bridge->subordinate = level->limit;
		write_buses(bridge, level->bus);
	} else if (!keep_buses(walk, bridge, level)) {
		return false;
	}
	walk->last_used = bridge->secondary;
	if (walk->assigns) {
		silence(bridge->secondary);
	}
	walk->level[++walk->depth] =
	    (struct level){.bridge = index, .bus = bridge->secondary, .limit = bridge->subordinate};
	return true;
}

/* The bus was walked. Numbers that the firmware left free behind a bridge, for what is plugged in later, stay free. */
static void leave(struct walk *walk, const struct level *level)
{
	struct function *bridge;

	if (level->bridge == FUNCTION_NONE) {
		return;
	}
	bridge = &walk->tree->function[level->bridge];
	if (walk->assigns) {
		bridge->subordinate = walk->last_used;
		write_buses(bridge, walk->level[walk->depth - 1].bus);
	}
	walk->last_used = bridge->subordinate;
}

/* Looks at one place of the bus. False: the walk is to be given up. */
static bool step(struct walk *walk, struct level *level)
{
	const uint32_t requester = level->bus << 8 | level->next;
	struct tree *tree = walk->tree;
	const bool is_first = (level->next & DEVICE_MASK) == 0;
	struct function function;
	bool has_more;

	if (!function_probe(&function, requester)) {
		level->next += is_first ? DEVICE_MASK + 1 : 1;
		return true;
	}
	has_more = !is_first || (configuration_read(requester, PCI_HEADER) & PCI_HEADER_MANY) != 0;
	level->next += has_more ? 1 : DEVICE_MASK + 1;
	if (tree->functions == TREE_FUNCTIONS) {
		tree->is_cut = true;
		return true;
	}
	function.parent = level->bridge;
	tree->function[tree->functions++] = function;
	return !function.is_bridge || function.is_broken || enter(walk, tree->functions - 1);
}

/* False: the firmware's numbers do not fit. */
static bool walk_all(struct tree *tree, bool assigns)
{
	struct walk walk = {
	    .tree = tree, .assigns = assigns, .level[0] = {.bridge = FUNCTION_NONE, .limit = tree->last_bus}};

	tree->functions = 0;
	tree->is_cut = false;
	if (assigns) {
		silence(0);
	}
	for (;;) {
		struct level *level = &walk.level[walk.depth];

		if (level->next < BUS_REQUESTERS) {
			if (!step(&walk, level)) {
				return false;
			}
			continue;
		}
		leave(&walk, level);
		if (walk.depth == 0) {
			return true;
		}
		walk.depth--;
	}
}

void tree_enumerate(struct tree *tree, uint32_t last_bus)
{
	tree->last_bus = last_bus;
	if (!walk_all(tree, false)) {
		(void)walk_all(tree, true); /* never gives up */
	}
}
