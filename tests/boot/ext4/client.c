/* SPDX-License-Identifier: MIT
 * A client of ext4 in the place of vfs: it finds what the host put there, makes files and directories, and moves data between
 * its memory and the volume by extents. The host looks at the result (disk.py).
 */
#include "component.h"

#include "wait.h"

#include <tenon/string.h>

#define BYTES 300000u

static struct filesystem_attributes attributes;
static struct filesystem_time now = {.seconds = 1800000000, .nanoseconds = 123456789};
static uint8_t data[(BYTES + 4095) / 4096 * 4096];
static uint32_t checks, wrong;

static void check(bool holds, const char *what)
{
	checks++;
	if (!holds) {
		wrong++;
		log_error("wrong: %s", what);
	}
}

static uint8_t pattern(uint32_t at, uint32_t seed)
{
	return (uint8_t)(at * 31 + (at >> 9) + seed);
}

static uint64_t make(uint64_t directory, const char *name, enum filesystem_kind kind)
{
	check(files_create(directory, name, kind, 0640, &now, &attributes) == FILESYSTEM_OK, name);
	return attributes.node;
}

/* As vfs does: places for it, the data, a flush, and then the file leads to it. */
static void write_file(uint64_t node, uint32_t bytes, uint32_t seed)
{
	const uint32_t sector = storage_geometry()->sector_size;
	struct filesystem_extent extents[32];
	struct filesystem_range range = {.length = bytes};
	uint32_t count = 0;

	for (uint32_t i = 0; i < sizeof data; i++) {
		data[i] = i < bytes ? pattern(i, seed) : 0;
	}
	check(files_map(node, 0, bytes, true, extents, 32, &count) == FILESYSTEM_OK && count != 0,
	      "places for data");
	for (uint32_t i = 0; i < count; i++) {
		check(extents[i].place == FILESYSTEM_PLACE_FRESH, "they are fresh");
		check(extents[i].offset <= sizeof data &&
			  extents[i].length <= sizeof data - extents[i].offset &&
			  storage_write(extents[i].position / sector, extents[i].length / sector,
					data + extents[i].offset) == STORAGE_OUTCOME_OK,
		      "data goes there");
	}
	check(storage_flush() == STORAGE_OUTCOME_OK, "and is there");
	check(files_commit(node, &range, 1, bytes, &now) == FILESYSTEM_OK, "the file leads to it");
}

static void read_file(uint64_t node, uint32_t bytes, uint32_t seed)
{
	const uint32_t sector = storage_geometry()->sector_size;
	struct filesystem_extent extents[32];
	uint32_t count = 0, good = 0;

	memset(data, 0, sizeof data);
	check(files_map(node, 0, bytes, false, extents, 32, &count) == FILESYSTEM_OK, "where data is");
	for (uint32_t i = 0; i < count; i++) {
		check(extents[i].place == FILESYSTEM_PLACE_DATA && extents[i].offset <= sizeof data &&
			  extents[i].length <= sizeof data - extents[i].offset &&
			  storage_read(extents[i].position / sector, extents[i].length / sector,
				       data + extents[i].offset) == STORAGE_OUTCOME_OK,
		      "data is read");
	}
	while (good < bytes && data[good] == pattern(good, seed)) {
		good++;
	}
	check(good == bytes, "it is what was written");
}

static void find_what_is_there(uint64_t root)
{
	struct filesystem_entry entries[12];
	uint64_t from = 0;
	uint32_t count = 0, seen = 0;
	char target[1023 + 1];

	check(files_look_up(root, "many", &attributes) == FILESYSTEM_OK, "the host's directory");
	do {
		check(files_read_entries(attributes.node, from, entries, 12, &count) == FILESYSTEM_OK,
		      "reading a directory");
		seen += count;
		from = count == 0 ? from : entries[count - 1].next;
	} while (count != 0);
	check(seen == 500, "all names are there");
	check(files_look_up(root, "data", &attributes) == FILESYSTEM_OK && attributes.size == BYTES,
	      "the host's file");
	read_file(attributes.node, BYTES, 1);
	check(files_look_up(root, "way", &attributes) == FILESYSTEM_OK &&
		  files_read_link(attributes.node, target) == FILESYSTEM_OK && strcmp(target, "many/17") == 0,
	      "the host's symbolic link");
}

static void change(uint64_t root)
{
	const uint64_t directory = make(root, "made", FILESYSTEM_KIND_DIRECTORY);
	const uint64_t file = make(directory, "file", FILESYSTEM_KIND_FILE);

	write_file(file, BYTES, 7);
	read_file(file, BYTES, 7);
	check(files_link(file, root, "second", &now) == FILESYSTEM_OK, "a second name");
	check(files_rename(root, "data", directory, "moved", &now) == FILESYSTEM_OK, "a rename");
	check(files_look_up(directory, "moved", &attributes) == FILESYSTEM_OK, "what was renamed");
	check(files_write_attributes(attributes.node, FILESYSTEM_WANTED_SIZE, 0, 100001, &now, &now,
				     &attributes) == FILESYSTEM_OK &&
		  attributes.size == 100001,
	      "it is cut");
	check(files_create_link(root, "new_way", "made/file", &now, &attributes) == FILESYSTEM_OK, "a link");
	check(files_create(root, "second", FILESYSTEM_KIND_FILE, 0, &now, &attributes) == FILESYSTEM_EXISTS,
	      "a name that is taken");
	check(files_unlink(root, "many", FILESYSTEM_KIND_DIRECTORY, &now) == FILESYSTEM_NOT_EMPTY,
	      "a directory that is not empty");
	check(files_look_up(root, "gone", &attributes) == FILESYSTEM_OK &&
		  files_hold(attributes.node) == FILESYSTEM_OK &&
		  files_unlink(root, "gone", FILESYSTEM_KIND_FILE, &now) == FILESYSTEM_OK &&
		  files_read_attributes(attributes.node, &attributes) == FILESYSTEM_OK &&
		  files_release(attributes.node) == FILESYSTEM_OK &&
		  files_read_attributes(attributes.node, &attributes) == FILESYSTEM_BAD_NODE,
	      "a file that is held");
	check(files_sync(true) == FILESYSTEM_OK, "sync");
}

enum trial_status trial_run(uint32_t client, uint32_t *all, uint32_t *bad)
{
	uint64_t root = 0, largest = 0;
	uint32_t features = 0, block = 0, longest = 0;

	(void)client;
	check(files_describe(&root, &features, &block, &longest, &largest) == FILESYSTEM_OK &&
		  (features & FILESYSTEM_FEATURES_EXTENTS) != 0,
	      "what it is");
	find_what_is_there(root);
	change(root);
	*all = checks;
	*bad = wrong;
	return TRIAL_OK;
}

/* It calls, and asks for nothing. */
void files_session(bool open)
{
	(void)open;
}

void files_asks_room(void)
{
}

void files_answers(void)
{
}
