/* SPDX-License-Identifier: MIT
 * Making a process on a kernel of this file, which keeps slots, what they were
 * made from, and the bytes of frames. Every operation is made to fail once:
 * nothing may be left then.
 */
#include "support.h"
#include <tenon/process.h>
#include <tenon/string.h>

#define SLOTS     64u
#define OWN_SPACE 3u
#define OWN_POOL  4u
#define SHARED    5u /* a frame that others use too */
#define FIRST     10u

static struct fake_slot {
	uint32_t generation, type, parent; /* parent: the slot that it was made from or copied from */
	uint64_t address, rights;          /* where it is mapped in the new space */
	uint8_t bytes[TENON_PAGE_SIZE];
} slots[SLOTS];
static _Alignas(TENON_PAGE_SIZE) uint8_t window[TENON_PAGE_SIZE];
static uint32_t operations, failing, copied, started;
static uint64_t bound[4];

static struct fake_slot *find(uint64_t handle, uint32_t type)
{
	const uint32_t index = tenon_handle_index(handle);

	assert_true(index < SLOTS);
	assert_int_equal(slots[index].generation, tenon_handle_generation(handle));
	assert_int_equal(slots[index].type, type);
	return &slots[index];
}

static void empty(uint32_t index)
{
	slots[index].type = TENON_TYPE_NONE;
	slots[index].generation++;
	for (uint32_t i = 1; i < SLOTS; i++) {
		if (slots[i].type != TENON_TYPE_NONE && slots[i].parent == index)
			empty(i);
	}
}

static uint64_t fill(uint64_t index, uint32_t type, uint32_t parent)
{
	assert_true(index >= FIRST && index < SLOTS);
	assert_int_equal(slots[index].type, TENON_TYPE_NONE);
	slots[index].type = type;
	slots[index].parent = parent;
	slots[index].address = 0;
	memset(slots[index].bytes, 0, TENON_PAGE_SIZE);
	return tenon_handle((uint32_t)index, slots[index].generation);
}

static void copy(struct tenon_ipc *ipc, uint32_t index)
{
	const uint32_t type = slots[index].type;

	assert_int_not_equal(type, TENON_TYPE_NONE);
	if (ipc->reply != 0) {
		(void)find(ipc->reply, TENON_TYPE_TABLE);
		copied |= 1u << ipc->word[0];
		ipc->word[0] = tenon_handle((uint32_t)ipc->word[0], 0);
	} else {
		ipc->word[0] = fill(ipc->word[0], type, index);
	}
}

static void map(struct tenon_ipc *ipc, uint32_t index)
{
	struct fake_slot *frame = &slots[index];
	const struct fake_slot *space = find(ipc->reply, TENON_TYPE_SPACE);

	assert_int_equal(frame->type, TENON_TYPE_FRAME);
	assert_int_equal(frame->address, 0);
	frame->address = ipc->word[0];
	frame->rights = ipc->word[1];
	assert_int_not_equal(frame->rights & 6u, 6u);
	if (space == &slots[OWN_SPACE])
		assert_int_equal(frame->address, (uintptr_t)window);
}

static void unmap(uint32_t index)
{
	assert_int_equal(slots[index].address, (uintptr_t)window);
	memcpy(slots[index].bytes, window, TENON_PAGE_SIZE);
	memset(window, 0, sizeof window);
	slots[index].address = 0;
}

static void operate(struct tenon_ipc *ipc, enum tenon_operation operation, uint32_t index)
{
	if (operation == TENON_OP_POOL_MAKE || operation == TENON_OP_SET_MAKE) {
		assert_int_equal(slots[index].type,
				 operation == TENON_OP_POOL_MAKE ? TENON_TYPE_POOL : TENON_TYPE_RECEIVE_SET);
		ipc->word[0] = fill(ipc->word[1], (uint32_t)ipc->word[0], index);
	} else if (operation == TENON_OP_CAP_COPY) {
		copy(ipc, index);
	} else if (operation == TENON_OP_FRAME_MAP) {
		map(ipc, index);
	} else if (operation == TENON_OP_FRAME_UNMAP) {
		unmap(index);
	} else if (operation == TENON_OP_THREAD_BIND) {
		memcpy(bound, ipc->word, sizeof bound);
	} else if (operation == TENON_OP_THREAD_START) {
		started++;
	} else {
		assert_int_equal(operation, TENON_OP_THREAD_SCHEDULE);
	}
}

void tenon_trap(struct tenon_ipc *ipc)
{
	const enum tenon_operation operation =
	    (enum tenon_operation)(ipc->control & ((1u << TENON_OPERATION_BITS) - 1));
	const uint64_t handle = ipc->control >> TENON_OPERATION_BITS;
	const uint32_t index = tenon_handle_index(handle);

	assert_true(index < SLOTS && slots[index].generation == tenon_handle_generation(handle));
	ipc->status = TENON_OK;
	if (operation == TENON_OP_CAP_DELETE) {
		assert_int_not_equal(slots[index].type, TENON_TYPE_NONE);
		empty(index);
	} else if (++operations == failing) {
		ipc->status = TENON_NO_MEMORY;
	} else {
		operate(ipc, operation, index);
	}
}

static uint8_t text[5000];
static const tenon_handle_t frames[] = {SHARED};
static const struct tenon_process_segment segment[] = {
    {.address = 0x200000,
     .size = 6000,
     .rights = TENON_RIGHT_READ | TENON_RIGHT_EXECUTE,
     .image = sizeof text,
     .bytes = text},
    {.address = 0x202000, .size = 4096, .rights = TENON_RIGHT_READ, .frames = frames}};
