/* SPDX-License-Identifier: MIT
 * The heart's device: the volume behind the port of that name.
 */
#include "device.h"

#include "wait.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LONGEST_TEXT 160u
#define SECTOR_MOST  4096u

static uint32_t sector(void)
{
	return storage_geometry()->sector_size;
}

uint64_t device_bytes(void)
{
	return storage_geometry()->sectors * sector();
}

bool device_is_read_only(void)
{
	return (storage_geometry()->features & STORAGE_FEATURES_READ_ONLY) != 0;
}

static bool is_of_sectors(uint64_t offset, size_t bytes)
{
	return offset % sector() == 0 && bytes % sector() == 0;
}

/* A part of one sector: the superblock before the size of a block is known. */
static bool read_part(uint64_t offset, void *data, size_t bytes)
{
	static uint8_t whole[SECTOR_MOST];
	const uint64_t at = offset % sector();

	if (at > sector() || bytes > sector() - at ||
	    storage_read(offset / sector(), 1, whole) != STORAGE_OUTCOME_OK) {
		return false;
	}
	memcpy(data, whole + at, bytes);
	return true;
}

bool device_read(uint64_t offset, void *data, size_t bytes)
{
	if (!is_of_sectors(offset, bytes)) {
		return read_part(offset, data, bytes);
	}
	return storage_read(offset / sector(), bytes / sector(), data) == STORAGE_OUTCOME_OK;
}

bool device_write(uint64_t offset, const void *data, size_t bytes)
{
	return is_of_sectors(offset, bytes) &&
	       storage_write(offset / sector(), bytes / sector(), data) == STORAGE_OUTCOME_OK;
}

bool device_flush(void)
{
	return storage_flush() == STORAGE_OUTCOME_OK;
}

void device_says(bool is_error, const char *format, ...)
{
	char text[LONGEST_TEXT];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (is_error) {
		log_error("%s", text);
	} else {
		log_info("%s", text);
	}
}
