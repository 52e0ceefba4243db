/* SPDX-License-Identifier: MIT
 * What loader and kernel share of this architecture besides tenon/boot.h: the kernel half of the address space,
 * and the memory attributes.
 */
#ifndef AARCH64_ARCH_BOOT_H
#define AARCH64_ARCH_BOOT_H

#include <stdint.h>

/* TTBR1, 39 bits (T1SZ = T0SZ = 25), 4 KiB granule. */
#define TENON_DIRECT_BASE UINT64_C(0xffffff8000000000)
#define TENON_DEVICE_BASE UINT64_C(0xffffffff00000000) /* the kernel's own mappings of devices, made by it */

/* Indices into MAIR_EL1 and the attributes behind them. */
#define TENON_MAIR_DEVICE   0 /* 0x04, Device-nGnRE */
#define TENON_MAIR_NORMAL   1 /* 0xff, write-back */
#define TENON_MAIR_UNCACHED 2 /* 0x44, normal non-cacheable */
#define TENON_MAIR_UNTAGGED 3 /* left to the kernel, which may make NORMAL tagged */
#define TENON_MAIR_VALUE    UINT64_C(0x44ff04)

#endif
