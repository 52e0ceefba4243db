/* SPDX-License-Identifier: MIT
 * A component: ports with their interfaces, files, parameters, quotas. Reads
 * component.yaml, and an instance that describes its component in place.
 */
#include "build.h"

#include <string.h>

#define STACK_DEFAULT UINT64_C(8192)

static uint64_t whole_pages(uint64_t bytes)
{
	return (bytes + MODEL_PAGE - 1) / MODEL_PAGE * MODEL_PAGE;
}

/* ---- Parameters, ports ---- */

static const struct parameter *read_parameters(struct build *build, const struct value *parameters,
					       bool of_port, uint32_t *count)
{
	struct parameter *parameter;

	*count = parameters == NULL ? 0 : parameters->entries;
	parameter = ARENA_ARRAY(build->arena, struct parameter, *count);
	for (uint32_t i = 0; i < *count; i++) {
		parameter[i].name = parameters->entry[i].name;
		parameter[i].unique = of_port && value_number(parameters->entry[i].value, "unique", 0) == 1;
		(void)parameter_resolve(build, parameters->entry[i].value,
					&parameter[i]); /* a refusal is in the report */
	}
	return parameter;
}

/* `many` and its limits. */
static void read_many(struct build *build, const struct value *value, struct port *port)
{
	const struct value *least = value_get(value, "at_least"), *most = value_get(value, "at_most");
	const struct value *limit = least != NULL ? least : most;

	port->many = value_number(value, "many", 0) == 1;
	port->at_least = (uint32_t)value_number(value, "at_least", port->optional ? 0 : 1);
	port->at_most = (uint32_t)value_number(value, "at_most", MODEL_SERVERS_MAX);
	if (limit != NULL && !port->many)
		complaint_help(report_error(build->report, RULE_PORT_LIMITS, limit->place,
					    "only an array of ports has a number of connections"),
			       "add \"many: true\"");
	else if (port->at_least > port->at_most)
		report_error(build->report, RULE_PORT_LIMITS, limit->place,
			     "at least %u connections and at most %u: there is no such number",
			     port->at_least, port->at_most);
	else if (port->optional && port->at_least != 0)
		complaint_help(report_error(build->report, RULE_PORT_LIMITS, limit->place,
					    "an optional port with at least %u connections is not optional",
					    port->at_least),
			       "leave \"optional\" out, or \"at_least\"");
	port->optional = port->optional || (port->many && port->at_least == 0);
}

static bool read_port(struct build *build, const struct entry *entry, bool used, struct port *port)
{
	const struct value *value = entry->value, *name = value;

	if (value->shape->kind == SHAPE_OBJECT) {
		name = value_get(value, "interface");
		if (used) {
			port->optional = value_number(value, "optional", 0) == 1;
			read_many(build, value, port);
		}
	}
	port->name = entry->name;
	if (value->shape->kind == SHAPE_OBJECT)
		port->parameter = read_parameters(build, value_get(value, "with"), true, &port->parameters);
	port->interface = build_interface(build, (struct name){name->text, name->place});
	return port->interface != NULL;
}

/* One element more than there are ports: room for the implicit `log`. */
static const struct port *read_ports(struct build *build, const struct value *ports, bool used,
				     uint32_t *count)
{
	uint32_t entries = ports == NULL ? 0 : ports->entries;
	struct port *port = ARENA_ARRAY(build->arena, struct port, (size_t)entries + 1);

	for (uint32_t i = 0; i < entries; i++) {
		port[i].index = i;
		(void)read_port(build, &ports->entry[i], used, &port[i]); /* a refusal is in the report */
	}
	*count = entries;
	return port;
}

/* False where an interface was refused, here or where it was named before. */
static bool ports_are_known(const struct port *port, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (port[i].interface == NULL)
			return false;
	return true;
}

static void check_port_names(struct build *build, const struct component *component)
{
	for (uint32_t i = 0; i < component->used; i++)
		for (uint32_t k = 0; k < component->provided; k++)
			if (strcmp(component->uses[i].name.text, component->provides[k].name.text) == 0)
				complaint_note(
				    report_error(build->report, RULE_PORT_TWICE,
						 component->uses[i].name.place,
						 "the component \"%s\" uses and provides a port \"%s\"",
						 component->name.text, component->uses[i].name.text),
				    component->provides[k].name.place, "it is provided here");
}

