/* SPDX-License-Identifier: MIT
 * See request.h. Everything here works on one run of bytes, of which it takes from the front; nothing is looked at behind its end.
 */
#include "request.h"

#include <tenon/string.h>

/* What is left of a text. */
struct rest {
	const char *at;
	uint32_t size;
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Is all of it that word, in whatever case? */
static bool is_word(struct rest text, const char *word)
{
	uint32_t i = 0;

	while (i < text.size && word[i] != '\0' && lower(text.at[i]) == word[i]) {
		i++;
	}
	return i == text.size && word[i] == '\0';
}

/* What stands before the first `end`, which goes, too. All of it where there is none. */
static struct rest take_until(struct rest *text, char end)
{
	struct rest part = {.at = text->at};

	while (part.size < text->size && text->at[part.size] != end) {
		part.size++;
	}
	text->at += part.size;
	text->size -= part.size;
	if (text->size > 0) {
		text->at++;
		text->size--;
	}
	return part;
}

static struct rest trim(struct rest text)
{
	while (text.size > 0 && (*text.at == ' ' || *text.at == '\t')) {
		text.at++;
		text.size--;
	}
	while (text.size > 0 && (text.at[text.size - 1] == ' ' || text.at[text.size - 1] == '\t')) {
		text.size--;
	}
	return text;
}

/* A line without its end, which may lack the carriage return (RFC 9112, 2.2). */
static struct rest take_line(struct rest *text)
{
	struct rest line = take_until(text, '\n');

	if (line.size > 0 && line.at[line.size - 1] == '\r') {
		line.size--;
	}
	return line;
}

uint32_t request_length(const char *text, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++) {
		if (text[i] == '\n' && ((i >= 1 && text[i - 1] == '\n') ||
					(i >= 2 && text[i - 1] == '\r' && text[i - 2] == '\n'))) {
			return i + 1;
		}
	}
	return 0;
}

static int hexadecimal(char c)
{
	const char small = lower(c);

	return small >= '0' && small <= '9'   ? small - '0'
	       : small >= 'a' && small <= 'f' ? small - 'a' + 10
					      : -1;
}

/* A path without its query (RFC 9110, 4.2.3; RFC 3986, 2.1). No byte of it is a control character. */
static enum request_status read_target(struct rest target, struct request *request)
{
	uint32_t length = 0;

	if (target.size == 0 || target.at[0] != '/') {
		return REQUEST_BAD;
	}
	for (uint32_t i = 0; i < target.size && target.at[i] != '?'; i++) {
		char byte = target.at[i];

		if (byte == '%') {
			const int high = target.size - i > 2 ? hexadecimal(target.at[i + 1]) : -1;
			const int low = high < 0 ? -1 : hexadecimal(target.at[i + 2]);

			if (low < 0) {
				return REQUEST_BAD;
			}
			byte = (char)(high * 16 + low);
			i += 2;
		}
		if ((unsigned char)byte < 0x20 || byte == 0x7f) {
			return REQUEST_BAD;
		}
		if (length == REQUEST_PATH) {
			return REQUEST_TARGET;
		}
		request->path[length++] = byte;
	}
	request->path[length] = '\0';
	return REQUEST_OK;
}

static enum request_status read_line(struct rest line, struct request *request)
{
	const struct rest method = take_until(&line, ' '), target = take_until(&line, ' ');
	const enum request_status status = read_target(target, request);

	if (is_word(line, "http/1.1")) {
		request->keeps = request->is_1_1 = true;
	} else if (!is_word(line, "http/1.0")) {
		return line.size > 5 && is_word((struct rest){line.at, 5}, "http/") ? REQUEST_VERSION
										    : REQUEST_BAD;
	}
	if (status != REQUEST_OK) {
		return status;
	}
	request->is_head = method.size == 4 && memcmp(method.at, "HEAD", 4) == 0;
	return request->is_head || (method.size == 3 && memcmp(method.at, "GET", 3) == 0) ? REQUEST_OK
											  : REQUEST_METHOD;
}

static bool take_number(struct rest *text, uint64_t *number)
{
	const char *first = text->at;

	for (*number = 0; text->size > 0 && *text->at >= '0' && *text->at <= '9'; text->at++, text->size--) {
		if (*number > (UINT64_MAX - 9) / 10) {
			return false;
		}
		*number = *number * 10 + (uint64_t)(*text->at - '0');
	}
	return text->at != first;
}

/* One range of bytes; several, or another unit, are as if nothing was said (RFC 9110, 14.2). Of several fields the last counts, alone. */
static void read_range(struct rest value, struct request *request)
{
	struct rest unit = take_until(&value, '=');

	request->has_range = false;
	if (!is_word(trim(unit), "bytes")) {
		return;
	}
	value = trim(value);
	request->range_has_first = take_number(&value, &request->range_first);
	if (value.size == 0 || *value.at != '-') {
		return;
	}
	value.at++;
	value.size--;
	request->range_has_last = take_number(&value, &request->range_last);
	request->has_range = value.size == 0 && (request->range_has_first || request->range_has_last) &&
			     !(request->range_has_first && request->range_has_last &&
			       request->range_last < request->range_first);
}

/* What is too long to be anything that was sent by us is as if it was not there. */
static void keep(struct rest value, char word[REQUEST_WORD + 1])
{
	if (value.size <= REQUEST_WORD) {
		memcpy(word, value.at, value.size);
		word[value.size] = '\0';
	}
}

static void read_connection(struct rest value, struct request *request)
{
	while (value.size > 0) {
		const struct rest word = trim(take_until(&value, ','));

		if (is_word(word, "close")) {
			request->keeps = false;
		} else if (is_word(word, "keep-alive")) {
			request->keeps = true;
		}
	}
}

static enum request_status read_field(struct rest line, struct request *request)
{
	const uint32_t size = line.size;
	const struct rest name = take_until(&line, ':'), value = trim(line);
	struct rest number = value;
	uint64_t length = 0;

	if (name.size == 0 || name.size == size || trim(name).size != name.size) {
		return REQUEST_BAD; /* also a line that goes on the one before: RFC 9112, 5.1 and 5.2 */
	}
	if (is_word(name, "content-length") &&
	    (!take_number(&number, &length) || number.size > 0 || length > 0)) {
		return REQUEST_BODY;
	}
	if (is_word(name, "transfer-encoding")) {
		return REQUEST_BODY;
	}
	if (is_word(name, "range")) {
		read_range(value, request);
	} else if (is_word(name, "if-none-match")) {
		keep(value, request->if_none_match);
	} else if (is_word(name, "if-modified-since")) {
		keep(value, request->if_modified_since);
	} else if (is_word(name, "if-range")) {
		keep(value, request->if_range);
	} else if (is_word(name, "connection")) {
		read_connection(value, request);
	}
	return REQUEST_OK;
}

void request_clear(struct request *request)
{
	memset(request, 0, offsetof(struct request, path));
	request->path[0] = request->if_none_match[0] = '\0';
	request->if_modified_since[0] = request->if_range[0] = '\0';
}

enum request_status request_read(const char *text, uint32_t size, struct request *request)
{
	struct rest rest = {.at = text, .size = size};
	struct rest line = take_line(&rest);
	enum request_status status;

	request_clear(request);
	status = read_line(line, request);
	while (status == REQUEST_OK && (line = take_line(&rest)).size > 0) {
		status = read_field(line, request);
	}
	return status;
}
