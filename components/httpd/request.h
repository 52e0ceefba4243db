/* SPDX-License-Identifier: MIT
 * What a client asks for, read out of a head (RFC 9112, 3 and 5): a line with the method and the target, and fields.
 */
#ifndef HTTPD_REQUEST_H
#define HTTPD_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#define REQUEST_HEAD 4096u /* bytes of a head, its end counted */
#define REQUEST_PATH 1023u /* of a target, decoded; what a path of the interface `files` may have */
#define REQUEST_WORD 127u  /* of a field that is compared */

enum request_status {
	REQUEST_OK = 200,
	REQUEST_BAD = 400,
	REQUEST_METHOD = 405,
	REQUEST_BODY = 413,
	REQUEST_TARGET = 414,
	REQUEST_LONG = 431, /* what request_length() has not found in so many bytes */
	REQUEST_VERSION = 505,
};

struct request {
	bool is_head; /* only what is said of the file is wanted */
	bool keeps;   /* the connection stays */
	bool is_1_1;  /* of HTTP/1.1 */
	bool has_range, range_has_first, range_has_last;
	uint64_t range_first, range_last; /* without a first: so many from the end */
	char path[REQUEST_PATH + 1];      /* decoded, begins with a slash */
	char if_none_match[REQUEST_WORD + 1], if_modified_since[REQUEST_WORD + 1], if_range[REQUEST_WORD + 1];
};

/* The bytes of a head with its end, an empty line, at the beginning of `text`; 0: it is not there. */
uint32_t request_length(const char *text, uint32_t size);

/* Nothing is asked for: the flags and numbers are zero, the texts empty. */
void request_clear(struct request *request);

/* Reads a head that request_length() has found. What it answers instead of OK is what the client is told, and the connection ends then. */
enum request_status request_read(const char *text, uint32_t size, struct request *request);

#endif
