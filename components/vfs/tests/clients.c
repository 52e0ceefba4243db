/* SPDX-License-Identifier: MIT
 * Clients of vfs: those that wait no more, in each state in which a call can wait; what they may see and change; what they may have;
 * locks between two of them; what they hear of changes.
 */
#include "world.h"

#include <stdio.h>

static uint8_t data[1u << 20], back[1u << 20];
static uint32_t count;
static struct filesystem_attributes attributes;

static void begin_with_file(uint64_t bytes)
{
	world_clear();
	(void)world_add_file(0, ROOT, "file", bytes, 1);
	world_begin();
}

/* ---- who waits no more ---- */

TEST(a_read_that_is_cancelled_leaves_its_pages_to_others)
{
	struct test_call *first, *second;
	uint32_t file, other;

	begin_with_file(8192);
	file = file_of_client(0, "/file", FILES_ACCESS_READ);
	other = file_of_client(1, "/file", FILES_ACCESS_READ);
	first = client_files_read_begin(0, file, 0, back, 8192, &count);
	second = client_files_read_begin(1, other, 0, data, 8192, &count);
	test_call_times_out(first);
	volumes_serve();
	assert_int_equal(client_files_read_end(second), FILES_OK);
	assert_int_equal(data[8191], world_byte(1, 8191));
	assert_int_equal(client_files_close(0, file), FILES_OK);
	assert_int_equal(client_files_close(1, other), FILES_OK);
}

