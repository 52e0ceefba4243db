/* SPDX-License-Identifier: MIT
 * Makes random system calls with random arguments: every operation, on what it was given, on what it made, on handles of
 * the past and on numbers that are none. It may stop itself, or lose what it needs to live; then the supervisor starts it
 * again, with another seed.
 *
 * A seed that it printed, given as the parameter `seed`, repeats the calls; on one CPU, where the guest's clock counts
 * instructions, the whole run. Seed 0: another one each time.
 */
#include "component.h"

#include <tenon/object.h>

#define BATCH     200u /* calls before the loop may answer the supervisor */
#define HANDLES   256u
#define REPORT_NS UINT64_C(200000000)

static uint64_t random, calls, done, report_ns;
static tenon_handle_t handle[HANDLES]; /* what came back from calls, right or wrong */

/* xorshift64*: Vigna, An experimental exploration of Marsaglia's xorshift generators, scrambled (2016). */
static uint64_t random_word(void)
{
	random ^= random >> 12;
	random ^= random << 25;
	random ^= random >> 27;
	return random * UINT64_C(0x2545f4914f6cdd1d);
}

static uint64_t random_below(uint64_t limit)
{
	return (random_word() >> 32) % limit;
}

static uint64_t random_handle(void)
{
	switch (random_below(8)) {
	case 0:
	case 1:
		return random_below(SLOT_FREE); /* what it was given */
	case 2:
		return SLOT_FREE + random_below(SLOTS_FREE + 4);
	case 3:
		return tenon_handle((uint32_t)random_below(SLOT_FREE + SLOTS_FREE),
				    (uint32_t)random_below(4));
	case 4:
		return random_word() >> random_below(64);
	default:
		return handle[random_below(HANDLES)];
	}
}

static uint64_t random_address(void)
{
	static const uint64_t base[] = {
	    TENON_AREA_OWN,    TENON_AREA_OWN, TENON_AREA_IMAGE,  TENON_AREA_STACK,
	    TENON_AREA_BUFFER, TENON_AREA_END, UINT64_C(1) << 47, 0};

	return base[random_below(sizeof base / sizeof base[0])] + random_below(1024) * TENON_PAGE_SIZE -
	       (random_below(8) == 0 ? 8 : 0);
}

static uint64_t random_argument(void)
{
	switch (random_below(8)) {
	case 0:
	case 1:
		return random_below(20); /* types, small numbers, slots */
	case 2:
		return SLOT_FREE + random_below(SLOTS_FREE);
	case 3:
		return random_handle();
	case 4:
		return random_address();
	case 5:
		return UINT64_C(1) << random_below(31); /* sizes, rights, masks */
	case 6:
		return random_below(128);
	default:
		return random_word() >> random_below(64);
	}
}

static void keep(const struct tenon_ipc *ipc)
{
	if (ipc->status == TENON_OK)
		done++;
	if (ipc->status == TENON_OK && ipc->word[0] != 0)
		handle[random_below(HANDLES)] = ipc->word[0];
}

/* Mostly objects that can be made, of sizes that fit: else little would come of all this. */
static void make(struct tenon_ipc *ipc)
{
	static const uint32_t type[] = {TENON_TYPE_POOL,  TENON_TYPE_FRAME,      TENON_TYPE_SPACE,
					TENON_TYPE_TABLE, TENON_TYPE_THREAD,     TENON_TYPE_SCHEDULING,
					TENON_TYPE_FRAME, TENON_TYPE_RECEIVE_SET};

	*ipc =
	    tenon_operate(TENON_OP_POOL_MAKE, SLOT_POOL, type[random_below(sizeof type / sizeof type[0])],
			  SLOT_FREE + random_below(SLOTS_FREE),
			  random_below(2) != 0 ? TENON_PAGE_SIZE : UINT64_C(1) << (2 + random_below(20)), 0);
}

static void strike_once(void)
{
	struct tenon_ipc ipc;

	if (random_below(16) == 0) {
		make(&ipc);
	} else {
		const enum tenon_operation operation =
		    random_below(64) == 0 ? (enum tenon_operation)random_below(256)
					  : (enum tenon_operation)random_below(TENON_OPERATION_COUNT);

		/* Who stops itself makes no more calls. */
		if (operation == TENON_OP_THREAD_STOP && random_below(64) != 0)
			return;
		ipc.control = tenon_control(operation, random_handle());
		ipc.tag = random_below(8) == 0 ? random_word() : tenon_tag((uint32_t)random_below(4), 64);
		if (random_below(4) == 0)
			ipc.tag |= random_below(16) << 16;
		/* It waits, but not for long. */
		ipc.deadline = random_below(16) != 0 ? TENON_NOW : clock_ns() + random_below(100000);
		ipc.reply = random_below(2) == 0 ? 0 : random_handle();
		for (unsigned i = 0; i < TENON_MESSAGE_WORDS; i++)
			ipc.word[i] = random_argument();
		tenon_extras()->capability = random_handle();
		tenon_lend((uint32_t)random_below(3), (const void *)(uintptr_t)random_address(),
			   random_below(UINT64_C(1) << random_below(24)), (uint32_t)random_below(8));
		tenon_trap(&ipc);
	}
	calls++;
	keep(&ipc);
}

void component_start(void)
{
	random = PARAMETER_SEED != 0 && clock_ns() < 300000000 ? PARAMETER_SEED
							       : PARAMETER_SEED + (clock_ns() | 1);
	log_info("seed %llu", (unsigned long long)random);
	strike_at(clock_ns());
}

void strike(void)
{
	for (unsigned i = 0; i < BATCH; i++)
		strike_once();
	if (clock_ns() > report_ns) {
		report_ns = clock_ns() + REPORT_NS;
		log_info("%llu calls, %llu done", (unsigned long long)calls, (unsigned long long)done);
	}
	strike_at(clock_ns());
}
