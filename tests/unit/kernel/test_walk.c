/* SPDX-License-Identifier: MIT
 * Random walks. The seed is printed; TENON_SEED=N repeats one. TENON_WALK=N repeats one walk of it and prints each call.
 * TENON_CALLS=N makes as many walks as N system calls take, and checks the invariants after each sixteenth step only;
 * `./tenon test --full` (TENON_FULL) does that with FULL_CALLS.
 */
#include "system.h"
#include "walk.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define WALKS      60
#define FULL_CALLS 50000000
#define WALK_BYTES 20000

static uint64_t seed;

static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* How many system calls are wanted; 0: WALKS walks. */
static unsigned long wanted_calls(void)
{
	const char *full = getenv("TENON_FULL"), *wanted = getenv("TENON_CALLS");
	if (wanted != NULL)
		return strtoul(wanted, NULL, 0);
	return full != NULL && full[0] != '\0' ? FULL_CALLS : 0;
}

static void one_walk(unsigned number)
{
	static uint8_t bytes[WALK_BYTES];
	uint64_t random = seed + number * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (unsigned n = 0; n < WALK_BYTES; n++)
		bytes[n] = (uint8_t)(random_next(&random) >> 33);
	const char *problem = walk(bytes, WALK_BYTES);
	if (problem != NULL)
		fail_msg("walk %u of seed %llu: %s", number, (unsigned long long)seed, problem);
}

static void random_walks(void **state)
{
	(void)state;
	printf("seed %llu\n", (unsigned long long)seed);
	(void)fflush(stdout);
	const char *only = getenv("TENON_WALK");
	if (only != NULL) {
		walk_prints = true;
		one_walk((unsigned)strtoul(only, NULL, 0));
		return;
	}
	unsigned long calls = wanted_calls();
	walk_check_every = calls != 0 ? 16 : 1;
	for (unsigned i = 0; calls != 0 ? walk_calls < calls : i < WALKS; i++)
		one_walk(i);
	printf("counted: %lu random system calls (seed %llu)\n", walk_calls, (unsigned long long)seed);
	/* The walks have been where they should: every status that a system call of this machine can have. */
	for (unsigned status = TENON_OK; status < TENON_STATUS_COUNT; status++) {
		printf("status %2u: %lu\n", status, walk_statuses[status]);
		assert_true(walk_statuses[status] > 0);
	}
}

int main(void)
{
	const char *wanted = getenv("TENON_SEED");
	seed = wanted != NULL ? strtoull(wanted, NULL, 0) : (uint64_t)time(NULL);
	const struct CMUnitTest tests[] = {cmocka_unit_test(random_walks)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
