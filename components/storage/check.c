/* SPDX-License-Identifier: MIT
 * See check.h.
 */
#include "check.h"

bool check_moves_data(const struct storage_request *request)
{
	return request->kind == STORAGE_KIND_READ || request->kind == STORAGE_KIND_WRITE;
}

static bool is_supported(const struct storage_geometry *disk, enum storage_kind kind)
{
	static const uint32_t needs[] = {[STORAGE_KIND_DISCARD] = STORAGE_FEATURES_DISCARD,
					 [STORAGE_KIND_WRITE_ZEROES] = STORAGE_FEATURES_WRITE_ZEROES};

	return kind < STORAGE_KIND_DISCARD || (disk->features & needs[kind]) != 0;
}

/* Does it have the data that goes with its kind and count, and no more of either than the geometry says? */
static bool is_well_formed(const struct storage_geometry *disk, const struct storage_request *request)
{
	if (!check_moves_data(request)) {
		return request->data.index == TENON_BUFFER_NONE && request->pool == 0 &&
		       (request->kind == STORAGE_KIND_FLUSH) == (request->count == 0) &&
		       request->count <= disk->most_discard;
	}
	return (request->data.index == TENON_BUFFER_NONE || request->pool == 0) && request->count != 0 &&
	       request->count <= disk->most;
}

/* The client keeps the books of its pool by itself, and hands no buffer over. */
static bool find_in_own_pool(uint32_t client, const struct storage_request *request, uint32_t bytes,
			     uint64_t *address)
{
	const struct tenon_buffer first = {.length = DISK_DATA_SIZE};
	const uint64_t size = (uint64_t)disk_data_count(client) * DISK_DATA_SIZE;

	if (request->offset > size || bytes > size - request->offset) {
		return false;
	}
	*address = device_address(disk_data_write(client, &first)) + request->offset;
	return true;
}

/* In a buffer, in the connection's own pool, or in one that comes with it. False: it does not lie there, or not at a unit. */
static bool find_data(const struct storage_geometry *disk, uint32_t client,
		      const struct storage_request *request, uint64_t *address)
{
	const uint32_t bytes = request->count * disk->sector_size;

	if (request->data.index == TENON_BUFFER_NONE) {
		return request->offset % CHECK_UNIT == 0 &&
		       (request->pool == 0
			    ? find_in_own_pool(client, request, bytes, address)
			    : disk_passed(client, request->pool, request->offset, bytes, address));
	}
	if (request->data.offset % CHECK_UNIT != 0 || request->data.length != bytes) {
		return false;
	}
	*address = device_address(disk_data_write(client, &request->data));
	return true;
}

enum storage_outcome check_request(const struct storage_geometry *disk, uint32_t client,
				   const struct storage_request *request, uint64_t *address)
{
	uint64_t there = 0;

	if (disk->sectors == 0) {
		return STORAGE_OUTCOME_ABSENT;
	}
	if (!is_supported(disk, request->kind)) {
		return STORAGE_OUTCOME_UNSUPPORTED;
	}
	if (!is_well_formed(disk, request)) {
		return STORAGE_OUTCOME_MALFORMED;
	}
	if (request->kind != STORAGE_KIND_FLUSH &&
	    (request->first > disk->sectors || request->count > disk->sectors - request->first)) {
		return STORAGE_OUTCOME_OUT_OF_RANGE;
	}
	if (request->kind > STORAGE_KIND_READ && request->kind != STORAGE_KIND_FLUSH &&
	    (disk->features & STORAGE_FEATURES_READ_ONLY) != 0) {
		return STORAGE_OUTCOME_READ_ONLY;
	}
	if (check_moves_data(request) && !find_data(disk, client, request, &there)) {
		return STORAGE_OUTCOME_MALFORMED;
	}
	*address = there;
	return STORAGE_OUTCOME_OK;
}
