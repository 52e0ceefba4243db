/* SPDX-License-Identifier: MIT
 * On four CPUs: takes capabilities back while others use them, ends threads whatever they do, and lets them signal each
 * other; again and again, by a seed. On CPU 0 there is the maker and above it a thread with deadlines, on each other CPU a
 * worker. Every answer must be one that can be, and at the end of each round the pool must have back what it gave.
 */
#include "component.h"

#include <tenon/string.h>

#include "../objects/puppet.h"
#include "maker.h"

#define WINDOW        ((uint64_t)TENON_AREA_OWN)
#define WORLD_ADDRESS (WINDOW + WORLD_BYTES)
#define MEMBER_POOL   (UINT64_C(1) << 20)
#define PUPPET_POOL   (UINT64_C(256) << 10)
#define PRIORITY      20u /* of the maker and of all but the ticker */
#define TICK_NS       (500 * MICROSECOND)
#define LOST_NS       (60000 * MILLISECOND)
#define READ_WRITE    (TENON_RIGHT_READ | TENON_RIGHT_WRITE)

struct world *const shared = (struct world *)(uintptr_t)WORLD_ADDRESS;
struct tenon_process member[MEMBERS];
tenon_handle_t fault_set, fault_endpoint, fault_reply;
static tenon_handle_t puppet_frame, program[WORKER_BYTES / TENON_PAGE_SIZE], world_frame, world_copy[MEMBERS],
    faults_of[MEMBERS];
static uint64_t checks, wrong, random = PARAMETER_SEED;

void expect(bool holds, const char *what, uint64_t detail)
{
	checks++;
	if (holds)
		return;
	wrong++;
	if (wrong <= 20)
		log_error("wrong: %s (%llu)", what, (unsigned long long)detail);
}

/* xorshift64*: Vigna, An experimental exploration of Marsaglia's xorshift generators, scrambled (2016). */
uint64_t random_below(uint64_t limit)
{
	random ^= random >> 12;
	random ^= random << 25;
	random ^= random >> 27;
	return (random * UINT64_C(0x2545f4914f6cdd1d) >> 32) % limit;
}

uint64_t pool_free(void)
{
	struct tenon_pool_view view = {.bytes = 0};

	expect(tenon_pool_read(SLOT_POOL, &view) == TENON_OK, "the pool is read", 0);
	return view.free;
}

void expect_whole(uint64_t free, const char *what)
{
	const uint64_t until = clock_ns() + 10000 * MILLISECOND;

	while (pool_free() != free && clock_ns() < until)
		pause_for(100 * MICROSECOND);
	expect(pool_free() == free, what, free - pool_free());
}

void pause_for(uint64_t ns)
{
	struct tenon_ipc ipc;

	(void)tenon_receive(fault_set, 0, clock_ns() + ns, &ipc);
}

/* ---- members ---- */

/* Ends the run: nothing that follows would mean anything. */
static void give_up(unsigned number, const char *what)
{
	struct tenon_thread_view view = {.state = TENON_THREAD_STOPPED};
	struct tenon_ipc ipc;

	(void)tenon_thread_read(member[number].thread, &view);
	log_error("wrong: member %u %s: state %u at 0x%llx", number, what, (unsigned)view.state,
		  (unsigned long long)view.pc);
	if (tenon_receive(fault_set, fault_reply, TENON_NOW, &ipc) == TENON_OK)
		log_error("wrong: fault of %llu: kind %llu at 0x%llx, pc 0x%llx",
			  (unsigned long long)ipc.badge, (unsigned long long)ipc.word[0],
			  (unsigned long long)ipc.word[2], (unsigned long long)ipc.word[1]);
	(void)power_end(1);
}

