/* SPDX-License-Identifier: MIT
 * Sleeps beside threads that compute, and must be ahead of them when it wakes. Then moves from CPU to CPU, and must arrive
 * there with its registers.
 */
#include "component.h"
#include <tenon/object.h>

#define PRIORITY 20u /* of the others too */
#define SLEEPS   60u
#define SLEEP_NS UINT64_C(3000000)
#define LATE_NS  UINT64_C(20000000) /* the others' quanta are up to 100 ms */
#define MOVES    300u

static unsigned wrong;

static void expect(bool holds, const char *what, uint64_t number)
{
	if (holds)
		return;
	wrong++;
	log_error("wrong: %s (%llu)", what, (unsigned long long)number);
}

static void sleep_until(uint64_t deadline_ns)
{
	struct tenon_ipc ipc = {0};

	expect(tenon_receive(SLOT_RECEIVE_SET, 0, deadline_ns, &ipc) == TENON_TIMED_OUT, "no deadline", 0);
}

static void sleeps(void)
{
	unsigned late = 0;

	expect(tenon_thread_schedule(SLOT_THREAD, PRIORITY, TENON_BAND_TIME_SHARING, 1, 0) == TENON_OK,
	       "not in the band", 0);
	for (unsigned n = 0; n < SLEEPS; n++) {
		uint64_t deadline = clock_ns() + SLEEP_NS;

		sleep_until(deadline);
		late += clock_ns() - deadline > LATE_NS;
	}
	if (late == 0)
		log_info("walker: %u sleeps, on time", SLEEPS);
	else
		log_error("wrong: %u of %u sleeps ended late", late, SLEEPS);
}

static uint64_t inspect(enum tenon_inspect what, uint64_t index, unsigned word)
{
	return tenon_operate(TENON_OP_INSPECT, SLOT_INSPECTOR, what, index, 0, 0).word[word];
}

static uint64_t own_index(uint64_t threads)
{
	static const char name[8] = "walker";
	uint64_t first, index = 0;

	__builtin_memcpy(&first, name, sizeof(first));
	while (index < threads && inspect(TENON_INSPECT_THREAD_NAME, index, 0) != first)
		index++;
	return index;
}

static void moves(void)
{
	uint64_t own = own_index(inspect(TENON_INSPECT_COUNTS, 0, 0)),
		 cpus = inspect(TENON_INSPECT_COUNTS, 0, 3);
	uint64_t sum = 0;

	for (unsigned n = 1; n <= MOVES; n++) {
		uint64_t cpu = n % cpus;

		sum += n;
		expect(tenon_thread_schedule(SLOT_THREAD, PRIORITY, TENON_BAND_TIME_SHARING,
					     UINT64_C(1) << cpu, 0) == TENON_OK,
		       "does not move", cpu);
		expect(inspect(TENON_INSPECT_THREAD, own, 2) == cpu, "is elsewhere", cpu);
		expect(sum == n * (n + 1) / 2, "lost its sum", n);
		if (n % 16 == 0)
			sleep_until(clock_ns() + SLEEP_NS / 10);
	}
	expect(tenon_thread_schedule(SLOT_THREAD, PRIORITY, TENON_BAND_REAL_TIME, 0, 0) == TENON_BAD_ARGUMENT,
	       "moved nowhere", 0);
	log_info("walker: %u moves, %u wrong", MOVES, wrong);
}

void component_start(void)
{
	sleeps();
	moves();
	(void)power_end(0); /* does not come back when it succeeds */
}
