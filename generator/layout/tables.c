/* SPDX-License-Identifier: MIT
 * tables.c and payload.S: what is compiled into the kernel's image.
 */
#include "../read/names.h"
#include "place.h"

#include <inttypes.h>
#include <stdio.h>

#include <tenon/areas.h>
#include <tenon/tables.h>

static const char *const type_name[] = {
#define TYPE(name, text, doc) "TENON_TYPE_" #name,
#include <tenon/names.def>
};

static const char *where(const struct layout *layout, struct place place)
{
	return cite(layout->numbers, place);
}

/* "TENON_RIGHT_READ | TENON_RIGHT_WRITE" */
static void print_rights(struct text *out, uint8_t rights)
{
	static const char *const name[] = {"READ",    "WRITE", "EXECUTE", "INVOKE",
					   "RECEIVE", "GRANT", "MANAGE"};
	const char *separator = "";

	for (unsigned i = 0; i < sizeof name / sizeof name[0]; i++) {
		if (!(rights & 1u << i))
			continue;
		text_add(out, "%sTENON_RIGHT_%s", separator, name[i]);
		separator = " | ";
	}
}

static void print_regions(const struct layout *layout, struct text *out)
{
	static const char *const kind[] = {"TENON_REGION_ZERO", "TENON_REGION_COPY", "TENON_REGION_IMAGE",
					   "TENON_REGION_DEVICE"};

	text_add(out, "extern const uint8_t payload[]; /* payload.S */\n\nstatic const struct tenon_region "
		      "region[] = {\n");
	for (uint32_t i = 0; i < layout->regions; i++) {
		const struct region *region = &layout->region[i];

		text_add(out, "\t[%u] = {/* %s */\n\t\t.name = \"%s\", .kind = %s, .size = 0x%" PRIx64, i,
			 where(layout, region->place), region->name, kind[region->kind], region->size);
		if (region->kind == TENON_REGION_COPY || region->kind == TENON_REGION_IMAGE) {
			text_add(out, ",\n\t\t.image = payload + 0x%" PRIx64 ", .image_size = 0x%" PRIx64,
				 region->image, region->image_size);
		}
		if (region->paint)
			text_add(out, ", .paint = TENON_PAINT(%" PRIu64 ")", region->paint >> 20 & 0xfffff);
		if (region->kind == TENON_REGION_DEVICE)
			text_add(out, ",\n\t\t.physical = 0x%" PRIx64 ", .cache = TENON_CACHE_DEVICE",
				 region->physical);
		text_add(out, "},\n");
	}
	text_add(out, "};\n\n");
}

/* "disk", or "disk.device" of its I/O space. */
static const char *space_name(const struct layout *layout, uint32_t space)
{
	const char *name = space_holder(layout, space)->name.text;

	return space < layout->model->instances ? name : arena_format(layout->arena, "%s.device", name);
}

static void print_mappings(const struct layout *layout, struct text *out)
{
	text_add(out, "static const struct tenon_mapping mapping[] = {\n");
	for (uint32_t i = 0; i < layout->mappings; i++) {
		const struct mapping *mapping = &layout->mapping[i];

		text_add(out,
			 "\t[%u] = {/* %s in %s: %s */\n\t\t.space = %u, .region = %u, .address = 0x%" PRIx64
			 ", .size = 0x%" PRIx64 ",\n\t\t.rights = ",
			 i, layout->region[mapping->region].name, space_name(layout, mapping->space),
			 where(layout, mapping->place), mapping->space, mapping->region, mapping->address,
			 mapping->size);
		print_rights(out, mapping->rights);
		if (mapping->cache == TENON_CACHE_TAGGED)
			text_add(out, ", .cache = TENON_CACHE_TAGGED");
		text_add(out, "},\n");
	}
	text_add(out, "};\n\n");
}

