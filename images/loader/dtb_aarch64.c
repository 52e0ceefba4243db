/* SPDX-License-Identifier: MIT
 * AArch64: GICv3 (Linux binding arm,gic-v3), generic timer (arm,armv8-timer), PSCI conduit (arm,psci-1.0).
 */
#include "dtb.h"

#include <libfdt.h>
#include <string.h>

#define PPI_BASE      16
#define SPI_BASE      32
#define TIMER_VIRTUAL 2 /* the timer's interrupts: secure, non-secure, virtual, hypervisor */

static void read_gic(struct tenon_boot_aarch64 *arch)
{
	int gic = dtb_find(-1, "arm,gic-v3");

	if (gic < 0)
		refuse("the device tree has no GICv3 (arm,gic-v3)");
	if (!dtb_reg(gic, 0, &arch->gicd, &arch->gicd_size) ||
	    !dtb_reg(gic, 1, &arch->gicr, &arch->gicr_size))
		refuse("the GICv3 of the device tree has no distributor or no redistributor");
}

/* Both stand before PCI: the ITS for its messages, the SMMU for its memory. Either may be absent. */
static void read_pci(struct tenon_boot_aarch64 *arch)
{
	int its = dtb_find(-1, "arm,gic-v3-its"), smmu = dtb_pci_iommu("arm,smmu-v3");
	uint64_t size;
	uint32_t type, number;

	if (its >= 0 && !dtb_reg(its, 0, &arch->its, &size))
		refuse("the ITS of the device tree has no registers");
	if (smmu < 0)
		return;
	if (!dtb_reg(smmu, 0, &arch->smmu, &arch->smmu_size) || !dtb_cell(smmu, "interrupts", 0, &type) ||
	    !dtb_cell(smmu, "interrupts", 1, &number) || type != 0)
		refuse("the SMMU of the device tree has no registers or no shared interrupt for its events");
	arch->smmu_event = number + SPI_BASE;
}

static void read_timer(struct tenon_boot_aarch64 *arch)
{
	int timer = dtb_find(-1, "arm,armv8-timer");
	unsigned cells =
	    timer < 0 ? 0 : dtb_cells(timer, "interrupts") / 4; /* of one interrupt: 3, on newer trees 4 */
	uint32_t type, number;

	if (cells < 3)
		cells = 3;
	if (timer < 0 || !dtb_cell(timer, "interrupts", TIMER_VIRTUAL * cells, &type) ||
	    !dtb_cell(timer, "interrupts", TIMER_VIRTUAL * cells + 1, &number) || type != 1 || number >= 16)
		refuse("the device tree has no virtual timer (arm,armv8-timer) with a private interrupt");
	arch->timer_interrupt = number + PPI_BASE;
}

static void read_psci(struct tenon_boot_aarch64 *arch)
{
	int psci = dtb_find(-1, "arm,psci-1.0");
	const char *method;

	if (psci < 0)
		psci = dtb_find(-1, "arm,psci-0.2");
	method = psci < 0 ? NULL : fdt_getprop(dtb, psci, "method", NULL);
	if (method == NULL)
		refuse("the device tree has no PSCI");
	arch->psci_smc = strcmp(method, "smc") == 0;
}

void dtb_describe(struct tenon_boot_info *info)
{
	int console = dtb_stdout();
	uint64_t size;

	read_gic(&info->aarch64);
	read_timer(&info->aarch64);
	read_psci(&info->aarch64);
	read_pci(&info->aarch64);
	if (console >= 0 && fdt_node_check_compatible(dtb, console, "arm,pl011") == 0 &&
	    !dtb_reg(console, 0, &info->aarch64.panic_uart, &size))
		info->aarch64.panic_uart = 0;
}

uint64_t dtb_boot_cpu_id(void)
{
	uint64_t mpidr;

	__asm__("mrs %0, mpidr_el1" : "=r"(mpidr));
	return mpidr & UINT64_C(0xff00ffffff);
}
