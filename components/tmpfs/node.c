/* SPDX-License-Identifier: MIT
 * See node.h.
 */
#include "node.h"

#include <tenon/heap.h>
#include <tenon/string.h>

static struct node *table;
static struct node *first_free;
static uint32_t free_count;

bool nodes_init(void)
{
	table = heap_allocate_zeroed(PARAMETER_NODES, sizeof *table);
	if (table == NULL) {
		return false;
	}
	for (uint32_t i = PARAMETER_NODES; i-- > 0;) {
		table[i].next_free = first_free;
		first_free = &table[i];
	}
	free_count = PARAMETER_NODES;
	node_make(FILESYSTEM_KIND_DIRECTORY, 0755, (struct filesystem_time){0});
	table[0].directory.parent = &table[0];
	table[0].links = 2;
	return true;
}

struct node *node_root(void)
{
	return &table[0];
}

struct node *node_find(uint64_t number)
{
	const uint32_t place = (uint32_t)number - 1;

	return number != 0 && place < PARAMETER_NODES && table[place].number == number ? &table[place] : NULL;
}

struct node *node_make(enum filesystem_kind kind, uint32_t mode, struct filesystem_time now)
{
	struct node *node = first_free;
	uint32_t generation;

	if (node == NULL) {
		return NULL;
	}
	first_free = node->next_free;
	free_count--;
	generation = node->generation + 1;
	*node = (struct node){.number = (uint64_t)(generation - 1) << 32 | (uint64_t)(node - table + 1),
			      .generation = generation,
			      .kind = kind,
			      .mode = mode,
			      .links = kind == FILESYSTEM_KIND_DIRECTORY ? 1 : 0,
			      .accessed = now,
			      .modified = now,
			      .changed = now};
	return node;
}

void node_settle(struct node *node)
{
	const uint32_t own = node->kind == FILESYSTEM_KIND_DIRECTORY ? 1 : 0;

	if (node->links > own || node->holds != 0 || node == node_root()) {
		return;
	}
	if (node->kind == FILESYSTEM_KIND_FILE) {
		data_cut(&node->data, 0);
	} else if (node->kind == FILESYSTEM_KIND_SYMBOLIC_LINK) {
		heap_free(node->target);
	}
	node->number = 0;
	node->next_free = first_free;
	first_free = node;
	free_count++;
}

void nodes_let_go(uint32_t client)
{
	for (uint32_t i = 0; i < PARAMETER_NODES; i++) {
		struct node *node = &table[i];

		if (node->number != 0 && node->held[client] != 0) {
			node->holds -= node->held[client];
			node->held[client] = 0;
			node_settle(node);
		}
	}
}

struct filesystem_attributes node_attributes(const struct node *node)
{
	return (struct filesystem_attributes){
	    .node = node->number,
	    .kind = node->kind,
	    .mode = node->mode,
	    .links = node->links,
	    .size = node->size,
	    .allocated = node->kind == FILESYSTEM_KIND_FILE ? node->data.pages * DATA_PAGE : 0,
	    .accessed = node->accessed,
	    .modified = node->modified,
	    .changed = node->changed};
}

uint32_t nodes_free(void)
{
	return free_count;
}
