/* SPDX-License-Identifier: MIT
 * Pages that boot sets aside for tables of an IOMMU that are needed at run time only, when it is known for whom. The core's
 * lock for devices guards them.
 */
#ifndef DEV_SPARE_PAGES_H
#define DEV_SPARE_PAGES_H

#include <arch/arch.h>

/* One more. Boot only. */
void spare_page_add(void);
/* A zeroed page; 0: there is none left. */
physical_t spare_page_take(void);

#endif
