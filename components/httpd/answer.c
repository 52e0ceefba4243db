/* SPDX-License-Identifier: MIT
 * See answer.h.
 */
#include "answer.h"

#include "component.h"
#include "now.h"
#include "status.h"
#include "text.h"

#include <tenon/print.h>
#include <tenon/string.h>

#define TAG     40u /* of what a file was when it was opened (RFC 9110, 8.8.3) */
#define NS_OF_S UINT64_C(1000000000)

/* ---- heads -------------------------------------------------------------------------------------- */

static const char *words_of(uint32_t status)
{
	switch (status) {
	case 200:
		return "OK";
	case 206:
		return "Partial Content";
	case 301:
		return "Moved Permanently";
	case 304:
		return "Not Modified";
	case 400:
		return "Bad Request";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 413:
		return "Content Too Large";
	case 414:
		return "URI Too Long";
	case 416:
		return "Range Not Satisfiable";
	case 431:
		return "Request Header Fields Too Large";
	case 505:
		return "HTTP Version Not Supported";
	case 408:
		return "Request Timeout";
	case 503:
		return "Service Unavailable";
	default:
		return "Internal Server Error";
	}
}

__attribute__((format(printf, 2, 3))) static void add(struct answer *answer, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	answer->head_length += (uint32_t)tenon_print_list(answer->head + answer->head_length,
							  ANSWER_HEAD - answer->head_length, format, list);
	va_end(list);
}

/* What each head has goes without a format: it took a third of all that a request costs here. */
static void put(struct answer *answer, const char *text, size_t length)
{
	CHECK(length < ANSWER_HEAD - answer->head_length); /* texts of ours, and much room */
	memcpy(answer->head + answer->head_length, text, length);
	answer->head_length += (uint32_t)length;
}

static void put_text(struct answer *answer, const char *text)
{
	put(answer, text, strlen(text));
}

static void put_number(struct answer *answer, uint64_t number)
{
	char digits[TEXT_NUMBER];

	put(answer, digits, text_number(number, digits));
}

#define PUT(answer, literal) put(answer, literal, sizeof(literal) - 1)

static void begin_head(struct answer *answer, uint32_t status, const struct request *request)
{
	char date[TEXT_DATE];

	answer->head_length = 0;
	PUT(answer, "HTTP/1.1 ");
	put_number(answer, status);
	PUT(answer, " ");
	put_text(answer, words_of(status));
	PUT(answer, "\r\n");
	if (date_now(date)) {
		PUT(answer, "Date: ");
		put(answer, date, TEXT_DATE - 1);
		PUT(answer, "\r\n");
	}
	if (!answer->keeps) {
		PUT(answer, "Connection: close\r\n");
	} else if (!request->is_1_1) {
		PUT(answer, "Connection: keep-alive\r\n");
	}
}

/* A status with a line of text. */
static void say(struct answer *answer, uint32_t status, const struct request *request)
{
	const char *words = words_of(status);

	begin_head(answer, status, request);
	if (status == REQUEST_METHOD) {
		add(answer, "Allow: GET, HEAD\r\n");
	}
	add(answer, "Content-Type: text/plain\r\nContent-Length: %u\r\n\r\n%s%s", (unsigned)strlen(words) + 1,
	    request->is_head ? "" : words, request->is_head ? "" : "\n");
}

static void say_status(struct answer *answer, enum files_status status, const struct request *request)
{
	switch (status) {
	case FILES_NOT_FOUND:
	case FILES_NOT_A_DIRECTORY:
	case FILES_BAD_NAME:
	case FILES_LOOP:
	case FILES_MALFORMED:
		say(answer, 404, request);
		break;
	case FILES_QUOTA:
	case FILES_RESTARTED:
	case FILES_GONE:
		say(answer, 503, request);
		break;
	default:
		say(answer, 500, request);
		log_error("%s: %s", request->path, files_status_name(status));
		break;
	}
}

/* ---- files --------------------------------------------------------------------------------------- */

static bool holds(const char *list, const char *word)
{
	const size_t length = strlen(word);

	for (; *list != '\0'; list++) {
		if (strncmp(list, word, length) == 0) {
			return true;
		}
	}
	return false;
}

