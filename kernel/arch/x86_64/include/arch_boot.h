/* SPDX-License-Identifier: MIT
 * What loader and kernel share of this architecture besides tenon/boot.h: the kernel half of the address space.
 */
#ifndef X86_64_ARCH_BOOT_H
#define X86_64_ARCH_BOOT_H

#include <stdint.h>

/* Four levels, PML4 slots 256 and 384; the image is in 511. */
#define TENON_DIRECT_BASE UINT64_C(0xffff800000000000)
#define TENON_DEVICE_BASE UINT64_C(0xffffc00000000000) /* the kernel's own mappings of devices, made by it */

#endif
