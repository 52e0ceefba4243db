/* SPDX-License-Identifier: MIT
 * Virtio over PCI (VIRTIO 1.2, 4.1). Vendor capabilities in configuration space
 * say where in the function's registers each structure is; they are read
 * through the bus once, and checked against what is mapped.
 */
#include "component.h"
#include "transport.h"
#include "virtio.h"

#include <tenon/string.h>

#define VENDOR          0x1af4u
#define FIRST_DEVICE    0x1040u /* and the type (4.1.2) */
#define STATUS_WORD     0x04u
#define STATUS_LIST     0x00100000u
#define LIST_POINTER    0x34u
#define LIST_FIRST      0x40u
#define LIST_LENGTH     48u
#define LIST_LAST       0xfcu
#define CAPABILITY_OWN  0x09u
#define CAPABILITY_TAIL 0x10u /* where the multiplier of notifications stands */
#define RANGES          6u

/* Structures (4.1.4), by their type. */
enum structure_type { COMMON = 1, NOTIFY = 2, INTERRUPT_STATUS = 3, DEVICE_CONFIGURATION = 4, STRUCTURES };

/* Registers of COMMON (4.1.4.3). */
enum common_register {
	FEATURE_SELECT = 0x00,
	FEATURE = 0x04,
	ACCEPT_SELECT = 0x08,
	ACCEPT = 0x0c,
	CONFIGURATION_VECTOR = 0x10, /* 16 bits */
	STATUS = 0x14,               /* 8 bits */
	GENERATION = 0x15,           /* 8 bits */
	QUEUE_SELECT = 0x16,         /* 16 bits, as the next four */
	QUEUE_SIZE = 0x18,
	QUEUE_VECTOR = 0x1a,
	QUEUE_ENABLE = 0x1c,
	QUEUE_NOTIFY = 0x1e,
	QUEUE_DESCRIPTORS = 0x20, /* 64 bits, as the next two */
	QUEUE_DRIVER = 0x28,
	QUEUE_DEVICE = 0x30,
	COMMON_BYTES = 0x38,
};
#define NO_VECTOR 0xffffu
#define QUEUES    64u

static struct {
	uint32_t range, offset, bytes; /* of no bytes: it is missing */
} structure[STRUCTURES];
static uint32_t notify_step;
static uint32_t notify_at
    [QUEUES]; /* offset in the range of NOTIFY; 0: the queue is not enabled, or its register is the first */

static uint32_t word(uint32_t offset)
{
	uint32_t value = 0;

	(void)bus_read(offset, &value); /* what cannot be read is 0, and found out below */
	return value;
}

/* Which range of registers base address register `bar` is; RANGES: none. */
static uint32_t range_of(uint32_t bar)
{
	const struct bus_identity *identity = device_identity();
	uint32_t range = 0;

	while (range < RANGES && (identity->ranges[range].bytes == 0 || identity->ranges[range].bar != bar)) {
		range++;
	}
	return range;
}

/* Takes the first structure of each type that lies in registers that are mapped (4.1.4.1). */
static void read_structure(uint32_t at)
{
	const uint32_t head = word(at);
	const uint32_t type = head >> 24;
	const uint32_t offset = word(at + 8), bytes = word(at + 12);
	const uint32_t range = range_of(word(at + 4) & 0xffu);

	if (type == 0 || type >= STRUCTURES || structure[type].bytes != 0 || range == RANGES ||
	    offset % 4 != 0 || offset > device_identity()->ranges[range].bytes ||
	    bytes > device_identity()->ranges[range].bytes - offset) {
		return;
	}
	structure[type].range = range;
	structure[type].offset = offset;
	structure[type].bytes = bytes;
	if (type == NOTIFY) {
		notify_step = word(at + CAPABILITY_TAIL);
	}
}

static void read_list(void)
{
	uint32_t at = (word(STATUS_WORD) & STATUS_LIST) != 0 ? word(LIST_POINTER) & LIST_LAST : 0;

	for (uint32_t step = 0; step < LIST_LENGTH && at >= LIST_FIRST; step++) {
		const uint32_t head = word(at);

		if ((head & 0xffu) == CAPABILITY_OWN) {
			read_structure(at);
		}
		at = head >> 8 & LIST_LAST;
	}
}

