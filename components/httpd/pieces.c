/* SPDX-License-Identifier: MIT
 * See answer.h: an answer goes out piece by piece.
 */
#include "answer.h"
#include "component.h"
#include "list.h"
#include "status.h"

#include <tenon/print.h>
#include <tenon/string.h>

#define CHUNK_HEAD 6u /* four digits and the end of a line (RFC 9112, 7.1) */
#define CHUNK_TAIL 7u /* the end of a line, and the last chunk, which is empty */

static uint32_t make_file(struct answer *answer, char *out, uint32_t size)
{
	const uint32_t want = answer->rest < size ? (uint32_t)answer->rest : size;
	uint32_t count = 0;

	if (want == 0) {
		return 0;
	}
	if (files_read(answer->file, answer->offset, (uint8_t *)out, want, &count) != FILES_OK ||
	    count != want) {
		answer->is_cut = true; /* it has become shorter, or cannot be read */
		answer->rest = 0;
		return 0;
	}
	answer->offset += count;
	answer->rest -= count;
	return count;
}

static uint32_t make_page(struct answer *answer, char *out, uint32_t size)
{
	const uint32_t part = answer->rest < size ? (uint32_t)answer->rest : size;

	memcpy(out, answer->page + answer->offset, part);
	answer->offset += part;
	answer->rest -= part;
	return part;
}

/* The next of a text, as one chunk where the answer is in chunks. */
static uint32_t make_text(struct answer *answer, char *out, uint32_t size)
{
	const uint32_t before = answer->is_chunked ? CHUNK_HEAD : 0, room = size - CHUNK_HEAD - CHUNK_TAIL;
	char digits[CHUNK_HEAD + 1];
	uint32_t length = answer->is_status ? status_make(answer, out + before, room)
					    : list_make(answer, out + before, room);

	if (answer->is_cut) {
		return 0;
	}
	if (!answer->is_chunked) {
		return length;
	}
	if (length > 0) { /* a chunk without bytes would be the last */
		(void)tenon_print(digits, sizeof digits, "%04x\r\n", length);
		memcpy(out, digits, CHUNK_HEAD);
		memcpy(out + before + length, "\r\n", 2);
		length += before + 2;
	}
	if (!answer->is_text) {
		memcpy(out + length, "0\r\n\r\n", 5);
		length += 5;
	}
	return length;
}

uint32_t answer_make(struct answer *answer, char *out, uint32_t size)
{
	uint32_t length = answer->head_length;

	memcpy(out, answer->head, length);
	answer->head_length = 0;
	if (answer->is_text) {
		return length + make_text(answer, out + length, size - length);
	}
	if (answer->page != NULL) {
		return length + make_page(answer, out + length, size - length);
	}
	return answer->has_file ? length + make_file(answer, out + length, size - length) : length;
}

void answer_end(struct answer *answer)
{
	if (answer->has_file) {
		(void)files_close(answer->file); /* one that a restart took is closed already */
		answer->has_file = false;
	}
}

/* Nothing is watched; a file that a restart of the server took ends its answer. */
void files_session(bool open)
{
	(void)open;
}

void files_changes(void)
{
}
