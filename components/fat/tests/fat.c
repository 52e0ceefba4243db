/* SPDX-License-Identifier: MIT
 * fat on images that mkfs.fat and mtools made, and what they and fsck.fat find afterwards.
 */
#include "medium.h"

#include <locale.h>
#include <stdlib.h>

#define FILE_KIND      FILESYSTEM_KIND_FILE
#define DIRECTORY_KIND FILESYSTEM_KIND_DIRECTORY

static uint8_t data[1 << 20], back[1 << 20];

static void fill(uint32_t seed)
{
	for (uint32_t i = 0; i < sizeof data; i++) {
		data[i] = (uint8_t)(i * 7 + i / 251 + seed);
	}
}

static void read_what_mtools_wrote(uint32_t kib, const char *options)
{
	uint64_t below;

	setlocale(LC_ALL, "C.UTF-8");
	fill(1);
	medium_make(kib, options);
	medium_run("mmd -i medium.img ::/Below && printf hello >h && mcopy -i medium.img h ::/SHORT.TXT && "
		   "mcopy -i medium.img h '::/Below/A long name with Ünicode ☃.text' && head -c 300000 "
		   "/dev/zero | tr '\\0' x >b && "
		   "mcopy -i medium.img b ::/Below/big && mattrib -i medium.img +r ::/SHORT.TXT");
	medium_read();
	medium_start();
	assert_int_equal(look_up(NODE_ROOT, "short.txt"), FILESYSTEM_OK);
	assert_int_equal(attributes.size, 5);
	assert_int_equal(attributes.mode, 0444);
	assert_int_equal(read_file(attributes.node, 1, back, 100), 4);
	assert_memory_equal(back, "ello", 4);
	assert_int_equal(look_up(NODE_ROOT, "BELOW"), FILESYSTEM_OK);
	assert_int_equal(attributes.kind, DIRECTORY_KIND);
	below = attributes.node;
	assert_int_equal(look_up(below, "a long NAME with ünicode ☃.text"), FILESYSTEM_OK);
	assert_int_equal(look_up(below, "big"), FILESYSTEM_OK);
	assert_int_equal(read_file(attributes.node, 0, back, sizeof back), 300000);
	for (uint32_t i = 0; i < 300000; i++) {
		assert_int_equal(back[i], 'x');
	}
	assert_int_equal(look_up(below, "bigger"), FILESYSTEM_NOT_FOUND);
}

TEST(fat12_is_read)
{
	read_what_mtools_wrote(1440, "");
}

TEST(fat16_is_read)
{
	read_what_mtools_wrote(20480, "-F 16");
}

TEST(fat32_is_read)
{
	read_what_mtools_wrote(40960, "-F 32 -s 1");
}

static void write_for_mtools(uint32_t kib, const char *options, uint32_t restart_every)
{
	uint64_t below, file;

	fill(2);
	medium_make(kib, options);
	medium.restart_every = restart_every;
	medium_start();
	below = make(NODE_ROOT, "Some folder", DIRECTORY_KIND);
	for (uint32_t i = 0; i < 40; i++) {
		char name[64];

		snprintf(name, sizeof name, "a rather long name, number %u", i);
		file = make(below, name, FILE_KIND);
		assert_int_equal(write_file(file, 0, data + i, 1000 * i), FILESYSTEM_OK);
	}
	assert_int_equal(write_file(file, 100000, data, 50000),
			 FILESYSTEM_OK); /* what lies between is zeroes */
	for (uint32_t i = 0; i < 40; i += 2) {
		char name[64];

		snprintf(name, sizeof name, "a rather long name, number %u", i);
		assert_int_equal(unlink_name(below, name, FILE_KIND), FILESYSTEM_OK);
	}
	assert_int_equal(CALL(rename, below, "a rather long name, number 39", NODE_ROOT, "moved", &now),
			 FILESYSTEM_OK);
	medium_check();
	medium_run("mdir -b -i medium.img '::/Some folder' | wc -l | grep -qx 19 && mcopy -i medium.img "
		   "::/moved got && "
		   "test $(stat -c %%s got) = 150000 && head -c 100000 got | tail -c 61000 | tr -d '\\0' | "
		   "wc -c | grep -qx 0");
	assert_int_equal(look_up(NODE_ROOT, "moved"), FILESYSTEM_OK);
	assert_int_equal(read_file(attributes.node, 0, back, sizeof back), 150000);
	assert_memory_equal(back, data + 39, 39000);
	assert_memory_equal(back + 100000, data, 50000);
}

