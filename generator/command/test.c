/* SPDX-License-Identifier: MIT
 * test: what a host test of a component is built from. The component is put
 * into a system of its own, which is written beside the rest: a server for all
 * that it uses, three clients of all that it provides, a supervisor where it
 * has a heartbeat, and a board with its device. That system is composed as any
 * other, so the component and its peers have the glue that they have on a board.
 *
 * With --board the component is one that the system, composed for that board,
 * describes in place.
 */
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../emit/emit.h"
#include "../emit/testing.h"
#include "../emit/text.h"
#include "../read/arena.h"
#include "../read/report.h"
#include "../read/value.h"
#include "flatten.h"

#define BOARD     "test_board"
#define TEST_WIRE 1024 /* a wire has four names of at most 63 letters */

static bool speaks_log(const struct port *port, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (strcmp(port[i].interface->name.text, "log") == 0)
			return true;
	}
	return false;
}

/* An array has two, or as many as it must or may. */
static uint32_t connections_of(const struct port *port)
{
	if (!port->many)
		return 1;
	return port->at_least > 2 ? port->at_least : port->at_most < 2 ? port->at_most : 2;
}

/* The port of the server that a connection leads to: one port takes one connection of an array. */
static void print_name(struct text *out, const struct port *port, uint32_t connection)
{
	text_add(out, "%s", port->name.text);
	if (port->many)
		text_add(out, "_%u", connection);
}

static void print_ports(struct text *out, const struct port *port, uint32_t count, const char *more)
{
	const char *comma = "";

	text_add(out, "{");
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t k = 0; k < connections_of(&port[i]); k++, comma = ", ") {
			text_add(out, "%s", comma);
			print_name(out, &port[i], k);
			text_add(out, ": %s", port[i].interface->name.text);
		}
	}
	text_add(out, "%s%s}", more[0] ? comma : "", more);
}

/* The least value of a parameter, the first choice, an empty text; of one that is unique another for each `number`. */
static void print_value(struct text *out, const struct parameter *parameter, uint32_t number)
{
	const uint32_t more = parameter->unique ? number : 0;

	if (parameter->kind == PARAMETER_STRING && parameter->unique)
		text_add(out, "\"/%u\"", more);
	else if (parameter->kind == PARAMETER_STRING)
		text_add(out, "\"\"");
	else if (parameter->kind == PARAMETER_CHOICE)
		text_add(out, "%s", parameter->choice[more % parameter->choices].text);
	else if (parameter->kind == PARAMETER_BOOL)
		text_add(out, more % 2 == 0 ? "false" : "true");
	else if (parameter->kind == PARAMETER_SIGNED)
		text_add(out, "%lld", (long long)(parameter->min + more));
	else
		text_add(out, "%llu%s", (unsigned long long)(parameter->min + more),
			 parameter->kind == PARAMETER_SIZE   ? " B"
			 : parameter->kind == PARAMETER_TIME ? " ns"
							     : "");
}

/* "{at: 1, name: x}" with a value for each parameter that has none by itself, or is to have several. */
static bool print_values(struct text *out, const char *before, const struct parameter *parameter,
			 uint32_t parameters, uint32_t number)
{
	bool any = false;

	for (uint32_t i = 0; i < parameters; i++) {
		if (parameter[i].has_default && !parameter[i].unique)
			continue;
		text_add(out, "%s%s: ", any ? ", " : before, parameter[i].name.text);
		print_value(out, &parameter[i], number);
		any = true;
	}
	return any;
}

static void print_parameters(struct text *out, const struct component *component)
{
	if (print_values(out, "{with: {", component->parameter, component->parameters, 0))
		text_add(out, "}}");
}

/* A list of paths that mean the same in another folder. */
static void print_paths(struct text *out, const char *key, const char *const *path, uint32_t count)
{
	text_add(out, "%s: [", key);
	for (uint32_t i = 0; i < count; i++) {
		char *whole = realpath(path[i], NULL);

		text_add(out, "%s\"%s\"", i ? ", " : "", whole ? whole : path[i]);
		free(whole);
	}
	text_add(out, "]");
}

