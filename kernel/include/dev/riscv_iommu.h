/* SPDX-License-Identifier: MIT
 * RISC-V IOMMU (RISC-V IOMMU Architecture Specification 1.0.1). Device ids are the requester ids of PCI segment 0. The
 * functions of arch/arch.h that attach, detach and flush are implemented there.
 */
#ifndef DEV_RISCV_IOMMU_H
#define DEV_RISCV_IOMMU_H

#include <arch/arch.h>

/* From here on every requester reaches nothing. Reports come as `report.data` at `report.address`. Boot only. */
void riscv_iommu_init(physical_t registers, uint64_t size, struct arch_message report);
/* Handles the reports that are there. */
void riscv_iommu_handle(struct cpu *cpu);

#endif
