/* SPDX-License-Identifier: MIT
 * The list of RAM.
 */
#include <string.h>

#include "support.h"

static struct tenon_boot_info info;

static void set(const struct ram *ram, unsigned count)
{
	memcpy(firmware_ram, ram, count * sizeof(*ram));
	firmware_rams = count;
}

static void expect(unsigned at, uint64_t base, uint64_t size, uint32_t kind, uint32_t node)
{
	assert_true(at < info.range_count);
	assert_int_equal(info.range[at].base, base);
	assert_int_equal(info.range[at].size, size);
	assert_int_equal(info.range[at].kind, kind);
	assert_int_equal(info.range[at].node, node);
}

static void sorts_and_merges(void **state)
{
	static const struct ram ram[] = {{0x8000, 0x2000, TENON_RANGE_FREE},
					 {0x1000, 0x1000, TENON_RANGE_FREE},
					 {0x2000, 0x1000, TENON_RANGE_FREE},
					 {0x3000, 0x1000, TENON_RANGE_KEPT},
					 {0x5000, 0, TENON_RANGE_FREE}};

	(void)state;
	set(ram, 5);
	memory_read();
	memory_write(&info);
	assert_int_equal(info.range_count, 3);
	expect(0, 0x1000, 0x2000, TENON_RANGE_FREE, 0);
	expect(1, 0x3000, 0x1000, TENON_RANGE_KEPT, 0);
	expect(2, 0x8000, 0x2000, TENON_RANGE_FREE, 0);
}

static void marks_parts(void **state)
{
	static const struct ram ram[] = {{0, 0x10000, TENON_RANGE_FREE},
					 {0x10000, 0x10000, TENON_RANGE_KEPT}};

	(void)state;
	set(ram, 2);
	memory_read();
	memory_mark(0x4000, 0x2000, TENON_RANGE_KERNEL);
	memory_mark(0, 0x1000, TENON_RANGE_KEPT);
	memory_mark(0xf000, 0x2000, TENON_RANGE_KERNEL); /* over a border */
	memory_write(&info);
	assert_int_equal(info.range_count, 6);
	expect(0, 0, 0x1000, TENON_RANGE_KEPT, 0);
	expect(1, 0x1000, 0x3000, TENON_RANGE_FREE, 0);
	expect(2, 0x4000, 0x2000, TENON_RANGE_KERNEL, 0);
	expect(3, 0x6000, 0x9000, TENON_RANGE_FREE, 0);
	expect(4, 0xf000, 0x2000, TENON_RANGE_KERNEL, 0);
	expect(5, 0x11000, 0xf000, TENON_RANGE_KEPT, 0);
}

static void refuses_ram_twice(void **state)
{
	static const struct ram ram[] = {{0x1000, 0x2000, TENON_RANGE_FREE},
					 {0x2000, 0x1000, TENON_RANGE_KEPT}};

	(void)state;
	set(ram, 2);
	assert_refused(memory_read(), "twice");
}

static void refuses_too_many(void **state)
{
	(void)state;
	firmware_rams = 2 * TENON_BOOT_RANGES + 1;
	for (unsigned i = 0; i < firmware_rams; i++)
		firmware_ram[i] = (struct ram){i * UINT64_C(0x2000), 0x1000, TENON_RANGE_FREE};
	assert_refused(memory_read(), "more than");
	firmware_rams--;
	memory_read();
	memory_write(&info);
	assert_int_equal(info.range_count, TENON_BOOT_RANGES);
	expect(TENON_BOOT_RANGES - 1, (TENON_BOOT_RANGES - 1) * UINT64_C(0x2000), 0x1000, TENON_RANGE_FREE,
	       0);
}

static void splits_at_nodes(void **state)
{
	static const struct ram ram[] = {{0, 0x10000, TENON_RANGE_FREE}};

	(void)state;
	set(ram, 1);
	memory_node(0, 0x4000, 0);
	memory_node(0x4000, 0x4000, 1);
	memory_node(0xc000, 0x100000, 2);
	memory_read();
	memory_write(&info);
	assert_int_equal(info.range_count, 4);
	expect(0, 0, 0x4000, TENON_RANGE_FREE, 0);
	expect(1, 0x4000, 0x4000, TENON_RANGE_FREE, 1);
	expect(2, 0x8000, 0x4000, TENON_RANGE_FREE, 0);
	expect(3, 0xc000, 0x4000, TENON_RANGE_FREE, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sorts_and_merges),  cmocka_unit_test(marks_parts),
	    cmocka_unit_test(refuses_ram_twice), cmocka_unit_test(refuses_too_many),
	    cmocka_unit_test(splits_at_nodes), /* last: nodes stay */
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