/* The component as its instance describes it; where it runs is no matter of a test. */
static void print_in_place(struct text *out, struct arena *arena, const struct instance *instance)
{
	static const char *const left_out[] = {"sources",  "include",  "count", "cpu",
					       "counters", "priority", "log"};
	const struct component *component = instance->component;

	text_add(out, "{");
	print_paths(out, "sources", component->file, component->files);
	text_add(out, ", ");
	print_paths(out, "include", component->include, component->includes);
	for (uint32_t i = 0; i < instance->described->entries; i++) {
		const struct entry *entry = &instance->described->entry[i];
		bool is_left_out = entry->value == NULL;

		for (unsigned k = 0; k < sizeof left_out / sizeof left_out[0]; k++)
			is_left_out = is_left_out || strcmp(entry->name.text, left_out[k]) == 0;
		if (!is_left_out)
			text_add(out, ", %s: %s", entry->name.text, value_flat(arena, entry->value));
	}
	text_add(out, "}");
}

/* Of an array the pools of all connections but the first have half as many buffers: a component must ask for each how many. */
static void print_pools(struct text *out, const struct interface *interface)
{
	for (uint32_t i = 0; i < interface->pools; i++) {
		text_add(out, "%s%s: %u", i ? ", " : ", pools: {", interface->pool[i].name.text,
			 (interface->pool[i].count + 1) / 2);
	}
	text_add(out, "%s", interface->pools ? "}" : "");
}

/* "{wire: FROM -> TO, with: {…}}" */
static void print_wire(struct text *out, const char *wire, const struct port *port, uint32_t number)
{
	text_add(out, "\n  - {wire: %s", wire);
	if (print_values(out, ", with: {", port->parameter, port->parameters, number))
		text_add(out, "}");
	if (port->many && number > 0)
		print_pools(out, port->interface);
	text_add(out, "}");
}

static void print_wires(struct text *out, const struct component *component)
{
	const char *name = component->name.text;
	char wire[TEST_WIRE];

	if (component->used + component->provided)
		text_add(out, "\nconnect:");
	for (uint32_t i = 0; i < component->used; i++) {
		const struct port *port = &component->uses[i];

		for (uint32_t k = 0; k < connections_of(port); k++) {
			const int end = snprintf(wire, sizeof wire, "%s.%s -> " TEST_SERVER ".%s", name,
						 port->name.text, port->name.text);

			if (port->many)
				snprintf(wire + end, sizeof wire - (size_t)end, "_%u", k);
			print_wire(out, wire, port, k);
		}
	}
	for (uint32_t i = 0; i < component->provided; i++) {
		const struct port *port = &component->provides[i];

		for (uint32_t k = 0; k < TEST_CLIENTS; k++) {
			snprintf(wire, sizeof wire, TEST_CLIENT "_%u.%s -> %s.%s", k, port->name.text, name,
				 port->name.text);
			print_wire(out, wire, port, k);
		}
	}
}

static void print_system(struct text *out, struct arena *arena, const struct component *component,
			 const struct instance *instance)
{
	const char *name = component->name.text;
	const bool logs = !speaks_log(component->provides, component->provided) &&
			  !speaks_log(component->uses, component->used);

	text_add(out, "# Generated by tenon-gen test; do not edit.\nsystem: test\nboards: [" BOARD
		      "]\ncomponents:\n");
	text_add(out, "  %s: ", name);
	if (instance != NULL)
		print_in_place(out, arena, instance);
	else
		print_parameters(out, component);
	if (component->used || logs) {
		text_add(out, "\n  " TEST_SERVER ": {sources: [peer.c], provides: ");
		print_ports(out, component->uses, component->used, logs ? "log: log" : "");
		text_add(out, component->supervisor ? ", heartbeat: true}" : "}");
	}
	if (component->provided) {
		text_add(out, "\n  " TEST_CLIENT ": {count: %u, sources: [peer.c], uses: ", TEST_CLIENTS);
		print_ports(out, component->provides, component->provided, "");
		text_add(out, "}");
	}
	if (component->heartbeat)
		text_add(out, "\n  mock_supervisor: {role: supervisor, sources: [peer.c]}");
	print_wires(out, component);
	if (component->heartbeat)
		text_add(out, "\nsupervise:\n  %s: {restart: on_hang, within: 1 s}", name);
	if (component->supervisor && (component->used || logs))
		text_add(out, "\nsupervise:\n  " TEST_SERVER ": {restart: on_hang, within: 1 s}");
	text_add(out, "\n");
}

