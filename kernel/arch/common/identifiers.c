/* SPDX-License-Identifier: MIT
 * A bit for each identifier that was given back, and a bit for each word of those that is not zero. The lock is held for
 * some twenty instructions, and no other lock is taken under it.
 */
#include <core/spinlock.h>
#include "identifiers.h"

#define WORDS (65536 / 64)

static struct {
	struct spinlock lock;
	unsigned unused, last; /* from `unused` to `last`: never taken so far */
	uint64_t word[WORDS];
	uint64_t summary[WORDS / 64];
} free_ones;

void identifiers_init(unsigned last)
{
	free_ones.unused = 1;
	free_ones.last = last;
}

static unsigned take_again(void)
{
	for (unsigned group = 0; group < WORDS / 64; group++) {
		if (free_ones.summary[group] != 0) {
			unsigned word = group * 64 + (unsigned)__builtin_ctzll(free_ones.summary[group]);
			unsigned bit = (unsigned)__builtin_ctzll(free_ones.word[word]);

			free_ones.word[word] &= free_ones.word[word] - 1;
			if (free_ones.word[word] == 0)
				free_ones.summary[group] &= free_ones.summary[group] - 1;
			return word * 64 + bit;
		}
	}
	return 0;
}

unsigned identifier_take(void)
{
	unsigned identifier;

	spin_lock(&free_ones.lock);
	identifier = free_ones.unused - 1 < free_ones.last ? free_ones.unused++ : take_again();
	spin_unlock(&free_ones.lock);
	return identifier;
}

void identifier_give(unsigned identifier)
{
	unsigned word = identifier / 64;

	if (identifier == 0)
		return;
	spin_lock(&free_ones.lock);
	free_ones.word[word] |= UINT64_C(1) << identifier % 64;
	free_ones.summary[word / 64] |= UINT64_C(1) << word % 64;
	spin_unlock(&free_ones.lock);
}
