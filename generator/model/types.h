/* SPDX-License-Identifier: MIT
 * The types of one interface while it is read.
 */
#ifndef TENON_GENERATOR_TYPES_H
#define TENON_GENERATOR_TYPES_H

#include "build.h"

struct declared;

struct reading {
	struct build *build;
	struct interface *interface;
	struct declared *declared;
	uint32_t declareds;
	struct names names; /* declared types */
	const struct type **type;
	const struct declared **path; /* those being resolved, outermost first */
	uint32_t depth;
};

/* Resolves `types:` into the interface; NULL where there is none. */
void types_resolve(struct reading *reading, const struct value *types);
/* A type where one is used; NULL where refused. A byte buffer is taken as an argument only. */
const struct type *type_resolve(struct reading *reading, const struct value *value, bool argument);

static inline uint32_t type_round_up(uint32_t value, uint32_t align)
{
	return (value + align - 1) / align * align;
}

#endif
