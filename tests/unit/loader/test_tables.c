/* SPDX-License-Identifier: MIT
 * The page tables, walked again by the test in the words of the Intel manual: who may write and execute what.
 */
#include <stdlib.h>
#include <string.h>

#include "support.h"

#define BASE       TENON_KERNEL_BASE
#define PRESENT    1u
#define WRITABLE   2u
#define LARGE      0x80u
#define NO_EXECUTE (UINT64_C(1) << 63)
#define PHYSICAL   (100 * MIB)
#define HANDOVER   UINT64_C(0x5000000)
#define LOW_PAGE   UINT64_C(0x9f000)

static struct image image;
static struct tables tables;
static void *room;

/* The leaf behind an address and the physical address that it gives; 0: none. */
static uint64_t leaf(uint64_t virtual, uint64_t *physical)
{
	const uint64_t *table = (const uint64_t *)(uintptr_t)tables.upper;

	for (unsigned shift = 39;; shift -= 9) {
		uint64_t entry = table[virtual >> shift & 511], mask = (UINT64_C(1) << shift) - 1;

		if ((entry & PRESENT) == 0)
			return 0;
		if (shift == 12 || (shift < 39 && (entry & LARGE) != 0)) {
			*physical = (entry & UINT64_C(0x000ffffffffff000) & ~mask) | (virtual & mask);
			return entry;
		}
		table = (const uint64_t *)(uintptr_t)(entry & UINT64_C(0x000ffffffffff000));
	}
}

static void expect(uint64_t virtual, uint64_t physical, bool writable, bool executable)
{
	uint64_t found, entry = leaf(virtual, &found);

	assert_int_not_equal(entry, 0);
	assert_int_equal(found, physical);
	assert_int_equal((entry & WRITABLE) != 0, writable);
	assert_int_equal((entry & NO_EXECUTE) == 0, executable);
}

static void expect_nothing(uint64_t virtual)
{
	uint64_t found;

	assert_int_equal(leaf(virtual, &found), 0);
}

static int build(void **state)
{
	uint64_t size;

	(void)state;
	memset(&image, 0, sizeof(image));
	image.physical = PHYSICAL;
	image.size = 0x8000;
	image.segments = 3;
	image.segment[0] =
	    (struct image_segment){.address = BASE, .size = 0x2000, .rights = RIGHT_READ | RIGHT_EXECUTE};
	image.segment[1] =
	    (struct image_segment){.address = BASE + 0x2000, .size = 0x1000, .rights = RIGHT_READ};
	image.segment[2] = (struct image_segment){
	    .address = BASE + 0x4000, .size = 0x4000, .rights = RIGHT_READ | RIGHT_WRITE};
	memory_read();
	size = tables_room(&image);
	room = aligned_alloc(PAGE, size);
	assert_non_null(room);
	arena_init((uint64_t)(uintptr_t)room, size);
	if (setjmp(refusal_point) != 0)
		fail_msg("refused: %s", refusal);
	tables_build(&tables, &image, HANDOVER, LOW_PAGE);
	return 0;
}

static int build_plain(void **state)
{
	firmware_ram[0] = (struct ram){0, 640 * 1024, TENON_RANGE_FREE};
	firmware_ram[1] = (struct ram){MIB, 511 * MIB, TENON_RANGE_FREE};
	firmware_ram[2] = (struct ram){4 * GIB, 3 * GIB, TENON_RANGE_KEPT};
	firmware_rams = 3;
	return build(state);
}

static int drop(void **state)
{
	(void)state;
	free(room);
	return 0;
}

static void kernel_has_its_rights(void **state)
{
	(void)state;
	expect(BASE, PHYSICAL, false, true);
	expect(BASE + 0x1fff, PHYSICAL + 0x1fff, false, true);
	expect(BASE + 0x2000, PHYSICAL + 0x2000, false, false);
	expect(BASE + 0x4000, PHYSICAL + 0x4000, true, false);
	expect(BASE + 0x7fff, PHYSICAL + 0x7fff, true, false);
	expect_nothing(BASE + 0x3000); /* between segments */
	expect_nothing(BASE + 0x8000);
	expect_nothing(BASE - 0x1000);
}

static void direct_map_covers_ram_only(void **state)
{
	(void)state;
	expect(TENON_DIRECT_BASE, 0, true, false);
	expect(TENON_DIRECT_BASE + 640 * 1024 - 1, 640 * 1024 - 1, true, false);
	expect_nothing(TENON_DIRECT_BASE + 640 * 1024);
	expect(TENON_DIRECT_BASE + MIB, MIB, true, false);
	expect(TENON_DIRECT_BASE + 512 * MIB - 1, 512 * MIB - 1, true, false);
	expect_nothing(TENON_DIRECT_BASE + 512 * MIB);
	expect_nothing(TENON_DIRECT_BASE + UINT64_C(0xfee00000)); /* a device */
	expect(TENON_DIRECT_BASE + 7 * GIB - 1, 7 * GIB - 1, true, false);
	expect_nothing(TENON_DIRECT_BASE + 7 * GIB);
}

static void direct_map_cannot_change_the_kernel(void **state)
{
	(void)state;
	expect(TENON_DIRECT_BASE + PHYSICAL - 1, PHYSICAL - 1, true, false);
	for (uint64_t at = 0; at < 0x4000; at += PAGE) /* code, constants, and the hole behind them */
		expect(TENON_DIRECT_BASE + PHYSICAL + at, PHYSICAL + at, false, false);
	for (uint64_t at = 0x4000; at < 0x9000; at += PAGE)
		expect(TENON_DIRECT_BASE + PHYSICAL + at, PHYSICAL + at, true, false);
}

static void low_half_has_two_pages(void **state)
{
	(void)state;
	expect(HANDOVER, HANDOVER, false, true);
	expect_nothing(HANDOVER + PAGE);
	expect(LOW_PAGE, LOW_PAGE, false, true);
	expect_nothing(LOW_PAGE + PAGE);
	expect_nothing(0);
}

/* As many single pages, each far from the others, as there may be ranges: the room was estimated, not tried. */
static void room_is_enough_for_the_worst_map(void **state)
{
	firmware_rams = 2 * TENON_BOOT_RANGES;
	for (unsigned i = 0; i < firmware_rams; i++)
		firmware_ram[i] =
		    (struct ram){(2 * (uint64_t)i + 1) * GIB - PAGE, 2 * PAGE, TENON_RANGE_FREE};
	assert_int_equal(build(state), 0);
	assert_true(arena_used() <= tables_room(&image));
	for (unsigned i = 0; i < firmware_rams; i++)
		expect(TENON_DIRECT_BASE + firmware_ram[i].base + PAGE, firmware_ram[i].base + PAGE, true,
		       false);
	(void)drop(state);
}

#define UNIT(name) cmocka_unit_test_setup_teardown(name, build_plain, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    UNIT(kernel_has_its_rights),
	    UNIT(direct_map_covers_ram_only),
	    UNIT(direct_map_cannot_change_the_kernel),
	    UNIT(low_half_has_two_pages),
	    cmocka_unit_test(room_is_enough_for_the_worst_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
