/* SPDX-License-Identifier: MIT
 * ACPI tables as bytes of foreign making: acpi.c finds and reads them, acpi_devices.c takes what concerns devices.
 */
#ifndef LOADER_ACPI_H
#define LOADER_ACPI_H

#include "loader.h"

/* A table, or an entry inside one, with the length that was found valid. */
struct table {
	const uint8_t *bytes;
	uint32_t size;
};

/* Little-endian number of `width` bytes; 0 past the end, which is taken for absent. */
uint64_t field(const struct table *table, uint32_t offset, unsigned width);
/* The table with this signature of four letters; false: there is none, and *found is undefined. */
bool find(const char *signature, struct table *found);

/* Where PCI functions are configured, and what stands between their DMA and the memory. A machine may have neither. */
void read_mcfg(struct tenon_boot_info *info);
void read_dmar(struct tenon_boot_x86_64 *arch);

#endif