static void member_plan(unsigned number, unsigned cpu, uint32_t priority)
{
	const struct tenon_process_segment segment = {.address = WORKER_CODE,
						      .size = WORKER_BYTES,
						      .rights = TENON_RIGHT_READ | TENON_RIGHT_EXECUTE,
						      .frames = program};
	const struct tenon_process_capability clock = {SLOT_CLOCK, WORKER_SLOT_CLOCK, TENON_RIGHTS_ALL, 0};
	const struct tenon_process_plan plan = {.pool = SLOT_POOL,
						.space = SLOT_SPACE,
						.window = WINDOW,
						.slot = SLOT_MEMBER + number * SLOTS_EACH,
						.slots = SLOTS_EACH,
						.pool_bytes = MEMBER_POOL,
						.segment = &segment,
						.segments = 1,
						.stack_top = WORKER_STACK,
						.stack_bytes = 2 * TENON_PAGE_SIZE,
						.entry = WORKER_CODE,
						.argument = number,
						.table_slots = number < WORKERS ? WORKER_SLOTS : 64,
						.capability = &clock,
						.capabilities = 1,
						.serves = true,
						.fault_endpoint = faults_of[number],
						.priority = priority,
						.band = TENON_BAND_REAL_TIME,
						.affinity = UINT64_C(1) << cpu};
	const uint64_t until = clock_ns() + 10000 * MILLISECOND;
	enum tenon_status status = tenon_process_create(&plan, &member[number]);

	/* On a busy host a CPU may come late. */
	for (; status == TENON_BAD_ARGUMENT && clock_ns() < until;
	     status = tenon_process_create(&plan, &member[number]))
		pause_for(10 * MILLISECOND);
	expect(status == TENON_OK, "a member is made", (uint64_t)status);
}

/* To worker `number`, too, and from the one before it: each may fill the table of the next. */
static void member_connect(unsigned number)
{
	const unsigned before = (number + WORKERS - 1) % WORKERS, next = (number + 1) % WORKERS;
	enum tenon_status status = tenon_cap_copy(member[number].space, member[number].table,
						  WORKER_SLOT_SPACE, TENON_RIGHTS_ALL, 0, NULL);

	expect(status == TENON_OK, "its space is given", (uint64_t)status);
	if (member[next].pool != 0)
		status = tenon_cap_copy(member[next].table, member[number].table, WORKER_SLOT_TABLE,
					TENON_RIGHT_WRITE, 0, NULL);
	expect(status == TENON_OK, "the next one's table is given", (uint64_t)status);
	/* What it had of an earlier one went with that. */
	if (member[before].pool != 0)
		status = tenon_cap_copy(member[number].table, member[before].table, WORKER_SLOT_TABLE,
					TENON_RIGHT_WRITE, 0, NULL);
	expect(status == TENON_OK, "its table is given to the one before", (uint64_t)status);
}

void member_make(unsigned number, unsigned cpu, uint32_t priority)
{
	enum tenon_status status;

	memset(&shared->share[number], 0, sizeof shared->share[number]);
	shared->share[number].random = 1 + random_below(UINT32_MAX);
	member_plan(number, cpu, priority);
	status = tenon_frame_map(world_copy[number], member[number].space, WORKER_WORLD, READ_WRITE,
				 TENON_CACHE_NORMAL);
	expect(status == TENON_OK, "the world is mapped", (uint64_t)status);
	if (number < WORKERS)
		member_connect(number);
}

void member_end(unsigned number)
{
	enum tenon_status status = tenon_frame_unmap(world_copy[number]);

	expect(status == TENON_OK, "the world is unmapped", (uint64_t)status);
	status = tenon_process_destroy(&member[number]);
	expect(status == TENON_OK, "a member is ended", (uint64_t)status);
	member[number].pool = 0;
}

uint64_t member_ask(unsigned number, enum worker_request request, uint64_t word0, uint64_t word1)
{
	struct tenon_ipc ipc;

	ipc.tag = tenon_tag((uint32_t)request, 16);
	ipc.word[0] = word0;
	ipc.word[1] = word1;
	if (tenon_call(member[number].endpoint, clock_ns() + LOST_NS, &ipc) != TENON_OK)
		give_up(number, "does not answer");
	return ipc.word[0];
}

void member_tell(unsigned number, enum worker_request request, uint64_t word0, uint64_t word1)
{
	struct tenon_ipc ipc;

	shared->share[number].stop = 0;
	ipc.tag = tenon_tag((uint32_t)request, 16);
	ipc.word[0] = word0;
	ipc.word[1] = word1;
	if (tenon_send(member[number].endpoint, clock_ns() + LOST_NS, &ipc) != TENON_OK)
		give_up(number, "does not listen");
}

/* ---- workers ---- */