static void print_spaces(const struct layout *layout, struct text *out)
{
	text_add(out, "static const struct tenon_space space[] = {\n");
	for (uint32_t i = 0; i < layout->model->instances; i++)
		text_add(out, "\t[%u] = {.name = \"%s\", .device_of = TENON_NONE}, /* %s */\n", i,
			 layout->model->instance[i].name.text,
			 where(layout, layout->model->instance[i].place));
	for (uint32_t i = layout->model->instances; i < layout->numbers->spaces; i++) {
		const struct instance *driver = space_holder(layout, i);

		text_add(out, "\t[%u] = {.name = \"%s\", .device_of = %u}, /* %s */\n", i,
			 space_name(layout, i), driver->index,
			 where(layout, driver->component->device.place));
	}
	text_add(out, "};\n\n");
}

static void print_slots(const struct layout *layout, struct text *out)
{
	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const struct numbered *own = &layout->numbers->instance[i];

		text_add(out, "static const struct tenon_slot slot_%s[] = {\n",
			 symbol(own->instance->name.text));
		for (uint32_t s = 0; s < own->slots; s++) {
			const struct slot *slot = &own->slot[s];

			text_add(
			    out,
			    "\t{/* %s: %s */\n\t\t.index = %u, .type = %s, .object = %u, .badge = 0x%" PRIx64
			    ",\n\t\t.rights = ",
			    slot->what, where(layout, slot->place), slot->index, type_name[slot->type],
			    slot->object, slot->badge);
			print_rights(out, slot->rights);
			text_add(out, "},\n");
		}
		text_add(out, "};\n\n");
	}
	text_add(out, "static const struct tenon_captable captable[] = {\n");
	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const struct numbered *own = &layout->numbers->instance[i];

		text_add(out,
			 "\t[%u] = {.name = \"%s\", .slots = %u, .used = %u, .slot = slot_%s}, /* %s */\n", i,
			 own->instance->name.text, own->table_size, own->slots,
			 symbol(own->instance->name.text), where(layout, own->instance->place));
	}
	text_add(out, "};\n\n");
}

/* Of the thread's own scheduling context, where the system says something of it. */
static void print_schedule(const struct layout *layout, const struct schedule *schedule, struct text *out)
{
	if (schedule == NULL)
		return;
	text_add(out, "\t\t");
	if (schedule->budget_ns != 0)
		text_add(out, ".budget_ns = %" PRIu64 ", .period_ns = %" PRIu64 ", ", schedule->budget_ns,
			 schedule->period_ns);
	if (schedule->time_sharing)
		text_add(out, ".band = TENON_BAND_TIME_SHARING, ");
	text_add(out, "/* %s */\n", where(layout, schedule->place));
}

static void print_threads(const struct layout *layout, struct text *out)
{
	const struct instance *supervisor = layout->model->supervisor;

	text_add(out, "static const struct tenon_thread thread[] = {\n");
	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const struct instance *instance = &layout->model->instance[i];
		const struct numbered *own = &layout->numbers->instance[i];

		text_add(
		    out,
		    "\t[%u] = {/* %s */\n\t\t.name = \"%s\", .space = %u, .table = %u, .entry = 0x%" PRIx64
		    ",\n\t\t.stack_top = 0x%" PRIx64 ", .buffer = 0x%" PRIx64
		    ", .priority = %u, .cpu = %u, .started = 1,%s\n",
		    i, where(layout, instance->place), instance->name.text, i, i,
		    layout->instance[i].elf.entry, (uint64_t)TENON_AREA_STACK,
		    own->has_buffer ? (uint64_t)TENON_AREA_BUFFER : 0, instance->priority, instance->cpu,
		    instance->counters ? " .counters = 1," : "");
		print_schedule(layout, instance->schedule, out);
		if (supervisor && supervisor != instance)
			text_add(out, "\t\t.fault_endpoint = %u, .fault_badge = 0x%x},\n",
				 numbers_of(layout->numbers, supervisor)->endpoint,
				 NUMBERS_FAULT_PORT << 16 | own->member);
		else
			text_add(out, "\t\t.fault_endpoint = TENON_NONE},\n");
	}
	text_add(out, "};\n\n");
}

/* Opens an array, if it has an entry: C has no empty ones. */
static bool open_array(struct text *out, const char *kind, uint32_t count)
{
	if (count != 0)
		text_add(out, "static const struct tenon_%s[] = {\n", kind);
	return count != 0;
}

