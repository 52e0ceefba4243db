/* SPDX-License-Identifier: MIT
 * Ports looked up at an end of a wire; see side.h.
 */
#include "side.h"

#include <string.h>

int32_t side_find(const struct port *port, uint32_t count, const char *name)
{
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(port[i].name.text, name) == 0)
			return (int32_t)i;
	return -1;
}

const struct port *side_ports(const struct component *face, bool provided, uint32_t *count)
{
	*count = provided ? face->provided : face->used;
	return provided ? face->provides : face->uses;
}

int32_t side_port(const struct side *side, const char *name)
{
	uint32_t count;
	const struct port *port = side_ports(side->face, side->provided, &count);

	return side_find(port, count, name);
}

void side_refuse(struct build *build, const struct side *side, struct name port)
{
	uint32_t count, others;
	const struct port *list = side_ports(side->face, side->provided, &count);
	const struct port *other = side_ports(side->face, !side->provided, &others);
	const char *kind = side->member == NULL || side->member->composite ? "composite" : "component";
	struct nearest nearest = nearest_start(port.text);
	struct complaint *complaint;
	const char *all = "";

	if (side_find(other, others, port.text) >= 0) {
		complaint_help(report_error(build->report, RULE_WRONG_DIRECTION, port.place,
					    "the %s \"%s\" %s the port \"%s\", it does not %s it", kind,
					    side->face->name.text, side->provided ? "uses" : "provides",
					    port.text, side->provided ? "provide" : "use"),
			       side->member == NULL
				   ? "write PORT -> INSTANCE.PORT for one that it provides, INSTANCE.PORT -> "
				     "PORT for one that it uses"
				   : "write USER.PORT -> PROVIDER.PORT");
		return;
	}
	complaint =
	    report_error(build->report, RULE_UNKNOWN_PORT, port.place, "the %s \"%s\" %s no port \"%s\"",
			 kind, side->face->name.text, side->provided ? "provides" : "uses", port.text);
	for (uint32_t i = 0; i < count; i++) {
		nearest_try(&nearest, list[i].name.text);
		all = arena_format(build->arena, "%s%s%s", all, i == 0 ? "" : ", ", list[i].name.text);
	}
	complaint_allowed(complaint, "%s", count == 0 ? "none" : all);
	complaint_nearest(complaint, &nearest);
}

const struct port *side_take(const struct side *side, int32_t port)
{
	uint32_t count;

	return &side_ports(side->face, side->provided, &count)[port];
}
