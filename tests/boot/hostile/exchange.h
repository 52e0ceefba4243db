/* SPDX-License-Identifier: MIT
 * What server and witness agree on.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdint.h>

/* The word that follows, of a generator by Knuth (MMIX). */
static inline uint64_t word_after(uint64_t word)
{
	return word * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
}

#endif
