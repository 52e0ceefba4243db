/* SPDX-License-Identifier: MIT
 * What a virtio disk says of itself (VIRTIO 1.2, 5.2.3 and 5.2.4), as its clients are told.
 */
#ifndef VIRTIO_BLK_GEOMETRY_H
#define VIRTIO_BLK_GEOMETRY_H

#include "component.h"

#define UNIT 512u /* bytes in which a virtio disk counts, whatever its sector size */

#define NO_DISK ((struct storage_geometry){.sector_size = UNIT, .physical_size = UNIT})

/* The features that the driver can use. */
uint64_t geometry_features(void);
/* The whole geometry, of a device with these features. Nothing in it is out of bounds, whatever the device says. */
struct storage_geometry geometry_read(uint64_t features);
/* How many sectors of `sector_size` there are now. */
uint64_t geometry_sectors(uint32_t sector_size);
/* Request queues of the device; at least one. */
uint32_t geometry_queues(uint64_t features);

#endif
