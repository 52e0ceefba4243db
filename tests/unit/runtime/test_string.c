/* SPDX-License-Identifier: MIT
 * Memory functions over every small size and alignment against byte loops.
 */
#include "support.h"
#include <tenon/string.h>

#define ROOM 96

static void fill(uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		bytes[i] = (uint8_t)next_random();
	}
}

static void equal(const uint8_t *a, const uint8_t *b)
{
	for (size_t i = 0; i < ROOM; i++) {
		assert_int_equal(a[i], b[i]);
	}
}

static void copies(void **state)
{
	_Alignas(8) uint8_t from[ROOM], to[ROOM], expected[ROOM];

	(void)state;
	for (size_t size = 0; size <= 72; size++) {
		for (size_t align = 0; align < 64; align++) {
			size_t in = align & 7, out = align >> 3;

			fill(from, ROOM);
			fill(to, ROOM);
			for (size_t i = 0; i < ROOM; i++) {
				expected[i] = i - out < size ? from[i - out + in] : to[i];
			}
			assert_ptr_equal(memcpy(to + out, from + in, size), to + out);
			equal(to, expected);
		}
	}
}

/* Sizes with whole blocks, forward over themselves too. */
static void moves_blocks(void **state)
{
	static _Alignas(8) uint8_t bytes[1024], before[1024];

	(void)state;
	for (size_t size = 0; size <= 960; size += 5) {
		for (size_t by = 0; by <= 64; by += 8) {
			fill(bytes, sizeof bytes);
			memcpy(before, bytes, sizeof bytes);
			memmove(bytes, bytes + by, size);
			assert_memory_equal(bytes, before + by, size);
			assert_memory_equal(bytes + size, before + size, sizeof bytes - size);
			memset(bytes + by, 0x5a, size);
			for (size_t i = 0; i < sizeof bytes; i++) {
				assert_true(i - by >= size || bytes[i] == 0x5a);
				assert_true(i - by < size || i < size || bytes[i] == before[i]);
			}
		}
	}
}

static void moves_overlapping(void **state)
{
	_Alignas(8) uint8_t bytes[ROOM], before[ROOM], expected[ROOM];

	(void)state;
	for (size_t size = 0; size <= 64; size++) {
		for (size_t from = 0; from < 24; from++) {
			for (size_t to = 0; to < 24; to++) {
				fill(bytes, ROOM);
				for (size_t i = 0; i < ROOM; i++) {
					before[i] = bytes[i];
				}
				for (size_t i = 0; i < ROOM; i++) {
					expected[i] = i - to < size ? before[i - to + from] : before[i];
				}
				memmove(bytes + to, bytes + from, size);
				equal(bytes, expected);
			}
		}
	}
}

static void sets_and_compares(void **state)
{
	_Alignas(8) uint8_t a[ROOM], b[ROOM];

	(void)state;
	for (size_t size = 0; size <= 72; size++) {
		for (size_t at = 0; at < 8; at++) {
			fill(a, ROOM);
			for (size_t i = 0; i < ROOM; i++) {
				b[i] = i - at < size ? 0xa5 : a[i];
			}
			memset(a + at, 0x1a5, size);
			equal(a, b);
			assert_int_equal(memcmp(a + at, b + at, size), 0);
			if (size > 0) {
				b[at + size - 1] = 0xa6;
				assert_true(memcmp(a + at, b + at, size) < 0);
				assert_true(memcmp(b + at, a + at, size) > 0);
				assert_ptr_equal(memchr(b + at, 0xa6, size), b + at + size - 1);
			}
			assert_null(memchr(a + at, 0x11, size));
		}
	}
}

static void handles_text(void **state)
{
	char out[4];

	(void)state;
	assert_int_equal(strlen(""), 0);
	assert_int_equal(strlen("four"), 4);
	assert_int_equal(strnlen("four", 2), 2);
	assert_int_equal(strcmp("a", "a"), 0);
	assert_true(strcmp("a", "b") < 0);
	assert_true(strcmp("ab", "a") > 0);
	assert_true(strcmp("\xff", "a") > 0);
	assert_int_equal(strncmp("abc", "abd", 2), 0);
	assert_string_equal(strchr("key=value", '='), "=value");
	assert_null(strchr("key", '='));
	assert_int_equal(*strchr("key", 0), 0);
	assert_int_equal(tenon_copy_text(out, sizeof out, "abcdef"), 3);
	assert_string_equal(out, "abc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(copies),
	    cmocka_unit_test(moves_blocks),
	    cmocka_unit_test(moves_overlapping),
	    cmocka_unit_test(sets_and_compares),
	    cmocka_unit_test(handles_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
