/* SPDX-License-Identifier: MIT
 * Names that are looked up again: what a file system said of one is not asked again, and whatever changes it is seen with the next call.
 */
#include "world.h"

static struct filesystem_attributes attributes;
static uint8_t data[4096];

static uint32_t look_ups(void)
{
	return worlds[0].calls[LOOK_UP];
}

/* It is known after the first. */
static void look_up_twice(const char *path)
{
	uint32_t before;

	assert_int_equal(client_files_look_up(0, path, true, &attributes), FILES_OK);
	before = look_ups();
	assert_int_equal(client_files_look_up(0, path, true, &attributes), FILES_OK);
	assert_int_equal(look_ups(), before);
}

TEST(a_name_is_looked_up_once)
{
	uint64_t directory;
	uint32_t file;

	world_clear();
	directory = world_add(0, ROOT, "dir", FILESYSTEM_KIND_DIRECTORY);
	(void)world_add_file(0, directory, "file", 100, 1);
	(void)world_add_file(0, ROOT, "file", 200, 1);
	world_begin();
	look_up_twice("/dir/file");
	assert_int_equal(attributes.size, 100);
	look_up_twice("/file");
	assert_int_equal(attributes.size, 200);
	file = file_of_client(0, "/file", FILES_ACCESS_READ);
	assert_int_equal(client_files_close(0, file), FILES_OK);
	look_up_twice("/file");
}

TEST(a_name_that_changes_is_looked_up_anew)
{
	uint32_t file;

	world_clear();
	(void)world_add_file(0, ROOT, "file", 100, 1);
	(void)world_add_file(0, ROOT, "other", 200, 1);
	world_begin();
	look_up_twice("/file");
	look_up_twice("/other");
	assert_int_equal(client_files_rename(0, "/other", "/file"), FILES_OK);
	look_up_twice("/file");
	assert_int_equal(attributes.size, 200);
	assert_int_equal(client_files_look_up(0, "/other", true, &attributes), FILES_NOT_FOUND);
	assert_int_equal(client_files_remove(0, "/file", false), FILES_OK);
	assert_int_equal(client_files_look_up(0, "/file", true, &attributes), FILES_NOT_FOUND);
	file = file_of_client(0, "/file", FILES_ACCESS_WRITE | FILES_ACCESS_CREATE);
	assert_int_equal(client_files_close(0, file), FILES_OK);
	look_up_twice("/file");
	assert_int_equal(attributes.size, 0);
}

TEST(what_is_written_is_seen_behind_a_name_that_is_known)
{
	uint32_t file;

	world_clear();
	(void)world_add_file(0, ROOT, "file", 100, 1);
	world_begin();
	look_up_twice("/file");
	file = file_of_client(0, "/file", FILES_ACCESS_WRITE);
	assert_int_equal(write_now(0, file, 0, data, 300), FILES_OK);
	assert_int_equal(client_files_look_up(0, "/file", true, &attributes), FILES_OK);
	assert_int_equal(attributes.size, 300);
	assert_int_equal(sync_now(0, file), FILES_OK);
	assert_int_equal(client_files_close(0, file), FILES_OK);
	look_up_twice("/file");
	assert_int_equal(attributes.size, 300);
	assert_int_equal(attributes.modified.seconds, DAY_S);
}

TEST(a_file_system_that_starts_anew_is_asked_again)
{
	uint32_t before;

	world_clear();
	(void)world_add_file(0, ROOT, "file", 100, 1);
	world_begin();
	look_up_twice("/file");
	before = look_ups();
	world_restart();
	assert_int_equal(client_files_look_up(0, "/file", true, &attributes), FILES_OK);
	assert_true(look_ups() > before);
}