static void print_board(struct text *out, const struct component *component)
{
	text_add(out, "# Generated by tenon-gen test; do not edit.\nboard: " BOARD
		      "\ndoc: What a component is tested on.\n"
		      "architecture: x86_64\nmemory: {at_least: 1024 GiB}\ncpus: 1\n"
		      "emulator: {program: none, machine: none, cpu: none, firmware: ovmf}\ndevices:\n"
		      "  none_of_them: {compatible: \"tenon,none\", registers: [0x80000000, 0x1000]}\n");
	if (component->device.present)
		text_add(out, "  tested: {compatible: \"%s\", registers: [0x90000000, 0x10000]%s}\n",
			 component->device.compatible[0].text,
			 component->device.interrupts ? ", interrupt: 20" : "");
}

static bool write_system(struct arena *arena, const struct component *component,
			 const struct instance *instance, const char *folder)
{
	struct text out = {0};
	char board[4096];
	bool good;

	snprintf(board, sizeof board, "%s/platforms/" BOARD, folder);
	good = folder_make(folder) && folder_make(board);
	print_system(&out, arena, component, instance);
	good = good && text_write(&out, folder, "system.yaml", EMIT_WRITE);
	text_fini(&out);
	print_board(&out, component);
	good = good && text_write(&out, board, "board.yaml", EMIT_WRITE);
	text_fini(&out);
	text_add(&out, "/* Stands for the code of the peers. */\n");
	good = good && text_write(&out, folder, "peer.c", EMIT_WRITE);
	text_fini(&out);
	return good;
}

static bool write_test(struct arena *arena, const struct options *options, const char *name,
		       struct report *report)
{
	const struct request asked = {.system = path_join(arena, options->out, "system.yaml"),
				      .root = options->root,
				      .beside = path_folder(arena, options->system),
				      .host = true};
	struct model *model = model_compose(&asked, report);
	const bool good = model != NULL && emit_compose(model, &asked, options->out, EMIT_WRITE) &&
			  emit_test(model, name, options->out);

	model_destroy(model);
	return good;
}

/* One that the system describes in place; NULL: it has none of that name. */
static const struct instance *find_in_place(const struct model *model, const char *name)
{
	for (uint32_t i = 0; model != NULL && i < model->instances; i++) {
		if (strcmp(model->instance[i].name.text, name) == 0 && model->instance[i].component->in_place)
			return &model->instance[i];
	}
	return NULL;
}

static bool test_in_place(struct arena *arena, const struct options *options, struct report *report)
{
	const struct request asked = {.system = options->system,
				      .board = options->board,
				      .root = options->root,
				      .dtb = options->dtb,
				      .variant = options->variant,
				      .variants = options->variants};
	struct model *model = model_compose(&asked, report);
	const struct instance *instance = find_in_place(model, options->word[0]);
	const bool good = instance != NULL &&
			  write_system(model->arena, instance->component, instance, options->out) &&
			  write_test(arena, options, options->word[0], report);

	if (model != NULL && instance == NULL)
		fprintf(stderr, "tenon-gen: %s describes no \"%s\" in place\n", options->system,
			options->word[0]);
	model_destroy(model);
	return good;
}

static bool test_component(struct arena *arena, const struct options *options, struct report *report)
{
	const struct request asked = {.system = options->system, .root = options->root};
	const struct component *component = component_alone(arena, options->word[0], &asked, report);

	return component != NULL && write_system(arena, component, NULL, options->out) &&
	       write_test(arena, options, options->word[0], report);
}

int command_test(const struct options *options)
{
	struct arena *arena = arena_create();
	struct report *report = report_create();
	bool good = false;

	if (options->out == NULL)
		fputs("tenon-gen: --out DIR is missing\n", stderr);
	else
		good = options->board != NULL ? test_in_place(arena, options, report)
					      : test_component(arena, options, report);
	report_print(report, stderr);
	report_destroy(report);
	arena_destroy(arena);
	return options->out == NULL ? 2 : good ? 0 : 1;
}
