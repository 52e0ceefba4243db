/* SPDX-License-Identifier: MIT
 * See node.h. State: the table, and how much of it was ever used, for it is looked through from its beginning.
 */
#include "node.h"

#define HELD_MOST  1024u /* of a client, as the interface has it */
#define MOVED      512u  /* places for nodes that nobody holds */
#define NODES      (HELD_MOST * (FILES_CLIENTS > 0 ? FILES_CLIENTS : 1) + MOVED)
#define PLACE_BITS 40u /* a place is less: 2^32 sectors of 128 entries */

static struct node nodes[NODES];
static uint32_t used;
static uint32_t next_forgotten;

static struct node *by_number(uint64_t number)
{
	for (uint32_t i = 0; i < used; i++) {
		if (nodes[i].number == number) {
			return &nodes[i];
		}
	}
	return NULL;
}

static struct node *by_place(uint64_t place)
{
	for (uint32_t i = 0; i < used; i++) {
		if (nodes[i].number != 0 && nodes[i].place == place) {
			return &nodes[i];
		}
	}
	return NULL;
}

/* A place in the table; a node that nobody holds goes where there is none. NULL: all are held. */
static struct node *make(uint64_t number, uint64_t place)
{
	struct node *node = by_number(0);

	if (node == NULL && used < NODES) {
		node = &nodes[used++];
	}
	for (uint32_t i = 0; node == NULL && i < NODES; i++) {
		next_forgotten = (next_forgotten + 1) % NODES;
		if (nodes[next_forgotten].holds == 0) {
			node = &nodes[next_forgotten];
		}
	}
	if (node != NULL) {
		*node = (struct node){.number = number, .place = place};
	}
	return node;
}

uint64_t node_number(uint64_t place)
{
	const struct node *node = by_place(place);
	uint64_t number = place;

	if (node != NULL) {
		return node->number;
	}
	while (by_number(number) != NULL) {
		number += UINT64_C(1) << PLACE_BITS; /* one that stood here has that number yet */
	}
	if (number != place) {
		(void)make(number, place); /* without, the number holds until the other one is released */
	}
	return number;
}

enum filesystem_status node_find(uint64_t number, struct node_view *view)
{
	struct node *node = number == 0 ? NULL : by_number(number);

	*view = (struct node_view){.node = node, .number = number, .place = number};
	if (node != NULL) {
		view->place = node->place;
		if (node->place == 0) {
			view->entry = node->nameless;
			return FILESYSTEM_OK;
		}
	} else if (number >> PLACE_BITS != 0 || by_place(number) != NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	return fatfs_load(view->place, &view->entry);
}

enum filesystem_status node_store(const struct node_view *view)
{
	if (view->place != 0) {
		return fatfs_store(view->place, &view->entry);
	}
	view->node->nameless = view->entry;
	return FILESYSTEM_OK;
}

enum filesystem_status node_hold(uint64_t number, uint32_t client)
{
	struct node_view view;
	const enum filesystem_status status = node_find(number, &view);

	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (view.node == NULL) {
		view.node = make(number, view.place);
	}
	if (view.node == NULL) {
		return FILESYSTEM_BAD_NODE; /* not with clients that hold what they may */
	}
	view.node->held[client]++;
	view.node->holds++;
	return FILESYSTEM_OK;
}

uint64_t node_held_by(uint32_t client)
{
	for (uint32_t i = 0; i < used; i++) {
		if (nodes[i].number != 0 && nodes[i].held[client] != 0) {
			return nodes[i].number;
		}
	}
	return 0;
}

enum filesystem_status node_release(uint64_t number, uint32_t client)
{
	struct node *node = number == 0 ? NULL : by_number(number);

	if (node == NULL || node->held[client] == 0) {
		return FILESYSTEM_BAD_NODE;
	}
	node->held[client]--;
	node->holds--;
	if (node->holds == 0 && (node->place == 0 || node->place == node->number)) {
		node->number = 0; /* its number is its place, or it is gone */
	}
	return FILESYSTEM_OK;
}

void node_moved(uint64_t from, uint64_t to)
{
	struct node *node = by_place(from);

	if (node != NULL) {
		node->place = to;
	} else {
		(void)make(node_number(from), to);
	}
}

bool node_lost(uint64_t place, const struct fatfs_entry *entry)
{
	struct node *node = by_place(place);

	if (node == NULL || node->holds == 0) {
		if (node != NULL) {
			node->number = 0;
		}
		return false;
	}
	node->place = 0;
	node->nameless = *entry;
	return true;
}
