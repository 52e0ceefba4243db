/* SPDX-License-Identifier: MIT
 * Devices of a flattened device tree (Devicetree Specification 0.4), through
 * libfdt: every node with `compatible` that is not disabled. Registers are
 * translated to physical addresses through `ranges` (2.3.8), interrupts decoded
 * as their controller's binding says.
 *
 * The tree comes from outside: what does not fit its own rules is left out of
 * the device, and the rule on resources says so where a driver needs it.
 */
#include "build.h"

#include <libfdt.h>
#include <string.h>

#define DEPTH_MAX 16
#define CELLS_MAX 3 /* of an address: PCI's; only 1 and 2 are translated */

/* A node on the way from the root, as its children see it. */
struct bus {
	const struct bus *parent;
	int node;
	const char *path;
	uint32_t address_cells, size_cells;
	uint32_t interrupt_parent; /* phandle, 0: none */
};

struct walk {
	struct build *build;
	struct board *board;
	const void *tree;
	uint32_t capacity;
};

/* ---- Cells ---- */

static const fdt32_t *cells_of(const void *tree, int node, const char *name, uint32_t *count)
{
	int length = 0;
	const fdt32_t *cells = fdt_getprop(tree, node, name, &length);

	*count = cells == NULL || length < 0 ? 0 : (uint32_t)length / 4;
	return cells;
}

static uint32_t cell_of(const void *tree, int node, const char *name, uint32_t fallback)
{
	uint32_t count;
	const fdt32_t *cell = cells_of(tree, node, name, &count);

	return count == 1 ? fdt32_to_cpu(*cell) : fallback;
}

/* A number of one or two cells; false for other widths. */
static bool number(const fdt32_t *cell, uint32_t cells, uint64_t *value)
{
	if (cells == 1)
		*value = fdt32_to_cpu(cell[0]);
	else if (cells == 2)
		*value = (uint64_t)fdt32_to_cpu(cell[0]) << 32 | fdt32_to_cpu(cell[1]);
	return cells == 1 || cells == 2;
}

/* ---- Registers ---- */

/* From an address on `bus` to one on its parent's bus. */
static bool translate_once(const void *tree, const struct bus *bus, uint64_t *address, uint64_t size)
{
	uint32_t child = bus->address_cells, parent = bus->parent->address_cells,
		 width = child + parent + bus->size_cells;
	uint32_t count;
	const fdt32_t *cell = cells_of(tree, bus->node, "ranges", &count);

	if (cell == NULL)
		return false;
	if (count == 0)
		return true; /* the same addresses */
	for (; count >= width; count -= width, cell += width) {
		uint64_t from, to, length;

		if (!number(cell, child, &from) || !number(cell + child, parent, &to) ||
		    !number(cell + child + parent, bus->size_cells, &length))
			return false;
		if (*address < from || *address - from > length || size > length - (*address - from))
			continue;
		*address = to + (*address - from);
		return true;
	}
	return false;
}

static bool translate(const void *tree, const struct bus *bus, uint64_t *address, uint64_t size)
{
	for (; bus->parent != NULL; bus = bus->parent)
		if (!translate_once(tree, bus, address, size))
			return false;
	return true;
}

static void take_registers(struct walk *walk, const struct bus *bus, int node, struct device *device)
{
	uint32_t count, width = bus->address_cells + bus->size_cells;
	const fdt32_t *cell = cells_of(walk->tree, node, "reg", &count);
	struct register_range *range;

	if (cell == NULL || bus->address_cells > CELLS_MAX || bus->size_cells == 0 || bus->size_cells > 2)
		return;
	range = ARENA_ARRAY(walk->build->arena, struct register_range, count / width);
	for (; count >= width; count -= width, cell += width) {
		uint64_t base, size;

		if (!number(cell, bus->address_cells, &base) ||
		    !number(cell + bus->address_cells, bus->size_cells, &size))
			return;
		if (size == 0 || !translate(walk->tree, bus, &base, size))
			return;
		range[device->ranges++] = (struct register_range){.base = base, .size = size};
	}
	device->range = range;
}

/* ---- PCI host bridges (PCI Bus Binding to IEEE 1275, 2.1.4.4 and 2.2.1.1) ---- */

#define SPACE_SHIFT  24u /* of the first cell of an address there */
#define SPACE_PORTS  1u
#define SPACE_MEMORY 2u
#define SPACE_64     3u
#define PREFETCHABLE 0x40000000u

