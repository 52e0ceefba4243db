/* SPDX-License-Identifier: MIT
 * Intel VT-d (specification 4.1). Legacy mode: a root table leads to a context table for each bus, and an entry of that to the
 * space's page tables as second-level ones (9.1, 9.3, 9.8). Entries of a CPU's tables are valid there: present, write and user
 * stand where read, write and execute do; accessed, dirty, cache type and no-execute stand where the unit looks at nothing.
 *
 * An entry that is not present says "do not report" (FPD), which counts all the same: who is attached to nothing reaches
 * nothing, and cannot flood the CPU with reports. So does each bus from which nobody is attached, in one table for all.
 *
 * All units share these tables. Each has a queue through which it is told to forget; whoever tells waits until it has.
 */
#include <dev/vtd.h>
#include <arch_entry.h>
#include <boot.h>
#include <dev/lapic.h>
#include <dev/vtd_registers.h>
#include "../arch/common/page_tables.h"

static struct unit {
	volatile uint8_t *page;
	volatile uint64_t *queue;
	uint32_t tail; /* words */
	uint32_t segment;
	uint32_t faults, fault_count;
} units[TENON_BOOT_IOMMUS];
static unsigned unit_count;
static bool incoherent, remaps, x2apic; /* a unit reads memory past the caches; */
static uint32_t domains, domain_last;   /* a number for each space, 0 for none */
static uint64_t *root;                  /* two words for each bus */
static uint64_t *nothing;               /* the context table of a bus from which nobody is attached */
static volatile uint64_t *remap;        /* two words for each interrupt */
static volatile uint32_t done;          /* written by a unit */

_Static_assert(VECTOR_LINES <= REMAP_ENTRIES, "an entry for each interrupt");

static uint32_t read32(const struct unit *unit, uint32_t offset)
{
	return *(const volatile uint32_t *)(unit->page + offset);
}

static uint64_t read64(const struct unit *unit, uint32_t offset)
{
	return *(const volatile uint64_t *)(unit->page + offset);
}

static void write32(const struct unit *unit, uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)(unit->page + offset) = value;
}

static void write64(const struct unit *unit, uint32_t offset, uint64_t value)
{
	*(volatile uint64_t *)(unit->page + offset) = value;
}

/* What a unit will read goes to memory, where it looks. */
static void clean(const volatile void *at, size_t bytes)
{
	if (incoherent)
		arch_flush_pages((const void *)at, bytes);
}

/* Each unit forgets, and has. An error here is in the descriptor, and so ours. */
static void forget(uint64_t what)
{
	for (unsigned i = 0; i < unit_count; i++) {
		struct unit *unit = &units[i];
		volatile uint64_t *at = unit->queue + unit->tail;

		at[0] = what;
		at[1] = 0;
		at[2] = TELL_WHEN_DONE;
		at[3] = arch_image_physical((const void *)&done).value;
		done = 0;
		unit->tail = (unit->tail + 4) & QUEUE_MASK;
		write64(unit, VTD_QUEUE_TAIL, (uint64_t)unit->tail * sizeof(uint64_t));
		while (done == 0)
			CHECK((read32(unit, VTD_FAULT_STATUS) & FAULT_QUEUE_ERROR) == 0);
	}
}

/* ---- spaces -------------------------------------------------------------------------------- */

/* All of them: a unit that does not look into the caches is old, and an I/O space small and hardly ever changed. */
static COLD void tables_clean(const uint64_t *table, unsigned level, unsigned entries)
{
	arch_flush_pages(table, TENON_PAGE_SIZE);
	for (unsigned at = 0; level > 0 && (at = table_next(table, level, at, entries)) < entries; at++)
		tables_clean(arch_direct(entry_physical(table[at])), level - 1, TABLE_ENTRIES);
}

