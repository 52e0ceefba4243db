/* SPDX-License-Identifier: MIT
 * An interface file by itself, without a system that uses it.
 */
#include "../check/check.h"
#include "build.h"
#include "difference.h"

const struct interface *interface_alone(struct arena *arena, const char *path, const char *root,
					struct report *report)
{
	struct build build = {.arena = arena, .report = report};
	const struct interface *interface = NULL;
	const struct source *source;
	const struct value *value;

	build.base.working = working_folder(arena);
	build.base.root = root;
	build.base.system = path_folder(arena, path_folder(arena, path));
	value = build_read(&build, path, &shape_interface, report, &source);
	if (value != NULL)
		interface = interface_read(&build, value, source);
	for (uint32_t i = 0; report_errors(report) == 0 && i < build.interfaces; i++)
		check_interface(build.interface[i], report);
	return report_errors(report) == 0 ? interface : NULL;
}