TEST(a_client_that_dies_while_all_its_calls_wait_leaves_nothing)
{
	uint64_t stop;
	uint32_t file;

	begin_with_file(1u << 20);
	file = file_of_client(0, "/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	(void)!client_files_read_begin(0, file, 0, back, 65536, &count);
	(void)!client_files_write_begin(0, file, 100, data, 65536, &stop);
	(void)!client_files_resize_begin(0, file, 1000);
	(void)!client_files_sync_begin(0, file);
	(void)!client_files_sync_all_begin(0, false);
	test_client_restarts(0);
	for (uint32_t i = 0; i < 20; i++) {
		volumes_serve();
		test_advance_ms(500);
	}
	file = file_of_client(0, "/file", FILES_ACCESS_READ);
	assert_int_equal(read_now(0, file, 0, back, 500, &count), FILES_OK);
}

TEST(a_write_that_waits_for_frames_is_cancelled)
{
	static struct test_call *calls[8];
	uint64_t stop;
	uint32_t file;

	world_clear();
	(void)world_add_file(0, ROOT, "file", 0, 1);
	world_begin();
	file = file_of_client(0, "/file", FILES_ACCESS_WRITE);
	for (uint32_t i = 0; i < 6; i++) {
		calls[i] = client_files_write_begin(0, file, (uint64_t)i << 20, data, 1u << 20, &stop);
	}
	assert_false(test_answered(calls[5]));
	for (uint32_t i = 0; i < 6; i++) {
		if (!test_answered(calls[i])) {
			test_call_times_out(calls[i]);
		}
	}
	volumes_serve();
	assert_int_equal(write_now(0, file, 0, data, 4096), FILES_OK);
	assert_int_equal(sync_now(0, file), FILES_OK);
}

TEST(resizing_and_syncing_are_cancelled_while_they_wait)
{
	struct test_call *read, *resize, *sync;
	uint64_t stop;
	uint32_t file;

	begin_with_file(65536);
	file = file_of_client(0, "/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	read = client_files_read_begin(0, file, 0, back, 65536, &count);
	resize = client_files_resize_begin(0, file, 100); /* waits until nothing is read */
	assert_false(test_answered(resize));
	test_call_times_out(resize);
	volumes_serve();
	assert_int_equal(client_files_read_end(read), FILES_OK);
	assert_int_equal(client_files_write(0, file, 0, data, 65536, &stop), FILES_OK);
	resize = client_files_resize_begin(0, file, 100); /* waits until all is written */
	sync = client_files_sync_begin(0, file);
	test_call_times_out(sync);
	if (!test_answered(resize)) {
		test_call_times_out(resize);
	}
	volumes_serve();
	assert_int_equal(sync_now(0, file), FILES_OK);
	assert_int_equal(client_files_resize(0, file, 50), FILES_OK);
	assert_int_equal(world_size(0, 3), 50);
}

TEST(an_unmount_and_a_lock_are_cancelled_while_they_wait)
{
	struct test_call *unmount, *lock;
	uint64_t stop;
	uint32_t file, mine, other;

	world_clear();
	(void)world_add(0, ROOT, "dir", FILESYSTEM_KIND_DIRECTORY);
	(void)world_add_file(1, ROOT, "file", 0, 1);
	world_begin();
	assert_int_equal(client_files_mount(0, "other", "/dir", false), FILES_OK);
	file = file_of_client(0, "/dir/file", FILES_ACCESS_WRITE);
	assert_int_equal(client_files_write(0, file, 0, data, 65536, &stop), FILES_OK);
	assert_int_equal(client_files_close(0, file), FILES_OK);
	unmount = client_files_unmount_begin(0, "/dir");
	assert_false(test_answered(unmount));
	test_call_times_out(unmount);
	volumes_serve();
	assert_int_equal(client_files_look_up(0, "/dir/file", true, &attributes), FILES_OK);
	mine = file_of_client(0, "/dir/file", FILES_ACCESS_WRITE);
	other = file_of_client(1, "/dir/file", FILES_ACCESS_WRITE);
	assert_int_equal(client_files_lock(0, mine, FILES_LOCK_EXCLUSIVE, 0, 10, false), FILES_OK);
	lock = client_files_lock_begin(1, other, FILES_LOCK_SHARED, 5, 1, true);
	test_call_times_out(lock);
	assert_int_equal(client_files_close(0, mine), FILES_OK);
	assert_int_equal(client_files_close(1, other), FILES_OK);
	assert_int_equal(client_files_unmount(0, "/dir"), FILES_OK);
	assert_int_equal(world_held_at_all(1), 0);
}

/* ---- roots ---- */

TEST(nothing_above_a_root_has_a_name)
{
	uint64_t inside;

	world_clear();
	inside = world_add(0, ROOT, "inside", FILESYSTEM_KIND_DIRECTORY);
	(void)world_add_file(0, ROOT, "secret", 10, 1);
	(void)world_add_file(0, inside, "mine", 20, 2);
	(void)world_add_link(0, inside, "up", "../secret");
	(void)world_add_link(0, inside, "root", "/secret");
	(void)world_add_link(0, inside, "far", "/../../../secret");
	(void)world_add_link(0, inside, "own", "/mine");
	files_parameters[1].root = "/inside";
	files_parameters[2].root = "/inside";
	files_parameters[2].read_only = true;
	world_begin();
	assert_int_equal(client_files_look_up(0, "/secret", true, &attributes), FILES_OK);
	assert_int_equal(client_files_look_up(1, "/secret", true, &attributes), FILES_NOT_FOUND);
	assert_int_equal(client_files_look_up(1, "../secret", true, &attributes), FILES_NOT_FOUND);
	assert_int_equal(client_files_look_up(1, "/../../secret", true, &attributes), FILES_NOT_FOUND);
	assert_int_equal(client_files_look_up(1, "up", true, &attributes), FILES_NOT_FOUND);
	assert_int_equal(client_files_look_up(1, "root", true, &attributes), FILES_NOT_FOUND);
	assert_int_equal(client_files_look_up(1, "far", true, &attributes), FILES_NOT_FOUND);
	assert_int_equal(client_files_look_up(1, "own", true, &attributes), FILES_OK);
	assert_int_equal(attributes.size, 20);
	assert_int_equal(client_files_look_up(1, "/..", true, &attributes), FILES_OK);
	assert_int_equal(attributes.node, inside);
	assert_int_equal(client_files_link(1, "/../secret", "/stolen"), FILES_NOT_FOUND);
	assert_int_equal(client_files_rename(0, "/inside", "/outside"), FILES_IN_USE);
	assert_int_equal(client_files_remove(0, "/inside", true), FILES_IN_USE);
}

TEST(who_may_only_read_changes_nothing)
{
	uint32_t file;

	world_clear();
	(void)world_add_file(0, ROOT, "file", 10, 1);
	(void)world_add(0, ROOT, "empty", FILESYSTEM_KIND_DIRECTORY);
	files_parameters[0].read_only = true;
	files_parameters[0].mounts = false;
	world_begin();
	assert_int_equal(client_files_open(0, "/file", FILES_ACCESS_WRITE, 0, &file, &attributes),
			 FILES_READ_ONLY);
	assert_int_equal(client_files_open(0, "/file", FILES_ACCESS_TRUNCATE, 0, &file, &attributes),
			 FILES_READ_ONLY);
	assert_int_equal(
	    client_files_open(0, "/new", FILES_ACCESS_READ | FILES_ACCESS_CREATE, 0, &file, &attributes),
	    FILES_READ_ONLY);
	assert_int_equal(client_files_make_directory(0, "/d", 0755), FILES_READ_ONLY);
	assert_int_equal(client_files_make_link(0, "/l", "file"), FILES_READ_ONLY);
	assert_int_equal(client_files_link(0, "/file", "/second"), FILES_READ_ONLY);
	assert_int_equal(client_files_rename(0, "/file", "/third"), FILES_READ_ONLY);
	assert_int_equal(client_files_remove(0, "/file", false), FILES_READ_ONLY);
	assert_int_equal(client_files_remove(0, "/empty", true), FILES_READ_ONLY);
	assert_int_equal(client_files_mount(0, "other", "/empty", false), FILES_NOT_PERMITTED);
	assert_int_equal(client_files_unmount(0, "/"), FILES_NOT_PERMITTED);
	file = file_of_client(0, "/file", FILES_ACCESS_READ);
	assert_int_equal(client_files_write(0, file, 0, data, 1, &(uint64_t){0}), FILES_BAD_FILE);
	assert_int_equal(client_files_resize(0, file, 0), FILES_BAD_FILE);
	assert_int_equal(client_files_write_attributes(0, file, FILES_CHANGES_MODE, 0777,
						       &(struct filesystem_time){0},
						       &(struct filesystem_time){0}),
			 FILES_READ_ONLY);
	for (enum operation i = CREATE; i <= RENAME; i++) {
		assert_true(i == READ_LINK || worlds[0].calls[i] == 0);
	}
	assert_int_equal(worlds[0].calls[WRITE_ATTRIBUTES], 0);
}

/* ---- what clients may have ---- */

TEST(a_client_has_as_many_open_files_as_it_may)
{
	uint32_t file, files[64];

	begin_with_file(10);
	for (uint32_t i = 0; i < 64; i++) {
		files[i] = file_of_client(0, "/file", FILES_ACCESS_READ);
	}
	assert_int_equal(client_files_open(0, "/file", FILES_ACCESS_READ, 0, &file, &attributes),
			 FILES_QUOTA);
	assert_int_equal(
	    client_files_open(0, "/new", FILES_ACCESS_READ | FILES_ACCESS_CREATE, 0, &file, &attributes),
	    FILES_QUOTA);
	(void)file_of_client(1, "/file", FILES_ACCESS_READ);
	assert_int_equal(client_files_close(0, files[7]), FILES_OK);
	(void)file_of_client(0, "/file", FILES_ACCESS_READ);
	assert_int_equal(client_files_close(1, files[3]), FILES_BAD_FILE);
	test_client_restarts(0);
	for (uint32_t i = 0; i < 64; i++) {
		(void)file_of_client(0, "/file", FILES_ACCESS_READ);
	}
}

/* More files than there are places for nodes: those that nobody uses make room. */
TEST(nodes_that_nobody_uses_make_room)
{
	char path[16];

	world_clear();
	for (uint32_t i = 0; i < 600; i++) {
		snprintf(path, sizeof path, "f%u", i);
		(void)world_add(0, ROOT, path, FILESYSTEM_KIND_FILE);
	}
	world_begin();
	for (uint32_t i = 0; i < 600; i++) {
		uint32_t file;

		snprintf(path, sizeof path, "/f%u", i);
		file = file_of_client(i % 3, path, FILES_ACCESS_READ | FILES_ACCESS_WRITE);
		assert_int_equal(write_now(i % 3, file, 0, data, 10), FILES_OK);
		assert_int_equal(client_files_close(i % 3, file), FILES_OK);
		volumes_serve();
	}
	assert_true(world_held_at_all(0) < 500);
}

/* ---- locks ---- */

TEST(locks_stand_between_two_clients)
{
	struct test_call *waits;
	uint32_t mine, other, again;

	begin_with_file(100);
	mine = file_of_client(0, "/file", FILES_ACCESS_READ);
	again = file_of_client(0, "/file", FILES_ACCESS_READ);
	other = file_of_client(1, "/file", FILES_ACCESS_READ);
	assert_int_equal(client_files_lock(0, mine, FILES_LOCK_SHARED, 0, 100, false), FILES_OK);
	assert_int_equal(client_files_lock(1, other, FILES_LOCK_SHARED, 0, 0, false), FILES_OK);
	assert_int_equal(client_files_lock(1, other, FILES_LOCK_EXCLUSIVE, 50, 1, false), FILES_WOULD_WAIT);
	assert_int_equal(client_files_lock(1, other, FILES_LOCK_EXCLUSIVE, 100, 0, false), FILES_OK);
	waits = client_files_lock_begin(1, other, FILES_LOCK_EXCLUSIVE, 20, 10, true);
	assert_int_equal(client_files_lock(0, mine, FILES_LOCK_NONE, 0, 25, false), FILES_OK);
	assert_false(test_answered(waits));
	assert_int_equal(client_files_close(0, again), FILES_OK); /* gives back all of the client's */
	assert_int_equal(client_files_lock_end(waits), FILES_OK);
	assert_int_equal(client_files_lock(0, mine, FILES_LOCK_SHARED, 29, 1, false), FILES_WOULD_WAIT);
	assert_int_equal(client_files_lock(0, mine, FILES_LOCK_SHARED, UINT64_MAX - 1, UINT64_MAX, false),
			 FILES_WOULD_WAIT);
	test_client_restarts(1);
	assert_int_equal(client_files_lock(0, mine, FILES_LOCK_EXCLUSIVE, 0, 0, false), FILES_OK);
}

TEST(a_client_has_as_many_locks_as_it_may)
{
	uint32_t file;

	begin_with_file(100);
	file = file_of_client(0, "/file", FILES_ACCESS_READ);
	for (uint32_t i = 0; i < 64; i++) {
		assert_int_equal(client_files_lock(0, file, FILES_LOCK_SHARED, 4 * i, 2, false), FILES_OK);
	}
	assert_int_equal(client_files_lock(0, file, FILES_LOCK_SHARED, 1000, 1, false), FILES_NO_SPACE);
	assert_int_equal(client_files_lock(0, file, FILES_LOCK_SHARED, 0, 0, false),
			 FILES_OK); /* all in one */
	assert_int_equal(client_files_lock(0, file, FILES_LOCK_NONE, 10, 1, false), FILES_OK); /* in two */
}

/* ---- watches ---- */

static enum files_change heard(uint32_t client, const char *name)
{
	struct files_changed changed;

	client_files_changes_receive(client, &changed);
	assert_string_equal(changed.name, name);
	return changed.change;
}

TEST(who_watches_hears_what_changes)
{
	uint32_t watch, other;

	world_clear();
	(void)world_add(0, ROOT, "dir", FILESYSTEM_KIND_DIRECTORY);
	world_begin();
	assert_int_equal(client_files_watch(0, "/dir", &watch), FILES_OK);
	(void)file_of_client(1, "/dir/new", FILES_ACCESS_WRITE | FILES_ACCESS_CREATE);
	assert_int_equal(heard(0, "new"), FILES_CHANGE_CREATED);
	assert_int_equal(client_files_rename(1, "/dir/new", "/moved"), FILES_OK);
	assert_int_equal(heard(0, "new"), FILES_CHANGE_MOVED_AWAY);
	assert_int_equal(client_files_rename(1, "/moved", "/dir/back"), FILES_OK);
	assert_int_equal(heard(0, "back"), FILES_CHANGE_MOVED_HERE);
	assert_int_equal(client_files_remove(1, "/dir/back", false), FILES_OK);
	assert_int_equal(heard(0, "back"), FILES_CHANGE_REMOVED);
	assert_int_equal(client_files_watch(1, "/", &other), FILES_OK);
	assert_int_equal(client_files_unwatch(1, watch), FILES_BAD_FILE); /* another's */
	assert_int_equal(client_files_unwatch(0, watch), FILES_OK);
	assert_int_equal(client_files_make_directory(1, "/dir/d", 0755), FILES_OK);
	assert_int_equal(client_files_changes_entries(0), 0);
	for (uint32_t i = 0; i < 16; i++) {
		assert_int_equal(client_files_watch(0, "/dir", &other), FILES_OK);
	}
	assert_int_equal(client_files_watch(0, "/dir", &other), FILES_QUOTA);
}

TEST(who_does_not_listen_hears_that_it_lost_something)
{
	uint32_t watch;
	char path[16];

	world_clear();
	world_begin();
	assert_int_equal(client_files_watch(0, "/", &watch), FILES_OK);
	for (uint32_t i = 0; i < 40; i++) {
		snprintf(path, sizeof path, "/d%u", i);
		assert_int_equal(client_files_make_directory(1, path, 0755), FILES_OK);
	}
	assert_int_equal(client_files_changes_entries(0), 16);
	for (uint32_t i = 0; i < 16; i++) {
		snprintf(path, sizeof path, "d%u", i);
		assert_int_equal(heard(0, path), FILES_CHANGE_CREATED);
	}
	assert_int_equal(heard(0, ""), FILES_CHANGE_LOST);
}
