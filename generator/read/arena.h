/* SPDX-License-Identifier: MIT
 * Memory that is all given back at once. Everything that the generator reads
 * and resolves hangs in one arena; nothing is freed before the end. Running
 * out of host memory ends the program.
 */
#ifndef TENON_GENERATOR_ARENA_H
#define TENON_GENERATOR_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_create(void);
void arena_destroy(struct arena *arena);

/* Zeroed, aligned for any type. Never NULL; size 0 gives a valid pointer too. */
void *arena_take(struct arena *arena, size_t count, size_t size);
char *arena_text(struct arena *arena, const char *text, size_t length);
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_formatv(struct arena *arena, const char *format, va_list list)
    __attribute__((format(printf, 2, 0)));

#define ARENA_NEW(arena, type)          ((type *)arena_take((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_take((arena), (count), sizeof(type)))

#endif
