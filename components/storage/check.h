/* SPDX-License-Identifier: MIT
 * What a request of the interface `storage` asks for, checked once, and where its data lies for the device: a source that
 * drivers of disks include. Their provided port is called `disk`.
 */
#ifndef STORAGE_CHECK_H
#define STORAGE_CHECK_H

#include "component.h"

#define CHECK_UNIT 512u /* at multiples of it data begins */

/* Does the request move data, and so have some? */
bool check_moves_data(const struct storage_request *request);
/*
 * OK: the device can do what the request says, on a disk of this geometry, and *address is what it must be told of the data;
 * 0 where there is none. A flush is OK on any disk. Otherwise what the client is answered; *address is unchanged.
 */
enum storage_outcome check_request(const struct storage_geometry *disk, uint32_t client,
				   const struct storage_request *request, uint64_t *address);

#endif
