/* SPDX-License-Identifier: MIT
 * Media that lie: an image of which some bytes, chosen at random, say something else, for each of FAT12, FAT16 and FAT32. fat must
 * answer each call, whatever it answers, within a bound of requests, and touch no memory that is not its own, which the sanitizers
 * see. With --full there are 10,000 images, otherwise some; the seed is the number of the image.
 */
#include "medium.h"

#include <stdlib.h>

#define SOME  60u
#define FULL  3334u
#define STEPS 40u
#define HEADS                                                                                                \
	4u /* of so many changes one is in the boot sector, the others where tables and directories are */
#define REQUESTS 200000u

static uint64_t state;

static uint32_t random_below(uint32_t bound)
{
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(state >> 33) % bound;
}

static void lie(const uint8_t *image, uint32_t used)
{
	static const uint8_t values[] = {0, 1, 2, 0x0f, 0x10, 0x20, 0x2e, 0x40, 0x41, 0x7f, 0x80, 0xe5, 0xff};
	const uint32_t changes = 1 + random_below(12);

	memcpy(medium.data, image, medium.bytes);
	for (uint32_t i = 0; i < changes; i++) {
		const uint32_t at = random_below(random_below(HEADS) == 0 ? 512 : used);
		const uint32_t length = 1 + random_below(8);

		for (uint32_t k = 0; k < length; k++) {
			medium.data[at + k] = random_below(2) == 0 ? (uint8_t)random_below(256)
								   : values[random_below(sizeof values)];
		}
	}
}

static uint64_t nodes[16];
static uint32_t known;

static uint64_t some_node(void)
{
	return random_below(8) == 0 ? random_below(100000) : nodes[random_below(known)];
}

/* One call of those that there are. */
static void step(void)
{
	static const char *const names[] = {"file", "folder", "a long name of a file", "other", "deep", "X"};
	const char *name = names[random_below(6)], *other = names[random_below(6)];
	const uint64_t node = some_node(), size = UINT64_C(1) << random_below(34),
		       offset = random_below(1 << 20);
	const enum filesystem_kind kind =
	    random_below(2) == 0 ? FILESYSTEM_KIND_FILE : FILESYSTEM_KIND_DIRECTORY;
	const struct filesystem_range range = {.offset = offset, .length = random_below(100000)};
	struct filesystem_extent extents[32];
	struct filesystem_entry entries[12];
	uint32_t count = 0;
	enum filesystem_status status = FILESYSTEM_NOT_FOUND;

	switch (random_below(11)) {
	case 0:
		status = CALL(create, node, name, kind, 0644, &now, &attributes);
		break;
	case 1:
		(void)CALL(unlink, node, name, kind, &now);
		break;
	case 2:
		(void)CALL(rename, node, name, some_node(), other, &now);
		break;
	case 3:
		(void)CALL(map, node, offset, random_below(200000), random_below(2) == 0, extents, 32,
			   &count);
		break;
	case 4:
		(void)CALL(commit, node, &range, 1, offset + range.length, &now);
		break;
	case 5:
		(void)CALL(write_attributes, node, FILESYSTEM_WANTED_SIZE, 0, size < (1 << 22) ? size : 0,
			   &now, &now, &attributes);
		break;
	case 6:
		(void)CALL(hold, node);
		break;
	case 7:
		if (CALL(read_entries, node, random_below(4) * 32, entries, 12, &count) == FILESYSTEM_OK &&
		    count != 0) {
			nodes[known < 16 ? known++ : random_below(16)] = entries[random_below(count)].node;
		}
		break;
	case 8:
		(void)CALL(sync, false);
		break;
	default:
		status = CALL(look_up, node, name, &attributes);
		break;
	}
	if (status == FILESYSTEM_OK) {
		nodes[known < 16 ? known++ : random_below(16)] = attributes.node;
	}
}

static void lies(uint32_t kib, const char *options, uint32_t used)
{
	const char *full = getenv("TENON_FULL");
	const uint32_t images = full == NULL || full[0] == '\0' ? SOME : FULL;
	uint8_t *image;

	medium_make(kib, options);
	medium_run("mmd -i medium.img ::/folder ::/folder/deep && head -c 70000 /dev/urandom >f && mcopy -i "
		   "medium.img f ::/file && "
		   "mcopy -i medium.img f '::/folder/a long name of a file' && mcopy -i medium.img f "
		   "::/folder/deep/other && "
		   "mcopy -i medium.img f '::/one more name that is long'");
	medium_read();
	image = malloc(medium.bytes);
	memcpy(image, medium.data, medium.bytes);
	for (uint32_t number = 0; number < images; number++) {
		state = number;
		lie(image, used);
		medium.requests = 0;
		known = 1;
		nodes[0] = NODE_ROOT;
		if (number == 0) {
			medium_start();
		} else {
			medium_start_anew();
		}
		for (uint32_t i = 0; i < STEPS; i++) {
			step();
		}
		assert_true(medium.requests < REQUESTS);
	}
	free(image);
}

TEST(a_fat12_that_lies)
{
	lies(1440, "", 60000);
}

TEST(a_fat16_that_lies)
{
	lies(4300, "-F 16 -s 1", 100000);
}

TEST(a_fat32_that_lies)
{
	lies(34000, "-F 32 -s 1", 600000);
}
