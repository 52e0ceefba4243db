/* SPDX-License-Identifier: MIT
 * Places, several refusals at once, the nearest name, the map of names.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "read/names.h"
#include "read/value.h"

static void places(void **state)
{
	struct arena *arena = arena_create();
	struct report *report = report_create();
	const struct source *source = source_text(arena, "x.yaml",
						  "system: here\n"
						  "boards: [one,\n"
						  "         \"two\"]\n"
						  "components:\n"
						  "  first: {log: debug,\n"
						  "          memory: {heap: 8 KiB}}\n");
	const struct value *value = read_description(arena, source, &shape_system, report), *boards, *first,
			   *heap;

	(void)state;
	assert_non_null(value);
	boards = value_get(value, "boards");
	assert_int_equal(boards->entry[1].value->place.line, 3);
	assert_int_equal(boards->entry[1].value->place.column, 10);
	assert_int_equal(boards->entry[1].value->place.width, 5);
	first = value_get(value, "components")->entry[0].value;
	assert_int_equal(value_get(value, "components")->entry[0].name.place.column, 3);
	assert_int_equal(value_key_place(first, "memory").line, 6);
	assert_int_equal(value_key_place(first, "memory").column, 11);
	heap = value_get(value_get(first, "memory"), "heap");
	assert_true(heap->number == 8192);
	assert_int_equal(heap->place.line, 6);
	assert_int_equal(heap->place.column, 26);
	assert_null(value_get(first, "with"));
	report_destroy(report);
	arena_destroy(arena);
}

static void all_at_once(void **state)
{
	struct arena *arena = arena_create();
	struct report *report = report_create();
	const struct source *source = source_text(arena, "x.yaml",
						  "system: here\n"
						  "boards: [one]\n"
						  "componets: {}\n"
						  "components:\n"
						  "  a: {log: loud, cpu: many}\n"
						  "  b: {memory: {stack: 4 KB}}\n");
	char *text;

	(void)state;
	assert_null(read_description(arena, source, &shape_system, report));
	assert_int_equal(report_errors(report), 4);
	text = report_text(report);
	assert_non_null(strstr(text, "x.yaml:3:1: error: unknown key \"componets\""));
	assert_non_null(strstr(text, "did you mean \"components\"?"));
	assert_non_null(strstr(text, "x.yaml:5:12: error: "));
	assert_non_null(strstr(text, "x.yaml:5:23: error: "));
	assert_non_null(strstr(text, "x.yaml:6:23: error: "));
	assert_non_null(strstr(text, "4 errors"));
	free(text);
	report_destroy(report);
	arena_destroy(arena);
}

/* What YAML 1.1 takes for true and false are names and texts here; a null is nothing, however it is written. */
static void words_of_other_versions(void **state)
{
	struct arena *arena = arena_create();
	struct report *report = report_create();
	const struct source *source = source_text(arena, "x.yaml",
						  "system: here\n"
						  "boards: [on, no]\n"
						  "components:\n"
						  "  on:\n"
						  "  off: null\n"
						  "  y: ~\n"
						  "  yes: {with: {word: no}}\n");
	const struct value *value = read_description(arena, source, &shape_system, report), *components;

	(void)state;
	assert_non_null(value);
	assert_string_equal(value_get(value, "boards")->entry[1].value->text, "no");
	components = value_get(value, "components");
	assert_int_equal(components->entries, 4);
	assert_string_equal(components->entry[1].name.text, "off");
	assert_null(value_get(components->entry[1].value, "with"));
	assert_string_equal(value_get(components->entry[3].value, "with")->entry[0].value->text, "no");
	report_destroy(report);
	arena_destroy(arena);
}

/* Messages show their lines after the files are gone. */
static void messages_outlive_files(void **state)
{
	struct arena *arena = arena_create();
	struct report *report = report_create();
	const struct source *source =
	    source_text(arena, arena_text(arena, "gone.yaml", 9), arena_text(arena, "system: 1x\n", 11));
	char *text;

	(void)state;
	assert_null(read_description(arena, source, &shape_system, report));
	arena_destroy(arena);
	text = report_text(report);
	assert_non_null(strstr(text, "gone.yaml:1:9: error: "));
	assert_non_null(strstr(text, "    1 | system: 1x\n"));
	free(text);
	report_destroy(report);
}