static void take_bridge(struct walk *walk, const struct bus *bus, int node, struct device *device)
{
	const uint32_t size_cells = cell_of(walk->tree, node, "#size-cells", 1),
		       width = CELLS_MAX + bus->address_cells + size_cells;
	struct bridge_range *range;
	const fdt32_t *cell;
	uint32_t count;

	if (fdt_node_check_compatible(walk->tree, node, "pci-host-ecam-generic") != 0 ||
	    cell_of(walk->tree, node, "#address-cells", 2) != CELLS_MAX)
		return;
	cell = cells_of(walk->tree, node, "ranges", &count);
	range = ARENA_ARRAY(walk->build->arena, struct bridge_range, count / width);
	for (; cell != NULL && count >= width; count -= width, cell += width) {
		const uint32_t space = fdt32_to_cpu(cell[0]) >> SPACE_SHIFT & 3;
		struct bridge_range *next = &range[device->bridges];

		if (space == 0 || !number(cell + 1, 2, &next->bus) ||
		    !number(cell + CELLS_MAX, bus->address_cells, &next->base) ||
		    !number(cell + CELLS_MAX + bus->address_cells, size_cells, &next->size) ||
		    next->size == 0 || !translate(walk->tree, bus, &next->base, next->size))
			continue;
		next->prefetchable = (fdt32_to_cpu(cell[0]) & PREFETCHABLE) != 0;
		next->kind = space == SPACE_PORTS    ? BRIDGE_PORTS
			     : space == SPACE_MEMORY ? BRIDGE_MEMORY
						     : BRIDGE_MEMORY_64;
		device->bridges++;
	}
	device->bridge = range;
	device->iommu = fdt_getprop(walk->tree, node, "iommu-map", NULL) != NULL;
}

/* ---- Interrupts ---- */

/* Trigger cell of the GIC and APLIC bindings: 1 rising, 2 falling, 4 high, 8 low. */
static uint32_t trigger_flags(uint32_t trigger)
{
	return ((trigger & 3) != 0 ? INTERRUPT_EDGE : 0) | ((trigger & 10) != 0 ? INTERRUPT_LOW : 0);
}

/* False where the controller is none that the kernel drives. */
static bool decode(const void *tree, int controller, const fdt32_t *cell, uint32_t cells,
		   struct interrupt *interrupt)
{
	uint32_t first = fdt32_to_cpu(cell[0]);

	if (cells >= 3 && (fdt_node_check_compatible(tree, controller, "arm,gic-v3") == 0 ||
			   fdt_node_check_compatible(tree, controller, "arm,cortex-a15-gic") == 0 ||
			   fdt_node_check_compatible(tree, controller, "arm,gic-400") == 0)) {
		if (first > 1)
			return false;
		interrupt->number = fdt32_to_cpu(cell[1]) + (first == 0 ? 32 : 16); /* SPI, PPI */
		interrupt->flags = trigger_flags(fdt32_to_cpu(cell[2]));
		return interrupt->number < 1020;
	}
	interrupt->number = first;
	if (cells == 2 && fdt_node_check_compatible(tree, controller, "riscv,aplic") == 0) {
		interrupt->flags = trigger_flags(fdt32_to_cpu(cell[1]));
		return first != 0 && first < 1024;
	}
	interrupt->flags = 0;
	return cells == 1 && first != 0 && first < 1024 &&
	       (fdt_node_check_compatible(tree, controller, "riscv,plic0") == 0 ||
		fdt_node_check_compatible(tree, controller, "sifive,plic-1.0.0") == 0);
}

struct specifiers {
	const fdt32_t *cell;
	uint32_t count;
	bool extended; /* each begins with the phandle of its controller */
	uint32_t parent;
};

/* Takes the next one; false at the end or where it cannot be followed. */
static bool next_interrupt(const void *tree, struct specifiers *rest, struct interrupt *interrupt,
			   bool *usable)
{
	uint32_t phandle = rest->parent, cells;
	int controller;

	if (rest->count == 0)
		return false;
	if (rest->extended) {
		phandle = fdt32_to_cpu(*rest->cell);
		rest->cell++;
		rest->count--;
	}
	controller = phandle == 0 ? -1 : fdt_node_offset_by_phandle(tree, phandle);
	cells = controller < 0 ? 0 : cell_of(tree, controller, "#interrupt-cells", 0);
	if (cells == 0 || cells > rest->count)
		return false;
	*usable = decode(tree, controller, rest->cell, cells, interrupt);
	rest->cell += cells;
	rest->count -= cells;
	return true;
}

static void take_interrupts(struct walk *walk, uint32_t parent, int node, struct device *device)
{
	struct specifiers rest = {.extended = true};
	struct interrupt *interrupt, found;
	bool usable;

	rest.cell = cells_of(walk->tree, node, "interrupts-extended", &rest.count);
	if (rest.cell == NULL) {
		rest.extended = false;
		rest.parent = parent;
		rest.cell = cells_of(walk->tree, node, "interrupts", &rest.count);
	}
	if (rest.cell == NULL)
		return;
	interrupt = ARENA_ARRAY(walk->build->arena, struct interrupt, rest.count);
	while (next_interrupt(walk->tree, &rest, &found, &usable))
		if (usable)
			interrupt[device->interrupts++] = found;
	device->interrupt = interrupt;
}

/* ---- Nodes ---- */

static struct device *add_device(struct walk *walk)
{
	struct board *board = walk->board;

