/* SPDX-License-Identifier: MIT
 * See store.h.
 */
#include "store.h"

#include <string.h>

int store_copy(const struct store_device *device, unsigned from, unsigned to)
{
	unsigned char data[STORE_BLOCK], again[STORE_BLOCK];
	int error = device->read(from, data);

	if (error == 0)
		error = device->write(to, data);
	if (error == 0)
		error = device->read(to, again);
	if (error == 0)
		error = memcmp(data, again, STORE_BLOCK);
	return error;
}
