/* SPDX-License-Identifier: MIT
 * Memory that is copied and filled. Words of eight bytes, aligned: not every machine takes others. Where source and target are not
 * equally aligned, each word that is written is made of two that were read. Built freestanding, which keeps the compiler from
 * turning these loops into calls of themselves. No state.
 */
#include <stdbool.h>
#include <stdint.h>
#include <tenon/string.h>

#ifdef TENON_STRING_BUILTINS /* here they are made */
#undef memcpy
#undef memmove
#undef memset
#endif

#if defined(__x86_64__) && !defined(STRING_BLOCKS) /* a test on such a host tries what the others have */
#define REPEATED                                   /* whole lines in microcode: rep movsq, rep stosq */
#endif

#define WORD        sizeof(word_t)
#define BLOCK_WORDS 8u
#define BLOCK       (BLOCK_WORDS * WORD) /* bytes */
typedef uint64_t word_t __attribute__((may_alias));

static bool aligned(const void *pointer)
{
	return (uintptr_t)pointer % WORD == 0;
}

/* Can both be brought to a word's alignment with the same step? */
static bool aligned_alike(const void *a, const void *b)
{
	return ((uintptr_t)a - (uintptr_t)b) % WORD == 0;
}

static void copy_bytes(uint8_t *to, const uint8_t *from, size_t size)
{
	for (; size > 0; size--) {
		*to++ = *from++;
	}
}

#ifndef REPEATED
/* Eight words, all loads before the stores: in pairs where the machine has them. */
static inline __attribute__((always_inline)) void copy_block(void *target, const void *source)
{
	word_t *to = target;
	const word_t *from = source;
	const word_t a = from[0], b = from[1], c = from[2], d = from[3];
	const word_t e = from[4], f = from[5], g = from[6], h = from[7];

	to[0] = a;
	to[1] = b;
	to[2] = c;
	to[3] = d;
	to[4] = e;
	to[5] = f;
	to[6] = g;
	to[7] = h;
}

/*
 * `to` is aligned, `from` is not: what a word that was read has too much goes into the next one. Only words that lie in the
 * source as a whole are read. The lowest bytes are a word's lowest bits.
 */
static void copy_shifted(uint8_t *to, const uint8_t *from, size_t size)
{
	const unsigned behind = (uintptr_t)from % WORD, ahead = WORD - behind;
	word_t kept = 0;

	for (unsigned i = 0; i < ahead && i < size; i++) {
		kept |= (word_t)from[i] << 8 * i;
	}
#pragma clang loop unroll_count(4)
	for (; size >= WORD + ahead; size -= WORD, from += WORD, to += WORD) {
		const word_t next = *(const word_t *)(const void *)(from + ahead);

		*(word_t *)(void *)to = kept | next << (8 * ahead % 64);
		kept = next >> 8 * behind;
	}
	copy_bytes(to, from, size);
}
#endif

/*
 * Copies from the lowest byte up, which memmove() needs. Part of its two callers: a frame of its own would cost a message
 * more than the loops do.
 */
static inline __attribute__((always_inline)) void copy_forward(uint8_t *to, const uint8_t *from, size_t size)
{
	if (!aligned_alike(to, from)) {
#ifdef REPEATED
		size_t words = size / WORD;

		__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
		copy_bytes(to, from, size % WORD);
#else
		for (; !aligned(to) && size > 0; size--) {
			*to++ = *from++;
		}
		copy_shifted(to, from, size);
#endif
		return;
	}
	for (; !aligned(to) && size > 0; size--) {
		*to++ = *from++;
	}
#ifdef REPEATED
	if (size >= BLOCK) {
		size_t words = size / WORD;

		__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
		size %= WORD;
	}
#else
	/* Four blocks at a time: where words move one by one, a loop over single blocks is an instruction in seven. */
	const uint8_t *end = from + size / (4 * BLOCK) * (4 * BLOCK);
#pragma clang loop unroll(disable)
	for (; from != end; from += 4 * BLOCK, to += 4 * BLOCK) {
		copy_block(to, from);
		copy_block(to + BLOCK, from + BLOCK);
		copy_block(to + 2 * BLOCK, from + 2 * BLOCK);
		copy_block(to + 3 * BLOCK, from + 3 * BLOCK);
	}
	size %= 4 * BLOCK;
	end = from + size / BLOCK * BLOCK;
#pragma clang loop unroll(disable)
	for (; from != end; from += BLOCK, to += BLOCK) {
		copy_block(to, from);
	}
	size %= BLOCK;
#endif
	for (; size >= WORD; size -= WORD, from += WORD, to += WORD) {
		*(word_t *)to = *(const word_t *)from;
	}
	copy_bytes(to, from, size);
}

static void copy_backward(uint8_t *to, const uint8_t *from, size_t size)
{
	if (aligned_alike(to, from)) {
		for (; size > 0 && !aligned(to + size); size--) {
			to[size - 1] = from[size - 1];
		}
		for (; size >= WORD; size -= WORD) {
			*(word_t *)(to + size - WORD) = *(const word_t *)(from + size - WORD);
		}
	}
	for (; size > 0; size--) {
		to[size - 1] = from[size - 1];
	}
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	copy_forward(to, from, size);
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	/* Forward is right whenever `to` does not lie inside [from, from + size). */
	if ((uintptr_t)to - (uintptr_t)from < size) {
		copy_backward(to, from, size);
	} else {
		copy_forward(to, from, size);
	}
	return to;
}

#ifndef REPEATED
static inline __attribute__((always_inline)) void fill_block(void *target, word_t pattern)
{
	word_t *to = target;

#pragma clang loop unroll(full)
	for (unsigned n = 0; n < BLOCK_WORDS; n++) {
		to[n] = pattern;
	}
}
#endif

void *memset(void *to, int value, size_t size)
{
	uint8_t *out = to;
	word_t pattern = (uint8_t)value * UINT64_C(0x0101010101010101);

	for (; size > 0 && !aligned(out); size--) {
		*out++ = (uint8_t)value;
	}
#ifdef REPEATED
	if (size >= 2 * BLOCK) {
		size_t words = size / WORD;

		size %= WORD;
		__asm__ volatile("rep stosq" : "+D"(out), "+c"(words) : "a"(pattern) : "memory");
	}
#else
#pragma clang loop unroll(disable)
	for (; size >= 2 * BLOCK; size -= 2 * BLOCK, out += 2 * BLOCK) {
		fill_block(out, pattern);
		fill_block(out + BLOCK, pattern);
	}
	if (size >= BLOCK) {
		fill_block(out, pattern);
		size -= BLOCK;
		out += BLOCK;
	}
#endif
	for (; size >= WORD; size -= WORD, out += WORD) {
		*(word_t *)out = pattern;
	}
	for (; size > 0; size--) {
		*out++ = (uint8_t)value;
	}
	return to;
}
