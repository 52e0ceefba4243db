/* SPDX-License-Identifier: MIT
 * Tables of partitions, whole, damaged and hostile: what a client's requests become on the disk shows what was found.
 */
#include "disk.h"

#define ENTRIES 128u
#define ENTRY   128u
#define SPARE   (SECTORS - 1)

static uint32_t crc(const uint8_t *at, uint32_t bytes)
{
	uint32_t value = UINT32_MAX;

	for (uint32_t i = 0; i < 8 * bytes; i++) {
		const uint32_t bit = (value ^ (uint32_t)at[i / 8] >> i % 8) & 1;

		value = value >> 1 ^ (bit != 0 ? 0xedb88320u : 0);
	}
	return ~value;
}

static uint8_t *sector(uint64_t number)
{
	return image + number * SIZE;
}

static void put_mbr(uint64_t at, uint32_t index, uint8_t type, uint64_t first, uint64_t count)
{
	uint8_t *entry = sector(at) + 446 + 16 * index;

	put(entry + 4, type, 1);
	put(entry + 8, first, 4);
	put(entry + 12, count, 4);
	put(sector(at) + 510, 0xaa55, 2);
}

static void put_entry(uint32_t index, const char *name, uint64_t first, uint64_t last)
{
	uint8_t *entry = sector(2) + index * ENTRY;

	put(entry, 0xaf3dc60f, 4); /* some type */
	put(entry + 32, first, 8);
	put(entry + 40, last, 8);
	for (uint32_t i = 0; name[i] != '\0'; i++) {
		put(entry + 56 + 2 * i, (uint8_t)name[i], 2);
	}
}

static void check_header(uint64_t own)
{
	put(sector(own) + 16, 0, 4);
	put(sector(own) + 16, crc(sector(own), 92), 4);
}

static void put_header(uint64_t own, uint64_t other, uint64_t entries)
{
	uint8_t *at = sector(own);

	memcpy(at, "EFI PART", 8);
	put(at + 8, 0x10000, 4);
	put(at + 12, 92, 4);
	put(at + 24, own, 8);
	put(at + 32, other, 8);
	put(at + 40, 34, 8);
	put(at + 48, SECTORS - 34, 8);
	put(at + 72, entries, 8);
	put(at + 80, ENTRIES, 4);
	put(at + 84, ENTRY, 4);
	put(at + 88, crc(sector(entries), ENTRIES * ENTRY), 4);
	check_header(own);
}

/* Both copies, of the entries in sectors 2 to 33. */
static void finish_gpt(void)
{
	put_mbr(0, 0, 0xee, 1, SECTORS - 1);
	memcpy(sector(SPARE - 32), sector(2), ENTRIES * ENTRY);
	put_header(1, SPARE, 2);
	put_header(SPARE, 1, SPARE - 32);
}

static void make_gpt(void)
{
	disk_clear();
	put_entry(0, "left", 100, 199);
	put_entry(3, "right", 200, 299);
	finish_gpt();
}

/* Clients 0 and 1 have these partitions. */
static void begin_with(const char *first, const char *second)
{
	volume_parameters[0].partition = first;
	volume_parameters[1].partition = second;
	begin();
}

/* The client's sector 0 is that of the disk. */
static void expect_at(uint32_t client, uint64_t first, uint64_t count)
{
	struct storage_request request;

	assert_int_equal(told(client).sectors, count);
	send(client, 1, STORAGE_KIND_READ, count - 1, 1);
	request = asked();
	assert_int_equal(request.first, first + count - 1);
	complete(request);
	expect(client, 1, STORAGE_OUTCOME_OK);
	send(client, 2, STORAGE_KIND_READ, count, 1);
	expect(client, 2, STORAGE_OUTCOME_OUT_OF_RANGE);
}

static void expect_none(uint32_t client)
{
	assert_int_equal(told(client).sectors, 0);
	send(client, 1, STORAGE_KIND_READ, 0, 1);
	expect(client, 1, STORAGE_OUTCOME_ABSENT);
}

static bool was_said(const char *what)
{
	for (uint32_t i = 0; i < mock_log_write_calls(); i++) {
		if (strstr(mock_log_write_call(i)->text, what) != NULL) {
			return true;
		}
	}
	return false;
}

