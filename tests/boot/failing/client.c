/* SPDX-License-Identifier: MIT
 * Reads what cannot be read, writes what cannot be written, and fills what is too small: on two file systems, each of which goes on.
 */
#include "component.h"

#include <tenon/string.h>

#define BYTES 32768u

static uint8_t data[BYTES];
static uint32_t checks, wrong;

static void check(bool is_right, const char *folder, const char *what)
{
	checks++;
	if (!is_right) {
		wrong++;
		log_error("wrong: %s: %s", folder, what);
	}
}

static void fill(uint32_t seed)
{
	for (uint32_t i = 0; i < BYTES; i++) {
		data[i] = (uint8_t)(i * 31 + (i >> 9) + seed);
	}
}

static bool is_filled(uint32_t seed, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++) {
		if (data[i] != (uint8_t)(i * 31 + (i >> 9) + seed)) {
			return false;
		}
	}
	return true;
}

static void path_of(char path[64], const char *folder, const char *name)
{
	const size_t length = strlen(folder);

	memcpy(path, folder, length);
	path[length] = '/';
	memcpy(path + length + 1, name, strlen(name) + 1);
}

static enum files_status open(const char *folder, const char *name, uint32_t access, uint32_t *file)
{
	struct filesystem_attributes attributes;
	char path[64];

	path_of(path, folder, name);
	return files_open(path, access, 0644, file, &attributes);
}

static enum files_status read_all(const char *folder, const char *name, uint64_t offset, uint32_t bytes)
{
	uint32_t file = 0, count = 0;
	enum files_status status = open(folder, name, FILES_ACCESS_READ, &file);

	memset(data, 0, sizeof data);
	if (status == FILES_OK) {
		status = files_read(file, offset, data, bytes, &count);
		check(files_close(file) == FILES_OK, folder, "close");
		check(status != FILES_OK || count == bytes, folder, "count");
	}
	return status;
}

static enum files_status write_all(const char *folder, const char *name, uint32_t seed)
{
	uint32_t file = 0;
	uint64_t stop = 0;
	enum files_status status = open(folder, name, FILES_ACCESS_WRITE | FILES_ACCESS_CREATE, &file);

	fill(seed);
	if (status == FILES_OK) {
		status = files_write(file, 0, data, BYTES, &stop);
		status = status == FILES_OK ? files_sync(file) : status;
		check(files_close(file) == FILES_OK, folder, "close");
	}
	return status;
}

/* Sectors that fail. */
static void try_faults(const char *folder)
{
	for (uint32_t i = 0; i < 3; i++) {
		check(read_all(folder, "bad", BYTES / 2, BYTES / 2) == FILES_IO, folder,
		      "read of what fails");
		check(read_all(folder, "good", 0, BYTES) == FILES_OK && is_filled(1, BYTES), folder,
		      "read of what is good");
		check(write_all(folder, "stuck", 9) == FILES_IO, folder, "write of what fails");
	}
}

/* One file that grows until the medium is full. */
static void try_full(const char *folder)
{
	uint32_t file = 0, pieces = 0;
	uint64_t stop = 0;
	enum files_status status = open(folder, "large", FILES_ACCESS_WRITE | FILES_ACCESS_CREATE, &file);
	char path[64];

	fill(5);
	for (; pieces < 1000 && status == FILES_OK; pieces++) {
		status = files_write(file, (uint64_t)pieces * BYTES, data, BYTES, &stop);
	}
	check(status == FILES_NO_SPACE && pieces > 50, folder, files_status_name(status));
	check(files_sync(file) == FILES_OK, folder, "sync of a full medium");
	check(write_all(folder, "more", 6) == FILES_NO_SPACE, folder, "one more file");
	check(files_close(file) == FILES_OK, folder, "close");
	check(read_all(folder, "large", BYTES, BYTES) == FILES_OK && is_filled(5, BYTES), folder, "large");
	path_of(path, folder, "large");
	check(files_remove(path, false) == FILES_OK, folder, "remove");
	path_of(path, folder, "more");
	(void)files_remove(path, false);
	check(write_all(folder, "made", 7) == FILES_OK, folder, "write after room was made");
}

void component_start(void)
{
	try_faults("/ext4");
	try_faults("/fat");
	try_full("/fat");
	check(write_all("/ext4", "made", 7) == FILES_OK, "/ext4", "write while another is full");
	try_full("/ext4");
	check(read_all("/fat", "made", 0, BYTES) == FILES_OK && is_filled(7, BYTES), "/fat", "made");
	(void)files_sync_all(false); /* says of `stuck` what was said before, or nothing */
	check(files_sync_all(true) == FILES_OK, "/", "sync");
	log_info("%u checks, %u wrong", checks, wrong);
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}

void files_session(bool is_open)
{
	(void)is_open;
}

void files_changes(void)
{
}
