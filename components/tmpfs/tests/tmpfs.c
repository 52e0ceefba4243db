/* SPDX-License-Identifier: MIT
 * The file system in memory: names, nodes that outlive their names, holes, the bound, and what is refused.
 */
#include "test.h"

#define ROOT UINT64_C(1)

static const struct filesystem_time now = {.seconds = 1000};
static struct filesystem_attributes attributes;

static uint64_t make(uint64_t directory, const char *name, enum filesystem_kind kind)
{
	assert_int_equal(client_files_create(0, directory, name, kind, 0644, &now, &attributes),
			 FILESYSTEM_OK);
	return attributes.node;
}

static uint64_t make_file(uint64_t directory, const char *name)
{
	return make(directory, name, FILESYSTEM_KIND_FILE);
}

static uint64_t make_directory(uint64_t directory, const char *name)
{
	return make(directory, name, FILESYSTEM_KIND_DIRECTORY);
}

static enum filesystem_status look_up(uint64_t directory, const char *name)
{
	return client_files_look_up(0, directory, name, &attributes);
}

static enum filesystem_status unlink(uint64_t directory, const char *name, enum filesystem_kind kind)
{
	return client_files_unlink(0, directory, name, kind, &now);
}

static void write(uint64_t node, uint64_t offset, const void *data, uint64_t bytes)
{
	assert_int_equal(client_files_write(0, node, offset, &now, data, bytes), FILESYSTEM_OK);
}

static uint32_t read(uint64_t node, uint64_t offset, void *data, uint64_t bytes)
{
	uint32_t count = 0;

	assert_int_equal(client_files_read(0, node, offset, data, bytes, &count), FILESYSTEM_OK);
	return count;
}

TEST(the_root_is_an_empty_directory)
{
	struct filesystem_entry entries[12];
	uint64_t root, largest;
	uint32_t features, block, longest, count = 1;

	assert_int_equal(client_files_describe(0, &root, &features, &block, &longest, &largest),
			 FILESYSTEM_OK);
	assert_int_equal(root, ROOT);
	assert_int_equal(features & FILESYSTEM_FEATURES_EXTENTS, 0);
	assert_int_equal(client_files_read_entries(0, root, 0, entries, 12, &count), FILESYSTEM_OK);
	assert_int_equal(count, 0);
	assert_int_equal(client_files_read_attributes(0, root, &attributes), FILESYSTEM_OK);
	assert_int_equal(attributes.kind, FILESYSTEM_KIND_DIRECTORY);
	assert_int_equal(attributes.links, 2);
}

TEST(what_is_written_is_read)
{
	static uint8_t data[10000], back[10001];
	const uint64_t file = make_file(ROOT, "file");

	for (uint32_t i = 0; i < sizeof data; i++) {
		data[i] = (uint8_t)(i * 7 + i / 251);
	}
	write(file, 3, data, sizeof data);
	assert_int_equal(read(file, 3, back, sizeof back), sizeof data);
	assert_memory_equal(data, back, sizeof data);
	assert_int_equal(read(file, 0, back, 3), 3);
	assert_int_equal(back[0] | back[1] | back[2], 0);
	assert_int_equal(read(file, 10003, back, 1), 0);
	assert_int_equal(look_up(ROOT, "file"), FILESYSTEM_OK);
	assert_int_equal(attributes.size, 10003);
	assert_int_equal(attributes.allocated, 12288);
}

TEST(holes_take_nothing)
{
	const uint64_t file = make_file(ROOT, "sparse"), far = UINT64_C(1) << 38;
	uint8_t byte = 7;

	write(file, far, &byte, 1);
	assert_int_equal(read(file, far - 1, &byte, 1), 1);
	assert_int_equal(byte, 0);
	assert_int_equal(read(file, far, &byte, 1), 1);
	assert_int_equal(byte, 7);
	assert_int_equal(look_up(ROOT, "sparse"), FILESYSTEM_OK);
	assert_int_equal(attributes.allocated, 4096);
	assert_int_equal(client_files_write(0, file, UINT64_C(1) << 39, &now, &byte, 1),
			 FILESYSTEM_TOO_LARGE);
}

