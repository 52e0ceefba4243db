/* SPDX-License-Identifier: MIT
 * A file system that takes its time over an operation: clients of another one, and of what is cached, are served meanwhile, and who
 * waits for it is answered in the end; whoever gives up, and whichever of them dies, meanwhile.
 */
#include "world.h"

#include <stdio.h>

static uint8_t data[1u << 20], back[1u << 20];
static uint32_t count;
static uint64_t stop;
static struct filesystem_attributes attributes, others;

/* File system 0 on `/`, with a file; 1 on `/slow`, with another. */
static void begin(void)
{
	world_clear();
	(void)world_add_file(0, ROOT, "file", 100000, 1);
	(void)world_add(0, ROOT, "slow", FILESYSTEM_KIND_DIRECTORY);
	(void)world_add_file(1, ROOT, "file", 100000, 2);
	file_systems_parameters[1].at = "/slow";
	world_begin();
}

/* All that a client may want of the fast one. */
static void use_the_other(uint32_t client)
{
	uint32_t file = file_of_client(client, "/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);

	assert_int_equal(read_now(client, file, 0, back, 50000, &count), FILES_OK);
	assert_int_equal(back[49999], world_byte(1, 49999));
	assert_int_equal(write_now(client, file, 0, back, 50000), FILES_OK);
	assert_int_equal(sync_now(client, file), FILES_OK);
	assert_int_equal(client_files_close(client, file), FILES_OK);
	assert_int_equal(client_files_make_directory(client, "/d", 0755), FILES_OK);
	assert_int_equal(client_files_rename(client, "/d", "/e"), FILES_OK);
	assert_int_equal(client_files_remove(client, "/e", true), FILES_OK);
}

/* ---- one is slow, the other is served ---- */

TEST(while_one_looks_something_up_the_other_is_served)
{
	struct test_call *slow;

	begin();
	world_hold_back(1);
	slow = client_files_look_up_begin(0, "/slow/file", true, &attributes);
	assert_true(world_keeps(1));
	for (uint32_t i = 0; i < 100; i++) {
		use_the_other(1);
		assert_int_equal(client_files_look_up(1, "/slow/../file", true, &others), FILES_OK);
		test_advance_ms(50);
	}
	assert_false(test_answered(slow));
	world_let_go(1);
	assert_int_equal(client_files_look_up_end(slow), FILES_OK);
	assert_int_equal(attributes.size, 100000);
}

TEST(while_one_says_where_data_lies_what_is_cached_of_it_is_read)
{
	struct test_call *slow;
	uint32_t file, again;

	begin();
	worlds[1].is_scattered = true;
	(void)world_add_file(1, ROOT, "scattered", 50 * PAGE, 3);
	file = file_of_client(0, "/slow/scattered", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	again = file_of_client(1, "/slow/scattered", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	assert_int_equal(read_now(0, file, 0, back, 3 * PAGE, &count), FILES_OK);
	world_hold_back(1);
	slow =
	    client_files_read_begin(0, file, 40 * PAGE, back, PAGE, &count); /* behind what it said first */
	assert_true(world_keeps(1));
	assert_int_equal(client_files_read(1, again, 0, data, 3 * PAGE, &count), FILES_OK);
	assert_int_equal(data[3 * PAGE - 1], world_byte(3, 3 * PAGE - 1));
	assert_int_equal(client_files_write(1, again, 100, data, 100, &stop), FILES_OK);
	use_the_other(2);
	world_let_go(1);
	volumes_serve();
	assert_int_equal(client_files_read_end(slow), FILES_OK);
	assert_int_equal(back[0], world_byte(3, 40 * PAGE));
}

TEST(while_one_commits_and_syncs_the_other_is_served)
{
	struct test_call *slow;
	uint32_t file;

	begin();
	file = file_of_client(0, "/slow/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	for (uint32_t i = 0; i < 200000; i++) {
		data[i] = world_byte(9, i);
	}
	assert_int_equal(write_now(0, file, 0, data, 200000), FILES_OK);
	slow = client_files_sync_begin(0, file);
	world_hold_back(1);
	volumes_serve();
	for (uint32_t i = 0; i < 10 && world_keeps(1); i++) { /* each thing that it is asked takes as long */
		use_the_other(1);
		assert_false(test_answered(slow));
		world_answer(1);
		volumes_serve();
	}
	assert_int_equal(client_files_sync_end(slow), FILES_OK);
	assert_int_equal(world_size(1, 3), 200000);
	for (uint32_t i = 0; i < 200000; i += 997) {
		assert_int_equal(world_stored(1, 3, i), world_byte(9, i));
	}
}

/* Each operation of a client with each of its questions answered late: nothing is asked twice, and nothing is done otherwise. */
static void let_go_until(const struct test_call *call)
{
	for (uint32_t i = 0; i < 1000 && !test_answered(call); i++) {
		world_answer(1);
		volumes_serve();
	}
}

TEST(all_that_is_answered_late_comes_to_the_same)
{
	static char target[1024];
	struct files_entry entries[12];
	struct test_call *call;
	uint64_t room[4];
	uint32_t file, block;
	bool is_read_only;

	begin();
	world_hold_back(1);
	call = client_files_make_directory_begin(0, "/slow/d", 0755);
	let_go_until(call);
	assert_int_equal(client_files_make_directory_end(call), FILES_OK);
	call = client_files_open_begin(0, "/slow/d/new",
				       FILES_ACCESS_READ | FILES_ACCESS_WRITE | FILES_ACCESS_CREATE |
					   FILES_ACCESS_EXCLUSIVE,
				       0644, &file, &attributes);
	let_go_until(call);
	assert_int_equal(client_files_open_end(call), FILES_OK);
	call = client_files_write_begin(0, file, 1000, data, 30000, &stop);
	let_go_until(call);
	assert_int_equal(client_files_write_end(call), FILES_OK);
	call = client_files_resize_begin(0, file, 25000);
	let_go_until(call);
	assert_int_equal(client_files_resize_end(call), FILES_OK);
	call = client_files_sync_begin(0, file);
	let_go_until(call);
	assert_int_equal(client_files_sync_end(call), FILES_OK);
	call = client_files_make_link_begin(0, "/slow/d/link", "../d");
	let_go_until(call);
	assert_int_equal(client_files_make_link_end(call), FILES_OK);
	call = client_files_read_link_begin(0, "/slow/d/link/link", target);
	let_go_until(call);
	assert_int_equal(client_files_read_link_end(call), FILES_OK);
	assert_string_equal(target, "../d");
	call = client_files_link_begin(0, "/slow/d/new", "/slow/d/link/second");
	let_go_until(call);
	assert_int_equal(client_files_link_end(call), FILES_OK);
	call = client_files_rename_begin(0, "/slow/d/link/second", "/slow/d/../third");
	let_go_until(call);
	assert_int_equal(client_files_rename_end(call), FILES_OK);
	call = client_files_remove_begin(0, "/slow/d/new", false);
	let_go_until(call);
	assert_int_equal(client_files_remove_end(call), FILES_OK);
	call = client_files_look_up_begin(0, "/slow/third", true, &attributes);
	let_go_until(call);
	assert_int_equal(client_files_look_up_end(call), FILES_OK);
	assert_int_equal(attributes.size, 25000);
	call = client_files_read_attributes_begin(0, file, &others);
	let_go_until(call);
	assert_int_equal(client_files_read_attributes_end(call), FILES_OK);
	assert_int_equal(others.node, attributes.node);
	assert_int_equal(client_files_close(0, file), FILES_OK);
	call = client_files_open_begin(0, "/slow/d", FILES_ACCESS_READ, 0, &file, &attributes);
	let_go_until(call);
	assert_int_equal(client_files_open_end(call), FILES_OK);
	call = client_files_read_entries_begin(0, file, 0, entries, 12, &count);
	let_go_until(call);
	assert_int_equal(client_files_read_entries_end(call), FILES_OK);
	assert_int_equal(count, 1);
	assert_string_equal(entries[0].name, "link");
	call = client_files_space_begin(0, "/slow", &block, &room[0], &room[1], &room[2], &room[3],
					&is_read_only);
	let_go_until(call);
	assert_int_equal(client_files_space_end(call), FILES_OK);
	assert_int_equal(room[0], 1000);
	assert_int_equal(worlds[1].calls[CREATE], 2);
	assert_int_equal(worlds[1].calls[LINK], 1);
	assert_int_equal(worlds[1].calls[RENAME], 1);
	assert_int_equal(worlds[1].calls[UNLINK], 1);
}

/* ---- who gives up ---- */

TEST(who_gives_up_a_slow_call_leaves_nothing_and_keeps_nobody)
{
	struct test_call *calls[8], *late;

	begin();
	world_hold_back(1);
	for (uint32_t round = 0; round < 20; round++) { /* more than there are calls */
		for (uint32_t i = 0; i < 8; i++) {
			calls[i] = client_files_look_up_begin(0, "/slow/file", true, &attributes);
		}
		for (uint32_t i = 0; i < 8; i++) {
			test_call_times_out(calls[i]);
		}
		use_the_other(1);
	}
	late = client_files_look_up_begin(1, "/slow/file", true, &others);
	use_the_other(2);
	world_let_go(1);
	assert_int_equal(client_files_look_up_end(late), FILES_OK);
	assert_int_equal(others.size, 100000);
	assert_int_equal(world_held_at_all(1), 0);
}

TEST(a_node_that_is_held_for_nobody_is_released)
{
	struct test_call *slow;
	uint32_t file;

	begin();
	world_hold_back(1);
	slow = client_files_open_begin(0, "/slow/file", FILES_ACCESS_READ, 0, &file, &attributes);
	while (worlds[1].calls[HOLD] == 0) {
		world_answer(1);
	}
	test_client_restarts(0);
	world_let_go(1);
	volumes_serve();
	assert_int_equal(client_files_open(1, "/slow/file", FILES_ACCESS_READ, 0, &file, &attributes),
			 FILES_OK);
	assert_int_equal(client_files_close(1, file), FILES_OK);
	assert_true(world_held(1, 3) <= 1); /* by the cache */
	(void)slow;
}

TEST(a_file_that_grew_shorter_for_nobody_is_shorter)
{
	struct test_call *slow;
	uint32_t file, other;

	begin();
	file = file_of_client(0, "/slow/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	other = file_of_client(1, "/slow/file", FILES_ACCESS_READ);
	world_hold_back(1);
	slow = client_files_resize_begin(0, file, 10);
	assert_true(world_keeps(1));
	test_call_times_out(slow);
	world_let_go(1);
	assert_int_equal(read_now(1, other, 0, back, 100, &count), FILES_OK);
	assert_int_equal(count, 10);
}

/* ---- the slow one dies ---- */

TEST(the_slow_one_dies_and_the_call_is_repeated)
{
	struct test_call *slow, *made;

	begin();
	world_hold_back(1);
	slow = client_files_look_up_begin(0, "/slow/file", true, &attributes);
	made = client_files_make_directory_begin(1, "/slow/d", 0755);
	use_the_other(2);
	world_restart();
	assert_int_equal(client_files_look_up_end(slow), FILES_OK);
	assert_int_equal(attributes.size, 100000);
	assert_int_equal(client_files_make_directory_end(made), FILES_OK);
}

TEST(what_it_did_before_it_died_is_not_done_twice_though_all_is_late)
{
	struct test_call *made;

	begin();
	world_hold_back(1);
	made = client_files_make_directory_begin(0, "/slow/d", 0755);
	while (worlds[1].calls[CREATE] == 0) {
		world_answer(1);
	}
	assert_false(test_answered(made));
	world_restart();
	world_hold_back(1);
	let_go_until(made);
	assert_int_equal(client_files_make_directory_end(made), FILES_OK);
	assert_int_equal(worlds[1].calls[CREATE], 1);
}

TEST(while_it_is_opened_again_the_other_is_served)
{
	struct test_call *slow;
	uint32_t file;

	begin();
	file = file_of_client(0, "/slow/file", FILES_ACCESS_READ);
	assert_int_equal(read_now(0, file, 0, back, PAGE, &count), FILES_OK);
	world_restart();
	world_hold_back(1);
	world_restart(); /* now it takes long to describe itself */
	world_hold_back(1);
	slow = client_files_look_up_begin(1, "/slow/file", true, &attributes);
	for (uint32_t i = 0; i < 10; i++) {
		use_the_other(2);
		assert_int_equal(client_files_read(0, file, 0, back, PAGE, &count), FILES_OK); /* cached */
		world_answer(1);
	}
	let_go_until(slow);
	assert_int_equal(client_files_look_up_end(slow), FILES_OK);
	world_let_go(1);
	assert_int_equal(read_now(0, file, 50000, back, 50000, &count), FILES_OK);
	assert_int_equal(back[0], world_byte(2, 50000));
}

/* ---- it is slow from the beginning ---- */

TEST(a_file_system_that_is_slow_to_come_keeps_only_those_who_go_through_it)
{
	struct test_call *slow;

	world_clear();
	(void)world_add_file(0, ROOT, "file", 100000, 1);
	(void)world_add_file(1, ROOT, "file", 100000, 2);
	file_systems_parameters[1].at = "/slow";
	world_hold_back(1);
	world_begin();
	slow = client_files_look_up_begin(0, "/slow/file", true, &attributes);
	use_the_other(1);
	assert_false(test_answered(slow));
	world_let_go(1);
	assert_int_equal(client_files_look_up_end(slow), FILES_OK);
	assert_int_equal(attributes.size, 100000);
}

/* ---- it is gone for good ---- */

TEST(who_waits_for_one_that_is_gone_is_told)
{
	struct test_call *slow, *other;
	uint32_t file;

	begin();
	file = file_of_client(2, "/slow/file", FILES_ACCESS_READ);
	world_hold_back(0);
	slow = client_files_look_up_begin(0, "/file", true, &attributes);
	other = client_files_make_directory_begin(1, "/d", 0755);
	mock_file_systems_server_gone(); /* both */
	test_advance_ms(2500);
	assert_int_equal(client_files_look_up_end(slow), FILES_IO);
	assert_int_equal(client_files_make_directory_end(other), FILES_IO);
	assert_int_equal(client_files_look_up(0, "/file", true, &attributes), FILES_IO);
	assert_int_equal(client_files_close(2, file), FILES_OK);
}
