/* SPDX-License-Identifier: MIT
 * The loader: one program that the firmware starts, that holds the kernel ELF, and that leaves the machine as
 * kernel/include/tenon/boot.h says. In order: check the ELF (image.c), ask the firmware for its tables (dtb_*.c, acpi.c),
 * place the kernel, build the page tables (tables.c), leave the firmware, write down the memory (memory.c), hand over
 * (arch/). Everything is decided while the firmware can still print a refusal; nothing can fail after it is left.
 *
 * State: static, owned by the file that declares it; there is one CPU and no interrupt.
 */
#ifndef LOADER_LOADER_H
#define LOADER_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <arch_boot.h>
#include <tenon/boot.h>

#define PAGE UINT64_C(4096)
#define MIB  (UINT64_C(1) << 20)
#define GIB  (UINT64_C(1) << 30)

#define RIGHT_READ    1u
#define RIGHT_WRITE   2u
#define RIGHT_EXECUTE 4u
#define RIGHT_GUARDED 8u /* AArch64: branch targets are checked */

static inline uint64_t page_down(uint64_t value)
{
	return value & ~(PAGE - 1);
}

/* `value` must leave room for the rounding. */
static inline uint64_t page_up(uint64_t value)
{
	return (value + PAGE - 1) & ~(PAGE - 1);
}

/* ---- print.c: %s, %u (uint64_t, decimal), %x (uint64_t, hexadecimal with 0x) ---- */
void print(const char *format, ...);
/* Says why the machine or the image is refused, with the line that ends a run, and gives control back to the firmware. */
noreturn void refuse(const char *format, ...);

/* ---- firmware_*.c: whoever started us ---- */
void firmware_write(const char *text, size_t size);
noreturn void firmware_give_up(void);
/* Whole pages, aligned, below `limit`; refuses when there are none. Contents undefined. */
uint64_t firmware_allocate(uint64_t size, uint64_t alignment, uint64_t limit);
const void *firmware_dtb(void); /* NULL: none */
uint64_t firmware_rsdp(void);   /* 0: none */
bool firmware_boot_hart(uint64_t *hart);
/* Calls memory_add() for each run of RAM. May be called again. */
void firmware_memory(void);
/* Ends the firmware's part. Afterwards memory_read() has run on the last map and nothing may print or allocate. */
void firmware_leave(void);

/* ---- memory.c: what RAM there is, sorted and merged ---- */
struct memory {
	unsigned count;
	struct tenon_boot_range range[2 * TENON_BOOT_RANGES];
};
extern struct memory memory;
void memory_read(void);
void memory_add(uint64_t base, uint64_t size, uint32_t kind);
/* Gives a part of the RAM another kind; all of it must be there. */
void memory_mark(uint64_t base, uint64_t size, uint32_t kind);
/* Says the NUMA node of a run of RAM; memory_write() applies it. */
void memory_node(uint64_t base, uint64_t size, uint32_t node);
void memory_write(struct tenon_boot_info *info);

/* ---- image.c: the embedded kernel ELF ---- */
#define IMAGE_SEGMENTS 8
struct image_segment {
	uint64_t address, size;    /* whole pages, virtual */
	uint64_t start, file_size; /* exact virtual start of the file's bytes */
	const uint8_t *bytes;
	unsigned rights;
};
struct image {
	uint64_t entry;
	uint64_t size; /* whole pages from TENON_KERNEL_BASE */
	uint64_t physical;
	uint64_t trampoline, trampoline_size; /* virtual; size 0: none */
	const struct tenon_image_header *header;
	unsigned segments;
	struct image_segment segment[IMAGE_SEGMENTS];
};
/* Checks the ELF; refuses it naming what is wrong. */
void image_read(struct image *image);
/* Copies the segments to image->physical and clears the rest. */
void image_place(const struct image *image);

/* ---- tables.c: page tables ---- */
struct tables {
	uint64_t upper, lower; /* root tables, physical; the same on machines with one root */
};
void arena_init(uint64_t base, uint64_t size);
void *arena_take(uint64_t size); /* zeroed, page aligned */
uint64_t arena_base(void);
uint64_t arena_used(void);
uint64_t tables_room(
    const struct image *image); /* bytes that tables_build() takes at most, for memory as read */
void tables_build(struct tables *tables, const struct image *image, uint64_t handover, uint64_t low_page);

/* ---- machine description: dtb.c or acpi.c with the architecture's own part ---- */
/* Fills cpu, boot_cpu, the architecture's part and dtb; returns bytes of RAM that the machine has. */
uint64_t machine_describe(struct tenon_boot_info *info);
/* What may be measured only once the firmware is gone. */
void machine_measure(struct tenon_boot_info *info);

/* ---- arch/ ---- */
#if defined(__x86_64__)
#define TABLE_LEVELS 4u
#define TABLES_BELOW (4 * GIB) /* a starting CPU loads the root in 32-bit code */
#else
#define TABLE_LEVELS 3u
#define TABLES_BELOW UINT64_MAX
#endif
unsigned arch_largest_level(void); /* of a leaf: 0 = 4 KiB, 1 = 2 MiB, 2 = 1 GiB */
uint64_t arch_table_entry(uint64_t physical);
uint64_t arch_table_address(uint64_t entry); /* the inverse */
uint64_t arch_leaf_entry(uint64_t physical, unsigned rights, unsigned level, bool kernel);
bool arch_one_root(void);
void arch_check(void); /* refuses a CPU in a state that the loader cannot take over */
uint64_t arch_ticks(void);
uint64_t arch_low_page(
    void); /* a page below 1 MiB that a starting CPU can run, or 0 where that is not needed */
void arch_sync_code(const void *start, uint64_t size);
noreturn void arch_hand_over(const struct tables *tables, uint64_t entry, uint64_t info);
extern const char handover_page[]; /* the page of code that runs while the tables change */

extern const uint8_t kernel_elf[], kernel_elf_end[];

#endif
