/* SPDX-License-Identifier: MIT
 * Makes a process and does with it what can be done: calls it, sees it fault and go on, ends it at every moment of its
 * life, and looks afterwards whether the pool has back what it gave. Ends the run.
 */
#include "component.h"
#include "maker.h"
#include "puppet.h"

#define PUPPET_POOL (UINT64_C(256) << 10)
#define READ_WRITE  (TENON_RIGHT_READ | TENON_RIGHT_WRITE)

tenon_handle_t fault_set, fault_endpoint, fault_reply;
static tenon_handle_t code, spare[SLOTS_SPARE];
static unsigned checks, wrong;

void expect(bool holds, const char *what, uint64_t detail)
{
	checks++;
	if (holds)
		return;
	wrong++;
	log_error("wrong: %s (%llu)", what, (unsigned long long)detail);
}

static uint64_t pool_free(tenon_handle_t pool)
{
	struct tenon_pool_view view = {.bytes = 0};

	expect(tenon_pool_read(pool, &view) == TENON_OK, "the pool is read", 0);
	return view.free;
}

bool is_whole(tenon_handle_t pool, uint64_t free)
{
	const uint64_t until = clock_ns() + UINT64_C(20000000000);

	while (pool_free(pool) != free && clock_ns() < until)
		tenon_yield();
	return pool_free(pool) == free;
}

/* ---- puppets ---- */

void puppet_make(struct tenon_process *puppet, unsigned number, uint64_t argument, uint64_t affinity)
{
	const struct tenon_process_segment segment = puppet_segment(&code);
	tenon_handle_t badged = 0;
	enum tenon_status status = tenon_cap_copy(fault_endpoint, 0, SLOT_FIRST - 1 - number,
						  TENON_RIGHT_INVOKE, number + 1, &badged);
	struct tenon_process_plan plan = puppet_plan(SLOT_POOL, SLOT_SPACE, &segment);

	plan.slot = SLOT_FIRST + number * SLOTS_EACH;
	plan.slots = SLOTS_EACH;
	plan.pool_bytes = PUPPET_POOL;
	plan.buffer = PUPPET_BUFFER;
	plan.argument = argument;
	plan.fault_endpoint = badged;
	plan.band = TENON_BAND_REAL_TIME;
	plan.affinity = affinity;
	expect(status == TENON_OK, "an endpoint with a badge", (uint64_t)status);
	*puppet = (struct tenon_process){.pool = 0};
	status = tenon_process_create(&plan, puppet);
	expect(status == TENON_OK, "a process is made", (uint64_t)status);
	(void)tenon_cap_delete(badged); /* the thread has its own copy, which then is the endpoint's child */
}

static struct tenon_ipc fault_take(void)
{
	struct tenon_ipc ipc;
	enum tenon_status status =
	    tenon_receive(fault_set, fault_reply, clock_ns() + UINT64_C(5000000000), &ipc);

	expect(status == TENON_OK && tenon_tag_label(ipc.tag) == TENON_LABEL_FAULT, "a fault arrives",
	       (uint64_t)status);
	return ipc;
}

void puppet_faults(const struct tenon_process *puppet, unsigned request, uint64_t address,
		   enum tenon_fault kind)
{
	struct tenon_ipc ipc;
	enum tenon_status status = puppet_tell(puppet->endpoint, (enum puppet_request)request, address, 99);

	expect(status == TENON_OK, "told what makes it fault", (uint64_t)status);
	ipc = fault_take();
	expect(ipc.word[0] == (uint64_t)kind && ipc.word[2] == address, "the fault is what was provoked",
	       ipc.word[0]);
}

void puppet_again(const struct tenon_process *puppet, uint64_t argument)
{
	enum tenon_status status = tenon_thread_stop(puppet->thread);

	expect(status == TENON_OK, "stopped after its fault", (uint64_t)status);
	/* What the fault's message left in the set is taken out: the caller is gone. */
	struct tenon_ipc ipc;
	(void)tenon_receive(fault_set, 0, TENON_NOW, &ipc);
	status = tenon_thread_start(puppet->thread, PUPPET_CODE, PUPPET_STACK, argument);
	expect(status == TENON_OK, "started again", (uint64_t)status);
}

