/* SPDX-License-Identifier: MIT
 * What lwIP takes of <string.h>; the runtime has it.
 */
#ifndef LWIP_PORT_STRING_H
#define LWIP_PORT_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t size);
char *strchr(const char *text, int value);

#endif
