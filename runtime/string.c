/* SPDX-License-Identifier: MIT
 * Memory that is compared, and text. Built freestanding, as memory.c. No state.
 */
#include <stdbool.h>
#include <stdint.h>
#include <tenon/string.h>

#define WORD sizeof(word_t)
typedef uint64_t word_t __attribute__((may_alias));

static bool aligned(const void *pointer)
{
	return (uintptr_t)pointer % WORD == 0;
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
