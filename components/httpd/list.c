/* SPDX-License-Identifier: MIT
 * See list.h.
 */
#include "list.h"

#include "component.h"
#include "text.h"

#include <tenon/print.h>
#include <tenon/string.h>

#define ENTRIES 12u /* what one call gives */

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
			answer->is_text = false;
			break;
		}
	}
	return length;
}

uint32_t list_make(struct answer *answer, char *out, uint32_t size)
{
	static const char begin[] = "<!DOCTYPE html>\n<title>Files</title>\n<ul>\n";
	uint32_t length = 0;

	if (answer->next == 0) {
		memcpy(out, begin, sizeof begin - 1);
		length = sizeof begin - 1;
	}
	return length + make_entries(answer, out + length, size - length);
}