/* The caret stands under the name although letters before it take two bytes, or a tab. */
static void carets(void **state)
{
	struct arena *arena = arena_create();
	struct report *report = report_create();
	const struct source *source =
	    source_text(arena, "x.yaml",
			"system: s\nboards: [b]\ndoc: \"\xc3\xa4\xc3\xb6\"\ncomponents: {\"\xc3\xa4\": }\n");
	char *text;

	(void)state;
	assert_null(read_description(arena, source, &shape_system, report));
	text = report_text(report);
	assert_non_null(strstr(text, "x.yaml:4:14: error: "));
	assert_non_null(strstr(text, "\n      |              ^~~\n"));
	free(text);
	report_destroy(report);
	arena_destroy(arena);
}

static void nearest(void **state)
{
	struct nearest near = nearest_start("sehll");

	(void)state;
	nearest_try(&near, "serial");
	nearest_try(&near, "shell");
	nearest_try(&near, "shelf");
	assert_string_equal(near.best, "shell");
	near = nearest_start("abc");
	nearest_try(&near, "xyz");
	nearest_try(&near, "");
	assert_null(near.best);
	near = nearest_start("u33");
	nearest_try(&near, "u32");
	assert_string_equal(near.best, "u32");
}

static void names(void **state)
{
	struct arena *arena = arena_create();
	struct names map = {0};
	int value[1000];

	(void)state;
	assert_null(names_get(&map, "nothing"));
	for (int i = 0; i < 1000; i++)
		assert_null(names_put(&map, arena, arena_format(arena, "name%d", i), &value[i]));
	for (int i = 0; i < 1000; i++)
		assert_ptr_equal(names_get(&map, arena_format(arena, "name%d", i)), &value[i]);
	assert_ptr_equal(names_put(&map, arena, "name7", &value[8]), &value[7]);
	assert_ptr_equal(names_get(&map, "name7"), &value[7]);
	assert_null(names_get(&map, "name1000"));
	arena_destroy(arena);
}

/* The examples of the reference pages are right. */
static void examples(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < DESCRIPTIONS; i++) {
		struct arena *arena = arena_create();
		struct report *report = report_create();
		const struct source *source = source_text(arena, description[i].name, description[i].example);

		if (read_description(arena, source, description[i].shape, report) == NULL) {
			report_print(report, stderr);
			fail();
		}
		report_destroy(report);
		arena_destroy(arena);
	}
}

/* Any bytes are refused or read, without a fault; a slice of what a fuzzer would try. */
static void mutated_text(void **state)
{
	static const char good[] =
	    "system: here\nboards: [one]\ncomponents:\n  a: {log: info, with: {x: 1}}\n"
	    "connect:\n  - a.b -> c.d\nsupervise:\n  a: {at_most: 5 per 1 min}\n";
	uint32_t seed = 12345;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct arena *arena = arena_create();
		struct report *report = report_create();
		char text[sizeof(good)];

		memcpy(text, good, sizeof(good));
		for (int k = 0; k < 3; k++) {
			seed = seed * 1664525u + 1013904223u;
			text[(seed >> 8) % (sizeof(good) - 1)] = (char)(1 + (seed >> 24) % 127);
		}
		if (read_description(arena, source_text(arena, "x.yaml", text), &shape_system, report) ==
		    NULL)
			assert_true(report_errors(report) != 0);
		else
			assert_true(report_errors(report) == 0);
		free(report_text(report));
		report_destroy(report);
		arena_destroy(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(places),
	    cmocka_unit_test(all_at_once),
	    cmocka_unit_test(words_of_other_versions),
	    cmocka_unit_test(messages_outlive_files),
	    cmocka_unit_test(carets),
	    cmocka_unit_test(nearest),
	    cmocka_unit_test(names),
	    cmocka_unit_test(examples),
	    cmocka_unit_test(mutated_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
