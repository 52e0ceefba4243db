/* SPDX-License-Identifier: MIT
 * Loans: what may be lent, copying in both directions, passing on, and lenders that are not what they said.
 */
#include "system.h"

#define READ  TENON_RIGHT_READ
#define WRITE TENON_RIGHT_WRITE

static void fill(unsigned thread, uint64_t seed)
{
	uint8_t *memory = memory_of(thread);
	for (unsigned i = 0; i < MEMORY_WRITABLE; i++) {
		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
		memory[i] = (uint8_t)(seed >> 40);
	}
}

/* a's call stands in the server's reply object 0, with one loan of `bytes` at `offset` of its memory. */
static void lend(uint64_t offset, uint64_t bytes, unsigned rights)
{
	system_boot_waiting(2);
	act(A, stop_of(B));
	fill(A, 1);
	fill(SERVER, 2);
	loan_put(A, 0, MEMORY_ADDRESS + offset, bytes, rights);
	act(A, lending(call_of(0, 0, 1), 1));
	assert_true(is_current(SERVER));
	assert_int_equal(control_of(SERVER, 1) & TENON_TAG_LOANS_MASK, 1u << TENON_TAG_LOANS_SHIFT);
	assert_int_equal(tenon_tag_length(control_of(SERVER, 1)), 8);
}

static void copy(enum tenon_operation operation, uint64_t offset, uint64_t own, uint64_t bytes)
{
	act(SERVER, loan_of(operation, SLOT_REPLY, 0, offset, MEMORY_ADDRESS + own, bytes));
}

/* Every alignment, and sizes around pages; what lies beside stays. */
static void reading_and_writing(void **state)
{
	static const uint64_t sizes[] = {0, 1, 7, 8, 64, 100, 4095, 4096, 4097, 8200, 0x4800};
	static uint8_t before[MEMORY_WRITABLE];
	(void)state;
	lend(0, MEMORY_WRITABLE, READ | WRITE);
	for (unsigned i = 0; i < COUNT_OF(sizes); i++) {
		for (unsigned shift = 0; shift < 64; shift++) {
			uint64_t offset = shift % 8 + (i % 2) * 250, own = shift / 8 + (i % 3) * 120;
			memcpy(before, memory_of(SERVER), sizeof(before));
			copy(TENON_OP_LOAN_READ, offset, own, sizes[i]);
			assert_int_equal(status_of(SERVER), TENON_OK);
			assert_int_equal(word_of(SERVER, 4), sizes[i]);
			assert_memory_equal(memory_of(SERVER), before, own);
			assert_memory_equal(memory_of(SERVER) + own, memory_of(A) + offset, sizes[i]);
			assert_memory_equal(memory_of(SERVER) + own + sizes[i], before + own + sizes[i],
					    sizeof(before) - own - sizes[i]);
			fill(SERVER, shift + 3);
			memcpy(before, memory_of(A), sizeof(before));
			copy(TENON_OP_LOAN_WRITE, offset, own, sizes[i]);
			assert_int_equal(status_of(SERVER), TENON_OK);
			assert_memory_equal(memory_of(A), before, offset);
			assert_memory_equal(memory_of(SERVER) + own, memory_of(A) + offset, sizes[i]);
			assert_memory_equal(memory_of(A) + offset + sizes[i], before + offset + sizes[i],
					    sizeof(before) - offset - sizes[i]);
		}
	}
}

static void expect_loan(unsigned index, uint64_t offset, uint64_t own, uint64_t bytes,
			enum tenon_operation operation, uint64_t status, uint64_t done)
{
	act(SERVER, loan_of(operation, SLOT_REPLY, (unsigned)index, offset, own, bytes));
	assert_int_equal(status_of(SERVER), status);
	assert_int_equal(word_of(SERVER, 4), done);
}

