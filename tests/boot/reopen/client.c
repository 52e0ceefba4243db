/* SPDX-License-Identifier: MIT
 * Writes files, moves them, cuts them and reads them again, round after round, while what is below is killed. What was synced must
 * be there; what was not is done again once somebody says that it is lost. It ends after a round in which nobody was killed any more.
 */
#include "component.h"

#include <tenon/string.h>

#define FILES      6u
#define PIECE      (40u * 1024 + 77)
#define EXT4_KILLS 51u /* of 120, as killer.c takes turns */
#define TRIES      100u

static uint8_t piece[PIECE];
static uint32_t checks, wrong, repeated;

static void check(bool is_right, const char *what, const char *path)
{
	checks++;
	if (!is_right) {
		wrong++;
		log_error("wrong: %s %s", what, path);
	}
}

/* "/ext4/name3" */
static void name(char path[32], const char *folder, const char *word, uint32_t number)
{
	size_t length = 0;

	for (const char *at = folder; *at != '\0'; at++) {
		path[length++] = *at;
	}
	path[length++] = '/';
	for (const char *at = word; *at != '\0'; at++) {
		path[length++] = *at;
	}
	path[length++] = (char)('0' + number);
	path[length] = '\0';
}

static uint32_t pieces_of(uint32_t number)
{
	return 1 + number;
}

static void fill(uint32_t seed)
{
	uint32_t state = seed * 2654435761u + 1;

	for (uint32_t i = 0; i < PIECE; i++) {
		state = state * 1664525 + 1013904223;
		piece[i] = (uint8_t)(state >> 24);
	}
}

static bool is_filled(uint32_t seed)
{
	uint32_t state = seed * 2654435761u + 1, i = 0;

	for (; i < PIECE; i++) {
		state = state * 1664525 + 1013904223;
		if (piece[i] != (uint8_t)(state >> 24))
			break;
	}
	return i == PIECE;
}

static uint32_t seed_of(uint32_t round, uint32_t number, uint32_t i)
{
	return round * 1000 + number * 20 + i;
}

static enum files_status write_file(const char *path, uint32_t round, uint32_t number)
{
	struct filesystem_attributes attributes;
	uint32_t file = 0;
	uint64_t stop = 0;
	enum files_status status = files_open(
	    path, FILES_ACCESS_WRITE | FILES_ACCESS_CREATE | FILES_ACCESS_TRUNCATE, 0644, &file, &attributes);

	if (status != FILES_OK) {
		return status;
	}
	for (uint32_t i = 0; i < pieces_of(number) && status == FILES_OK; i++) {
		fill(seed_of(round, number, i));
		status = files_write(file, (uint64_t)i * PIECE, piece, PIECE, &stop);
	}
	if (status == FILES_OK) {
		status = files_sync(file);
	}
	check(files_close(file) == FILES_OK, "close", path);
	return status;
}

/* Until it is on the medium. */
static void write_until_synced(const char *path, uint32_t round, uint32_t number)
{
	enum files_status status = FILES_IO;

	for (uint32_t i = 0; i < TRIES && status == FILES_IO; i++) {
		status = write_file(path, round, number);
		repeated += status == FILES_IO;
	}
	check(status == FILES_OK, files_status_name(status), path);
}

static void read_file(const char *path, uint32_t round, uint32_t number)
{
	struct filesystem_attributes attributes = {0};
	uint32_t file = 0, count = 0;
	enum files_status status = files_open(path, FILES_ACCESS_READ, 0, &file, &attributes);

	check(status == FILES_OK, files_status_name(status), path);
	if (status != FILES_OK) {
		return;
	}
	check(attributes.size == (uint64_t)pieces_of(number) * PIECE, "size", path);
	for (uint32_t i = 0; i < pieces_of(number); i++) {
		memset(piece, 0, PIECE);
		status = files_read(file, (uint64_t)i * PIECE, piece, PIECE, &count);
		check(status == FILES_OK && count == PIECE && is_filled(seed_of(round, number, i)),
		      files_status_name(status), path);
	}
	check(files_close(file) == FILES_OK, "close", path);
}

/* A name that was not moved is moved now. */
static void move_all(const char *folder)
{
	enum files_status status = FILES_IO;
	char old[32], new[32];

	for (uint32_t i = 0; i < TRIES && status == FILES_IO; i++) {
		for (uint32_t number = 0; number < FILES; number++) {
			name(old, folder, "new", number);
			name(new, folder, "file", number);
			status = files_rename(old, new);
			check(status == FILES_OK || (i > 0 && status == FILES_NOT_FOUND),
			      files_status_name(status), old);
		}
		status = files_sync_all(false);
		repeated += status == FILES_IO;
	}
	check(status == FILES_OK, files_status_name(status), folder);
}

static void cut_and_grow(const char *path)
{
	struct filesystem_attributes attributes;
	uint32_t file = 0, count = 0, zeroes = 0;
	enum files_status status = FILES_IO;

	for (uint32_t i = 0; i < TRIES && status == FILES_IO; i++) {
		status = files_open(path, FILES_ACCESS_READ | FILES_ACCESS_WRITE | FILES_ACCESS_CREATE, 0644,
				    &file, &attributes);
		if (status != FILES_OK) {
			continue;
		}
		fill(3);
		status = files_write(file, 0, piece, PIECE, &(uint64_t){0});
		status = status == FILES_OK ? files_resize(file, 100) : status;
		status = status == FILES_OK ? files_resize(file, PIECE) : status;
		status = status == FILES_OK ? files_read(file, 0, piece, PIECE, &count) : status;
		for (zeroes = 0; zeroes < PIECE - 100 && piece[100 + zeroes] == 0; zeroes++) {
		}
		status = status == FILES_OK ? files_sync(file) : status;
		repeated += status == FILES_IO;
		(void)files_close(file);
	}
	check(status == FILES_OK && count == PIECE && zeroes == PIECE - 100, files_status_name(status), path);
}

static void go_round(const char *folder, uint32_t round, bool has_journal)
{
	char path[32];

	for (uint32_t number = 0; number < FILES; number++) {
		name(path, folder, has_journal ? "new" : "file", number);
		write_until_synced(path, round, number);
	}
	if (has_journal) { /* a FAT that is cut while a name is moved has it twice */
		move_all(folder);
	}
	for (uint32_t number = 0; number < FILES; number++) {
		name(path, folder, "file", number);
		read_file(path, round, number);
	}
	name(path, folder, "cut", 0);
	cut_and_grow(path);
}

static bool is_over(void)
{
	enum supervisor_state state;
	uint32_t restarts = 0, fault;

	CHECK(supervisor_status("ext4", &state, &restarts, &fault) == SUPERVISOR_OK);
	return restarts >= EXT4_KILLS;
}

void component_start(void)
{
	bool was_over = false;

	for (uint32_t round = 1; !was_over && wrong == 0; round++) {
		was_over = is_over();
		go_round("/ext4", was_over ? 99 : round, true);
		go_round("/fat", was_over ? 99 : round, false);
	}
	check(files_sync_all(true) == FILES_OK, "sync", "all");
	log_info("%u checks, %u wrong; %s was done again", checks, wrong,
		 repeated > 0 ? "something" : "nothing");
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}

void files_session(bool is_open)
{
	(void)is_open;
}

void files_changes(void)
{
}