tenon_handle_t spare_make(enum tenon_type type, unsigned index, uint64_t size)
{
	tenon_handle_t handle = 0;
	enum tenon_status status = tenon_pool_make(SLOT_POOL, type, SLOT_SPARE + index, size, &handle);

	expect(status == TENON_OK, "an object is made", (uint64_t)status * 100 + (uint64_t)type);
	spare[index] = handle;
	return handle;
}

void spare_end(void)
{
	for (unsigned i = 0; i < SLOTS_SPARE; i++) {
		if (spare[i] != 0)
			(void)tenon_cap_delete(spare[i]); /* gone already, if a test ended it */
		spare[i] = 0;
	}
}

/* ---- life and death ---- */

static void try_call(uint64_t affinity)
{
	struct tenon_process puppet;
	struct tenon_ipc ipc;

	puppet_make(&puppet, 0, 7, affinity);
	expect(puppet_ask(puppet.endpoint, PUPPET_ECHO, 35, 0, &ipc) == TENON_OK && ipc.word[0] == 42,
	       "a process answers", ipc.word[0]);
	puppet_faults(&puppet, PUPPET_READ, 8, TENON_FAULT_READ);
	puppet_again(&puppet, 9);
	expect(puppet_ask(puppet.endpoint, PUPPET_ECHO, 35, 0, &ipc) == TENON_OK && ipc.word[0] == 44,
	       "it answers after its restart", ipc.word[0]);
	expect(tenon_process_destroy(&puppet) == TENON_OK, "a process that waits is ended", 0);
	expect(tenon_call(puppet.endpoint, TENON_NEVER, &ipc) == TENON_BAD_HANDLE, "its endpoint is gone",
	       ipc.status);
}

/* Ended while it computes, and while its fault waits. */
static void try_ends(uint64_t affinity)
{
	struct tenon_process puppet;
	struct tenon_thread_view view;
	struct tenon_ipc ipc;

	puppet_make(&puppet, 0, 0, affinity);
	expect(puppet_tell(puppet.endpoint, PUPPET_COUNT, PUPPET_STACK - 2 * TENON_PAGE_SIZE, 0) == TENON_OK,
	       "told to count", 0);
	/* On one CPU it has not run yet; a deadline gives it time. */
	(void)tenon_receive(fault_set, 0, clock_ns() + 2000000, &ipc);
	expect(tenon_thread_read(puppet.thread, &view) == TENON_OK && view.cpu_ns != 0 &&
		   (view.state == TENON_THREAD_RUNNING || view.state == TENON_THREAD_READY),
	       "it counts", (uint64_t)view.state);
	expect(tenon_process_destroy(&puppet) == TENON_OK, "a process that computes is ended", 0);
	puppet_make(&puppet, 0, 0, affinity);
	puppet_faults(&puppet, PUPPET_WRITE, PUPPET_CODE, TENON_FAULT_WRITE);
	expect(tenon_process_destroy(&puppet) == TENON_OK, "a process that faulted is ended", 0);
	expect(tenon_receive(fault_set, 0, TENON_NOW, &ipc) == TENON_WOULD_BLOCK ||
		   ipc.source == TENON_SOURCE_CANCELLED,
	       "of the fault nothing is left", ipc.source);
}

