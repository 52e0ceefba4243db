/* SPDX-License-Identifier: MIT
 * See chain.h. A walk begins where the last one through the same held file ended, if that is not behind its goal; it is never
 * longer than the goal's number, so a chain that bites its own tail ends it too.
 */
#include "chain.h"

#include "wait.h"

#include <string.h>

#define SECTOR_MOST 4096u

uint32_t chain_clusters(uint64_t bytes)
{
	const uint64_t size = fatfs_cluster_bytes();

	return (uint32_t)(bytes / size + (bytes % size != 0 ? 1 : 0));
}

static void remember(const struct node_view *view, uint32_t index, uint32_t cluster)
{
	if (view->node != NULL) {
		view->node->index = index;
		view->node->cluster = cluster;
	}
}

/* The cluster of that number, or the last one before it; *index says which. The file has a first cluster. */
static enum filesystem_status walk(const struct node_view *view, uint32_t *index, uint32_t *cluster)
{
	const struct node *node = view->node;
	const bool goes_on = node != NULL && node->cluster != 0 && node->index <= *index;
	enum filesystem_status status = FILESYSTEM_OK;
	uint32_t at = goes_on ? node->index : 0, next;

	*cluster = goes_on ? node->cluster : view->entry.first;
	while (at < *index) {
		status = fatfs_follow(*cluster, &next);
		if (status != FILESYSTEM_OK || next == 0) {
			break;
		}
		*cluster = next;
		at++;
	}
	*index = at;
	remember(view, at, *cluster);
	return status;
}

enum filesystem_status chain_run(const struct node_view *view, uint32_t index, uint32_t most, uint32_t *first,
				 uint32_t *count)
{
	enum filesystem_status status;
	uint32_t at = index, last, next;

	*count = 0;
	if (view->entry.first == 0 || most == 0) {
		return FILESYSTEM_OK;
	}
	status = walk(view, &at, first);
	if (status != FILESYSTEM_OK || at != index) {
		return status;
	}
	for (last = *first, *count = 1; *count < most; last = next, ++*count) {
		status = fatfs_follow(last, &next);
		if (status != FILESYSTEM_OK || next != last + 1) {
			break;
		}
	}
	remember(view, index + *count - 1, last);
	return status;
}

/* Adds one behind `last`; the first one of all goes into the entry. */
static enum filesystem_status add(struct node_view *view, uint32_t last, uint32_t *added)
{
	enum filesystem_status status = fatfs_extend(last, added);

	if (status == FILESYSTEM_OK && last == 0) {
		view->entry.first = *added;
		status = node_store(view);
	}
	return status;
}

enum filesystem_status chain_grow(struct node_view *view, uint32_t clusters)
{
	enum filesystem_status status = FILESYSTEM_OK;
	uint32_t index = clusters - 1, cluster = 0, had = 0, added;

	if (clusters == 0) {
		return FILESYSTEM_OK;
	}
	if (view->entry.first != 0) {
		status = walk(view, &index, &cluster);
		had = index + 1;
	}
	if (status == FILESYSTEM_OK && clusters > had && clusters - had > fatfs_free_clusters()) {
		return FILESYSTEM_NO_SPACE; /* before all that is left is looked for, chained, and freed again */
	}
	for (uint32_t count = had; status == FILESYSTEM_OK && count < clusters; count++) {
		status = add(view, cluster, &added);
		if (status == FILESYSTEM_OK) {
			cluster = added;
			remember(view, count, cluster);
		} else if (status == FILESYSTEM_NO_SPACE && count != had) {
			const enum filesystem_status cut = chain_cut(view, had);

			return cut == FILESYSTEM_OK ? status : cut;
		}
		if (view->node != NULL) {
			view->node->is_grown = true;
		}
	}
	return status;
}

enum filesystem_status chain_cut(struct node_view *view, uint32_t clusters)
{
	enum filesystem_status status;
	uint32_t index = clusters - 1, last = 0, first = view->entry.first;

	if (first == 0) {
		return FILESYSTEM_OK;
	}
	if (clusters == 0) {
		view->entry.first = 0;
		remember(view, 0, 0);
		status = node_store(view);
	} else {
		if (view->node != NULL && view->node->index > index) {
			remember(view, 0, 0);
		}
		status = walk(view, &index, &last);
		if (status == FILESYSTEM_OK) {
			status = fatfs_follow(last, &first);
		}
		if (index + 1 != clusters || first == 0) {
			return status; /* it is not that long */
		}
	}
	return status == FILESYSTEM_OK ? fatfs_free(first, last) : status;
}

/* Zeroes in a part of one sector. */
static enum filesystem_status zero_part(uint64_t at, uint64_t bytes)
{
	static uint8_t sector[SECTOR_MOST];
	const uint32_t size = storage_geometry()->sector_size;

	if (storage_read(at / size, 1, sector) != STORAGE_OUTCOME_OK) {
		return FILESYSTEM_IO;
	}
	memset(sector + at % size, 0, bytes);
	return storage_write(at / size, 1, sector) == STORAGE_OUTCOME_OK ? FILESYSTEM_OK : FILESYSTEM_IO;
}

/* Zeroes over bytes of the volume. */
static enum filesystem_status zero_bytes(uint64_t at, uint64_t bytes)
{
	const uint32_t size = storage_geometry()->sector_size;
	enum filesystem_status status = FILESYSTEM_OK;
	uint64_t piece;

	while (status == FILESYSTEM_OK && bytes != 0) {
		piece = bytes - bytes % size;
		if (at % size != 0 || piece == 0) {
			piece = size - at % size < bytes ? size - at % size : bytes;
			status = zero_part(at, piece);
		} else if (storage_zero(at / size, piece / size) != STORAGE_OUTCOME_OK) {
			status = FILESYSTEM_IO;
		}
		at += piece;
		bytes -= piece;
	}
	return status;
}

enum filesystem_status chain_zero(const struct node_view *view, uint64_t from, uint64_t to)
{
	const uint64_t size = fatfs_cluster_bytes();
	enum filesystem_status status = FILESYSTEM_OK;

	while (status == FILESYSTEM_OK && from < to) {
		const uint32_t index = (uint32_t)(from / size);
		uint32_t first, count;
		uint64_t end;

		status = chain_run(view, index, chain_clusters(to) - index, &first, &count);
		if (status != FILESYSTEM_OK || count == 0) {
			return status == FILESYSTEM_OK ? FILESYSTEM_DAMAGED : status;
		}
		end = (index + (uint64_t)count) * size;
		end = end < to ? end : to;
		status = zero_bytes(fatfs_position(first) + from % size, end - from);
		from = end;
	}
	return status;
}
