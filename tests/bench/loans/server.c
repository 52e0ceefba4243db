/* SPDX-License-Identifier: MIT
 * Reads the loan of one call again and again. What is counted is the system call with its copy.
 */
#include "component.h"

#include <tenon/loan.h>

#include "../support/measure.h"

static uint8_t memory[1 << 20] __attribute__((aligned(64)));
static unsigned failed;

static void read_loan(uint64_t bytes)
{
	uint64_t done = 0;

	failed += tenon_loan_read(SLOT_REPLY_0, 0, 0, memory, bytes, &done) != TENON_OK || done != bytes;
}

static void measure_all(void)
{
	read_loan(sizeof memory);
	MEASURE("loan_64", 1, 1000, read_loan(64));
	MEASURE("loan_256", 2, 1000, read_loan(256));
	MEASURE("loan_1k", 3, 1000, read_loan(1 << 10));
	MEASURE("loan_4k", 4, 500, read_loan(4 << 10));
	MEASURE("loan_16k", 5, 100, read_loan(16 << 10));
	MEASURE("loan_64k", 6, 50, read_loan(64 << 10));
	MEASURE("loan_256k", 7, 20, read_loan(256 << 10));
	MEASURE("loan_1m", 8, 10, read_loan(1 << 20));
	for (size_t i = 0; i < sizeof memory; i += 4096) {
		failed += memory[i] != (uint8_t)(i >> 12);
	}
}

void component_start(void)
{
	struct tenon_ipc ipc;

	measure_begin(clock_ns);
	CHECK(tenon_receive(SLOT_RECEIVE_SET, SLOT_REPLY_0, TENON_NEVER, &ipc) == TENON_OK);
	measure_all();
	ipc.tag = tenon_tag(failed != 0, 0);
	CHECK(tenon_reply(SLOT_REPLY_0, &ipc) == TENON_OK);
}

enum lending_status lending_nothing(uint32_t client)
{
	(void)client;
	return LENDING_OK;
}
