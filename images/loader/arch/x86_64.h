/* SPDX-License-Identifier: MIT
 * What the x86_64 files of the loader share.
 */
#ifndef LOADER_X86_64_H
#define LOADER_X86_64_H

#include <stdint.h>

extern uint64_t trampoline_page; /* physical, below 1 MiB */

void cpuid(uint32_t leaf, uint32_t sub, uint32_t out[4]);

#endif
