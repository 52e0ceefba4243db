/* SPDX-License-Identifier: MIT
 * Virtio over registers in memory, version 2 (VIRTIO 1.2, 4.2.2). One line
 * interrupts for everything.
 */
#include "component.h"
#include "transport.h"

enum mmio_register {
	MAGIC = 0x000,
	VERSION = 0x004,
	TYPE = 0x008,
	FEATURE = 0x010,
	FEATURE_SELECT = 0x014,
	ACCEPT = 0x020,
	ACCEPT_SELECT = 0x024,
	QUEUE_SELECT = 0x030,
	QUEUE_MOST = 0x034,
	QUEUE_SIZE = 0x038,
	QUEUE_READY = 0x044,
	QUEUE_NOTIFY = 0x050,
	INTERRUPT_STATUS = 0x060,
	INTERRUPT_DONE = 0x064,
	STATUS = 0x070,
	QUEUE_DESCRIPTORS = 0x080, /* 64 bits, as the next two */
	QUEUE_DRIVER = 0x090,
	QUEUE_DEVICE = 0x0a0,
	GENERATION = 0x0fc,
	CONFIGURATION = 0x100,
};
#define MAGIC_VALUE             0x74726976u /* "virt" */
#define VERSION_VALUE           2u
#define INTERRUPT_QUEUES        1u
#define INTERRUPT_CONFIGURATION 2u

bool transport_init(uint32_t type)
{
	if (device_read32(0, MAGIC) != MAGIC_VALUE || device_read32(0, VERSION) != VERSION_VALUE) {
		log_error("there is no virtio device of version 2");
		return false;
	}
	if (device_read32(0, TYPE) != type) {
		log_error("the virtio device is of type %u, not %u", device_read32(0, TYPE), type);
		return false;
	}
	return true;
}

uint32_t transport_status(void)
{
	return device_read32(0, STATUS);
}

void transport_set_status(uint32_t status)
{
	device_write32(0, STATUS, status);
}

uint32_t transport_features(uint32_t half)
{
	device_write32(0, FEATURE_SELECT, half);
	return device_read32(0, FEATURE);
}

void transport_accept(uint32_t half, uint32_t features)
{
	device_write32(0, ACCEPT_SELECT, half);
	device_write32(0, ACCEPT, features);
}

uint32_t transport_queue_most(uint32_t queue)
{
	device_write32(0, QUEUE_SELECT, queue);
	return device_read32(0, QUEUE_READY) != 0 ? 0 : device_read32(0, QUEUE_MOST);
}

static void write64(uint32_t at, uint64_t value)
{
	device_write32(0, at, (uint32_t)value);
	device_write32(0, at + 4, (uint32_t)(value >> 32));
}

bool transport_queue_enable(uint32_t queue, const struct transport_queue *parts, uint32_t interrupt)
{
	device_write32(0, QUEUE_SELECT, queue);
	device_write32(0, QUEUE_SIZE, parts->size);
	write64(QUEUE_DESCRIPTORS, parts->descriptors);
	write64(QUEUE_DRIVER, parts->driver);
	write64(QUEUE_DEVICE, parts->device);
	device_write32(0, QUEUE_READY, 1);
	return interrupt == 0 && device_read32(0, QUEUE_READY) == 1;
}

void transport_notify(uint32_t queue)
{
	device_write32(0, QUEUE_NOTIFY, queue);
}

uint32_t transport_interrupts(void)
{
	return 1;
}

bool transport_configuration_interrupt(uint32_t interrupt)
{
	return interrupt == 0;
}

uint32_t transport_configuration(uint32_t offset, uint32_t bytes)
{
	if (offset > DEVICE_0_SIZE - CONFIGURATION || bytes > DEVICE_0_SIZE - CONFIGURATION - offset) {
		return 0;
	}
	switch (bytes) {
	case 1:
		return device_read8(0, CONFIGURATION + offset);
	case 2:
		return device_read16(0, CONFIGURATION + offset);
	default:
		return device_read32(0, CONFIGURATION + offset);
	}
}

uint32_t transport_generation(void)
{
	return device_read32(0, GENERATION);
}

struct transport_event transport_interrupt(void)
{
	const uint32_t status = device_read32(0, INTERRUPT_STATUS);

	device_write32(0, INTERRUPT_DONE, status & (INTERRUPT_QUEUES | INTERRUPT_CONFIGURATION));
	return (struct transport_event){.queues = (status & INTERRUPT_QUEUES) != 0,
					.configuration = (status & INTERRUPT_CONFIGURATION) != 0};
}

void transport_let(bool on)
{
	(void)on; /* the device is its own master */
}
