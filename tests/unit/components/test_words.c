/* SPDX-License-Identifier: MIT
 * The shell's words, numbers and suggestions.
 */
#include "support.h"
#include "words.h"

static void cuts_at_blanks(void **state)
{
	struct words words;
	char line[2 * (WORDS_MAX + 2)], joined[256];

	(void)state;
	assert_true(words_cut(&words, ""));
	assert_int_equal(words.count, 0);
	(void)words_cut(&words, "   ");
	assert_int_equal(words.count, 0);
	(void)words_cut(&words, "  echo  one   two ");
	assert_int_equal(words.count, 3);
	assert_string_equal(words.word[0], "echo");
	assert_string_equal(words.word[2], "two");
	words_join(&words, 1, joined);
	assert_string_equal(joined, "one two");
	for (unsigned i = 0; i < sizeof line - 1; i++) {
		line[i] = i % 2 == 0 ? 'x' : ' ';
	}
	line[sizeof line - 1] = 0;
	(void)words_cut(&words, line); /* longer than the console's */
	assert_int_equal(words.count, WORDS_MAX);
	assert_string_equal(words.word[WORDS_MAX - 1], "x");
}

static void keeps_what_is_quoted(void **state)
{
	static const struct {
		const char *line, *first, *second;
	} right[] = {
	    {"'a b' c", "a b", "c"},
	    {"\"a 'b\" 'c\"d'", "a 'b", "c\"d"},
	    {"a\\ b \\'c", "a b", "'c"},
	    {"a' 'b\" \"c ''", "a b c", ""},
	    {"\"\\\"\\\\\\n\" '\\'", "\"\\\\n", "\\"},
	};
	struct words words;
	char joined[256];

	(void)state;
	for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
		assert_true(words_cut(&words, right[i].line));
		assert_int_equal(words.count, 2);
		assert_string_equal(words.word[0], right[i].first);
		assert_string_equal(words.word[1], right[i].second);
	}
	words_join(&words, 2, joined);
	assert_string_equal(joined, "");
	assert_false(words_cut(&words, "it's"));
	assert_int_equal(words.count, 0);
	assert_false(words_cut(&words, "a \""));
	assert_true(words_cut(&words, "end\\"));
	assert_string_equal(words.word[0], "end\\");
}

static void keeps_long_lines_in_bounds(void **state)
{
	struct words words;
	char line[400];

	(void)state;
	for (unsigned i = 0; i < sizeof line - 1; i++) {
		line[i] = i % 50 == 49 ? ' ' : 'x';
	}
	line[sizeof line - 1] = 0;
	(void)words_cut(&words, line);
	assert_int_equal(words.count, 6);
}

static void reads_numbers(void **state)
{
	uint32_t value = 77;

	(void)state;
	assert_true(words_number("0", 255, &value));
	assert_int_equal(value, 0);
	assert_true(words_number("255", 255, &value));
	assert_int_equal(value, 255);
	assert_false(words_number("256", 255, &value));
	assert_false(words_number("", 255, &value));
	assert_false(words_number("-1", 255, &value));
	assert_false(words_number("1x", 255, &value));
	assert_false(words_number("99999999999999999999", UINT32_MAX, &value));
	assert_int_equal(value, 255);
	assert_true(words_number("4294967295", UINT32_MAX, &value));
	assert_int_equal(value, UINT32_MAX);
	assert_false(words_number("4294967296", UINT32_MAX, &value));
	assert_true(words_number("3", 3, &value));
	assert_false(words_number("4", 3, &value));
}

static void measures_distance(void **state)
{
	(void)state;
	assert_int_equal(words_distance("", ""), 0);
	assert_int_equal(words_distance("help", "help"), 0);
	assert_int_equal(words_distance("hepl", "help"), 2);
	assert_int_equal(words_distance("hlp", "help"), 1);
	assert_int_equal(words_distance("", "abc"), 3);
	assert_int_equal(words_distance("kitten", "sitting"), 3);
	assert_int_equal(words_distance("0123456789012345678901234567890123456789", "x"), 31);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cuts_at_blanks),
	    cmocka_unit_test(keeps_what_is_quoted),
	    cmocka_unit_test(keeps_long_lines_in_bounds),
	    cmocka_unit_test(reads_numbers),
	    cmocka_unit_test(measures_distance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
