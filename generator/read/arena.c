/* SPDX-License-Identifier: MIT
 * A bump allocator over a list of chunks. The sanitizers see one chunk as one
 * block, so the chunks are small enough for overruns to leave them.
 */
#include "arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)64 * 1024)
#define ALIGNMENT   ((size_t)16)

struct chunk {
	struct chunk *next;
	size_t used, size;
	_Alignas(16) unsigned char byte[];
};

struct arena {
	struct chunk *first;
};

static void *get_or_die(size_t size)
{
	void *memory = calloc(1, size);

	if (memory == NULL) {
		fputs("tenon-gen: out of memory\n", stderr);
		exit(1);
	}
	return memory;
}

struct arena *arena_create(void)
{
	return get_or_die(sizeof(struct arena));
}

void arena_destroy(struct arena *arena)
{
	if (arena == NULL)
		return;
	while (arena->first != NULL) {
		struct chunk *next = arena->first->next;

		free(arena->first);
		arena->first = next;
	}
	free(arena);
}

static struct chunk *grow(struct arena *arena, size_t size)
{
	size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;
	struct chunk *chunk = get_or_die(sizeof(*chunk) + room);

	chunk->size = room;
	chunk->next = arena->first;
	arena->first = chunk;
	return chunk;
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
	struct chunk *chunk = arena->first;
	size_t bytes;
	void *memory;

	if (size != 0 && count > (SIZE_MAX / 2 - ALIGNMENT) / size) {
		fputs("tenon-gen: out of memory\n", stderr);
		exit(1);
	}
	bytes = (count * size + ALIGNMENT) & ~(ALIGNMENT - 1);
	if (chunk == NULL || bytes > chunk->size - chunk->used)
		chunk = grow(arena, bytes);
	memory = chunk->byte + chunk->used;
	chunk->used += bytes;
	return memory;
}

char *arena_text(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_take(arena, length + 1, 1);

	if (length != 0)
		memcpy(copy, text, length);
	return copy;
}

char *arena_formatv(struct arena *arena, const char *format, va_list list)
{
	va_list again;
	char *text;
	int length;

	va_copy(again, list);
	length = vsnprintf(NULL, 0, format, list);
	if (length < 0)
		length = 0;
	text = arena_take(arena, (size_t)length + 1, 1);
	(void)vsnprintf(text, (size_t)length + 1, format, again); /* the length is known */
	va_end(again);
	return text;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = arena_formatv(arena, format, list);
	va_end(list);
	return text;
}
