/* SPDX-License-Identifier: MIT
 * RISC-V IOMMU: a device directory for the 16-bit requester ids of PCI segment 0, first-stage translation with the page
 * tables of our I/O spaces (Sv39), one command queue, which is empty whenever nobody is in here, and one fault queue.
 *
 * A requester without a context reaches nothing; one that was detached has a context with an empty table, whose faults are
 * not reported. Contexts stand in pages of the directory, of which each I/O space brings one at boot: so the requester that
 * a space meets first always finds a place. The address-space identifier (PSCID) is the requester's id. The core's lock for
 * devices guards all but the fault queue, which belongs to the CPU that gets its message.
 */
#include <dev/riscv_iommu.h>
#include <arch_entry.h>
#include <dev/spare_pages.h>

enum {
	CAPABILITIES = 0x000,
	FCTL = 0x008,
	DDTP = 0x010,
	CQB = 0x018,
	CQH = 0x020,
	CQT = 0x024,
	FQB = 0x028,
	FQH = 0x030,
	FQT = 0x034,
	CQCSR = 0x048,
	FQCSR = 0x04c,
	IPSR = 0x054,
	ICVEC = 0x2f8,
	MSI_ADDRESS = 0x300,
	MSI_DATA = 0x308,
	MSI_CONTROL = 0x30c
};

#define CAPABILITY_SV39     (UINT64_C(1) << 9)
#define CAPABILITY_MSI_FLAT (UINT64_C(1) << 22) /* contexts have 64 bytes, otherwise 32 */
#define CAPABILITY_IGS(c)   ((c) >> 28 & 3)
#define IGS_WIRES           1u /* and no messages */
#define FCTL_BIG_ENDIAN     1u
#define FCTL_WIRES          2u
#define DDTP_BUSY           (UINT64_C(1) << 4)
#define DDTP_MODE_MASK      UINT64_C(0xf)
#define DDTP_2_LEVELS       3u
#define DDTP_3_LEVELS       4u
#define QUEUE_ENABLE        (1u << 0)
#define QUEUE_INTERRUPT     (1u << 1)
#define QUEUE_ERRORS        (7u << 8) /* memory fault; overflow, or time-out and illegal command */
#define QUEUE_ON            (1u << 16)
#define IPSR_FAULTS         (1u << 1)

#define COMMANDS 256u /* of 16 bytes: a page */
#define FAULTS   128u /* of 32 bytes: a page */

/* Table 8: tc, ta, fsc of a device context. */
#define TC_VALID        (UINT64_C(1) << 0)
#define TC_SILENT       (UINT64_C(1) << 4) /* DTF: faults are not reported */
#define TA_PSCID_SHIFT  12
#define FSC_SV39        (UINT64_C(8) << 60)
#define ENTRY_DDT_VALID UINT64_C(1)
#define DDT_PAGE(entry) ((physical_t){((entry) >> 10 & ((UINT64_C(1) << 44) - 1)) << 12})
#define DDT_ENTRY(page) ((page).value >> 12 << 10 | ENTRY_DDT_VALID)

/* Chapter 4.1: commands, first word. */
#define IOTINVAL_VMA      UINT64_C(1)
#define IOTINVAL_ADDRESS  (UINT64_C(1) << 10)
#define IOTINVAL_PSCID(n) ((uint64_t)(n) << 12 | UINT64_C(1) << 32)
#define IOFENCE                                                                                              \
	(UINT64_C(2) | UINT64_C(1) << 12 | UINT64_C(1) << 13) /* reads and writes before it are done */
#define IODIR_DDT       UINT64_C(3)
#define IODIR_DEVICE(n) (UINT64_C(1) << 33 | (uint64_t)(n) << 40)

struct context {
	uint64_t tc, iohgatp, ta, fsc;
};

struct fault {
	uint64_t what, custom, address, address2;
};
#define FAULT_REQUESTER(what) ((uint32_t)((what) >> 40))

static volatile uint8_t *registers; /* NULL: there is no IOMMU */
static uint64_t *directory;         /* the root of the directory */
static unsigned context_shift, levels;
static uint64_t (*commands)[2];
static const volatile struct fault *faults;
static uint32_t command_tail, fault_head;
static uint64_t nothing; /* fsc of an empty table */

static uint32_t read32(unsigned offset)
{
	return *(const volatile uint32_t *)(registers + offset);
}

static void write32(unsigned offset, uint32_t value)
{
	*(volatile uint32_t *)(registers + offset) = value;
}

static void write64(unsigned offset, uint64_t value)
{
	*(volatile uint64_t *)(registers + offset) = value;
}

static void command(uint64_t first, uint64_t second)
{
	commands[command_tail][0] = first;
	commands[command_tail][1] = second;
	command_tail = (command_tail + 1) % COMMANDS;
}

/* All commands so far have been done, and what requesters had under way before them. */
static void commands_finish(void)
{
	command(IOFENCE, 0);
	__asm__ volatile("fence w, o" ::: "memory");
	write32(CQT, command_tail);
	while (read32(CQH) != command_tail) {
		if ((read32(CQCSR) & QUEUE_ERRORS) != 0)
			core_panic("riscv_iommu.c", __LINE__, "the IOMMU refuses a command");
		arch_relax();
	}
}

/* Chapter 2.2: the index of a device id at a level of the directory; level 0 is that of the contexts. */
static unsigned directory_index(uint32_t requester, unsigned level)
{
	unsigned bits = 12 - context_shift; /* of level 0 */
	return level == 0 ? requester & ((1u << bits) - 1) : requester >> (bits + 9 * (level - 1)) & 511;
}

