/* SPDX-License-Identifier: MIT
 * Processes: made from a pool until they run, and ended until their memory is back.
 */
#include "component.h"

#include <tenon/process.h>

#include "../support/measure.h"

#define TIMES      32u
#define POOL_BYTES UINT64_C(0x20000)
#define CODE       UINT64_C(0x200000)
#define STACK      UINT64_C(0x400000)
#define BUFFER     UINT64_C(0x500000)

extern const uint8_t code_start[] __asm__("__start_child");
extern const uint8_t code_end[] __asm__("__stop_child");

static unsigned failed;
static struct tenon_process process;

/* Waits for a call that never comes. */
__attribute__((section("child"), used, retain)) static noreturn void wait(uint64_t number)
{
	struct tenon_ipc ipc;

	(void)number;
	for (;;)
		(void)tenon_receive(TENON_PROCESS_SLOT_SET, TENON_PROCESS_SLOT_REPLY, TENON_NEVER, &ipc);
}

static void create(void)
{
	const struct tenon_process_segment code = {.address = CODE,
						   .size = (uint64_t)(code_end - code_start),
						   .rights = TENON_RIGHT_READ | TENON_RIGHT_EXECUTE,
						   .image = (uint64_t)(code_end - code_start),
						   .bytes = code_start};
	struct tenon_process_plan plan = {.pool = SLOT_POOL,
					  .space = SLOT_SPACE,
					  .window = TENON_AREA_OWN,
					  .pool_bytes = POOL_BYTES,
					  .segment = &code,
					  .segments = 1,
					  .stack_top = STACK,
					  .stack_bytes = 4096,
					  .buffer = BUFFER,
					  .entry = CODE,
					  .table_slots = 16,
					  .serves = true,
					  .priority = 20,
					  .affinity = 1};

	plan.slots = tenon_process_slots(&plan);
	plan.slot = SLOT_FREE;
	failed += tenon_process_create(&plan, &process) != TENON_OK;
}

static void destroy(void)
{
	failed += tenon_process_destroy(&process) != TENON_OK;
}

void component_start(void)
{
	uint64_t create_ns = 0, destroy_ns = 0;

	measure_begin(clock_ns);
	for (unsigned i = 0; i < TIMES; i++) {
		const uint64_t start = clock_ns();

		create();
		const uint64_t there = clock_ns();

		destroy();
		create_ns += there - start;
		destroy_ns += clock_ns() - there;
	}
	for (unsigned i = 0; i < MARKED_TURNS; i++) {
		MARK_BEGIN(1);
		create();
		MARK_END(1);
		MARK_BEGIN(2);
		destroy();
		MARK_END(2);
	}
	measure_print("process_create", 1, create_ns, TIMES);
	measure_print("process_destroy", 2, destroy_ns, TIMES);
	log_info("process: %u operations failed", failed);
	(void)power_end(failed == 0 ? 0 : 1); /* does not come back when it succeeds */
}