TEST(a_cut_file_grows_with_zeroes)
{
	const uint64_t file = make_file(ROOT, "cut");
	uint8_t data[8] = {1, 2, 3, 4, 5, 6, 7, 8};

	write(file, 4096, data, sizeof data);
	assert_int_equal(
	    client_files_write_attributes(0, file, FILESYSTEM_WANTED_SIZE, 0, 4098, &now, &now, &attributes),
	    FILESYSTEM_OK);
	assert_int_equal(
	    client_files_write_attributes(0, file, FILESYSTEM_WANTED_SIZE, 0, 9000, &now, &now, &attributes),
	    FILESYSTEM_OK);
	assert_int_equal(attributes.size, 9000);
	assert_int_equal(read(file, 4096, data, sizeof data), 8);
	assert_int_equal(data[1], 2);
	assert_int_equal(data[2] | data[3] | data[7], 0);
}

TEST(a_node_without_a_name_stays_while_it_is_held)
{
	const uint64_t file = make_file(ROOT, "gone");
	uint8_t byte = 9;

	write(file, 0, &byte, 1);
	assert_int_equal(client_files_hold(0, file), FILESYSTEM_OK);
	assert_int_equal(unlink(ROOT, "gone", FILESYSTEM_KIND_FILE), FILESYSTEM_OK);
	assert_int_equal(look_up(ROOT, "gone"), FILESYSTEM_NOT_FOUND);
	byte = 0;
	assert_int_equal(read(file, 0, &byte, 1), 1);
	assert_int_equal(byte, 9);
	assert_int_equal(client_files_link(0, file, ROOT, "back", &now), FILESYSTEM_BAD_NODE);
	assert_int_equal(client_files_release(1, file), FILESYSTEM_MALFORMED); /* it holds nothing */
	assert_int_equal(client_files_release(0, file), FILESYSTEM_OK);
	assert_int_equal(client_files_read_attributes(0, file, &attributes), FILESYSTEM_BAD_NODE);
	assert_int_not_equal(make_file(ROOT, "next"), file);
	assert_int_equal(client_files_read_attributes(0, file, &attributes), FILESYSTEM_BAD_NODE);
}

TEST(who_starts_anew_holds_nothing)
{
	const uint64_t file = make_file(ROOT, "gone"), other = make_file(ROOT, "stays");

	assert_int_equal(client_files_hold(0, file), FILESYSTEM_OK);
	assert_int_equal(client_files_hold(0, file), FILESYSTEM_OK);
	assert_int_equal(client_files_hold(0, other), FILESYSTEM_OK);
	assert_int_equal(client_files_hold(1, other), FILESYSTEM_OK);
	assert_int_equal(unlink(ROOT, "gone", FILESYSTEM_KIND_FILE), FILESYSTEM_OK);
	assert_int_equal(unlink(ROOT, "stays", FILESYSTEM_KIND_FILE), FILESYSTEM_OK);
	test_client_restarts(0);
	assert_int_equal(client_files_read_attributes(1, file, &attributes), FILESYSTEM_BAD_NODE);
	assert_int_equal(client_files_read_attributes(1, other, &attributes), FILESYSTEM_OK);
	assert_int_equal(client_files_release(1, other), FILESYSTEM_OK);
	assert_int_equal(client_files_read_attributes(1, other, &attributes), FILESYSTEM_BAD_NODE);
}

TEST(names_of_one_file)
{
	const uint64_t file = make_file(ROOT, "a"), below = make_directory(ROOT, "below");

	assert_int_equal(client_files_link(0, file, below, "b", &now), FILESYSTEM_OK);
	assert_int_equal(client_files_link(0, file, below, "b", &now), FILESYSTEM_EXISTS);
	assert_int_equal(client_files_link(0, below, ROOT, "c", &now), FILESYSTEM_IS_A_DIRECTORY);
	assert_int_equal(look_up(below, "b"), FILESYSTEM_OK);
	assert_int_equal(attributes.node, file);
	assert_int_equal(attributes.links, 2);
	assert_int_equal(unlink(ROOT, "a", FILESYSTEM_KIND_FILE), FILESYSTEM_OK);
	assert_int_equal(look_up(below, "b"), FILESYSTEM_OK);
	assert_int_equal(attributes.links, 1);
}

