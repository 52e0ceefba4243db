/* SPDX-License-Identifier: MIT
 * Arm SMMUv3 (Arm IHI 0070). Stream ids are the requester ids of PCI segment 0. It implements what arch/arch.h says of I/O
 * spaces; its line is an edge, and handled here.
 */
#ifndef DEV_SMMUV3_H
#define DEV_SMMUV3_H

#include <arch/arch.h>

/* INTID of the line on which it reports; 0: there is no SMMU. */
extern uint32_t smmu_line;
/* Handles the reports that are there. */
void smmu_handle(struct cpu *cpu);

#endif
