/* SPDX-License-Identifier: MIT
 * See data.h.
 */
#include "data.h"

#include "component.h"

#include <tenon/heap.h>
#include <tenon/stack.h>
#include <tenon/string.h>

#define LEVELS  3u
#define BITS    9u
#define ENTRIES (1u << BITS)

static uint64_t all_pages;

static uint32_t index_at(uint64_t offset, uint32_t level)
{
	return (uint32_t)(offset / DATA_PAGE >> (BITS * level)) & (ENTRIES - 1);
}

/* Bytes below one entry of a table of that level. */
static uint64_t span(uint32_t level)
{
	return (uint64_t)DATA_PAGE << (BITS * level);
}

uint8_t *data_page(const struct data *data, uint64_t offset)
{
	void **table = data->root;

	for (uint32_t level = LEVELS - 1; table != NULL && level > 0; level--) {
		table = table[index_at(offset, level)];
	}
	return table == NULL ? NULL : table[index_at(offset, 0)];
}

/* Takes away what is empty below `table` on the way to `offset`. True: the table itself is empty. */
static bool prune(void **table, uint32_t level, uint64_t offset)
{
	const uint32_t index = index_at(offset, level);

	TENON_STACK_RECURSION(3); /* LEVELS */
	if (level > 0 && table[index] != NULL && prune(table[index], level - 1, offset)) {
		heap_free(table[index]);
		table[index] = NULL;
	}
	for (uint32_t i = 0; i < ENTRIES; i++) {
		if (table[i] != NULL) {
			return false;
		}
	}
	return true;
}

static void prune_root(struct data *data, uint64_t offset)
{
	if (data->root != NULL && prune(data->root, LEVELS - 1, offset)) {
		heap_free(data->root);
		data->root = NULL;
	}
}

uint8_t *data_make_page(struct data *data, uint64_t offset)
{
	void **at = (void **)&data->root;

	for (uint32_t level = LEVELS; level-- > 0;) {
		if (*at == NULL && (*at = heap_allocate_zeroed(ENTRIES, sizeof(void *))) == NULL) {
			prune_root(data, offset);
			return NULL;
		}
		at = &((void **)*at)[index_at(offset, level)];
	}
	if (*at == NULL) {
		*at = all_pages < PARAMETER_SIZE / DATA_PAGE ? heap_allocate_zeroed(1, DATA_PAGE) : NULL;
		if (*at == NULL) {
			prune_root(data, offset);
			return NULL;
		}
		data->pages++;
		all_pages++;
	}
	return *at;
}

/* Frees what lies from `size` on; `from` is the offset of the table's first byte. True: nothing is left of it. */
static bool cut(struct data *data, void **table, uint32_t level, uint64_t from, uint64_t size)
{
	bool is_empty = true;

	TENON_STACK_RECURSION(3); /* LEVELS */
	for (uint32_t i = 0; i < ENTRIES; i++) {
		const uint64_t first = from + i * span(level);

		if (table[i] == NULL) {
			continue;
		}
		if (level > 0) {
			if (size < first + span(level) && cut(data, table[i], level - 1, first, size)) {
				heap_free(table[i]);
				table[i] = NULL;
			}
		} else if (first >= size) {
			heap_free(table[i]);
			table[i] = NULL;
			data->pages--;
			all_pages--;
		}
		is_empty = is_empty && table[i] == NULL;
	}
	return is_empty;
}

void data_cut(struct data *data, uint64_t size)
{
	uint8_t *last;

	if (data->root != NULL && cut(data, data->root, LEVELS - 1, 0, size)) {
		heap_free(data->root);
		data->root = NULL;
	}
	last = size % DATA_PAGE == 0 || size >= DATA_LIMIT ? NULL : data_page(data, size);
	if (last != NULL) {
		memset(last + size % DATA_PAGE, 0, DATA_PAGE - size % DATA_PAGE);
	}
}

uint64_t data_pages(void)
{
	return all_pages;
}
