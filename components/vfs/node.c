/* SPDX-License-Identifier: MIT
 * See node.h.
 */
#include "node.h"
#include "ask.h"
#include "cache.h"
#include "call.h"
#include "quota.h"
#include "reopen.h"

#define BUCKETS 256u

static struct node nodes[NODES];
static struct node *buckets[BUCKETS];
static struct node *oldest, *newest; /* all that stand here */
static struct node *unused;          /* the others */
static uint32_t wanted;              /* so many are to become clean */

static struct node **bucket_of(struct place place)
{
	return &buckets[(place.node * UINT64_C(0x9e3779b97f4a7c15) >> 40 ^ place.file_system) % BUCKETS];
}

void nodes_start(void)
{
	for (uint32_t i = 0; i < NODES; i++) {
		nodes[i].place.file_system = NOWHERE;
		nodes[i].next = unused;
		unused = &nodes[i];
	}
}

static void want_clean(struct node *node, bool is_wanted)
{
	wanted += (uint32_t)is_wanted - node->is_wanted_clean;
	node->is_wanted_clean = is_wanted;
}

struct node *node_find(struct place place)
{
	struct node *node = *bucket_of(place);

	while (node != NULL && !place_is(node->place, place)) {
		node = node->next;
	}
	return node;
}

static void take_from_order(struct node *node)
{
	*(node->older != NULL ? &node->older->newer : &oldest) = node->newer;
	*(node->newer != NULL ? &node->newer->older : &newest) = node->older;
}

static void put_newest(struct node *node)
{
	node->older = newest;
	node->newer = NULL;
	*(newest != NULL ? &newest->newer : &oldest) = node;
	newest = node;
}

static void end(struct node *node)
{
	struct node **at = bucket_of(node->place);

	if (node->is_gone) {
		quota_end(node);
	}
	pages_detach(node);
	take_from_order(node);
	want_clean(node, false);
	while (!node->is_lost && *at != node) {
		at = &(*at)->next;
	}
	if (!node->is_lost) {
		*at = node->next;
	}
	node->next = unused;
	unused = node;
	if (!node->is_lost && node->is_held) {
		desk_release(node->place);
	}
	node->place.file_system = NOWHERE;
}

static bool may_end(const struct node *node)
{
	return node->users == 0 && node->reading == 0 && node->writing == 0 && !node->is_committing &&
	       (node->is_gone || node_is_clean(node));
}

/* It stays among the unused ones. */
static struct node *free_node(void)
{
	for (struct node *node = oldest; unused == NULL && node != NULL; node = node->newer) {
		if (may_end(node)) {
			end(node);
		}
	}
	return unused;
}

enum files_status node_use(struct place place, uint64_t size, struct node **found)
{
	struct node *node = node_find(place);
	enum filesystem_status status;

	if (size > system_at(place.file_system)->largest) {
		return FILES_DAMAGED;
	}
	if (node == NULL) {
		node = free_node();
		if (node == NULL) {
			return FILES_QUOTA;
		}
		status = ask_hold(place);
		if (status != FILESYSTEM_OK) {
			return status_of(status);
		}
		unused = node->next;
		*node = (struct node){.place = place,
				      .size = size,
				      .stored_size = size,
				      .is_held = true,
				      .account = NO_ACCOUNT,
				      .first_page = NO_PAGE,
				      .first_dirty = NO_PAGE,
				      .waiting = NO_CALL,
				      .next = *bucket_of(place)};
		*bucket_of(place) = node;
	} else {
		take_from_order(node);
	}
	put_newest(node);
	node->users++;
	*found = node;
	return FILES_OK;
}

void node_gives_room(const struct node *node)
{
	if (node_system(node)->volume != NOWHERE) {
		calls_go_on(cache_waiting(node_system(node)->volume));
	}
}

/* Asks in its own name: who needs it clean may give up. */
static void bring(struct node *node)
{
	const struct asker before = desk_set_asker((struct asker){.node = node});

	node->is_blocked = false;
	if (node->is_committing || node->ranges_count > 0 || (node->dirty == 0 && !node_is_clean(node))) {
		if (node_commit(node) != FILES_WOULD_WAIT) {
			node_gives_room(node);
		}
	}
	cache_write_back(node);
	(void)desk_set_asker(before);
	want_clean(node, node->dirty > 0 || node->writing > 0 || node->is_blocked);
	node->is_anew = node->is_anew && node->is_wanted_clean;
}