static void refusals(void **state)
{
	(void)state;
	const uint64_t own = MEMORY_ADDRESS;
	lend(0, 100, READ);
	expect_loan(0, 0, own, 101, TENON_OP_LOAN_READ, TENON_BAD_LOAN, 0);
	expect_loan(0, 101, own, 0, TENON_OP_LOAN_READ, TENON_OK, 0);
	expect_loan(0, 101, own, 1, TENON_OP_LOAN_READ, TENON_BAD_LOAN, 0);
	expect_loan(0, UINT64_MAX, own, 1, TENON_OP_LOAN_READ, TENON_BAD_ARGUMENT, 0);
	expect_loan(0, 1, own, UINT64_MAX, TENON_OP_LOAN_READ, TENON_BAD_ARGUMENT, 0);
	expect_loan(0, 0, own, 8, TENON_OP_LOAN_WRITE, TENON_BAD_LOAN, 0);
	expect_loan(1, 0, own, 8, TENON_OP_LOAN_READ, TENON_BAD_LOAN, 0);
	expect_loan(7, 0, own, 8, TENON_OP_LOAN_READ, TENON_BAD_LOAN, 0);
	/* The server's own address: not mapped, not writable, none at all. */
	expect_loan(0, 0, 0x1000, 8, TENON_OP_LOAN_READ, TENON_BAD_ADDRESS, 0);
	expect_loan(0, 0, CODE_ADDRESS, 8, TENON_OP_LOAN_READ, TENON_BAD_ADDRESS, 0);
	expect_loan(0, 0, UINT64_MAX - 3, 8, TENON_OP_LOAN_READ, TENON_BAD_ADDRESS, 0);
	expect_loan(0, 0, own + MEMORY_WRITABLE - 8, 16, TENON_OP_LOAN_READ, TENON_BAD_ADDRESS, 8);
	/* Progress that is more than the whole. */
	struct host_call call = loan_of(TENON_OP_LOAN_READ, SLOT_REPLY, 0, 0, own, 8);
	call.word[4] = 9;
	act(SERVER, call);
	assert_int_equal(status_of(SERVER), TENON_BAD_ARGUMENT);
	/* An object of another type, and a reply object that holds no call. */
	act(SERVER, loan_of(TENON_OP_LOAN_READ, SLOT_SET, 0, 0, own, 8));
	assert_int_equal(status_of(SERVER), TENON_BAD_TYPE);
	act(SERVER, loan_of(TENON_OP_LOAN_READ, SLOT_REPLY + 1, 0, 0, own, 8));
	assert_int_equal(status_of(SERVER), TENON_LOAN_ENDED);
}

static void refused(uint64_t address, uint64_t word, uint64_t status)
{
	struct tenon_extras *extras = (struct tenon_extras *)(void *)buffer_of(A);
	extras->loan[0].address = address;
	extras->loan[0].bytes = word;
	act(A, lending(call_of(0, 0, 1), 1));
	assert_true(is_current(A));
	assert_int_equal(status_of(A), status);
}

static void what_cannot_be_lent(void **state)
{
	const uint64_t read = UINT64_C(1) << TENON_LOAN_RIGHTS_SHIFT;
	(void)state;
	system_boot_waiting(2);
	refused(MEMORY_ADDRESS, 8, TENON_BAD_ARGUMENT);             /* no right */
	refused(MEMORY_ADDRESS, 8 | read << 2, TENON_BAD_ARGUMENT); /* execute */
	refused(MEMORY_ADDRESS, 8 | read | read << 6, TENON_BAD_ARGUMENT);
	refused(UINT64_MAX - 7, 9 | read, TENON_BAD_ARGUMENT); /* wraps */
	refused(MEMORY_ADDRESS, 8 | read | UINT64_C(1) << TENON_LOAN_REPLY_SHIFT, TENON_BAD_ARGUMENT);
	refused(MEMORY_ADDRESS, 8 | read | UINT64_C(1) << TENON_LOAN_INDEX_SHIFT, TENON_BAD_ARGUMENT);
	/* Passing on what one does not hold: no slot, another type, no call there. */
	const uint64_t pass = 8 | read | TENON_LOAN_PASSED;
	refused(0, pass | (uint64_t)0x3fff << TENON_LOAN_REPLY_SHIFT, TENON_BAD_LOAN);
	refused(0, pass | (uint64_t)SLOT_SET << TENON_LOAN_REPLY_SHIFT, TENON_BAD_LOAN);
	refused(0, pass | (uint64_t)SLOT_REPLY << TENON_LOAN_REPLY_SHIFT, TENON_BAD_LOAN);
	/* Nowhere to read the loans from. */
	thread_of(A)->buffer = NULL;
	act(A, lending(call_of(0, 0, 1), 1));
	assert_int_equal(status_of(A), TENON_TRUNCATED);
	/* Answers lend nothing. */
	act(A, call_of(0, 0, 1));
	act(SERVER, lending(reply_of(SLOT_REPLY, 0, 1), 1));
	assert_int_equal(status_of(SERVER), TENON_BAD_ARGUMENT);
	act(SERVER, lending(reply_receive_of(0, SLOT_REPLY, 0, 1), 1));
	assert_int_equal(status_of(SERVER), TENON_BAD_ARGUMENT);
}

