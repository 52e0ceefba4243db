/* SPDX-License-Identifier: MIT
 * ACPI tables: good ones, and those wrong in one way at a time.
 */
#include <sched.h>
#include <string.h>

#include "support.h"
#include <acpi.h>
#include <arch/x86_64.h>

static uint8_t rsdp[36], xsdt[36 + 5 * 8], madt[44 + 8 + 12 + 10 + 16 + 12], fadt[148], dsdt[64],
    srat[48 + 16 + 40], mcfg[44 + 2 * 16], dmar[48 + 16 + 10 + 8 + 24 + 16];
static struct tenon_boot_info info;

static void put(uint8_t *at, uint64_t value, unsigned width)
{
	for (unsigned i = 0; i < width; i++, value >>= 8)
		at[i] = (uint8_t)value;
}

static void head(uint8_t *table, const char *signature, size_t size)
{
	memcpy(table, signature, 4);
	put(table + 4, size, 4);
}

/* The id of the CPU that runs the test; main() keeps it on one. */
static uint8_t own_id(void)
{
	uint32_t out[4];

	cpuid(0, 0, out);
	if (out[0] >= 0xb) {
		cpuid(0xb, 0, out);
		if (out[1] != 0)
			return (uint8_t)out[3];
	}
	cpuid(1, 0, out);
	return (uint8_t)(out[1] >> 24);
}

static void stay_on_one_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)sched_getcpu(), &set);
	if (sched_setaffinity(0, sizeof(set), &set) != 0)
		print_message("cannot stay on one CPU; the boot CPU's id may change\n");
}

static void make_madt(void)
{
	uint8_t *entry = madt + 44;

	head(madt, "APIC", sizeof(madt));
	put(madt + 36, 0xfee00000, 4);
	memcpy(entry, (uint8_t[]){0, 8, 0, 0, 1, 0, 0, 0}, 8); /* local APIC, enabled */
	entry[3] = own_id();
	entry += 8;
	memcpy(entry, (uint8_t[]){1, 12, 3, 0}, 4); /* I/O APIC */
	put(entry + 4, 0xfec00000, 4);
	put(entry + 8, 0, 4);
	entry += 12;
	memcpy(entry, (uint8_t[]){2, 10, 0, 9, 9, 0, 0, 0, 13, 0}, 10); /* override */
	entry += 10;
	memcpy(entry, (uint8_t[]){9, 16}, 2); /* x2APIC, enabled */
	put(entry + 4, 0x1234, 4);
	put(entry + 8, 1, 4);
	entry += 16;
	memcpy(entry, (uint8_t[]){5, 12}, 2); /* address of the local APIC */
	put(entry + 4, UINT64_C(0x1fee00000), 8);
}

static void make_fadt(void)
{
	head(fadt, "FACP", sizeof(fadt));
	put(fadt + 64, 0x604, 4);
	put(fadt + 76, 0x608, 4);
	put(fadt + 112, 1u << 8 | 1u << 10, 4);
	put(fadt + 116, 1, 1);
	put(fadt + 120, 0xcf9, 8);
	put(fadt + 128, 0xf, 1);
	put(fadt + 140, (uint64_t)(uintptr_t)dsdt, 8);
}

static void make_mcfg(void)
{
	head(mcfg, "MCFG", sizeof(mcfg));
	put(mcfg + 44, 0xc0000000, 8);
	put(mcfg + 44 + 8, 1, 2); /* segment 1 */
	put(mcfg + 60, 0xb0000000, 8);
	put(mcfg + 60 + 11, 0x7f, 1);
}

static void make_dmar(void)
{
	uint8_t *entry = dmar + 48;

	head(dmar, "DMAR", sizeof(dmar));
	dmar[37] = 1;
	put(entry + 2, 16 + 10 + 8, 2); /* a unit */
	put(entry + 8, 0xfed90000, 8);
	memcpy(entry + 16, (uint8_t[]){3, 10, 0, 0, 3, 1, 0x1c, 0, 0, 0}, 10); /* I/O APIC behind a bridge */
	memcpy(entry + 26, (uint8_t[]){3, 8, 0, 0, 3, 0xff, 0x1e, 1}, 8);
	entry += 34;
	put(entry, 1, 2); /* reserved memory */
	put(entry + 2, 24, 2);
	entry += 24;
	put(entry + 2, 16, 2); /* a unit of another segment */
	put(entry + 6, 2, 2);
	put(entry + 8, 0xfed91000, 8);
}

