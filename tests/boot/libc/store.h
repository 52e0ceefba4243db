/* SPDX-License-Identifier: MIT
 * A library as others write them: it knows nothing of stacks, and asks its user for the device.
 */
#ifndef STORE_H
#define STORE_H

#define STORE_BLOCK 64

struct store_device {
	int (*read)(unsigned block, unsigned char *data);
	int (*write)(unsigned block, const unsigned char *data);
};

/* Copies a block to another place and compares. 0, or what the device answered. */
int store_copy(const struct store_device *device, unsigned from, unsigned to);

#endif
