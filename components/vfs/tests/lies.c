/* SPDX-License-Identifier: MIT
 * File systems that answer what cannot be: vfs says so to its client, asks for nothing that is not there, and goes on.
 */
#include "world.h"

static uint8_t data[65536], back[65536];
static uint32_t count;
static struct filesystem_attributes attributes;

static uint32_t begin_with_file(uint64_t bytes)
{
	world_clear();
	(void)world_add_file(0, ROOT, "file", bytes, 1);
	world_begin();
	return file_of_client(0, "/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
}

/* ---- extents ---- */

static void overlapping(struct mock_file_systems_map_answer *answer)
{
	answer->extents.item[1] = answer->extents.item[0];
	answer->extents.item[1].offset = PAGE;
	answer->extents.count = 2;
}

static void with_a_gap(struct mock_file_systems_map_answer *answer)
{
	answer->extents.item[1] = answer->extents.item[0];
	answer->extents.item[1].offset += answer->extents.item[0].length + PAGE;
	answer->extents.count = 2;
}

static void beside_the_volume(struct mock_file_systems_map_answer *answer)
{
	answer->extents.item[0].position = IMAGE_BYTES - PAGE;
}

static void far_beside_the_volume(struct mock_file_systems_map_answer *answer)
{
	answer->extents.item[0].position = UINT64_MAX - PAGE + 1;
}

static void without_end(struct mock_file_systems_map_answer *answer)
{
	answer->extents.item[0].length = UINT64_MAX - PAGE + 1;
	answer->extents.item[0].place = FILESYSTEM_PLACE_HOLE;
	answer->extents.item[1] = (struct filesystem_extent){.offset = 0, .length = 2 * PAGE};
	answer->extents.item[1].offset -= PAGE;
	answer->extents.count = 2;
}

static void somewhere_else(struct mock_file_systems_map_answer *answer)
{
	answer->extents.item[0].offset += UINT64_C(1) << 30;
}

static void empty_ones(struct mock_file_systems_map_answer *answer)
{
	answer->extents.item[0].length = 0;
}

static void odd_ones(struct mock_file_systems_map_answer *answer)
{
	answer->extents.item[0].position += 100;
}

static void of_odd_length(struct mock_file_systems_map_answer *answer)
{
	answer->extents.item[0].length -= 1;
}

TEST(extents_that_cannot_be_are_damage)
{
	void (*const spoils[])(struct mock_file_systems_map_answer *) = {
	    overlapping,    with_a_gap, beside_the_volume, far_beside_the_volume, without_end,
	    somewhere_else, empty_ones, odd_ones,          of_odd_length};
	const uint32_t file = begin_with_file(3 * PAGE);

	for (uint32_t i = 0; i < sizeof spoils / sizeof *spoils; i++) {
		worlds[0].spoil_map = spoils[i];
		assert_int_equal(client_files_read(0, file, 0, back, 3 * PAGE, &count), FILES_DAMAGED);
		assert_int_equal(volume_waiting(0), 0);
	}
	worlds[0].spoil_map = NULL;
	assert_int_equal(read_now(0, file, 0, back, 3 * PAGE, &count), FILES_OK);
	assert_int_equal(back[2 * PAGE], world_byte(1, 2 * PAGE));
}

static void nothing(struct mock_file_systems_map_answer *answer)
{
	answer->extents.count = 0;
}

static void a_hole(struct mock_file_systems_map_answer *answer)
{
	answer->extents.item[0].place = FILESYSTEM_PLACE_HOLE;
}

TEST(what_was_to_be_allocated_and_was_not_is_damage)
{
	void (*const spoils[])(struct mock_file_systems_map_answer *) = {nothing, a_hole, beside_the_volume,
									 overlapping};
	const uint32_t file = begin_with_file(0);
	uint64_t stop;

	for (uint32_t i = 0; i < sizeof spoils / sizeof *spoils; i++) {
		worlds[0].spoil_map = spoils[i];
		assert_int_equal(client_files_write(0, file, 0, data, 3 * PAGE, &stop), FILES_DAMAGED);
	}
	worlds[0].spoil_map = NULL;
	assert_int_equal(write_now(0, file, 0, data, 3 * PAGE), FILES_OK);
	assert_int_equal(sync_now(0, file), FILES_OK);
}

/* A file that has no extents where it should have some reads as zeroes there, as a hole does. */
TEST(no_extents_are_a_hole)
{
	const uint32_t file = begin_with_file(3 * PAGE);

	worlds[0].spoil_map = nothing;
	memset(back, 7, sizeof back);
	assert_int_equal(client_files_read(0, file, 0, back, 3 * PAGE, &count), FILES_OK);
	assert_int_equal(count, 3 * PAGE);
	assert_int_equal(back[0] | back[3 * PAGE - 1], 0);
}

/* ---- what a file system says of itself ---- */

TEST(a_file_system_that_says_of_itself_what_cannot_be_is_not_mounted)
{
	static const uint32_t blocks[] = {0, 1, 511, 1000, 3 * PAGE};

	world_clear();
	(void)world_add(0, ROOT, "dir", FILESYSTEM_KIND_DIRECTORY);
	world_begin();
	for (uint32_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		worlds[1].block = blocks[i];
		assert_int_equal(client_files_mount(0, "other", "/dir", false), FILES_DAMAGED);
		assert_int_equal(client_files_look_up(0, "/dir", true, &attributes), FILES_OK);
	}
	worlds[1].block = PAGE;
	assert_int_equal(client_files_mount(0, "other", "/dir", false), FILES_OK);
}

TEST(without_its_root_a_file_system_is_mounted_and_empty)
{

	world_clear();
	worlds[1].root = 77;
	(void)world_add(0, ROOT, "dir", FILESYSTEM_KIND_DIRECTORY);
	world_begin();
	if (client_files_mount(0, "other", "/dir", false) == FILES_OK) {
		assert_int_equal(client_files_look_up(0, "/dir", true, &attributes), FILES_NOT_FOUND);
		assert_int_equal(client_files_look_up(0, "/dir/a", true, &attributes), FILES_NOT_FOUND);
	}
}

/* ---- entries ---- */

static void slash(struct mock_file_systems_read_entries_answer *answer)
{
	strcpy(answer->entries.item[0].name, "a/b");
}

static void dots(struct mock_file_systems_read_entries_answer *answer)
{
	strcpy(answer->entries.item[0].name, "..");
}

static void no_name(struct mock_file_systems_read_entries_answer *answer)
{
	answer->entries.item[0].name[0] = '\0';
}

static void same_again(struct mock_file_systems_read_entries_answer *answer)
{
	for (uint32_t i = 0; i < answer->entries.count; i++) {
		answer->entries.item[i].next = 0;
	}
}

TEST(names_that_cannot_be_do_not_reach_clients)
{
	void (*const spoils[])(struct mock_file_systems_read_entries_answer *) = {slash, dots, no_name,
										  same_again};
	struct files_entry entries[12];
	uint32_t file;

	(void)begin_with_file(10);
	file = file_of_client(0, "/", FILES_ACCESS_READ | FILES_ACCESS_DIRECTORY);
	for (uint32_t i = 0; i < sizeof spoils / sizeof *spoils; i++) {
		worlds[0].spoil_entries = spoils[i];
		assert_int_equal(client_files_read_entries(0, file, 0, entries, 12, &count), FILES_DAMAGED);
	}
	worlds[0].spoil_entries = NULL;
	assert_int_equal(client_files_read_entries(0, file, 0, entries, 12, &count), FILES_OK);
	assert_int_equal(count, 1);
	assert_string_equal(entries[0].name, "file");
	assert_int_equal(client_files_read_entries(0, file, entries[0].next, entries, 12, &count), FILES_OK);
	assert_int_equal(count, 0);
}

/* ---- links ---- */

TEST(a_link_without_a_target_leads_nowhere)
{

	world_clear();
	(void)world_add_link(0, ROOT, "empty", "");
	(void)world_add_link(0, ROOT, "self", "self");
	world_begin();
	assert_int_equal(client_files_look_up(0, "/empty", true, &attributes), FILES_NOT_FOUND);
	assert_int_equal(client_files_look_up(0, "/self", true, &attributes), FILES_LOOP);
	assert_int_equal(client_files_look_up(0, "/self/x", false, &attributes), FILES_LOOP);
}

/* ---- each operation fails ---- */

/* All that a client can do; what fails does so in the one way, or because of what failed before it. */
static void do_all(enum files_status expected, bool is_seen)
{
	enum files_status status[10] = {FILES_OK};
	uint32_t file = 0, failed = 0;
	uint64_t stop;
	struct test_call *call;

	status[0] =
	    client_files_open(0, "/link", FILES_ACCESS_READ | FILES_ACCESS_WRITE, 0, &file, &attributes);
	if (status[0] == FILES_OK) {
		call = client_files_read_begin(0, file, 0, back, 50, &count);
		volumes_serve();
		status[1] = client_files_read_end(call);
		call = client_files_write_begin(0, file, 0, data, 5000, &stop);
		volumes_serve();
		status[2] = client_files_write_end(call);
		call = client_files_sync_begin(0, file);
		volumes_serve();
		status[3] = client_files_sync_end(call);
		call = client_files_resize_begin(0, file, 3);
		volumes_serve();
		status[4] = client_files_resize_end(call);
		assert_int_equal(client_files_close(0, file), FILES_OK);
	}
	status[5] = client_files_make_directory(0, "/d", 0755);
	status[6] = client_files_make_link(0, "/l", "file");
	status[7] = client_files_link(0, "/file", "/second");
	status[8] = client_files_rename(0, "/file", "/third");
	status[9] = client_files_remove(0, "/third", false);
	for (uint32_t i = 0; i < 10; i++) {
		if (status[i] != FILES_OK && status[i] != expected && status[i] != FILES_NOT_FOUND) {
			test_fail("call %u answers %s", i, files_status_name(status[i]));
		}
		failed += status[i] != FILES_OK;
	}
	assert_true(failed > 0 || !is_seen);
}

TEST(a_failure_of_any_operation_reaches_the_client_and_stays_with_it)
{
	static const struct {
		enum filesystem_status from;
		enum files_status to;
	} statuses[] = {{FILESYSTEM_IO, FILES_IO}, {FILESYSTEM_DAMAGED, FILES_DAMAGED}};

	world_clear();
	world_begin();
	for (uint32_t i = 0; i < 2 * OPERATIONS; i++) {
		const uint32_t operation = i / 2;

		if (operation == DESCRIBE) {
			continue;
		}
		world_clear();
		(void)world_add_file(0, ROOT, "file", 100, 1);
		(void)world_add_link(0, ROOT, "link", "file");
		world_begin_anew();
		worlds[0].fails[operation] = operation == HOLD ? FILESYSTEM_BAD_NODE : statuses[i % 2].from;
		worlds[0].fails_for[operation] = UINT32_MAX;
		do_all(statuses[i % 2].to, operation != RELEASE && operation != READ_ENTRIES &&
					       operation != READ && operation != WRITE &&
					       operation != SPACE && operation != READ_ATTRIBUTES);
		worlds[0].fails_for[operation] = 0;
		assert_int_equal(client_files_look_up(0, "/link", false, &attributes), FILES_OK);
	}
}