/* ---- Files ---- */

struct paths {
	const char **path;
	uint32_t count;
};

static void add_path(struct build *build, struct paths *paths, const char *path)
{
	if (paths->count % 16 == 0) {
		const char **bigger = ARENA_ARRAY(build->arena, const char *, (size_t)paths->count + 16);

		if (paths->count != 0)
			memcpy(bigger, paths->path, paths->count * sizeof(*bigger));
		paths->path = bigger;
	}
	for (uint32_t i = 0; i < paths->count; i++)
		if (strcmp(paths->path[i], path) == 0)
			return;
	paths->path[paths->count++] = path;
}

/* The folder's own name is no pattern. */
static const char *escape(struct build *build, const char *folder)
{
	char *text = arena_take(build->arena, 2 * strlen(folder) + 1, 1), *to = text;

	for (; *folder != '\0'; folder++) {
		if (strchr("*?[\\", *folder) != NULL)
			*to++ = '\\';
		*to++ = *folder;
	}
	return text;
}

static void expand(struct build *build, const struct component *component, const struct value *pattern,
		   struct paths *paths)
{
	const char *whole = path_join(build->arena, escape(build, component->folder), pattern->text);
	const char **found = disk_match(build->arena, whole);

	if (*found == NULL) {
		complaint_help(report_error(build->report, RULE_NO_SOURCES, pattern->place,
					    "no file of the component \"%s\" fits \"%s\"",
					    component->name.text, pattern->text),
			       "files are looked for in %s", component->folder);
	}
	for (; *found != NULL; found++)
		add_path(build, paths, *found);
}

static void read_files(struct build *build, const struct value *value, struct component *component)
{
	const struct value *sources = value_get(value, "sources"), *include = value_get(value, "include");
	struct paths files = {0}, folders = {0};

	for (uint32_t i = 0; sources != NULL && i < sources->entries; i++)
		expand(build, component, sources->entry[i].value, &files);
	for (uint32_t i = 0; include != NULL && i < include->entries; i++) {
		const struct value *name = include->entry[i].value;
		const char *path = path_join(build->arena, component->folder, name->text);

		if (!path_exists(path))
			report_error(build->report, RULE_MISSING_FOLDER, name->place,
				     "the component \"%s\" has no folder \"%s\"", component->name.text,
				     name->text);
		add_path(build, &folders, path);
	}
	component->file = files.path;
	component->files = files.count;
	component->include = folders.path;
	component->includes = folders.count;
}

static const char *const *read_texts(struct build *build, const struct value *list, uint32_t *count)
{
	uint32_t entries = list == NULL ? 0 : list->entries;
	const char **text = ARENA_ARRAY(build->arena, const char *, entries);

	for (uint32_t i = 0; i < entries; i++)
		text[i] = list->entry[i].value->text;
	*count = entries;
	return text;
}

/* Names of a list, each once. */
static const struct name *read_names(struct build *build, const struct value *list, const char *what,
				     uint32_t *count)
{
	uint32_t entries = list == NULL ? 0 : list->entries;
	struct name *name = ARENA_ARRAY(build->arena, struct name, entries);
	struct names seen = {0};

	for (uint32_t i = 0; i < entries; i++) {
		struct name *first;

		name[i] = (struct name){list->entry[i].value->text, list->entry[i].value->place};
		first = names_put(&seen, build->arena, name[i].text, &name[i]);
		if (first != NULL)
			complaint_note(report_error(build->report, RULE_SECOND_DEFINITION, name[i].place,
						    "the %s \"%s\" stands here a second time", what,
						    name[i].text),
				       first->place, "the first one is here");
	}
	*count = entries;
	return name;
}

/* ---- Device, memory, parameters ---- */

/* A number, or the room that each range of a function is given. */
static void read_registers(const struct value *registers, struct device_class *class)
{
	class->registers = 1;
	if (registers == NULL)
		return;
	if (registers->shape->kind != SHAPE_LIST) {
		class->registers = (uint32_t)registers->number;
		return;
	}
	class->registers = registers->entries;
	for (uint32_t i = 0; i < registers->entries; i++)
		class->window[i] = registers->entry[i].value->number;
}

