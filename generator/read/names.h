/* SPDX-License-Identifier: MIT
 * A map from names to what they name, and the rules on names that become C
 * identifiers.
 */
#ifndef TENON_GENERATOR_NAMES_H
#define TENON_GENERATOR_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"

/* Empty where zeroed. Lives in the arena that the first names_put was given. */
struct names {
	struct names_entry *entry;
	uint32_t capacity, used;
};

struct names_entry {
	const char *name; /* NULL: free */
	void *value;
};

/* What the name stands for, or NULL. */
void *names_get(const struct names *names, const char *name);
/* Puts it there; returns what was there before and leaves that, or NULL. The name is not copied. */
void *names_put(struct names *names, struct arena *arena, const char *name, void *value);

/* A compiler need not tell longer names apart (C11, 5.2.4.1). */
#define NAME_MAX_LETTERS 63u
#define NAME_FORM        "a letter, then letters, digits and underscores, at most 63 in all"

/* Letters, digits and underscores, first a letter, at most NAME_MAX_LETTERS. */
bool name_is_identifier(const char *name);
/* Identifiers with dots between them. */
bool name_is_path(const char *name);
bool name_is_keyword(const char *name); /* of C, or a macro of its headers */

uint32_t hash_fnv1a32(const void *bytes, size_t length);
uint64_t hash_fnv1a64(uint64_t hash, const void *bytes, size_t length);
#define HASH_FNV1A64_START UINT64_C(0xcbf29ce484222325)

#endif
