/* SPDX-License-Identifier: MIT
 * What lwIP asks of who it is linked with: memory, and numbers that nobody can guess; the time is timers.c's.
 */
#include "component.h"
#include "ip.h"
#include "random.h"

#include "lwip/ip_addr.h"

#include <tenon/heap.h>
#include <tenon/string.h>

/* The numbers of connections advance by one each 4 us (RFC 6528, 3; RFC 9293, 3.4.1). */
#define NS_OF_NUMBER UINT64_C(4000)

_Noreturn void lwip_failed(const char *what, const char *file, unsigned line)
{
	tenon_panic(file, line, what);
}

/* ---- memory: the pool of which the card reads, so that a header is sent from where lwIP made it ---- */

#define SMALL                                                                                                \
	192u /* bytes, which the headers of a segment or of a datagram fit in: each needs such a block */
#define SMALLS 512u
_Static_assert(SMALL *SMALLS < CARD_OUT_COUNT * CARD_OUT_SIZE / 2, "the heap has the other half at least");

static struct tenon_heap heap; /* of what is larger, and of what finds no small block */
static uint8_t *smalls;        /* the beginning of the pool */
static uint16_t free_smalls[SMALLS];
static uint32_t small_count; /* that are free */
static uint32_t blocks;      /* that lwIP has */

static void prepare(void)
{
	const struct tenon_buffer first = {.length = CARD_OUT_SIZE};

	if (smalls != NULL) {
		return;
	}
	smalls = card_out_write(&first);
	for (; small_count < SMALLS; small_count++) {
		free_smalls[small_count] = (uint16_t)small_count;
	}
	tenon_heap_init(&heap, smalls + (size_t)SMALL * SMALLS,
			(size_t)CARD_OUT_COUNT * CARD_OUT_SIZE - (size_t)SMALL * SMALLS);
}

void *lwip_allocate(size_t size)
{
	void *memory;

	prepare();
	memory = size <= SMALL && small_count > 0 ? smalls + (size_t)free_smalls[--small_count] * SMALL
						  : tenon_heap_allocate(&heap, size);
	blocks += memory != NULL;
	return memory;
}

void lwip_free(void *memory)
{
	const uintptr_t offset = (uintptr_t)memory - (uintptr_t)smalls;

	blocks -= memory != NULL;
	if (memory == NULL || offset >= (uintptr_t)SMALL * SMALLS) {
		tenon_heap_free(&heap, memory);
	} else {
		CHECK(offset % SMALL == 0 && small_count < SMALLS);
		free_smalls[small_count++] = (uint16_t)(offset / SMALL);
	}
}

uint32_t library_blocks(void)
{
	return blocks;
}

void *lwip_allocate_zeroed(unsigned long count, unsigned long size)
{
	void *memory = size == 0 || count <= SIZE_MAX / size ? lwip_allocate(count * size) : NULL;

	if (memory != NULL) {
		memset(memory, 0, count * size);
	}
	return memory;
}

/* ---- numbers ---- */

static uint64_t secret[2], drawn;

void random_begin(void)
{
	uint32_t size = 0;

	if (!entropy_connected() || entropy_read(sizeof secret, secret, sizeof secret, &size) != ENTROPY_OK ||
	    size != sizeof secret) {
		log_warning("without a source of entropy others can guess the numbers of connections");
		secret[0] = clock_ns();
	}
}

uint32_t lwip_random(void)
{
	drawn++;
	return (uint32_t)random_hash(secret, &drawn, sizeof drawn);
}

uint32_t lwip_first_number(const void *local, uint16_t local_port, const void *remote, uint16_t remote_port)
{
	struct {
		uint8_t local[sizeof(ip_addr_t)], remote[sizeof(ip_addr_t)];
		uint16_t local_port, remote_port;
	} connection;

	memset(&connection, 0, sizeof connection);
	memcpy(connection.local, local, sizeof connection.local);
	memcpy(connection.remote, remote, sizeof connection.remote);
	connection.local_port = local_port;
	connection.remote_port = remote_port;
	return (uint32_t)(clock_ns() / NS_OF_NUMBER) +
	       (uint32_t)random_hash(secret, &connection, sizeof connection);
}
