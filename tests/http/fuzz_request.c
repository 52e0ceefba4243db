/* SPDX-License-Identifier: MIT
 * An input is what came of a connection of HTTP: heads are taken from it as httpd.c does, one behind the other, each in memory of its own of that
 * size, so that AddressSanitizer sees a look behind its end; and what was read of one is what the rest of httpd builds on.
 */
#include "request.h"

#include <stdlib.h>
#include <string.h>

static void check(bool holds)
{
	if (!holds) {
		abort();
	}
}

static bool is_terminated(const char *text, size_t most)
{
	return memchr(text, '\0', most + 1) != NULL;
}

static void check_read(enum request_status status, const struct request *request)
{
	check(status == REQUEST_OK || status == REQUEST_BAD || status == REQUEST_METHOD ||
	      status == REQUEST_BODY || status == REQUEST_TARGET || status == REQUEST_VERSION);
	if (status != REQUEST_OK) {
		return;
	}
	check(request->path[0] == '/' && is_terminated(request->path, REQUEST_PATH));
	for (const char *at = request->path; *at != '\0'; at++) {
		check((unsigned char)*at >= 0x20 &&
		      *at != 0x7f); /* no line of a head can be forged with it */
	}
	check(is_terminated(request->if_none_match, REQUEST_WORD) &&
	      is_terminated(request->if_modified_since, REQUEST_WORD) &&
	      is_terminated(request->if_range, REQUEST_WORD));
	if (request->has_range) {
		check(request->range_has_first || request->range_has_last);
		check(!request->range_has_first || !request->range_has_last ||
		      request->range_first <= request->range_last);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	while (size > 0) {
		const uint32_t most = size < REQUEST_HEAD ? (uint32_t)size : REQUEST_HEAD;
		char *head = malloc(most);
		uint32_t length;
		struct request request;

		check(head != NULL);
		memcpy(head, data, most);
		length = request_length(head, most);
		check(length <= most);
		if (length > 0) {
			char *exact = malloc(length);

			check(exact != NULL);
			memcpy(exact, head, length);
			check_read(request_read(exact, length, &request), &request);
			free(exact);
		}
		free(head);
		if (length == 0) {
			return 0; /* httpd waits, or answers that it is too long */
		}
		data += length;
		size -= length;
	}
	return 0;
}
