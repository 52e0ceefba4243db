/* SPDX-License-Identifier: MIT
 * "did you mean": edit distance with swapped neighbours counted as one, in
 * small letters, for a name in capitals is the same name to a person.
 */
#include "report.h"

#include <ctype.h>
#include <string.h>

#define LETTERS_MAX 64u

static uint32_t least(uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

static int small(char letter)
{
	return tolower((unsigned char)letter);
}

/* Three rows are enough: the one being filled, the one above, and the one above that. */
static uint32_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	uint32_t row[3][LETTERS_MAX + 1];

	for (uint32_t j = 0; j <= b_length; j++)
		row[0][j] = j;
	for (uint32_t i = 1; i <= a_length; i++) {
		uint32_t *now = row[i % 3], *above = row[(i + 2) % 3];
		const uint32_t *before = row[(i + 1) % 3];

		now[0] = i;
		for (uint32_t j = 1; j <= b_length; j++) {
			uint32_t other = small(a[i - 1]) != small(b[j - 1]);

			now[j] = least(above[j] + 1, now[j - 1] + 1, above[j - 1] + other);
			if (i > 1 && j > 1 && small(a[i - 1]) == small(b[j - 2]) &&
			    small(a[i - 2]) == small(b[j - 1]) && before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
	}
	return row[a_length % 3][b_length];
}

struct nearest nearest_start(const char *wanted)
{
	return (struct nearest){.wanted = wanted, .best = NULL, .distance = UINT32_MAX};
}

void nearest_try(struct nearest *nearest, const char *candidate)
{
	size_t a = strlen(nearest->wanted), b = strlen(candidate), longer = a > b ? a : b;
	uint32_t distance;

	if (a > LETTERS_MAX || b > LETTERS_MAX)
		return;
	distance = edit_distance(nearest->wanted, a, candidate, b);
	if (distance > (longer + 2) / 3 || distance >= longer || distance >= nearest->distance)
		return;
	nearest->distance = distance;
	nearest->best = candidate;
}
