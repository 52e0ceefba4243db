/* SPDX-License-Identifier: MIT
 * Configuration space: where its registers stand, and the two functions that
 * reach it. pci.c has them over the bridge's ECAM, tests over a model of their
 * own. Everything read there is a device's word for it.
 *
 * Sections: PCI Local Bus 3.0 chapter 6, PCI-to-PCI Bridge 1.2 chapter 3, PCI
 * Express Base chapter 7.
 */
#ifndef PCI_CONFIGURATION_H
#define PCI_CONFIGURATION_H

#include <stdint.h>

/* A requester is bus << 8 | device << 3 | function, below the bus that the ECAM ends with. `offset`: of an aligned word. */
uint32_t configuration_read(uint32_t requester, uint32_t offset);
void configuration_write(uint32_t requester, uint32_t offset, uint32_t value);

#define CONFIGURATION_BYTES          4096u /* with the extended part */
#define CONFIGURATION_STANDARD_BYTES 256u

#define PCI_IDENTITY      0x00u /* vendor, device */
#define PCI_COMMAND       0x04u /* and in the upper half the status, whose bits are cleared by ones */
#define PCI_CLASS         0x08u /* revision in the lowest byte */
#define PCI_HEADER        0x0cu /* header type in the third byte */
#define PCI_BAR           0x10u
#define PCI_BUSES         0x18u /* of a bridge: primary, secondary, subordinate */
#define PCI_IO_WINDOW     0x1cu
#define PCI_MEMORY        0x20u /* of a bridge: base and limit in MiB */
#define PCI_PREFETCHABLE  0x24u
#define PCI_PREFETCH_BASE 0x28u /* upper words of them */
#define PCI_PREFETCH_END  0x2cu
#define PCI_SUBSYSTEM     0x2cu
#define PCI_IO_UPPER      0x30u
#define PCI_CAPABILITIES  0x34u

#define PCI_NOBODY 0xffffu /* the vendor where no function is */

#define PCI_COMMAND_IO           0x0001u
#define PCI_COMMAND_MEMORY       0x0002u
#define PCI_COMMAND_MASTER       0x0004u
#define PCI_COMMAND_NO_LINE      0x0400u /* interrupt line off */
#define PCI_COMMAND_MASK         0xffffu
#define PCI_STATUS_CAPABILITIES  0x00100000u /* in the word of the command */
#define PCI_HEADER_TYPE_SHIFT    16u
#define PCI_HEADER_TYPE_MASK     0x7fu
#define PCI_HEADER_MANY          0x00800000u
#define PCI_HEADER_TYPE_ENDPOINT 0u
#define PCI_HEADER_TYPE_BRIDGE   1u

#define PCI_CLASS_BRIDGE 0x06u /* base class: to the CPU, to ISA, to PCI */

#define PCI_BAR_IO       0x1u
#define PCI_BAR_TYPE     0x6u
#define PCI_BAR_TYPE_32  0x0u
#define PCI_BAR_TYPE_64  0x4u
#define PCI_BAR_PREFETCH 0x8u
#define PCI_BAR_FLAGS    0xfu

#define PCI_CAPABILITY_POWER   0x01u
#define PCI_CAPABILITY_MSI     0x05u
#define PCI_CAPABILITY_EXPRESS 0x10u
#define PCI_CAPABILITY_MSI_X   0x11u

#endif