/* Endpoints, reply objects and notifications: each belongs to the receive set of its instance. */
static void print_endpoints(const struct layout *layout, struct text *out)
{
	if (!open_array(out, "endpoint endpoint", layout->numbers->endpoints))
		return;
	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const struct numbered *own = &layout->numbers->instance[i];

		if (own->endpoint != NUMBERS_NONE)
			text_add(out, "\t[%u] = {.receive_set = %u}, /* %s */\n", own->endpoint, i,
				 own->instance->name.text);
	}
	text_add(out, "};\n\n");
}

static void print_replies(const struct layout *layout, struct text *out)
{
	if (!open_array(out, "reply reply", layout->numbers->replies))
		return;
	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const struct numbered *own = &layout->numbers->instance[i];

		for (uint32_t r = 0; r < own->replies; r++)
			text_add(out, "\t[%u] = {.receive_set = %u}, /* %s */\n", own->reply + r, i,
				 own->instance->name.text);
	}
	text_add(out, "};\n\n");
}

static void print_notifications(const struct layout *layout, struct text *out)
{
	if (!open_array(out, "notification notification", layout->numbers->notifications))
		return;
	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const struct numbered *own = &layout->numbers->instance[i];

		for (uint32_t n = 0; n < own->notifications; n++)
			text_add(out, "\t[%u] = {.receive_set = %u, .source = %u}, /* %s */\n",
				 own->notification + n, i, n, own->instance->name.text);
	}
	text_add(out, "};\n\n");
}

static void print_sets(const struct layout *layout, struct text *out)
{
	text_add(out, "static const struct tenon_receive_set receive_set[] = {\n");
	for (uint32_t i = 0; i < layout->model->instances; i++)
		text_add(out, "\t[%u] = {.thread = %u}, /* %s */\n", i, i,
			 layout->model->instance[i].name.text);
	text_add(out, "};\n\n");
	print_endpoints(layout, out);
	print_replies(layout, out);
	print_notifications(layout, out);
}

static void print_device(const struct layout *layout, const struct numbered *own, bool ports,
			 struct text *out)
{
	const struct device *device = own->instance->device;
	const struct device_class *class = &own->instance->component->device;
	uint32_t number = own->port_range;

	for (uint32_t i = 0; !ports && i < class->interrupts; i++)
		text_add(out,
			 "\t[%u] = {.number = %u, .flags = %u, .notification = %u, .bits = 0x%" PRIx64
			 "}, /* %s of %s: %s */\n",
			 own->interrupt + i, device->interrupt[i].number, device->interrupt[i].flags,
			 own->notification + i / 64, UINT64_C(1) << i % 64, device->path,
			 own->instance->name.text, where(layout, class->place));
	for (uint32_t i = 0; ports && i < class->registers; i++) {
		if (device->range[i].ports)
			text_add(out,
				 "\t[%u] = {.first = 0x%" PRIx64 ", .count = %" PRIu64
				 "}, /* %s of %s: %s */\n",
				 number++, device->range[i].base, device->range[i].size, device->path,
				 own->instance->name.text, where(layout, class->place));
	}
}

static void print_devices(const struct layout *layout, struct text *out)
{
	for (unsigned ports = 0; ports < 2; ports++) {
		if (!open_array(out, ports ? "ports port" : "interrupt interrupt",
				ports ? layout->numbers->port_ranges : layout->numbers->interrupts))
			continue;
		for (uint32_t i = 0; i < layout->model->instances; i++) {
			if (layout->model->instance[i].device)
				print_device(layout, &layout->numbers->instance[i], ports != 0, out);
		}
		text_add(out, "};\n\n");
	}
}

static void print_pool(const struct layout *layout, const struct numbered *own, struct text *out)
{
	static const char *const kind[] = {"", "RAM", "SLOW"};
	const struct instance *instance = own->instance;

	text_add(out, "\t[%u] = {.name = \"%s\", .bytes = 0x%" PRIx64, own->pool, instance->name.text,
		 instance->pool.size);
	if (instance->pool.node >= 0)
		text_add(out, ", .placed = 1, .node = %d", (int)instance->pool.node);
	if (instance->pool.kind != POOL_ANY)
		text_add(out, ", .kinds = TENON_KIND_BIT(TENON_MEMORY_%s)", kind[instance->pool.kind]);
	text_add(out, "}, /* %s */\n",
		 where(layout, instance->memory_place.file ? instance->memory_place : instance->place));
}