/* A loan is over with its call; the next call in the same reply object lends nothing. */
static void a_loan_lasts_as_long_as_its_call(void **state)
{
	(void)state;
	lend(0, 100, READ);
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 5));
	assert_true(is_current(A));
	assert_int_equal(status_of(A), TENON_OK);
	act(A, call_of(0, 0, 1));
	expect_loan(0, 0, MEMORY_ADDRESS, 8, TENON_OP_LOAN_READ, TENON_BAD_LOAN, 0);
	act(SERVER, reply_of(SLOT_REPLY, 0, 5));
	expect_loan(0, 0, MEMORY_ADDRESS, 8, TENON_OP_LOAN_READ, TENON_LOAN_ENDED, 0);
}

/* The lender's page is not there, or not writable: the server goes on, the lender faults when it is answered. */
static void a_lender_without_the_memory(void **state)
{
	(void)state;
	for (unsigned write = 0; write < 2; write++) {
		uint64_t good = write ? 4096 : 8192,
			 bad = MEMORY_ADDRESS + MEMORY_WRITABLE + (write ? 0 : 4096);
		lend(MEMORY_WRITABLE - 4096, 3 * 4096, READ | WRITE);
		expect_loan(0, 0, MEMORY_ADDRESS, 3 * 4096, write ? TENON_OP_LOAN_WRITE : TENON_OP_LOAN_READ,
			    TENON_BAD_LOAN, good);
		assert_int_equal(state_of(A), TENON_THREAD_AWAITING_REPLY);
		act(SERVER, reply_receive_of(0, SLOT_REPLY, 3, 33));
		assert_true(is_current(SUPERVISOR));
		assert_int_equal(tenon_tag_label(control_of(SUPERVISOR, 1)), TENON_LABEL_FAULT);
		assert_int_equal(control_of(SUPERVISOR, 2), 900 + A);
		assert_int_equal(word_of(SUPERVISOR, 0), TENON_FAULT_LOAN);
		assert_int_equal(word_of(SUPERVISOR, 2), bad);
		assert_int_equal(state_of(A), TENON_THREAD_FAULTED);
		/* Resumed, it has the answer. */
		act(SUPERVISOR, reply_receive_of(2, SLOT_REPLY + 3, 0, 0));
		assert_true(is_current(A));
		assert_int_equal(status_of(A), TENON_OK);
		assert_int_equal(word_of(A, 0), 33);
		/* Once: its next call is like any other. */
		act(A, call_of(0, 0, 1));
		act(SERVER, reply_receive_of(0, SLOT_REPLY, 3, 34));
		assert_true(is_current(A));
	}
}

/* It faults as well when its call times out; stopped before, it does not. */
static void a_fault_that_meets_other_ends(void **state)
{
	(void)state;
	for (unsigned stopped = 0; stopped < 2; stopped++) {
		system_boot_waiting(2);
		loan_put(C, 0, MEMORY_ADDRESS + MEMORY_WRITABLE, 8, WRITE);
		act(C, lending(call_until(0, 0, 1, clock_ns(host_ticks) + 100000), 1));
		expect_loan(0, 0, MEMORY_ADDRESS, 8, TENON_OP_LOAN_WRITE, TENON_BAD_LOAN, 0);
		if (stopped == 0) {
			advance_ns(200000);
			assert_true(is_current(SUPERVISOR));
			assert_int_equal(word_of(SUPERVISOR, 0), TENON_FAULT_LOAN);
			assert_int_equal(state_of(C), TENON_THREAD_FAULTED);
			assert_int_equal(status_of(C), TENON_TIMED_OUT);
		} else {
			act(SERVER, stop_of(C));
			assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
			assert_int_equal(state_of(SUPERVISOR), TENON_THREAD_RECEIVING);
			act(SERVER, start_of(C));
			act(C, signal_of(2));
			assert_int_equal(state_of(SUPERVISOR), TENON_THREAD_RECEIVING);
		}
	}
}

