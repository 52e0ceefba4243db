/* SPDX-License-Identifier: MIT
 * A board: what its file says, and its devices from there or from the device
 * tree.
 */
#include "build.h"

#include <string.h>

#define CONFIGURATION_SPACE (UINT64_C(256) << 20) /* of 256 buses; PCI Express Base 7.2.2 */
#define ISA_INTERRUPTS      16u                   /* edge-triggered where the board file says nothing else */

/* ---- Devices of the board file ---- */

static bool read_range(struct build *build, const struct value *value, bool ports,
		       struct register_range *range)
{
	uint64_t base = value->entry[0].value->number, size = value->entry[1].value->number;
	uint64_t limit = ports ? 65536 : UINT64_C(1) << 52;

	if (size == 0 || base > limit || size > limit - base) {
		complaint_allowed(report_error(build->report, RULE_OUT_OF_RANGE, value->place,
					       "[%s, %s] is no range of %s", value->entry[0].value->text,
					       value->entry[1].value->text, ports ? "ports" : "memory"),
				  "%s",
				  ports ? "ports 0 to 65535, at least one"
					: "addresses below 2^52, at least one byte");
		return false;
	}
	*range = (struct register_range){.ports = ports, .base = base, .size = size};
	return true;
}

static void read_ranges(struct build *build, const struct value *value, struct device *device)
{
	const struct value *registers = value_get(value, "registers"), *ports = value_get(value, "ports");
	struct register_range *range = ARENA_ARRAY(build->arena, struct register_range, 2);

	if (registers != NULL && registers->shape->kind == SHAPE_CHOICE)
		range[device->ranges++] =
		    (struct register_range){.firmware = true, .size = CONFIGURATION_SPACE};
	else if (registers != NULL && read_range(build, registers, false, &range[device->ranges]))
		device->ranges++;
	if (ports != NULL && read_range(build, ports, true, &range[device->ranges]))
		device->ranges++;
	device->range = range;
	if (registers == NULL && ports == NULL)
		report_error(build->report, RULE_DEVICE_RESOURCES, device->place,
			     "the device \"%s\" has neither \"registers\" nor \"ports\"", device->path);
}

static void read_interrupt(struct build *build, const struct value *value, struct device *device)
{
	static const uint32_t flags[] = {0, INTERRUPT_EDGE, INTERRUPT_LOW, INTERRUPT_EDGE | INTERRUPT_LOW};
	const struct value *number = value_get(value, "interrupt");
	bool isa = build->board->architecture == ARCHITECTURE_X86_64;
	struct interrupt *interrupt;

	if (number == NULL)
		return;
	interrupt = ARENA_NEW(build->arena, struct interrupt);
	interrupt->number = (uint32_t)number->number;
	interrupt->flags =
	    flags[value_number(value, "trigger", isa && number->number < ISA_INTERRUPTS ? 1 : 0)];
	device->interrupt = interrupt;
	device->interrupts = 1;
}

static void read_compatible(struct build *build, const struct value *value, struct device *device)
{
	bool list = value->shape->kind == SHAPE_LIST;
	uint32_t count = list ? value->entries : 1;
	const char **text = ARENA_ARRAY(build->arena, const char *, count);

	for (uint32_t i = 0; i < count; i++)
		text[i] = list ? value->entry[i].value->text : value->text;
	device->compatible = text;
	device->compatibles = count;
}

static bool stands_at(const struct device *device, uint32_t place)
{
	return place != DEVICE_ANYWHERE && (device->at == place || device->slot == place);
}

/* Lets nobody be told of two functions at one place, ports of the emulator's among them. */
static void check_places(struct build *build, const struct device *device, uint32_t count)
{
	const struct device *last = &device[count];

	for (uint32_t i = 0; i < count; i++) {
		if (!device[i].function || !last->function ||
		    (!stands_at(&device[i], last->at) && !stands_at(&device[i], last->slot)))
			continue;
		complaint_note(report_error(build->report, RULE_PCI_PLACE, last->place,
					    "\"%s\" stands where \"%s\" is", last->path, device[i].path),
			       device[i].place, "that one is here");
	}
}

/* The board's own, behind those of its device tree. */
static void read_devices(struct build *build, const struct value *devices, struct board *board)
{
	const uint32_t before = board->devices;
	struct device *all = ARENA_ARRAY(build->arena, struct device, before + devices->entries);

	if (before != 0)
		memcpy(all, board->device, before * sizeof(*all));
	board->device = all;
	for (uint32_t i = 0; i < devices->entries; i++) {
		struct device *device = &all[board->devices];
		const struct value *value = devices->entry[i].value;

		device->path = devices->entry[i].name.text;
		device->place = devices->entry[i].name.place;
		read_compatible(build, value_get(value, "compatible"), device);
		if (!pci_read_function(build, value, device)) {
			read_ranges(build, value, device);
			read_interrupt(build, value, device);
			pci_read_bridge(build, value, device);
		}
		check_places(build, all, board->devices++);
	}
}

/*
 * A component that is tested on the host: its driver says how many register ranges and interrupts it has, and the device has
 * as many as any driver may have, each like its first one.
 */
static void widen(struct build *build, struct device *device)
{
	struct register_range *range = ARENA_ARRAY(build->arena, struct register_range, MODEL_REGISTERS_MAX);
	struct interrupt *interrupt = ARENA_ARRAY(build->arena, struct interrupt, MODEL_INTERRUPTS_MAX);

	for (uint32_t i = 0; device->ranges != 0 && i < MODEL_REGISTERS_MAX; i++) {
		range[i] = device->range[0];
		range[i].base += i * range[i].size;
	}
	for (uint32_t i = 0; device->interrupts != 0 && i < MODEL_INTERRUPTS_MAX; i++) {
		interrupt[i] = device->interrupt[0];
		interrupt[i].number += i;
	}
	device->ranges = device->ranges != 0 ? MODEL_REGISTERS_MAX : 0;
	device->interrupts = device->interrupts != 0 ? MODEL_INTERRUPTS_MAX : 0;
	device->range = range;
	device->interrupt = interrupt;
}

