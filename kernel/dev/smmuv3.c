/* SPDX-License-Identifier: MIT
 * Arm SMMUv3: a stream table of two levels for the 16-bit requester ids of PCI segment 0, stage 1 with the page tables of our
 * I/O spaces, one command queue, which is empty whenever nobody is in here, and the event queue.
 *
 * An I/O space is 38 bits wide, so that its root is half a page; its context descriptor stands in the other half, written at
 * boot once and for all. Stream table entries stand in pages, of which each I/O space brings one at boot. An entry that
 * nobody uses says "abort" and reports nothing, and so does one that is not there. The core's lock for devices guards all but
 * the event queue, which belongs to the CPU that gets its interrupt.
 */
#include <dev/smmuv3.h>
#include <arch_entry.h>
#include <core/check.h>
#include <dev/its.h>
#include <dev/spare_pages.h>
#include <tenon/boot.h>
#include "../arch/common/page_tables.h"

enum {
	IDR0 = 0x00,
	IDR1 = 0x04,
	IDR5 = 0x14,
	CR0 = 0x20,
	CR0ACK = 0x24,
	CR1 = 0x28,
	CR2 = 0x2c,
	IRQ_CTRL = 0x50,
	STRTAB_BASE = 0x80,
	STRTAB_CONFIG = 0x88,
	CMDQ_BASE = 0x90,
	CMDQ_PROD = 0x98,
	CMDQ_CONS = 0x9c,
	EVENTQ_BASE = 0xa0,
	EVENTQ_IRQ = 0xb0,
	EVENTQ_PROD = 0x100a8, /* in the second page */
	EVENTQ_CONS = 0x100ac
};

#define IDR0_STAGE1       (1u << 1)
#define IDR0_AARCH64      (1u << 3)
#define IDR0_COHERENT     (1u << 4)
#define IDR0_TWO_LEVELS   (1u << 27)
#define IDR1_STREAMS(v)   ((v) & 63u)       /* bits of an id */
#define IDR1_EVENTS(v)    ((v) >> 16 & 31u) /* log2 of the largest queue */
#define IDR1_COMMANDS(v)  ((v) >> 21 & 31u)
#define IDR1_PRESET       (3u << 29)
#define IDR5_SIZE(v)      ((v) & 7u) /* of physical addresses, as in TCR_EL1.IPS */
#define IDR5_SIZE_48      5u
#define IDR5_4K           (1u << 4)
#define CR0_ENABLE        (1u << 0)
#define CR0_EVENTS        (1u << 2)
#define CR0_COMMANDS      (1u << 3)
#define CR1_WRITE_BACK    0xd75u    /* tables and queues: inner shareable, write-back */
#define CR2_PRIVATE       (1u << 2) /* the CPUs' invalidations are not meant for it */
#define IRQ_CTRL_EVENTS   (1u << 2)
#define READ_ALLOCATE     (UINT64_C(1) << 62)
#define STRTAB_TWO_LEVELS (1u << 16)
#define CONS_ERROR        (127u << 24)
#define OVERFLOW          (1u << 31)

#define STREAM_BITS  16u
#define SPLIT        6u                        /* entries of 64 bytes in a page: 2^6 */
#define LOG_COMMANDS 8u                        /* of 16 bytes: a page */
#define LOG_EVENTS   7u                        /* of 32 bytes: a page */
#define INDEX(log)   ((1u << ((log) + 1)) - 1) /* with the bit that says which time around */

/* 5.2: a stream table entry, first words. */
#define STE_ABORT  UINT64_C(1)
#define STE_STAGE1 (UINT64_C(1) | UINT64_C(5) << 1)
#define STE_TABLES                                                                                           \
	(UINT64_C(1) << 2 | UINT64_C(1) << 4 | UINT64_C(3) << 6) /* the context's: write-back, inner */
#define STE_SHARING (UINT64_C(1) << 44)                          /* as the device says */
/* 5.4: a context descriptor. */
#define CD_T0SZ       (64u - USER_BITS)
#define CD_TABLES     (UINT64_C(1) << 8 | UINT64_C(1) << 10 | UINT64_C(3) << 12) /* write-back, inner */
#define CD_NO_TTB1    (UINT64_C(1) << 30)
#define CD_VALID      (UINT64_C(1) << 31)
#define CD_AARCH64    (UINT64_C(1) << 41)
#define CD_REPORT     (UINT64_C(3) << 45) /* record faults, abort what faults */
#define CD_PRIVATE    (UINT64_C(1) << 47) /* its ASIDs are none of the CPUs' */
#define CD_ASID_SHIFT 48
#define CD_PLACE      (TABLE_ENTRIES / 2) /* words from the root's begin */

