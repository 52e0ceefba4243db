/* SPDX-License-Identifier: MIT
 * Data and the volumes below it: volumes that come late, vanish, fail, and say sizes that do not go together.
 */
#include "world.h"

static uint8_t data[1u << 20], back[1u << 20];
static uint32_t count;

static void fill(uint32_t bytes, uint32_t seed)
{
	for (uint32_t i = 0; i < bytes; i++) {
		data[i] = world_byte(seed, i);
	}
}

static void begin_with_file(uint64_t bytes)
{
	world_clear();
	(void)world_add_file(0, ROOT, "file", bytes, 1);
	world_begin();
}

TEST(a_file_is_read_from_its_extents)
{
	uint32_t file;

	begin_with_file(300000);
	file = file_of_client(0, "/file", FILES_ACCESS_READ);
	assert_int_equal(read_now(0, file, 1000, back, sizeof back, &count), FILES_OK);
	assert_int_equal(count, 299000);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(back[i], world_byte(1, 1000 + i));
	}
}

TEST(what_is_written_is_committed_after_its_data)
{
	uint64_t node;
	uint32_t file;

	world_clear();
	world_begin();
	fill(100000, 5);
	file = file_of_client(0, "/new", FILES_ACCESS_WRITE | FILES_ACCESS_CREATE);
	assert_int_equal(write_now(0, file, 0, data, 100000), FILES_OK);
	assert_int_equal(worlds[0].calls[COMMIT], 0);
	assert_int_equal(sync_now(0, file), FILES_OK);
	assert_true(worlds[0].calls[COMMIT] > 0 && worlds[0].calls[SYNC] > 0);
	node = 3;
	assert_int_equal(world_size(0, node), 100000);
	for (uint32_t i = 0; i < 100000; i++) {
		assert_int_equal(world_stored(0, node, i), data[i]);
	}
}

/* ---- a volume that vanishes ---- */

TEST(what_waits_for_a_volume_that_vanishes_fails)
{
	struct test_call *read;
	uint32_t file;

	begin_with_file(100000);
	file = file_of_client(0, "/file", FILES_ACCESS_READ);
	mock_volumes_server_restart(); /* what is asked for now is sent once the volume has said what it is */
	read = client_files_read_begin(0, file, 0, back, 100000, &count);
	assert_false(test_answered(read));
	world_tell(0, 0, 0); /* sizes of a volume that is not there mean nothing */
	assert_true(test_answered(read));
	assert_int_equal(client_files_read_end(read), FILES_IO);
	assert_int_equal(client_files_read(0, file, 0, back, 100000, &count), FILES_IO);
	world_tell(0, IMAGE_BYTES / 512, 512);
	assert_int_equal(read_now(0, file, 0, back, 100000, &count), FILES_OK);
	assert_int_equal(back[99999], world_byte(1, 99999));
}

