/* SPDX-License-Identifier: MIT
 * Where data lies. FAT knows no holes: a file has clusters up to its size, and what was never written must be written with zeroes
 * before the size says that it is there. Behind the size the chain may be longer, with what was allocated and not yet committed;
 * that is freed when the file is released.
 */
#include "chain.h"
#include "fat.h"

#define EXTENTS 32u

/* An end that fits, or TOO_LARGE. */
static enum filesystem_status check_range(uint64_t offset, uint64_t length, uint64_t *end)
{
	if (offset > FATFS_LARGEST || length > (uint64_t)FATFS_LARGEST + 1 - offset) {
		return FILESYSTEM_TOO_LARGE;
	}
	*end = offset + length;
	return FILESYSTEM_OK;
}

/*
 * The next extent: whole clusters from number `index` on, up to `stop`. What lies behind the committed size (`committed`
 * clusters) is fresh, behind the chain a hole.
 */
static enum filesystem_status next_extent(const struct node_view *view, uint32_t index, uint32_t stop,
					  uint32_t committed, struct filesystem_extent *extent)
{
	const uint64_t size = fatfs_cluster_bytes();
	const bool is_data = index < committed;
	const uint32_t end = is_data && committed < stop ? committed : stop;
	uint32_t first, count;
	const enum filesystem_status status = chain_run(view, index, end - index, &first, &count);

	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (count == 0 && is_data) {
		return FILESYSTEM_DAMAGED; /* the chain is shorter than the file */
	}
	*extent = (struct filesystem_extent){.offset = index * size,
					     .position = count != 0 ? fatfs_position(first) : 0,
					     .length = (count != 0 ? count : stop - index) * size,
					     .place = count == 0 ? FILESYSTEM_PLACE_HOLE
						      : is_data  ? FILESYSTEM_PLACE_DATA
								 : FILESYSTEM_PLACE_FRESH};
	return FILESYSTEM_OK;
}

enum filesystem_status files_map(uint32_t client, uint64_t node, uint64_t offset, uint64_t length,
				 bool allocate, struct filesystem_extent *extents, uint32_t *extents_count)
{
	enum filesystem_status status = allocate ? fat_ready_to_change() : fat_ready();
	struct node_view view;
	uint32_t count = 0, index, stop, committed;
	uint64_t end;

	(void)client;
	if (status == FILESYSTEM_OK) {
		status = fat_file(node, &view);
	}
	if (status == FILESYSTEM_OK) {
		status = check_range(offset, length, &end);
	}
	if (status == FILESYSTEM_OK && allocate) {
		status = fat_done(chain_grow(&view, chain_clusters(end)));
	}
	if (status != FILESYSTEM_OK) {
		return status;
	}
	index = (uint32_t)(offset / fatfs_cluster_bytes());
	stop = length == 0 ? index : chain_clusters(end);
	committed = chain_clusters(view.entry.size);
	while (status == FILESYSTEM_OK && count < EXTENTS && index < stop) {
		status = next_extent(&view, index, stop, committed, &extents[count]);
		if (status == FILESYSTEM_OK) {
			index += (uint32_t)(extents[count++].length / fatfs_cluster_bytes());
		}
	}
	*extents_count = count;
	return status;
}

/* The end of the ranges that have the byte at `from`, or `from`; *next: where the next one begins, at most `to`. */
static uint64_t covered(uint64_t from, uint64_t to, const struct filesystem_range *ranges, uint32_t count,
			uint64_t *next)
{
	*next = to;
	for (uint32_t i = 0; i < count; i++) {
		if (ranges[i].offset <= from && from - ranges[i].offset < ranges[i].length) {
			return from + (ranges[i].length - (from - ranges[i].offset));
		}
		if (ranges[i].offset > from && ranges[i].offset < *next && ranges[i].length != 0) {
			*next = ranges[i].offset;
		}
	}
	return from;
}

static enum filesystem_status grow(struct node_view *view, uint64_t size,
				   const struct filesystem_range *ranges, uint32_t count)
{
	enum filesystem_status status = chain_grow(view, chain_clusters(size));
	uint64_t at = view->entry.size, end, next;

	while (status == FILESYSTEM_OK && at < size) {
		end = covered(at, size, ranges, count, &next);
		if (end == at) {
			status = chain_zero(view, at, next);
			end = next;
		}
		at = end;
	}
	return status;
}

enum filesystem_status fat_resize(struct node_view *view, uint64_t size,
				  const struct filesystem_range *ranges, uint32_t count)
{
	const uint32_t before = view->entry.size;
	enum filesystem_status status = FILESYSTEM_OK;

	if (size > FATFS_LARGEST) {
		return FILESYSTEM_TOO_LARGE;
	}
	if (size > before) {
		status = grow(view, size, ranges, count);
	}
	if (status != FILESYSTEM_OK) {
		return status;
	}
	view->entry.size = (uint32_t)size;
	view->entry.attributes |= FATFS_ARCHIVE;
	status = node_store(view);
	/* The entry first: a chain that is too long can be mended, one that is too short has lost data. */
	return status == FILESYSTEM_OK && size < before ? chain_cut(view, chain_clusters(size)) : status;
}

enum filesystem_status files_commit(uint32_t client, uint64_t node, const struct filesystem_range *ranges,
				    uint32_t ranges_count, uint64_t size,
				    const struct filesystem_time *modified)
{
	enum filesystem_status status = fat_ready_to_change();
	struct node_view view;
	uint64_t end;

	(void)client;
	if (status == FILESYSTEM_OK) {
		status = fat_file(node, &view);
	}
	for (uint32_t i = 0; status == FILESYSTEM_OK && i < ranges_count; i++) {
		status = check_range(ranges[i].offset, ranges[i].length, &end);
	}
	if (status != FILESYSTEM_OK) {
		return status;
	}
	fat_set_modified(&view.entry, *modified);
	return fat_done(
	    fat_resize(&view, size > view.entry.size ? size : view.entry.size, ranges, ranges_count));
}

/* Without a file's data: it goes by extents. */
enum filesystem_status files_read(uint32_t client, uint64_t node, uint64_t offset, struct tenon_loan data,
				  uint32_t *count)
{
	(void)client;
	(void)node;
	(void)offset;
	(void)data;
	(void)count;
	return FILESYSTEM_UNSUPPORTED;
}

enum filesystem_status files_write(uint32_t client, uint64_t node, uint64_t offset,
				   const struct filesystem_time *now, struct tenon_loan data)
{
	(void)client;
	(void)node;
	(void)offset;
	(void)now;
	(void)data;
	return FILESYSTEM_UNSUPPORTED;
}
