/* SPDX-License-Identifier: MIT
 * What one connection may hold in its server: as its interface says, and as
 * a wire says otherwise.
 */
#ifndef TENON_GENERATOR_LIMITS_H
#define TENON_GENERATOR_LIMITS_H

#include "types.h"

/* Reads `limits` of the interface; adds `in_flight` where an operation is answered later. */
void limits_resolve(struct reading *reading, const struct value *limits, const struct value *operations);
/* Reads `takes` and `gives_back` of an operation whose `reply` is known. */
void limits_taken(struct reading *reading, const struct value *value, struct operation *operation);

/* What a connection may hold of each limit; `given` is what its wire says, or NULL. */
const uint32_t *limits_of_connection(struct build *build, const struct interface *interface,
				     const struct value *given);

#endif
