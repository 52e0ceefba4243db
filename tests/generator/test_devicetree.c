/* SPDX-License-Identifier: MIT
 * Device trees, made here with libfdt: addresses through `ranges`, interrupts
 * of each controller, what is left out.
 */
#include "support.h"

#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TREE_BYTES 8192
#define SYSTEM     "system: tried\nboards: [tree_box]\ncomponents:\n"
#define CONTROLLER 7

static void cells(void *tree, const char *name, const uint32_t *cell, int count)
{
	fdt32_t big[16];

	for (int i = 0; i < count; i++)
		big[i] = cpu_to_fdt32(cell[i]);
	assert_int_equal(fdt_property(tree, name, big, count * 4), 0);
}
#define CELLS(tree, name, ...)                                                                               \
	do {                                                                                                 \
		const uint32_t list[] = {__VA_ARGS__};                                                       \
		cells(tree, name, list, (int)(sizeof(list) / sizeof(list[0])));                              \
	} while (0)

static void begin(void *tree, const char *console)
{
	assert_int_equal(fdt_create(tree, TREE_BYTES), 0);
	assert_int_equal(fdt_finish_reservemap(tree), 0);
	assert_int_equal(fdt_begin_node(tree, ""), 0);
	CELLS(tree, "#address-cells", 2);
	CELLS(tree, "#size-cells", 2);
	CELLS(tree, "interrupt-parent", CONTROLLER);
	assert_int_equal(fdt_begin_node(tree, "chosen"), 0);
	assert_int_equal(fdt_property_string(tree, "stdout-path", console), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_begin_node(tree, "aliases"), 0);
	assert_int_equal(fdt_property_string(tree, "serial0", "/soc/uart@100"), 0);
	assert_int_equal(fdt_end_node(tree), 0);
}

static void controller(void *tree, const char *compatible, uint32_t width)
{
	assert_int_equal(fdt_begin_node(tree, "controller"), 0);
	assert_int_equal(fdt_property_string(tree, "compatible", compatible), 0);
	CELLS(tree, "phandle", CONTROLLER);
	CELLS(tree, "#interrupt-cells", width);
	assert_int_equal(fdt_end_node(tree), 0);
}

/* A bus at 0x4_0000_0000 with a serial port at 0x100 on it. */
static void bus(void *tree, const uint32_t *interrupt, int count, const char *status)
{
	assert_int_equal(fdt_begin_node(tree, "soc"), 0);
	CELLS(tree, "#address-cells", 1);
	CELLS(tree, "#size-cells", 1);
	CELLS(tree, "ranges", 0, 4, 0, 0x10000);
	assert_int_equal(fdt_begin_node(tree, "uart@100"), 0);
	assert_int_equal(fdt_property(tree, "compatible", "maker,uart\0box,uart", 20), 0);
	CELLS(tree, "reg", 0x100, 0x40);
	cells(tree, "interrupts", interrupt, count);
	if (status != NULL)
		assert_int_equal(fdt_property_string(tree, "status", status), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_end_node(tree), 0);
}

static struct composed finish(void *tree, const char *system)
{
	char path[TEMPORARY_PATH];
	struct composed composed;

	temporary_path(path, "tenon-tree");
	int file = mkstemp(path);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_finish(tree), 0);
	assert_true(file >= 0);
	assert_int_equal(write(file, tree, fdt_totalsize(tree)), (int)fdt_totalsize(tree));
	assert_int_equal(close(file), 0);
	composed = compose_text(system, path);
	assert_int_equal(unlink(path), 0);
	return composed;
}

static struct composed one_uart(const char *console, const char *compatible, const uint32_t *interrupt,
				int count, const char *status)
{
	static uint32_t tree[TREE_BYTES / 4];

	begin(tree, console);
	controller(tree, compatible, (uint32_t)count);
	bus(tree, interrupt, count, status);
	return finish(tree, SYSTEM "  serial: {driver: serial, device: stdout}\n");
}

static void expect(struct composed it, uint32_t number, uint32_t flags)
{
	const struct device *device;

	assert_composed(&it);
	device = instance_named(it.model, "serial")->device;
	assert_string_equal(device->path, "/soc/uart@100");
	assert_int_equal(device->ranges, 1);
	assert_true(device->range[0].base == UINT64_C(0x400000100));
	assert_true(device->range[0].size == 0x40);
	assert_int_equal(device->interrupts, 1);
	assert_int_equal(device->interrupt[0].number, number);
	assert_int_equal(device->interrupt[0].flags, flags);
	composed_destroy(&it);
}

static void refused(struct composed it, const char *message)
{
	char *text = report_text(it.report);

	assert_null(it.model);
	if (strstr(text, message) == NULL)
		print_error("%s", text);
	assert_non_null(strstr(text, message));
	free(text);
	composed_destroy(&it);
}

static void gic(void **state)
{
	(void)state;
	expect(one_uart("/soc/uart@100", "arm,gic-v3", (const uint32_t[]){0, 1, 4}, 3, NULL), 33, 0);
	expect(one_uart("/soc/uart@100:115200n8", "arm,gic-v3", (const uint32_t[]){0, 5, 1}, 3, "okay"), 37,
	       INTERRUPT_EDGE);
	expect(one_uart("serial0", "arm,gic-400", (const uint32_t[]){1, 14, 8}, 3, NULL), 30, INTERRUPT_LOW);
}

