/* SPDX-License-Identifier: MIT
 * A system call through the last slot of a table, at every size. Tables of 2^4 and 2^6 slots are smaller than any that an
 * instance begins with: those are of processes that this component makes, which look up as often as they are told to. From
 * 2^8 on it is the own table, which doubles from one measurement to the next.
 */
#include "component.h"

#include <tenon/object.h>
#include <tenon/process.h>

#include "../support/measure.h"

#define TIMES      1000u
#define POOL_BYTES UINT64_C(0x20000)
#define CODE       UINT64_C(0x200000)
#define STACK      UINT64_C(0x400000)
#define BUFFER     UINT64_C(0x500000)

extern const uint8_t code_start[] __asm__("__start_child");
extern const uint8_t code_end[] __asm__("__stop_child");

static unsigned failed;
static uint32_t slots; /* of the own table; 0: not grown yet */

/* A copy of the pool's capability in the last slot of a table of `size` slots; 0: the table is not of that size. */
static tenon_handle_t last_of(uint32_t size)
{
	tenon_handle_t last = 0;

	while (slots < size) {
		if (tenon_table_grow(SLOT_TABLE, SLOT_POOL, &slots) != TENON_OK) {
			failed++;
			return 0;
		}
	}
	if (slots != size) {
		return 0; /* it began larger: that row is missing */
	}
	failed += tenon_cap_copy(SLOT_POOL, 0, size - 1, TENON_RIGHT_READ, 0, &last) != TENON_OK;
	return last;
}

/* The cheapest operation that looks a handle up and nothing else: to read what it is. */
#define LOOKUP(name, mark, size)                                                                             \
	do {                                                                                                 \
		const tenon_handle_t last = last_of(size);                                                   \
		struct tenon_cap_view view;                                                                  \
		if (last != 0) {                                                                             \
			MEASURE(name, mark, TIMES, failed += tenon_cap_read(last, &view) != TENON_OK);       \
			failed += tenon_cap_delete(last) != TENON_OK;                                        \
		}                                                                                            \
	} while (0)

/* The process: looks the last slot up as often as the call's word says, first between marks. In a new table a handle is
 * its slot. */
__attribute__((section("child"), used, retain)) static noreturn void look_up(uint64_t slots_here)
{
	const tenon_handle_t last = (tenon_handle_t)(slots_here - 1);
	struct tenon_cap_view view;
	struct tenon_ipc ipc;
	unsigned wrong = 0;

	(void)tenon_receive(TENON_PROCESS_SLOT_SET, TENON_PROCESS_SLOT_REPLY, TENON_NEVER, &ipc);
	if (slots_here == 1u << 4)
		MEASURE_MARKED(9, wrong += tenon_cap_read(last, &view) != TENON_OK);
	else
		MEASURE_MARKED(10, wrong += tenon_cap_read(last, &view) != TENON_OK);
	for (;;) {
		for (uint64_t i = 0; i < ipc.word[0]; i++)
			wrong += tenon_cap_read(last, &view) != TENON_OK;
		ipc.word[0] = wrong;
		ipc.tag = tenon_tag(0, 8);
		(void)tenon_reply_receive(TENON_PROCESS_SLOT_SET, TENON_PROCESS_SLOT_REPLY, TENON_NEVER,
					  &ipc);
	}
}

static uint64_t process_took(const struct tenon_process *process, uint64_t turns)
{
	const uint64_t start = clock_ns();
	struct tenon_ipc ipc = {.tag = tenon_tag(0, 8), .word = {turns}};

	failed += tenon_call(process->endpoint, TENON_NEVER, &ipc) != TENON_OK || ipc.word[0] != 0;
	return clock_ns() - start;
}

/* A process with a table of `size` slots. The cost of the call itself is the same for any number of turns. */
static void lookup_of_process(const char *name, unsigned mark, uint32_t size)
{
	const struct tenon_process_segment code = {.address = CODE,
						   .size = (uint64_t)(code_end - code_start),
						   .rights = TENON_RIGHT_READ | TENON_RIGHT_EXECUTE,
						   .image = (uint64_t)(code_end - code_start),
						   .bytes = code_start};
	const struct tenon_process_capability last = {
	    .handle = SLOT_POOL, .slot = size - 1, .rights = TENON_RIGHT_READ};
	struct tenon_process process;
	struct tenon_process_plan plan = {.pool = SLOT_POOL,
					  .space = SLOT_SPACE,
					  .window = TENON_AREA_OWN,
					  .slot = SLOT_FREE,
					  .pool_bytes = POOL_BYTES,
					  .segment = &code,
					  .segments = 1,
					  .stack_top = STACK,
					  .stack_bytes = 4096,
					  .buffer = BUFFER,
					  .entry = CODE,
					  .argument = size,
					  .table_slots = size,
					  .capability = &last,
					  .capabilities = 1,
					  .serves = true,
					  .priority = 20,
					  .affinity = 1};

	plan.slots = tenon_process_slots(&plan);
	if (tenon_process_create(&plan, &process) != TENON_OK) {
		failed++;
		return;
	}
	(void)process_took(&process, 1); /* the marked turns, too */
	const uint64_t once = process_took(&process, 1), often = process_took(&process, 1 + TIMES);

	measure_print(name, mark, often - once, TIMES);
	failed += tenon_process_destroy(&process) != TENON_OK;
}

void component_start(void)
{
	measure_begin(clock_ns);
	lookup_of_process("capability_lookup_16", 9, 1u << 4);
	lookup_of_process("capability_lookup_64", 10, 1u << 6);
	LOOKUP("capability_lookup_256", 2, 1u << 8);
	LOOKUP("capability_lookup_1024", 3, 1u << 10);
	LOOKUP("capability_lookup_4096", 4, 1u << 12);
	LOOKUP("capability_lookup_16384", 5, 1u << 14);
	LOOKUP("capability_lookup_65536", 6, 1u << 16);
	LOOKUP("capability_lookup_262144", 7, 1u << 18);
	LOOKUP("capability_lookup_1048576", 8, 1u << 20);
	log_info("lookup: %u operations failed", failed);
	(void)power_end(failed == 0 ? 0 : 1); /* does not come back when it succeeds */
}