/* 4: commands, first word. */
#define CFGI_STE  UINT64_C(0x03) /* and the contexts behind it */
#define CFGI_ALL  UINT64_C(0x04)
#define TLBI_ASID UINT64_C(0x11)
#define TLBI_VA   UINT64_C(0x12)
#define TLBI_ALL  UINT64_C(0x30)
#define SYNC      UINT64_C(0x46)

static volatile uint8_t *registers; /* NULL: there is no SMMU */
static _Alignas(8192) uint64_t level1[1u << (STREAM_BITS - SPLIT)];
static uint64_t (*commands)[2];
static const volatile uint64_t (*events)[4];
static uint32_t produced, consumed;
static uint64_t asids;        /* given to spaces so far */
static uint64_t context_size; /* of physical addresses, in place */
uint32_t smmu_line;

static uint32_t read32(size_t offset)
{
	return *(const volatile uint32_t *)(registers + offset);
}

static void write32(size_t offset, uint32_t value)
{
	*(volatile uint32_t *)(registers + offset) = value;
}

static uint64_t *context_of(const struct arch_space *space)
{
	return space_root(space) + CD_PLACE;
}

static __attribute__((noinline)) void command(uint64_t first, uint64_t second)
{
	uint64_t *entry = commands[produced % (1u << LOG_COMMANDS)];

	entry[0] = first;
	entry[1] = second;
	produced = (produced + 1) & INDEX(LOG_COMMANDS);
}

/* All commands so far have been done, and what requesters had under way before them. */
static void commands_finish(void)
{
	command(SYNC, 0);
	DSB(oshst);
	write32(CMDQ_PROD, produced);
	for (uint32_t at; (at = read32(CMDQ_CONS)) != produced;) {
		if ((at & CONS_ERROR) != 0)
			core_panic(__FILE__, __LINE__, "the SMMU refuses a command");
	}
}

/* The requester's entry, which a spare page makes room for; NULL: there is none. */
static uint64_t *stream_find(uint32_t requester)
{
	uint64_t *pages = &level1[requester >> SPLIT];

	if (*pages == 0) {
		physical_t page = spare_page_take();
		if (page.value == 0)
			return NULL;
		for (unsigned i = 0; i < 1u << SPLIT; i++)
			((uint64_t *)arch_direct(page))[8 * i] = STE_ABORT;
		__atomic_store_n(pages, page.value | (SPLIT + 1), __ATOMIC_RELEASE);
	}
	return (uint64_t *)arch_direct((physical_t){*pages & ENTRY_ADDRESS}) +
	       (size_t)8 * (requester % (1u << SPLIT));
}

static void stream_set(const struct arch_space *space, uint64_t requester, uint64_t *stream, uint64_t first)
{
	__atomic_store_n(stream, first, __ATOMIC_RELEASE);
	command(CFGI_STE | requester << 32, 0);
	command(TLBI_ASID | *context_of(space) >> CD_ASID_SHIFT << CD_ASID_SHIFT, 0);
	commands_finish();
}

enum tenon_status arch_io_attach(struct arch_space *space, uint32_t requester)
{
	if (requester >> STREAM_BITS != 0)
		return TENON_BAD_ARGUMENT;
	if (registers == NULL)
		return TENON_UNSUPPORTED;
	uint64_t *stream = stream_find(requester);
	if (stream == NULL)
		return TENON_NO_MEMORY;
	stream[1] = STE_TABLES | STE_SHARING;
	stream_set(space, requester, stream, STE_STAGE1 | arch_physical(context_of(space)).value);
	return TENON_OK;
}

void arch_io_detach(struct arch_space *space, uint32_t requester)
{
	stream_set(space, requester, stream_find(requester), STE_ABORT);
}

void arch_io_flush(const struct arch_space *space, uint32_t requester, uint64_t address, uint64_t size)
{
	(void)requester;
	(void)size;
	command(TLBI_VA | *context_of(space) >> CD_ASID_SHIFT << CD_ASID_SHIFT, address);
	commands_finish();
}

