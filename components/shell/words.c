/* SPDX-License-Identifier: MIT
 * Words. No state.
 */
#include "words.h"

#include <tenon/string.h>

/*
 * Takes one word off `*from` and writes it to `*to`, which is not ahead of it. False: a quotation mark is not closed.
 */
static bool take_word(const char **from, char **to)
{
	const char *at = *from;
	char *end = *to;
	char mark = 0;

	for (; *at != 0 && (mark != 0 || *at != ' '); at++) {
		if (mark == 0 && (*at == '"' || *at == '\'')) {
			mark = *at;
		} else if (*at == mark) { /* never 0 */
			mark = 0;
		} else if (*at == '\\' && mark != '\'' && at[1] != 0 &&
			   (mark == 0 || at[1] == '"' || at[1] == '\\')) {
			*end++ = *++at;
		} else {
			*end++ = *at;
		}
	}
	*from = at + (*at == ' ');
	*end++ = 0;
	*to = end;
	return mark == 0;
}

bool words_cut(struct words *words, const char *line)
{
	const char *at = words->line;
	char *to = words->line;

	(void)tenon_copy_text(words->line, sizeof words->line, line); /* the console's lines are as long */
	words->count = 0;
	while (words->count < WORDS_MAX) {
		while (*at == ' ') {
			at++;
		}
		if (*at == 0) {
			return true;
		}
		words->word[words->count++] = to;
		if (!take_word(&at, &to)) {
			words->count = 0;
			return false;
		}
	}
	return true;
}

void words_join(const struct words *words, uint32_t from, char text[256])
{
	size_t length = 0;

	for (uint32_t i = from; i < words->count; i++) {
		const size_t more = strlen(words->word[i]);

		if (i > from) {
			text[length++] = ' ';
		}
		memcpy(text + length, words->word[i], more);
		length += more;
	}
	text[length] = 0;
}

bool words_number(const char *word, uint32_t most, uint32_t *value)
{
	uint32_t number = 0;

	if (*word == 0) {
		return false;
	}
	for (; *word != 0; word++) {
		uint32_t digit = (uint32_t)(*word - '0');

		if (*word < '0' || *word > '9' || number > (most - (digit < most ? digit : most)) / 10) {
			return false;
		}
		number = number * 10 + digit;
	}
	if (number > most) {
		return false;
	}
	*value = number;
	return true;
}

#define LONGEST 31u

static uint32_t least(uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t smaller = a < b ? a : b;

	return smaller < c ? smaller : c;
}

/* Levenshtein's distance, one row at a time. */
uint32_t words_distance(const char *a, const char *b)
{
	uint32_t width = (uint32_t)strnlen(b, LONGEST);
	uint32_t row[LONGEST + 1];

	for (uint32_t i = 0; i <= width; i++) {
		row[i] = i;
	}
	for (uint32_t k = 0; k < LONGEST && a[k] != 0; k++) {
		uint32_t diagonal = row[0];

		row[0] = k + 1;
		for (uint32_t i = 1; i <= width; i++) {
			uint32_t above = row[i];

			row[i] = least(above + 1, row[i - 1] + 1, diagonal + (a[k] != b[i - 1]));
			diagonal = above;
		}
	}
	return row[width];
}
