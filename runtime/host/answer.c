/* SPDX-License-Identifier: MIT
 * What a test tells its mocks to answer, and what was called, by operation.
 *
 * State: the operations that this test has used, each with its calls and its
 * queue of answers; all answers, which live until the test ends.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

#define ANSWERS_MAX 65536u
#define SHOWN_BYTES 64u /* of a long value */

struct test_record {
	struct test_record *next;
	uint64_t values[];
};

static struct test_operation *operations;
static struct test_answer *all_answers[ANSWERS_MAX];
static uint32_t answers;
static char said[2048];

/* ---- saying ----------------------------------------------------------------------------------- */

void test_say(const char *format, ...)
{
	const size_t length = strlen(said);
	va_list list;

	va_start(list, format);
	vsnprintf(said + length, sizeof said - length, format, list);
	va_end(list);
}

void test_say_bytes(const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;

	test_say("%zu bytes \"", size);
	for (size_t i = 0; i < size && i < SHOWN_BYTES; i++)
		test_say(byte[i] >= 0x20 && byte[i] < 0x7f && byte[i] != '"' && byte[i] != '\\' ? "%c"
												: "\\x%02x",
			 byte[i]);
	test_say(size > SHOWN_BYTES ? "\"…" : "\"");
}

void test_say_text(const char *text)
{
	test_say("\"%s\"", text);
}

const char *record_describe(const struct test_operation *operation, const struct test_record *record)
{
	said[0] = '\0';
	test_say("%s(", operation->name);
	if (operation->describe != NULL)
		operation->describe(record->values);
	test_say(")");
	return said;
}

/* ---- what was called -------------------------------------------------------------------------- */

static void list(struct test_operation *operation)
{
	if (operation->is_listed)
		return;
	operation->is_listed = true;
	operation->next = operations;
	operations = operation;
}

struct test_record *record_add(struct test_operation *operation)
{
	struct test_record *record = calloc(1, sizeof *record + operation->call_size);

	if (record == NULL)
		abort();
	list(operation);
	if (operation->last == NULL)
		operation->first = record;
	else
		operation->last->next = record;
	operation->last = record;
	operation->calls++;
	return record;
}

void *record_values(struct test_record *record)
{
	return record->values;
}

uint32_t test_mock_calls(const struct test_operation *operation)
{
	component_ensure();
	return operation->calls;
}

const void *test_mock_record(const struct test_operation *operation, uint32_t number)
{
	const struct test_record *record;

	component_ensure();
	record = operation->first;
	if (number >= operation->calls)
		test_fail("there was no call %u of %s: %u came", number, operation->name, operation->calls);
	for (; number > 0; number--)
		record = record->next;
	return record->values;
}

/* ---- answers ---------------------------------------------------------------------------------- */

struct test_answer *test_mock_answer(struct test_operation *operation, uint32_t status,
				     void (*function)(void))
{
	struct test_answer *answer = calloc(1, sizeof *answer);

	if (answer == NULL || answers == sizeof all_answers / sizeof all_answers[0])
		abort();
	list(operation);
	*answer =
	    (struct test_answer){.operation = operation, .status = status, .function = function, .times = 1};
	answer->values = calloc(1, operation->answer_size + 1);
	if (operation->last_answer == NULL)
		operation->answer = answer;
	else
		operation->last_answer->next = answer;
	operation->last_answer = answer;
	all_answers[answers++] = answer;
	return answer;
}

struct test_answer *test_delay_ns(struct test_answer *answer, uint64_t by_ns)
{
	answer->delay_ns = by_ns;
	return answer;
}

struct test_answer *test_delay_ms(struct test_answer *answer, uint64_t by_ms)
{
	return test_delay_ns(answer, by_ms * 1000000);
}

struct test_answer *test_hold(struct test_answer *answer)
{
	answer->is_held = true;
	return answer;
}

struct test_answer *test_always(struct test_answer *answer)
{
	answer->is_always = true;
	return answer;
}

struct test_answer *test_times(struct test_answer *answer, uint32_t times)
{
	answer->times = times;
	return answer;
}

void test_mock_fits(const char *name, size_t count, size_t most)
{
	if (count > most)
		test_fail("the answer's %s is %zu long, and %zu at most by the interface", name, count, most);
}

struct test_answer *answer_take(struct test_operation *operation)
{
	struct test_answer *answer = operation->answer;

	if (answer == NULL || answer->is_always || --answer->times != 0)
		return answer;
	operation->answer = answer->next;
	if (operation->answer == NULL)
		operation->last_answer = NULL;
	return answer;
}

/* ---- a test's beginning and end --------------------------------------------------------------- */

static void forget(struct test_operation *operation)
{
	while (operation->first != NULL) {
		struct test_record *next = operation->first->next;

		free(operation->first);
		operation->first = next;
	}
	operation->last = NULL;
	operation->calls = 0;
	operation->answer = operation->last_answer = NULL;
	operation->is_listed = false;
}

void answers_reset(void)
{
	for (; operations != NULL; operations = operations->next)
		forget(operations);
	while (answers != 0) {
		free(all_answers[--answers]->values);
		free(all_answers[answers]);
	}
}

void answers_finish(void)
{
	for (const struct test_operation *operation = operations; operation != NULL;
	     operation = operation->next) {
		if (operation->answer != NULL && !operation->answer->is_always)
			test_fail("an answer of %s was queued that %s never asked for", operation->name,
				  test_component.name);
	}
}