/* The part that is asked for (RFC 9110, 14.1.2). False: there is none of it. */
static bool cut(const struct request *request, uint64_t size, uint64_t *first, uint64_t *count)
{
	uint64_t last = size - 1; /* not looked at where there are no bytes */

	if (request->range_has_first) {
		*first = request->range_first;
		if (request->range_has_last && request->range_last < last) {
			last = request->range_last;
		}
	} else {
		*first = request->range_last < size ? size - request->range_last : 0;
		if (request->range_last == 0) {
			return false;
		}
	}
	if (size == 0 || *first >= size) {
		return false;
	}
	*count = last - *first + 1;
	return true;
}

/* Does the client have it already (RFC 9110, 13.2.2)? */
static bool is_known(const struct request *request, const char *tag, const char *date)
{
	if (tag[0] == '\0') {
		return false;
	}
	if (request->if_none_match[0] != '\0') {
		return strcmp(request->if_none_match, "*") == 0 || holds(request->if_none_match, tag);
	}
	return strcmp(request->if_modified_since, date) == 0;
}

/* Does it want a part of it, of what it is now? */
static bool wants_part(const struct request *request, const char *tag, const char *date)
{
	return request->has_range &&
	       (request->if_range[0] == '\0' || (tag[0] != '\0' && (strcmp(request->if_range, tag) == 0 ||
								    strcmp(request->if_range, date) == 0)));
}

/* A file without a time, as in the image, cannot be told from another of its length: it has no tag. */
static void describe(const struct filesystem_attributes *attributes, char tag[TAG], char date[TEXT_DATE])
{
	const uint64_t seconds = (uint64_t)attributes->modified.seconds;
	char *at = tag;

	tag[0] = '\0';
	text_date(attributes->modified.seconds, date);
	if (seconds != 0 || attributes->modified.nanoseconds != 0) {
		*at++ = '"';
		at += text_hexadecimal(attributes->size, at);
		*at++ = '-';
		at += text_hexadecimal(seconds * NS_OF_S + attributes->modified.nanoseconds, at);
		*at++ = '"';
		*at = '\0';
	}
}

static void begin_file(struct answer *answer, const struct request *request, const char *path,
		       const struct filesystem_attributes *attributes)
{
	const uint64_t size = attributes->size;
	char date[TEXT_DATE], tag[TAG];
	uint32_t status = 200;

	describe(attributes, tag, date);
	answer->rest = size;
	if (is_known(request, tag, date)) {
		status = 304;
	} else if (wants_part(request, tag, date)) {
		status = cut(request, size, &answer->offset, &answer->rest) ? 206 : 416;
	}
	if (status == 304 || status == 416) {
		answer->rest = 0;
	}
	begin_head(answer, status, request);
	PUT(answer, "Accept-Ranges: bytes\r\n");
	if (tag[0] != '\0') {
		PUT(answer, "ETag: ");
		put_text(answer, tag);
		PUT(answer, "\r\nLast-Modified: ");
		put(answer, date, TEXT_DATE - 1);
		PUT(answer, "\r\n");
	}
	if (status == 206) {
		add(answer, "Content-Range: bytes %llu-%llu/%llu\r\n", (unsigned long long)answer->offset,
		    (unsigned long long)(answer->offset + answer->rest - 1), (unsigned long long)size);
	} else if (status == 416) {
		add(answer, "Content-Range: bytes */%llu\r\n", (unsigned long long)size);
	}
	if (status != 304) {
		PUT(answer, "Content-Type: ");
		put_text(answer, text_kind(path));
		PUT(answer, "\r\nContent-Length: ");
		put_number(answer, answer->rest);
		PUT(answer, "\r\n");
	}
	PUT(answer, "\r\n");
	if (request->is_head) {
		answer->rest = 0;
	}
}

/* ---- directories --------------------------------------------------------------------------------- */

static void move(struct answer *answer, const struct request *request)
{
	begin_head(answer, 301, request);
	add(answer, "Location: ");
	answer->head_length += (uint32_t)text_link(request->path, answer->head + answer->head_length);
	add(answer, "/\r\nContent-Length: 0\r\n\r\n");
}

