/* SPDX-License-Identifier: MIT
 * The few functions of <string.h> that a small component needs, with their
 * meanings of C11 7.24. A component with `libc: musl` takes musl's instead.
 */
#ifndef TENON_STRING_H
#define TENON_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
void *memchr(const void *from, int value, size_t size);
size_t strlen(const char *text);
size_t strnlen(const char *text, size_t size);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t size);
char *strchr(const char *text, int value);

/* A small constant size becomes loads and stores; a freestanding compiler would call otherwise. Host tests have names of
 * their own for these. */
#ifndef memcpy
#define TENON_STRING_BUILTINS
#define memcpy(to, from, size)  __builtin_memcpy(to, from, size)
#define memmove(to, from, size) __builtin_memmove(to, from, size)
#define memset(to, value, size) __builtin_memset(to, value, size)
#endif

/* Copies at most size - 1 bytes of `from` and always ends with a zero (size > 0). Returns the bytes copied. */
size_t tenon_copy_text(char *to, size_t size, const char *from);

#endif
