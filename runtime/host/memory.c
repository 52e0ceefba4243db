/* SPDX-License-Identifier: MIT
 * The component's memory: its data, which is as the image has it at each
 * start; its heap, in which the sanitizers see each block; regions that it
 * shares, mapped twice with the rights of each end; and registers.
 *
 * State: copies of the data and of what the system says of connections as they were, the blocks of the heap, the test's device, a supervisor's directory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <tenon/component.h>
#include <unistd.h>

#include "host.h"

#define BLOCKS_MAX 65536u

/* Made by the linker from what sections.h names. */
extern char __start_component_data[] __attribute__((weak)), __stop_component_data[] __attribute__((weak));
extern char __start_component_given[] __attribute__((weak)), __stop_component_given[] __attribute__((weak));
extern char __start_component_bss[] __attribute__((weak)), __stop_component_bss[] __attribute__((weak));

static char *data, *given;
static struct {
	void *block;
	size_t bytes;
} heap[BLOCKS_MAX];
static uint32_t blocks;
static uint64_t used;
static struct test_device device;
static const void *directory; /* of a supervisor */
/* What the component does with a register now. */
static struct access {
	bool pending, writes;
	const struct test_region *region;
	uint32_t range, offset, bytes;
	uint64_t value;
} wanted;

/* Also what lies between the variables, where the sanitizers let nobody else. */
__attribute__((no_sanitize("address"))) void memory_copy(char *to, const char *from, size_t bytes)
{
	volatile char *out = to;

	for (size_t i = 0; i < bytes; i++)
		out[i] = from == NULL ? 0 : from[i];
}

static size_t bytes_between(const char *first, const char *end)
{
	return first == NULL ? 0 : (size_t)(end - first);
}

/* ---- regions ---------------------------------------------------------------------------------- */

void test_directory(const struct supervision_directory *of_members)
{
	directory = of_members;
}

/* Both ends have their regions where the glue says. */
void *tenon_host_region(uint64_t address)
{
	if (address == TENON_AREA_WINDOWS && directory == NULL)
		failure("%s looks into its directory, and the test gave it none: see test_directory()",
			test_component.name);
	if (address == TENON_AREA_WINDOWS)
		return (void *)(uintptr_t)directory;
	return (void *)(uintptr_t)address;
}

static void map_at(const struct test_region *region, uint64_t address, int file, bool writable)
{
	const uint64_t first = address & ~UINT64_C(4095);
	const size_t bytes = (size_t)((address - first + region->size + 4095) & ~UINT64_C(4095));
	void *place = (void *)(uintptr_t)first;

	if (mmap(place, bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ,
		 MAP_SHARED | MAP_FIXED_NOREPLACE, file, 0) != place) {
		perror(region->name);
		abort();
	}
}

static void map_region(const struct test_region *region)
{
	const int file = memfd_create(region->name, 0);

	if (file < 0 || ftruncate(file, (off_t)region->size + 8192) != 0) {
		perror(region->name);
		abort();
	}
	map_at(region, region->address, file, region->writable);
	map_at(region, region->address + TENON_AREA_HOST_PEER, file, true);
	close(file);
}

static char *copy_of(const char *first, const char *end)
{
	char *copy = malloc(bytes_between(first, end) + 1);

	if (copy == NULL)
		abort();
	memory_copy(copy, first, bytes_between(first, end));
	return copy;
}

void memory_init(void)
{
	data = copy_of(__start_component_data, __stop_component_data);
	given = copy_of(__start_component_given, __stop_component_given);
	for (uint32_t i = 0; i < test_component.regions; i++)
		map_region(&test_component.region[i]);
}

static void protect_peer(const struct test_region *region, bool writable)
{
	const uint64_t first = (region->address + TENON_AREA_HOST_PEER) & ~UINT64_C(4095);
	const size_t bytes = (size_t)((region->size + 4095) & ~UINT64_C(4095));

	if (mprotect((void *)(uintptr_t)first, bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ) != 0)
		abort();
}