void node_settle(struct node *node)
{
	if (node->is_wanted_clean && (!node->is_gone || node->users > 0) && node->writing == 0) {
		bring(node);
	}
	if (node->reading == 0 && node->writing == 0 && !(node->is_wanted_clean && node->is_blocked)) {
		calls_go_on(&node->waiting);
	}
	if (may_end(node)) {
		calls_go_on(calls_for_nodes());
		if (node->is_gone) {
			end(node);
		}
	}
}

void node_leave(struct node *node)
{
	CHECK(node->users > 0);
	node->users--;
	node_settle(node);
}

void node_gone(struct node *node)
{
	node->is_gone = true;
	node_settle(node);
}

void node_make_clean(struct node *node)
{
	const struct asker before = desk_set_asker((struct asker){.node = node});

	want_clean(node, true);
	cache_write_back(node);
	(void)desk_set_asker(before);
	node_settle(node);
}

void nodes_go_on(void)
{
	for (struct node *node = oldest, *next; node != NULL && wanted > 0; node = next) {
		next = node->newer;
		if (node->is_wanted_clean) {
			node_make_clean(node);
		}
	}
}

void nodes_make_clean(void)
{
	for (struct node *node = nodes_dirty(NULL), *next; node != NULL; node = next) {
		next = nodes_dirty(node);
		node_make_clean(node);
	}
}

struct node *nodes_dirty(struct node *node)
{
	node = node == NULL ? oldest : node->newer;
	while (node != NULL && node_is_clean(node)) {
		node = node->newer;
	}
	return node;
}

bool nodes_have_room(void)
{
	return free_node() != NULL;
}

bool nodes_are_used(uint32_t file_system)
{
	for (const struct node *node = oldest; node != NULL; node = node->newer) {
		if (node->place.file_system == file_system && !may_end(node)) {
			return true;
		}
	}
	return false;
}

void nodes_forget(uint32_t file_system)
{
	for (struct node *node = oldest, *newer; node != NULL; node = newer) {
		newer = node->newer;
		if (node->place.file_system == file_system && may_end(node)) {
			end(node);
		}
	}
}

/* ---- a file system that starts anew ------------------------------------------------------------ */

void node_cut(struct node *node, uint64_t size)
{
	const uint32_t epoch = node_system(node)->epoch;

	node->least = node->least_epoch == epoch ? least(node->least, size) : size;
	node->least_epoch = epoch;
}

/* None of a lost node comes to the medium. */
static void forget_changes(struct node *node)
{
	node->error = FILES_IO;
	pages_give_up(node);
	node->ranges_count = 0;
	node->has_new_times = false;
	node->stored_size = node->size;
	extents_forget(node);
}

static void lose(struct node *node)
{
	struct node **at = bucket_of(node->place);

	while (*at != node) {
		at = &(*at)->next;
	}
	*at = node->next;
	node->is_lost = true;
	node->is_anew = false;
	forget_changes(node);
	calls_go_on(&node->waiting);
}

/* The node is there. Its size is what it was, and no byte behind where it once ended may come back. */
static enum filesystem_status restore(struct node *node)
{
	const struct file_system *system = node_system(node);
	const uint64_t size =
	    node->least_epoch == system->epoch ? least(node->least, node->size) : node->size;
	struct filesystem_attributes attributes;
	enum filesystem_status status = FILESYSTEM_OK;

	if (node->restored == ATTRIBUTES_WANTED) {
		status = ask_read_attributes(node->place, &attributes);
		if (status != FILESYSTEM_OK) {
			return status;
		}
		node->restored = WHOLE;
		if (attributes.kind != FILESYSTEM_KIND_FILE) {
			return status;
		}
		node->stored_size = least(attributes.size, node->size);
		if (attributes.size > size && !system_is_read_only(node->place.file_system)) {
			node->restored = SIZE_WANTED;
		}
	}
	if (node->restored == SIZE_WANTED) {
		status = ask_write_attributes(node->place, FILESYSTEM_WANTED_SIZE, 0, size, &node->modified,
					      &node->modified);
		if (status != FILESYSTEM_OK) {
			return status;
		}
		node->restored = WHOLE;
		node->stored_size = size;
	}
	pages_write_again(node);
	node->is_anew = node->dirty > 0;
	return status;
}

void nodes_died(uint32_t file_system)
{
	for (struct node *node = oldest; node != NULL; node = node->newer) {
		if (node->place.file_system == file_system) {
			extents_forget(node);
			node->is_held = false;
			node->is_committing = false;
		}
	}
}

/* It waits for the file system no more, whatever comes. */
static enum filesystem_status open_again(struct node *node)
{
	/* Without hard links a node's number is its name's place. */
	const bool can_move = (node_system(node)->features & FILESYSTEM_FEATURES_LINKS) != 0;
	enum filesystem_status status = FILESYSTEM_OK;

