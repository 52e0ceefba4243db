/* SPDX-License-Identifier: MIT
 * What changed between two versions of an interface, and whether a client
 * that was built for the old one is served by the new one as before.
 */
#ifndef TENON_GENERATOR_DIFFERENCE_H
#define TENON_GENERATOR_DIFFERENCE_H

#include "model.h"

struct report;

struct change {
	struct change *next;
	bool breaking;
	const char *text;
	struct place before, after; /* file NULL: it is not there */
};

struct difference {
	struct change *first, *last;
	uint32_t breaking, compatible;
	uint32_t asked_major, asked_minor; /* the least version that says what changed */
};

/* Everything that is made hangs in the arena. Documentation does not count. */
struct difference difference_of(struct arena *arena, const struct interface *before,
				const struct interface *after);

/* One interface file by itself, with those that it takes types from. NULL where refused. */
const struct interface *interface_alone(struct arena *arena, const char *path, const char *root,
					struct report *report);

#endif