/* The requester's context, which a spare page makes room for; NULL: there is none. */
static struct context *context_find(uint32_t requester)
{
	uint64_t *table = directory;
	for (unsigned level = levels - 1; level > 0; level--) {
		uint64_t *entry = &table[directory_index(requester, level)];
		if ((*entry & ENTRY_DDT_VALID) == 0) {
			physical_t page = spare_page_take();
			if (page.value == 0)
				return NULL;
			__atomic_store_n(entry, DDT_ENTRY(page), __ATOMIC_RELEASE);
		}
		table = arch_direct(DDT_PAGE(*entry));
	}
	return (struct context *)((char *)table + ((size_t)directory_index(requester, 0) << context_shift));
}

static void context_set(struct context *context, uint32_t requester, uint64_t tc, uint64_t fsc)
{
	context->tc = 0;
	context->ta = (uint64_t)requester << TA_PSCID_SHIFT;
	context->fsc = fsc;
	__atomic_store_n(&context->tc, tc, __ATOMIC_RELEASE);
	command(IODIR_DDT | IODIR_DEVICE(requester), 0);
	command(IOTINVAL_VMA | IOTINVAL_PSCID(requester), 0);
	commands_finish();
}

enum tenon_status arch_io_attach(struct arch_space *space, uint32_t requester)
{
	if (requester > UINT16_MAX)
		return TENON_BAD_ARGUMENT;
	if (registers == NULL)
		return TENON_UNSUPPORTED;
	struct context *context = context_find(requester);
	if (context == NULL)
		return TENON_NO_MEMORY;
	context_set(context, requester, TC_VALID, FSC_SV39 | (space->satp & SATP_PPN_MASK));
	return TENON_OK;
}

void arch_io_detach(struct arch_space *space, uint32_t requester)
{
	(void)space;
	context_set(context_find(requester), requester, TC_VALID | TC_SILENT, nothing);
}

void arch_io_flush(const struct arch_space *space, uint32_t requester, uint64_t address, uint64_t size)
{
	(void)space;
	(void)size;
	if (registers == NULL)
		return;
	command(IOTINVAL_VMA | IOTINVAL_PSCID(requester) | IOTINVAL_ADDRESS, address >> 12 << 10);
	commands_finish();
}

void riscv_iommu_handle(struct cpu *cpu)
{
	write32(IPSR, IPSR_FAULTS); /* first: what comes now is reported anew */
	while (fault_head != read32(FQT)) {
		__asm__ volatile("fence i, r" ::: "memory");
		uint32_t requester = FAULT_REQUESTER(faults[fault_head].what) & 0xffffff;
		uint64_t address = faults[fault_head].address;
		fault_head = (fault_head + 1) % FAULTS;
		write32(FQH, fault_head);
		core_device_fault(cpu, requester, address);
	}
	/* What was lost in an overflow has been stopped all the same. */
	write32(FQCSR, read32(FQCSR));
}

static BOOT void queue_start(unsigned base, unsigned control, physical_t page, unsigned entries)
{
	unsigned log = 31u - (unsigned)__builtin_clz(entries);
	write64(base, page.value >> 12 << 10 | (log - 1));
	write32(base + 8 + (control == FQCSR ? 0 : 4), 0); /* the index that is ours */
	write32(control, QUEUE_ENABLE | (control == FQCSR ? QUEUE_INTERRUPT : 0));
	while ((read32(control) & QUEUE_ON) == 0)
		arch_relax();
}

BOOT void riscv_iommu_init(physical_t base, uint64_t size, struct arch_message report)
{
	physical_t queue = boot_page(), reports = boot_page(), root = boot_page(), empty = boot_page();
	registers = arch_device_map(base, size);
	if (registers == NULL)
		core_panic("riscv_iommu.c", __LINE__, "no room to map the IOMMU");
	uint64_t capabilities = *(const volatile uint64_t *)(registers + CAPABILITIES);
	if ((capabilities & CAPABILITY_SV39) == 0 || CAPABILITY_IGS(capabilities) == IGS_WIRES)
		core_panic("riscv_iommu.c", __LINE__, "an IOMMU without Sv39, or without messages");
	bool wide = (capabilities & CAPABILITY_MSI_FLAT) != 0;
	context_shift = wide ? 6 : 5;
	levels = wide ? 3 : 2; /* 15 bits or 16 in two levels */
	directory = arch_direct(root);
	nothing = FSC_SV39 | empty.value >> 12;
	commands = arch_direct(queue);
	faults = arch_direct(reports);
	for (unsigned i = 0; wide && i < 2; i++) /* the tables of the middle level, for 16 bits */
		directory[i] = DDT_ENTRY(boot_page());
	write32(FCTL, read32(FCTL) & ~(FCTL_BIG_ENDIAN | FCTL_WIRES));
	write64(ICVEC, 0); /* all causes are vector 0 */
	write64(MSI_ADDRESS, report.address);
	write32(MSI_DATA, report.data);
	write32(MSI_CONTROL, 0);
	queue_start(CQB, CQCSR, queue, COMMANDS);
	queue_start(FQB, FQCSR, reports, FAULTS);
	__asm__ volatile("fence w, o" ::: "memory");
	write64(DDTP, root.value >> 12 << 10 | (wide ? DDTP_3_LEVELS : DDTP_2_LEVELS));
	while ((*(const volatile uint64_t *)(registers + DDTP) & DDTP_BUSY) != 0)
		arch_relax();
	command(IODIR_DDT, 0);
	command(IOTINVAL_VMA, 0);
	commands_finish();
}