	if (!node->is_held) {
		status = can_move || !node->has_moved ? ask_hold(node->place) : FILESYSTEM_BAD_NODE;
		node->is_held = status == FILESYSTEM_OK;
		node->restored =
		    node->is_held && node_system(node)->volume != NOWHERE ? ATTRIBUTES_WANTED : WHOLE;
	}
	return status == FILESYSTEM_OK && node->restored != WHOLE ? restore(node) : status;
}

enum filesystem_status nodes_open_again(uint32_t file_system)
{
	for (uint32_t i = 0; i < NODES; i++) {
		struct node *node = &nodes[i];
		enum filesystem_status status;

		if (node->place.file_system != file_system || node->is_lost ||
		    (node->is_held && node->restored == WHOLE)) {
			continue;
		}
		status = open_again(node);
		if (status == FILESYSTEM_LATER) {
			return status;
		}
		if (status != FILESYSTEM_OK) {
			lose(node);
		}
	}
	return FILESYSTEM_OK;
}

void nodes_synced(uint32_t file_system, enum files_status status)
{
	const struct file_system *system = system_at(file_system);

	for (struct node *node = oldest; node != NULL; node = node->newer) {
		if (status != FILES_OK && node->place.file_system == file_system && pages_are_unsafe(node)) {
			node->error = status;
		}
	}
	if (status != FILES_OK) {
		system_at(file_system)->epoch++; /* they go, and who wrote them is told */
	}
	if (system->volume != NOWHERE) {
		calls_go_on(cache_waiting(system->volume));
	}
}

void nodes_lose(uint32_t file_system)
{
	for (struct node *node = oldest; node != NULL; node = node->newer) {
		if (node->place.file_system == file_system && !node->is_lost) {
			lose(node);
		}
	}
}

/* ---- what has been written -------------------------------------------------------------------- */

void node_written(struct node *node, uint64_t position, uint64_t length)
{
	struct filesystem_extent extent;

	if (extent_is_known(node, position, &extent) && extent.place == FILESYSTEM_PLACE_DATA &&
	    length <= extent.length - (position - extent.offset) && position < node->stored_size &&
	    length <= node->stored_size - position) {
		return; /* behind its end the file system would take it for a gap, which reads as zeroes */
	}
	for (uint32_t i = 0; i < node->ranges_count;) {
		const struct filesystem_range range = node->ranges[i];
		const uint64_t range_end = range.offset + range.length, end = position + length;

		if (position <= range_end && range.offset <= end) { /* both become one */
			position = position < range.offset ? position : range.offset;
			length = (end > range_end ? end : range_end) - position;
			node->ranges[i] = node->ranges[--node->ranges_count];
			i = 0;
		} else {
			i++;
		}
	}
	CHECK(node->ranges_count < RANGES_MAX); /* no write begins that could have no room */
	node->ranges[node->ranges_count++] = (struct filesystem_range){position, length};
}

/* While nothing is being written: a file system may write zeroes to what it takes for a gap. */
enum files_status node_commit(struct node *node)
{
	const uint32_t file_system = node->place.file_system;
	enum files_status status;

	if (node->is_lost) { /* who was in the midst of something when it was */
		forget_changes(node);
		return FILES_IO;
	}
	if (!node->is_committing) {
		uint64_t size = node->stored_size;

		for (uint32_t i = 0; i < node->ranges_count; i++) {
			const uint64_t end = node->ranges[i].offset + node->ranges[i].length;

			size = end > size ? end : size;
		}
		node->commit_size = size > node->size || node->dirty == 0 ? node->size : size;
		node->commit_modified = node->modified;
	}
	status = status_of(ask_commit(node->place, node->ranges, node->ranges_count, node->commit_size,
				      &node->commit_modified));
	node->is_committing = status == FILES_WOULD_WAIT && desk_is_asked(file_system);
	if (status == FILES_WOULD_WAIT) {
		return status;
	}
	if (status != FILES_OK) {
		node->error = status;
	}
	for (uint32_t i = 0; i < node->ranges_count && status == FILES_OK; i++) {
		extents_committed(node, &node->ranges[i]);
		pages_committed(node, &node->ranges[i]);
	}
	if (status != FILES_OK) {
		extents_forget(node);
	}
	node->stored_size = node->commit_size;
	node->ranges_count = 0;
	node->has_new_times = node->modified.seconds != node->commit_modified.seconds ||
			      node->modified.nanoseconds != node->commit_modified.nanoseconds;
	return status;
}