static const struct tenon_process_capability capability[] = {{.handle = SHARED, .slot = 3, .rights = 1}};
static const struct tenon_process_plan good = {.pool = OWN_POOL,
					       .space = OWN_SPACE,
					       .slot = FIRST,
					       .slots = 20,
					       .pool_bytes = 0x10000,
					       .segment = segment,
					       .segments = 2,
					       .stack_top = 0x300000,
					       .stack_bytes = 8192,
					       .buffer = 0x400000,
					       .entry = 0x200000,
					       .table_slots = 16,
					       .capability = capability,
					       .capabilities = 1,
					       .serves = true,
					       .affinity = 1};

static struct tenon_process_plan prepare(void)
{
	struct tenon_process_plan plan = good;

	memset(slots, 0, sizeof slots);
	slots[OWN_SPACE].type = TENON_TYPE_SPACE;
	slots[OWN_POOL].type = TENON_TYPE_POOL;
	slots[SHARED].type = TENON_TYPE_FRAME;
	operations = failing = copied = started = 0;
	for (unsigned i = 0; i < sizeof text; i++)
		text[i] = (uint8_t)(i * 7);
	plan.window = (uintptr_t)window;
	return plan;
}

static uint32_t used(void)
{
	uint32_t count = 0;

	for (uint32_t i = FIRST; i < SLOTS; i++)
		count += slots[i].type != TENON_TYPE_NONE;
	return count;
}

static const struct fake_slot *mapped(uint64_t address)
{
	for (uint32_t i = 1; i < SLOTS; i++) {
		if (slots[i].type == TENON_TYPE_FRAME && slots[i].address == address)
			return &slots[i];
	}
	return NULL;
}

static void makes_what_the_plan_says(void **state)
{
	const struct tenon_process_plan plan = prepare();
	struct tenon_process process;

	(void)state;
	assert_int_equal(tenon_process_create(&plan, &process), TENON_OK);
	assert_int_equal(started, 1);
	assert_int_equal(used(), tenon_process_slots(&plan));
	assert_memory_equal(mapped(0x200000)->bytes, text, TENON_PAGE_SIZE);
	assert_memory_equal(mapped(0x201000)->bytes, text + TENON_PAGE_SIZE, sizeof text - TENON_PAGE_SIZE);
	assert_int_equal(mapped(0x201000)->bytes[sizeof text - TENON_PAGE_SIZE], 0);
	assert_int_equal(mapped(0x200000)->rights, TENON_RIGHT_READ | TENON_RIGHT_EXECUTE);
	assert_non_null(mapped(0x202000));
	assert_non_null(mapped(0x2fe000));
	assert_non_null(mapped(0x2ff000));
	assert_null(mapped(0x300000));
	assert_ptr_equal(find(bound[3], TENON_TYPE_FRAME), mapped(0x400000));
	assert_int_equal(bound[0], process.space);
	assert_int_equal(bound[1], process.table);
	assert_int_equal(copied, 1u << TENON_PROCESS_SLOT_SET | 1u << TENON_PROCESS_SLOT_REPLY | 1u << 3);
	(void)find(process.endpoint, TENON_TYPE_ENDPOINT);

	assert_int_equal(tenon_process_destroy(&process), TENON_OK);
	assert_int_equal(used(), 0);
	assert_int_equal(slots[SHARED].type, TENON_TYPE_FRAME);
}

static void leaves_nothing_when_an_operation_fails(void **state)
{
	struct tenon_process_plan plan = prepare();
	struct tenon_process process;
	uint32_t all;

	(void)state;
	assert_int_equal(tenon_process_create(&plan, &process), TENON_OK);
	all = operations;
	assert_in_range(all, 25, 60);
	for (uint32_t i = 1; i <= all; i++) {
		plan = prepare();
		failing = i;
		assert_int_equal(tenon_process_create(&plan, &process), TENON_NO_MEMORY);
		assert_int_equal(used(), 0);
		assert_int_equal(started, 0);
	}
}

static void refuses_a_plan_that_is_none(void **state)
{
	static const tenon_handle_t many[TENON_PROCESS_SHARED + 1];
	struct tenon_process_segment wrong = segment[0];
	struct tenon_process_plan plan = prepare();
	struct tenon_process process;

	(void)state;
	plan.slots = tenon_process_slots(&plan) - 1;
	assert_int_equal(tenon_process_create(&plan, &process), TENON_BAD_ARGUMENT);
	plan = prepare();
	plan.stack_bytes = plan.stack_top + 1;
	assert_int_equal(tenon_process_create(&plan, &process), TENON_BAD_ARGUMENT);
	plan = prepare();
	plan.segment = &wrong;
	plan.segments = 1;
	wrong.image = wrong.size + 1;
	assert_int_equal(tenon_process_create(&plan, &process), TENON_BAD_ARGUMENT);
	wrong = (struct tenon_process_segment){.image = 1, .size = 1};
	assert_int_equal(tenon_process_create(&plan, &process), TENON_BAD_ARGUMENT);
	wrong = (struct tenon_process_segment){.frames = many, .size = sizeof many / 8 * TENON_PAGE_SIZE};
	assert_int_equal(tenon_process_create(&plan, &process), TENON_BAD_ARGUMENT);
	assert_int_equal(operations, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(makes_what_the_plan_says),
	    cmocka_unit_test(leaves_nothing_when_an_operation_fails),
	    cmocka_unit_test(refuses_a_plan_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