TEST(mtools_reads_what_was_written_to_fat12)
{
	write_for_mtools(1440, "", 0);
}

TEST(mtools_reads_what_was_written_to_fat16)
{
	write_for_mtools(20480, "-F 16", 0);
}

TEST(mtools_reads_what_was_written_to_fat32)
{
	write_for_mtools(40960, "-F 32 -s 1", 0);
}

TEST(nothing_is_lost_when_the_driver_dies_at_every_seventh_request)
{
	write_for_mtools(20480, "-F 16", 7);
}

TEST(sectors_of_4_kib)
{
	medium_make(20480, "-S 4096");
	medium.sector_size = 4096;
	medium_start();
	fill(3);
	assert_int_equal(write_file(make(NODE_ROOT, "file", FILE_KIND), 5, data, 100000), FILESYSTEM_OK);
	medium_check();
}

TEST(a_file_without_a_name_stays_while_it_is_held)
{
	uint64_t file, next, blocks, before, after, nodes;

	medium_make(1440, "");
	medium_start();
	fill(4);
	assert_int_equal(CALL(space, &blocks, &before, &nodes, &nodes), FILESYSTEM_OK);
	file = make(NODE_ROOT, "gone", FILE_KIND);
	assert_int_equal(CALL(hold, file), FILESYSTEM_OK);
	assert_int_equal(write_file(file, 0, data, 5000), FILESYSTEM_OK);
	assert_int_equal(unlink_name(NODE_ROOT, "gone", FILE_KIND), FILESYSTEM_OK);
	next = make(NODE_ROOT, "next", FILE_KIND); /* where the first one's entry stood */
	assert_int_not_equal(next, file);
	assert_int_equal(write_file(file, 5000, data, 5000), FILESYSTEM_OK);
	assert_int_equal(read_file(file, 0, back, sizeof back), 10000);
	assert_memory_equal(back + 5000, data, 5000);
	assert_int_equal(look_up(NODE_ROOT, "next"), FILESYSTEM_OK);
	assert_int_equal(attributes.node, next);
	assert_int_equal(attributes.size, 0);
	assert_int_equal(CALL(release, file), FILESYSTEM_OK);
	assert_int_equal(CALL(read_attributes, file, &attributes), FILESYSTEM_BAD_NODE);
	assert_int_equal(CALL(read_attributes, next, &attributes), FILESYSTEM_OK);
	assert_int_equal(CALL(space, &blocks, &after, &nodes, &nodes), FILESYSTEM_OK);
	assert_int_equal(after, before);
	medium_check();
}

TEST(a_node_keeps_its_number_when_it_is_moved)
{
	uint64_t file, below, other;

	medium_make(1440, "");
	medium_start();
	below = make(NODE_ROOT, "below", DIRECTORY_KIND);
	file = make(NODE_ROOT, "file", FILE_KIND);
	assert_int_equal(CALL(hold, file), FILESYSTEM_OK);
	assert_int_equal(CALL(rename, NODE_ROOT, "file", below, "other", &now), FILESYSTEM_OK);
	other = make(NODE_ROOT, "file", FILE_KIND);
	assert_int_not_equal(other, file);
	assert_int_equal(look_up(below, "other"), FILESYSTEM_OK);
	assert_int_equal(attributes.node, file);
	assert_int_equal(write_file(file, 0, "abc", 3), FILESYSTEM_OK);
	assert_int_equal(CALL(release, file), FILESYSTEM_OK);
	assert_int_equal(look_up(below, "other"), FILESYSTEM_OK);
	assert_int_equal(attributes.node, file);
	assert_int_equal(attributes.size, 3);
	assert_int_equal(look_up(NODE_ROOT, "file"), FILESYSTEM_OK);
	assert_int_equal(attributes.node, other);
	medium_check();
}

