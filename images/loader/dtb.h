/* SPDX-License-Identifier: MIT
 * Reading the firmware's device tree (Devicetree Specification 0.4) with libfdt, as far as the boot information asks.
 */
#ifndef LOADER_DTB_H
#define LOADER_DTB_H

#include "loader.h"

extern const void *dtb; /* checked by machine_describe() */

/* First enabled node with this `compatible` after `from` (-1: any); negative: none. */
int dtb_find(int from, const char *compatible);
bool dtb_enabled(int node);
/* Cell `index` of a property; false where it is shorter or absent. */
bool dtb_cell(int node, const char *property, unsigned index, uint32_t *value);
unsigned dtb_cells(int node, const char *property);
/* Entry `index` of `reg`, as the CPU sees it; false where there is none. */
bool dtb_reg(int node, unsigned index, uint64_t *base, uint64_t *size);
/* `reg` of a CPU's node: MPIDR affinity or hart id, not an address. */
bool dtb_cpu_id(int node, uint64_t *id);
int dtb_by_phandle(uint32_t phandle);
/* Node behind /chosen stdout-path; negative: none. */
int dtb_stdout(void);

/*
 * The IOMMU of this kind before the PCI host bridge, through which all of segment 0 reaches memory; negative: there is none.
 * Its ids are the requester ids, and what devices read and write is coherent with the CPUs' caches, or the machine is refused.
 */
int dtb_pci_iommu(const char *compatible);

/* dtb_<architecture>.c: the rest of the description; cpu[] holds the enabled CPUs with ascending ids. */
void dtb_describe(struct tenon_boot_info *info);
uint64_t dtb_boot_cpu_id(void);

#endif
