/* SPDX-License-Identifier: MIT
 * The phases: read everything, resolve it, check it. What could be read is
 * resolved even where something else was refused, so that one run shows all
 * that is wrong; what an earlier mistake left behind (a missing component, a
 * missing board) is passed over, so that every message speaks of what the user
 * wrote. Whole systems alone are checked.
 */
#include "build.h"

#include <string.h>
#include <unistd.h>
#include "../check/check.h"

#define WORKING_BYTES 4096

const char *working_folder(struct arena *arena)
{
	char *folder = arena_take(arena, WORKING_BYTES, 1);

	return getcwd(folder, WORKING_BYTES);
}

static void check_descriptions(struct build *build)
{
	for (uint32_t i = 0; i < build->interfaces; i++)
		check_interface(build->interface[i], build->report);
	for (uint32_t i = 0; i < build->components; i++)
		check_component(build->component[i], build->report);
}

/* Each file once, in the order in which it was first read. */
static void list_inputs(struct build *build)
{
	const char **path = ARENA_ARRAY(build->arena, const char *, build->inputs);
	struct names seen = {0};

	for (struct input *input = build->input; input != NULL; input = input->next)
		if (names_put(&seen, build->arena, input->path, input) == NULL)
			path[build->model->inputs++] = input->path;
	build->model->input = path;
}

static void finish(struct build *build)
{
	struct model *model = build->model;
	uint32_t logs = 0;

	model->interface = build->interface;
	model->interfaces = build->interfaces;
	model->component = (const struct component *const *)build->component;
	model->components = build->components;
	model->instance = build->instance;
	model->instances = build->instances;
	model->connection = build->connection;
	model->connections = build->connections;
	model->schedule = build->schedule;
	model->schedules = build->schedules;
	model->labelled = value_get(build->system_value, "labels");
	model->asserted = assertions_gather(build);
	for (uint32_t i = 0; i < build->connections; i++) {
		const struct connection *connection = &build->connection[i];
		bool is_long = connection->interface->longest > MODEL_MESSAGE_REGISTERS;

		if (is_long) {
			build->instance[connection->client->index].long_messages = true;
			build->instance[connection->server->index].long_messages = true;
		}
	}
	for (uint32_t i = 0; i < build->instances; i++) {
		const struct component *component = build->instance[i].component;

		for (uint32_t k = 0; k < component->provided; k++)
			if (strcmp(component->provides[k].interface->name.text, "log") == 0 && logs++ == 0)
				model->log = &build->instance[i];
	}
	if (logs > 1)
		model->log = NULL;
	list_inputs(build);
}

static void read_phase(struct build *build)
{
	system_read(build);
	check_descriptions(build);
}

static void resolve_phase(struct build *build)
{
	uint32_t components = build->components, interfaces = build->interfaces;

	if (build->board != NULL)
		drivers_resolve(build); /* may read further components */
	for (; interfaces < build->interfaces; interfaces++)
		check_interface(build->interface[interfaces], build->report);
	for (; components < build->components; components++)
		check_component(build->component[components], build->report);
	for (uint32_t i = 0; i < build->instances; i++)
		build->incomplete = build->incomplete || build->draft[i].component == NULL;
	instances_resolve(build);
	supervision_resolve(build);
	ports_add_log(build);
	ports_add_bus(build);
	connections_resolve(build);
	bus_check(build);
	passes_resolve(build);
	schedules_resolve(build);
}

static void check_phase(struct build *build)
{
	capabilities_count(build);
	finish(build);
	check_clients(build->model, build->report);
	if (check_calls(build->model, build->report))
		check_priorities(build->model, build->instance, build->report);
	check_memory(build->model, build->report);
	check_room(build->model, build->report);
	if (report_errors(build->report) == 0)
		check_schedules(build->model, build->schedule, build->report);
	if (report_errors(build->report) == 0)
		check_assertions(build->model, build->report);
}

struct model *model_compose(const struct request *request, struct report *report)
{
	struct arena *arena = arena_create();
	struct build build = {.arena = arena, .report = report, .request = request};
	build.model = ARENA_NEW(arena, struct model);
	build.model->arena = arena;
	build.model->host = request->host;
	build.base =
	    source_base(arena, working_folder(arena), request->root, path_folder(arena, request->system));
	read_phase(&build);
	if (build.draft != NULL)
		resolve_phase(&build);
	if (report_errors(report) == 0)
		check_phase(&build);
	if (report_errors(report) == 0)
		return build.model;
	arena_destroy(arena);
	return NULL;
}

void model_destroy(struct model *model)
{
	if (model != NULL)
		arena_destroy(model->arena);
}