COLD void vtd_flush(const struct arch_space *space)
{
	if (incoherent)
		tables_clean(space_root(space), ENTRY_ROOT_LEVEL, ENTRY_ROOT_USER);
	forget(FORGET_DOMAIN | space->domain << 16);
}

BOOT void vtd_space_init(struct arch_space *space, physical_t page)
{
	if (++domain_last >= domains)
		core_panic(__FILE__, __LINE__,
			   "the IOMMU tells fewer spaces apart than devices have drivers");
	space->cr3 = page.value;
	space->domain = domain_last;
	space->bus_table = arch_direct(boot_page());
}

static uint64_t *context_of(uint32_t requester)
{
	uint64_t *table = arch_direct(entry_physical(root[2 * (requester >> 8)]));

	return table + 2 * (requester & 0xff);
}

/* Each space brings a table for the bus of its first requester. */
static COLD bool bus_open(struct arch_space *space, uint32_t requester)
{
	uint64_t *table = space->bus_table, *entry = &root[2 * (requester >> 8)];

	if (arch_direct(entry_physical(*entry)) != nothing)
		return true;
	if (table == NULL)
		return false;
	space->bus_table = NULL;
	__builtin_memcpy(table, nothing, TENON_PAGE_SIZE);
	clean(table, TENON_PAGE_SIZE);
	*entry = arch_physical(table).value | ENTRY_VALID;
	clean(entry, sizeof(*entry));
	return true;
}

static COLD void context_write(uint32_t requester, uint64_t low, uint64_t high)
{
	uint64_t *context = context_of(requester);

	context[0] = ENTRY_SILENT;
	context[1] = high;
	__atomic_store_n(&context[0], low, __ATOMIC_RELEASE);
	clean(context, 2 * sizeof(uint64_t));
	forget(FORGET_CONTEXTS);
	forget(FORGET_PAGES);
}

COLD enum tenon_status vtd_attach(struct arch_space *space, uint32_t requester)
{
	if (requester >> 16 != 0)
		return TENON_BAD_ARGUMENT;
	if (!bus_open(space, requester))
		return TENON_NO_MEMORY;
	vtd_flush(space);
	context_write(requester, space->cr3 | ENTRY_VALID, space->domain << 8 | CONTEXT_48);
	return TENON_OK;
}

COLD void vtd_detach(uint32_t requester)
{
	context_write(requester, ENTRY_SILENT, 0);
}

/* ---- interrupts ---------------------------------------------------------------------------- */

static uint64_t target_of(uint32_t apic_id)
{
	return (uint64_t)apic_id << (x2apic ? 32 : 40);
}

static void remap_write(uint32_t index, uint64_t low)
{
	remap[2 * index] = low;
	clean(&remap[2 * index], 2 * sizeof(uint64_t));
	forget(FORGET_INTERRUPT | (uint64_t)index << 32);
}

COLD void vtd_interrupt_bind(uint32_t index, uint32_t requester, uint8_t vector, bool level, uint32_t apic_id)
{
	remap_write(index, ENTRY_SILENT);
	remap[2 * index + 1] = requester == TENON_BOOT_NO_REQUESTER ? 0 : REMAP_VERIFY | (requester & 0xffff);
	remap_write(index, target_of(apic_id) | (uint64_t)vector << 16 | (level ? REMAP_LEVEL : 0) |
			       ENTRY_SILENT | ENTRY_VALID);
}

COLD void vtd_interrupt_route(uint32_t index, uint32_t apic_id)
{
	remap_write(index, (uint32_t)remap[2 * index] | target_of(apic_id));
}

/* ---- faults -------------------------------------------------------------------------------- */

/* Where the address is no memory, the requester wrote a message that is not its own; then the record has no address. */
#define FIRST_OF_INTERRUPTS 0x20u
#define MESSAGES            UINT64_C(0xfee00000)

