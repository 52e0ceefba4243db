/* SPDX-License-Identifier: MIT
 * Keeps many processes alive, each with the least memory that it can do with: a pool of its own with page tables, one
 * page of stack, one message buffer, a small table, a thread and a set. The page with their code they share.
 *
 * Each has its number on its stack page, at an address that is the same in all of them: so each has memory of its own.
 */
#include "component.h"

#include "../objects/puppet.h"
#include "../support/settled.h"

#define LEAST_POOL (4 * (uint64_t)TENON_PAGE_SIZE)
#define OWN        (PUPPET_STACK - TENON_PAGE_SIZE) /* a word that the stack does not reach */
#define BUFFER     (PUPPET_STACK + TENON_PAGE_SIZE)
#define SLOT_CODE  SLOT_FREE
#define SLOT_FIRST (SLOT_FREE + 1)

static struct tenon_process process[PARAMETER_PROCESSES];
static tenon_handle_t code;
static uint64_t pool_bytes = LEAST_POOL, checks, wrong, random = PARAMETER_SEED;

static void expect(bool holds, const char *what, uint64_t detail)
{
	checks++;
	if (holds)
		return;
	wrong++;
	if (wrong <= 20)
		log_error("wrong: %s (%llu)", what, (unsigned long long)detail);
}

/* xorshift64*: Vigna, An experimental exploration of Marsaglia's xorshift generators, scrambled (2016). */
static uint64_t random_below(uint64_t limit)
{
	random ^= random >> 12;
	random ^= random << 25;
	random ^= random >> 27;
	return (random * UINT64_C(0x2545f4914f6cdd1d) >> 32) % limit;
}

static uint64_t pool_free(void)
{
	struct tenon_pool_view view = {.bytes = 0};

	expect(tenon_pool_read(SLOT_POOL, &view) == TENON_OK, "the pool is read", 0);
	return view.free;
}

/* The last of it comes back when all CPUs have taken an interrupt. */
static bool is_whole(uint64_t free)
{
	const uint64_t until = clock_ns() + UINT64_C(20000000000);

	while (pool_free() != free && clock_ns() < until)
		tenon_yield();
	return pool_free() == free;
}

static enum tenon_status create(unsigned number)
{
	const struct tenon_process_segment segment = puppet_segment(&code);
	struct tenon_process_plan plan = puppet_plan(SLOT_POOL, SLOT_SPACE, &segment);

	plan.pool_bytes = pool_bytes;
	plan.stack_bytes = TENON_PAGE_SIZE;
	plan.buffer = BUFFER;
	plan.argument = number;
	plan.table_slots = 4;
	plan.affinity = number % 2 == 0 ? 1 : UINT64_MAX;
	plan.slots = tenon_process_slots(&plan);
	plan.slot = SLOT_FIRST + number * plan.slots;
	return tenon_process_create(&plan, &process[number]);
}

static void make(unsigned number)
{
	struct tenon_ipc ipc;
	enum tenon_status status = create(number);

	expect(status == TENON_OK, "made", (uint64_t)status);
	if (status == TENON_OK)
		expect(puppet_ask(process[number].endpoint, PUPPET_WRITE, OWN, number, &ipc) == TENON_OK,
		       "its memory is written", number);
}

static void end(unsigned number)
{
	enum tenon_status status = tenon_process_destroy(&process[number]);

	expect(status == TENON_OK, "ended", (uint64_t)status);
}

static void call_all(void)
{
	struct tenon_ipc ipc;

	for (unsigned i = 0; i < PARAMETER_PROCESSES; i++)
		expect(puppet_ask(process[i].endpoint, PUPPET_READ, OWN, 0, &ipc) == TENON_OK &&
			   ipc.word[1] == i,
		       "an answer from its own memory", i);
}

/* A fifth of them, chosen at random, ended and then made again. */
static uint64_t churn(void)
{
	static bool ended[PARAMETER_PROCESSES];
	uint64_t count = 0;

	while (count < PARAMETER_PROCESSES / 5) {
		const unsigned number = (unsigned)random_below(PARAMETER_PROCESSES);

		if (ended[number])
			continue;
		end(number);
		ended[number] = true;
		count++;
	}
	for (unsigned i = 0; i < PARAMETER_PROCESSES; i++) {
		if (ended[i])
			make(i);
		ended[i] = false;
	}
	return count;
}

static void find_least(void)
{
	enum tenon_status status = create(0);

	for (; status == TENON_NO_MEMORY && pool_bytes < UINT64_C(1) << 20; status = create(0))
		pool_bytes *= 2;
	expect(status == TENON_OK, "the first one", (uint64_t)status);
	end(0);
}

void component_start(void)
{
	uint64_t before, rounds = 0, again = 0;

	log_info("seed %u", PARAMETER_SEED);
	expect(puppet_code(SLOT_POOL, SLOT_SPACE, TENON_AREA_OWN, SLOT_CODE, &code) == TENON_OK, "code", 0);
	find_least();
	before = settled_free(SLOT_POOL);
	for (unsigned i = 0; i < PARAMETER_PROCESSES; i++)
		make(i);
	call_all();
	log_info("%u processes alive, %llu bytes each", PARAMETER_PROCESSES,
		 (unsigned long long)((before - pool_free()) / PARAMETER_PROCESSES));
	for (uint64_t until = clock_ns() + PARAMETER_SECONDS * UINT64_C(1000000000); clock_ns() < until;
	     rounds++) {
		again += churn();
		call_all();
	}
	log_info("%llu ended and made again in %llu rounds", (unsigned long long)again,
		 (unsigned long long)rounds);
	for (unsigned i = 0; i < PARAMETER_PROCESSES; i++)
		end(i);
	expect(is_whole(before), "the pool has everything back", before - pool_free());
	log_info("processes: %llu checks, %llu wrong", (unsigned long long)checks, (unsigned long long)wrong);
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}
