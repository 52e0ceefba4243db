/* SPDX-License-Identifier: MIT
 * What both ends of a connection must agree on, part by part.
 */
#ifndef TENON_GENERATOR_CONTRACT_H
#define TENON_GENERATOR_CONTRACT_H

#include "model.h"

/* Fills in `part` and `hash` of an interface whose all else is known. */
void contract_make(struct arena *arena, struct interface *interface);

#endif
