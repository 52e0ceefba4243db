/* SPDX-License-Identifier: MIT
 * Words of a command line, numbers, and the nearest of some names.
 */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stdint.h>

#define WORDS_MAX 128u /* of a line of 255 bytes */

struct words {
	uint32_t count;
	char *word[WORDS_MAX];
	char *rest[WORDS_MAX]; /* the line from each word on, as it was typed */
	char line[256];        /* cut into words */
	char whole[256];       /* as it was typed */
};

/* Cuts a line at blanks. Words past the last are in the last one's `rest`. */
void words_cut(struct words *words, const char *line);

/* A decimal number from 0 to `most`; `value` is unchanged when it is none. */
bool words_number(const char *word, uint32_t most, uint32_t *value);

/* How many single-character changes make one word of the other; both are looked at up to 31 characters. */
uint32_t words_distance(const char *a, const char *b);

#endif