TEST(symbolic_links_are_kept_as_they_are)
{
	char target[1024];

	assert_int_equal(client_files_create_link(0, ROOT, "way", "../not/there", &now, &attributes),
			 FILESYSTEM_OK);
	assert_int_equal(attributes.kind, FILESYSTEM_KIND_SYMBOLIC_LINK);
	assert_int_equal(client_files_read_link(0, attributes.node, target), FILESYSTEM_OK);
	assert_string_equal(target, "../not/there");
	assert_int_equal(client_files_read_link(0, ROOT, target), FILESYSTEM_UNSUPPORTED);
}

TEST(a_directory_with_entries_stays)
{
	const uint64_t outer = make_directory(ROOT, "outer");

	make_directory(outer, "inner");
	assert_int_equal(unlink(ROOT, "outer", FILESYSTEM_KIND_DIRECTORY), FILESYSTEM_NOT_EMPTY);
	assert_int_equal(unlink(ROOT, "outer", FILESYSTEM_KIND_FILE), FILESYSTEM_IS_A_DIRECTORY);
	assert_int_equal(unlink(outer, "inner", FILESYSTEM_KIND_DIRECTORY), FILESYSTEM_OK);
	assert_int_equal(client_files_hold(0, outer), FILESYSTEM_OK);
	assert_int_equal(unlink(ROOT, "outer", FILESYSTEM_KIND_DIRECTORY), FILESYSTEM_OK);
	assert_int_equal(client_files_create(0, outer, "late", FILESYSTEM_KIND_FILE, 0, &now, &attributes),
			 FILESYSTEM_BAD_NODE);
	assert_int_equal(client_files_release(0, outer), FILESYSTEM_OK);
}

TEST(a_rename_is_one_step)
{
	const uint64_t a = make_directory(ROOT, "a"), b = make_directory(a, "b"),
		       file = make_file(ROOT, "file");

	assert_int_equal(client_files_rename(0, ROOT, "a", b, "c", &now), FILESYSTEM_INTO_ITSELF);
	assert_int_equal(client_files_rename(0, ROOT, "a", a, "c", &now), FILESYSTEM_INTO_ITSELF);
	assert_int_equal(client_files_rename(0, ROOT, "file", ROOT, "a", &now), FILESYSTEM_IS_A_DIRECTORY);
	assert_int_equal(client_files_rename(0, a, "b", ROOT, "file", &now), FILESYSTEM_NOT_A_DIRECTORY);
	assert_int_equal(client_files_rename(0, a, "b", ROOT, "b", &now), FILESYSTEM_OK);
	assert_int_equal(look_up(a, "b"), FILESYSTEM_NOT_FOUND);
	assert_int_equal(client_files_rename(0, ROOT, "a", b, "a", &now), FILESYSTEM_OK);
	assert_int_equal(look_up(b, "a"), FILESYSTEM_OK);
	assert_int_equal(attributes.links, 2);
	make_file(a, "old");
	assert_int_equal(client_files_rename(0, ROOT, "file", a, "old", &now), FILESYSTEM_OK);
	assert_int_equal(look_up(a, "old"), FILESYSTEM_OK);
	assert_int_equal(attributes.node, file);
	assert_int_equal(attributes.links, 1);
	assert_int_equal(client_files_read_attributes(0, ROOT, &attributes), FILESYSTEM_OK);
	assert_int_equal(attributes.links, 3);
}

TEST(bad_names)
{
	assert_int_equal(look_up(ROOT, "."), FILESYSTEM_BAD_NAME);
	assert_int_equal(look_up(ROOT, ""), FILESYSTEM_BAD_NAME);
	assert_int_equal(client_files_create(0, ROOT, "a/b", FILESYSTEM_KIND_FILE, 0, &now, &attributes),
			 FILESYSTEM_BAD_NAME);
	assert_int_equal(client_files_create(0, ROOT, "..", FILESYSTEM_KIND_FILE, 0, &now, &attributes),
			 FILESYSTEM_BAD_NAME);
	assert_int_equal(look_up(77, "a"), FILESYSTEM_BAD_NODE);
	assert_int_equal(look_up(make_file(ROOT, "plain"), "a"), FILESYSTEM_NOT_A_DIRECTORY);
}