static int make(void **state)
{
	(void)state;
	memset(&info, 0, sizeof(info));
	memset(madt, 0, sizeof(madt));
	memset(fadt, 0, sizeof(fadt));
	memset(dsdt, 0, sizeof(dsdt));
	memset(srat, 0, sizeof(srat));
	memset(mcfg, 0, sizeof(mcfg));
	memset(dmar, 0, sizeof(dmar));
	memcpy(rsdp, "RSD PTR ", 8);
	rsdp[15] = 2;
	put(rsdp + 24, (uint64_t)(uintptr_t)xsdt, 8);
	head(xsdt, "XSDT", sizeof(xsdt));
	put(xsdt + 36, (uint64_t)(uintptr_t)madt, 8);
	put(xsdt + 44, (uint64_t)(uintptr_t)srat, 8);
	put(xsdt + 52, (uint64_t)(uintptr_t)fadt, 8);
	put(xsdt + 60, (uint64_t)(uintptr_t)mcfg, 8);
	put(xsdt + 68, (uint64_t)(uintptr_t)dmar, 8);
	make_madt();
	make_fadt();
	make_mcfg();
	make_dmar();
	head(dsdt, "DSDT", sizeof(dsdt));
	memcpy(dsdt + 40, "\x08_S5_\x12\x06\x04\x0a\x05\x01\x00\x00", 13);
	head(srat, "SRAT", sizeof(srat));
	memcpy(srat + 48, (uint8_t[]){0, 16, 7, 0, 1}, 5);
	srat[51] = own_id();
	memcpy(srat + 64, (uint8_t[]){1, 40, 7}, 3);
	put(srat + 64 + 8, 0x2000, 8);
	put(srat + 64 + 16, 0x1000, 8);
	put(srat + 64 + 28, 1, 4);
	firmware_acpi = rsdp;
	firmware_rams = 2;
	firmware_ram[0] = (struct ram){0, 0x8000, TENON_RANGE_FREE};
	firmware_ram[1] = (struct ram){4 * GIB, GIB, TENON_RANGE_FREE};
	return 0;
}

static void describes(void **state)
{
	struct tenon_boot_x86_64 *arch = &info.x86_64;

	(void)state;
	assert_int_equal(machine_describe(&info), 64 * MIB + GIB);
	assert_int_equal(info.cpu_count, 2);
	assert_int_equal(info.cpu[info.boot_cpu].id, own_id());
	assert_int_equal(info.cpu[info.boot_cpu].node, 7);
	assert_int_equal(info.cpu[1].id, 0x1234);
	assert_int_equal(arch->lapic, UINT64_C(0x1fee00000));
	assert_int_equal(arch->ioapic_count, 1);
	assert_int_equal(arch->ioapic[0].base, 0xfec00000);
	assert_int_equal(arch->ioapic[0].id, 3);
	assert_int_equal(arch->override_count, 1);
	assert_int_equal(arch->override[0].gsi, 9);
	assert_int_equal(arch->override[0].flags, 13);
	assert_int_equal(arch->pm1a_control, 0x604);
	assert_int_equal(arch->s5_type_a, 5);
	assert_int_equal(arch->s5_type_b, 1);
	assert_int_equal(arch->reset_port, 0xcf9);
	assert_int_equal(arch->reset_value, 0xf);
	memory_write(&info);
	assert_int_equal(info.range[1].base, 0x2000);
	assert_int_equal(info.range[1].node, 7);
}

static void cpu_that_is_off(void **state)
{
	(void)state;
	madt[44 + 8 + 12 + 10 + 8] = 0;
	(void)machine_describe(&info);
	assert_int_equal(info.cpu_count, 1);
}

static void s5_at_the_root(void **state)
{
	(void)state;
	memcpy(dsdt + 40, "\x08\\_S5_\x12\x07\x04\x0b\x07\x00\x00\x00", 14);
	(void)machine_describe(&info);
	assert_int_equal(info.x86_64.s5_type_a, 7);
	assert_int_equal(info.x86_64.s5_type_b, 0);
}

static void describes_devices(void **state)
{
	struct tenon_boot_x86_64 *arch = &info.x86_64;

	(void)state;
	(void)machine_describe(&info);
	assert_int_equal(info.ecam, 0xb0000000);
	assert_int_equal(info.ecam_size, 128 * MIB);
	assert_int_equal(arch->interrupts_remap, 1);
	assert_int_equal(arch->iommu_count, 2);
	assert_int_equal(arch->iommu[0].base, 0xfed90000);
	assert_int_equal(arch->iommu[0].segment, 0);
	assert_int_equal(arch->iommu[1].base, 0xfed91000);
	assert_int_equal(arch->iommu[1].segment, 2);
	assert_int_equal(arch->ioapic[0].requester, 0xfff1);
}

static void without_devices(void **state)
{
	(void)state;
	mcfg[0] = 'B';
	dmar[0] = 'B';
	(void)machine_describe(&info);
	assert_int_equal(info.ecam, 0);
	assert_int_equal(info.x86_64.iommu_count, 0);
	assert_int_equal(info.x86_64.ioapic[0].requester, TENON_BOOT_NO_REQUESTER);
}

static void segment_0_absent(void **state)
{
	(void)state;
	put(mcfg + 60 + 8, 3, 2);
	(void)machine_describe(&info);
	assert_int_equal(info.ecam, 0);
}

static void bus_0_absent(void **state)
{
	(void)state;
	mcfg[60 + 10] = 1;
	(void)machine_describe(&info);
	assert_int_equal(info.ecam, 0);
}

static void mutate(uint64_t random)
{
	uint8_t *table = random & 1 ? dmar : mcfg;
	size_t size = table == dmar ? sizeof(dmar) : sizeof(mcfg);

	table[36 + (random >> 8) % (size - 36)] = (uint8_t)(random >> 40);
	if ((random >> 4 & 3) == 0)
		put(table + 4, 36 + (random >> 48) % (size - 35), 4);
}

