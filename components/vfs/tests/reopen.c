/* SPDX-License-Identifier: MIT
 * File systems that start anew, at any time: what was synced stays, what was written since is written again, what is gone is told.
 */
#include "world.h"

#include <stdio.h>

static uint8_t data[1u << 20], back[1u << 20];
static uint32_t count;
static struct filesystem_attributes attributes;

static void fill(uint32_t bytes, uint32_t seed)
{
	for (uint32_t i = 0; i < bytes; i++) {
		data[i] = world_byte(seed, i);
	}
}

/* The file system is as it was when it was remembered, as after a power cut. */
static void die(void)
{
	world_go_back(0);
	world_restart();
}

static void expect_stored(uint64_t node, uint64_t bytes)
{
	assert_int_equal(world_size(0, node), bytes);
	for (uint64_t i = 0; i < bytes; i++) {
		assert_int_equal(world_stored(0, node, i), data[i]);
	}
}

TEST(an_open_file_is_held_again_and_read_on)
{
	uint32_t file, watch;
	uint64_t node;

	world_clear();
	node = world_add_file(0, ROOT, "file", 100000, 1);
	world_begin();
	file = file_of_client(0, "/file", FILES_ACCESS_READ);
	assert_int_equal(client_files_watch(0, "/file", &watch), FILES_OK);
	assert_int_equal(read_now(0, file, 0, back, 4096, &count), FILES_OK);
	assert_int_equal(world_held(0, node), 2);
	world_restart();
	assert_int_equal(world_held(0, node), 2);
	assert_int_equal(world_held(0, ROOT), 1);
	assert_int_equal(read_now(0, file, 50000, back, 50000, &count), FILES_OK);
	assert_int_equal(back[0], world_byte(1, 50000));
	assert_int_equal(client_files_unwatch(0, watch), FILES_OK);
	assert_int_equal(client_files_close(0, file), FILES_OK);
	assert_int_equal(client_files_look_up(0, "/file", true, &attributes), FILES_OK);
}

