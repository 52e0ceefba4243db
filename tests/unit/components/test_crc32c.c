/* SPDX-License-Identifier: MIT
 * CRC-32C by tables, as it is on machines without an instruction for it, against its definition and the examples of RFC 3720, B.4.
 */
#include "../runtime/support.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

uint32_t ext2fs_crc32c_le(uint32_t crc, const unsigned char *data, size_t bytes);

static uint32_t by_definition(uint32_t crc, const unsigned char *data, size_t bytes)
{
	for (; bytes > 0; bytes--) {
		crc ^= *data++;
		for (int n = 0; n < 8; n++) {
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0x82f63b78) : 0);
		}
	}
	return crc;
}

static void examples(void **state)
{
	unsigned char bytes[32];

	(void)state;
	memset(bytes, 0, sizeof bytes);
	assert_int_equal(~ext2fs_crc32c_le(UINT32_MAX, bytes, sizeof bytes), 0x8a9136aa);
	memset(bytes, 0xff, sizeof bytes);
	assert_int_equal(~ext2fs_crc32c_le(UINT32_MAX, bytes, sizeof bytes), 0x62a8ab43);
	for (unsigned i = 0; i < sizeof bytes; i++) {
		bytes[i] = (unsigned char)i;
	}
	assert_int_equal(~ext2fs_crc32c_le(UINT32_MAX, bytes, sizeof bytes), 0x46dd794e);
}

/* Random bytes with runs of zeroes and ones of all lengths at all alignments. */
static void runs(void **state)
{
	enum { ROOM = 4096 };
	unsigned char *bytes = malloc(ROOM);

	(void)state;
	assert_non_null(bytes);
	for (unsigned turn = 0; turn < 2000; turn++) {
		const size_t first = next_random() % 16, size = next_random() % (ROOM - 16);
		const uint32_t seed = next_random();

		for (size_t i = 0; i < ROOM; i++) {
			bytes[i] = (unsigned char)next_random();
		}
		for (unsigned run = 0; run < turn % 4; run++) {
			const size_t from = next_random() % ROOM, length = next_random() % (ROOM - from);

			memset(bytes + from, run % 2 == 0 ? 0 : 0xff, length);
		}
		assert_int_equal(ext2fs_crc32c_le(seed, bytes + first, size),
				 by_definition(seed, bytes + first, size));
	}
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(examples), cmocka_unit_test(runs)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
