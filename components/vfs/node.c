/* SPDX-License-Identifier: MIT
 * See node.h.
 */
#include "node.h"
#include "cache.h"
#include "call.h"

#define BUCKETS 256u
#define MAP_BYTES                                                                                            \
	(UINT64_C(1) << 30) /* of a file that are asked for at once; what fits into the answer comes */

static struct node nodes[NODES];
static struct node *buckets[BUCKETS];
static struct node *oldest, *newest; /* all that stand here */

static struct node **bucket_of(struct place place)
{
	return &buckets[(place.node * UINT64_C(0x9e3779b97f4a7c15) >> 40 ^ place.file_system) % BUCKETS];
}

void nodes_start(void)
{
	for (uint32_t i = 0; i < NODES; i++) {
		nodes[i].place.file_system = NOWHERE;
	}
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
	enum filesystem_status status;

	pages_detach(node);
	while (*at != node) {
		at = &(*at)->next;
	}
	*at = node->next;
	take_from_order(node);
	status = file_systems_release(node->place.file_system, node->place.node);
	if (status != FILESYSTEM_OK) {
		log_error("%s does not release a node: %s", file_systems_server_name(node->place.file_system),
			  filesystem_status_name(status));
	}
	node->place.file_system = NOWHERE;
}

static bool may_end(const struct node *node)
{
	return node->users == 0 && node->reading == 0 && node->writing == 0 &&
	       (node->is_gone || node_is_clean(node));
}

static struct node *free_node(void)
{
	for (uint32_t i = 0; i < NODES; i++) {
		if (nodes[i].place.file_system == NOWHERE) {
			return &nodes[i];
		}
	}
	for (struct node *node = oldest; node != NULL; node = node->newer) {
		if (may_end(node)) {
			end(node);
			return node;
		}
	}
	return NULL;
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
		status = file_systems_hold(place.file_system, place.node);
		if (status != FILESYSTEM_OK) {
			return status_of(status);
		}
		*node = (struct node){.place = place,
				      .size = size,
				      .stored_size = size,
				      .first_page = NO_PAGE,
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

void node_settle(struct node *node)
{
	if (node->is_wanted_clean && !node->is_gone && node->writing == 0) {
		if (node->ranges_count > 0 || (node->dirty == 0 && !node_is_clean(node))) {
			(void)node_commit(node);
		}
		cache_write_back(node);
		node->is_wanted_clean = node->dirty > 0 || node->writing > 0;
	}
	if (node->reading == 0 && node->writing == 0) {
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
	node->is_wanted_clean = true;
	cache_write_back(node);
	node_settle(node);
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

/* ---- extents ---------------------------------------------------------------------------------- */

void extents_forget(struct node *node)
{
	node->extents_count = 0;
}

static bool find_extent(const struct node *node, uint64_t position, struct filesystem_extent *found)
{
	uint32_t low = 0, high = node->extents_count;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;
		const struct filesystem_extent *extent = &node->extents[middle];

		if (position < extent->offset) {
			high = middle;
		} else if (position - extent->offset >= extent->length) {
			low = middle + 1;
		} else {
			*found = *extent;
			return true;
		}
	}
	return false;
}

/* Does what a file system answered make sense, so that it can be used without another look? */
static bool is_sensible(const struct node *node, uint64_t position)
{
	const uint64_t size = volume_size(node_system(node)->volume);
	const uint32_t unit = volume_unit(node_system(node)->volume);
	uint64_t next = node->extents_count > 0 ? node->extents[0].offset : 0;

	for (uint32_t i = 0; i < node->extents_count; i++) {
		const struct filesystem_extent *extent = &node->extents[i];

		if (unit == 0 || extent->offset != next || extent->length == 0 ||
		    extent->length > UINT64_MAX - next || (extent->offset | extent->length) % unit != 0) {
			return false;
		}
		if (extent->place != FILESYSTEM_PLACE_HOLE &&
		    (extent->position % unit != 0 || extent->position > size ||
		     extent->length > size - extent->position)) {
			return false;
		}
		next = extent->offset + extent->length;
	}
	return node->extents_count == 0 || (node->extents[0].offset <= position && position < next);
}

static enum files_status ask(struct node *node, uint64_t position, uint64_t length, bool allocate)
{
	const enum files_status status =
	    status_of(file_systems_map(node->place.file_system, node->place.node, position, length, allocate,
				       node->extents, EXTENTS_MAX, &node->extents_count));

	if (status == FILES_OK && is_sensible(node, position)) {
		return FILES_OK;
	}
	extents_forget(node);
	return status == FILES_OK ? FILES_DAMAGED : status;
}

enum files_status extent_at(struct node *node, uint64_t position, struct filesystem_extent *extent)
{
	enum files_status status;

	if (find_extent(node, position, extent)) {
		return FILES_OK;
	}
	status = ask(node, position, least(MAP_BYTES, node_system(node)->largest - position), false);
	if (status == FILES_OK && !find_extent(node, position, extent)) {
		const uint64_t first = position / PAGE_SIZE * PAGE_SIZE;

		*extent = (struct filesystem_extent){
		    .offset = first, .length = PAGE_SIZE, .place = FILESYSTEM_PLACE_HOLE};
	}
	return status;
}

enum files_status extents_allocate(struct node *node, uint64_t position, uint64_t length)
{
	const uint64_t end = position + length;

	while (position < end) {
		struct filesystem_extent extent;
		enum files_status status = FILES_OK;

		if (!find_extent(node, position, &extent) || extent.place == FILESYSTEM_PLACE_HOLE) {
			status = ask(node, position, end - position, true);
			if (status == FILES_OK && (!find_extent(node, position, &extent) ||
						   extent.place == FILESYSTEM_PLACE_HOLE)) {
				status = FILES_DAMAGED;
			}
		}
		if (status != FILES_OK) {
			return status;
		}
		position = extent.offset + extent.length;
	}
	return FILES_OK;
}

/* ---- what has been written -------------------------------------------------------------------- */

void node_written(struct node *node, uint64_t position, uint64_t length)
{
	struct filesystem_extent extent;

	if (find_extent(node, position, &extent) && extent.place == FILESYSTEM_PLACE_DATA &&
	    length <= extent.length - (position - extent.offset)) {
		return;
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
	uint64_t size = node->stored_size;
	enum files_status status;

	for (uint32_t i = 0; i < node->ranges_count; i++) {
		const uint64_t end = node->ranges[i].offset + node->ranges[i].length;

		size = end > size ? end : size;
	}
	if (size > node->size || node->dirty == 0) {
		size = node->size;
	}
	status = status_of(file_systems_commit(node->place.file_system, node->place.node, node->ranges,
					       node->ranges_count, size, &node->modified));
	if (status != FILES_OK) {
		node->error = status;
	}
	node->stored_size = size;
	node->ranges_count = 0;
	node->has_new_times = false;
	extents_forget(node); /* what was fresh is data */
	return status;
}
