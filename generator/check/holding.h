/* SPDX-License-Identifier: MIT
 * Who holds an object that an assertion names: the tables and mappings as they are, or the closure of authority.h over them.
 */
#ifndef TENON_GENERATOR_HOLDING_H
#define TENON_GENERATOR_HOLDING_H

#include "../emit/numbers.h"
#include "authority.h"
#include "statement.h"

/* Made once for all statements that ask. `authority` is given back with authority_free(). */
struct holding {
	const struct influence *graph;
	const struct numbers *numbers;
	struct authority *authority;
};

struct holding holding_make(const struct influence *graph);

/* How an instance comes to hold something, in the user's names. */
struct holding_step {
	const char *text;
	struct place place;
};

/* NULL: it does not, or with `may` cannot come to. */
const struct holding_step *holding_find(const struct holding *holding, const struct object *object,
					uint32_t instance, bool may);
/* A capability with which an instance can change one of `other`, its memory or what it runs; NULL: there is none. */
const struct holding_step *holding_controls(const struct holding *holding, uint32_t instance,
					    const bool *other);

#endif
