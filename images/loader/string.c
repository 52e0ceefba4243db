/* SPDX-License-Identifier: MIT
 * Plain memory and string functions: the loader is linked against no library, and runs before speed matters.
 */
#include <stdint.h>
#include <string.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	char *t = to;
	const char *f = from;

	if ((((uintptr_t)t | (uintptr_t)f) & 7) == 0)
		for (; size >= 8; size -= 8, t += 8, f += 8)
			*(uint64_t *)(void *)t = *(const uint64_t *)(const void *)f;
	for (; size > 0; size--)
		*t++ = *f++;
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	char *t = to;
	const char *f = from;

	if ((uintptr_t)t - (uintptr_t)f >= size)
		return memcpy(to, from, size);
	while (size > 0) {
		size--;
		t[size] = f[size];
	}
	return to;
}

void *memset(void *to, int value, size_t size)
{
	char *t = to;
	uint64_t word = (uint8_t)value * UINT64_C(0x0101010101010101);

	if (((uintptr_t)t & 7) == 0)
		for (; size >= 8; size -= 8, t += 8)
			*(uint64_t *)(void *)t = word;
	for (; size > 0; size--)
		*t++ = (char)value;
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const uint8_t *x = a, *y = b;

	for (; size > 0; size--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

void *memchr(const void *in, int value, size_t size)
{
	const uint8_t *p = in;

	for (; size > 0; size--, p++)
		if (*p == (uint8_t)value)
			return (void *)(uintptr_t)p;
	return NULL;
}

size_t strlen(const char *string)
{
	size_t length = 0;

	while (string[length] != 0)
		length++;
	return length;
}

size_t strnlen(const char *string, size_t limit)
{
	size_t length = 0;

	while (length < limit && string[length] != 0)
		length++;
	return length;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t limit)
{
	for (; limit > 0; limit--, a++, b++)
		if (*a != *b || *a == 0)
			return (uint8_t)*a - (uint8_t)*b;
	return 0;
}

char *strchr(const char *string, int value)
{
	return memchr(string, value, strlen(string) + 1);
}

char *strrchr(const char *string, int value)
{
	char *last = NULL;

	for (char *p = strchr(string, value); p != NULL; p = *p == 0 ? NULL : strchr(p + 1, value))
		last = p;
	return last;
}

char *strstr(const char *string, const char *part)
{
	size_t length = strlen(part);

	for (; strncmp(string, part, length) != 0; string++)
		if (*string == 0)
			return NULL;
	return (char *)(uintptr_t)string;
}
