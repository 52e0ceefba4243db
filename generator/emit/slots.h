/* SPDX-License-Identifier: MIT
 * Between slots.c and slots_bus.c: the table whose slots are being chosen.
 */
#ifndef TENON_GENERATOR_SLOTS_H
#define TENON_GENERATOR_SLOTS_H

#include "numbers.h"

struct table {
	struct numbers *numbers;
	struct numbered *own;
	struct slot *slot;
	uint32_t room;
};

/* The next slot; its index, which the argument need not say. */
uint32_t add_slot(struct table *table, struct slot slot);

/* Of a driver: its own endpoint, and what its device reaches. */
void add_function(struct table *table);
/* Of the bus: the windows of its bridge, and what it changes of the drivers. Nothing for all others. */
void add_bus(struct table *table);

#endif
