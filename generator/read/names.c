/* SPDX-License-Identifier: MIT
 * Open addressing with linear probing, at most half full; see names.h.
 */
#include "names.h"

#include <ctype.h>
#include <string.h>

uint32_t hash_fnv1a32(const void *bytes, size_t length)
{
	const unsigned char *byte = bytes;
	uint32_t hash = UINT32_C(0x811c9dc5);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ byte[i]) * UINT32_C(0x01000193);
	return hash;
}

uint64_t hash_fnv1a64(uint64_t hash, const void *bytes, size_t length)
{
	const unsigned char *byte = bytes;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ byte[i]) * UINT64_C(0x00000100000001b3);
	return hash;
}

/* The entry that holds the name, or the free one where it belongs. The table has free ones. */
static struct names_entry *find(const struct names *names, const char *name)
{
	uint32_t i = hash_fnv1a32(name, strlen(name)) & (names->capacity - 1);

	while (names->entry[i].name != NULL && strcmp(names->entry[i].name, name) != 0)
		i = (i + 1) & (names->capacity - 1);
	return &names->entry[i];
}

void *names_get(const struct names *names, const char *name)
{
	return names->capacity == 0 ? NULL : find(names, name)->value;
}

static void grow(struct names *names, struct arena *arena)
{
	struct names bigger = {.capacity = names->capacity == 0 ? 16 : names->capacity * 2,
			       .used = names->used};

	bigger.entry = ARENA_ARRAY(arena, struct names_entry, bigger.capacity);
	for (uint32_t i = 0; i < names->capacity; i++)
		if (names->entry[i].name != NULL)
			*find(&bigger, names->entry[i].name) = names->entry[i];
	*names = bigger;
}

void *names_put(struct names *names, struct arena *arena, const char *name, void *value)
{
	struct names_entry *entry;

	if (names->used >= names->capacity / 2)
		grow(names, arena);
	entry = find(names, name);
	if (entry->name != NULL)
		return entry->value;
	entry->name = name;
	entry->value = value;
	names->used++;
	return NULL;
}

bool name_is_identifier(const char *name)
{
	if (!isalpha((unsigned char)name[0]) || strlen(name) > NAME_MAX_LETTERS)
		return false;
	for (; *name != '\0'; name++)
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
	return true;
}

bool name_is_path(const char *name)
{
	bool first = true;

	for (; *name != '\0'; name++) {
		if (first ? !isalpha((unsigned char)*name)
			  : !isalnum((unsigned char)*name) && *name != '_' && *name != '.')
			return false;
		first = *name == '.';
	}
	return !first;
}

bool name_is_keyword(const char *name)
{
	static const char *const keyword[] = {
	    "asm",    "auto",   "bool",   "break",    "case",   "char",     "const",  "continue", "default",
	    "do",     "double", "else",   "enum",     "errno",  "extern",   "false",  "float",    "for",
	    "goto",   "if",     "inline", "int",      "linux",  "long",     "main",   "register", "restrict",
	    "return", "short",  "signed", "sizeof",   "static", "struct",   "switch", "true",     "typedef",
	    "typeof", "union",  "unix",   "unsigned", "void",   "volatile", "while",
	};

	for (size_t i = 0; i < sizeof(keyword) / sizeof(keyword[0]); i++)
		if (strcmp(keyword[i], name) == 0)
			return true;
	return false;
}
