/* SPDX-License-Identifier: MIT
 * The sum of the Internet protocols (RFC 1071) in words of eight bytes: lwIP's own adds words of four, with a test for a carry
 * after each few. Only what belongs to the data is read, so a sanitizer has nothing to say. No state.
 */
#include <stddef.h>
#include <stdint.h>

#define WORD  8u
#define WORDS 4u
#define BLOCK (WORDS * WORD)

typedef unsigned __int128 wide;
typedef uint64_t __attribute__((may_alias)) word;
typedef uint16_t __attribute__((may_alias)) half;

static uint16_t fold(wide sum)
{
	uint64_t folded = (uint64_t)sum;

	folded += (uint64_t)(sum >> 64);
	folded += folded < (uint64_t)(sum >> 64); /* the carry comes round */
	folded = (folded & UINT32_MAX) + (folded >> 32);
	folded = (folded & UINT32_MAX) + (folded >> 32);
	folded = (folded & UINT16_MAX) + (folded >> 16);
	folded = (folded & UINT16_MAX) + (folded >> 16);
	return (uint16_t)folded;
}

/* As lwip_standard_chksum(): the sum of words as they lie in memory, the lower byte first, a byte at the end filled up; not inverted. */
uint16_t lwip_sum(const void *data, int length)
{
	const uint8_t *at = data;
	const int is_odd = (uintptr_t)at % 2 != 0;
	size_t left = length > 0 ? (size_t)length : 0;
	uint16_t folded;
	wide sum = 0;

	if (is_odd && left > 0) { /* as if a byte of zero stood before it */
		sum = (wide)*at++ << 8;
		left--;
	}
	for (; (uintptr_t)at % WORD != 0 && left >= sizeof(half); at += sizeof(half), left -= sizeof(half)) {
		sum += *(const half *)at;
	}
	for (; left >= BLOCK; at += BLOCK, left -= BLOCK) {
		const word *words = (const word *)at;

		sum += words[0];
		sum += words[1];
		sum += words[2];
		sum += words[3];
	}
	for (; left >= WORD; at += WORD, left -= WORD) {
		sum += *(const word *)at;
	}
	for (; left >= sizeof(half); at += sizeof(half), left -= sizeof(half)) {
		sum += *(const half *)at;
	}
	if (left > 0) {
		sum += *at;
	}
	folded = fold(sum);
	return is_odd ? __builtin_bswap16(folded) : folded;
}