void device_reset(void)
{
	device = (struct test_device){.read = NULL};
	directory = NULL;
	wanted = (struct access){.pending = false};
	for (uint32_t i = 0; i < test_component.regions; i++) {
		const struct test_region *region = &test_component.region[i];

		protect_peer(region, true);
		memset((void *)(uintptr_t)(region->address + TENON_AREA_HOST_PEER), 0, region->size);
		protect_peer(region, region->peer_writable || region->is_device);
	}
}

void given_reset(void)
{
	memory_copy(__start_component_given, given,
		    bytes_between(__start_component_given, __stop_component_given));
}

void memory_reset(void)
{
	memory_copy(__start_component_data, data,
		    bytes_between(__start_component_data, __stop_component_data));
	memory_copy(__start_component_bss, NULL, bytes_between(__start_component_bss, __stop_component_bss));
	while (blocks != 0)
		free(heap[--blocks].block);
	used = 0;
}

/* ---- heap ------------------------------------------------------------------------------------- */

void *heap_allocate(size_t size)
{
	void *block;

	if (blocks == BLOCKS_MAX || size > tenon_component.heap_size - used)
		return NULL;
	block = malloc(size == 0 ? 1 : size);
	heap[blocks].block = block;
	heap[blocks++].bytes = size;
	used += size;
	return block;
}

void *heap_allocate_zeroed(size_t count, size_t size)
{
	void *block = size != 0 && count > SIZE_MAX / size ? NULL : heap_allocate(count * size);

	if (block != NULL)
		memset(block, 0, count * size);
	return block;
}

void heap_free(void *block)
{
	uint32_t i = 0;

	if (block == NULL)
		return;
	while (i < blocks && heap[i].block != block)
		i++;
	if (i == blocks)
		failure("%s frees a block that it does not have", test_component.name);
	used -= heap[i].bytes;
	heap[i] = heap[--blocks];
	free(block);
}

/* ---- registers -------------------------------------------------------------------------------- */

void test_device(const struct test_device *model)
{
	device = *model;
}

static const struct test_region *registers(uint32_t range, uint32_t offset, uint32_t bytes)
{
	const struct test_region *region = &test_component.region[range];

	if (range >= test_component.regions || !region->is_device)
		failure("%s has no register range %u", test_component.name, range);
	if (bytes > region->size || offset > region->size - bytes)
		failure("%s reaches for a register at 0x%x, past the range of 0x%llx bytes",
			test_component.name, offset, (unsigned long long)region->size);
	return region;
}

uint64_t tenon_host_read(uint32_t range, uint32_t offset, uint32_t bytes);
void tenon_host_write(uint32_t range, uint32_t offset, uint32_t bytes, uint64_t value);

/* The device is the test's code, so it runs on the test's stack, as a system call does. */
static uint64_t reach(bool writes, uint32_t range, uint32_t offset, uint32_t bytes, uint64_t value)
{
	if (coroutine_current() == NULL)
		failure("a test called code of %s that reaches for a register", test_component.name);
	wanted = (struct access){.pending = true,
				 .writes = writes,
				 .region = registers(range, offset, bytes),
				 .range = range,
				 .offset = offset,
				 .bytes = bytes,
				 .value = value};
	coroutine_yield();
	return wanted.value;
}

uint64_t tenon_host_read(uint32_t range, uint32_t offset, uint32_t bytes)
{
	return reach(false, range, offset, bytes, 0);
}

void tenon_host_write(uint32_t range, uint32_t offset, uint32_t bytes, uint64_t value)
{
	(void)reach(true, range, offset, bytes, value);
}

bool device_access(void)
{
	void *memory;

	if (!wanted.pending)
		return false;
	wanted.pending = false;
	memory = (void *)(uintptr_t)(wanted.region->address + wanted.offset);
	if (wanted.writes && device.write != NULL)
		device.write(device.context, wanted.range, wanted.offset, wanted.bytes, wanted.value);
	else if (wanted.writes)
		memcpy(memory, &wanted.value, wanted.bytes);
	else if (device.read != NULL)
		wanted.value = device.read(device.context, wanted.range, wanted.offset, wanted.bytes);
	else
		memcpy(&wanted.value, memory, wanted.bytes);
	return true;
}
