/* SPDX-License-Identifier: MIT
 * RISC-V: IMSIC (riscv,imsics), APLIC (riscv,aplic) or PLIC (riscv,plic0, sifive,plic-1.0.0), time base, ISA string.
 *
 * Which controller belongs to S-mode shows in `interrupts-extended`: each entry names a hart's own interrupt controller
 * and the cause it raises there, 9 for the supervisor's external interrupt (Privileged Architecture, table of scause).
 */
#include "dtb.h"

#include <libfdt.h>
#include <string.h>

#define SUPERVISOR_EXTERNAL 9u

/* Hart id of a hart's interrupt controller node. */
static bool hart_of(uint32_t phandle, uint64_t *id)
{
	int controller = dtb_by_phandle(phandle),
	    cpu = controller < 0 ? -1 : fdt_parent_offset(dtb, controller);

	return cpu >= 0 && dtb_cpu_id(cpu, id);
}

/* Position of this hart's S-mode external interrupt in a controller's interrupts-extended. */
static bool position(int node, uint64_t hart, unsigned *at)
{
	uint32_t phandle, cause;
	uint64_t id;

	for (unsigned i = 0; dtb_cell(node, "interrupts-extended", 2 * i, &phandle) &&
			     dtb_cell(node, "interrupts-extended", 2 * i + 1, &cause);
	     i++) {
		if (cause == SUPERVISOR_EXTERNAL && hart_of(phandle, &id) && id == hart) {
			*at = i;
			return true;
		}
	}
	return false;
}

static int read_imsic(struct tenon_boot_info *info)
{
	struct tenon_boot_riscv64 *arch = &info->riscv64;
	uint32_t guest_bits = 0;
	unsigned at;
	int node = dtb_find(-1, "riscv,imsics");

	while (node >= 0 && !position(node, info->cpu[0].id, &at))
		node = dtb_find(node, "riscv,imsics");
	if (node < 0)
		return -1;
	(void)dtb_cell(node, "riscv,guest-index-bits", 0, &guest_bits); /* absent: no guest files */
	arch->imsic_stride_bits = 12 + guest_bits;
	if (!dtb_reg(node, 0, &arch->imsic, &arch->imsic_size) ||
	    !dtb_cell(node, "riscv,num-ids", 0, &arch->imsic_ids))
		refuse("the IMSIC of the device tree has no registers or no riscv,num-ids");
	for (unsigned i = 0; i < info->cpu_count; i++)
		if (!position(node, info->cpu[i].id, &at) || at != i)
			refuse("the IMSIC's files are not in the order of the hart ids");
	if (arch->imsic_size >> arch->imsic_stride_bits < info->cpu_count)
		refuse("the IMSIC has fewer files than there are harts");
	return node;
}

static void read_aplic(struct tenon_boot_info *info, int imsic)
{
	struct tenon_boot_riscv64 *arch = &info->riscv64;
	uint32_t parent;
	unsigned at;
	int node = dtb_find(-1, "riscv,aplic");

	while (node >= 0 && !position(node, info->cpu[info->boot_cpu].id, &at) &&
	       !(imsic >= 0 && dtb_cell(node, "msi-parent", 0, &parent) && dtb_by_phandle(parent) == imsic))
		node = dtb_find(node, "riscv,aplic");
	if (node >= 0 && (!dtb_reg(node, 0, &arch->aplic, &arch->aplic_size) ||
			  !dtb_cell(node, "riscv,num-sources", 0, &arch->aplic_sources)))
		refuse("the APLIC of the device tree has no registers or no riscv,num-sources");
}

static void read_plic(struct tenon_boot_info *info)
{
	struct tenon_boot_riscv64 *arch = &info->riscv64;
	int node = dtb_find(-1, "riscv,plic0");

	if (node < 0)
		node = dtb_find(-1, "sifive,plic-1.0.0");
	if (node < 0)
		return;
	if (!dtb_reg(node, 0, &arch->plic, &arch->plic_size) ||
	    !dtb_cell(node, "riscv,ndev", 0, &arch->plic_sources))
		refuse("the PLIC of the device tree has no registers or no riscv,ndev");
	for (unsigned i = 0; i < info->cpu_count; i++) {
		unsigned at;

		if (!position(node, info->cpu[i].id, &at))
			refuse("hart %u has no S-mode context at the PLIC", info->cpu[i].id);
		info->cpu[i].context = at;
	}
}

/* The list of extensions, as one string of the older binding's shape: "rv64i_m_a..." from riscv,isa-extensions. */
static void join_extensions(const char *list, int length, char *isa, size_t room)
{
	size_t used = 0;

	for (int at = 0; at < length; at += (int)strlen(list + at) + 1) {
		size_t size = strlen(list + at);

		if (size + 2 > room - used)
			return;
		isa[used++] = '_';
		memcpy(isa + used, list + at, size);
		used += size;
		isa[used] = 0;
	}
}

static void read_isa(struct tenon_boot_info *info)
{
	struct tenon_boot_riscv64 *arch = &info->riscv64;
	int cpus = fdt_path_offset(dtb, "/cpus"), node, length;

	fdt_for_each_subnode(node, dtb, cpus)
	{
		uint64_t id;
		const char *isa = fdt_getprop(dtb, node, "riscv,isa", NULL);
		const char *list = fdt_getprop(dtb, node, "riscv,isa-extensions", &length);

		if (!dtb_cpu_id(node, &id) || id != info->cpu[info->boot_cpu].id)
			continue;
		if (isa != NULL) {
			memcpy(arch->isa, isa, strnlen(isa, sizeof(arch->isa) - 1));
			arch->has_sstc = strstr(isa, "_sstc") != NULL;
		}
		if (list != NULL) {
			arch->has_sstc |= (uint32_t)fdt_stringlist_contains(list, length, "sstc");
			if (isa == NULL)
				join_extensions(list, length, arch->isa, sizeof(arch->isa));
		}
	}
	if (arch->isa[0] == 0)
		refuse("the device tree does not say the boot hart's ISA");
}

static void read_iommu(struct tenon_boot_riscv64 *arch)
{
	int node = dtb_pci_iommu("riscv,iommu");

	if (node >= 0 && !dtb_reg(node, 0, &arch->iommu, &arch->iommu_size))
		refuse("the IOMMU of the device tree has no registers");
}

void dtb_describe(struct tenon_boot_info *info)
{
	uint32_t hz;
	int cpus = fdt_path_offset(dtb, "/cpus");

	if (!dtb_cell(cpus, "timebase-frequency", 0, &hz) || hz == 0)
		refuse("the device tree has no timebase-frequency");
	info->riscv64.timebase_hz = hz;
	read_isa(info);
	read_aplic(info, read_imsic(info));
	if (info->riscv64.aplic == 0)
		read_plic(info);
	if (info->riscv64.aplic == 0 && info->riscv64.plic == 0)
		refuse("the device tree has neither an APLIC nor a PLIC for S-mode");
	read_iommu(&info->riscv64);
}

uint64_t dtb_boot_cpu_id(void)
{
	int chosen = fdt_path_offset(dtb, "/chosen");
	uint32_t cell;
	uint64_t hart;

	if (firmware_boot_hart(&hart))
		return hart;
	if (chosen < 0 || !dtb_cell(chosen, "boot-hartid", 0, &cell))
		refuse("the firmware does not say the boot hart");
	return cell;
}
