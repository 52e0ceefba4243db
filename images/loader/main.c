/* SPDX-License-Identifier: MIT
 * The order of things; see loader.h.
 */
#include "main.h"

#include <string.h>

#include "loader.h"

static struct image image;
static struct tenon_boot_info machine;

/* The board's file says how much RAM the system was checked against. */
static void check_memory(uint64_t found)
{
	if (found < image.header->memory_at_least)
		refuse("board %s needs %u MiB of RAM (memory: at_least), this machine has %u MiB",
		       image.header->board, image.header->memory_at_least / MIB, found / MIB);
}

static void place_kernel(void)
{
	image.physical = firmware_allocate(image.size, 2 * MIB, UINT64_MAX);
	image_place(&image);
}

/* The boot information and the DTB in memory that stays. */
static struct tenon_boot_info *keep(void)
{
	struct tenon_boot_info *info = arena_take(sizeof(*info));

	if (machine.dtb != 0) {
		void *copy = arena_take(machine.dtb_size);

		memcpy(copy, (const void *)(uintptr_t)machine.dtb, machine.dtb_size);
		machine.dtb = (uint64_t)(uintptr_t)copy;
	}
	*info = machine;
	return info;
}

noreturn void loader_main(void)
{
	struct tables tables;
	struct tenon_boot_info *info;
	uint64_t room, low_page;

	arch_check();
	image_read(&image);
	check_memory(machine_describe(&machine));
	place_kernel();
	low_page = arch_low_page();

	memory_read();
	room = tables_room(&image) + page_up(sizeof(*info)) + page_up(machine.dtb_size);
	arena_init(firmware_allocate(room, PAGE, TABLES_BELOW), room);
	info = keep();
	memory_read();
	tables_build(&tables, &image, (uint64_t)(uintptr_t)handover_page, low_page);

	firmware_leave();
	memory_mark(image.physical, image.size, TENON_RANGE_KERNEL);
	memory_mark(arena_base(), arena_used(), TENON_RANGE_KEPT);
	if (low_page != 0)
		memory_mark(low_page, PAGE, TENON_RANGE_KEPT);
	memory_write(info);
	info->magic = TENON_BOOT_MAGIC;
	info->size = sizeof(*info);
	info->kernel_physical = image.physical;
	info->kernel_size = image.size;
	info->root_table = tables.upper;
	machine_measure(info);
	info->entry_ticks = arch_ticks();
	arch_hand_over(&tables, image.entry, TENON_DIRECT_BASE + (uint64_t)(uintptr_t)info);
}
