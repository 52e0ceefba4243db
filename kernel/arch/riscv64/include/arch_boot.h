/* SPDX-License-Identifier: MIT
 * What loader and kernel share of this architecture besides tenon/boot.h: the kernel half of the address space.
 */
#ifndef RISCV64_ARCH_BOOT_H
#define RISCV64_ARCH_BOOT_H

#include <stdint.h>

/* Sv39. */
#define TENON_DIRECT_BASE UINT64_C(0xffffffc000000000)
#define TENON_DEVICE_BASE UINT64_C(0xffffffff00000000) /* the kernel's own mappings of devices, made by it */

#endif
