/* SPDX-License-Identifier: MIT
 * See list.h.
 */
#include "list.h"

#include "component.h"
#include "text.h"

#include <tenon/print.h>
#include <tenon/string.h>

#define CHUNK_HEAD 6u  /* four digits and the end of a line (RFC 9112, 7.1) */
#define CHUNK_TAIL 7u  /* the end of a line, and the last chunk, which is empty */
#define ENTRIES    12u /* what one call gives */

static uint32_t make_entry(const struct files_entry *entry, char *out)
{
	const char *slash = entry->kind == FILESYSTEM_KIND_DIRECTORY ? "/" : "";
	uint32_t length = (uint32_t)tenon_print(out, ANSWER_ENTRY, "<li><a href=\"./");

	length += (uint32_t)text_link(entry->name, out + length);
	length += (uint32_t)tenon_print(out + length, ANSWER_ENTRY - length, "%s\">", slash);
	length += (uint32_t)text_html(entry->name, out + length);
	return length + (uint32_t)tenon_print(out + length, ANSWER_ENTRY - length, "%s</a></li>\n", slash);
}

/* Entries as far as there is room for one more. */
static uint32_t make_entries(struct answer *answer, char *out, uint32_t size)
{
	struct files_entry entries[ENTRIES];
	uint32_t length = 0, count = 0;

	while (size - length >= ANSWER_ENTRY) {
		if (files_read_entries(answer->file, answer->next, entries, ENTRIES, &count) != FILES_OK) {
			answer->is_cut = true;
			return 0;
		}
		for (uint32_t i = 0; i < count && size - length >= ANSWER_ENTRY; i++) {
			length += make_entry(&entries[i], out + length);
			answer->next = entries[i].next;
		}
		if (count == 0) {
			answer->is_list = false;
			break;
		}
	}
	return length;
}

uint32_t list_make(struct answer *answer, char *out, uint32_t size)
{
	static const char begin[] = "<!DOCTYPE html>\n<title>Files</title>\n<ul>\n";
	const uint32_t before = answer->is_chunked ? CHUNK_HEAD : 0;
	char digits[CHUNK_HEAD + 1];
	uint32_t length = before;

	if (answer->next == 0) {
		memcpy(out + length, begin, sizeof begin - 1);
		length += sizeof begin - 1;
	}
	length += make_entries(answer, out + length, size - length - CHUNK_TAIL);
	if (answer->is_cut) {
		return 0;
	}
	if (answer->is_chunked && length == before) { /* a chunk without bytes would be the last */
		length = 0;
	} else if (answer->is_chunked) {
		(void)tenon_print(digits, sizeof digits, "%04x\r\n", length - before);
		memcpy(out, digits, CHUNK_HEAD);
		memcpy(out + length, "\r\n", 2);
		length += 2;
	}
	if (answer->is_chunked && !answer->is_list) {
		memcpy(out + length, "0\r\n\r\n", 5);
		length += 5;
	}
	return length;
}
