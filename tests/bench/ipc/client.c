/* SPDX-License-Identifier: MIT
 * Measures, prints `bench: NAME VALUE instructions` for each, and ends.
 *
 * Time is turned into instructions by a loop of known length that runs under
 * the same clock; the loop around each measured call is part of its count (two
 * or three instructions).
 */
#include "component.h"
#include "count.h"

#define TURNS       UINT64_C(1000000)
#define CALIBRATION (2 * TURNS)
#define TIMES       4000u

static uint64_t calibration_ns;
static unsigned failed;

static void print(const char *name, uint64_t ns, uint64_t times)
{
	uint64_t tenths =
	    ns * 10 * (CALIBRATION / 1000) / (calibration_ns / 1000 + (calibration_ns < 1000)) / times;

	log_info("bench: %s %llu.%llu instructions", name, (unsigned long long)(tenths / 10),
		 (unsigned long long)(tenths % 10));
}

static uint64_t calibrate(void)
{
	uint64_t start = clock_ns();

	count_down(TURNS);
	return clock_ns() - start;
}

static uint64_t null_calls(void)
{
	uint64_t start = clock_ns();

	for (unsigned i = 0; i < TIMES; i++) {
		struct tenon_ipc ipc;

		ipc.control = tenon_control(TENON_OP_NULL, 0);
		tenon_trap(&ipc);
	}
	return clock_ns() - start;
}

static uint64_t calls_of_nothing(void)
{
	unsigned wrong = 0;
	uint64_t start = clock_ns(), took;

	for (unsigned i = 0; i < TIMES; i++) {
		wrong += bench_nothing() != BENCH_OK;
	}
	took = clock_ns() - start;
	failed += wrong;
	return took;
}

static uint64_t calls_of_words(void)
{
	uint64_t values[8] = {1, 2, 3, 4, 5, 6, 7, 8}, same[8] = {0};
	unsigned wrong = 0;
	uint64_t start = clock_ns(), took;

	for (unsigned i = 0; i < TIMES; i++) {
		wrong += bench_words(values, same) != BENCH_OK;
	}
	took = clock_ns() - start;
	failed += wrong + (same[0] != 1) + (same[7] != 8);
	return took;
}

static uint64_t calls_of_blocks(void)
{
	static uint64_t values[120] = {1, [119] = 120}, same[120];
	unsigned wrong = 0;
	uint64_t start = clock_ns(), took;

	for (unsigned i = 0; i < TIMES; i++) {
		wrong += bench_block(values, same) != BENCH_OK;
	}
	took = clock_ns() - start;
	failed += wrong + (same[0] != 1) + (same[119] != 120);
	return took;
}

static uint64_t signals(void)
{
	uint64_t took_ns = 0;

	failed += bench_signal_often(TIMES, &took_ns) != BENCH_OK;
	return took_ns;
}

void bench_ping(void)
{
}

void component_start(void)
{
	calibration_ns = calibrate();
	(void)calls_of_nothing(); /* once before measuring: first touches */
	print("null_syscall", null_calls(), TIMES);
	print("call_reply_0", calls_of_nothing(), TIMES);
	print("call_reply_64", calls_of_words(), TIMES);
	print("call_reply_960", calls_of_blocks(), TIMES);
	print("signal", signals(), TIMES);
	log_info("ipc: done, %u calls failed", failed);
	(void)power_end(failed == 0 ? 0 : 1); /* does not come back when it succeeds */
}
