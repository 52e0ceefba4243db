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
	char line[256]; /* cut into words */
};

/*
 * Cuts a line at blanks. As in POSIX.1-2017, Shell Command Language, 2.2: between quotation marks, ' or ", blanks are part of a word,
 * a backslash makes the next character an ordinary one, between "" only before " and \. False: a quotation mark is not closed; then there
 * are no words.
 */
bool words_cut(struct words *words, const char *line);

/* The words from one on, with a blank between two; the text has room for a line. */
void words_join(const struct words *words, uint32_t from, char text[256]);

/* A decimal number from 0 to `most`; `value` is unchanged when it is none. */
bool words_number(const char *word, uint32_t most, uint32_t *value);

/* How many single-character changes make one word of the other; both are looked at up to 31 characters. */
uint32_t words_distance(const char *a, const char *b);

#endif
