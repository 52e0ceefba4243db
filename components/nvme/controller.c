/* SPDX-License-Identifier: MIT
 * See controller.h. Sections are of the NVM Express Base Specification 2.0, and with NVM of its NVM Command Set 1.0.
 */
#include "controller.h"

#include <tenon/string.h>

/* Registers (3.1.3). */
enum controller_register {
	CAPABILITIES = 0x00, /* 64 bits, in two halves here */
	CONFIGURATION = 0x14,
	STATUS = 0x1c,
	ADMIN_ENTRIES = 0x24,
	ADMIN_SUBMISSIONS = 0x28, /* 64 bits, as the next */
	ADMIN_COMPLETIONS = 0x30,
	DOORBELLS = 0x1000
};
#define CAPABILITIES_ENTRIES  0xffffu     /* less one */
#define CAPABILITIES_WAIT(v)  ((v) >> 24) /* 500 ms each; of the low half */
#define CAPABILITIES_STEP(v)  (4u << ((v) & 15))
#define CAPABILITIES_NVM      (1u << 5)        /* of the high half, as the step and the next */
#define CAPABILITIES_PAGE(v)  ((v) >> 16 & 15) /* the least, as a power of two over 4 KiB */
#define CONFIGURATION_ON      1u
#define CONFIGURATION_ENTRIES (6u << 16 | 4u << 20) /* bytes of commands and completions, as powers of two */
#define STATUS_READY          1u
#define STATUS_FATAL          2u

/* Commands to the controller (5), with the parameters that are used. */
enum admin_command { MAKE_SUBMISSIONS = 0x01, MAKE_COMPLETIONS = 0x05, IDENTIFY = 0x06, SET_FEATURES = 0x09 };
enum identify { IDENTIFY_NAMESPACE = 0, IDENTIFY_CONTROLLER = 1, IDENTIFY_LIST = 2 };
#define FEATURE_QUEUES 7u
#define CONTIGUOUS     1u
#define INTERRUPTS     2u
#define ADMIN_WAIT_NS  UINT64_C(2000000000)
#define READY_STEP_NS  UINT64_C(500000000)

/* Fields of the controller's description (5.17.2.1), of a namespace's (NVM 4.1.5.1). */
enum { CONTROLLER_MOST = 77, CONTROLLER_OPTIONAL = 520, CONTROLLER_CACHE = 525 };
enum {
	NAMESPACE_SECTORS = 0,
	NAMESPACE_FEATURES = 24,
	NAMESPACE_FORMAT = 26,
	NAMESPACE_GRAIN = 64,
	NAMESPACE_ATTRIBUTES = 99,
	NAMESPACE_FORMATS = 128
};
#define OPTIONAL_DISCARD     (1u << 2)
#define OPTIONAL_ZEROES      (1u << 3)
#define CACHE_VOLATILE       1u
#define FEATURES_GRAIN       (1u << 4)
#define ATTRIBUTES_PROTECTED 1u
#define FORMAT_INDEX(v)      (((v) & 15) | ((v) >> 1 & 0x30))
#define FORMAT_METADATA(v)   ((v) & 0xffff)
#define FORMAT_SECTOR(v)     ((v) >> 16 & 0xff)
#define SECTOR_LEAST         9u
#define SECTOR_MOST          12u
#define ZEROES_MOST          65536u /* its count has 16 bits */

static struct queue admin;
static uint8_t *description; /* a page */
static uint32_t step, memory_used, namespace;

static uint32_t read32(uint32_t at)
{
	return device_read32(0, at);
}

static void write32(uint32_t at, uint32_t value)
{
	device_write32(0, at, value);
}

static void write64(uint32_t at, uint64_t value)
{
	write32(at, (uint32_t)value);
	write32(at + 4, (uint32_t)(value >> 32));
}

/* Zeroed pages of what driver and device share, all given back when the controller is started anew. */
static void *pages(uint32_t bytes)
{
	uint8_t *memory = (uint8_t *)device_dma() + memory_used;
	const uint32_t whole = (bytes + NVME_PAGE - 1) & ~(NVME_PAGE - 1);

	CHECK(whole <= DEVICE_DMA_SIZE - memory_used);
	memory_used += whole;
	memset(memory, 0, whole);
	return memory;
}