static void check_names(struct build *build, const struct component *component)
{
	for (uint32_t i = 0; i < component->device.compatibles; i++) {
		const struct name *compatible = &component->device.compatible[i];
		struct pci_name name;

		if (pci_is_name(compatible->text))
			(void)pci_name_read(build, compatible->text, compatible->place,
					    &name); /* a refusal is in the report */
	}
}

static void read_device(struct build *build, const struct value *device, struct component *component)
{
	if (device == NULL || device->shape->kind != SHAPE_OBJECT)
		return; /* an instance's choice of a device */
	component->device.present = true;
	component->device.place = value_key_place(device, "compatible");
	component->device.compatible = read_names(build, value_get(device, "compatible"), "`compatible`",
						  &component->device.compatibles);
	read_registers(value_get(device, "registers"), &component->device);
	check_names(build, component);
	component->device.interrupts = (uint32_t)value_number(device, "interrupts", 0);
	component->device.no_dma = value_number(device, "dma", 0) != 0;
}

static const struct value *pool_size(const struct value *pool)
{
	return pool->shape->kind == SHAPE_OBJECT ? value_get(pool, "size") : pool;
}

struct pool memory_pool(const struct value *memory, struct pool fallback)
{
	const struct value *pool = value_get(memory, "pool");
	struct pool result = {.node = -1};

	if (pool == NULL)
		return fallback;
	result.size = whole_pages(pool_size(pool)->number);
	if (pool->shape->kind == SHAPE_OBJECT) {
		if (value_get(pool, "node") != NULL)
			result.node = (int32_t)value_number(pool, "node", 0);
		if (value_get(pool, "kind") != NULL)
			result.kind = value_number(pool, "kind", 0) == 0 ? POOL_RAM : POOL_SLOW;
	}
	return result;
}

static void check_pool(struct build *build, const struct value *pool, const char *name)
{
	const struct value *size = pool_size(pool), *node = NULL;

	if (pool->shape->kind == SHAPE_OBJECT)
		node = value_get(pool, "node");
	if (size->number != 0 && size->number < MODEL_POOL_MIN)
		complaint_allowed(report_error(build->report, RULE_POOL_TOO_SMALL, size->place,
					       "a pool of %s is too small for \"%s\"", size->text, name),
				  "0 B, or 64 KiB and more");
	if (node != NULL && build->board != NULL && node->number >= build->board->nodes)
		complaint_allowed(report_error(build->report, RULE_NODE_MISSING, node->place,
					       "the board \"%s\" has no NUMA node %s",
					       build->board->name.text, node->text),
				  build->board->nodes == 1 ? "0" : "0 to %u", build->board->nodes - 1);
}

static void read_memory(const struct value *memory, struct component *component)
{
	component->stack = STACK_DEFAULT;
	component->pool.node = -1;
	component->capabilities = -1;
	if (memory == NULL)
		return;
	component->stack = whole_pages(value_number(memory, "stack", STACK_DEFAULT));
	if (value_get(memory, "stack") != NULL)
		component->stack_place = value_get(memory, "stack")->place;
	component->heap = whole_pages(value_number(memory, "heap", 0));
	component->tagged = value_number(memory, "tagged", 0) == 1;
	component->dma = whole_pages(value_number(memory, "dma", 0));
	component->dma_place = value_key_place(memory, "dma");
	component->pool = memory_pool(memory, component->pool);
	if (value_get(memory, "capabilities") != NULL) {
		component->capabilities = (int32_t)value_number(memory, "capabilities", 0);
		component->capabilities_place = value_key_place(memory, "capabilities");
	}
}

void memory_check(struct build *build, const struct value *memory, const char *name)
{
	const struct value *stack = memory == NULL ? NULL : value_get(memory, "stack");
	const struct value *pool = memory == NULL ? NULL : value_get(memory, "pool");

	if (stack != NULL && stack->number < MODEL_PAGE)
		complaint_allowed(report_error(build->report, RULE_STACK_TOO_SMALL, stack->place,
					       "a stack of %s is too small for \"%s\"", stack->text, name),
				  "4 KiB and more");
	if (pool != NULL)
		check_pool(build, pool, name);
}

