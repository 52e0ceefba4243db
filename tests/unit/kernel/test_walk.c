/* SPDX-License-Identifier: MIT
 * Random walks. The seed is printed; TENON_SEED=N repeats one. `./tenon test --full` (TENON_FULL) makes more of them, TENON_WALK=N
 * repeats one of them and prints each call. TENON_CALLS=N makes as many as N system calls take, and then checks the invariants after each sixteenth step only.
 */
#include "system.h"
#include "walk.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define WALKS      60
#define FULL_WALKS 600
#define WALK_BYTES 20000

static uint64_t seed;

static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void random_walks(void **state)
{
	static uint8_t bytes[WALK_BYTES];
	(void)state;
	printf("seed %llu\n", (unsigned long long)seed);
	(void)fflush(stdout);
	const char *full = getenv("TENON_FULL");
	unsigned walks = full != NULL && full[0] != '\0' ? FULL_WALKS : WALKS;
	const char *wanted = getenv("TENON_CALLS");
	unsigned long calls = wanted != NULL ? strtoul(wanted, NULL, 0) : 0;
	if (calls != 0)
		walk_check_every = 16;
	const char *only = getenv("TENON_WALK");
	unsigned first = only != NULL ? (unsigned)strtoul(only, NULL, 0) : 0;
	walk_prints = only != NULL;
	for (unsigned i = first; only != NULL || (calls != 0 ? walk_calls < calls : i < walks); i++) {
		uint64_t random = seed + i * UINT64_C(0x9e3779b97f4a7c15) + 1;
		for (unsigned n = 0; n < WALK_BYTES; n++)
			bytes[n] = (uint8_t)(random_next(&random) >> 33);
		const char *problem = walk(bytes, WALK_BYTES);
		if (problem != NULL)
			fail_msg("walk %u of seed %llu: %s", i, (unsigned long long)seed, problem);
		if (walk_prints)
			return;
	}
	printf("%lu system calls\n", walk_calls);
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