/* A sentence names a device by an alias of the tree, too. */
static void alias(void **state)
{
	static uint32_t tree[TREE_BYTES / 4];
	static const char *const name[] = {"serial0", "stdout", "/soc/uart@100", "uart@100"};
	char system[256];
	struct composed it;

	(void)state;
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		(void)snprintf(system, sizeof(system),
			       SYSTEM "  serial: {driver: serial, device: stdout}\n"
				      "assert: [only serial may hold device %s]\n",
			       name[i]);
		begin(tree, "/soc/uart@100");
		controller(tree, "riscv,aplic", 2);
		bus(tree, (const uint32_t[]){10, 4}, 2, NULL);
		it = finish(tree, system);
		assert_composed(&it);
		composed_destroy(&it);
	}
	begin(tree, "/soc/uart@100");
	controller(tree, "riscv,aplic", 2);
	bus(tree, (const uint32_t[]){10, 4}, 2, NULL);
	refused(finish(tree, SYSTEM "  serial: {driver: serial, device: stdout}\n"
				    "assert: [only serial may hold device serial1]\n"),
		"did you mean \"serial0\"?");
	begin(tree, "/soc/uart@100");
	controller(tree, "riscv,aplic", 2);
	bus(tree, (const uint32_t[]){10, 4}, 2, NULL);
	refused(finish(tree, SYSTEM "  serial: {driver: serial, device: stdout}\n"
				    "assert: [serial does not hold device serial0]\n"),
		"\"serial\" holds device serial0");
}

static void aplic(void **state)
{
	(void)state;
	expect(one_uart("serial0", "riscv,aplic", (const uint32_t[]){10, 4}, 2, NULL), 10, 0);
	expect(one_uart("serial0:9600", "riscv,aplic", (const uint32_t[]){11, 2}, 2, NULL), 11,
	       INTERRUPT_EDGE | INTERRUPT_LOW);
}

static void plic(void **state)
{
	(void)state;
	expect(one_uart("serial0", "sifive,plic-1.0.0", (const uint32_t[]){10}, 1, NULL), 10, 0);
}

/* A disabled device is none; an interrupt of an unknown controller cannot be used. */
static void left_out(void **state)
{
	(void)state;
	refused(one_uart("serial0", "arm,gic-v3", (const uint32_t[]){0, 1, 4}, 3, "disabled"),
		"has no console");
	refused(one_uart("serial0", "maker,controller", (const uint32_t[]){1, 4}, 2, NULL),
		"has 0 interrupts");
	refused(one_uart("serial0", "arm,gic-v3", (const uint32_t[]){2, 1, 4}, 3, NULL), "has 0 interrupts");
	refused(one_uart("serial0", "riscv,aplic", (const uint32_t[]){0, 4}, 2, NULL), "has 0 interrupts");
}

static void outside_of_ranges(void **state)
{
	static uint32_t tree[TREE_BYTES / 4];

	(void)state;
	begin(tree, "/soc/uart@fff0");
	controller(tree, "arm,gic-v3", 3);
	assert_int_equal(fdt_begin_node(tree, "soc"), 0);
	CELLS(tree, "#address-cells", 1);
	CELLS(tree, "#size-cells", 1);
	CELLS(tree, "ranges", 0, 4, 0, 0x10000);
	assert_int_equal(fdt_begin_node(tree, "uart@fff0"), 0);
	assert_int_equal(fdt_property_string(tree, "compatible", "box,uart"), 0);
	CELLS(tree, "reg", 0xfff0, 0x20);
	CELLS(tree, "interrupts", 0, 1, 4);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	refused(finish(tree, SYSTEM "  serial: {driver: serial, device: stdout}\n"), "has 0 register ranges");
}

/* Any damage is refused or read, without a fault. */
static void damaged(void **state)
{
	static uint32_t tree[TREE_BYTES / 4];
	static unsigned char damaged_tree[TREE_BYTES];
	const uint32_t interrupt[] = {0, 1, 4};
	uint32_t seed = 99;

	(void)state;
	begin(tree, "serial0");
	controller(tree, "arm,gic-v3", 3);
	bus(tree, interrupt, 3, NULL);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_finish(tree), 0);
	for (int round = 0; round < 400; round++) {
		char path[TEMPORARY_PATH];
		size_t size = fdt_totalsize(tree);
		struct composed it;

		temporary_path(path, "tenon-tree");
		int file = mkstemp(path);
		memcpy(damaged_tree, tree, size);
		for (int k = 0; k < 2; k++) {
			seed = seed * 1664525u + 1013904223u;
			damaged_tree[(seed >> 8) % size] = (unsigned char)(seed >> 24);
		}
		assert_int_equal(write(file, damaged_tree, size), (int)size);
		assert_int_equal(close(file), 0);
		it = compose_text(SYSTEM "  serial: {driver: serial, device: stdout}\n", path);
		assert_int_equal(it.model == NULL, report_errors(it.report) != 0);
		assert_int_equal(unlink(path), 0);
		composed_destroy(&it);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gic),     cmocka_unit_test(alias),    cmocka_unit_test(aplic),
	    cmocka_unit_test(plic),    cmocka_unit_test(left_out), cmocka_unit_test(outside_of_ranges),
	    cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
