/* SPDX-License-Identifier: MIT
 * What the written wires and those that connect by themselves share.
 */
#ifndef TENON_GENERATOR_WIRE_H
#define TENON_GENERATOR_WIRE_H

#include "build.h"

/* Reads an entry of `connect:` of a group and links its ports; a refusal is in the report. */
void wire_read(struct build *build, struct group *group, const struct value *entry);
/* The text of an entry, which may also be a mapping. */
const struct value *wire_text(const struct value *entry);

/* Links the open ports of the group that have one choice; of implicit ports, or of all others. */
void wire_open_ports(struct build *build, struct group *group, bool implicit, const bool *called_by_log);
/* Notes what each group offers to its members; before wire_open_ports. */
void wire_list_offers(struct build *build);

/* Connections of the ports that are linked and not connected yet. */
void wire_follow(struct build *build);

/* Refuses arrays of ports with too few or too many connections. */
void wire_count_arrays(struct build *build);

#endif
