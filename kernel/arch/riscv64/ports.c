/* SPDX-License-Identifier: MIT
 * I/O ports, which this architecture does not have.
 */
#include <arch/arch.h>

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