TEST(partitions_by_name_and_by_number)
{
	make_gpt();
	begin_with("left", "4");
	expect_at(0, 100, 100);
	expect_at(1, 200, 100);
	assert_int_equal(told(2).sectors, SECTORS);
}

TEST(a_partition_that_is_not_there)
{
	make_gpt();
	begin_with("lefty", "2");
	expect_none(0);
	expect_none(1);
	assert_true(
	    was_said("system.yaml:10: mock_client_0 has no disk: partition \"lefty\": there is none"));
}

TEST(names_that_are_not_those_of_one)
{
	disk_clear();
	put_entry(0, "same", 100, 199);
	put_entry(1, "same", 200, 299);
	put_entry(2, "", 300, 399);
	finish_gpt();
	begin_with("same", "03");
	expect_none(0);
	expect_none(1);
	assert_true(was_said("two have this name"));
}

TEST(a_header_that_is_damaged)
{
	make_gpt();
	sector(1)[40] ^= 1;
	begin_with("left", "right");
	expect_at(0, 100, 100);
	expect_at(1, 200, 100);
	assert_true(was_said("its spare is used"));
}

TEST(entries_that_are_damaged)
{
	make_gpt();
	sector(2)[32] ^= 1;
	begin_with("left", "right");
	expect_at(0, 100, 100);
}

TEST(a_table_that_is_damaged_with_its_spare)
{
	make_gpt();
	sector(2)[32] ^= 1;
	sector(SPARE)[80] ^= 1;
	begin_with("left", "");
	expect_none(0);
	expect_at(1, 0, SECTORS);
	assert_true(was_said("its spare are damaged"));
}

TEST(partitions_that_overlap)
{
	disk_clear();
	put_entry(0, "left", 100, 200);
	put_entry(1, "right", 200, 299);
	put_entry(2, "other", 300, 300);
	finish_gpt();
	begin_with("left", "other");
	expect_none(0);
	expect_at(1, 300, 1);
	assert_true(was_said("it overlaps another"));
}

TEST(partitions_that_cannot_be)
{
	disk_clear();
	put_entry(0, "one", 10, 99);                 /* in the table */
	put_entry(1, "two", 300, 299);               /* ends before it begins */
	put_entry(2, "three", 100, UINT64_MAX);      /* past the end */
	put_entry(3, "four", SECTORS - 34, SECTORS); /* the same */
	finish_gpt();
	begin_with("one", "two");
	expect_none(0);
	expect_none(1);
}

/* Each is right by its sum, and says what no table has. */
TEST(headers_that_cannot_be)
{
	static const struct {
		uint32_t at, bytes;
		uint64_t value;
	} odd[] = {{12, 4, 0},       {12, 4, UINT32_MAX}, {72, 8, UINT64_MAX}, {72, 8, SECTORS - 1},
		   {72, 8, SECTORS}, {80, 4, UINT32_MAX}, {80, 4, 1025},       {84, 4, 0},
		   {84, 4, 127},     {84, 4, 192},        {84, 4, UINT32_MAX}, {24, 8, 2}};

	volume_parameters[0].partition = "left";
	test_start();
	for (uint32_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		struct storage_geometry geometry = whole;

		make_gpt();
		put(sector(1) + odd[i].at, odd[i].value, odd[i].bytes);
		check_header(1);
		geometry.physical_size = i % 2 == 0 ? SIZE : 4096; /* it is another disk */
		mock_disk_geometries_send(&geometry);
		serve_scan();
		expect_at(0, 100, 100);
	}
}

/* A GPT behind a sector that does not announce it is none (5.2.3), nor is one on a disk of a sector or two. */
TEST(without_its_protective_mbr)
{
	make_gpt();
	put_mbr(0, 0, 0, 0, 0);
	begin_with("left", "");
	expect_none(0);
	expect_at(1, 0, SECTORS);
}

TEST(disks_that_are_too_small)
{
	struct storage_geometry small = whole;

	make_gpt();
	volume_parameters[0].partition = "left";
	test_start();
	for (small.sectors = 1; small.sectors < 4; small.sectors++) {
		mock_disk_geometries_send(&small);
		serve_scan();
		assert_int_equal(told(0).sectors, 0);
		assert_int_equal(told(1).sectors, small.sectors);
	}
}

