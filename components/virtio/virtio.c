/* SPDX-License-Identifier: MIT
 * From reset to DRIVER_OK (VIRTIO 1.2, 3.1.1), and the memory that driver and
 * device share, handed out from its beginning.
 */
#include "virtio.h"

#include "component.h"
#include "transport.h"

#include <tenon/string.h>

#define STATUS_ACKNOWLEDGE 1u
#define STATUS_DRIVER      2u
#define STATUS_DRIVER_OK   4u
#define STATUS_FEATURES_OK 8u
#define STATUS_NEEDS_RESET 64u
#define STATUS_FAILED      128u

#define LIBRARY_FEATURES                                                                                     \
	(VIRTIO_INDIRECT | VIRTIO_EVENT_INDEX | VIRTIO_VERSION_1 | VIRTIO_ACCESS_PLATFORM | VIRTIO_PACKED |  \
	 VIRTIO_ORDER_PLATFORM)

#define RESET_READS 1000000u /* a device that is not reset by then is broken */
#define TEARS       16u      /* how often a configuration may change while it is read */

static uint32_t memory_used;

static bool reset(void)
{
	transport_let(false);
	transport_set_status(0);
	for (uint32_t reads = 0; reads < RESET_READS; reads++) {
		if (transport_status() == 0) {
			return true;
		}
	}
	return false;
}

static bool refuse(const char *why)
{
	log_error("%s", why);
	transport_set_status(STATUS_FAILED);
	return false;
}

/*
 * A device without ACCESS_PLATFORM goes around an IOMMU (6.1): then what it is told must be physical addresses. Where ours are not,
 * it would write to somebody else's memory.
 */
static bool goes_around(uint64_t offered)
{
	return (offered & VIRTIO_ACCESS_PLATFORM) == 0 &&
	       device_address(device_dma()) == (uint64_t)(uintptr_t)device_dma();
}

bool virtio_begin(uint32_t type, uint64_t features, uint64_t *agreed)
{
	uint64_t offered;

	memory_used = 0;
	if (!transport_init(type)) {
		return false;
	}
	if (!reset()) {
		return refuse("the device does not reset");
	}
	transport_set_status(STATUS_ACKNOWLEDGE);
	transport_set_status(STATUS_ACKNOWLEDGE | STATUS_DRIVER);
	offered = transport_features(0) | (uint64_t)transport_features(1) << 32;
	if ((offered & VIRTIO_VERSION_1) == 0) {
		return refuse("the device is older than VIRTIO 1.0");
	}
	if (goes_around(offered)) {
		return refuse("the device goes around the IOMMU (without iommu_platform=on)");
	}
	*agreed = offered & (features | LIBRARY_FEATURES);
	transport_accept(0, (uint32_t)*agreed);
	transport_accept(1, (uint32_t)(*agreed >> 32));
	transport_set_status(STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK);
	if ((transport_status() & STATUS_FEATURES_OK) == 0) {
		return refuse("the device does not work with the features that it offers");
	}
	return true;
}

void virtio_go(void)
{
	transport_let(true);
	transport_set_status(STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK | STATUS_DRIVER_OK);
}

bool virtio_needs_reset(void)
{
	return (transport_status() & STATUS_NEEDS_RESET) != 0;
}

void virtio_give_up(const char *why)
{
	log_error("%s; the device is given up", why);
	(void)reset(); /* without leave to reach memory it is harmless also where it is not */
}

void *virtio_memory(uint32_t bytes, uint32_t alignment)
{
	uint8_t *memory = device_dma();
	const uint32_t first = (memory_used + alignment - 1) & ~(alignment - 1);

	if (first > DEVICE_DMA_SIZE || bytes > DEVICE_DMA_SIZE - first) {
		return NULL;
	}
	memory_used = first + bytes;
	memset(memory + first, 0, bytes);
	return memory + first;
}

/* An aligned field is read by one access of its width where it has at most four bytes (2.5.3). */
static uint64_t read_field(uint32_t offset, uint32_t bytes)
{
	if (bytes == 8) {
		return transport_configuration(offset, 4) | (uint64_t)transport_configuration(offset + 4, 4)
								<< 32;
	}
	return transport_configuration(offset, bytes);
}

uint64_t virtio_configuration(uint32_t offset, uint32_t bytes)
{
	uint64_t value = 0;

	for (uint32_t tear = 0; tear < TEARS; tear++) {
		const uint32_t generation = transport_generation();

		value = read_field(offset, bytes);
		if (transport_generation() == generation) {
			break;
		}
	}
	return value;
}