COLD void smmu_handle(struct cpu *cpu)
{
	for (uint32_t now; ((now = read32(EVENTQ_PROD)) & INDEX(LOG_EVENTS)) != consumed;) {
		DSB(oshld);
		uint32_t requester = (uint32_t)(events[consumed % (1u << LOG_EVENTS)][0] >> 32);
		uint64_t address = events[consumed % (1u << LOG_EVENTS)][2];
		consumed = (consumed + 1) & INDEX(LOG_EVENTS);
		write32(EVENTQ_CONS,
			consumed | (now & OVERFLOW)); /* what was lost has been stopped all the same */
		core_device_fault(cpu, requester, address);
	}
}

BOOT void arch_io_space_init(struct arch_space *space, physical_t page)
{
	uint64_t *context;

	space->ttbr = page.value;
	its_space_init(space, registers != NULL);
	if (registers == NULL)
		return;
	spare_page_add();
	if (++asids > UINT8_MAX)
		core_panic(__FILE__, __LINE__, "more I/O spaces than an SMMU can tell apart");
	context = context_of(space);
	context[1] = page.value;
	context[3] = TENON_MAIR_VALUE | UINT64_C(0xff) << 8 * TENON_MAIR_UNTAGGED;
	context[0] = CD_T0SZ | CD_TABLES | CD_NO_TTB1 | CD_VALID | context_size | CD_AARCH64 | CD_REPORT |
		     CD_PRIVATE | asids << CD_ASID_SHIFT;
}

static BOOT void write64(size_t offset, uint64_t value)
{
	*(volatile uint64_t *)(registers + offset) = value;
}

static BOOT void control(uint32_t value)
{
	write32(CR0, value);
	while (read32(CR0ACK) != value)
		arch_relax();
}

static BOOT void check(uint32_t what, uint32_t sizes, uint32_t addresses)
{
	const uint32_t needed = IDR0_STAGE1 | IDR0_AARCH64 | IDR0_COHERENT | IDR0_TWO_LEVELS;

	if ((what & needed) != needed || (sizes & IDR1_PRESET) != 0 || IDR1_STREAMS(sizes) < STREAM_BITS ||
	    IDR1_COMMANDS(sizes) < LOG_COMMANDS || IDR1_EVENTS(sizes) < LOG_EVENTS ||
	    (addresses & IDR5_4K) == 0)
		core_panic(__FILE__, __LINE__,
			   "an SMMU without coherent stage 1, 4 KiB pages, or 16-bit streams");
}

BOOT void arch_io_init(const struct tenon_boot_info *info)
{
	const struct tenon_boot_aarch64 *machine = &info->aarch64;
	physical_t queue = boot_page(), reports = boot_page();

	if (machine->smmu == 0)
		return;
	registers = arch_device_map((physical_t){machine->smmu}, machine->smmu_size);
	if (registers == NULL || machine->smmu_size <= EVENTQ_CONS)
		core_panic(__FILE__, __LINE__, "the SMMU's registers cannot be mapped");
	uint32_t addresses = read32(IDR5), bits = IDR5_SIZE(addresses);
	check(read32(IDR0), read32(IDR1), addresses);
	context_size = (uint64_t)(bits < IDR5_SIZE_48 ? bits : IDR5_SIZE_48) << 32;
	commands = arch_direct(queue);
	events = arch_direct(reports);
	control(0);
	write32(CR1, CR1_WRITE_BACK);
	write32(CR2, CR2_PRIVATE);
	write64(STRTAB_BASE, arch_image_physical(level1).value | READ_ALLOCATE);
	write32(STRTAB_CONFIG, STRTAB_TWO_LEVELS | SPLIT << 6 | STREAM_BITS);
	write64(CMDQ_BASE, queue.value | READ_ALLOCATE | LOG_COMMANDS);
	write32(CMDQ_PROD, 0);
	write32(CMDQ_CONS, 0);
	control(CR0_COMMANDS);
	command(CFGI_ALL, 31); /* the range: all */
	command(TLBI_ALL, 0);
	commands_finish();
	write64(EVENTQ_BASE, reports.value | LOG_EVENTS);
	write32(EVENTQ_PROD, 0);
	write32(EVENTQ_CONS, 0);
	write64(EVENTQ_IRQ, 0); /* by the line */
	write32(IRQ_CTRL, IRQ_CTRL_EVENTS);
	control(CR0_COMMANDS | CR0_EVENTS);
	control(CR0_COMMANDS | CR0_EVENTS | CR0_ENABLE);
	arch_interrupt_enable(machine->smmu_event, TENON_INTERRUPT_EDGE, info->boot_cpu);
	smmu_line = machine->smmu_event;
}
