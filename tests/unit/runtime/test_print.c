/* SPDX-License-Identifier: MIT
 * The formatted print against the C library's snprintf, and its bounds.
 */
#include "support.h"
#include <limits.h>
#include <stdio.h>
#include <tenon/print.h>

#define SAME(...)                                                                                            \
	do {                                                                                                 \
		char ours[128], theirs[128];                                                                 \
		size_t length = tenon_print(ours, sizeof ours, __VA_ARGS__);                                 \
		assert_int_equal(length, snprintf(theirs, sizeof theirs, __VA_ARGS__));                      \
		assert_string_equal(ours, theirs);                                                           \
	} while (0)

static void prints_numbers(void **state)
{
	(void)state;
	SAME("%d %d %d", 0, INT_MAX, INT_MIN);
	SAME("%lld %lld", LLONG_MAX, LLONG_MIN);
	SAME("%u %llu %zu", UINT_MAX, ULLONG_MAX, (size_t)77);
	SAME("%x %X %llx", 0xbeefu, 0xbeefu, 0x123456789abcdefULL);
	SAME("%hhu %hd", 300, 70000);
	SAME("%+d %+d", 5, -5);
	SAME("%5d|%-5d|%05d|%5d", 42, 42, 42, -42);
	SAME("%05d|%-5d|", -42, -42);
	SAME("%8.3d|%.0d|%.5u|%08.3u", 7, 0, 12u, 9u);
	SAME("%*d|%-*d|%*d", 6, 1, 6, 2, -6, 3);
	SAME("%016llx", 0xfeedULL);
}

static void prints_text(void **state)
{
	(void)state;
	SAME("%s|%10s|%-10s|%.2s|%10.2s", "hello", "hello", "hello", "hello", "hello");
	SAME("%c%c|%3c|%-3c|", 'a', 'b', 'c', 'd');
	SAME("100%%");
	SAME("");
	SAME("%.*s", 3, "abcdef");
}

static void prints_pointers_and_null(void **state)
{
	char out[32];

	(void)state;
	tenon_print(out, sizeof out, "%p %s", (void *)0x1234, (const char *)NULL);
	assert_string_equal(out, "0x1234 (null)");
}

static void keeps_the_bound(void **state)
{
	char out[8] = "#######";

	(void)state;
	assert_int_equal(tenon_print(out, 4, "%s", "abcdefgh"), 3);
	assert_string_equal(out, "abc");
	assert_int_equal(out[4], '#');
	assert_int_equal(tenon_print(out, 1, "%d", 12345), 0);
	assert_int_equal(out[0], 0);
	assert_int_equal(tenon_print(out, 8, "%100d", 1), 7);
	out[0] = '#';
	assert_int_equal(tenon_print(out, 0, "%d", 1), 0);
	assert_int_equal(out[0], '#');
}

static void shows_unknown_conversions(void **state)
{
	char out[32];
	const char *format =
	    "%q %5k %"; /* through a variable: the compiler refuses it as a literal, as it should */

	(void)state;
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-nonliteral"
#pragma clang diagnostic ignored "-Wformat-security"
	tenon_print(out, sizeof out, format);
#pragma clang diagnostic pop
	assert_string_equal(out, "%q %5k %");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(prints_numbers),
	    cmocka_unit_test(prints_text),
	    cmocka_unit_test(prints_pointers_and_null),
	    cmocka_unit_test(keeps_the_bound),
	    cmocka_unit_test(shows_unknown_conversions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
