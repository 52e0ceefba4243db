/* SPDX-License-Identifier: MIT
 * A driver of a device without an IOMMU before it.
 */
#include "component.h"

void component_start(void)
{
	device_write32(0, 0, (uint32_t)device_address(device_dma()));
}