/* The maker as a pager: maps what is missing and answers the fault. */
static void try_pager(void)
{
	struct tenon_process puppet;
	struct tenon_ipc ipc;
	tenon_handle_t page = spare_make(TENON_TYPE_FRAME, 0, TENON_PAGE_SIZE);

	puppet_make(&puppet, 0, 0, 1);
	puppet_faults(&puppet, PUPPET_WRITE, PUPPET_SPARE, TENON_FAULT_WRITE);
	expect(tenon_frame_map(page, puppet.space, PUPPET_SPARE, READ_WRITE, TENON_CACHE_NORMAL) == TENON_OK,
	       "the page that was missing is mapped", 0);
	ipc.tag = tenon_tag(0, 0);
	expect(tenon_reply(fault_reply, &ipc) == TENON_OK, "the fault is answered", ipc.status);
	expect(puppet_ask(puppet.endpoint, PUPPET_READ, PUPPET_SPARE, 0, &ipc) == TENON_OK &&
		   ipc.word[1] == 99,
	       "what it wrote is there", ipc.word[1]);
	expect(tenon_process_destroy(&puppet) == TENON_OK && tenon_cap_delete(page) == TENON_OK,
	       "process and page are ended", 0);
}

/* A pool too small, at every size: nothing may be left. */
static void try_refusals(void)
{
	const struct tenon_process_segment segment = puppet_segment(&code);
	struct tenon_process_plan plan = {.pool = SLOT_POOL,
					  .space = SLOT_SPACE,
					  .window = TENON_AREA_OWN,
					  .slot = SLOT_FIRST,
					  .slots = SLOTS_EACH,
					  .segment = &segment,
					  .segments = 1,
					  .stack_top = PUPPET_STACK,
					  .stack_bytes = TENON_PAGE_SIZE,
					  .entry = PUPPET_CODE,
					  .table_slots = 4,
					  .priority = 20,
					  .affinity = 1};
	uint64_t before = pool_free(SLOT_POOL);
	struct tenon_process process;
	enum tenon_status status = TENON_NO_MEMORY;

	plan.pool_bytes = 4 * TENON_PAGE_SIZE;
	for (; status == TENON_NO_MEMORY; plan.pool_bytes *= 2) {
		status = tenon_process_create(&plan, &process);
		if (status != TENON_OK)
			expect(status == TENON_NO_MEMORY && is_whole(SLOT_POOL, before),
			       "a process that was not made left nothing", (uint64_t)status);
	}
	expect(status == TENON_OK && tenon_process_destroy(&process) == TENON_OK, "at last it is made",
	       (uint64_t)status);
	plan.entry = PUPPET_SPARE;
	status = tenon_process_create(&plan, &process);
	expect(status == TENON_BAD_ADDRESS && is_whole(SLOT_POOL, before), "an entry that is not mapped",
	       (uint64_t)status);
}

static void whole(uint64_t before, const char *after)
{
	expect(is_whole(SLOT_POOL, before), after, before - pool_free(SLOT_POOL));
}

void component_start(void)
{
	uint64_t before;

	expect(tenon_pool_make(SLOT_POOL, TENON_TYPE_RECEIVE_SET, SLOT_SET, 0, &fault_set) == TENON_OK &&
		   tenon_set_make(fault_set, TENON_TYPE_ENDPOINT, SLOT_FAULTS, 0, &fault_endpoint) ==
		       TENON_OK &&
		   tenon_set_make(fault_set, TENON_TYPE_REPLY, SLOT_ANSWER, 0, &fault_reply) == TENON_OK &&
		   puppet_code(SLOT_POOL, SLOT_SPACE, TENON_AREA_OWN, SLOT_CODE, &code) == TENON_OK,
	       "a set of its own, and code", 0);
	before = pool_free(SLOT_POOL);
	for (uint64_t affinity = 1; affinity <= 2; affinity++) {
		try_call(affinity == 1 ? 1 : 3);
		whole(before, "memory after calls");
		try_ends(affinity == 1 ? 1 : 3);
		whole(before, "memory after ends");
	}
	try_pager();
	whole(before, "memory after a fault that was answered");
	try_refusals();
	whole(before, "memory after refusals");
	try_memory();
	whole(before, "memory after the tests of memory");
	try_tables();
	whole(before, "memory after the tests of tables");
	log_info("objects: %u checks, %u wrong", checks, wrong);
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}
