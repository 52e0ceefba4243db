/* SPDX-License-Identifier: MIT
 * The file system of the image: what a tree shows, and that nothing changes it.
 */
#include "test.h"

#include <tenon/files.h>

#define ROOT UINT64_C(1)

/* /: big, folder/, way -> folder/run; folder/: empty/, run */
static uint8_t big[10000];
static const struct tenon_file tree[] = {
    {.name = "", .kind = TENON_FILE_DIRECTORY, .first = 1, .count = 3},
    {.name = "big", .kind = TENON_FILE, .data = big, .size = sizeof big},
    {.name = "folder", .kind = TENON_FILE_DIRECTORY, .first = 4, .count = 2},
    {.name = "way", .kind = TENON_FILE_LINK, .data = "folder/run", .size = 10},
    {.name = "empty", .kind = TENON_FILE_DIRECTORY, .parent = 2},
    {.name = "run", .kind = TENON_FILE, .parent = 2, .is_executable = true},
};
const struct tenon_files tenon_files = {.file = tree, .count = sizeof tree / sizeof tree[0]};

static struct filesystem_attributes attributes;

static enum filesystem_status look_up(uint64_t directory, const char *name)
{
	return client_files_look_up(0, directory, name, &attributes);
}

TEST(names_lead_to_nodes)
{
	assert_int_equal(look_up(ROOT, "folder"), FILESYSTEM_OK);
	assert_int_equal(attributes.kind, FILESYSTEM_KIND_DIRECTORY);
	assert_int_equal(attributes.links, 3);
	assert_int_equal(look_up(attributes.node, "run"), FILESYSTEM_OK);
	assert_int_equal(attributes.mode, 0555);
	assert_int_equal(attributes.size, 0);
	assert_int_equal(look_up(ROOT, "big"), FILESYSTEM_OK);
	assert_int_equal(attributes.mode, 0444);
	assert_int_equal(attributes.size, sizeof big);
	assert_int_equal(attributes.allocated, 12288);
	assert_int_equal(look_up(attributes.node, "x"), FILESYSTEM_NOT_A_DIRECTORY);
	assert_int_equal(look_up(ROOT, "bi"), FILESYSTEM_NOT_FOUND);
	assert_int_equal(look_up(ROOT, "zzz"), FILESYSTEM_NOT_FOUND);
	assert_int_equal(look_up(0, "big"), FILESYSTEM_BAD_NODE);
	assert_int_equal(look_up(7, "big"), FILESYSTEM_BAD_NODE);
}

TEST(a_directory_has_its_entries)
{
	struct filesystem_entry entries[12];
	uint32_t count;

	assert_int_equal(client_files_read_entries(0, ROOT, 0, entries, 12, &count), FILESYSTEM_OK);
	assert_int_equal(count, 3);
	assert_string_equal(entries[1].name, "folder");
	assert_int_equal(client_files_read_entries(0, ROOT, entries[1].next, entries, 12, &count),
			 FILESYSTEM_OK);
	assert_int_equal(count, 1);
	assert_string_equal(entries[0].name, "way");
	assert_int_equal(client_files_read_entries(0, ROOT, UINT64_MAX, entries, 12, &count), FILESYSTEM_OK);
	assert_int_equal(count, 0);
	assert_int_equal(client_files_read_entries(0, 2, 0, entries, 12, &count), FILESYSTEM_NOT_A_DIRECTORY);
}

TEST(data_is_read)
{
	static uint8_t data[sizeof big];
	uint32_t count;

	for (uint32_t i = 0; i < sizeof big; i++) {
		big[i] = (uint8_t)(i * 7 + i / 256);
	}
	assert_int_equal(client_files_read(0, 2, 0, data, sizeof data, &count), FILESYSTEM_OK);
	assert_int_equal(count, sizeof big);
	assert_memory_equal(data, big, sizeof big);
	assert_int_equal(client_files_read(0, 2, 9999, data, 5, &count), FILESYSTEM_OK);
	assert_int_equal(count, 1);
	assert_int_equal(data[0], big[9999]);
	assert_int_equal(client_files_read(0, 2, UINT64_MAX, data, 5, &count), FILESYSTEM_OK);
	assert_int_equal(count, 0);
	assert_int_equal(client_files_read(0, 6, 0, data, 5, &count), FILESYSTEM_OK);
	assert_int_equal(count, 0);
	assert_int_equal(client_files_read(0, 3, 0, data, 5, &count), FILESYSTEM_IS_A_DIRECTORY);
	assert_int_equal(client_files_read(0, 4, 0, data, 5, &count), FILESYSTEM_BAD_NODE);
}

TEST(a_symbolic_link_has_a_target)
{
	char target[1023 + 1];

	assert_int_equal(client_files_read_link(0, 4, target), FILESYSTEM_OK);
	assert_string_equal(target, "folder/run");
	assert_int_equal(client_files_read_link(0, 2, target), FILESYSTEM_UNSUPPORTED);
	assert_int_equal(client_files_read_link(0, 99, target), FILESYSTEM_BAD_NODE);
}

TEST(nothing_can_be_changed)
{
	const struct filesystem_time now = {.seconds = 1};
	uint64_t root, largest;
	uint32_t features, block, longest;

	assert_int_equal(client_files_describe(0, &root, &features, &block, &longest, &largest),
			 FILESYSTEM_OK);
	assert_int_equal(root, ROOT);
	assert_int_equal(features, FILESYSTEM_FEATURES_READ_ONLY | FILESYSTEM_FEATURES_SYMBOLIC_LINKS);
	assert_int_equal(client_files_create(0, ROOT, "new", FILESYSTEM_KIND_FILE, 0644, &now, &attributes),
			 FILESYSTEM_READ_ONLY);
	assert_int_equal(client_files_create_link(0, ROOT, "new", "big", &now, &attributes),
			 FILESYSTEM_READ_ONLY);
	assert_int_equal(client_files_link(0, 2, ROOT, "new", &now), FILESYSTEM_READ_ONLY);
	assert_int_equal(client_files_unlink(0, ROOT, "big", FILESYSTEM_KIND_FILE, &now),
			 FILESYSTEM_READ_ONLY);
	assert_int_equal(client_files_rename(0, ROOT, "big", ROOT, "new", &now), FILESYSTEM_READ_ONLY);
	assert_int_equal(client_files_write(0, 2, 0, &now, (const uint8_t *)"x", 1), FILESYSTEM_READ_ONLY);
	assert_int_equal(
	    client_files_write_attributes(0, 2, FILESYSTEM_WANTED_SIZE, 0, 0, &now, &now, &attributes),
	    FILESYSTEM_READ_ONLY);
}

TEST(a_node_is_held_and_released)
{
	assert_int_equal(client_files_hold(0, 2), FILESYSTEM_OK);
	assert_int_equal(client_files_release(0, 2), FILESYSTEM_OK);
	assert_int_equal(client_files_hold(0, 99), FILESYSTEM_BAD_NODE);
}