TEST(renaming_replaces)
{
	uint64_t held, a, b, inner;

	medium_make(1440, "");
	medium_start();
	held = make(NODE_ROOT, "taken", FILE_KIND);
	assert_int_equal(write_file(held, 0, "old", 3), FILESYSTEM_OK);
	assert_int_equal(CALL(hold, held), FILESYSTEM_OK);
	assert_int_equal(write_file(make(NODE_ROOT, "mover", FILE_KIND), 0, "newer", 5), FILESYSTEM_OK);
	assert_int_equal(CALL(rename, NODE_ROOT, "mover", NODE_ROOT, "taken", &now), FILESYSTEM_OK);
	assert_int_equal(look_up(NODE_ROOT, "mover"), FILESYSTEM_NOT_FOUND);
	assert_int_equal(look_up(NODE_ROOT, "taken"), FILESYSTEM_OK);
	assert_int_not_equal(attributes.node, held);
	assert_int_equal(attributes.size, 5);
	assert_int_equal(read_file(held, 0, back, 10), 3);
	assert_int_equal(CALL(release, held), FILESYSTEM_OK);
	a = make(NODE_ROOT, "a", DIRECTORY_KIND);
	b = make(a, "b", DIRECTORY_KIND);
	inner = make(b, "c", DIRECTORY_KIND);
	assert_int_equal(CALL(rename, NODE_ROOT, "a", inner, "x", &now), FILESYSTEM_INTO_ITSELF);
	assert_int_equal(CALL(rename, a, "b", NODE_ROOT, "taken", &now), FILESYSTEM_NOT_A_DIRECTORY);
	assert_int_equal(CALL(rename, NODE_ROOT, "taken", NODE_ROOT, "a", &now), FILESYSTEM_IS_A_DIRECTORY);
	(void)make(NODE_ROOT, "full", DIRECTORY_KIND);
	assert_int_equal(CALL(rename, b, "c", NODE_ROOT, "full", &now), FILESYSTEM_OK);
	assert_int_equal(CALL(rename, NODE_ROOT, "taken", NODE_ROOT, "TAKEN", &now), FILESYSTEM_OK);
	assert_int_equal(CALL(rename, NODE_ROOT, "a", NODE_ROOT, "A Long Other", &now), FILESYSTEM_OK);
	assert_int_equal(look_up(NODE_ROOT, "a"), FILESYSTEM_NOT_FOUND);
	medium_check();
	medium_run("mdir -b -i medium.img ::/ | grep -qx '::/TAKEN'");
}

TEST(names_that_cannot_be)
{
	static const char *const names[] = {"a/b",  "a\\b", "a:b", "a*",       "end.", "end ",
					    "\x01", "a\"b", "<",   "\xff\xfe", "a\tb"};
	char longest[257];

	medium_make(1440, "");
	medium_start();
	for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_int_equal(CALL(create, NODE_ROOT, names[i], FILE_KIND, 0644, &now, &attributes),
				 FILESYSTEM_BAD_NAME);
	}
	memset(longest, 'n', 255);
	longest[255] = '\0';
	(void)make(NODE_ROOT, longest, FILE_KIND);
	assert_int_equal(look_up(NODE_ROOT, longest), FILESYSTEM_OK);
	assert_int_equal(CALL(create, NODE_ROOT, longest, FILE_KIND, 0644, &now, &attributes),
			 FILESYSTEM_EXISTS);
	assert_int_equal(
	    CALL(create, NODE_ROOT, "link", FILESYSTEM_KIND_SYMBOLIC_LINK, 0644, &now, &attributes),
	    FILESYSTEM_UNSUPPORTED);
	medium_check();
}

