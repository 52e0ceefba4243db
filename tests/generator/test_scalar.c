/* SPDX-License-Identifier: MIT
 * Numbers, sizes, times, rates, versions: exact at their bounds, and what is
 * none is refused without a change of the result.
 */
#include "support.h"

#include "read/value.h"

#define UNTOUCHED UINT64_C(0x5555)

static void takes(enum scalar_status (*decode)(const char *, uint64_t *), const char *text, uint64_t wanted)
{
	uint64_t value = UNTOUCHED;

	assert_int_equal(decode(text, &value), SCALAR_OK);
	assert_true(value == wanted);
}

static void refuses(enum scalar_status (*decode)(const char *, uint64_t *), const char *text,
		    enum scalar_status status)
{
	uint64_t value = UNTOUCHED;

	assert_int_equal(decode(text, &value), status);
	assert_true(value == UNTOUCHED);
}

static void numbers(void **state)
{
	(void)state;
	takes(scalar_unsigned, "0", 0);
	takes(scalar_unsigned, "18446744073709551615", UINT64_MAX);
	takes(scalar_unsigned, "0xffffFFFFffffFFFF", UINT64_MAX);
	takes(scalar_unsigned, "1_000_000", 1000000);
	refuses(scalar_unsigned, "18446744073709551616", SCALAR_TOO_LARGE);
	refuses(scalar_unsigned, "0x10000000000000000", SCALAR_TOO_LARGE);
	refuses(scalar_unsigned, "", SCALAR_MALFORMED);
	refuses(scalar_unsigned, "0x", SCALAR_MALFORMED);
	refuses(scalar_unsigned, "-1", SCALAR_MALFORMED);
	refuses(scalar_unsigned, "1.5", SCALAR_MALFORMED);
	refuses(scalar_unsigned, "_1", SCALAR_MALFORMED);
	refuses(scalar_unsigned, "1_", SCALAR_MALFORMED);
	refuses(scalar_unsigned, "12 ", SCALAR_MALFORMED);
}

static void signed_numbers(void **state)
{
	int64_t value = 7;

	(void)state;
	assert_int_equal(scalar_signed("-9223372036854775808", &value), SCALAR_OK);
	assert_true(value == INT64_MIN);
	assert_int_equal(scalar_signed("9223372036854775807", &value), SCALAR_OK);
	assert_true(value == INT64_MAX);
	assert_int_equal(scalar_signed("-9223372036854775809", &value), SCALAR_TOO_LARGE);
	assert_int_equal(scalar_signed("9223372036854775808", &value), SCALAR_TOO_LARGE);
	assert_int_equal(scalar_signed("--1", &value), SCALAR_MALFORMED);
	assert_true(value == INT64_MAX);
}

static void sizes(void **state)
{
	(void)state;
	takes(scalar_size, "8 KiB", 8192);
	takes(scalar_size, "8KiB", 8192);
	takes(scalar_size, "1 B", 1);
	takes(scalar_size, "3 MiB", 3u << 20);
	takes(scalar_size, "17179869183 GiB", UINT64_C(17179869183) << 30);
	refuses(scalar_size, "17179869184 GiB", SCALAR_TOO_LARGE);
	refuses(scalar_size, "8 KB", SCALAR_MALFORMED);
	refuses(scalar_size, "8", SCALAR_MALFORMED);
	refuses(scalar_size, "KiB", SCALAR_MALFORMED);
	refuses(scalar_size, "8 KiBs", SCALAR_MALFORMED);
}

static void times(void **state)
{
	(void)state;
	takes(scalar_time, "500 ms", UINT64_C(500000000));
	takes(scalar_time, "1 min", UINT64_C(60000000000));
	takes(scalar_time, "2 h", UINT64_C(7200000000000));
	takes(scalar_time, "7 ns", 7);
	takes(scalar_time, "0 s", 0);
	refuses(scalar_time, "5", SCALAR_MALFORMED);
	refuses(scalar_time, "5 m", SCALAR_MALFORMED);
	refuses(scalar_time, "1.5 s", SCALAR_MALFORMED);
	refuses(scalar_time, "99999999999999 h", SCALAR_TOO_LARGE);
}

static void pairs(void **state)
{
	uint64_t a = UNTOUCHED, b = UNTOUCHED;

	(void)state;
	assert_int_equal(scalar_rate("5 per 1 min", &a, &b), SCALAR_OK);
	assert_true(a == 5 && b == UINT64_C(60000000000));
	assert_int_equal(scalar_rate("5 per", &a, &b), SCALAR_MALFORMED);
	assert_int_equal(scalar_rate("5 in 1 min", &a, &b), SCALAR_MALFORMED);
	assert_true(a == 5);
	assert_int_equal(scalar_version("1.2", &a, &b), SCALAR_OK);
	assert_true(a == 1 && b == 2);
	assert_int_equal(scalar_version("1", &a, &b), SCALAR_MALFORMED);
	assert_int_equal(scalar_version("1.", &a, &b), SCALAR_MALFORMED);
	assert_int_equal(scalar_version("1.2.3", &a, &b), SCALAR_MALFORMED);
	assert_int_equal(scalar_version("1.65536", &a, &b), SCALAR_TOO_LARGE);
	assert_true(a == 1 && b == 2);
}

static void printing(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	assert_string_equal(scalar_print_size(arena, 8192), "8 KiB");
	assert_string_equal(scalar_print_size(arena, 8193), "8193 B");
	assert_string_equal(scalar_print_size(arena, 0), "0 B");
	assert_string_equal(scalar_print_time(arena, UINT64_C(90000000000)), "90 s");
	assert_string_equal(scalar_print_time(arena, UINT64_C(3600000000000)), "1 h");
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers), cmocka_unit_test(signed_numbers), cmocka_unit_test(sizes),
	    cmocka_unit_test(times),   cmocka_unit_test(pairs),          cmocka_unit_test(printing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