static void print_register_pools(const struct layout *layout, const struct numbered *own, struct text *out)
{
	const struct instance *instance = own->instance;
	uint32_t number = own->register_pool;

	for (uint32_t i = 0; own->register_pools && i < instance->component->device.registers; i++) {
		const struct register_range *range = &instance->device->range[i];
		const uint64_t inside = range->base % MODEL_PAGE;

		if (!range_is_pool(range))
			continue;
		text_add(out,
			 "\t[%u] = {.name = \"%s\", .bytes = 0x%" PRIx64 ", .physical = 0x%" PRIx64
			 ",\n\t\t.kinds = TENON_KIND_BIT(TENON_MEMORY_DEVICE)}, /* %s: %s */\n",
			 number++, instance->name.text, page_up(inside + range->size), range->base - inside,
			 instance->device->path, where(layout, instance->component->device.place));
	}
}

static void print_bridge_pools(const struct layout *layout, const struct numbered *own, struct text *out)
{
	const struct instance *instance = own->instance;
	uint32_t number = own->bridge_pool;

	for (uint32_t i = 0; instance == layout->model->bus && i < instance->device->bridges; i++) {
		const struct bridge_range *range = &instance->device->bridge[i];

		if (bridge_is_mapped(layout->model, range))
			text_add(out,
				 "\t[%u] = {.name = \"%s\", .bytes = 0x%" PRIx64 ", .physical = 0x%" PRIx64
				 ",\n\t\t.kinds = TENON_KIND_BIT(TENON_MEMORY_DEVICE)}, /* window %u of %s: "
				 "%s */\n",
				 number++, instance->name.text, range->size, range->base, i,
				 instance->device->path, where(layout, instance->component->device.place));
	}
}

/* Where a bus maps registers for drivers. */
static uint32_t print_windows(const struct layout *layout, struct text *out)
{
	uint32_t windows = 0;

	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const struct instance *instance = &layout->model->instance[i];
		const struct device_class *class = &instance->component->device;

		for (uint32_t r = 0; instance->device && r < class->registers; r++) {
			if (!instance->device->range[r].window)
				continue;
			if (windows == 0)
				text_add(out, "static const struct tenon_window window[] = {\n");
			text_add(out,
				 "\t[%u] = {.space = %u, .address = 0x%" PRIx64 ", .size = 0x%" PRIx64
				 "}, /* registers %u of %s in %s: %s */\n",
				 windows++, i, layout->numbers->instance[i].range_address[r],
				 instance->device->range[r].size, r, instance->device->path,
				 instance->name.text, where(layout, class->place));
		}
	}
	if (windows != 0)
		text_add(out, "};\n\n");
	return windows;
}

static void print_pools(const struct layout *layout, struct text *out)
{
	if (!open_array(out, "pool pool", layout->numbers->pools))
		return;
	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const struct numbered *own = &layout->numbers->instance[i];

		if (own->pool != NUMBERS_NONE)
			print_pool(layout, own, out);
		print_register_pools(layout, own, out);
		print_bridge_pools(layout, own, out);
	}
	text_add(out, "};\n\n");
}

static void print_array(struct text *out, const char *name, uint32_t count)
{
	if (count != 0)
		text_add(out, "\t.%s = %s,\n", name, name);
}

