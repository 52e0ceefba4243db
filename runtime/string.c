/* SPDX-License-Identifier: MIT
 * Memory and text. Words of eight bytes where both sides can be aligned to
 * them, bytes otherwise: not every machine takes unaligned words. Built
 * freestanding, which keeps the compiler from turning these loops into calls
 * of themselves. No state.
 */
#include <stdbool.h>
#include <stdint.h>
#include <tenon/string.h>

#ifdef TENON_STRING_BUILTINS /* here they are made */
#undef memcpy
#undef memmove
#undef memset
#endif

#define WORD sizeof(word_t)
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

/* Whole blocks of 16 words, from the lowest up, which memmove() needs: eight loads before eight stores, in pairs where the
 * machine has them. Returns the bytes copied. */
static size_t copy_blocks(word_t *to, const word_t *from, size_t size)
{
	const size_t blocks = size / (16 * WORD);

#ifdef __x86_64__
	/* These machines have it in microcode, by whole lines. */
	size_t words = blocks * 16;

	if (words != 0) {
		__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
	}
#else
#pragma clang loop unroll(disable)
	for (const word_t *end = from + 16 * blocks; from != end; from += 16, to += 16) {
#pragma clang loop unroll(full)
		for (unsigned n = 0; n < 16; n += 8) {
			word_t a = from[n], b = from[n + 1], c = from[n + 2], d = from[n + 3];
			word_t e = from[n + 4], f = from[n + 5], g = from[n + 6], h = from[n + 7];

			to[n] = a;
			to[n + 1] = b;
			to[n + 2] = c;
			to[n + 3] = d;
			to[n + 4] = e;
			to[n + 5] = f;
			to[n + 6] = g;
			to[n + 7] = h;
		}
	}
#endif
	return blocks * 16 * WORD;
}

static void copy_forward(uint8_t *to, const uint8_t *from, size_t size)
{
	size_t copied;

	if (aligned_alike(to, from)) {
		for (; size > 0 && !aligned(to); size--) {
			*to++ = *from++;
		}
		copied = copy_blocks((word_t *)to, (const word_t *)from, size);
		to += copied;
		from += copied;
		size -= copied;
		for (; size >= WORD; size -= WORD, from += WORD, to += WORD) {
			*(word_t *)to = *(const word_t *)from;
		}
	}
	for (; size > 0; size--) {
		*to++ = *from++;
	}
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

void *memset(void *to, int value, size_t size)
{
	uint8_t *out = to;
	word_t pattern = (uint8_t)value * UINT64_C(0x0101010101010101);

	for (; size > 0 && !aligned(out); size--) {
		*out++ = (uint8_t)value;
	}
#ifdef __x86_64__
	if (size >= 16 * WORD) {
		size_t words = size / WORD;

		size %= WORD;
		__asm__ volatile("rep stosq" : "+D"(out), "+c"(words) : "a"(pattern) : "memory");
	}
#else
#pragma clang loop unroll(disable)
	for (; size >= 16 * WORD; size -= 16 * WORD, out += 16 * WORD) {
#pragma clang loop unroll(full)
		for (unsigned n = 0; n < 16; n++) {
			((word_t *)out)[n] = pattern;
		}
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

int memcmp(const void *a, const void *b, size_t size)
{
	const uint8_t *left = a, *right = b;

	if (aligned(left) && aligned(right)) {
		for (; size >= WORD && *(const word_t *)left == *(const word_t *)right; size -= WORD) {
			left += WORD;
			right += WORD;
		}
	}
	for (; size > 0; size--, left++, right++) {
		if (*left != *right) {
			return *left < *right ? -1 : 1;
		}
	}
	return 0;
}

void *memchr(const void *from, int value, size_t size)
{
	const uint8_t *in = from;

	for (; size > 0; size--, in++) {
		if (*in == (uint8_t)value) {
			return (void *)(uintptr_t)in;
		}
	}
	return NULL;
}

size_t strnlen(const char *text, size_t size)
{
	size_t length = 0;

	while (length < size && text[length] != 0) {
		length++;
	}
	return length;
}

size_t strlen(const char *text)
{
	return strnlen(text, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t size)
{
	for (; size > 0; size--, a++, b++) {
		uint8_t left = (uint8_t)*a, right = (uint8_t)*b;

		if (left != right) {
			return left < right ? -1 : 1;
		}
		if (left == 0) {
			break;
		}
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

char *strchr(const char *text, int value)
{
	for (;; text++) {
		if (*text == (char)value) {
			return (char *)(uintptr_t)text;
		}
		if (*text == 0) {
			return NULL;
		}
	}
}

size_t tenon_copy_text(char *to, size_t size, const char *from)
{
	size_t length = strnlen(from, size - 1);

	memcpy(to, from, length);
	to[length] = 0;
	return length;
}