TEST(a_disk_that_cannot_be_read)
{
	make_gpt();
	volume_parameters[0].partition = "left";
	test_start();
	mock_disk_geometries_send(&whole);
	complete_as(asked(), STORAGE_OUTCOME_FAILED);
	complete_as(asked(), STORAGE_OUTCOME_FAILED);
	expect_none(0);
	assert_int_equal(told(1).sectors, SECTORS);
}

/* Whatever is written there, a client has sectors that the disk has, and no check of ours fails. */
TEST(tables_at_random)
{
	uint32_t random = 1;

	volume_parameters[0].partition = "left";
	volume_parameters[1].partition = "5";
	test_start();
	for (uint32_t i = 0; i < 400; i++) {
		struct storage_geometry geometry = whole;

		make_gpt();
		if (i % 3 == 0) {
			put_mbr(0, 1, 0x05, 1000, 1000);
			put_mbr(1000, 0, 0x83, 10, 90);
			put_mbr(1000, 1, 0x05, 100, 300);
			put_mbr(0, 0, 0x83, 100, 50);
		}
		for (uint32_t k = 0; k < 4; k++) {
			static const uint32_t at[] = {446, SIZE, 2 * SIZE, 1000 * SIZE + 446};

			random = random * 1664525 + 1013904223;
			image[at[(random >> 8) % 4] + (random >> 16) % 92 % 66] = (uint8_t)(random >> 24);
		}
		put(sector(1) + 88, crc(sector(2), ENTRIES * ENTRY), 4);
		check_header(1);
		geometry.physical_size = i % 2 == 0 ? SIZE : 4096;
		mock_disk_geometries_send(&geometry);
		serve_scan();
		for (uint32_t client = 0; client < 2; client++) {
			const uint64_t sectors = told(client).sectors;

			assert_in_range(sectors, 0, SECTORS);
			if (sectors != 0) {
				struct storage_request request;

				send(client, 1, STORAGE_KIND_READ, sectors - 1, 1);
				request = asked();
				assert_in_range(request.first, sectors - 1, SECTORS - 1);
				complete(request);
				expect(client, 1, STORAGE_OUTCOME_OK);
			}
		}
		(void)told(2);
	}
}

/* ---- MBR ---- */

TEST(a_table_of_the_old_kind)
{
	disk_clear();
	put_mbr(0, 0, 0x83, 100, 50);
	put_mbr(0, 1, 0x83, SECTORS - 1, 2); /* past the end */
	begin_with("1", "2");
	expect_at(0, 100, 50);
	expect_none(1);
}

/* A chain of two in an extended partition: 1000 to 1999. */
static void make_chain(void)
{
	disk_clear();
	put_mbr(0, 0, 0x83, 100, 50);
	put_mbr(0, 1, 0x0f, 1000, 1000);
	put_mbr(1000, 0, 0x83, 10, 90);
	put_mbr(1000, 1, 0x05, 100, 300);
	put_mbr(1100, 0, 0x83, 20, 200);
}

TEST(logical_partitions)
{
	make_chain();
	begin_with("5", "6");
	expect_at(0, 1010, 90);
	expect_at(1, 1120, 200);
}

TEST(an_extended_partition_is_nobodys)
{
	make_chain();
	begin_with("2", "7");
	expect_none(0);
	expect_none(1);
}

TEST(chains_that_end_in_nothing)
{
	make_chain();
	put_mbr(1100, 0, 0x83, 20, 881);  /* past the end of the extended one */
	put_mbr(1100, 1, 0x05, 1000, 10); /* as is this link */
	begin_with("5", "6");
	expect_at(0, 1010, 90);
	expect_none(1);
	assert_true(was_said("chain of logical partitions is damaged"));
}

TEST(a_chain_in_a_circle)
{
	make_chain();
	put_mbr(1100, 1, 0x05, 100, 300); /* itself */
	begin_with("5", "1");
	expect_at(0, 1010, 90);
	expect_at(1, 100, 50);
	assert_true(was_said("chain of logical partitions is damaged"));
}
