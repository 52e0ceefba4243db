/* SPDX-License-Identifier: MIT
 * What the written wires and those that connect by themselves share.
 */
#ifndef TENON_GENERATOR_WIRE_H
#define TENON_GENERATOR_WIRE_H

#include "build.h"

/* Reads an entry of `connect:` and connects; a refusal is in the report. */
void wire_read(struct build *build, const struct value *wire);

/* Connects the used port with the provided one; neither is connected yet. */
void wire_connect(struct build *build, struct draft *client, uint32_t uses, struct draft *server,
		  uint32_t provides, struct place place, bool automatic);

#endif