TEST(directories_are_read_in_pieces_while_names_go)
{
	struct filesystem_entry entries[12];
	bool seen[100] = {false};
	uint32_t count, number;
	uint64_t from = 0, below;

	medium_make(1440, "");
	medium_start();
	below = make(NODE_ROOT, "below", DIRECTORY_KIND);
	for (uint32_t i = 0; i < 100; i++) {
		char name[40];

		snprintf(name, sizeof name, "the file with the number %u", i);
		(void)make(below, name, FILE_KIND);
	}
	do {
		assert_int_equal(CALL(read_entries, below, from, entries, 12, &count), FILESYSTEM_OK);
		for (uint32_t i = 0; i < count; i++) {
			assert_int_equal(sscanf(entries[i].name, "the file with the number %u", &number), 1);
			assert_true(number < 100 && !seen[number]);
			seen[number] = true;
			from = entries[i].next;
			assert_int_equal(unlink_name(below, entries[i].name, FILE_KIND), FILESYSTEM_OK);
		}
	} while (count != 0);
	for (uint32_t i = 0; i < 100; i++) {
		assert_true(seen[i]);
	}
	medium_check();
}

TEST(extents_say_what_is_there)
{
	struct filesystem_extent extents[32];
	uint32_t count, features, block, longest;
	uint64_t file, root, largest;

	medium_make(20480, "-F 16 -s 4");
	medium_start();
	assert_int_equal(CALL(describe, &root, &features, &block, &longest, &largest), FILESYSTEM_OK);
	assert_int_equal(block, 2048);
	assert_int_equal(features, FILESYSTEM_FEATURES_EXTENTS);
	file = make(NODE_ROOT, "file", FILE_KIND);
	assert_int_equal(CALL(hold, file), FILESYSTEM_OK);
	assert_int_equal(CALL(map, file, 0, 10000, false, extents, 32, &count), FILESYSTEM_OK);
	assert_int_equal(count, 1);
	assert_int_equal(extents[0].place, FILESYSTEM_PLACE_HOLE);
	assert_int_equal(extents[0].length, 10240);
	assert_int_equal(CALL(map, file, 3000, 10000, true, extents, 32, &count), FILESYSTEM_OK);
	assert_int_equal(count, 1);
	assert_int_equal(extents[0].place, FILESYSTEM_PLACE_FRESH);
	assert_int_equal(extents[0].offset, 2048);
	assert_int_equal(extents[0].length, 12288);
	assert_int_equal(CALL(commit, file, NULL, 0, 3000, &now), FILESYSTEM_OK);
	assert_int_equal(CALL(map, file, 0, 100000, false, extents, 32, &count), FILESYSTEM_OK);
	assert_int_equal(count, 3);
	assert_int_equal(extents[0].place, FILESYSTEM_PLACE_DATA);
	assert_int_equal(extents[0].length, 4096);
	assert_int_equal(extents[1].place, FILESYSTEM_PLACE_FRESH);
	assert_int_equal(extents[2].place, FILESYSTEM_PLACE_HOLE);
	assert_int_equal(extents[2].offset + extents[2].length, 100352);
	assert_int_equal(CALL(map, file, UINT64_C(1) << 32, 1, true, extents, 32, &count),
			 FILESYSTEM_TOO_LARGE);
	assert_int_equal(CALL(release, file), FILESYSTEM_OK); /* what was not committed is free again */
	medium_check();
}

