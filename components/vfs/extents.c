/* SPDX-License-Identifier: MIT
 * Where a node's bytes lie, as its file system said last: a run of extents without gaps, in order. What is asked for, committed
 * or allocated later is laid over it, so that a file whose places are known is not asked for again.
 */
#include "node.h"
#include "ask.h"
#include "cache.h"

#include <tenon/string.h>

#define MAP_BYTES                                                                                            \
	(UINT64_C(1) << 30) /* of a file that are asked for at once; what fits into the answer comes */

void extents_forget(struct node *node)
{
	node->extents_count = 0;
}

bool extent_is_known(const struct node *node, uint64_t position, struct filesystem_extent *found)
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
static bool is_sensible(const struct node *node, const struct filesystem_extent *answer, uint32_t count,
			uint64_t position)
{
	const uint64_t size = volume_size(node_system(node)->volume);
	const uint32_t unit = volume_unit(node_system(node)->volume);
	uint64_t next = count > 0 ? answer[0].offset : 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct filesystem_extent *extent = &answer[i];

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
	return count == 0 || (answer[0].offset <= position && position < next);
}

static uint64_t end_of(const struct filesystem_extent *extent)
{
	return extent->offset + extent->length;
}

/* The next one, which goes on where the last one ends. False: there is no room. */
static bool append(struct node *node, const struct filesystem_extent *extent)
{
	struct filesystem_extent *last =
	    node->extents_count > 0 ? &node->extents[node->extents_count - 1] : NULL;

	if (last != NULL && last->place == extent->place &&
	    (last->place == FILESYSTEM_PLACE_HOLE || last->position + last->length == extent->position)) {
		last->length += extent->length;
		return true;
	}
	if (node->extents_count == EXTENTS_MAX) {
		return false;
	}
	node->extents[node->extents_count++] = *extent;
	return true;
}

/* What an extent has from `from` to `to`, which lie in it. */
static struct filesystem_extent part_of(const struct filesystem_extent *extent, uint64_t from, uint64_t to)
{
	struct filesystem_extent part = *extent;

	part.offset = from;
	part.length = to - from;
	if (part.place != FILESYSTEM_PLACE_HOLE) {
		part.position += from - extent->offset;
	}
	return part;
}

/* These extents, one behind the other, are as they are from now on; what was known before and behind them stays as far as it
 * borders on them, and as there is room. */
static void lay_over(struct node *node, const struct filesystem_extent *pieces, uint32_t count)
{
	static struct filesystem_extent before[EXTENTS_MAX];
	const uint32_t before_count = node->extents_count;
	const uint64_t from = pieces[0].offset, to = end_of(&pieces[count - 1]);
	bool has_room = true;

	memcpy(before, node->extents, before_count * sizeof *before);
	node->extents_count = 0;
	if (before_count > 0 && before[0].offset < from && end_of(&before[before_count - 1]) >= from) {
		for (uint32_t i = 0; i < before_count && before[i].offset < from; i++) {
			const struct filesystem_extent part =
			    part_of(&before[i], before[i].offset, least(from, end_of(&before[i])));

			(void)append(node, &part);
		}
	}
	for (uint32_t i = 0; i < count && has_room; i++) {
		has_room = append(node, &pieces[i]);
	}
	for (uint32_t i = 0; i < before_count && has_room; i++) {
		if (before[i].offset <= to && end_of(&before[i]) > to) {
			const struct filesystem_extent part = part_of(&before[i], to, end_of(&before[i]));

			has_room = append(node, &part);
		} else if (before[i].offset > to &&
			   end_of(&node->extents[node->extents_count - 1]) == before[i].offset) {
			has_room = append(node, &before[i]);
		}
	}
	if (end_of(&node->extents[node->extents_count - 1]) < to) { /* these come first */
		node->extents_count = 0;
		for (uint32_t i = 0; i < count; i++) {
			(void)append(node, &pieces[i]);
		}
	}
}

static enum files_status ask(struct node *node, uint64_t position, uint64_t length, bool allocate)
{
	static struct filesystem_extent answer[EXTENTS_MAX];
	uint32_t count = 0;
	enum files_status status;

	status = node->is_lost ? FILES_IO
			       : status_of(ask_map(node->place, position, length, allocate, answer, &count));
	if (status == FILES_WOULD_WAIT) {
		return status;
	}
	if (status != FILES_OK || !is_sensible(node, answer, count, position)) {
		extents_forget(node);
		return status == FILES_OK ? FILES_DAMAGED : status;
	}
	if (count > 0) {
		lay_over(node, answer, count);
	}
	return FILES_OK;
}

/* The first extent that has fresh bytes of the range, as far as it lies in that. */
static bool find_fresh(const struct node *node, const struct filesystem_range *range,
		       struct filesystem_extent *part)
{
	for (uint32_t i = 0; i < node->extents_count; i++) {
		const struct filesystem_extent *extent = &node->extents[i];
		const uint64_t from = extent->offset > range->offset ? extent->offset : range->offset;
		const uint64_t to = least(end_of(extent), range->offset + range->length);

		if (extent->place == FILESYSTEM_PLACE_FRESH && from < to) {
			*part = part_of(extent, from, to);
			return true;
		}
	}
	return false;
}

void extents_committed(struct node *node, const struct filesystem_range *range)
{
	struct filesystem_extent part;

	while (find_fresh(node, range, &part)) {
		part.place = FILESYSTEM_PLACE_DATA;
		lay_over(node, &part, 1);
	}
}

/* What is there. Behind all that the file system knows of is a hole, up to the page's end: so it is not asked again. */
static enum files_status ask_what_is_there(struct node *node, uint64_t position,
					   struct filesystem_extent *extent)
{
	const uint64_t most = least(MAP_BYTES, node_system(node)->largest - position);
	const enum files_status status = ask(node, position, most, false);

	if (status == FILES_OK && !extent_is_known(node, position, extent)) {
		*extent = (struct filesystem_extent){.offset = position,
						     .length = PAGE_SIZE - position % PAGE_SIZE,
						     .place = FILESYSTEM_PLACE_HOLE};
		lay_over(node, extent, 1);
	}
	return status;
}

enum files_status extent_at(struct node *node, uint64_t position, struct filesystem_extent *extent)
{
	return extent_is_known(node, position, extent) ? FILES_OK : ask_what_is_there(node, position, extent);
}

enum files_status extents_allocate(struct node *node, uint64_t position, uint64_t length)
{
	const uint64_t end = position + length;

	while (position < end) {
		struct filesystem_extent extent;
		enum files_status status = FILES_OK;

		if (!extent_is_known(node, position, &extent) && position < node->stored_size) {
			status = ask_what_is_there(node, position, &extent);
		}
		if (status == FILES_OK &&
		    (!extent_is_known(node, position, &extent) || extent.place == FILESYSTEM_PLACE_HOLE)) {
			status = ask(node, position, end - position, true);
			if (status == FILES_OK && (!extent_is_known(node, position, &extent) ||
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
