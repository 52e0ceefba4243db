/* SPDX-License-Identifier: MIT
 * The tree of buses below a host bridge: its functions, the numbers of its
 * buses, and the places of registers on them.
 */
#ifndef PCI_TREE_H
#define PCI_TREE_H

#include "function.h"

#define TREE_FUNCTIONS 128u

/* What the host bridge passes on, by bus addresses. */
struct tree_range {
	uint64_t base, bytes;
};

struct tree {
	uint32_t last_bus;
	uint32_t functions;
	bool
	    is_cut; /* there are more functions or bridges behind each other than there is room for, or too few bus numbers */
	struct function function[TREE_FUNCTIONS];
};

/*
 * Finds all functions. Bus numbers stay as the firmware left them where each bridge has some that fit its place;
 * otherwise all are given anew, depth first.
 */
void tree_enumerate(struct tree *tree, uint32_t last_bus);

/*
 * Places all memory registers and the windows of bridges. They stay where the firmware put them if all have a place of
 * their own there, inside `range` and inside the windows of the bridges before them; otherwise all are placed anew,
 * each in pages of its own. What does not fit has no place.
 */
void tree_place(struct tree *tree, const struct tree_range range[FUNCTION_RANGES]);

#endif
