/* SPDX-License-Identifier: MIT
 * Reads the CPU's counter, which its instance is given, 20 times, a millisecond apart: others run in between, and it stays
 * open to this one only.
 */
#include "component.h"

#define READS 20u

static uint64_t last;
static unsigned counted;

static uint64_t counter(void)
{
#if defined(__aarch64__)
	uint64_t value;
	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(value));
	return value;
#elif defined(__riscv)
	uint64_t value;
	__asm__ volatile("rdcycle %0" : "=r"(value));
	return value;
#else
	uint32_t low, high;
	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
#endif
}

void read_again(void)
{
	uint64_t value = counter();
	counted += value > last;
	last = value;
	if (counted < READS)
		read_again_at(clock_ns() + UINT64_C(1000000));
	else
		log_info("the counter counted %u times", counted);
}

void component_start(void)
{
	read_again();
}
