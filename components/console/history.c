/* SPDX-License-Identifier: MIT
 * The last lines in a ring of slots. The caller owns it.
 */
#include "history.h"

#include <tenon/string.h>

void history_add(struct history *history, const char *line)
{
	const char *newest = history_line(history, 1);

	if (line[0] == 0 || (newest != NULL && strcmp(newest, line) == 0)) {
		return;
	}
	history->last = (history->last + 1) % HISTORY_LINES;
	(void)tenon_copy_text(history->line[history->last], LINE_BYTES_MAX + 1,
			      line); /* lines are at most that long */
	if (history->count < HISTORY_LINES) {
		history->count++;
	}
}

const char *history_line(const struct history *history, uint32_t back)
{
	if (back == 0 || back > history->count) {
		return NULL;
	}
	return history->line[(history->last + HISTORY_LINES + 1 - back) % HISTORY_LINES];
}