/* A text whose length is not known yet. */
static void begin_text(struct answer *answer, const struct request *request, const char *fields)
{
	answer->is_chunked = request->is_1_1;
	answer->keeps = answer->keeps && request->is_1_1; /* else its end is that of the connection */
	begin_head(answer, 200, request);
	add(answer, "Content-Type: %s\r\n%s\r\n", fields,
	    answer->is_chunked ? "Transfer-Encoding: chunked\r\n" : "");
}

static void begin_list(struct answer *answer, const struct request *request)
{
	uint32_t file;
	struct filesystem_attributes attributes;
	const enum files_status status =
	    files_open(request->path, FILES_ACCESS_READ | FILES_ACCESS_DIRECTORY, 0, &file, &attributes);

	if (status != FILES_OK) {
		say_status(answer, status, request);
		return;
	}
	begin_text(answer, request, "text/html; charset=utf-8");
	if (request->is_head) {
		(void)files_close(file);
		return;
	}
	answer->has_file = answer->is_text = true;
	answer->file = file;
}

static void begin_directory(struct answer *answer, const struct request *request)
{
	const size_t length = strlen(request->path), more = strlen(PARAMETER_INDEX);
	char path[REQUEST_PATH + 1];
	struct filesystem_attributes attributes;
	enum files_status status = FILES_NOT_FOUND;

	if (request->path[length - 1] != '/') {
		move(answer, request);
		return;
	}
	if (length + more <= REQUEST_PATH) {
		memcpy(path, request->path, length);
		memcpy(path + length, PARAMETER_INDEX, more + 1);
		status = files_open(path, FILES_ACCESS_READ, 0, &answer->file, &attributes);
	}
	if (status == FILES_OK && attributes.kind == FILESYSTEM_KIND_DIRECTORY) {
		(void)files_close(answer->file);
		status = FILES_NOT_FOUND;
	}
	if (status == FILES_OK) {
		answer->has_file = true;
		begin_file(answer, request, path, &attributes);
	} else if (status == FILES_NOT_FOUND && PARAMETER_LISTING) {
		begin_list(answer, request);
	} else {
		say_status(answer, status, request);
	}
}

/* ---- the status page ----------------------------------------------------------------------------- */

/* False: the path is none of it. A browser runs nothing but what stands in the page, which asks nobody else. */
static bool begin_status(struct answer *answer, const struct request *request)
{
	const enum status_kind kind = status_of_path(request->path);
	uint32_t size;

	if (kind == STATUS_VALUES) {
		begin_text(answer, request, "application/json\r\nCache-Control: no-store");
		answer->is_text = answer->is_status = !request->is_head;
	} else if (kind == STATUS_PAGE) {
		answer->page = status_page(&size);
		answer->rest = request->is_head ? 0 : size;
		begin_head(answer, 200, request);
		add(answer,
		    "Content-Type: text/html; charset=utf-8\r\nContent-Length: %u\r\n"
		    "Content-Security-Policy: default-src 'none'; script-src 'unsafe-inline'; "
		    "style-src 'unsafe-inline'; connect-src 'self'\r\n\r\n",
		    size);
	}
	return kind != STATUS_NONE;
}

/* ---- requests ------------------------------------------------------------------------------------ */

void answer_begin(struct answer *answer, enum request_status asked, const struct request *request)
{
	struct filesystem_attributes attributes;
	enum files_status status;

	answer->has_file = answer->is_text = answer->is_status = answer->is_chunked = answer->is_cut = false;
	answer->page = NULL;
	answer->offset = answer->rest = answer->next = 0;
	answer->keeps = asked == REQUEST_OK && request->keeps;
	if (asked != REQUEST_OK) {
		say(answer, asked, request);
		return;
	}
	if (begin_status(answer, request)) {
		return;
	}
	status = files_open(request->path, FILES_ACCESS_READ, 0, &answer->file, &attributes);
	if (status == FILES_OK && attributes.kind == FILESYSTEM_KIND_DIRECTORY) {
		(void)files_close(answer->file);
		begin_directory(answer, request);
	} else if (status == FILES_OK) {
		answer->has_file = true;
		begin_file(answer, request, request->path, &attributes);
	} else {
		say_status(answer, status, request);
	}
}
