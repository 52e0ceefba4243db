/* SPDX-License-Identifier: MIT
 * Frames over registers of functions, mapped for their drivers or for this
 * component itself. Each takes a slot of the table until it is taken back.
 */
#ifndef PCI_FRAMES_H
#define PCI_FRAMES_H

#include <stdbool.h>
#include <stdint.h>
#include <tenon/object.h>

/*
 * Maps `bytes` from the bus address `from` at `address` of `space` (WRITE), all page multiples, on account of `owner`.
 * False: the bridge does not pass that on, or slots or memory are used up; what was mapped before that stays mapped.
 */
bool frames_map(uint32_t owner, uint64_t from, uint64_t bytes, tenon_handle_t space, uint64_t address);
/* Takes back all of this owner. When it returns nobody reaches those registers any more. */
void frames_unmap(uint32_t owner);

#endif
