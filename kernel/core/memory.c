/* SPDX-License-Identifier: MIT
 * memcpy and its relatives, eight bytes at a time: message buffers and pages are aligned, what is lent need not be.
 */
#include <arch/arch.h>
#include <arch_inline.h>
#include <core/memory.h>

/* Keeps the compiler from turning a loop into a call of the function that it stands in. */
#define NO_IDIOM _Pragma("clang loop vectorize(disable)") _Pragma("clang loop unroll_count(4)")

/* At most seven bytes before whole words, and after them. */
#define FEW_BYTES _Pragma("clang loop vectorize(disable)") _Pragma("clang loop unroll(disable)")

typedef uint64_t __attribute__((may_alias)) word;

/* Whole blocks of 16 words, from the lowest up: eight loads before eight stores, in pairs where the machine has them. */
static size_t copy_blocks(word *out, const word *in, size_t bytes)
{
	size_t blocks = bytes / (16 * sizeof(word));
#pragma clang loop unroll(disable)
	for (const word *end = in + 16 * blocks; in != end; in += 16, out += 16) {
#pragma clang loop unroll(full)
		for (unsigned n = 0; n < 16; n += 8) {
			word a = in[n], b = in[n + 1], c = in[n + 2], d = in[n + 3], e = in[n + 4],
			     f = in[n + 5], g = in[n + 6], h = in[n + 7];
			out[n] = a;
			out[n + 1] = b;
			out[n + 2] = c;
			out[n + 3] = d;
			out[n + 4] = e;
			out[n + 5] = f;
			out[n + 6] = g;
			out[n + 7] = h;
		}
	}
	return blocks * 16 * sizeof(word);
}

/* Whole words to `out` from an address that is not aligned: no word is read of which nothing is wanted. */
static size_t copy_shifted(word *out, const unsigned char *in, size_t bytes)
{
	unsigned shift = ((uintptr_t)in & 7) * 8;
	const word *from = (const word *)(const void *)(in - ((uintptr_t)in & 7));
	word low = *from++;
	size_t words = bytes / sizeof(word);
	NO_IDIOM
	for (size_t n = 0; n < words; n++) {
		word high = from[n];
		out[n] = low >> shift | high << (64 - shift);
		low = high;
	}
	return words * sizeof(word);
}

__attribute__((no_builtin("memcpy"))) void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
	unsigned char *out = to;
	const unsigned char *in = from;
	FEW_BYTES
	for (; bytes > 0 && ((uintptr_t)out & 7) != 0; bytes--)
		*out++ = *in++;
	if (((uintptr_t)in & 7) == 0) {
		size_t copied = arch_copy_blocks(out, in, bytes);
		copied += copy_blocks((word *)(void *)(out + copied),
				      (const word *)(const void *)(in + copied), bytes - copied);
		out += copied;
		in += copied;
		bytes -= copied;
		NO_IDIOM
		for (; bytes >= 8; bytes -= 8, out += 8, in += 8)
			*(word *)(void *)out = *(const word *)(const void *)in;
	} else if (bytes >= 8) {
		size_t copied = copy_shifted((word *)(void *)out, in, bytes);
		out += copied;
		in += copied;
		bytes -= copied;
	}
	FEW_BYTES
	for (; bytes > 0; bytes--)
		*out++ = *in++;
	return to;
}

__attribute__((no_builtin("memmove", "memcpy"))) void *memmove(void *to, const void *from, size_t bytes)
{
	unsigned char *out = to;
	const unsigned char *in = from;
	if ((uintptr_t)out - (uintptr_t)in >= bytes)
		return memcpy(to, from, bytes);
	while (bytes-- > 0)
		out[bytes] = in[bytes];
	return to;
}

__attribute__((no_builtin("memset"))) void *memset(void *to, int value, size_t bytes)
{
	unsigned char *out = to;
	uint64_t pattern = (unsigned char)value * UINT64_C(0x0101010101010101);
	FEW_BYTES
	for (; bytes > 0 && ((uintptr_t)out & 7) != 0; bytes--)
		*out++ = (unsigned char)value;
	NO_IDIOM
	for (; bytes >= 8; bytes -= 8, out += 8)
		*(word *)(void *)out = pattern;
	FEW_BYTES
	for (; bytes > 0; bytes--)
		*out++ = (unsigned char)value;
	return to;
}

int memcmp(const void *a, const void *b, size_t bytes)
{
	const unsigned char *left = a, *right = b;
	for (size_t i = 0; i < bytes; i++) {
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	}
	return 0;
}
