/* SPDX-License-Identifier: MIT
 * A client that asks for what it may not have, and keeps all that it may. The others must not notice.
 */
#include "check.h"

#include <tenon/string.h>

#define OPEN  64u /* interfaces/files.yaml */
#define LOCKS 64u
#define SPACE (64u << 10) /* system.yaml */

static char path[1024];
static uint8_t byte, piece[4096];

static void paths(void)
{
	struct filesystem_attributes attributes;

	memset(path, 'x', sizeof path - 1);
	expect(files_look_up(path, true, &attributes), FILES_BAD_NAME, "a name that is too long");
	for (uint32_t i = 0; i + 3 < sizeof path; i += 3) {
		memcpy(path + i, "../", 3);
	}
	path[1020] = '\0';
	expect(files_look_up(path, true, &attributes), FILES_OK, "up and up");
	is_not_there("/../../../secret");
	for (uint32_t i = 0; i + 2 < sizeof path; i += 2) {
		memcpy(path + i, "a/", 2);
	}
	path[1022] = '\0';
	expect(files_look_up(path, true, &attributes), FILES_NOT_FOUND, "deep");
	expect(files_remove("/", true), FILES_IN_USE, "its own root");
	expect(files_rename("/", "/a"), FILES_IN_USE, "its own root");
	expect(files_unmount("/"), FILES_NOT_PERMITTED, "unmount");
}

static void numbers(uint32_t own)
{
	struct filesystem_attributes attributes;
	uint32_t count, known = 0;
	uint64_t stop;

	for (uint32_t i = 0; i < 1000; i++) {
		known += files_read_attributes(i, &attributes) == FILES_OK;
		known += i != own && files_close(i) == FILES_OK;
	}
	check(known == 1, "files of others");
	expect(files_read(UINT32_MAX, 0, &byte, 1, &count), FILES_BAD_FILE, "no file");
	expect(files_read(own, UINT64_MAX, &byte, 1, &count), FILES_OK, "read at the end of all");
	check(count == 0, "nothing there");
	expect(files_write(own, UINT64_MAX, &byte, 1, &stop), FILES_TOO_LARGE, "write there");
	expect(files_resize(own, UINT64_MAX), FILES_TOO_LARGE, "as large");
}

/* What it keeps until it is no more. */
static void keep(uint32_t own)
{
	struct filesystem_attributes attributes;
	uint32_t file, watch, kept = 0;

	for (uint32_t i = 0; i < LOCKS; i++) {
		expect(files_lock(own, FILES_LOCK_EXCLUSIVE, 3 * (uint64_t)i, 2, false), FILES_OK, "lock");
	}
	expect(files_lock(own, FILES_LOCK_EXCLUSIVE, 3 * LOCKS, 1, false), FILES_NO_SPACE,
	       "one lock too many");
	expect(files_lock(own, FILES_LOCK_SHARED, 0, 2, false), FILES_OK, "another kind in its place");
	expect(files_lock(own, FILES_LOCK_NONE, 3, 1, false), FILES_OK, "the half of one");
	expect(files_lock(own, FILES_LOCK_NONE, 0, 0, false), FILES_OK, "unlock");
	while (files_open("/", FILES_ACCESS_READ, 0, &file, &attributes) == FILES_OK) {
		kept++;
	}
	check(kept == OPEN - 1, "as many as it may open");
	while (files_watch("/", &watch) == FILES_OK) {
		kept++;
	}
	check(kept == OPEN - 1 + 16, "as many as it may watch");
	for (uint32_t i = 0; i < 40; i++) { /* more than its channel takes, and it does not look */
		expect(files_make_directory("/d", 0755), FILES_OK, "make");
		expect(files_remove("/d", true), FILES_OK, "remove");
	}
}

static uint64_t free_bytes(void)
{
	uint32_t block;
	uint64_t blocks, free_blocks, nodes, free_nodes;
	bool read_only;

	expect(files_space("/", &block, &blocks, &free_blocks, &nodes, &free_nodes, &read_only), FILES_OK,
	       "space");
	check(blocks * block == SPACE, "the space of its connection");
	return free_blocks * block;
}

static uint32_t make_directories(void)
{
	char name[] = "/n00";
	uint32_t made = 0;

	while (made < 100 && files_make_directory(name, 0755) == FILES_OK) {
		made++;
		name[2] = (char)('0' + made / 10);
		name[3] = (char)('0' + made % 10);
	}
	expect(files_make_directory(name, 0755), FILES_NO_SPACE, "one directory too many");
	for (uint32_t i = 0; i < made; i++) {
		name[2] = (char)('0' + i / 10);
		name[3] = (char)('0' + i % 10);
		expect(files_remove(name, true), FILES_OK, "remove a directory");
	}
	return made;
}

/* All that its connection lets it take, in data and in names; afterwards it has all of it again. */
static void fill(void)
{
	const uint64_t all = free_bytes();
	uint32_t file = open("/f", FILES_ACCESS_READ | FILES_ACCESS_WRITE | FILES_ACCESS_CREATE);
	uint64_t written = 0, stop;

	while (written < 2 * SPACE && files_write(file, written, piece, sizeof piece, &stop) == FILES_OK) {
		written = stop;
	}
	check(written >= SPACE / 2 && written < SPACE, "as much as it may write");
	check(free_bytes() < sizeof piece, "nothing is left");
	expect(files_write(file, written, piece, sizeof piece, &stop), FILES_NO_SPACE, "a piece too many");
	expect(files_write(file, 0, piece, sizeof piece, &stop), FILES_OK, "over what is there");
	expect(files_resize(file, SPACE), FILES_NO_SPACE, "grow");
	expect(files_resize(file, 1), FILES_OK, "shrink");
	check(make_directories() >= 10, "names instead of data");
	expect(files_resize(file, SPACE / 2), FILES_OK, "grow");
	expect(files_remove("/f", false), FILES_OK, "remove");
	check(free_bytes() < all - SPACE / 2, "what is open counts");
	close(file);
	check(free_bytes() == all, "all is free again");
}

void component_start(void)
{
	struct filesystem_attributes attributes;
	uint32_t file = 0;

	while (files_look_up("/", true, &attributes) != FILES_OK) {
		tenon_yield();
	}
	paths();
	fill();
	file = open("/own", FILES_ACCESS_READ | FILES_ACCESS_WRITE | FILES_ACCESS_CREATE);
	numbers(file);
	keep(file);
	log_info("%u checks, %u wrong", checks, wrong);
	close(file);
	put("/done", "");
}

void files_session(bool is_open)
{
	(void)is_open;
}

void files_changes(void)
{
}
