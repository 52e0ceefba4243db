/* SPDX-License-Identifier: MIT
 * x86_64: what ACPI tells of devices. MCFG (PCI Firmware Specification 3.3, 4.1.2) says where configuration space is, DMAR
 * (Intel VT-d 4.1, chapter 8) which units translate DMA and remap interrupts. Both may be absent: whether the machine will do
 * is for the kernel to say, which knows what the system needs.
 *
 * RMRRs, memory that firmware goes on using through a device (8.4), are not kept: such a device is attached to nothing, and
 * cut off when the kernel starts.
 */
#include "acpi.h"

#define DMAR_INTERRUPTS_REMAP 1u
#define DMAR_ENTRIES          48u
#define DRHD                  0u
#define DRHD_SCOPES           16u
#define SCOPE_IOAPIC          3u
#define SCOPE_ONE_HOP         8u /* bytes of a scope whose path is one device on the start bus */

void read_mcfg(struct tenon_boot_info *info)
{
	struct table mcfg;

	if (!find("MCFG", &mcfg))
		return;
	for (uint32_t at = 44; at <= mcfg.size && mcfg.size - at >= 16; at += 16) {
		uint64_t base = field(&mcfg, at, 8), first = field(&mcfg, at + 10, 1),
			 last = field(&mcfg, at + 11, 1);

		if (field(&mcfg, at + 8, 2) != 0 || first != 0)
			continue; /* another segment, or a part without its root */
		if (base == 0 || base % MIB != 0 || base > UINT64_MAX - 256 * MIB)
			refuse("the MCFG gives %x as PCI configuration space", base);
		info->ecam = base;
		info->ecam_size = (last + 1) * MIB;
		return;
	}
}

/* Behind which identity a unit sees an I/O APIC. With bridges on the way (a longer path) it stays unknown. */
static void read_scope(struct tenon_boot_x86_64 *arch, const struct table *scope)
{
	if (field(scope, 0, 1) != SCOPE_IOAPIC || scope->size != SCOPE_ONE_HOP)
		return;
	for (unsigned i = 0; i < arch->ioapic_count; i++)
		if (arch->ioapic[i].id == field(scope, 4, 1))
			arch->ioapic[i].requester =
			    (uint32_t)(field(scope, 5, 1) << 8 | (field(scope, 6, 1) & 31) << 3 |
				       (field(scope, 7, 1) & 7));
}

static void read_drhd(struct tenon_boot_x86_64 *arch, const struct table *unit)
{
	uint64_t base = field(unit, 8, 8);

	if (unit->size < DRHD_SCOPES || base == 0 || base % PAGE != 0)
		refuse("the DMAR has a remapping unit without registers, at %x", base);
	if (arch->iommu_count == TENON_BOOT_IOMMUS)
		refuse("this machine has more than %u remapping units", (uint64_t)TENON_BOOT_IOMMUS);
	arch->iommu[arch->iommu_count].base = base;
	arch->iommu[arch->iommu_count++].segment = (uint32_t)field(unit, 6, 2);
	for (uint32_t at = DRHD_SCOPES; unit->size - at >= 2;) {
		struct table scope = {unit->bytes + at, (uint32_t)field(unit, at + 1, 1)};

		if (scope.size < 6 || scope.size > unit->size - at)
			refuse("a device scope of the DMAR has no valid length");
		read_scope(arch, &scope);
		at += scope.size;
	}
}

void read_dmar(struct tenon_boot_x86_64 *arch)
{
	struct table dmar;

	if (!find("DMAR", &dmar))
		return;
	arch->interrupts_remap = (field(&dmar, 37, 1) & DMAR_INTERRUPTS_REMAP) != 0;
	for (uint32_t at = DMAR_ENTRIES; at <= dmar.size && dmar.size - at >= 4;) {
		struct table entry = {dmar.bytes + at, (uint32_t)field(&dmar, at + 2, 2)};

		if (entry.size < 4 || entry.size > dmar.size - at)
			refuse("an entry of the DMAR has no valid length");
		if (field(&entry, 0, 2) == DRHD)
			read_drhd(arch, &entry);
		at += entry.size;
	}
}