static bool refuse(const char *why)
{
	log_error("%s; the controller is given up", why);
	controller_stop();
	return false;
}

/* ---- from reset to ready ---------------------------------------------------------------------- */

static bool await_ready(uint32_t ready)
{
	const uint64_t end = clock_ns() + (CAPABILITIES_WAIT(read32(CAPABILITIES)) + 1) * READY_STEP_NS;

	while ((read32(STATUS) & STATUS_READY) != ready) {
		if (controller_is_fatal() || clock_ns() > end) {
			return false;
		}
	}
	return true;
}

bool controller_is_fatal(void)
{
	return (read32(STATUS) & STATUS_FATAL) != 0;
}

void controller_stop(void)
{
	write32(CONFIGURATION, 0);
	(void)bus_master(false); /* refused only where the claim was, and then nothing here runs */
}

static bool begin(void)
{
	const uint32_t low = read32(CAPABILITIES), high = read32(CAPABILITIES + 4);

	if ((high & CAPABILITIES_NVM) == 0 || CAPABILITIES_PAGE(high) != 0) {
		return refuse("it has no commands for sectors, or not with pages of 4 KiB");
	}
	if ((low & CAPABILITIES_ENTRIES) + 1 < QUEUE_ENTRIES) {
		return refuse("its queues are too short");
	}
	step = CAPABILITIES_STEP(high);
	write32(CONFIGURATION, 0);
	if (!await_ready(0)) {
		return refuse("it does not reset");
	}
	memory_used = 0;
	queue_init(&admin, 0, pages(QUEUE_BYTES), step);
	description = pages(NVME_PAGE);
	write32(ADMIN_ENTRIES, (QUEUE_ENTRIES - 1) << 16 | (QUEUE_ENTRIES - 1));
	write64(ADMIN_SUBMISSIONS, device_address(admin.submissions));
	write64(ADMIN_COMPLETIONS, device_address(admin.completions));
	if (bus_master(true) != BUS_OK) {
		return refuse("it has been taken out");
	}
	write32(CONFIGURATION, CONFIGURATION_ENTRIES | CONFIGURATION_ON);
	return await_ready(STATUS_READY) || refuse("it does not become ready");
}

/* ---- commands to the controller --------------------------------------------------------------- */

/* Waits for the end. False: the controller refused it, or said nothing. */
static bool command(struct command *what, uint32_t *result)
{
	const uint64_t end = clock_ns() + ADMIN_WAIT_NS;
	struct completion completion;
	uint32_t cookie;

	queue_put(&admin, what, 0);
	queue_kick(&admin);
	while (!queue_take(&admin, &cookie, &completion)) {
		if (admin.is_broken || controller_is_fatal() || clock_ns() > end) {
			return false;
		}
	}
	queue_taken(&admin);
	*result = completion.result;
	return completion.status == 0;
}

/* Into `description`. */
static bool identify(enum identify what, uint32_t of)
{
	struct command identify = {
	    .opcode = IDENTIFY, .namespace = of, .data = {device_address(description)}, .word = {what}};
	uint32_t result;

	return command(&identify, &result);
}

static uint64_t field(uint32_t at, uint32_t bytes)
{
	uint64_t value = 0;

	memcpy(&value, description + at, bytes);
	return value;
}

static bool set_queues(uint32_t most, uint32_t *granted)
{
	struct command set = {.opcode = SET_FEATURES,
			      .word = {FEATURE_QUEUES, (most - 1) << 16 | (most - 1)}};
	uint32_t result, less;

	if (!command(&set, &result)) {
		return false;
	}
	less = (result & 0xffff) < result >> 16 ? result & 0xffff : result >> 16;
	*granted = less + 1 < most ? less + 1 : most;
	return true;
}

/* ---- what it is ------------------------------------------------------------------------------- */

/* The first of the namespaces that are there. */
static bool find_namespace(void)
{
	if (!identify(IDENTIFY_LIST, 0)) {
		return refuse("it does not tell its namespaces");
	}
	namespace = (uint32_t)field(0, 4);
	return namespace != 0 || refuse("it has no namespace");
}

