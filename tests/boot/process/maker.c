/* SPDX-License-Identifier: MIT
 * Makes processes from the pool, calls each, ends some and makes them again, and
 * looks at the pool after that.
 *
 * The code of a process is the section `child` of this component, copied; it
 * refers to nothing outside itself.
 */
#include "component.h"

#include <tenon/process.h>
#include <tenon/string.h>

#include "../support/settled.h"

#define PROCESSES  16u
#define POOL_BYTES UINT64_C(0x20000)
#define CODE       UINT64_C(0x200000)
#define STACK      UINT64_C(0x400000)
#define BUFFER     UINT64_C(0x500000)
#define SECRET     UINT64_C(0x600000) /* a page of its own */
#define PRIORITY   20u

extern const uint8_t code_start[] __asm__("__start_child");
extern const uint8_t code_end[] __asm__("__stop_child");

static struct tenon_process process[PROCESSES];
static unsigned checks, wrong;

static void expect(bool good, const char *what, uint64_t number)
{
	checks++;
	if (!good) {
		wrong++;
		log_error("wrong: %s (%llu)", what, (unsigned long long)number);
	}
}

/* Answers each call with its word and the process' own number, which stands in its own memory. */
__attribute__((section("child"), used, retain)) static noreturn void answer(uint64_t number)
{
	volatile uint64_t *own = (volatile uint64_t *)(uintptr_t)SECRET;
	struct tenon_ipc ipc;

	*own = number;
	(void)tenon_receive(TENON_PROCESS_SLOT_SET, TENON_PROCESS_SLOT_REPLY, TENON_NEVER, &ipc);
	for (;;) {
		ipc.word[0] += *own;
		ipc.tag = tenon_tag(0, 8);
		(void)tenon_reply_receive(TENON_PROCESS_SLOT_SET, TENON_PROCESS_SLOT_REPLY, TENON_NEVER,
					  &ipc);
	}
}

static const struct tenon_process_segment *segments(void)
{
	static struct tenon_process_segment segment[2];

	segment[0] = (struct tenon_process_segment){.address = CODE,
						    .size = (uint64_t)(code_end - code_start),
						    .rights = TENON_RIGHT_READ | TENON_RIGHT_EXECUTE,
						    .image = (uint64_t)(code_end - code_start),
						    .bytes = code_start};
	segment[1] = (struct tenon_process_segment){
	    .address = SECRET, .size = 4096, .rights = TENON_RIGHT_READ | TENON_RIGHT_WRITE};
	return segment;
}

static enum tenon_status create(unsigned number)
{
	struct tenon_process_plan plan = {.pool = SLOT_POOL,
					  .space = SLOT_SPACE,
					  .window = TENON_AREA_OWN,
					  .pool_bytes = POOL_BYTES,
					  .segment = segments(),
					  .segments = 2,
					  .stack_top = STACK,
					  .stack_bytes = 4096,
					  .buffer = BUFFER,
					  .entry = CODE,
					  .argument = number,
					  .table_slots = 16,
					  .serves = true,
					  .priority = PRIORITY,
					  .affinity = 1};

	plan.slots = tenon_process_slots(&plan);
	plan.slot = SLOT_FREE + number * plan.slots;
	return tenon_process_create(&plan, &process[number]);
}

static void call(unsigned number, uint64_t word)
{
	struct tenon_ipc ipc = {.tag = tenon_tag(0, 8), .word = {word}};
	const enum tenon_status status = tenon_call(process[number].endpoint, TENON_NEVER, &ipc);

	expect(status == TENON_OK, tenon_status_name(status), number);
	expect(ipc.word[0] == word + number, "the answer", ipc.word[0]);
}

static void make_all(void)
{
	for (unsigned i = 0; i < PROCESSES; i++) {
		const enum tenon_status status = create(i);

		expect(status == TENON_OK, tenon_status_name(status), i);
	}
	for (unsigned i = 0; i < PROCESSES; i++)
		call(i, 1000 * (uint64_t)i);
}

static void end(unsigned number)
{
	struct tenon_ipc ipc = {.tag = tenon_tag(0, 8)};
	const tenon_handle_t endpoint = process[number].endpoint;

	expect(tenon_process_destroy(&process[number]) == TENON_OK, "to end", number);
	expect(tenon_call(endpoint, TENON_NOW, &ipc) == TENON_BAD_HANDLE, "a call to one that ended", number);
}

void component_start(void)
{
	uint64_t all, free;

	/* The first one also makes the page tables of the window, which stay. */
	expect(create(0) == TENON_OK, "to make one", 0);
	end(0);
	all = settled_free(SLOT_POOL);
	make_all();
	log_info("a process takes %llu bytes",
		 (unsigned long long)((all - settled_free(SLOT_POOL)) / PROCESSES));
	for (unsigned i = 0; i < 5 * PROCESSES; i++) {
		const unsigned number = i * 7 % PROCESSES;

		end(number);
		expect(create(number) == TENON_OK, "to make it again", number);
		call(number, i);
	}
	for (unsigned i = 0; i < PROCESSES; i++)
		end(i);
	free = settled_free(SLOT_POOL);
	expect(free == all, "the pool has everything back", all - free);
	log_info("process: %u checks, %u wrong", checks, wrong);
	(void)power_end(wrong == 0 ? 0 : 1);
}
