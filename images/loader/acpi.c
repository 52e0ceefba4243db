/* SPDX-License-Identifier: MIT
 * x86_64: the machine as ACPI tells it (ACPI 6.5): RSDP 5.2.5, XSDT 5.2.8, FADT 5.2.9, MADT 5.2.12, and of the DSDT's
 * bytecode only the package \_S5 (7.4.2.6), which firmware writes as constants. Tables are unaligned bytes of foreign
 * making: read by offset, within their length.
 */
#include <string.h>

#include "acpi.h"
#include "arch/x86_64.h"
#include "loader.h"

uint64_t trampoline_page;
static uint16_t timer_port; /* the PM timer's, 0: none */
static bool timer_32_bits;

uint64_t field(const struct table *table, uint32_t offset, unsigned width)
{
	uint64_t value = 0;

	if (offset > table->size || width > table->size - offset)
		return 0;
	for (unsigned i = width; i > 0; i--)
		value = value << 8 | table->bytes[offset + i - 1];
	return value;
}

static struct table table_at(uint64_t address)
{
	struct table table = {(const uint8_t *)(uintptr_t)address, 36};

	table.size = (uint32_t)field(&table, 4, 4);
	if (table.size < 36)
		refuse("the ACPI table at %x has no valid length", address);
	return table;
}

bool find(const char *signature, struct table *found)
{
	uint64_t rsdp_at = firmware_rsdp();
	struct table rsdp = {(const uint8_t *)(uintptr_t)rsdp_at, 36}, list;

	if (rsdp_at == 0 || memcmp(rsdp.bytes, "RSD PTR ", 8) != 0 || field(&rsdp, 15, 1) < 2)
		refuse("the firmware gives no ACPI tables of version 2 or later");
	list = table_at(field(&rsdp, 24, 8));
	for (uint32_t at = 36; at <= list.size - 8; at += 8) {
		*found = table_at(field(&list, at, 8));
		if (memcmp(found->bytes, signature, 4) == 0)
			return true;
	}
	return false;
}

static void add_cpu(struct tenon_boot_info *info, uint64_t id, uint64_t flags)
{
	if ((flags & 1) == 0)
		return;
	if (info->cpu_count == TENON_BOOT_CPUS)
		return; /* more than the kernel handles stay off */
	info->cpu[info->cpu_count++].id = id;
}

static void add_ioapic(struct tenon_boot_x86_64 *arch, const struct table *entry)
{
	if (arch->ioapic_count == TENON_BOOT_IOAPICS)
		refuse("this machine has more than %u I/O APICs", (uint64_t)TENON_BOOT_IOAPICS);
	arch->ioapic[arch->ioapic_count].id = (uint32_t)field(entry, 2, 1);
	arch->ioapic[arch->ioapic_count].base = field(entry, 4, 4);
	arch->ioapic[arch->ioapic_count].requester = TENON_BOOT_NO_REQUESTER;
	arch->ioapic[arch->ioapic_count++].first_gsi = (uint32_t)field(entry, 8, 4);
}

static void add_override(struct tenon_boot_x86_64 *arch, const struct table *entry)
{
	if (arch->override_count == TENON_BOOT_OVERRIDES)
		refuse("this machine has more than %u interrupt source overrides",
		       (uint64_t)TENON_BOOT_OVERRIDES);
	arch->override[arch->override_count].isa = (uint32_t)field(entry, 3, 1);
	arch->override[arch->override_count].gsi = (uint32_t)field(entry, 4, 4);
	arch->override[arch->override_count++].flags = (uint32_t)field(entry, 8, 2);
}

static void read_madt(struct tenon_boot_info *info)
{
	struct table madt;

	if (!find("APIC", &madt))
		refuse("the firmware's ACPI has no MADT");
	info->x86_64.lapic = field(&madt, 36, 4);
	for (uint32_t at = 44; at + 2 <= madt.size;) {
		struct table entry = {madt.bytes + at, (uint32_t)field(&madt, at + 1, 1)};

		if (entry.size < 2 || entry.size > madt.size - at)
			refuse("an entry of the MADT has no valid length");
		switch (entry.bytes[0]) {
		case 0:
			add_cpu(info, field(&entry, 3, 1), field(&entry, 4, 4));
			break;
		case 1:
			add_ioapic(&info->x86_64, &entry);
			break;
		case 2:
			add_override(&info->x86_64, &entry);
			break;
		case 5:
			info->x86_64.lapic = field(&entry, 4, 8);
			break;
		case 9:
			add_cpu(info, field(&entry, 4, 4), field(&entry, 8, 4));
			break;
		default:
			break;
		}
		at += entry.size;
	}
	if (info->x86_64.ioapic_count == 0)
		refuse("the MADT has no I/O APIC");
}