/* a lends to the server, which passes a part on to the store; the copy is between store and a. */
static void prepare_chain(unsigned rights)
{
	lend(0x1000, 0x2000, READ | WRITE);
	fill(STORE, 4);
	loan_pass_on(SERVER, 0, SLOT_REPLY, 0, 0x800, 0x1000, rights);
	act(SERVER, lending(call_of(2, 0, 1), 1));
	assert_true(is_current(STORE));
}

static void expect_store(uint64_t offset, uint64_t bytes, enum tenon_operation operation, uint64_t status)
{
	act(STORE, loan_of(operation, SLOT_REPLY + 2, 0, offset, MEMORY_ADDRESS, bytes));
	assert_int_equal(status_of(STORE), status);
}

static void passing_on(void **state)
{
	(void)state;
	prepare_chain(READ | WRITE);
	expect_store(0, 0x1000, TENON_OP_LOAN_READ, TENON_OK);
	assert_memory_equal(memory_of(STORE), memory_of(A) + 0x1800, 0x1000);
	expect_store(8, 0x1000, TENON_OP_LOAN_READ, TENON_BAD_LOAN);
	fill(STORE, 9);
	expect_store(8, 0xff8, TENON_OP_LOAN_WRITE, TENON_OK);
	assert_memory_equal(memory_of(STORE), memory_of(A) + 0x1808, 0xff8);
	/* Narrower rights stay narrower; more than one has cannot be passed on. */
	prepare_chain(READ);
	expect_store(0, 8, TENON_OP_LOAN_WRITE, TENON_BAD_LOAN);
	expect_store(0, 8, TENON_OP_LOAN_READ, TENON_OK);
	lend(0, 100, READ);
	loan_pass_on(SERVER, 0, SLOT_REPLY, 0, 0, 100, WRITE);
	act(SERVER, lending(call_of(2, 0, 1), 1));
	assert_int_equal(status_of(SERVER), TENON_BAD_LOAN);
	loan_pass_on(SERVER, 0, SLOT_REPLY, 0, 1, 100, READ);
	act(SERVER, lending(call_of(2, 0, 1), 1));
	assert_int_equal(status_of(SERVER), TENON_BAD_LOAN);
	loan_pass_on(SERVER, 0, SLOT_REPLY, 1, 0, 100, READ);
	act(SERVER, lending(call_of(2, 0, 1), 1));
	assert_int_equal(status_of(SERVER), TENON_BAD_LOAN);
}

/* The outermost call ends: the loan is over for everybody, also when the same reply object holds the next lender. */
static void the_outermost_call_ends(void **state)
{
	(void)state;
	prepare_chain(READ);
	act(STORE, stop_of(A));
	expect_store(0, 8, TENON_OP_LOAN_READ, TENON_LOAN_ENDED);
	/* The server waits in its call: nobody fills its reply object. Say that another of its threads did. */
	prepare_chain(READ);
	core.replies[0].serial++;
	expect_store(0, 8, TENON_OP_LOAN_READ, TENON_LOAN_ENDED);
	core.replies[0].serial--;
	expect_store(0, 8, TENON_OP_LOAN_READ, TENON_OK);
	/* The one who passed it on has lost the reply object since. */
	struct host_call read = loan_of(TENON_OP_LOAN_READ, SLOT_REPLY + 2, 0, 0, MEMORY_ADDRESS, 8);
	thread_of(SERVER)->slots[SLOT_REPLY].handle = tenon_handle(SLOT_REPLY, 1);
	host_syscall(1, &read);
	assert_int_equal(status_of(STORE), TENON_LOAN_ENDED);
	thread_of(SERVER)->slots[SLOT_REPLY].handle = tenon_handle(SLOT_REPLY, 0);
	expect_store(0, 8, TENON_OP_LOAN_READ, TENON_OK);
}

