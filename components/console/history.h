/* SPDX-License-Identifier: MIT
 * The last lines that were entered.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdint.h>

#define LINE_BYTES_MAX 255u /* bytes of a line, as interfaces/console.yaml says */
#define HISTORY_LINES  8u

struct history {
	char line[HISTORY_LINES][LINE_BYTES_MAX + 1];
	uint32_t count; /* lines in it */
	uint32_t last;  /* where the newest stands */
};

/* Keeps a line, unless it is empty or the same as the newest; drops the oldest when full. */
void history_add(struct history *history, const char *line);
/* The line entered `back` lines ago, 1 the newest; NULL when there is none. */
const char *history_line(const struct history *history, uint32_t back);

#endif
