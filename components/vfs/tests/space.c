/* SPDX-License-Identifier: MIT
 * What may be taken below a client's root: what stands there at the start, what comes and goes, and a root below another.
 */
#include "world.h"

#define BLOCKS 100u /* that client 1 may have */

static uint8_t data[64u << 10];

static uint64_t free_blocks(uint32_t client)
{
	uint32_t block;
	uint64_t blocks, left, nodes, free_nodes;
	bool is_read_only;

	assert_int_equal(
	    client_files_space(client, "/", &block, &blocks, &left, &nodes, &free_nodes, &is_read_only),
	    FILES_OK);
	assert_int_equal(block, PAGE);
	assert_int_equal(blocks, files_parameters[client].space / PAGE);
	return left;
}

static uint64_t outer, inner;

/* Two directories within each other, client 1 in the outer one. */
static void clear(void)
{
	world_clear();
	outer = world_add(0, ROOT, "outer", FILESYSTEM_KIND_DIRECTORY);
	inner = world_add(0, outer, "inner", FILESYSTEM_KIND_DIRECTORY);
	files_parameters[1].root = "/outer";
	files_parameters[1].space = (uint64_t)BLOCKS * PAGE;
}

TEST(what_is_there_at_the_start_counts)
{
	clear();
	(void)world_add_file(0, ROOT, "outside", 40000, 1);
	(void)world_add_file(0, outer, "three", 2 * PAGE + 1, 2);
	(void)world_add_file(0, inner, "one", 1, 3);
	(void)world_add(0, inner, "empty", FILESYSTEM_KIND_FILE);
	(void)world_add_link(0, inner, "link", "/one");
	for (uint32_t i = 0; i < 40; i++) { /* more than one answer has */
		(void)world_add(0, outer, (char[]){'d', (char)('A' + i), '\0'}, FILESYSTEM_KIND_DIRECTORY);
	}
	world_begin();
	assert_int_equal(free_blocks(1), BLOCKS - (4 + 1 + 2 + 1 + 1 + 40));
}

TEST(what_is_more_than_may_be_there_stays_and_cannot_grow)
{
	struct test_call *resize;
	uint32_t file;

	clear();
	(void)world_add_file(0, outer, "file", BLOCKS * PAGE, 1);
	world_begin();
	assert_int_equal(free_blocks(1), 0);
	file = file_of_client(1, "/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	assert_int_equal(write_now(1, file, 0, data, 100), FILES_OK);
	assert_int_equal(write_now(1, file, BLOCKS * PAGE, data, 1), FILES_NO_SPACE);
	assert_int_equal(client_files_make_directory(1, "/d", 0755), FILES_NO_SPACE);
	assert_int_equal(client_files_make_link(1, "/l", "file"), FILES_NO_SPACE);
	resize = client_files_resize_begin(1, file, 10); /* once what was written is on the volume */
	volumes_serve();
	assert_int_equal(client_files_resize_end(resize), FILES_OK);
	assert_int_equal(free_blocks(1), BLOCKS - 3);
}

TEST(who_comes_from_above_fills_the_same_account)
{
	uint32_t file;

	clear();
	world_begin();
	file = file_of_client(0, "/outer/inner/file", FILES_ACCESS_WRITE | FILES_ACCESS_CREATE);
	assert_int_equal(write_now(0, file, 0, data, sizeof data), FILES_OK);
	assert_int_equal(free_blocks(1), BLOCKS - 1 - 1 - sizeof data / PAGE);
	assert_int_equal(client_files_resize(0, file, BLOCKS * PAGE), FILES_NO_SPACE);
	assert_int_equal(client_files_rename(0, "/outer/inner/file", "/file"), FILES_ACROSS);
	assert_int_equal(client_files_rename(0, "/outer/inner/file", "/outer/file"), FILES_OK);
	assert_int_equal(client_files_remove(1, "/file", false), FILES_OK);
	assert_int_equal(free_blocks(1), BLOCKS - 1 - 1 - sizeof data / PAGE);
	assert_int_equal(client_files_close(0, file), FILES_OK);
	volumes_serve();
	assert_int_equal(free_blocks(1), BLOCKS - 1);
}

TEST(a_root_below_another_counts_by_itself)
{
	uint32_t file;

	clear();
	(void)world_add_file(0, inner, "file", 3 * PAGE, 1);
	files_parameters[2].root = "/outer/inner";
	files_parameters[2].space = UINT64_C(10) * PAGE;
	world_begin();
	assert_int_equal(free_blocks(1), BLOCKS - 1); /* the inner directory itself */
	assert_int_equal(free_blocks(2), 10 - 4);
	file = file_of_client(0, "/outer/inner/file", FILES_ACCESS_WRITE);
	assert_int_equal(write_now(0, file, 9 * PAGE, data, 1), FILES_NO_SPACE);
	assert_int_equal(write_now(0, file, 8 * PAGE, data, 1), FILES_OK);
	assert_int_equal(free_blocks(1), BLOCKS - 1);
	assert_int_equal(free_blocks(2), 0);
	assert_int_equal(client_files_rename(1, "/inner/file", "/file"), FILES_ACROSS);
	assert_int_equal(client_files_link(1, "/inner/file", "/file"), FILES_ACROSS);
	assert_int_equal(client_files_remove(0, "/outer/inner/file", false), FILES_OK);
	assert_int_equal(client_files_close(0, file), FILES_OK);
	volumes_serve();
	assert_int_equal(free_blocks(2), 10);
}

TEST(a_file_with_two_names_counts_once)
{
	clear();
	(void)world_add_file(0, outer, "file", 3 * PAGE, 1);
	world_begin();
	assert_int_equal(client_files_link(1, "/file", "/other"), FILES_OK);
	assert_int_equal(free_blocks(1), BLOCKS - 1 - 4);
	world_begin_anew();
	assert_int_equal(free_blocks(1), BLOCKS - 1 - 4);
	assert_int_equal(client_files_remove(1, "/file", false), FILES_OK);
	assert_int_equal(client_files_remove(1, "/other", false), FILES_OK);
	assert_int_equal(free_blocks(1), BLOCKS - 1);
}

TEST(times_are_of_the_day)
{
	struct filesystem_attributes attributes;

	clear();
	world_begin();
	assert_int_equal(client_files_make_directory(0, "/new", 0755), FILES_OK);
	assert_int_equal(client_files_look_up(0, "/new", true, &attributes), FILES_OK);
	assert_true(attributes.modified.seconds >= DAY_S && attributes.modified.seconds < DAY_S + 60);
}