/* What stays is given once, whatever comes and goes between two readings. */
TEST(entries_while_others_come_and_go)
{
	struct filesystem_entry entries[12];
	uint32_t count, seen = 0;
	uint64_t from = 0;
	char name[8] = "f00";

	for (uint32_t i = 0; i < 40; i++) {
		name[1] = (char)('0' + i / 10);
		name[2] = (char)('0' + i % 10);
		make_file(ROOT, name);
	}
	do {
		assert_int_equal(client_files_read_entries(0, ROOT, from, entries, 12, &count),
				 FILESYSTEM_OK);
		for (uint32_t i = 0; i < count; i++) {
			seen += entries[i].name[0] == 'f';
			from = entries[i].next;
			assert_int_equal(unlink(ROOT, entries[i].name, FILESYSTEM_KIND_FILE), FILESYSTEM_OK);
		}
		name[0] = 'g';
		name[1]++;
		if (count != 0 && seen < 40) {
			make_file(ROOT, name);
		}
	} while (count != 0);
	assert_int_equal(seen, 40);
}

TEST(a_full_file_system_says_so_and_loses_nothing)
{
	static uint8_t data[1 << 20], back[1 << 20];
	const uint64_t file = make_file(ROOT, "large");
	uint64_t offset = 0, blocks, free_blocks, nodes, free_nodes;
	enum filesystem_status status;

	memset(data, 0xa5, sizeof data);
	while ((status = client_files_write(0, file, offset, &now, data, sizeof data)) == FILESYSTEM_OK) {
		offset += sizeof data;
	}
	assert_int_equal(status, FILESYSTEM_NO_SPACE);
	assert_int_equal(look_up(ROOT, "large"), FILESYSTEM_OK);
	assert_int_equal(attributes.size, offset);
	assert_int_equal(attributes.allocated, offset);
	assert_int_equal(read(file, offset - sizeof back, back, sizeof back), sizeof back);
	assert_memory_equal(data, back, sizeof back);
	assert_int_equal(unlink(ROOT, "large", FILESYSTEM_KIND_FILE), FILESYSTEM_OK);
	assert_int_equal(client_files_space(0, &blocks, &free_blocks, &nodes, &free_nodes), FILESYSTEM_OK);
	assert_int_equal(blocks, free_blocks);
	assert_int_equal(free_nodes, nodes - 1);
	write(make_file(ROOT, "again"), 0, data, sizeof data);
}

TEST(no_node_is_left)
{
	char name[8] = "n000";
	uint32_t made = 0;
	enum filesystem_status status;

	do {
		name[1] = (char)('0' + made / 400);
		name[2] = (char)('0' + made / 20 % 20);
		name[3] = (char)('0' + made % 20);
		status = client_files_create(0, ROOT, name, FILESYSTEM_KIND_FILE, 0, &now, &attributes);
		made += status == FILESYSTEM_OK;
	} while (status == FILESYSTEM_OK);
	assert_int_equal(status, FILESYSTEM_NO_SPACE);
	assert_int_equal(made, 1023);
	assert_int_equal(unlink(ROOT, "n000", FILESYSTEM_KIND_FILE), FILESYSTEM_OK);
	make_file(ROOT, "last");
}

TEST(more_than_may_be_held)
{
	const uint64_t file = make_file(ROOT, "held");

	for (uint32_t i = 0; i < 1024; i++) {
		assert_int_equal(client_files_hold(1, file), FILESYSTEM_OK);
	}
	assert_int_equal(client_files_hold(1, file), FILESYSTEM_QUOTA);
	assert_int_equal(client_files_hold(2, file), FILESYSTEM_OK);
}

TEST(there_are_no_extents)
{
	const uint64_t node = make_file(ROOT, "a");
	struct filesystem_extent extents[32];
	uint32_t count;

	assert_int_equal(client_files_map(0, node, 0, 4096, true, extents, 32, &count),
			 FILESYSTEM_UNSUPPORTED);
	assert_int_equal(client_files_commit(0, node, NULL, 0, 4096, &now), FILESYSTEM_UNSUPPORTED);
}