TEST(what_was_committed_and_not_synced_is_written_again)
{
	const uint64_t node = 3;
	uint32_t file;

	world_clear();
	(void)world_add_file(0, ROOT, "file", 5000, 1);
	world_begin();
	world_remember();
	file = file_of_client(0, "/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	fill(300000, 9);
	assert_int_equal(write_now(0, file, 0, data, 300000), FILES_OK);
	for (uint32_t i = 0; i < 6; i++) { /* written back, and committed */
		test_advance_ms(500);
		volumes_serve();
	}
	assert_int_equal(world_size(0, node), 300000);
	die();
	assert_int_equal(world_size(0, node), 5000);
	memset(back, 0, sizeof back);
	assert_int_equal(read_now(0, file, 0, back, 300000, &count), FILES_OK);
	assert_memory_equal(back, data, 300000);
	assert_int_equal(sync_now(0, file), FILES_OK);
	expect_stored(node, 300000);
}

TEST(what_was_being_written_when_it_died_is_written_again)
{
	const uint64_t node = 3;
	struct test_call *sync;
	uint32_t file;

	world_clear();
	(void)world_add_file(0, ROOT, "file", 0, 1);
	world_begin();
	world_remember();
	file = file_of_client(0, "/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	fill(200000, 4);
	assert_int_equal(write_now(0, file, 0, data, 200000), FILES_OK);
	sync = client_files_sync_begin(0, file);
	assert_true(volume_waiting(0) > 0);
	die(); /* asks nothing of it before what is under way has ended */
	assert_int_equal(worlds[0].calls[DESCRIBE], 1);
	volumes_serve();
	assert_int_equal(worlds[0].calls[DESCRIBE], 2);
	volumes_serve();
	assert_int_equal(client_files_sync_end(sync), FILES_OK);
	expect_stored(node, 200000);
}

/* A client that gives up, and a volume that vanishes, while vfs waits for what is under way. */
TEST(who_gives_up_meanwhile_leaves_nothing)
{
	struct test_call *sync, *read;
	uint32_t file, other;

	world_clear();
	(void)world_add_file(0, ROOT, "file", 0, 1);
	(void)world_add_file(0, ROOT, "other", 100000, 2);
	world_begin();
	world_remember();
	file = file_of_client(0, "/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	other = file_of_client(1, "/other", FILES_ACCESS_READ);
	assert_int_equal(write_now(0, file, 0, data, 200000), FILES_OK);
	sync = client_files_sync_begin(0, file);
	read = client_files_read_begin(1, other, 0, back, 100000, &count);
	die();
	test_call_times_out(sync);
	test_call_times_out(read);
	mock_volumes_server_restart(); /* all is sent again */
	world_tell(0, IMAGE_BYTES / 512, 512);
	world_tell(1, IMAGE_BYTES / 512, 512);
	volumes_serve();
	assert_int_equal(sync_now(0, file), FILES_OK);
	expect_stored(3, 200000);
	assert_int_equal(read_now(1, other, 0, back, 100000, &count), FILES_OK);
	assert_int_equal(back[99999], world_byte(2, 99999));
}

TEST(a_file_that_is_gone_is_told)
{
	uint32_t file, again;

	world_clear();
	world_begin();
	world_remember();
	file = file_of_client(0, "/new", FILES_ACCESS_READ | FILES_ACCESS_WRITE | FILES_ACCESS_CREATE);
	assert_int_equal(write_now(0, file, 0, data, 5000), FILES_OK);
	die();
	assert_int_equal(client_files_read(0, file, 0, back, 10, &count), FILES_IO);
	assert_int_equal(client_files_write(0, file, 0, data, 10, &(uint64_t){0}), FILES_IO);
	assert_int_equal(client_files_resize(0, file, 0), FILES_IO);
	assert_int_equal(client_files_sync(0, file), FILES_IO);
	assert_int_equal(client_files_read_attributes(0, file, &attributes), FILES_IO);
	assert_int_equal(client_files_lock(0, file, FILES_LOCK_SHARED, 0, 0, false), FILES_BAD_FILE);
	/* Another file takes its number, and is not taken for it. */
	again = file_of_client(0, "/other", FILES_ACCESS_READ | FILES_ACCESS_WRITE | FILES_ACCESS_CREATE);
	assert_int_equal(client_files_read_attributes(0, again, &attributes), FILES_OK);
	assert_int_equal(attributes.node, 3);
	assert_int_equal(write_now(0, again, 0, data, 77), FILES_OK);
	assert_int_equal(sync_now(0, again), FILES_OK);
	assert_int_equal(client_files_close(0, file), FILES_OK);
	assert_int_equal(world_held(0, 3), 1);
	assert_int_equal(world_size(0, 3), 77);
}

/* Names that were changed and are lost are told to who changed them, by its next sync, once. */
TEST(who_changed_names_that_are_lost_is_told)
{
	uint32_t file, other;

	world_clear();
	(void)world_add_file(0, ROOT, "file", 10, 1);
	world_begin();
	world_remember();
	file = file_of_client(0, "/file", FILES_ACCESS_READ);
	other = file_of_client(1, "/file", FILES_ACCESS_READ);
	assert_int_equal(client_files_rename(0, "/file", "/moved"), FILES_OK);
	die();
	assert_int_equal(client_files_look_up(0, "/file", true, &attributes), FILES_OK);
	assert_int_equal(client_files_sync(1, other), FILES_OK);
	assert_int_equal(client_files_sync(0, file), FILES_IO);
	assert_int_equal(client_files_sync(0, file), FILES_OK);
	assert_int_equal(client_files_rename(0, "/file", "/moved"), FILES_OK);
	assert_int_equal(client_files_sync_all(0, false), FILES_OK);
	world_remember();
	die();
	assert_int_equal(client_files_sync_all(0, false), FILES_OK);
	assert_int_equal(client_files_make_directory(0, "/d", 0755), FILES_OK);
	world_go_back(0);
	world_restart();
	assert_int_equal(client_files_sync_all(0, false), FILES_IO);
	assert_int_equal(client_files_sync_all(0, false), FILES_OK);
}

/* The bytes that were behind a file's end for a while do not come back. */
TEST(what_was_cut_stays_cut)
{
	uint32_t file;

	world_clear();
	(void)world_add_file(0, ROOT, "file", 100000, 1);
	world_begin();
	world_remember();
	file = file_of_client(0, "/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	assert_int_equal(client_files_resize(0, file, 1000), FILES_OK);
	assert_int_equal(client_files_resize(0, file, 90000), FILES_OK);
	die();
	assert_int_equal(read_now(0, file, 0, back, 100000, &count), FILES_OK);
	assert_int_equal(count, 90000);
	for (uint32_t i = 0; i < 90000; i++) {
		assert_int_equal(back[i], i < 1000 ? world_byte(1, i) : 0);
	}
	assert_int_equal(sync_now(0, file), FILES_OK);
	assert_int_equal(world_size(0, 3), 90000);
}

/* A page that may be needed again is not given away before its file system has synced. */
TEST(what_does_not_fit_into_the_cache_is_synced_before_it_goes)
{
	uint32_t file;

	world_clear();
	(void)world_add_file(1, ROOT, "file", 0, 1);
	(void)world_add(0, ROOT, "other", FILESYSTEM_KIND_DIRECTORY);
	file_systems_parameters[1].at = "/other";
	world_begin();
	file = file_of_client(0, "/other/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	for (uint64_t at = 0; at < 5u << 20; at += sizeof data) {
		fill(sizeof data, (uint32_t)(at >> 20));
		assert_int_equal(write_now(0, file, at, data, sizeof data), FILES_OK);
	}
	assert_true(worlds[1].calls[SYNC] > 0);
	assert_true(worlds[1].calls[SYNC] < 10);
	assert_int_equal(sync_now(0, file), FILES_OK);
}

/* ---- it dies over a call ---- */

static enum operation dies_at;
static uint32_t dies_after;

static enum filesystem_status die_there(enum operation operation)
{
	if (operation != dies_at || dies_after-- != 0) {
		return FILESYSTEM_OK;
	}
	worlds[0].before = NULL;
	return FILESYSTEM_RESTARTED;
}

TEST(each_call_is_asked_again)
{
	static const enum operation operations[] = {CREATE, CREATE_LINK, LINK,   UNLINK, RENAME,
						    HOLD,   MAP,         COMMIT, SYNC,   WRITE_ATTRIBUTES};

	world_clear();
	world_begin();
	for (uint32_t i = 0; i < sizeof operations / sizeof *operations; i++) {
		uint32_t file;

		world_clear();
		(void)world_add_file(0, ROOT, "file", 20000, 1);
		world_begin_anew();
		dies_at = operations[i];
		dies_after = 0;
		worlds[0].before = die_there;
		file = file_of_client(0, "/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
		fill(30000, 3);
		assert_int_equal(write_now(0, file, 0, data, 30000), FILES_OK);
		assert_int_equal(sync_now(0, file), FILES_OK);
		assert_int_equal(client_files_resize(0, file, 25000), FILES_OK);
		assert_int_equal(client_files_make_directory(0, "/d", 0755), FILES_OK);
		assert_int_equal(client_files_make_link(0, "/l", "file"), FILES_OK);
		assert_int_equal(client_files_link(0, "/file", "/d/second"), FILES_OK);
		assert_int_equal(client_files_rename(0, "/d/second", "/third"), FILES_OK);
		assert_int_equal(client_files_remove(0, "/third", false), FILES_OK);
		assert_int_equal(client_files_close(0, file), FILES_OK);
		assert_true(worlds[0].before == NULL);
		expect_stored(3, 25000);
	}
}

/* It did what it was asked for and died before it said so: nobody hears of a name that is there already. */
static enum filesystem_status make_and_die(enum operation operation)
{
	if (operation == CREATE) {
		worlds[0].before = NULL;
		(void)world_add(0, ROOT, "d", FILESYSTEM_KIND_DIRECTORY);
		return FILESYSTEM_RESTARTED;
	}
	return FILESYSTEM_OK;
}

TEST(what_had_been_done_is_not_done_twice)
{
	world_clear();
	world_begin();
	worlds[0].before = make_and_die;
	assert_int_equal(client_files_make_directory(0, "/d", 0755), FILES_OK);
	assert_int_equal(client_files_make_directory(0, "/d", 0755), FILES_EXISTS);
}

static enum filesystem_status always_dies(enum operation operation)
{
	return operation == CREATE ? FILESYSTEM_RESTARTED : FILESYSTEM_OK;
}

TEST(one_that_dies_over_the_same_call_again_and_again_fails_it)
{
	world_clear();
	world_begin();
	worlds[0].before = always_dies;
	assert_int_equal(client_files_make_directory(0, "/d", 0755), FILES_IO);
	worlds[0].before = NULL;
	assert_int_equal(client_files_make_directory(0, "/d", 0755), FILES_OK);
}

TEST(one_that_cannot_be_opened_again_has_lost_its_files)
{
	uint32_t file;

	world_clear();
	(void)world_add_file(0, ROOT, "file", 20000, 1);
	world_begin();
	file = file_of_client(0, "/file", FILES_ACCESS_READ);
	worlds[0].fails[DESCRIBE] = FILESYSTEM_DAMAGED;
	worlds[0].fails_for[DESCRIBE] = 1;
	world_restart();
	assert_int_equal(client_files_read(0, file, 0, back, 10, &count), FILES_IO);
	assert_int_equal(client_files_close(0, file), FILES_OK);
	file = file_of_client(0, "/file", FILES_ACCESS_READ);
	assert_int_equal(read_now(0, file, 0, back, 10, &count), FILES_OK);
}

/* ---- an unlinked file larger than the cache ---- */

TEST(a_file_without_a_name_is_written_back_as_long_as_it_is_open)
{
	uint32_t file;

	world_clear();
	(void)world_add(0, ROOT, "other", FILESYSTEM_KIND_DIRECTORY);
	(void)world_add_file(1, ROOT, "file", 0, 1);
	file_systems_parameters[1].at = "/other";
	world_begin();
	file = file_of_client(0, "/other/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	assert_int_equal(client_files_remove(0, "/other/file", false), FILES_OK);
	for (uint64_t at = 0; at < 5u << 20; at += sizeof data) {
		fill(sizeof data, (uint32_t)(at >> 20));
		assert_int_equal(write_now(0, file, at, data, sizeof data), FILES_OK);
	}
	for (uint64_t at = 0; at < 5u << 20; at += sizeof back) {
		assert_int_equal(read_now(0, file, at, back, sizeof back, &count), FILES_OK);
		assert_int_equal(back[12345], world_byte((uint32_t)(at >> 20), 12345));
	}
	assert_int_equal(client_files_close(0, file), FILES_OK);
	for (uint32_t i = 0; i < 6; i++) {
		test_advance_ms(500);
		volumes_serve();
	}
	assert_int_equal(world_held(1, 3), 0);
}