static COLD void fault_take(struct cpu *cpu, const struct unit *unit, uint32_t record)
{
	uint64_t address = read64(unit, record), what = read64(unit, record + 8);

	if (what >> 63 == 0)
		return;
	write32(unit, record + 12, FAULT_VALID);
	core_device_fault(cpu, unit->segment << 16 | (what & 0xffff),
			  (what >> 32 & 0xff) < FIRST_OF_INTERRUPTS
			      ? address & ~(uint64_t)(TENON_PAGE_SIZE - 1)
			      : MESSAGES);
}

/* Once through the records: whoever writes messages without end must not hold the CPU. What is recorded meanwhile signals
 * nothing, so that we do. */
COLD void vtd_faults(struct cpu *cpu)
{
	for (const struct unit *unit = units; unit < units + unit_count; unit++) {
		for (uint32_t n = 0; n < unit->fault_count; n++)
			fault_take(cpu, unit, unit->faults + 16 * n);
		write32(unit, VTD_FAULT_STATUS, FAULT_OVERFLOW);
		if ((read32(unit, VTD_FAULT_STATUS) & FAULT_PENDING) != 0)
			lapic_send(cpu_arch(cpu)->apic_id, VECTOR_DEVICE);
	}
}

/* ---- boot ---------------------------------------------------------------------------------- */

static BOOT void refuse(const char *why)
{
	core_panic(__FILE__, __LINE__, why);
}

static BOOT void command(const struct unit *unit, uint32_t bit, bool on)
{
	uint32_t kept = read32(unit, VTD_STATUS) & COMMAND_KEPT & ~bit;

	write32(unit, VTD_COMMAND, kept | (on ? bit : 0));
	while (((read32(unit, VTD_STATUS) & bit) != 0) != on)
		arch_relax();
}

static BOOT void unit_map(struct unit *unit, uint64_t base)
{
	uint64_t capability, bytes;

	unit->page = arch_device_map((physical_t){base}, TENON_PAGE_SIZE);
	if (unit->page == NULL)
		refuse("an IOMMU cannot be mapped");
	capability = read64(unit, VTD_CAPABILITY);
	unit->faults = CAPABILITY_FAULTS(capability);
	unit->fault_count = CAPABILITY_FAULT_COUNT(capability);
	bytes = unit->faults + 16 * (uint64_t)unit->fault_count;
	if (bytes > TENON_PAGE_SIZE)
		unit->page = arch_device_map((physical_t){base}, bytes);
	if (unit->page == NULL)
		refuse("an IOMMU cannot be mapped");
}

static BOOT void unit_check(const struct unit *unit)
{
	uint64_t capability = read64(unit, VTD_CAPABILITY), extended = read64(unit, VTD_EXTENDED);

	if ((extended & EXTENDED_QUEUE) == 0)
		refuse("the IOMMU has no invalidation queue");
	if ((capability & CAPABILITY_FOUR_LEVELS) == 0 || CAPABILITY_ADDRESS_BITS(capability) < USER_BITS)
		refuse("the IOMMU does not translate with page tables of four levels");
	if ((capability & CAPABILITY_2_MIB) == 0)
		refuse("the IOMMU has no pages of 2 MiB");
	if ((capability & CAPABILITY_WRITE_BUFFER) != 0)
		refuse("the IOMMU has write buffers to be flushed by hand");
	if ((capability & CAPABILITY_1_GIB) == 0)
		feature_forget_huge_pages();
	if (domains > CAPABILITY_DOMAINS(capability))
		domains = CAPABILITY_DOMAINS(capability);
	incoherent |= (extended & EXTENDED_COHERENT) == 0;
	remaps &= (extended & EXTENDED_INTERRUPTS) != 0;
	x2apic &= (extended & EXTENDED_X2APIC) != 0;
}

static BOOT uint64_t *table_make(bool silent)
{
	uint64_t *table = arch_direct(boot_page());

	for (unsigned i = 0; silent && i < TABLE_ENTRIES; i += 2)
		table[i] = ENTRY_SILENT;
	clean(table, TENON_PAGE_SIZE);
	return table;
}