static bool read_controller(struct storage_geometry *geometry, uint32_t *most_bytes)
{
	uint32_t most, optional;

	if (!identify(IDENTIFY_CONTROLLER, 0)) {
		return refuse("it does not say what it is");
	}
	most = (uint32_t)field(CONTROLLER_MOST, 1);
	optional = (uint32_t)field(CONTROLLER_OPTIONAL, 2);
	*most_bytes =
	    most != 0 && most < 16 && NVME_PAGE << most < DISK_DATA_SIZE ? NVME_PAGE << most : DISK_DATA_SIZE;
	geometry->features =
	    ((field(CONTROLLER_CACHE, 1) & CACHE_VOLATILE) != 0 ? STORAGE_FEATURES_FLUSH : 0) |
	    ((optional & OPTIONAL_DISCARD) != 0 ? STORAGE_FEATURES_DISCARD : 0) |
	    ((optional & OPTIONAL_ZEROES) != 0 ? STORAGE_FEATURES_WRITE_ZEROES : 0);
	return true;
}

static bool read_namespace(struct storage_geometry *geometry, uint32_t most_bytes)
{
	uint32_t format, shift, grain;

	if (!identify(IDENTIFY_NAMESPACE, namespace)) {
		return refuse("it does not say what its namespace is");
	}
	format =
	    (uint32_t)field(NAMESPACE_FORMATS + 4 * FORMAT_INDEX((uint32_t)field(NAMESPACE_FORMAT, 1)), 4);
	shift = FORMAT_SECTOR(format);
	if (shift < SECTOR_LEAST || shift > SECTOR_MOST || FORMAT_METADATA(format) != 0) {
		return refuse("its sectors have no size from 512 to 4096 bytes, or have metadata");
	}
	geometry->sectors = field(NAMESPACE_SECTORS, 8);
	geometry->sector_size = geometry->physical_size = 1u << shift;
	grain = (uint32_t)field(NAMESPACE_GRAIN, 2) + 1;
	if ((field(NAMESPACE_FEATURES, 1) & FEATURES_GRAIN) != 0 && (grain & (grain - 1)) == 0) {
		geometry->physical_size = grain << shift;
	}
	if ((field(NAMESPACE_ATTRIBUTES, 1) & ATTRIBUTES_PROTECTED) != 0) {
		geometry->features |= STORAGE_FEATURES_READ_ONLY;
	}
	geometry->most = most_bytes >> shift;
	geometry->most_discard = ZEROES_MOST;
	return true;
}

bool controller_start(uint32_t most_queues, struct storage_geometry *geometry, uint32_t *queues)
{
	uint32_t most_bytes;

	*geometry = (struct storage_geometry){0};
	if (!begin() || !read_controller(geometry, &most_bytes) || !find_namespace() ||
	    !read_namespace(geometry, most_bytes)) {
		return false;
	}
	return set_queues(most_queues, queues) || refuse("it grants no queues");
}

bool controller_make_queue(struct queue *queue, uint32_t index, uint32_t interrupt)
{
	struct command completions = {
	    .opcode = MAKE_COMPLETIONS,
	    .word = {(QUEUE_ENTRIES - 1) << 16 | index, interrupt << 16 | INTERRUPTS | CONTIGUOUS}};
	struct command submissions = {.opcode = MAKE_SUBMISSIONS,
				      .word = {(QUEUE_ENTRIES - 1) << 16 | index, index << 16 | CONTIGUOUS}};
	uint32_t result;

	if ((uint64_t)DOORBELLS + (2 * (uint64_t)index + 2) * step > device_identity()->ranges[0].bytes) {
		return refuse("the doorbells of its queues are out of reach");
	}
	queue_init(queue, index, pages(QUEUE_BYTES), step);
	completions.data[0] = device_address(queue->completions);
	submissions.data[0] = device_address(queue->submissions);
	return (command(&completions, &result) && command(&submissions, &result)) ||
	       refuse("it makes no queue");
}

struct command controller_command(uint8_t opcode)
{
	return (struct command){.opcode = opcode, .namespace = namespace};
}
