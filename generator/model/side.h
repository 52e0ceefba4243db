/* SPDX-License-Identifier: MIT
 * An end of a wire: an instance, or the composite itself, and the list of ports
 * in which its port is looked for.
 */
#ifndef TENON_GENERATOR_SIDE_H
#define TENON_GENERATOR_SIDE_H

#include "build.h"

/* One end: where its port is looked for. */
struct side {
	struct member *member; /* NULL: the group itself */
	const struct component *face;
	bool provided; /* the port is in `provides` of the face */
};

/* The index of the port of that name; -1: there is none. */
int32_t side_find(const struct port *port, uint32_t count, const char *name);
/* The ports of a face on one side, their number in *count. */
const struct port *side_ports(const struct component *face, bool provided, uint32_t *count);
/* The index of the side's port of that name; -1: there is none. */
int32_t side_port(const struct side *side, const char *name);
const struct port *side_take(const struct side *side, int32_t port);
/* Reports that the side has no such port: it has the other direction, or none of that name. */
void side_refuse(struct build *build, const struct side *side, struct name port);

#endif