static void check_timeouts(struct build *build, const struct component *component)
{
	if (component->timeouts > MODEL_TIMEOUTS_MAX)
		complaint_allowed(report_error(build->report, RULE_TOO_MANY_TIMEOUTS,
					       component->timeout[MODEL_TIMEOUTS_MAX].place,
					       "the component \"%s\" has %u time-outs", component->name.text,
					       component->timeouts),
				  "%u", MODEL_TIMEOUTS_MAX);
}

static void read_properties(struct build *build, const struct value *value, struct component *component)
{
	const struct value *priority = value_get(value, "priority");

	component->doc = value_text(value, "doc", "");
	component->initial = component->in_place ? NULL : value_get(value, "files");
	component->libc = value_number(value, "libc", 0) == 1 ? LIBC_MUSL : LIBC_NONE;
	component->own_build = value_number(value, "build", 0) == 1;
	component->heartbeat = value_number(value, "heartbeat", 0) == 1;
	component->supervisor = value_number(value, "role", 0) == 1;
	component->bus = value_number(value, "role", 0) == 2;
	component->role_place = value_key_place(value, "role");
	component->needs =
	    (uint32_t)value_number(value, "needs", 0); /* the bits of NEEDS_… in the order of the choices */
	component->wcet_ns = value_number(value, "wcet", 0);
	component->priority = -1;
	if (priority != NULL && !component->in_place) {
		component->priority = (int32_t)priority->number;
		component->priority_place = priority->place;
	}
	component->library = read_texts(build, value_get(value, "libraries"), &component->libraries);
	component->timeout =
	    read_names(build, value_get(value, "timeouts"), "time-out", &component->timeouts);
	check_timeouts(build, component);
}

static void keep(struct build *build, struct component *component)
{
	if (build->components % 64 == 0) {
		struct component **bigger =
		    ARENA_ARRAY(build->arena, struct component *, (size_t)build->components + 64);

		if (build->components != 0)
			memcpy(bigger, build->component, build->components * sizeof(*bigger));
		build->component = bigger;
	}
	component->index = build->components;
	build->component[build->components++] = component;
}

struct component *component_face(struct build *build, const struct value *value, struct name name,
				 const struct source *source)
{
	struct component *face = ARENA_NEW(build->arena, struct component);
	uint32_t before = report_errors(build->report);

	face->name = name;
	face->source = source;
	face->folder = path_folder(build->arena, source->path);
	face->doc = value_text(value, "doc", "");
	face->provides = read_ports(build, value_get(value, "provides"), false, &face->provided);
	face->uses = read_ports(build, value_get(value, "uses"), true, &face->used);
	check_port_names(build, face);
	face->parameter = read_parameters(build, value_get(value, "parameters"), false, &face->parameters);
	return report_errors(build->report) == before && ports_are_known(face->provides, face->provided) &&
		       ports_are_known(face->uses, face->used)
		   ? face
		   : NULL;
}

struct component *component_read(struct build *build, const struct value *value, struct name name,
				 const struct source *source)
{
	struct component *component = ARENA_NEW(build->arena, struct component);
	uint32_t before = report_errors(build->report);

	component->name = name;
	component->source = source;
	component->folder = path_folder(build->arena, source->path);
	component->in_place = value->shape != &shape_component;
	component->provides = read_ports(build, value_get(value, "provides"), false, &component->provided);
	component->uses = read_ports(build, value_get(value, "uses"), true, &component->used);
	check_port_names(build, component);
	read_files(build, value, component);
	passes_read(build, value_get(value, "passes"), value_get(value, "reads"), component);
	read_device(build, value_get(value, "device"), component);
	read_memory(value_get(value, "memory"), component);
	memory_check(build, value_get(value, "memory"), component->name.text);
	component->parameter =
	    read_parameters(build, value_get(value, "parameters"), false, &component->parameters);
	read_properties(build, value, component);
	if (report_errors(build->report) != before ||
	    !ports_are_known(component->provides, component->provided) ||
	    !ports_are_known(component->uses, component->used))
		return NULL;
	keep(build, component);
	return component;
}
