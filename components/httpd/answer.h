/* SPDX-License-Identifier: MIT
 * An answer: a head, and a file, a part of one, or the list of a directory behind it. It is made piece by piece into memory that the card reads.
 */
#ifndef HTTPD_ANSWER_H
#define HTTPD_ANSWER_H

#include "request.h"

#define ANSWER_HEAD (3u * REQUEST_PATH + 512u)
#define ANSWER_ENTRY                                                                                         \
	2400u /* bytes of one entry of a list, at most: a name of 255 bytes twice, in the longer way of writing each */

struct answer {
	_Alignas(8) char head
	    [ANSWER_HEAD];    /* and a short text, where something is wrong; aligned to be copied by words */
	uint32_t head_length; /* 0: it was sent */
	bool has_file, is_chunked;
	bool is_text; /* more of it is made as it goes, by list.c or, with `is_status`, by status.c */
	bool is_status;
	const char *page; /* what is sent instead of a file, or NULL */
	bool keeps;       /* the connection stays */
	bool is_cut;      /* it could not be made to its end, and the connection must not stay */
	uint32_t file;
	uint64_t offset, rest; /* of a file: what is to be sent still */
	uint64_t next;         /* of such a text: what comes next; 0 at its beginning */
};

/* Opens what is asked for, and makes the head. Of another status than OK the head says so, and the connection does not stay. Waits for files. */
void answer_begin(struct answer *answer, enum request_status asked, const struct request *request);
/*
 * The next bytes, at most `size` of them, which is ANSWER_HEAD and an entry at least. 0: that was all. Waits for files.
 */
uint32_t answer_make(struct answer *answer, char *out, uint32_t size);
/* Closes the file, where there is one. */
void answer_end(struct answer *answer);

#endif