/* Are all of them PCI functions, so that the others stand in a device tree? */
static bool are_functions(const struct value *devices)
{
	for (uint32_t i = 0; devices != NULL && i < devices->entries; i++) {
		const struct value *compatible = value_get(devices->entry[i].value, "compatible");

		if (compatible->shape->kind == SHAPE_LIST)
			compatible = compatible->entry[0].value;
		if (!pci_is_name(compatible->text))
			return false;
	}
	return true;
}

static void find_bridge(struct board *board)
{
	for (uint32_t i = 0; i < board->devices && board->bridge == NULL; i++)
		if (board->device[i].bridges != 0)
			board->bridge = &board->device[i];
}

/* ---- The board ---- */

static void read_emulator(struct build *build, const struct value *value, struct board *board)
{
	const struct value *devices = value_get(value, "devices");
	const char **device = ARENA_ARRAY(build->arena, const char *, devices == NULL ? 0 : devices->entries);

	board->emulator.program = value_text(value, "program", "");
	board->emulator.machine = value_text(value, "machine", "");
	board->emulator.cpu = value_text(value, "cpu", "");
	board->emulator.memory = value_number(value, "memory", board->memory_at_least);
	board->emulator.cpus = (uint32_t)value_number(value, "cpus", board->cpus);
	board->emulator.firmware = value_text(value, "firmware", "");
	for (uint32_t i = 0; devices != NULL && i < devices->entries; i++)
		device[i] = devices->entry[i].value->text;
	board->emulator.device = device;
	board->emulator.devices = devices == NULL ? 0 : devices->entries;
}

struct device *board_find(struct build *build, struct board *board, const char *name)
{
	const char *path = board->has_device_tree ? devicetree_alias(build, name) : name;

	for (uint32_t i = 0; i < board->devices; i++)
		if (strcmp(board->device[i].path, path) == 0)
			return &board->device[i];
	return NULL;
}

static void find_console(struct build *build, const struct value *value, struct board *board)
{
	const struct value *console = value_get(value, "console");
	struct nearest nearest;
	struct complaint *complaint;

	if (console == NULL) {
		if (board->has_device_tree && build->tree != NULL)
			board->console = board_find(build, board, "stdout");
		return;
	}
	board->console = board_find(build, board, console->text);
	if (board->console != NULL || (board->has_device_tree && build->tree == NULL))
		return;
	nearest = nearest_start(console->text);
	complaint = report_error(build->report, RULE_UNKNOWN_CONSOLE, console->place,
				 "the board \"%s\" has no device \"%s\"", board->name.text, console->text);
	for (uint32_t i = 0; i < board->devices; i++)
		nearest_try(&nearest, board->device[i].path);
	complaint_nearest(complaint, &nearest);
}

static struct board *resolve(struct build *build, const struct value *value, const struct source *source)
{
	static const enum architecture architecture[] = {ARCHITECTURE_X86_64, ARCHITECTURE_AARCH64,
							 ARCHITECTURE_RISCV64};
	struct board *board = ARENA_NEW(build->arena, struct board);
	const struct value *memory = value_get(value, "memory"), *devices = value_get(value, "devices");

	build->board = board;
	board->name = (struct name){value_text(value, "board", ""), value_key_place(value, "board")};
	board->source = source;
	board->folder = path_folder(build->arena, source->path);
	board->doc = value_text(value, "doc", "");
	board->architecture = architecture[value_number(value, "architecture", 0)];
	board->memory_at_least = value_number(memory, "at_least", 0);
	board->nodes = (uint32_t)value_number(memory, "nodes", 1);
	board->memory_place = value_get(memory, "at_least")->place;
	board->cpus = (uint32_t)value_number(value, "cpus", 1);
	read_emulator(build, value_get(value, "emulator"), board);
	board->has_device_tree = are_functions(devices);
	if (board->has_device_tree && build->request->dtb != NULL &&
	    !devicetree_read(build, board, build->request->dtb))
		return board;
	if (devices != NULL)
		read_devices(build, devices, board);
	for (uint32_t i = 0; build->request->host && i < board->devices; i++)
		widen(build, &board->device[i]);
	find_bridge(board);
	find_console(build, value, board);
	return board;
}

struct board *board_read(struct build *build, struct name name)
{
	const char *path = build_find(build, "platforms", name.text, "/board.yaml");
	const struct source *source;
	const struct value *value;
	struct nearest nearest = nearest_start(name.text);
	struct complaint *complaint;

	if (path == NULL) {
		complaint = report_error(build->report, RULE_UNKNOWN_BOARD, name.place,
					 "there is no board \"%s\"", name.text);
		build_nearest(build, "platforms", "/board.yaml", &nearest);
		complaint_nearest(complaint, &nearest);
		return NULL;
	}
	value = build_read(build, path, &shape_board, build->report, &source);
	if (value == NULL)
		return NULL;
	if (strcmp(value_text(value, "board", ""), name.text) != 0)
		report_error(build->report, RULE_WRONG_NAME, value_get(value, "board")->place,
			     "this is the board \"%s\", but it stands where \"%s\" is looked for",
			     value_text(value, "board", ""), name.text);
	return resolve(build, value, source);
}
