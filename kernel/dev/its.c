/* SPDX-License-Identifier: MIT
 * GICv3 ITS. Event n of whatever device is LPI 8192 + n, and message interrupt n; so a device's table of events (ITT, a page
 * that each I/O space brings) has room for all of them, and holds those that this device may signal. Where a space's table
 * is, and for which device, stands in the unused half of its root. The core's lock for devices guards it all.
 */
#include <dev/its.h>
#include <arch_entry.h>
#include <boot.h>
#include "../arch/common/page_tables.h"

/* Redistributor. */
#define GICR_CONTROL    0x0000
#define GICR_TYPE       0x0008
#define GICR_PROPERTIES 0x0070
#define GICR_PENDING    0x0078
#define CONTROL_LPIS    1u
#define NUMBER(type)    ((uint32_t)((type) >> 8 & 0xffff))

#define GITS_CONTROL    0x00
#define GITS_TYPE       0x08
#define GITS_COMMANDS   0x80
#define GITS_WRITE      0x88
#define GITS_READ       0x90
#define GITS_TABLE(n)   (0x100 + 8 * (n))
#define GITS_PAGE       0x10000 /* with the register that devices write to, at: */
#define GITS_TRANSLATER 0x40
#define GITS_SIZE       0x20000
#define CONTROL_ENABLE  1u
#define CONTROL_QUIET   (1u << 31)
#define TYPE_ENTRY(t)   (((t) >> 4 & 15) + 1)  /* bytes of an entry of an ITT */
#define TYPE_DEVICES(t) (((t) >> 13 & 31) + 1) /* bits of a device id */
#define TYPE_ADDRESSES  (UINT64_C(1) << 19)    /* redistributors are named by their addresses */
#define READ_STALLED    1u

#define VALID            (UINT64_C(1) << 63)
#define WRITE_BACK       (UINT64_C(7) << 59 | UINT64_C(1) << 10) /* inner shareable, allocating; GITS registers */
#define GICR_CACHED      (UINT64_C(7) << 7 | UINT64_C(1) << 10) /* the same of the redistributor's */
#define TABLE_KIND(t)    ((t) >> 56 & 7)
#define KIND_DEVICES     1u
#define KIND_COLLECTIONS 4u
#define TABLE_ENTRY(t)   (((t) >> 48 & 31) + 1)
#define TABLE_PAGE       0x10000u
#define TABLE_64K        (UINT64_C(2) << 8)
#define DEVICE_BITS      16u

/* 5.3: commands, first word, and the interrupts that they name. */
#define MOVI     UINT64_C(0x01)
#define SYNC     UINT64_C(0x05)
#define MAPD     UINT64_C(0x08)
#define MAPC     UINT64_C(0x09)
#define MAPTI    UINT64_C(0x0a)
#define INV      UINT64_C(0x0c)
#define DISCARD  UINT64_C(0x0f)
#define COMMANDS 128u /* of 32 bytes: a page */

#define EVENT_BITS    8u
#define LPI_BITS      14u
#define PENDING_BYTES 0x10000u /* how far apart the CPUs' tables are */
#define LPI_ON        0x81u    /* priority as the lines', enabled */

/* Words of an I/O space's root. */
#define PLACE_ITT    (TABLE_ENTRIES / 2 + 8)
#define PLACE_DEVICE (PLACE_ITT + 1) /* for which it is used: requester + 1 */

uint32_t its_messages;
static volatile uint8_t *registers;
static uint64_t bus, type;
static uint64_t (*commands)[4];
static uint32_t command_tail, pending_count;
static uint8_t *properties;
static physical_t pending;
static uint32_t bound[1u << EVENT_BITS]; /* requester + 1; 0: nobody signals it */

static void write64(volatile uint8_t *base, size_t offset, uint64_t value)
{
	*(volatile uint64_t *)(base + offset) = value;
}

static uint64_t read64(const volatile uint8_t *base, size_t offset)
{
	return *(const volatile uint64_t *)(base + offset);
}

static __attribute__((noinline)) void command(uint64_t what, uint64_t event, uint64_t where)
{
	uint64_t *entry = commands[command_tail];

	entry[0] = what;
	entry[1] = event;
	entry[2] = where;
	command_tail = (command_tail + 1) % COMMANDS;
}

/* All commands so far have been done, as far as the redistributor is concerned. */
static void commands_finish(uint64_t redistributor)
{
	command(SYNC, 0, redistributor);
	DSB(oshst);
	write64(registers, GITS_WRITE, command_tail * sizeof *commands);
	for (uint64_t at; (at = read64(registers, GITS_READ)) != command_tail * sizeof *commands;) {
		if ((at & READ_STALLED) != 0)
			core_panic(__FILE__, __LINE__, "the ITS refuses a command");
	}
}

/* The space's table becomes the device's, without events. */
static void device_map(uint64_t *root, uint32_t requester)
{
	uint64_t old = root[PLACE_DEVICE];

	for (unsigned n = 0; old != 0 && n < its_messages; n++) {
		if (bound[n] == old)
			bound[n] = 0;
	}
	if (old != 0)
		command(MAPD | (old - 1) << 32, 0, 0);
	arch_clear_pages(arch_direct((physical_t){root[PLACE_ITT]}), TENON_PAGE_SIZE);
	command(MAPD | (uint64_t)requester << 32, EVENT_BITS - 1, VALID | root[PLACE_ITT]);
	root[PLACE_DEVICE] = requester + UINT64_C(1);
}