static void set_cpu_node(struct tenon_boot_info *info, uint64_t id, uint64_t node)
{
	for (unsigned i = 0; i < info->cpu_count; i++)
		if (info->cpu[i].id == id)
			info->cpu[i].node = (uint32_t)node;
}

/* SRAT (5.2.16): which node CPUs and RAM belong to. A machine with one node has none. */
static void read_srat(struct tenon_boot_info *info)
{
	struct table srat;

	if (!find("SRAT", &srat))
		return;
	for (uint32_t at = 48; at + 2 <= srat.size;) {
		struct table entry = {srat.bytes + at, (uint32_t)field(&srat, at + 1, 1)};

		if (entry.size < 2 || entry.size > srat.size - at)
			refuse("an entry of the SRAT has no valid length");
		if (entry.bytes[0] == 0 && (field(&entry, 4, 4) & 1) != 0)
			set_cpu_node(info, field(&entry, 3, 1),
				     field(&entry, 2, 1) | field(&entry, 9, 3) << 8);
		else if (entry.bytes[0] == 1 && (field(&entry, 28, 4) & 1) != 0)
			memory_node(field(&entry, 8, 8), field(&entry, 16, 8), (uint32_t)field(&entry, 2, 4));
		else if (entry.bytes[0] == 2 && (field(&entry, 12, 4) & 1) != 0)
			set_cpu_node(info, field(&entry, 8, 4), field(&entry, 4, 4));
		at += entry.size;
	}
}

/* An integer of AML (ACPI 6.5, 20.2.3): ZeroOp, OneOp, OnesOp, or a prefix and its bytes. */
static bool aml_integer(const struct table *code, uint32_t *at, uint32_t *value)
{
	uint64_t op = field(code, *at, 1);
	unsigned width = op == 0x0a ? 1 : op == 0x0b ? 2 : op == 0x0c ? 4 : 0;

	*at += 1 + width;
	if (width != 0)
		*value = (uint32_t)field(code, *at - width, width);
	else if (op <= 1 || op == 0xff)
		*value = (uint32_t)op;
	else
		return false;
	return true;
}

/* Name (\_S5, Package () {a, b, ...}): NameOp, maybe the root's '\', "_S5_", PackageOp, length, count, integers. */
static bool parse_s5(const struct table *code, uint32_t name, uint32_t *a, uint32_t *b)
{
	uint32_t before = name - 1, at = name + 4;

	if (field(code, before, 1) == '\\')
		before--;
	if (field(code, before, 1) != 0x08 || field(code, at, 1) != 0x12)
		return false;
	at++;
	at +=
	    1 + (uint32_t)(field(code, at, 1) >> 6); /* package length: the first byte says how many follow */
	at++;                                        /* number of elements */
	return aml_integer(code, &at, a) && aml_integer(code, &at, b);
}

static void read_s5(struct tenon_boot_x86_64 *arch, uint64_t dsdt_at)
{
	struct table dsdt = table_at(dsdt_at);

	for (uint32_t at = 38; at + 8 <= dsdt.size; at++)
		if (memcmp(dsdt.bytes + at, "_S5_", 4) == 0 &&
		    parse_s5(&dsdt, at, &arch->s5_type_a, &arch->s5_type_b))
			return;
	refuse("the DSDT has no constant \\_S5: this machine could not be switched off");
}

static void read_fadt(struct tenon_boot_x86_64 *arch)
{
	struct table fadt;
	uint64_t flags, dsdt;

	if (!find("FACP", &fadt))
		refuse("the firmware's ACPI has no FADT");
	flags = field(&fadt, 112, 4);
	dsdt = field(&fadt, 140, 8);
	read_s5(arch, dsdt != 0 ? dsdt : field(&fadt, 40, 4));
	arch->pm1a_control = (uint32_t)field(&fadt, 64, 4);
	arch->pm1b_control = (uint32_t)field(&fadt, 68, 4);
	timer_port = (uint16_t)field(&fadt, 76, 4);
	timer_32_bits = (flags & 1u << 8) != 0;
	if ((flags & 1u << 10) != 0 &&
	    field(&fadt, 116, 1) == 1) { /* reset register there, and in I/O space */
		arch->reset_port = (uint32_t)field(&fadt, 120, 8);
		arch->reset_value = (uint32_t)field(&fadt, 128, 1);
	}
}

static uint64_t own_apic_id(void)
{
	uint32_t out[4];

	cpuid(0, 0, out);
	if (out[0] >= 0xb) {
		cpuid(0xb, 0, out);
		if (out[1] != 0)
			return out[3];
	}
	cpuid(1, 0, out);
	return out[1] >> 24;
}

