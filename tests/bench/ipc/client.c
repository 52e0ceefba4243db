/* SPDX-License-Identifier: MIT
 * Measures calls and signals between two components, and ends.
 */
#include "component.h"

#include "../support/measure.h"

#define TIMES 4000u

static unsigned failed;

static void null_calls(void)
{
	MEASURE("null_syscall", 1, TIMES, {
		struct tenon_ipc ipc;

		ipc.control = tenon_control(TENON_OP_NULL, 0);
		tenon_trap(&ipc);
	});
}

static void calls_of_nothing(void)
{
	unsigned wrong = bench_nothing() != BENCH_OK; /* once before measuring: first touches */

	MEASURE("call_reply_0", 2, TIMES, wrong += bench_nothing() != BENCH_OK);
	failed += wrong;
}

static void calls_of_words(void)
{
	uint64_t values[8] = {1, 2, 3, 4, 5, 6, 7, 8}, same[8] = {0};

	/* They stand in memory before and after, as far as the compiler knows. */
	__asm__ volatile("" : : "r"(values), "r"(same) : "memory");
	unsigned wrong = bench_words(values, same) != BENCH_OK;

	MEASURE("call_reply_64", 3, TIMES, wrong += bench_words(values, same) != BENCH_OK);
	failed += wrong + (same[0] != 1) + (same[7] != 8);
}

static void calls_of_blocks(void)
{
	static uint64_t values[120] = {1, [119] = 120}, same[120];
	unsigned wrong = bench_block(values, same) != BENCH_OK;

	MEASURE("call_reply_960", 4, TIMES, wrong += bench_block(values, same) != BENCH_OK);
	failed += wrong + (same[0] != 1) + (same[119] != 120);
}

/* The server signals, since this component is where its event goes: nobody waits meanwhile. */
static void signals(void)
{
	uint64_t took_ns = 0;

	failed += bench_signal_often(TIMES, &took_ns) != BENCH_OK;
	measure_print("signal", 5, took_ns, TIMES);
}

void bench_ping(void)
{
}

void component_start(void)
{
	measure_begin(clock_ns);
	null_calls();
	calls_of_nothing();
	calls_of_words();
	calls_of_blocks();
	signals();
	log_info("ipc: done, %u calls failed", failed);
	(void)power_end(failed == 0 ? 0 : 1); /* does not come back when it succeeds */
}