TEST(a_volume_without_a_sector_size_is_none)
{
	uint32_t file;

	begin_with_file(100000);
	file = file_of_client(0, "/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	world_tell(0, 0, 0x10000);
	assert_int_equal(client_files_read(0, file, 0, back, 100000, &count), FILES_IO);
	world_tell(0, IMAGE_BYTES / 512, 512);
	assert_int_equal(read_now(0, file, 0, back, 100, &count), FILES_OK);
}

TEST(a_volume_that_vanishes_completes_what_it_had)
{
	struct test_call *read;
	struct storage_request request;
	uint32_t file;

	begin_with_file(4096);
	file = file_of_client(0, "/file", FILES_ACCESS_READ);
	read = client_files_read_begin(0, file, 0, back, 4096, &count);
	request = volume_asked(0);
	world_tell(0, 0, 512);
	assert_false(test_answered(read));
	volume_complete(0, request, STORAGE_OUTCOME_ABSENT);
	assert_int_equal(client_files_read_end(read), FILES_IO);
}

/* What could not be written is said once to who asks, and the file goes on. */
TEST(a_write_that_fails_is_told_to_who_syncs)
{
	struct test_call *sync;
	uint64_t stop;
	uint32_t file;

	begin_with_file(0);
	file = file_of_client(0, "/file", FILES_ACCESS_WRITE);
	fill(8192, 2);
	assert_int_equal(client_files_write(0, file, 0, data, 8192, &stop), FILES_OK);
	sync = client_files_sync_begin(0, file);
	volumes_fail(STORAGE_OUTCOME_FAILED);
	assert_int_equal(client_files_sync_end(sync), FILES_IO);
	assert_int_equal(write_now(0, file, 0, data, 8192), FILES_OK);
	assert_int_equal(sync_now(0, file), FILES_OK);
	assert_int_equal(world_stored(0, 3, 8191), data[8191]);
}

/* ---- requests and their places ---- */

/*
 * The read that fails has the only place that was missing for writing back what somebody waits for: the write takes it while the
 * end of the read is being told to its pages.
 */
TEST(a_request_that_begins_while_another_ends_may_take_its_place)
{
	struct test_call *read, *other, *sync;
	uint32_t file, scattered, all;
	uint64_t stop;

	world_clear();
	(void)world_add_file(0, ROOT, "file", 8 * PAGE, 1);
	worlds[0].is_scattered = true;
	(void)world_add_file(0, ROOT, "scattered", 64 * PAGE, 2);
	world_begin();
	file = file_of_client(0, "/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	scattered = file_of_client(1, "/scattered", FILES_ACCESS_READ);
	fill(PAGE, 3);
	assert_int_equal(client_files_write(0, file, 100 * PAGE, data, PAGE, &stop), FILES_OK);
	read = client_files_read_begin(0, file, 0, back, 8 * PAGE, &count);
	other = client_files_read_begin(1, scattered, 0, back, 64 * PAGE, &all);
	sync = client_files_sync_begin(0, file);
	volume_complete(0, volume_asked(0), STORAGE_OUTCOME_FAILED);
	assert_int_equal(client_files_read_end(read), FILES_IO);
	volumes_serve();
	assert_int_equal(client_files_read_end(other), FILES_OK);
	assert_int_equal(client_files_sync_end(sync), FILES_OK);
	for (uint32_t i = 0; i < 64 * PAGE; i++) {
		assert_int_equal(back[i], world_byte(2, i));
	}
	assert_int_equal(read_now(0, file, 0, back, 8 * PAGE, &count), FILES_OK);
	assert_int_equal(back[8 * PAGE - 1], world_byte(1, 8 * PAGE - 1));
}

/* Block by block of a page in several places: a piece that cannot be found spoils the page, though others come. */
static void spoil_second_block(struct mock_file_systems_map_answer *answer)
{
	if (answer->extents.count > 1) {
		answer->extents.count = 1; /* the rest is asked for by itself, and that fails */
		worlds[0].fails[MAP] = FILESYSTEM_IO;
		worlds[0].fails_for[MAP] = 1;
	}
}

TEST(a_page_of_which_a_piece_is_missing_is_not_shown)
{
	struct test_call *read;
	uint32_t file;

	world_clear();
	worlds[0].block = 1024;
	(void)world_add_file(0, ROOT, "gap", 1024, 1);
	(void)world_add_file(0, ROOT, "between", 1024, 2);
	world_begin();
	file = file_of_client(0, "/gap", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	fill(4096, 3);
	assert_int_equal(write_now(0, file, 1024, data, 3072), FILES_OK);
	assert_int_equal(sync_now(0, file), FILES_OK);
	world_begin_anew(); /* nothing of the file is cached */
	worlds[0].spoil_map = spoil_second_block;
	file = file_of_client(0, "/gap", FILES_ACCESS_READ);
	read = client_files_read_begin(0, file, 0, back, 4096, &count);
	volumes_serve();
	assert_int_equal(client_files_read_end(read), FILES_IO);
	worlds[0].spoil_map = NULL;
	assert_int_equal(read_now(0, file, 0, back, 4096, &count), FILES_OK);
	assert_int_equal(back[0], world_byte(1, 0));
	assert_int_equal(back[4095], data[3071]);
}

/* ---- sizes ---- */

TEST(a_smaller_pool_has_fewer_frames)
{
	uint32_t file;

	world_clear();
	(void)world_add_file(1, ROOT, "file", 6u << 20, 4); /* more than either pool takes */
	file_systems_parameters[1].at = "/other";
	(void)world_add(0, ROOT, "other", FILESYSTEM_KIND_DIRECTORY);
	world_begin();
	assert_int_equal(volumes_data_count(0), 2 * volumes_data_count(1));
	file = file_of_client(0, "/other/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	for (uint64_t at = 0; at < 6u << 20; at += sizeof back) {
		assert_int_equal(read_now(0, file, at, back, sizeof back, &count), FILES_OK);
		assert_int_equal(count, sizeof back);
		for (uint32_t i = 0; i < count; i += 997) {
			assert_int_equal(back[i], world_byte(4, at + i));
		}
	}
	for (uint64_t at = 0; at < 5u << 20; at += sizeof data) {
		fill(sizeof data, (uint32_t)(at >> 20));
		assert_int_equal(write_now(0, file, at, data, sizeof data), FILES_OK);
	}
	assert_int_equal(sync_now(0, file), FILES_OK);
	for (uint64_t at = 0; at < 5u << 20; at += 997) {
		assert_int_equal(world_stored(1, 3, at), world_byte((uint32_t)(at >> 20), at % sizeof data));
	}
}

/* A block of the file system that is smaller than a sector has no place that could be asked for. */
TEST(places_that_are_no_multiple_of_a_sector_are_damage)
{
	uint32_t file;

	world_clear();
	worlds[0].block = 1024;
	(void)world_add_file(0, ROOT, "odd", 1024, 1);
	(void)world_add_file(0, ROOT, "file", 1024, 2);
	test_start();
	world_tell(0, IMAGE_BYTES / 4096, 4096);
	file = file_of_client(0, "/file", FILES_ACCESS_READ);
	assert_int_equal(client_files_read(0, file, 0, back, 1024, &count), FILES_DAMAGED);
	assert_int_equal(volume_waiting(0), 0);
}

static void spoil_size(struct filesystem_attributes *attributes)
{
	attributes->size = attributes->kind == FILESYSTEM_KIND_FILE ? UINT64_MAX - 1 : 0;
}

TEST(a_size_beyond_the_largest_is_damage)
{
	struct filesystem_attributes attributes;
	uint32_t file;

	begin_with_file(10);
	worlds[0].spoil_attributes = spoil_size;
	assert_int_equal(client_files_open(0, "/file", FILES_ACCESS_READ, 0, &file, &attributes),
			 FILES_DAMAGED);
	assert_int_equal(world_held(0, 3), 0);
}

/* Pages of a file have numbers of 32 bits, whatever a file system says of how large its files may be. */
TEST(no_page_has_a_number_that_does_not_fit)
{
	uint64_t stop;
	uint32_t file;

	world_clear();
	worlds[0].largest = UINT64_MAX;
	(void)world_add_file(0, ROOT, "file", 10, 1);
	world_begin();
	file = file_of_client(0, "/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
	assert_int_equal(client_files_write(0, file, UINT64_C(1) << 44, data, 10, &stop), FILES_TOO_LARGE);
	assert_int_equal(client_files_write(0, file, UINT64_MAX - 4, data, 10, &stop), FILES_TOO_LARGE);
	assert_int_equal(client_files_read(0, file, UINT64_MAX - 4, back, 10, &count), FILES_OK);
	assert_int_equal(count, 0);
}
