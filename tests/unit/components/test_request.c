/* SPDX-License-Identifier: MIT
 * What httpd reads out of the head of a request, also one that is no request: 20,000 heads with changed bytes, with --full 1,000,000, each in
 * memory that ends where it ends. And its texts.
 */
#include "request.h"
#include "support.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUTATED      20000u
#define MUTATED_FULL 1000000u

static enum request_status read_text(const char *text, struct request *request)
{
	return request_read(text, (uint32_t)strlen(text), request);
}

static void finds_the_end_of_a_head(void **state)
{
	(void)state;
	assert_int_equal(request_length("", 0), 0);
	assert_int_equal(request_length("GET / HTTP/1.1\r\n\r\nGET", 21), 18);
	assert_int_equal(request_length("GET / HTTP/1.1\n\nGET", 19), 16);
	assert_int_equal(request_length("GET / HTTP/1.1\r\n\r", 17), 0);
	assert_int_equal(request_length("\n", 1), 0);
}

static void reads_what_is_asked_for(void **state)
{
	struct request request;

	(void)state;
	assert_int_equal(read_text("HEAD /a%20b/%C3%a9?x=/../ HTTP/1.1\r\nHost: x\r\n\r\n", &request),
			 REQUEST_OK);
	assert_true(request.is_head && request.keeps && request.is_1_1 && !request.has_range);
	assert_string_equal(request.path, "/a b/\303\251");
	assert_int_equal(
	    read_text("GET / HTTP/1.0\nConnection: x, Keep-Alive\nIf-None-Match:  \"a\" \n\n", &request),
	    REQUEST_OK);
	assert_true(!request.is_head && request.keeps && !request.is_1_1);
	assert_string_equal(request.if_none_match, "\"a\"");
	assert_int_equal(read_text("GET / HTTP/1.1\r\nconnection: close\r\n\r\n", &request), REQUEST_OK);
	assert_false(request.keeps);
}

static void reads_one_range(void **state)
{
	static const struct {
		const char *text;
		bool has, has_first, has_last;
		uint64_t first, last;
	} ranges[] = {
	    {"bytes=0-0", true, true, true, 0, 0},
	    {"Bytes = 5-", true, true, false, 5, 0},
	    {"bytes=-7", true, false, true, 0, 7},
	    {"bytes=18446744073709551610-", false, false, false, 0, 0},
	    {"bytes=1000000000000000000-", true, true, false, UINT64_C(1000000000000000000), 0},
	    {"bytes=2-1", false, true, true, 2, 1},
	    {"bytes=1-2,4-5", false, true, true, 1, 2},
	    {"bytes=-", false, false, false, 0, 0},
	    {"bytes=", false, false, false, 0, 0},
	    {"lines=1-2", false, false, false, 0, 0},
	    {"bytes=a-b", false, false, false, 0, 0},
	};
	struct request request;
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		(void)snprintf(text, sizeof text, "GET / HTTP/1.1\r\nRange: %s\r\n\r\n", ranges[i].text);
		assert_int_equal(read_text(text, &request), REQUEST_OK);
		assert_int_equal(request.has_range, ranges[i].has);
		if (ranges[i].has) {
			assert_int_equal(request.range_has_first, ranges[i].has_first);
			assert_int_equal(request.range_has_last, ranges[i].has_last);
			assert_true(!ranges[i].has_first || request.range_first == ranges[i].first);
			assert_true(!ranges[i].has_last || request.range_last == ranges[i].last);
		}
	}
}