static void print_whole(const struct layout *layout, uint32_t windows, struct text *out)
{
	const struct numbers *numbers = layout->numbers;
	const uint32_t instances = layout->model->instances;

	text_add(out,
		 "const struct tenon_tables tenon_tables = {\n\t.system = \"%s\",\n\t.board = \"%s\",\n"
		 "\t.memory_at_least = %" PRIu64 ", /* %s */\n",
		 layout->model->system.text, layout->model->board->name.text,
		 layout->model->board->memory_at_least, where(layout, layout->model->board->memory_place));
	text_add(
	    out,
	    "\t.regions = %u,\n\t.mappings = %u,\n\t.spaces = %u,\n\t.captables = %u,\n\t.threads = %u,\n",
	    layout->regions, layout->mappings, numbers->spaces, instances, instances);
	text_add(out, "\t.receive_sets = %u,\n\t.endpoints = %u,\n\t.notifications = %u,\n\t.replies = %u,\n",
		 instances, numbers->endpoints, numbers->notifications, numbers->replies);
	text_add(out, "\t.interrupts = %u,\n\t.ports = %u,\n\t.pools = %u,\n\t.windows = %u,\n",
		 numbers->interrupts, numbers->port_ranges, numbers->pools, windows);
	text_add(out,
		 "\t.region = region,\n\t.mapping = mapping,\n\t.space = space,\n\t.captable = captable,\n"
		 "\t.thread = thread,\n\t.receive_set = receive_set,\n");
	print_array(out, "endpoint", numbers->endpoints);
	print_array(out, "notification", numbers->notifications);
	print_array(out, "reply", numbers->replies);
	print_array(out, "interrupt", numbers->interrupts);
	print_array(out, "port", numbers->port_ranges);
	print_array(out, "pool", numbers->pools);
	print_array(out, "window", windows);
	text_add(out, "};\n\n");
	text_add(out,
		 "/* What the loader asks of the machine. */\n"
		 "__attribute__((section(\".tenon.header\"), used)) const struct tenon_image_header "
		 "tenon_image_header = {\n"
		 "\t.magic = TENON_IMAGE_MAGIC,\n\t.memory_at_least = %" PRIu64 ",\n\t.board = \"%.47s\",\n"
		 "\t.system = \"%.47s\",\n};\n",
		 layout->model->board->memory_at_least, layout->model->board->name.text,
		 layout->model->system.text);
}

void tables_print(const struct layout *layout, struct text *out)
{
	text_add(out,
		 "/* Generated by tenon-gen layout; do not edit.\n * The capability tables of system %s (%s) "
		 "on board %s "
		 "(%s).\n */\n",
		 layout->model->system.text, where(layout, layout->model->system.place),
		 layout->model->board->name.text, where(layout, layout->model->board->name.place));
	text_add(out, "#include <tenon/boot.h>\n#include <tenon/tables.h>\n\n"
		      "extern const struct tenon_image_header tenon_image_header;\n");
	print_regions(layout, out);
	print_mappings(layout, out);
	print_spaces(layout, out);
	print_slots(layout, out);
	print_threads(layout, out);
	print_sets(layout, out);
	print_devices(layout, out);
	print_pools(layout, out);
	print_whole(layout, print_windows(layout, out), out);
}

void payload_print(const struct layout *layout, struct text *out)
{
	text_add(out, "/* Generated by tenon-gen layout; do not edit.\n * The segments of the instances, "
		      "each on pages of its "
		      "own. Where which one stands:\n");
	for (uint32_t i = 0; i < layout->regions; i++) {
		const struct region *region = &layout->region[i];

		if (region->kind == TENON_REGION_COPY || region->kind == TENON_REGION_IMAGE)
			text_add(out, " *   0x%08" PRIx64 " %8" PRIu64 " %s\n", region->image,
				 region->image_size, region->name);
	}
	/* The build compiles this file again only if its text changed: the hash stands for the bytes. */
	text_add(out, " * Hash of payload.bin: %016" PRIx64 "\n */\n",
		 hash_fnv1a64(HASH_FNV1A64_START, layout->payload.data, layout->payload.length));
	/* Without the note the loader would not guard the kernel's pages. */
	text_add(
	    out,
	    "#ifdef __aarch64__ /* no code in here that lacks landing pads */\n"
	    "\t.section .note.gnu.property, \"a\", %%note\n\t.balign 8\n\t.word 4, 16, 5\n\t.asciz \"GNU\"\n"
	    "\t.word 0xc0000000, 4, 3, 0\n#endif\n");
	text_add(out,
		 "\t.section .payload, \"a\"\n\t.balign %u\n\t.globl payload\npayload:\n"
		 "\t.incbin \"payload.bin\"\n\t.balign %u\n",
		 MODEL_PAGE, MODEL_PAGE);
	text_add(out, "\t.section .note.GNU-stack, \"\", %%progbits\n");
}
