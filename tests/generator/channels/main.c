/* SPDX-License-Identifier: MIT
 * The kernel between both sides of golden/channels: signals are delivered when it likes, and either side starts anew in
 * between. What was asked in a session is answered in it, in order, or lost with it; nothing stays asleep.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <tenon/areas.h>
#include <tenon/component.h>
#include <tenon/ipc.h>
#include <tenon/log.h>

#include "channels.h"

#define STEPS  200000u
#define MEMORY (1u << 20)

uint8_t tenon_host_buffer[TENON_MESSAGE_MAX_BYTES];
/* The runtime's own, which neither side is: it signals for the one that runs. */
const struct tenon_component tenon_component = {.name = "both"};
static _Alignas(4096) uint8_t memory[MEMORY];
static jmp_buf waits;
static bool signalled[2], disk_runs;
static uint64_t state = 88172645463325252;

noreturn void tenon_panic(const char *file, unsigned line, const char *what)
{
	fprintf(stderr, "%s:%u: %s\n", file, line, what);
	abort();
}

void tenon_log(enum tenon_log_level level, const char *format, ...)
{
	(void)level;
	(void)format;
}

uint32_t next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

noreturn void leave(void)
{
	longjmp(waits, 1);
}

/* Both have the same regions at the same addresses: the disk's first client is `files`. */
void *region(uint64_t address)
{
	CHECK(address >= TENON_AREA_REGIONS && address - TENON_AREA_REGIONS < MEMORY);
	return memory + (address - TENON_AREA_REGIONS);
}

void signal_other(bool from_disk)
{
	signalled[from_disk ? 1 : 0] = true;
}

/* What runtime/channel.c calls. Each side has one other side in this program; the disk's second client is not there. */
void tenon_trap(struct tenon_ipc *ipc)
{
	const uint64_t operation = ipc->control & ((1u << TENON_OPERATION_BITS) - 1);

	CHECK(operation == TENON_OP_SIGNAL);
	signal_other(disk_runs);
	ipc->status = TENON_OK;
}

static void start(bool disk)
{
	disk_runs = disk;
	if (setjmp(waits) == 0)
		(disk ? disk_start : files_start)();
}

static void deliver(bool disk)
{
	struct tenon_ipc ipc = {.source = TENON_SOURCE_SIGNAL, .word = {UINT64_MAX}};

	if (!signalled[disk ? 0 : 1])
		return;
	signalled[disk ? 0 : 1] = false;
	disk_runs = disk;
	(disk ? disk_signal : files_signal)(&ipc);
}

int main(void)
{
	uint64_t starts = 0, before;

	memset(memory, 0x5a, sizeof memory); /* what stands there does not matter */
	start(true);
	start(false);
	for (uint32_t i = 0; i < STEPS; i++) {
		if (next_random() % 500 == 0) {
			start(next_random() % 2 == 0);
			starts++;
		}
		deliver(next_random() % 2 == 0);
	}
	before = seen.received;
	for (uint32_t i = 0; i < 1000; i++) {
		deliver(true);
		deliver(false);
	}
	printf("%llu requests, %llu answers, %llu sessions, %llu starts, %llu times room\n",
	       (unsigned long long)seen.sent, (unsigned long long)seen.received,
	       (unsigned long long)seen.sessions, (unsigned long long)starts, (unsigned long long)seen.rooms);
	/* Nobody waits for what does not come: there is always a request under way. */
	return seen.received == before || seen.sessions < starts / 2 || seen.received < seen.sent / 2 ||
	       seen.rooms == 0;
}
