/* SPDX-License-Identifier: MIT
 * Writes to two disks until one of them is taken out. What was synced before is whole (disk.py), what is asked of that disk afterwards
 * is answered `io`, also once its driver has begun anew without it, and the other file systems go on as before.
 */
#include "component.h"

#include <tenon/string.h>

#define BYTES      32768u
#define AFTERWARDS 50u
#define OFF_NS     UINT64_C(400000000) /* after an error, until the slot has surely been switched off */

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

static bool is_filled(uint32_t seed)
{
	for (uint32_t i = 0; i < BYTES; i++) {
		if (data[i] != (uint8_t)(i * 31 + (i >> 9) + seed)) {
			return false;
		}
	}
	return true;
}

static enum files_status open(const char *folder, const char *name, uint32_t access, uint32_t *file)
{
	const size_t length = strlen(folder);
	struct filesystem_attributes attributes;
	char path[64];

	memcpy(path, folder, length);
	path[length] = '/';
	memcpy(path + length + 1, name, strlen(name) + 1);
	return files_open(path, access, 0644, file, &attributes);
}

static enum files_status read_all(const char *folder, const char *name)
{
	uint32_t file = 0, count = 0;
	enum files_status status = open(folder, name, FILES_ACCESS_READ, &file);

	memset(data, 0, sizeof data);
	if (status == FILES_OK) {
		status = files_read(file, 0, data, BYTES, &count);
		check(files_close(file) == FILES_OK, folder, "close");
		check(status != FILES_OK || count == BYTES, folder, "count");
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

static void try_others(uint32_t round)
{
	static const char *const folders[] = {"/ext4", ""};

	for (uint32_t i = 0; i < 2; i++) {
		check(write_all(folders[i], "work", round) == FILES_OK, folders[i], "write");
		check(read_all(folders[i], "work") == FILES_OK && is_filled(round), folders[i], "read");
	}
}

static void try_what_is_gone(uint32_t round)
{
	check(write_all("/fat", "work", round) == FILES_IO, "/fat", "write to what is gone");
	check(read_all("/fat", "never read") == FILES_IO, "/fat", "read of what is gone");
}

/* Returns how often both were written before one of them was gone. */
static uint32_t work(void)
{
	uint32_t rounds = 0;
	enum files_status status;

	for (;; rounds++) {
		status = write_all("/fat", "work", rounds);
		status = status == FILES_OK ? read_all("/fat", "large") : status;
		try_others(rounds);
		if (status != FILES_OK) {
			break;
		}
		if (rounds == 0) {
			log_info("at work");
		}
	}
	check(status == FILES_IO, "/fat", files_status_name(status));
	return rounds;
}

void component_start(void)
{
	uint32_t rounds;
	uint64_t since;

	check(write_all("/fat", "before", 7) == FILES_OK, "/fat", "before");
	check(write_all("/ext4", "before", 7) == FILES_OK, "/ext4", "before");
	rounds = work();
	since = clock_ns();
	for (uint32_t i = 0; i < AFTERWARDS || clock_ns() - since < OFF_NS; i++) {
		try_what_is_gone(i);
		try_others(i);
	}
	check(supervisor_restart("disk") == SUPERVISOR_OK, "disk", "restart");
	for (uint32_t i = 0; i < AFTERWARDS; i++) {
		try_what_is_gone(i);
		try_others(i);
	}
	(void)files_sync_all(false); /* says of the FAT that there was an error */
	check(write_all("/ext4", "after", 8) == FILES_OK, "/ext4", "after");
	log_info("%u checks, %u wrong; %s before it was gone", checks, wrong,
		 rounds > 0 ? "some rounds" : "none");
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}

void files_session(bool is_open)
{
	(void)is_open;
}

void files_changes(void)
{
}