bool transport_init(uint32_t type)
{
	const struct bus_identity *identity = device_identity();

	memset(structure, 0, sizeof structure);
	if (identity->vendor != VENDOR || identity->device != FIRST_DEVICE + type) {
		log_error("function %04x:%04x is no virtio device of type %u", identity->vendor,
			  identity->device, type);
		return false;
	}
	read_list();
	if (structure[COMMON].bytes < COMMON_BYTES || structure[NOTIFY].bytes < 2) {
		log_error("the registers of the virtio device are not where it says");
		return false;
	}
	return true;
}

/* ---- registers ---- */

static uint16_t read16(enum common_register at)
{
	return device_read16(structure[COMMON].range, structure[COMMON].offset + at);
}

static void write16(enum common_register at, uint32_t value)
{
	device_write16(structure[COMMON].range, structure[COMMON].offset + at, (uint16_t)value);
}

static void write32(enum common_register at, uint32_t value)
{
	device_write32(structure[COMMON].range, structure[COMMON].offset + at, value);
}

static void write64(enum common_register at, uint64_t value)
{
	device_write32(structure[COMMON].range, structure[COMMON].offset + at, (uint32_t)value);
	device_write32(structure[COMMON].range, structure[COMMON].offset + at + 4, (uint32_t)(value >> 32));
}

uint32_t transport_status(void)
{
	return device_read8(structure[COMMON].range, structure[COMMON].offset + STATUS);
}

void transport_set_status(uint32_t status)
{
	device_write8(structure[COMMON].range, structure[COMMON].offset + STATUS, (uint8_t)status);
}

uint32_t transport_features(uint32_t half)
{
	write32(FEATURE_SELECT, half);
	return device_read32(structure[COMMON].range, structure[COMMON].offset + FEATURE);
}

void transport_accept(uint32_t half, uint32_t features)
{
	write32(ACCEPT_SELECT, half);
	write32(ACCEPT, features);
}

uint32_t transport_queue_most(uint32_t queue)
{
	write16(QUEUE_SELECT, queue);
	return read16(QUEUE_SIZE);
}

/* The vector of the same number signals the interrupt. */
static bool set_vector(enum common_register at, uint32_t interrupt)
{
	write16(at, interrupt);
	return interrupt != NO_VECTOR && read16(at) == interrupt;
}

bool transport_queue_enable(uint32_t queue, const struct transport_queue *parts, uint32_t interrupt)
{
	uint64_t notify;

	if (queue >= QUEUES) {
		return false;
	}
	write16(QUEUE_SELECT, queue);
	notify = (uint64_t)read16(QUEUE_NOTIFY) * notify_step;
	if (notify % 2 != 0 || notify > structure[NOTIFY].bytes - 2 || !set_vector(QUEUE_VECTOR, interrupt)) {
		return false;
	}
	notify_at[queue] = structure[NOTIFY].offset + (uint32_t)notify;
	write16(QUEUE_SIZE, parts->size);
	write64(QUEUE_DESCRIPTORS, parts->descriptors);
	write64(QUEUE_DRIVER, parts->driver);
	write64(QUEUE_DEVICE, parts->device);
	write16(QUEUE_ENABLE, 1);
	return true;
}

void transport_notify(uint32_t queue)
{
	device_write16(structure[NOTIFY].range, notify_at[queue], (uint16_t)queue);
}

uint32_t transport_interrupts(void)
{
	return device_identity()->vectors;
}

bool transport_configuration_interrupt(uint32_t interrupt)
{
	return set_vector(CONFIGURATION_VECTOR, interrupt);
}

uint32_t transport_configuration(uint32_t offset, uint32_t bytes)
{
	const uint32_t range = structure[DEVICE_CONFIGURATION].range;
	const uint32_t at = structure[DEVICE_CONFIGURATION].offset + offset;

	if (offset > structure[DEVICE_CONFIGURATION].bytes ||
	    bytes > structure[DEVICE_CONFIGURATION].bytes - offset) {
		return 0;
	}
	switch (bytes) {
	case 1:
		return device_read8(range, at);
	case 2:
		return device_read16(range, at);
	default:
		return device_read32(range, at);
	}
}

uint32_t transport_generation(void)
{
	return device_read8(structure[COMMON].range, structure[COMMON].offset + GENERATION);
}

/* Messages say by their number what they are for, and the driver knows which it asked for. */
struct transport_event transport_interrupt(void)
{
	return (struct transport_event){.queues = true, .configuration = true};
}

void bus_gone(void)
{
	virtio_gone();
}

void transport_let(bool on)
{
	(void)bus_master(on); /* refused only where the claim was, and then nothing here runs */
}