/* RAM as it is built in: firmware keeps parts of it below 4 GiB and reports them as reserved, between or at the end of what
 * it reports as RAM. So below 4 GiB the end counts, rounded up to what memory modules come in; above, the sum. */
static uint64_t installed_memory(void)
{
	const uint64_t grain = 64 * MIB;
	uint64_t end = 0, above = 0;

	memory_read();
	for (unsigned i = 0; i < memory.count; i++) {
		const struct tenon_boot_range *range = &memory.range[i];

		if (range->base >= 4 * GIB)
			above += range->size;
		else
			end = range->base + range->size;
	}
	return ((end + grain - 1) & ~(grain - 1)) + above;
}

uint64_t machine_describe(struct tenon_boot_info *info)
{
	uint64_t id = own_apic_id();

	info->x86_64.rsdp = firmware_rsdp();
	read_madt(info);
	read_srat(info);
	read_fadt(&info->x86_64);
	read_mcfg(info);
	read_dmar(&info->x86_64);
	while (info->boot_cpu < info->cpu_count && info->cpu[info->boot_cpu].id != id)
		info->boot_cpu++;
	if (info->boot_cpu == info->cpu_count)
		refuse("the boot CPU %u is not among the %u CPUs of the MADT", id, (uint64_t)info->cpu_count);
	if (timer_port == 0)
		refuse("this machine has no ACPI PM timer to measure its clocks with");
	return installed_memory();
}

/* ---- clocks ---- */

#define PM_TIMER_HZ     UINT64_C(3579545)
#define LAPIC_LVT_TIMER 0x320u
#define LAPIC_INITIAL   0x380u
#define LAPIC_CURRENT   0x390u
#define LAPIC_DIVIDE    0x3e0u
#define LVT_MASKED      (1u << 16)
#define DIVIDE_BY_1     0xbu
#define MSR_APIC_BASE   0x1bu
#define MSR_X2APIC      0x800u

static uint64_t rdmsr(uint32_t index)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(index));
	return (uint64_t)high << 32 | low;
}

static void wrmsr(uint32_t index, uint64_t value)
{
	__asm__ volatile("wrmsr" ::"c"(index), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

static uint32_t lapic_read(uint64_t base, uint32_t reg)
{
	if ((rdmsr(MSR_APIC_BASE) & 1u << 10) != 0)
		return (uint32_t)rdmsr(MSR_X2APIC + reg / 16);
	return *(volatile uint32_t *)(uintptr_t)(base + reg);
}

static void lapic_write(uint64_t base, uint32_t reg, uint32_t value)
{
	if ((rdmsr(MSR_APIC_BASE) & 1u << 10) != 0)
		wrmsr(MSR_X2APIC + reg / 16, value);
	else
		*(volatile uint32_t *)(uintptr_t)(base + reg) = value;
}

static uint32_t timer_read(void)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(timer_port));
	return value;
}

struct instant {
	uint64_t tsc;
	uint32_t timer, lapic;
};

/* All three clocks at one instant: of several tries the one in which least time passed, since under an emulator or a
 * hypervisor any one may be interrupted. */
static struct instant now(uint64_t lapic)
{
	struct instant best = {0};
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < 8; i++) {
		struct instant try;
		uint64_t before = arch_ticks(), after;

		try.timer = timer_read();
		try.lapic = lapic_read(lapic, LAPIC_CURRENT);
		after = arch_ticks();
		try.tsc = before + (after - before) / 2;
		if (after - before < least) {
			least = after - before;
			best = try;
		}
	}
	return best;
}

void machine_measure(struct tenon_boot_info *info)
{
	const uint32_t wrap = timer_32_bits ? UINT32_MAX : 0xffffff,
		       wait = (uint32_t)(PM_TIMER_HZ / 250); /* 4 ms */
	uint64_t lapic = info->x86_64.lapic, passed;
	struct instant start, end;

	__asm__ volatile("cli");
	info->x86_64.trampoline = trampoline_page;
	lapic_write(lapic, LAPIC_LVT_TIMER, LVT_MASKED);
	lapic_write(lapic, LAPIC_DIVIDE, DIVIDE_BY_1);
	lapic_write(lapic, LAPIC_INITIAL, UINT32_MAX);
	start = now(lapic);
	do
		end = now(lapic);
	while (((end.timer - start.timer) & wrap) < wait);
	lapic_write(lapic, LAPIC_INITIAL, 0);
	passed = (end.timer - start.timer) & wrap;
	info->x86_64.tsc_hz = (end.tsc - start.tsc) * PM_TIMER_HZ / passed;
	info->x86_64.lapic_hz = (uint64_t)(start.lapic - end.lapic) * PM_TIMER_HZ / passed;
}
