/* SPDX-License-Identifier: MIT
 * What sntp believes, what syslog writes, and texts of addresses: pure functions, over inputs that are wrong in one way each.
 */
#include "address.h"
#include "../../../components/sntp/answer.h" /* httpd has one, too */
#include "message.h"
#include "support.h"

#include <stdlib.h>
#include <string.h>

#define MARK UINT64_C(0x0123456789abcdef)

/* ---- sntp ---- */

/* An answer of 2026-11-23 00:00 UTC, without a fault; 0.5 s of it with the server. */
static void make_answer(uint8_t data[ANSWER_BYTES])
{
	static const uint8_t came[8] = {0xee, 0xae, 0xaa, 0x00}, sent[8] = {0xee, 0xae, 0xaa, 0x00, 0x80};

	memset(data, 0, ANSWER_BYTES);
	data[0] = 0x24;
	data[1] = 2;
	for (int i = 0; i < 8; i++) {
		data[24 + i] = (uint8_t)(MARK >> (56 - 8 * i));
	}
	memcpy(data + 32, came, sizeof came);
	memcpy(data + 40, sent, sizeof sent);
}

static enum answer_verdict verdict_with(uint32_t place, uint8_t byte)
{
	uint8_t data[ANSWER_BYTES];
	struct answer answer;

	make_answer(data);
	data[place] = byte;
	return answer_read(data, sizeof data, MARK, &answer);
}

static void takes_a_sound_answer(void **state)
{
	uint8_t data[ANSWER_BYTES];
	struct answer answer;

	(void)state;
	make_answer(data);
	assert_int_equal(answer_read(data, sizeof data, MARK, &answer), ANSWER_OK);
	assert_int_equal(answer.stratum, 2);
	assert_int_equal(answer.took_ns, 500000000);
	assert_int_equal(answer.since_1970,
			 (UINT64_C(0xeeaeaa00) - UINT64_C(2208988800)) * 1000000000 + 500000000);
	assert_int_equal(answer_read(data, sizeof data - 1, MARK, &answer), ANSWER_STRANGE);
	assert_int_equal(answer_read(data, sizeof data, MARK ^ 1, &answer), ANSWER_STRANGE);
}

static void takes_a_time_of_the_second_era(void **state)
{
	uint8_t data[ANSWER_BYTES];
	struct answer answer;

	(void)state;
	make_answer(data);
	memset(data + 32, 0, 16);
	data[35] = data[43] = 1;
	assert_int_equal(answer_read(data, sizeof data, MARK, &answer), ANSWER_OK);
	assert_int_equal(answer.since_1970, ((UINT64_C(1) << 32) + 1 - UINT64_C(2208988800)) * 1000000000);
}

static void believes_nothing_else(void **state)
{
	static const struct {
		uint32_t place;
		uint8_t byte;
		enum answer_verdict verdict;
	} wrong[] = {
	    {0, 0x23, ANSWER_STRANGE},  /* a question */
	    {0, 0x25, ANSWER_STRANGE},  /* a broadcast, which nobody has asked for */
	    {0, 0x1c, ANSWER_STRANGE},  /* version 3 */
	    {31, 0xee, ANSWER_STRANGE}, /* another mark */
	    {0, 0xe4, ANSWER_UNSOUND},  /* its clock is not set */
	    {1, 16, ANSWER_UNSOUND},    {1, 255, ANSWER_UNSOUND},
	    {5, 1, ANSWER_UNSOUND}, /* a second to the root */
	    {4, 0x80, ANSWER_UNSOUND},  {9, 1, ANSWER_UNSOUND},
	    {40, 0x80, ANSWER_UNSOUND},                             /* before 1970 */
	    {43, 0xff, ANSWER_OK},      {35, 0xff, ANSWER_UNSOUND}, /* sent before it came */
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_int_equal(verdict_with(wrong[i].place, wrong[i].byte), wrong[i].verdict);
	}
}

static void hears_kisses(void **state)
{
	static const struct {
		const char *code;
		enum answer_verdict verdict;
	} kisses[] = {
	    {"DENY", ANSWER_NEVER}, {"RSTR", ANSWER_NEVER}, {"RATE", ANSWER_RARER}, {"INIT", ANSWER_UNSOUND}};
	uint8_t data[ANSWER_BYTES];
	struct answer answer;

	(void)state;
	for (size_t i = 0; i < sizeof kisses / sizeof *kisses; i++) {
		make_answer(data);
		data[1] = 0;
		memcpy(data + 12, kisses[i].code, 4);
		assert_int_equal(answer_read(data, sizeof data, MARK, &answer), kisses[i].verdict);
		assert_int_equal(answer_read(data, sizeof data, MARK + 1, &answer), ANSWER_STRANGE);
	}
}

/* ---- syslog ---- */

static void writes_a_message(void **state)
{
	struct message message = {.facility = 3,
				  .severity = 4,
				  .has_time = true,
				  .since_1970 = UINT64_C(1700000000123456789),
				  .up_ns = UINT64_C(12340000000),
				  .number = 7,
				  .host = "tenon",
				  .sender = "disk",
				  .text = "gone"};
	char text[MESSAGE_MOST + 1];

	(void)state;
	assert_int_equal(message_write(&message, text), strlen(text));
	assert_string_equal(text, "<28>1 2023-11-14T22:13:20.123456Z tenon disk - - "
				  "[meta sequenceId=\"7\" sysUpTime=\"1234\"] gone");
	message.has_time = false;
	message.host = "";
	message.sender = "a b\n\xff";
	message.number = UINT32_MAX;
	(void)message_write(&message, text);
	assert_string_equal(text, "<28>1 - - a_b__ - - [meta sequenceId=\"1\" sysUpTime=\"1234\"] gone");
}

static void cuts_what_is_too_long(void **state)
{
	char name[2 * MESSAGE_MOST], text[MESSAGE_MOST + 1];
	const struct message message = {
	    .facility = 23, .severity = 7, .host = name, .sender = name, .text = name};

	(void)state;
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_true(message_write(&message, text) <= MESSAGE_MOST);
	assert_int_equal(strlen(text), message_write(&message, text));
}

/* ---- addresses ---- */

static void writes_addresses(void **state)
{
	static const struct {
		uint8_t bytes[INET_BYTES];
		const char *text;
	} addresses[] = {
	    {{0}, "::"},
	    {{[15] = 1}, "::1"},
	    {{[10] = 0xff, [11] = 0xff, 10, 0, 2, 255}, "10.0.2.255"},
	    {{0xfe, 0x80, [8] = 0x50, 0x54, 0, 0xff, 0xfe, 0x12, 0x34, 0x56}, "fe80::5054:ff:fe12:3456"},
	    {{0x20, 0x01, 0x0d, 0xb8, [7] = 1, [9] = 1, [11] = 1, [13] = 1, [15] = 1},
	     "2001:db8:0:1:1:1:1:1"}, /* one group of zeroes stays */
	    {{0x20, 0x01, [7] = 1, [15] = 1}, "2001:0:0:1::1"},
	    {{[1] = 1, [15] = 0}, "1::"},
	    {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	};
	char text[INET_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		inet_text(addresses[i].bytes, text);
		assert_string_equal(text, addresses[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_a_sound_answer),  cmocka_unit_test(takes_a_time_of_the_second_era),
	    cmocka_unit_test(believes_nothing_else), cmocka_unit_test(hears_kisses),
	    cmocka_unit_test(writes_a_message),      cmocka_unit_test(cuts_what_is_too_long),
	    cmocka_unit_test(writes_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