/* The fault is reported against the owner of the memory, not against who passed it on. */
static void a_fault_behind_a_link(void **state)
{
	(void)state;
	lend(MEMORY_WRITABLE, 0x2000, READ | WRITE);
	loan_pass_on(SERVER, 0, SLOT_REPLY, 0, 0x1000, 0x1000, READ);
	act(SERVER, lending(call_of(2, 0, 1), 1));
	expect_store(0, 8, TENON_OP_LOAN_READ, TENON_BAD_LOAN);
	act(STORE, reply_receive_of(1, SLOT_REPLY + 2, 0, 0));
	assert_true(is_current(SERVER));
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_true(is_current(SUPERVISOR));
	assert_int_equal(control_of(SUPERVISOR, 2), 900 + A);
	assert_int_equal(word_of(SUPERVISOR, 2), MEMORY_ADDRESS + MEMORY_WRITABLE + 0x1000);
}

/* Eight links and no more. The threads here are too few: the depth is set. */
static void links_are_limited(void **state)
{
	(void)state;
	for (unsigned links = LOAN_LINKS - 1; links <= LOAN_LINKS; links++) {
		lend(0, 100, READ);
		thread_of(A)->loan[0].links = (uint8_t)links;
		loan_pass_on(SERVER, 0, SLOT_REPLY, 0, 0, 100, READ);
		act(SERVER, lending(call_of(2, 0, 1), 1));
		assert_int_equal(is_current(STORE), links < LOAN_LINKS);
	}
	assert_int_equal(status_of(SERVER), TENON_BAD_LOAN);
}

/* A long copy lets in what is pending, and goes on by itself. */
static void long_copies_are_interrupted(void **state)
{
	(void)state;
	system_boot_waiting(2);
	fill(C, 5);
	loan_put(C, 0, MEMORY_ADDRESS, MEMORY_WRITABLE, READ);
	act(C, lending(call_of(0, 0, 1), 1));
	assert_true(is_current(SERVER));
	/* The timer that is due makes the supervisor, more urgent, ready in the midst of the copy. */
	struct host_call copy_call =
	    loan_of(TENON_OP_LOAN_READ, SLOT_REPLY, 0, 0, MEMORY_ADDRESS, MEMORY_WRITABLE);
	host_exploring = true;
	host_step(0, &copy_call);
	uint64_t seen = 0;
	for (unsigned i = 0; i < 100; i++) {
		const struct arch_context *context = &thread_of(SERVER)->context;
		if (host_parked(0) != HOST_RUNNING && !context->restarted)
			break;
		if (context->restarted && seen == 0) {
			seen = context->word[4];
			host_exploring = false;
			host_line(LINE);
			host_exploring = true;
		}
		host_step(0, NULL);
	}
	host_exploring = false;
	settle();
	assert_true(seen > 0 && seen < MEMORY_WRITABLE);
	assert_true(host_masked(LINE)); /* it was taken */
	assert_int_equal(status_of(SERVER), TENON_OK);
	assert_int_equal(word_of(SERVER, 4), MEMORY_WRITABLE);
	assert_memory_equal(memory_of(SERVER), memory_of(C), MEMORY_WRITABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reading_and_writing),
	    cmocka_unit_test(refusals),
	    cmocka_unit_test(what_cannot_be_lent),
	    cmocka_unit_test(a_loan_lasts_as_long_as_its_call),
	    cmocka_unit_test(a_lender_without_the_memory),
	    cmocka_unit_test(a_fault_that_meets_other_ends),
	    cmocka_unit_test(passing_on),
	    cmocka_unit_test(the_outermost_call_ends),
	    cmocka_unit_test(a_fault_behind_a_link),
	    cmocka_unit_test(links_are_limited),
	    cmocka_unit_test(long_copies_are_interrupted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