static BOOT uint64_t *root_make(void)
{
	uint64_t *table = table_make(false);

	for (unsigned i = 0; i < TABLE_ENTRIES; i += 2)
		table[i] = arch_physical(nothing).value | ENTRY_VALID;
	clean(table, TENON_PAGE_SIZE);
	return table;
}

/* Nobody is attached from another segment than the first.
 * 11.4.5: whatever the firmware left on goes off; then tables, queue, and on. */
static BOOT void unit_start(struct unit *unit)
{
	uint64_t capability = read64(unit, VTD_CAPABILITY);

	command(unit, COMMAND_TRANSLATE, false);
	command(unit, COMMAND_INTERRUPTS, false);
	command(unit, COMMAND_QUEUE, false);
	if ((capability & CAPABILITY_PROTECTS) != 0) {
		write32(unit, VTD_PROTECTED, read32(unit, VTD_PROTECTED) & ~PROTECTED_ENABLE);
		while ((read32(unit, VTD_PROTECTED) & PROTECTED_STATUS) != 0)
			arch_relax();
	}
	write64(unit, VTD_ROOT, arch_physical(unit->segment == 0 ? root : root_make()).value);
	command(unit, COMMAND_ROOT, true);
	write64(unit, VTD_QUEUE_TAIL, 0);
	write64(unit, VTD_QUEUE, arch_physical((const void *)unit->queue).value);
	command(unit, COMMAND_QUEUE, true);
	if (remaps) {
		write64(unit, VTD_INTERRUPT_TABLE,
			arch_physical((const void *)remap).value | TABLE_256 | (x2apic ? TABLE_X2APIC : 0));
		command(unit, COMMAND_INTERRUPT_TABLE, true);
	}
}

static BOOT void unit_open(const struct unit *unit, uint32_t apic_id)
{
	if (remaps)
		command(unit, COMMAND_INTERRUPTS, true);
	command(unit, COMMAND_TRANSLATE, true);
	write32(unit, VTD_FAULT_DATA, VECTOR_DEVICE);
	write32(unit, VTD_FAULT_ADDRESS, (uint32_t)MESSAGES | (apic_id & 0xff) << 12);
	write32(unit, VTD_FAULT_ADDRESS_HIGH, apic_id & ~UINT32_C(0xff));
	for (uint32_t n = 0; n < unit->fault_count; n++) /* what was before is nobody's */
		write32(unit, unit->faults + 16 * n + 12, FAULT_VALID);
	write32(unit, VTD_FAULT_STATUS, FAULT_OVERFLOW);
	write32(unit, VTD_FAULT_CONTROL, 0);
}

BOOT void vtd_init(const struct tenon_boot_info *info)
{
	const struct tenon_boot_x86_64 *x86 = &info->x86_64;

	if (x86->iommu_count == 0)
		return;
	domains = UINT16_MAX;
	remaps = x86->interrupts_remap;
	x2apic = lapic_is_x2apic();
	for (unsigned i = 0; i < x86->iommu_count; i++) {
		unit_map(&units[i], x86->iommu[i].base);
		unit_check(&units[i]);
		units[i].segment = x86->iommu[i].segment;
		units[i].queue = table_make(false);
	}
	nothing = table_make(true);
	remap = table_make(true);
	root = root_make();
	for (unsigned i = 0; i < x86->iommu_count; i++)
		unit_start(&units[i]);
	unit_count = x86->iommu_count;
	forget(FORGET_CONTEXTS);
	forget(FORGET_PAGES);
	if (remaps)
		forget(FORGET_INTERRUPTS);
	for (unsigned i = 0; i < unit_count; i++)
		unit_open(&units[i], (uint32_t)info->cpu[info->boot_cpu].id);
}

bool vtd_translates(void)
{
	return unit_count != 0;
}

bool vtd_remaps(void)
{
	return unit_count != 0 && remaps;
}
