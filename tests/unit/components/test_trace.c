/* SPDX-License-Identifier: MIT
 * Symbols and call chains of a member whose stack is an array, with every kind
 * of nonsense that a broken component can leave there.
 */
#include "support.h"
#include <string.h>
#include <tenon/thread.h>
#include "trace.h"

#define STACK      UINT64_C(0x3ffffe000)
#define STACK_SIZE 4096u
#define SYMBOLS    3u

const int64_t tenon_frame_record = -16;

/* Signed by a bit. */
#define SIGNED (UINT64_C(1) << 50)

uint64_t tenon_return_address(uint64_t word)
{
	return word & ~SIGNED;
}

uint64_t test_windows[64];

void *tenon_host_region(uint64_t address);
void *tenon_host_region(uint64_t address)
{
	return (void *)(uintptr_t)address;
}

static uint64_t stack[STACK_SIZE / 8];
static struct supervision_member member;

/* main 0x200000, outer 0x200100 (size known), leaf 0x200200 */
static int set_up(void **state)
{
	static const struct supervision_symbol symbols[SYMBOLS] = {
	    {.address = 0x200000}, {.address = 0x200100, .size = 0x40}, {.address = 0x200200}};
	struct supervision_segment segment = {
	    .window = (uintptr_t)stack, .size = STACK_SIZE, .address = STACK};

	(void)state;
	memset(stack, 0, sizeof stack);
	memcpy(test_windows + 8, symbols, sizeof symbols);
	memcpy(test_windows + 32, &segment, sizeof segment);
	member = (struct supervision_member){.text = 0x200000,
					     .text_end = 0x200300,
					     .symbol = 8 * 8,
					     .symbols = SYMBOLS,
					     .segment = 32 * 8,
					     .segments = 1};
	return 0;
}

/* Writes the record of a frame whose pointer is `frame`. */
static void put_frame(uint64_t frame, uint64_t previous, uint64_t return_address)
{
	stack[(frame - 16 - STACK) / 8] = previous;
	stack[(frame - 8 - STACK) / 8] = return_address;
}

static void finds_symbols(void **state)
{
	uint64_t offset = 0;

	(void)state;
	assert_null(trace_symbol(&member, 0x1fffff, &offset));
	assert_int_equal(trace_symbol(&member, 0x200000, &offset)->address, 0x200000);
	assert_int_equal(trace_symbol(&member, 0x2000ff, &offset)->address, 0x200000);
	assert_int_equal(offset, 0xff);
	assert_int_equal(trace_symbol(&member, 0x20013f, &offset)->address, 0x200100);
	assert_null(trace_symbol(&member, 0x200140, &offset)); /* past the end of a function of known size */
	assert_int_equal(trace_symbol(&member, 0x2002ff, &offset)->address, 0x200200);
	assert_null(trace_symbol(&member, 0x200300, &offset));
	member.symbols = 0;
	assert_null(trace_symbol(&member, 0x200000, &offset));
}

static void reads_only_inside_windows(void **state)
{
	uint64_t word;

	(void)state;
	stack[0] = 11;
	stack[STACK_SIZE / 8 - 1] = 22;
	assert_true(trace_word(&member, STACK, &word));
	assert_int_equal(word, 11);
	assert_true(trace_word(&member, STACK + STACK_SIZE - 8, &word));
	assert_int_equal(word, 22);
	assert_false(trace_word(&member, STACK + STACK_SIZE, &word));
	assert_false(trace_word(&member, STACK - 8, &word));
	assert_false(trace_word(&member, STACK + 4, &word));
	assert_false(trace_word(&member, UINT64_MAX - 7, &word));
	assert_false(trace_word(&member, 0, &word));
}

static void walks_frames(void **state)
{
	struct supervision_fault fault = {.pc = 0x200110, .frame = STACK + 0x100, .return_address = 0x200110};
	uint64_t caller[8];

	(void)state;
	put_frame(STACK + 0x100, STACK + 0x200, 0x200010);
	put_frame(STACK + 0x200, 0, 0x200020 | SIGNED);
	assert_int_equal(trace_callers(&member, &fault, caller, 8), 2);
	assert_int_equal(caller[0], 0x200010);
	assert_int_equal(caller[1], 0x200020);
	assert_int_equal(trace_callers(&member, &fault, caller, 1), 1);
}

static void names_the_caller_of_a_leaf_once(void **state)
{
	struct supervision_fault fault = {.pc = 0x200210, .frame = STACK + 0x100, .return_address = 0x200120};
	uint64_t caller[8];

	(void)state;
	put_frame(STACK + 0x100, 0, 0x200010);
	assert_int_equal(trace_callers(&member, &fault, caller, 8),
			 2); /* leaf without a frame, from outer, from main */
	assert_int_equal(caller[0], 0x200120);
	assert_int_equal(caller[1], 0x200010);
	fault.return_address = 0x200010 | SIGNED; /* a frame was made, and nothing called yet */
	assert_int_equal(trace_callers(&member, &fault, caller, 8), 1);
	fault = (struct supervision_fault){.pc = 0, .frame = STACK + 0x100, .sp = STACK + 0x40};
	stack[8] = 0x200130; /* a call to nowhere whose return address was pushed */
	assert_int_equal(trace_callers(&member, &fault, caller, 8), 2);
	assert_int_equal(caller[0], 0x200130);
}

static void stops_at_nonsense(void **state)
{
	struct supervision_fault fault = {
	    .pc = 0x200110, .frame = STACK + 0x100, .return_address = UINT64_MAX};
	uint64_t caller[64];

	(void)state;
	put_frame(STACK + 0x100, STACK + 0x100, 0x200010); /* points to itself */
	assert_int_equal(trace_callers(&member, &fault, caller, 64), 1);
	put_frame(STACK + 0x100, STACK + 0x80, 0x200010); /* down */
	assert_int_equal(trace_callers(&member, &fault, caller, 64), 1);
	put_frame(STACK + 0x100, UINT64_MAX, 0x200010); /* away */
	assert_int_equal(trace_callers(&member, &fault, caller, 64), 1);
	put_frame(STACK + 0x100, STACK + 0x200, 0xdead); /* no code */
	assert_int_equal(trace_callers(&member, &fault, caller, 64), 0);
	fault.frame = 3;
	assert_int_equal(trace_callers(&member, &fault, caller, 64), 0);
	fault.frame = 0;
	assert_int_equal(trace_callers(&member, &fault, caller, 64), 0);
	assert_int_equal(trace_callers(&member, &fault, caller, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(finds_symbols, set_up),
	    cmocka_unit_test_setup(reads_only_inside_windows, set_up),
	    cmocka_unit_test_setup(walks_frames, set_up),
	    cmocka_unit_test_setup(names_the_caller_of_a_leaf_once, set_up),
	    cmocka_unit_test_setup(stops_at_nonsense, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
