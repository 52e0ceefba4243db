/* SPDX-License-Identifier: MIT
 * See name.h.
 */
#include "name.h"

#include <tenon/heap.h>
#include <tenon/string.h>

#define LONGEST 255u

static struct entry **table;
static uint32_t mask;

bool names_init(void)
{
	uint32_t size = 64;

	while (size < PARAMETER_NODES) {
		size *= 2;
	}
	mask = size - 1;
	table = heap_allocate_zeroed(size, sizeof(struct entry *));
	return table != NULL;
}

bool name_is_good(const char *name)
{
	const size_t length = strlen(name);

	if (length == 0 || length > LONGEST || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		if (name[i] == '/') {
			return false;
		}
	}
	return true;
}

/* FNV-1a, of the directory's number and the name. */
static uint32_t hash_of(const struct node *directory, const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ directory->number;

	for (; *name != '\0'; name++) {
		hash = (hash ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
	}
	return (uint32_t)(hash ^ hash >> 32);
}

struct entry *name_find(const struct node *directory, const char *name)
{
	const uint32_t hash = hash_of(directory, name);
	struct entry *entry = table[hash & mask];

	while (entry != NULL &&
	       (entry->hash != hash || entry->directory != directory || strcmp(entry->name, name) != 0)) {
		entry = entry->next_hashed;
	}
	return entry;
}

bool name_add(struct node *directory, const char *name, struct node *node)
{
	const uint32_t length = (uint32_t)strlen(name);
	struct entry *entry = heap_allocate(sizeof *entry + length + 1);

	if (entry == NULL) {
		return false;
	}
	*entry = (struct entry){.directory = directory,
				.node = node,
				.before = directory->directory.last,
				.order = ++directory->directory.next_order,
				.hash = hash_of(directory, name),
				.length = length};
	memcpy(entry->name, name, length + 1);
	entry->next_hashed = table[entry->hash & mask];
	table[entry->hash & mask] = entry;
	if (entry->before == NULL) {
		directory->directory.first = entry;
	} else {
		entry->before->after = entry;
	}
	directory->directory.last = entry;
	directory->size++;
	node->links++;
	if (node->kind == FILESYSTEM_KIND_DIRECTORY) {
		node->directory.parent = directory;
		directory->links++;
	}
	return true;
}

void name_remove(struct entry *entry)
{
	struct node *directory = entry->directory;
	struct entry **at = &table[entry->hash & mask];

	while (*at != entry) {
		at = &(*at)->next_hashed;
	}
	*at = entry->next_hashed;
	*(entry->before == NULL ? &directory->directory.first : &entry->before->after) = entry->after;
	*(entry->after == NULL ? &directory->directory.last : &entry->after->before) = entry->before;
	if (directory->directory.hint == entry) {
		directory->directory.hint = entry->after;
	}
	directory->size--;
	entry->node->links--;
	if (entry->node->kind == FILESYSTEM_KIND_DIRECTORY) {
		entry->node->directory.parent = NULL;
		directory->links--;
	}
	heap_free(entry);
}

struct entry *name_from(struct node *directory, uint64_t from)
{
	struct entry *entry = directory->directory.hint;

	/* The entry before the hint tells whether all of `from` and more begin there. */
	if (entry == NULL || entry->order < from || (entry->before != NULL && entry->before->order >= from)) {
		entry = directory->directory.first;
	}
	while (entry != NULL && entry->order < from) {
		entry = entry->after;
	}
	directory->directory.hint = entry;
	return entry;
}
