/* SPDX-License-Identifier: MIT
 * The device of the heart on the host.
 */
#include "medium.h"

#include "device.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
	uint8_t *bytes;
	uint64_t size, writes, fail_after;
	FILE *record;
	bool quiet;
} medium;

void medium_init(uint8_t *bytes, uint64_t size, const char *record)
{
	memset(&medium, 0, sizeof medium);
	medium.bytes = bytes;
	medium.size = size;
	if (record != NULL) {
		medium.record = fopen(record, "wb");
		if (medium.record == NULL) {
			perror(record);
			exit(2);
		}
	}
}

void medium_fini(void)
{
	if (medium.record != NULL) {
		fclose(medium.record);
		medium.record = NULL;
	}
}

void medium_be_quiet(bool quiet)
{
	medium.quiet = quiet;
}

void medium_fail_after(uint64_t writes)
{
	medium.fail_after = writes == 0 ? 0 : medium.writes + writes;
}

static bool is_within(uint64_t offset, size_t bytes)
{
	return offset <= medium.size && bytes <= medium.size - offset;
}

static void record(uint64_t offset, const void *data, uint64_t bytes)
{
	if (medium.record != NULL) {
		fwrite(&offset, sizeof offset, 1, medium.record);
		fwrite(&bytes, sizeof bytes, 1, medium.record);
		fwrite(data, 1, bytes, medium.record);
	}
}

uint64_t device_bytes(void)
{
	return medium.size;
}

bool device_is_read_only(void)
{
	return false;
}

bool device_read(uint64_t offset, void *data, size_t bytes)
{
	if (!is_within(offset, bytes)) {
		return false;
	}
	memcpy(data, medium.bytes + offset, bytes);
	return true;
}

bool device_write(uint64_t offset, const void *data, size_t bytes)
{
	medium.writes++;
	if (!is_within(offset, bytes) || (medium.fail_after != 0 && medium.writes >= medium.fail_after)) {
		return false;
	}
	memcpy(medium.bytes + offset, data, bytes);
	record(offset, data, bytes);
	return true;
}

bool device_flush(void)
{
	record(0, "", 0);
	return medium.fail_after == 0 || medium.writes < medium.fail_after;
}

void device_says(bool is_error, const char *format, ...)
{
	va_list arguments;

	if (medium.quiet) {
		return;
	}
	va_start(arguments, format);
	fputs(is_error ? "# error: " : "# ", stdout);
	vprintf(format, arguments);
	putchar('\n');
	va_end(arguments);
}
