/* SPDX-License-Identifier: MIT
 * The calibration, and how results are printed. Owns the length of the calibrating loop in nanoseconds.
 */
#include "measure.h"

#define TURNS       UINT64_C(1000000)
#define CALIBRATION (2 * TURNS)

/* Two instructions a turn, on each architecture. */
#if defined(__aarch64__)
#define TURN "1: subs %0, %0, #1\n b.ne 1b"
#elif defined(__riscv)
#define TURN "1: addi %0, %0, -1\n bnez %0, 1b"
#elif defined(__x86_64__)
#define TURN "1: dec %0\n jnz 1b"
#endif

static uint64_t calibration_ns;

__attribute__((noinline)) void count_down(uint64_t turns)
{
	__asm__ volatile(TURN : "+r"(turns) : : "cc");
}

void measure_begin(uint64_t (*now)(void))
{
	uint64_t start = now();

	count_down(TURNS);
	calibration_ns = now() - start;
	MARK_ARM();
}

void measure_print(const char *name, unsigned mark, uint64_t ns, uint64_t times)
{
	uint64_t tenths =
	    ns * 10 * (CALIBRATION / 1000) / (calibration_ns / 1000 + (calibration_ns < 1000)) / times;

	log_info("bench: %s %llu.%llu instructions mark %u", name, (unsigned long long)(tenths / 10),
		 (unsigned long long)(tenths % 10), mark);
}

void measure_say(const char *name, uint64_t value, const char *unit)
{
	log_info("bench: %s %llu %s", name, (unsigned long long)value, unit);
}