void workers_run(uint64_t uses, uint64_t slots, uint64_t allowed)
{
	__atomic_store_n(&shared->revoked, 0, __ATOMIC_RELEASE);
	shared->allowed = allowed;
	for (unsigned i = 0; i < WORKERS; i++) {
		struct share *share = &shared->share[i];

		share->uses = share->done = share->stale = share->over = share->wrong = 0;
		member_tell(i, WORKER_RUN, uses, slots);
	}
}

/* Until the count at `offset` of each worker's share has come so far. */
static void workers_await(size_t offset, uint64_t enough)
{
	const uint64_t until = clock_ns() + 5000 * MILLISECOND;
	unsigned busy = WORKERS;

	while (busy != 0 && clock_ns() < until) {
		busy = 0;
		for (unsigned i = 0; i < WORKERS; i++) {
			const char *share = (const char *)&shared->share[i];

			busy += __atomic_load_n((const uint64_t *)(const void *)(share + offset),
						__ATOMIC_RELAXED) < enough;
		}
		pause_for(random_below(200) * MICROSECOND);
	}
}

void workers_wait(uint64_t done)
{
	workers_await(offsetof(struct share, done), done);
}

void workers_wait_stale(void)
{
	workers_await(offsetof(struct share, stale), 1);
}

void workers_stop(struct counts *sum)
{
	*sum = (struct counts){.uses = 0};
	for (unsigned i = 0; i < WORKERS; i++)
		__atomic_store_n(&shared->share[i].stop, 1, __ATOMIC_RELEASE);
	for (unsigned i = 0; i < WORKERS; i++) {
		const struct share *share = &shared->share[i];

		(void)member_ask(i, WORKER_ECHO, 0, 0);
		expect(share->wrong == 0, "an answer: use * 10000 + status",
		       share->wrong_use * 10000 + share->wrong_status);
		sum->uses += share->uses;
		sum->done += share->done;
		sum->stale += share->stale;
		sum->over += share->over;
	}
}

void worker_give(unsigned number, tenon_handle_t handle, uint64_t n, uint64_t badge)
{
	tenon_handle_t there = 0;
	enum tenon_status status = tenon_cap_copy(handle, member[number].table, (uint32_t)(WORKER_BASE + n),
						  TENON_RIGHTS_ALL, badge, &there);

	expect(status == TENON_OK, "a worker is given a copy", (uint64_t)status);
	shared->share[number].handle[n] = there;
}

void puppet_make(struct tenon_process *puppet, unsigned number, unsigned cpu, tenon_handle_t endpoint)
{
	const struct tenon_process_segment segment = puppet_segment(&puppet_frame);
	const struct tenon_process_capability given = {endpoint, 3, TENON_RIGHTS_ALL, 0};
	struct tenon_process_plan plan = puppet_plan(SLOT_POOL, SLOT_SPACE, &segment);
	enum tenon_status status;

	plan.slot = SLOT_MEMBER + (MEMBERS + number) * SLOTS_EACH;
	plan.slots = SLOTS_EACH;
	plan.pool_bytes = PUPPET_POOL;
	plan.argument = 1; /* so it answers as a worker does */
	plan.capability = &given;
	plan.capabilities = 1;
	plan.fault_endpoint = fault_endpoint;
	plan.priority = PRIORITY;
	plan.band = TENON_BAND_REAL_TIME;
	plan.affinity = UINT64_C(1) << cpu;
	status = tenon_process_create(&plan, puppet);
	expect(status == TENON_OK, "a puppet is made", (uint64_t)status);
}

/* ---- the run ---- */

static tenon_handle_t frame_make(uint32_t slot, uint64_t bytes)
{
	tenon_handle_t frame = 0;
	enum tenon_status status = tenon_pool_make(SLOT_POOL, TENON_TYPE_FRAME, slot, bytes, &frame);

	expect(status == TENON_OK, "a frame is made", (uint64_t)status);
	return frame;
}

