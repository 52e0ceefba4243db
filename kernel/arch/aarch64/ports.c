/*
 * SPDX-License-Identifier: MIT
 *
 * AArch64 has no I/O ports.
 */
#include "aarch64.h"

enum tenon_status arch_port_read(uint16_t port, unsigned width, uint32_t *value)
{
	(void)port;
	(void)width;
	(void)value;
	return TENON_UNSUPPORTED;
}

enum tenon_status arch_port_write(uint16_t port, unsigned width, uint32_t value)
{
	(void)port;
	(void)width;
	(void)value;
	return TENON_UNSUPPORTED;
}