TEST(a_full_medium)
{
	uint64_t file, blocks, before, after, nodes, writes;

	medium_make(1440, "");
	medium_start();
	fill(5);
	file = make(NODE_ROOT, "file", FILE_KIND);
	assert_int_equal(write_file(file, 0, data, 1000000), FILESYSTEM_OK);
	assert_int_equal(CALL(space, &blocks, &before, &nodes, &nodes), FILESYSTEM_OK);
	writes = medium.writes;
	assert_int_equal(write_file(file, 1000000, data, 1000000), FILESYSTEM_NO_SPACE);
	assert_int_equal(medium.writes, writes); /* what does not fit is not tried */
	assert_int_equal(CALL(space, &blocks, &after, &nodes, &nodes), FILESYSTEM_OK);
	assert_int_equal(after, before);
	assert_int_equal(
	    CALL(write_attributes, file, FILESYSTEM_WANTED_SIZE, 0, 2000000, &now, &now, &attributes),
	    FILESYSTEM_NO_SPACE);
	assert_int_equal(
	    CALL(write_attributes, file, FILESYSTEM_WANTED_SIZE, 0, 100, &now, &now, &attributes),
	    FILESYSTEM_OK);
	assert_int_equal(
	    CALL(write_attributes, file, FILESYSTEM_WANTED_SIZE, 0, 5000, &now, &now, &attributes),
	    FILESYSTEM_OK);
	assert_int_equal(read_file(file, 0, back, sizeof back), 5000);
	assert_memory_equal(back, data, 100);
	for (uint32_t i = 100; i < 5000; i++) {
		assert_int_equal(back[i], 0);
	}
	medium_check();
}

TEST(attributes_are_kept)
{
	const struct filesystem_time then = {.seconds = 1234567890}, long_ago = {.seconds = 5};
	uint64_t file;

	medium_make(1440, "");
	medium_start();
	file = make(NODE_ROOT, "file", FILE_KIND);
	assert_int_equal(attributes.modified.seconds, now.seconds);
	assert_int_equal(CALL(write_attributes, file, FILESYSTEM_WANTED_MODE | FILESYSTEM_WANTED_MODIFIED,
			      0444, 0, &then, &then, &attributes),
			 FILESYSTEM_OK);
	assert_int_equal(attributes.mode, 0444);
	assert_int_equal(attributes.modified.seconds, then.seconds);
	assert_int_equal(
	    CALL(write_attributes, file, FILESYSTEM_WANTED_MODIFIED, 0, 0, &long_ago, &long_ago, &attributes),
	    FILESYSTEM_OK);
	assert_int_equal(attributes.modified.seconds, 315532800); /* 1980-01-01 */
	medium_check();
}

TEST(a_medium_that_cannot_be_written)
{
	medium_make(1440, "");
	medium_run("printf hello >h && mcopy -i medium.img h ::/file");
	medium_read();
	medium.features |= STORAGE_FEATURES_READ_ONLY;
	medium_start();
	assert_int_equal(look_up(NODE_ROOT, "file"), FILESYSTEM_OK);
	assert_int_equal(CALL(create, NODE_ROOT, "other", FILE_KIND, 0644, &now, &attributes),
			 FILESYSTEM_READ_ONLY);
	assert_int_equal(unlink_name(NODE_ROOT, "file", FILE_KIND), FILESYSTEM_READ_ONLY);
	assert_int_equal(CALL(sync, false), FILESYSTEM_OK);
}

TEST(a_medium_that_fails)
{
	medium_make(1440, "");
	medium_start();
	assert_int_equal(write_file(make(NODE_ROOT, "file", FILE_KIND), 0, "abc", 3), FILESYSTEM_OK);
	medium.fail_after = medium.requests;
	assert_int_equal(CALL(create, NODE_ROOT, "other", FILE_KIND, 0644, &now, &attributes), FILESYSTEM_IO);
	medium.fail_after = 0;
	assert_int_equal(look_up(NODE_ROOT, "file"), FILESYSTEM_OK);
}

TEST(what_is_no_fat_is_refused)
{
	medium_make(1440, "");
	memset(medium.data, 0, medium.bytes);
	medium_start();
	assert_int_equal(look_up(NODE_ROOT, "file"), FILESYSTEM_DAMAGED);
	assert_int_equal(look_up(NODE_ROOT, "file"), FILESYSTEM_DAMAGED);
}