static void code_make(void)
{
	const uint8_t *from = (const uint8_t *)(uintptr_t)worker_main;

	expect((uintptr_t)worker_end - (uintptr_t)worker_main <= WORKER_BYTES, "the program fits",
	       (uintptr_t)worker_end - (uintptr_t)worker_main);
	for (unsigned i = 0; i < WORKER_BYTES / TENON_PAGE_SIZE; i++) {
		program[i] = frame_make(SLOT_PROGRAM + i, TENON_PAGE_SIZE);
		expect(tenon_frame_map(program[i], SLOT_SPACE, WINDOW, READ_WRITE, TENON_CACHE_NORMAL) ==
			   TENON_OK,
		       "mapped to be written", i);
		memcpy((void *)(uintptr_t)WINDOW, from + i * TENON_PAGE_SIZE, TENON_PAGE_SIZE);
		expect(tenon_frame_unmap(program[i]) == TENON_OK, "unmapped", i);
	}
	expect(puppet_code(SLOT_POOL, SLOT_SPACE, WINDOW, SLOT_PUPPET, &puppet_frame) == TENON_OK, "code", 0);
}

static void world_make(void)
{
	world_frame = frame_make(SLOT_WORLD, WORLD_BYTES);
	expect(tenon_frame_map(world_frame, SLOT_SPACE, WORLD_ADDRESS, READ_WRITE, TENON_CACHE_NORMAL) ==
		   TENON_OK,
	       "the world", 0);
	expect(tenon_pool_make(SLOT_POOL, TENON_TYPE_RECEIVE_SET, SLOT_FAULTS, 0, &fault_set) == TENON_OK &&
		   tenon_set_make(fault_set, TENON_TYPE_ENDPOINT, SLOT_FAULTS + 1, 0, &fault_endpoint) ==
		       TENON_OK &&
		   tenon_set_make(fault_set, TENON_TYPE_REPLY, SLOT_FAULTS + 2, 0, &fault_reply) == TENON_OK,
	       "a set for faults", 0);
	for (unsigned i = 0; i < MEMBERS; i++)
		expect(tenon_cap_copy(world_frame, 0, SLOT_WORLD + 1 + i, TENON_RIGHTS_ALL, 0,
				      &world_copy[i]) == TENON_OK &&
			   tenon_cap_copy(fault_endpoint, 0, SLOT_FAULTS + 3 + i, TENON_RIGHT_INVOKE, i + 1,
					  &faults_of[i]) == TENON_OK,
		       "what a member needs", i);
}

/* One of each. What is made in it is ended in it. */
static void round(void)
{
	const uint64_t free = pool_free();

	try_copies();
	expect_whole(free, "the pool after copies");
	try_mappings();
	expect_whole(free, "the pool after mappings");
	try_deaths();
	try_server_end();
	expect_whole(free, "the pool after the ends of puppets");
	try_caller_end();
	expect_whole(free, "the pool after the ends of callers");
	try_signals();
	expect_whole(free, "the pool after signals");
}

void component_start(void)
{
	const uint64_t until = clock_ns() + PARAMETER_SECONDS * 1000 * MILLISECOND;
	uint64_t rounds = 0, free;

	log_info("seed %u", PARAMETER_SEED);
	code_make();
	world_make();
	free = pool_free();
	for (unsigned i = 0; i < MEMBERS; i++)
		member_make(i, i < WORKERS ? i + 1 : 0, i == TICKER ? PRIORITY + 1 : PRIORITY);
	expect(tenon_thread_schedule(SLOT_THREAD, PRIORITY, TENON_BAND_REAL_TIME, 1, 0) == TENON_OK,
	       "below the one with deadlines", 0);
	member_tell(TICKER, WORKER_TICK, TICK_NS, 0);
	do {
		round();
		rounds++;
	} while (clock_ns() < until && wrong == 0);
	log_info("%llu rounds, %llu deadlines of %llu us, at most %llu us late", (unsigned long long)rounds,
		 (unsigned long long)shared->share[TICKER].uses, (unsigned long long)(TICK_NS / MICROSECOND),
		 (unsigned long long)(shared->share[TICKER].latest_ns / MICROSECOND));
	expect(deadlines_served != 0, "deadlines while capabilities were taken back", 0);
	expect(shared->share[TICKER].wrong == 0, "no deadline early", shared->share[TICKER].wrong);
	/* What is more urgent than who ends it would go on with what is left of it. */
	expect(tenon_thread_stop(member[TICKER].thread) == TENON_OK, "no more deadlines", 0);
	for (unsigned i = 0; i < MEMBERS; i++)
		member_end(i);
	expect_whole(free, "the pool at the end");
	log_info("revoke: %llu checks, %llu wrong", (unsigned long long)checks, (unsigned long long)wrong);
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}