	if (board->devices == walk->capacity) {
		struct device *bigger =
		    ARENA_ARRAY(walk->build->arena, struct device, (size_t)walk->capacity * 2 + 64);

		if (board->devices != 0)
			memcpy(bigger, board->device, board->devices * sizeof(*bigger));
		board->device = bigger;
		walk->capacity = walk->capacity * 2 + 64;
	}
	return &board->device[board->devices++];
}

static void take_compatible(struct walk *walk, int node, struct device *device)
{
	int count = fdt_stringlist_count(walk->tree, node, "compatible");
	const char **text = ARENA_ARRAY(walk->build->arena, const char *, count < 0 ? 0 : (size_t)count);

	for (int i = 0; i < count; i++) {
		const char *entry = fdt_stringlist_get(walk->tree, node, "compatible", i, NULL);

		if (entry != NULL)
			text[device->compatibles++] = entry;
	}
	device->compatible = text;
}

static bool is_disabled(const void *tree, int node)
{
	int length = 0;
	const char *status = fdt_getprop(tree, node, "status", &length);

	return status != NULL && length > 0 && strncmp(status, "ok", 2) != 0;
}

static void take_node(struct walk *walk, const struct bus *bus, int node, const char *path,
		      uint32_t interrupt_parent)
{
	struct device *device;

	if (fdt_getprop(walk->tree, node, "compatible", NULL) == NULL)
		return;
	device = add_device(walk);
	device->path = path;
	take_compatible(walk, node, device);
	take_registers(walk, bus, node, device);
	take_bridge(walk, bus, node, device);
	take_interrupts(walk, interrupt_parent, node, device);
}

static void take_children(struct walk *walk, const struct bus *bus, int depth)
{
	int node;

	if (depth > DEPTH_MAX)
		return;
	fdt_for_each_subnode(node, walk->tree, bus->node)
	{
		const char *name = fdt_get_name(walk->tree, node, NULL);
		struct bus child = {.parent = bus, .node = node};

		if (name == NULL || is_disabled(walk->tree, node))
			continue;
		child.path = arena_format(walk->build->arena, "%s/%s", bus->path, name);
		child.address_cells = cell_of(walk->tree, node, "#address-cells", 2);
		child.size_cells = cell_of(walk->tree, node, "#size-cells", 1);
		child.interrupt_parent = cell_of(walk->tree, node, "interrupt-parent", bus->interrupt_parent);
		take_node(walk, bus, node, child.path, child.interrupt_parent);
		take_children(walk, &child, depth + 1);
	}
}

/* What /aliases lists (3.3); what is no text there is no name of a device. */
static void take_aliases(struct walk *walk)
{
	int node = fdt_path_offset(walk->tree, "/aliases"), property, length = 0;
	struct alias *alias;
	uint32_t room = 0;

	if (node < 0)
		return;
	fdt_for_each_property_offset(property, walk->tree, node) room++;
	alias = ARENA_ARRAY(walk->build->arena, struct alias, room);
	fdt_for_each_property_offset(property, walk->tree, node)
	{
		struct alias *next = &alias[walk->board->aliases];

		next->path = fdt_getprop_by_offset(walk->tree, property, &next->name, &length);
		if (next->path != NULL && length > 0 && next->path[length - 1] == '\0')
			walk->board->aliases++;
	}
	walk->board->alias = alias;
}

bool devicetree_read(struct build *build, struct board *board, const char *path)
{
	const struct source *source = build_source(build, path, build->report);
	struct bus root = {.path = ""};
	struct walk walk = {.build = build, .board = board};

	if (source == NULL)
		return false;
	if (source->length > INT32_MAX || fdt_check_full(source->text, source->length) != 0) {
		report_error(build->report, RULE_BAD_DEVICE_TREE, (struct place){0},
			     "\"%s\" is not a flattened device tree", path);
		return false;
	}
	walk.tree = build->tree = source->text;
	root.address_cells = cell_of(walk.tree, 0, "#address-cells", 2);
	root.size_cells = cell_of(walk.tree, 0, "#size-cells", 1);
	root.interrupt_parent = cell_of(walk.tree, 0, "interrupt-parent", 0);
	take_children(&walk, &root, 0);
	take_aliases(&walk);
	return true;
}

/* stdout-path: a path or an alias, perhaps with ":115200n8" behind it (3.6). */
static const char *stdout_path(struct build *build)
{
	int chosen = fdt_path_offset(build->tree, "/chosen"), length = 0;
	const char *text = chosen < 0 ? NULL : fdt_getprop(build->tree, chosen, "stdout-path", &length);

	if (text == NULL || length <= 1 || text[length - 1] != '\0')
		return "";
	return arena_text(build->arena, text, strcspn(text, ":"));
}

const char *devicetree_alias(struct build *build, const char *name)
{
	const char *path;

	if (build->tree == NULL)
		return name;
	if (strcmp(name, "stdout") == 0)
		name = stdout_path(build);
	path = name[0] == '/' ? NULL : fdt_get_alias(build->tree, name);
	return path == NULL ? name : path;
}
