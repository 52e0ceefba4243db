/* SPDX-License-Identifier: MIT
 * Writes a file larger than the cache, and reads it again.
 */
#include "component.h"

#include <tenon/string.h>

#define PIECE (200u * 1024 + 77)
#define COUNT 20u

static uint8_t piece[PIECE];

static void fill(uint32_t number)
{
	uint32_t state = number * 2654435761u + 1;

	for (uint32_t i = 0; i < PIECE; i++) {
		state = state * 1664525 + 1013904223;
		piece[i] = (uint8_t)(state >> 24);
	}
}

static bool is_right(uint32_t number)
{
	uint32_t state = number * 2654435761u + 1, i = 0;

	for (; i < PIECE; i++) {
		state = state * 1664525 + 1013904223;
		if (piece[i] != (uint8_t)(state >> 24))
			break;
	}
	if (i < PIECE)
		log_error("piece %u differs at %u", number, i);
	return i == PIECE;
}

static void try(const char *path)
{
	struct filesystem_attributes attributes;
	uint32_t file = 0, count = 0, wrong = 0;
	uint64_t stop = 0;
	enum files_status status;

	status = files_open(path, FILES_ACCESS_READ | FILES_ACCESS_WRITE | FILES_ACCESS_CREATE, 0644, &file,
			    &attributes);
	log_info("open: %s", files_status_name(status));
	for (uint32_t i = 0; i < COUNT && status == FILES_OK; i++) {
		fill(i);
		status = files_write(file, (uint64_t)i * PIECE, piece, PIECE, &stop);
	}
	log_info("written: %s", files_status_name(status));
	status = files_sync(file);
	log_info("synced: %s", files_status_name(status));
	for (uint32_t i = 0; i < COUNT && status == FILES_OK; i++) {
		status = files_read(file, (uint64_t)i * PIECE, piece, PIECE, &count);
		wrong += count != PIECE || !is_right(i);
	}
	log_info("read: %s, %u wrong", files_status_name(status), wrong);
	status = files_sync_all(true);
	log_info("synced all: %s", files_status_name(status));
}

void component_start(void)
{
	try("/fat/file with a long name.bin");
	try("/ext4/file with a long name.bin");
	log_info("done");
}

void files_session(bool is_open)
{
	(void)is_open;
}

void files_changes(void)
{
}