/* The event of a device is this message, at that CPU from now on. Collection n is CPU n. */
static void event_map(uint32_t message, uint32_t requester, uint32_t cpu, uint64_t redistributor)
{
	uint64_t device = (uint64_t)requester << 32, old = bound[message];

	command(MAPC, 0, VALID | redistributor | cpu);
	if (old == requester + UINT64_C(1)) {
		command(MOVI | device, message, cpu);
	} else {
		if (old != 0)
			command(DISCARD | (old - 1) << 32, message, 0);
		command(MAPTI | device, message | (uint64_t)(LPI_FIRST + message) << 32, cpu);
		command(INV | device, message, 0);
		bound[message] = requester + 1;
	}
	commands_finish(redistributor);
}

struct arch_message its_bind(uint32_t message, uint32_t requester, struct arch_space *space, bool translated,
			     uint32_t cpu, uint64_t redistributor)
{
	uint64_t *root = space_root(space);

	if (root[PLACE_DEVICE] != requester + UINT64_C(1))
		device_map(root, requester);
	event_map(message, requester, cpu, redistributor);
	return (struct arch_message){
	    (translated ? USER_LIMIT - TENON_MESSAGE_AREA : bus + GITS_PAGE) + GITS_TRANSLATER, message};
}

void its_route(uint32_t message, uint32_t cpu, uint64_t redistributor)
{
	event_map(message, bound[message] - 1, cpu, redistributor);
}

uint64_t its_init_cpu(volatile uint8_t *frames, uint64_t physical)
{
	uint32_t number = NUMBER(read64(frames, GICR_TYPE));
	volatile uint32_t *control = (volatile uint32_t *)(frames + GICR_CONTROL);

	if (its_messages != 0 && (*control & CONTROL_LPIS) == 0) {
		CHECK(number < pending_count);
		write64(frames, GICR_PROPERTIES,
			arch_physical(properties).value | GICR_CACHED | (LPI_BITS - 1));
		write64(frames, GICR_PENDING,
			(pending.value + (uint64_t)number * PENDING_BYTES) | GICR_CACHED);
		*control |= CONTROL_LPIS;
	}
	return (type & TYPE_ADDRESSES) != 0 ? physical : (uint64_t)number << 16;
}

BOOT void its_enable(uint32_t message)
{
	properties[message] = LPI_ON;
}

static BOOT physical_t take_boot_page(void *unused)
{
	(void)unused;
	return boot_page();
}

BOOT void its_space_init(struct arch_space *space, bool translated)
{
	if (its_messages == 0)
		return;
	space_root(space)[PLACE_ITT] = boot_page().value;
	if (translated)
		CHECK(arch_space_map(space, USER_LIMIT - TENON_MESSAGE_AREA, (physical_t){bus + GITS_PAGE},
				     TENON_PAGE_SIZE, TENON_RIGHT_READ | TENON_RIGHT_WRITE,
				     TENON_CACHE_DEVICE, take_boot_page, NULL) == TENON_OK);
}

/* Cleared, and never given back. */
static BOOT physical_t memory(uint64_t bytes, uint64_t align)
{
	physical_t taken = boot_memory_take(bytes, align);

	arch_clear_pages(arch_direct(taken), bytes);
	return taken;
}

/* The tables that the ITS asks for: of devices, of collections; other kinds stay without. */
static BOOT void table_make(unsigned n)
{
	uint64_t table = read64(registers, GITS_TABLE(n));
	bool devices = TABLE_KIND(table) == KIND_DEVICES;
	uint64_t entries = devices ? UINT64_C(1) << DEVICE_BITS : TENON_BOOT_CPUS;
	uint64_t bytes = (entries * TABLE_ENTRY(table) + TABLE_PAGE - 1) & ~(uint64_t)(TABLE_PAGE - 1);

	if (!devices && TABLE_KIND(table) != KIND_COLLECTIONS)
		return;
	write64(registers, GITS_TABLE(n),
		VALID | WRITE_BACK | TABLE_64K | memory(bytes, TABLE_PAGE).value | (bytes / TABLE_PAGE - 1));
}

static BOOT bool wanted(void)
{
	for (uint32_t i = 0; i < tenon_tables.interrupts; i++) {
		if ((tenon_tables.interrupt[i].flags & TENON_INTERRUPT_MESSAGE) != 0)
			return true;
	}
	return false;
}

BOOT void its_init(physical_t physical, uint32_t cpus)
{
	if (physical.value == 0 || !wanted())
		return;
	registers = arch_device_map(physical, GITS_SIZE);
	if (registers == NULL)
		core_panic(__FILE__, __LINE__, "the ITS's registers cannot be mapped");
	bus = physical.value;
	type = read64(registers, GITS_TYPE);
	if (TYPE_DEVICES(type) < DEVICE_BITS || TYPE_ENTRY(type) << EVENT_BITS > TENON_PAGE_SIZE)
		core_panic(__FILE__, __LINE__, "an ITS without 16-bit devices, or with long entries");
	volatile uint32_t *control = (volatile uint32_t *)(registers + GITS_CONTROL);
	*control = 0;
	while ((*control & CONTROL_QUIET) == 0)
		arch_relax();
	for (unsigned n = 0; n < 8; n++)
		table_make(n);
	physical_t queue = boot_page();
	commands = arch_direct(queue);
	write64(registers, GITS_COMMANDS, VALID | WRITE_BACK | queue.value); /* one page */
	write64(registers, GITS_WRITE, 0);
	properties = arch_direct(memory((1u << LPI_BITS) - LPI_FIRST, TENON_PAGE_SIZE));
	pending_count = cpus;
	pending = memory((uint64_t)cpus * PENDING_BYTES, PENDING_BYTES);
	*control = CONTROL_ENABLE;
	its_messages = 1u << EVENT_BITS;
}
