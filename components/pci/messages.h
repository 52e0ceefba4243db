/* SPDX-License-Identifier: MIT
 * Message interrupts of a function: MSI-X (PCI Local Bus 3.0, 6.8.2) through
 * its table in memory, or MSI (6.8.1) through configuration space.
 */
#ifndef PCI_MESSAGES_H
#define PCI_MESSAGES_H

#include "function.h"

#define MESSAGES_TABLE_PAGES 9u /* at most: 2,048 entries of 16 bytes, not from a page's beginning */

/* `table`: the MSI-X table where it is mapped; NULL for MSI. Every vector is masked, and MSI-X on. */
void messages_open(const struct function *function, volatile uint32_t *table);
/* The vector, which is one of the function's, writes `data` to `address` from now on. False: MSI cannot write that. */
bool messages_set(const struct function *function, volatile uint32_t *table, uint32_t vector,
		  uint64_t address, uint32_t data);
/* No vector signals anything; MSI-X and MSI are off. */
void messages_close(const struct function *function);

#endif
