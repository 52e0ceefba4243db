/* SPDX-License-Identifier: MIT
 * Fields of the device's configuration, each with the feature that says that it is there.
 */
#include "geometry.h"

#include "virtio.h"

#define FEATURE_SEGMENT_BYTES (UINT64_C(1) << 1)
#define FEATURE_READ_ONLY     (UINT64_C(1) << 5)
#define FEATURE_SECTOR_SIZE   (UINT64_C(1) << 6)
#define FEATURE_FLUSH         (UINT64_C(1) << 9)
#define FEATURE_TOPOLOGY      (UINT64_C(1) << 10)
#define FEATURE_QUEUES        (UINT64_C(1) << 12)
#define FEATURE_DISCARD       (UINT64_C(1) << 13)
#define FEATURE_WRITE_ZEROES  (UINT64_C(1) << 14)

/* Offsets, and bytes of the field. */
#define CAPACITY       0, 8
#define SEGMENT_BYTES  8, 4
#define SECTOR_SIZE    20, 4
#define PHYSICAL_SHIFT 24, 1
#define QUEUES         34, 2
#define DISCARD_MOST   36, 4
#define ZEROES_MOST    48, 4

#define MOST_BYTES          (1024u * 1024)
#define SECTOR_SIZE_MOST    4096u
#define PHYSICAL_SHIFT_MOST 8u

uint64_t geometry_features(void)
{
	return FEATURE_SEGMENT_BYTES | FEATURE_READ_ONLY | FEATURE_SECTOR_SIZE | FEATURE_FLUSH |
	       FEATURE_TOPOLOGY | FEATURE_QUEUES | FEATURE_DISCARD | FEATURE_WRITE_ZEROES;
}

static uint32_t sector_size(uint64_t features)
{
	const uint64_t size =
	    (features & FEATURE_SECTOR_SIZE) != 0 ? virtio_configuration(SECTOR_SIZE) : UNIT;

	return size >= UNIT && size <= SECTOR_SIZE_MOST && (size & (size - 1)) == 0 ? (uint32_t)size : UNIT;
}

static uint32_t physical_size(uint64_t features, uint32_t size)
{
	const uint64_t shift = (features & FEATURE_TOPOLOGY) != 0 ? virtio_configuration(PHYSICAL_SHIFT) : 0;

	return shift <= PHYSICAL_SHIFT_MOST ? size << shift : size;
}

/* Sectors of one request: its data is one piece of memory. More than a buffer has only a pool that comes with a connection. */
static uint32_t most_sectors(uint64_t features, uint32_t size)
{
	const uint64_t bytes =
	    (features & FEATURE_SEGMENT_BYTES) != 0 ? virtio_configuration(SEGMENT_BYTES) : MOST_BYTES;

	return (uint32_t)(bytes < MOST_BYTES ? bytes : MOST_BYTES) / size;
}

/* The lesser of both limits, for one number stands for them in the geometry. */
static uint32_t most_discard(uint64_t features, uint32_t size)
{
	const uint64_t discard =
	    (features & FEATURE_DISCARD) != 0 ? virtio_configuration(DISCARD_MOST) : UINT32_MAX;
	const uint64_t zeroes =
	    (features & FEATURE_WRITE_ZEROES) != 0 ? virtio_configuration(ZEROES_MOST) : UINT32_MAX;

	return (uint32_t)(discard < zeroes ? discard : zeroes) / (size / UNIT);
}

static uint32_t storage_features(uint64_t features)
{
	return ((features & FEATURE_READ_ONLY) != 0 ? STORAGE_FEATURES_READ_ONLY : 0) |
	       ((features & FEATURE_FLUSH) != 0 ? STORAGE_FEATURES_FLUSH : 0) |
	       ((features & FEATURE_DISCARD) != 0 ? STORAGE_FEATURES_DISCARD : 0) |
	       ((features & FEATURE_WRITE_ZEROES) != 0 ? STORAGE_FEATURES_WRITE_ZEROES : 0);
}

struct storage_geometry geometry_read(uint64_t features)
{
	const uint32_t size = sector_size(features);

	return (struct storage_geometry){.sectors = geometry_sectors(size),
					 .sector_size = size,
					 .physical_size = physical_size(features, size),
					 .most = most_sectors(features, size),
					 .most_discard = most_discard(features, size),
					 .features = storage_features(features)};
}

uint64_t geometry_sectors(uint32_t size)
{
	return virtio_configuration(CAPACITY) / (size / UNIT);
}

uint32_t geometry_queues(uint64_t features)
{
	const uint32_t queues = (features & FEATURE_QUEUES) != 0 ? (uint32_t)virtio_configuration(QUEUES) : 1;

	return queues != 0 ? queues : 1;
}