/* Refused or taken, never read past the end: the tables stand alone in memory, and ASan looks on. Only the length of a
 * whole table is the firmware's word. */
static void survives_anything(void **state)
{
	static unsigned round, taken, refused; /* longjmp() leaves them alone */
	static uint64_t random = 1;

	for (round = 0; round < 100000; round++) {
		make_mcfg();
		make_dmar();
		memset(&info, 0, sizeof(info));
		for (unsigned n = 0; n <= round % 4; n++) {
			random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			mutate(random >> 8);
		}
		refused++;
		if (setjmp(refusal_point) != 0)
			continue;
		read_mcfg(&info);
		read_dmar(&info.x86_64);
		refused--;
		taken++;
		assert_true(info.x86_64.iommu_count <= TENON_BOOT_IOMMUS);
		assert_true(info.ecam_size <= 256 * MIB && info.ecam % MIB == 0);
	}
	assert_true(taken > 1000 && refused > 1000);
	(void)state;
}

#define REJECT(name, change, text)                                                                           \
	static void name(void **state)                                                                       \
	{                                                                                                    \
		(void)state;                                                                                 \
		change;                                                                                      \
		assert_refused((void)machine_describe(&info), text);                                         \
	}

REJECT(no_rsdp, firmware_acpi = NULL, "no ACPI tables")
REJECT(rsdp_of_version_1, rsdp[15] = 0, "no ACPI tables")
REJECT(table_too_short, put(madt + 4, 8, 4), "no valid length")
REJECT(no_madt, madt[0] = 'B', "no MADT")
REJECT(no_fadt, fadt[0] = 'B', "no FADT")
REJECT(madt_entry_empty, madt[45] = 0, "no valid length")
REJECT(madt_entry_too_long, madt[45] = 255, "no valid length")
REJECT(srat_entry_empty, srat[49] = 0, "no valid length")
REJECT(boot_cpu_missing, madt[47]++, "not among")
REJECT(no_ioapic, madt[44 + 8] = 0x7f, "no I/O APIC")
REJECT(no_s5, dsdt[41] = 'x', "no constant")
REJECT(s5_not_a_package, dsdt[45] = 0x11, "no constant")
REJECT(s5_not_integers, dsdt[48] = 0x0d, "no constant")
REJECT(s5_at_the_end, memcpy(dsdt + 56, "\x08_S5_\x12\x06\x04", 8); dsdt[41] = 'x', "no constant")
REJECT(dmar_entry_empty, dmar[50] = 0, "no valid length")
REJECT(dmar_entry_too_long, dmar[51] = 1, "no valid length")
REJECT(dmar_unit_too_short, dmar[50] = 12, "unit without registers")
REJECT(dmar_unit_at_0, put(dmar + 56, 0, 8), "unit without registers")
REJECT(dmar_unit_between_pages, put(dmar + 56, 0xfed90800, 8), "unit without registers")
REJECT(dmar_scope_empty, dmar[48 + 17] = 5, "scope")
REJECT(dmar_scope_too_long, dmar[48 + 17] = 19, "scope")
REJECT(mcfg_at_0, put(mcfg + 60, 0, 8), "configuration space")
REJECT(mcfg_at_the_end, put(mcfg + 60, UINT64_MAX << 20, 8), "configuration space")
REJECT(mcfg_between_buses, put(mcfg + 60, 0xb0080000, 8), "configuration space")
REJECT(no_timer, put(fadt + 76, 0, 4), "PM timer")

#define UNIT(name) cmocka_unit_test_setup(name, make)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    UNIT(no_rsdp),
	    UNIT(rsdp_of_version_1),
	    UNIT(table_too_short),
	    UNIT(no_madt),
	    UNIT(no_fadt),
	    UNIT(madt_entry_empty),
	    UNIT(madt_entry_too_long),
	    UNIT(srat_entry_empty),
	    UNIT(boot_cpu_missing),
	    UNIT(no_ioapic),
	    UNIT(no_s5),
	    UNIT(s5_not_a_package),
	    UNIT(s5_not_integers),
	    UNIT(s5_at_the_end),
	    UNIT(no_timer),
	    UNIT(dmar_entry_empty),
	    UNIT(dmar_entry_too_long),
	    UNIT(dmar_unit_too_short),
	    UNIT(dmar_unit_at_0),
	    UNIT(dmar_unit_between_pages),
	    UNIT(dmar_scope_empty),
	    UNIT(dmar_scope_too_long),
	    UNIT(mcfg_at_0),
	    UNIT(mcfg_at_the_end),
	    UNIT(mcfg_between_buses),
	    UNIT(describes_devices),
	    UNIT(without_devices),
	    UNIT(segment_0_absent),
	    UNIT(bus_0_absent),
	    UNIT(survives_anything),
	    UNIT(cpu_that_is_off),
	    UNIT(s5_at_the_root),
	    UNIT(describes),
	};

	stay_on_one_cpu();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