static void refuses(void **state)
{
	static const struct {
		const char *text;
		enum request_status status;
	} wrong[] = {
	    {"\r\n\r\n", REQUEST_BAD},
	    {"GET\r\n\r\n", REQUEST_BAD},
	    {"GET x HTTP/1.1\r\n\r\n", REQUEST_BAD},
	    {"GET /% HTTP/1.1\r\n\r\n", REQUEST_BAD},
	    {"GET /%4 HTTP/1.1\r\n\r\n", REQUEST_BAD},
	    {"GET /%00 HTTP/1.1\r\n\r\n", REQUEST_BAD},
	    {"GET /\x7f HTTP/1.1\r\n\r\n", REQUEST_BAD},
	    {"GET / HTTP/1.1 \r\n\r\n", REQUEST_VERSION},
	    {"GET / HTTP/3\r\n\r\n", REQUEST_VERSION},
	    {"GET / ftp\r\n\r\n", REQUEST_BAD},
	    {"get / HTTP/1.1\r\n\r\n", REQUEST_METHOD},
	    {"PUT / HTTP/1.1\r\n\r\n", REQUEST_METHOD},
	    {"GET / HTTP/1.1\r\nA b\r\n\r\n", REQUEST_BAD},
	    {"GET / HTTP/1.1\r\nA : b\r\n\r\n", REQUEST_BAD},
	    {"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", REQUEST_BAD},
	    {"GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\n", REQUEST_BODY},
	    {"GET / HTTP/1.1\r\nContent-Length: -0\r\n\r\n", REQUEST_BODY},
	    {"GET / HTTP/1.1\r\nContent-Length: 18446744073709551616\r\n\r\n", REQUEST_BODY},
	    {"GET / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n", REQUEST_BODY},
	};
	struct request request;
	char text[REQUEST_PATH + 64];

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_int_equal(read_text(wrong[i].text, &request), wrong[i].status);
	}
	memset(text, 'a', sizeof text);
	memcpy(text, "GET /", 5);
	memcpy(text + 5 + REQUEST_PATH - 1, " HTTP/1.1\n\n", 12);
	assert_int_equal(read_text(text, &request), REQUEST_OK);
	assert_int_equal(strlen(request.path), REQUEST_PATH);
	memcpy(text + 5 + REQUEST_PATH - 1, "a HTTP/1.1\n\n", 13);
	assert_int_equal(read_text(text, &request), REQUEST_TARGET);
}

/* Whatever stands there, what comes out is a path or a refusal. */
static void survives_anything(void **state)
{
	static const char *const seeds[] = {
	    "GET /a/b%20c?d=e HTTP/1.1\r\nHost: example.org\r\nRange: bytes=10-20\r\nIf-Range: \"x\"\r\n\r\n",
	    "HEAD / HTTP/1.0\nConnection: keep-alive, close\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 "
	    "GMT\n\n",
	    "GET /%2e%2e/%ff HTTP/1.1\r\nContent-Length: 0\r\nIf-None-Match: W/\"1\", \"2\"\r\nAccept: "
	    "*/*\r\n\r\n",
	};
	const uint32_t count =
	    getenv("TENON_FULL") != NULL && *getenv("TENON_FULL") != '\0' ? MUTATED_FULL : MUTATED;

	(void)state;
	srand(1);
	for (uint32_t i = 0; i < count; i++) {
		const char *seed = seeds[(size_t)rand() % (sizeof seeds / sizeof *seeds)];
		uint32_t size = (uint32_t)strlen(seed);
		char *text = malloc(size);
		struct request request;

		memcpy(text, seed, size);
		for (int changes = rand() % 8; changes > 0; changes--) {
			text[(uint32_t)rand() % size] = (char)rand();
		}
		size = rand() % 4 == 0 ? (uint32_t)rand() % size : size;
		text = realloc(text, size + (size == 0));
		assert_true(request_length(text, size) <= size);
		if (request_read(text, size, &request) == REQUEST_OK) {
			assert_int_equal(request.path[0], '/');
			assert_true(strlen(request.path) <= REQUEST_PATH);
		}
		free(text);
	}
}

static void says_dates_as_others_do(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} dates[] = {
	    {784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},  {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
	    {951782399, "Mon, 28 Feb 2000 23:59:59 GMT"},  {951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
	    {4107542400, "Mon, 01 Mar 2100 00:00:00 GMT"}, {253402300799, "Fri, 31 Dec 9999 23:59:59 GMT"},
	    {INT64_MAX, "Fri, 31 Dec 9999 23:59:59 GMT"},  {INT64_MIN, "Thu, 01 Jan 1970 00:00:00 GMT"},
	};
	char text[TEXT_DATE];

	(void)state;
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		text_date(dates[i].seconds, text);
		assert_string_equal(text, dates[i].text);
	}
}

static void writes_names(void **state)
{
	char out[64];

	(void)state;
	out[text_link("a b/\"%\303", out)] = '\0';
	assert_string_equal(out, "a%20b/%22%25%C3");
	out[text_html("<a&\">", out)] = '\0';
	assert_string_equal(out, "&lt;a&amp;&quot;>");
	assert_string_equal(text_kind("/x.tar.svg"), "image/svg+xml");
	assert_string_equal(text_kind("svg"), "application/octet-stream");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_end_of_a_head),
	    cmocka_unit_test(reads_what_is_asked_for),
	    cmocka_unit_test(reads_one_range),
	    cmocka_unit_test(refuses),
	    cmocka_unit_test(survives_anything),
	    cmocka_unit_test(says_dates_as_others_do),
	    cmocka_unit_test(writes_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
