/* SPDX-License-Identifier: MIT
 * See check.h.
 */
#include "check.h"

#include <tenon/string.h>

uint32_t checks, wrong;

static struct files_entry entries[12];

void check(bool holds, const char *what)
{
	checks++;
	if (!holds) {
		wrong++;
		log_error("wrong: %s", what);
	}
}

void expect(enum files_status status, enum files_status expected, const char *what)
{
	checks++;
	if (status != expected) {
		wrong++;
		log_error("wrong: %s: %s", what, files_status_name(status));
	}
}

uint32_t open(const char *path, uint32_t access)
{
	struct filesystem_attributes attributes;
	uint32_t file = UINT32_MAX;

	expect(files_open(path, access, 0644, &file, &attributes), FILES_OK, path);
	return file;
}

void close(uint32_t file)
{
	expect(files_close(file), FILES_OK, "close");
}

void put(const char *path, const char *text)
{
	const uint32_t file = open(path, FILES_ACCESS_WRITE | FILES_ACCESS_CREATE | FILES_ACCESS_TRUNCATE);
	uint64_t stop = 0;

	expect(files_write(file, 0, (const uint8_t *)text, (uint32_t)strlen(text), &stop), FILES_OK, path);
	check(stop == strlen(text), "where it ends");
	close(file);
}

void has(const char *path, const char *text)
{
	const uint32_t file = open(path, FILES_ACCESS_READ);
	uint8_t read[64];
	uint32_t bytes = 0;

	expect(files_read(file, 0, read, sizeof read, &bytes), FILES_OK, path);
	check(bytes == strlen(text) && memcmp(read, text, bytes) == 0, path);
	close(file);
}

void is_not_there(const char *path)
{
	struct filesystem_attributes attributes;

	expect(files_look_up(path, false, &attributes), FILES_NOT_FOUND, path);
}

uint32_t count(const char *path, const char *name, bool *found)
{
	const uint32_t file = open(path, FILES_ACCESS_READ | FILES_ACCESS_DIRECTORY);
	uint32_t sum = 0, some = 0;
	uint64_t from = 0;

	*found = false;
	do {
		expect(files_read_entries(file, from, entries, 12, &some), FILES_OK, path);
		for (uint32_t i = 0; i < some; i++) {
			*found = *found || strcmp(entries[i].name, name) == 0;
			from = entries[i].next;
		}
		sum += some;
	} while (some > 0);
	close(file);
	return sum;
}
