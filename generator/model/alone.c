/* SPDX-License-Identifier: MIT
 * An interface file or a component by itself, without a system that uses it.
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

	build.base =
	    source_base(arena, working_folder(arena), root, path_folder(arena, path_folder(arena, path)));
	value = build_read(&build, path, &shape_interface, report, &source);
	if (value != NULL)
		interface = interface_read(&build, value, source);
	for (uint32_t i = 0; report_errors(report) == 0 && i < build.interfaces; i++)
		check_interface(build.interface[i], report);
	return report_errors(report) == 0 ? interface : NULL;
}

const struct component *component_alone(struct arena *arena, const char *name, const struct request *request,
					struct report *report)
{
	struct build build = {.arena = arena, .report = report, .request = request};
	const struct component *component;

	build.base =
	    source_base(arena, working_folder(arena), request->root, path_folder(arena, request->system));
	component = build_component(&build, (struct name){.text = name});
	for (uint32_t i = 0; i < build.interfaces; i++)
		check_interface(build.interface[i], report);
	if (component != NULL)
		check_component(component, report);
	return report_errors(report) == 0 ? component : NULL;
}
