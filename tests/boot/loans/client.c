/* SPDX-License-Identifier: MIT
 * Lends, in every size from 64 B to 1 MiB and every alignment, and compares sums; lends for a short time only; lends what
 * it may not. Then says the verdict and ends the run.
 */
#include "component.h"
#include "protocol.h"

static uint8_t lent[MOST + 64];
static unsigned checks, wrong;

static void expect(bool holds, const char *what, uint64_t detail)
{
	checks++;
	if (holds)
		return;
	wrong++;
	log_error("wrong: %s (%llu)", what, (unsigned long long)detail);
}

/* Calls with loan 0 of `bytes` from `lent + shift`. The answer stands in `ipc`. */
static enum tenon_status ask(struct tenon_ipc *ipc, uint32_t request, uint64_t bytes, uint64_t shift,
			     uint32_t rights, uint64_t deadline)
{
	tenon_lend(0, lent + shift, bytes, rights);
	ipc->tag = tenon_tag_lending(tenon_tag(request, 32), 1);
	ipc->word[0] = bytes;
	return tenon_call(SLOT_LENDING, deadline, ipc);
}

static void try_copies(void)
{
	static const uint32_t sizes[] = {64, 100, 1024, 4096, 5000, 16384, 65536, 300000, MOST};
	static const uint8_t shifts[][2] = {{0, 0}, {8, 16}, {3, 3}, {1, 0}, {0, 5}, {60, 7}};
	for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		for (unsigned k = 0; k < sizeof shifts / sizeof shifts[0]; k++) {
			uint64_t bytes = sizes[i], shift = shifts[k][0], seed = i * 100 + k;
			fill_from(lent, sizeof lent, seed);
			struct tenon_ipc ipc = {.word = {0, shifts[k][1]}};
			expect(ask(&ipc, REQUEST_SUM, bytes, shift, TENON_RIGHT_READ, TENON_NEVER) ==
				       TENON_OK &&
				   ipc.word[0] == TENON_OK && ipc.word[1] == bytes &&
				   ipc.word[2] == sum_of(lent + shift, bytes),
			       "read", bytes);
			ipc = (struct tenon_ipc){.word = {0, shifts[k][1], seed + 7}};
			uint8_t after = lent[shift + bytes - (bytes == MOST)];
			expect(ask(&ipc, REQUEST_FILL, bytes - (bytes == MOST), shift, TENON_RIGHT_WRITE,
				   TENON_NEVER) == TENON_OK &&
				   ipc.word[0] == TENON_OK &&
				   ipc.word[2] == sum_of(lent + shift, bytes - (bytes == MOST)) &&
				   lent[shift + bytes - (bytes == MOST)] == after,
			       "write", bytes);
		}
	}
}

static void try_passing_on(void)
{
	for (uint64_t bytes = 128; bytes <= MOST; bytes *= 16) {
		fill_from(lent, sizeof lent, bytes);
		struct tenon_ipc ipc = {.word = {0, 0, REQUEST_SUM}};
		expect(ask(&ipc, REQUEST_PASS, bytes, 0, TENON_RIGHT_READ, TENON_NEVER) == TENON_OK &&
			   ipc.word[0] == TENON_OK && ipc.word[1] == bytes / 2 &&
			   ipc.word[2] == sum_of(lent + bytes / 2, bytes / 2),
		       "passed on, read", bytes);
		uint64_t before = sum_of(lent, bytes / 2);
		ipc = (struct tenon_ipc){.word = {0, 9, REQUEST_FILL, bytes}};
		expect(ask(&ipc, REQUEST_PASS, bytes, 0, TENON_RIGHT_READ | TENON_RIGHT_WRITE, TENON_NEVER) ==
			       TENON_OK &&
			   ipc.word[0] == TENON_OK && ipc.word[2] == sum_of(lent + bytes / 2, bytes / 2) &&
			   before == sum_of(lent, bytes / 2),
		       "passed on, written", bytes);
	}
	/* More than was lent does not go on. */
	struct tenon_ipc ipc = {.word = {0, 9, REQUEST_FILL, 1}};
	expect(ask(&ipc, REQUEST_PASS, 4096, 0, TENON_RIGHT_READ, TENON_NEVER) == TENON_OK &&
		   ipc.word[0] == TENON_BAD_LOAN,
	       "passed on with a right that it has not", ipc.word[0]);
}

/* The call ends in the midst of a copy: the server hears of it and goes on. */
static void try_vanishing(void)
{
	static const uint32_t after_us[] = {50, 200, 333, 1000, 2500};
	for (unsigned i = 0; i < sizeof after_us / sizeof after_us[0]; i++) {
		struct tenon_ipc ipc = {.word = {0}};
		uint64_t deadline = clock_ns() + after_us[i] * UINT64_C(1000);
		enum tenon_status status = ask(&ipc, REQUEST_WAIT, MOST, 0, TENON_RIGHT_READ, deadline);
		expect(status == TENON_TIMED_OUT, "timed out in a copy", (uint64_t)status);
		ipc = (struct tenon_ipc){.word = {0}};
		ipc.tag = tenon_tag(REQUEST_LAST, 0);
		expect(tenon_call(SLOT_LENDING, TENON_NEVER, &ipc) == TENON_OK, "asked for the end", 0);
		if (i > 0) /* a very short deadline may end before the server has the call */
			expect(ipc.word[0] == TENON_LOAN_ENDED && ipc.word[1] < MOST, "told of the end",
			       ipc.word[0]);
	}
}

static void try_refusals(void)
{
	struct tenon_ipc ipc = {.word = {0}};
	expect(ask(&ipc, REQUEST_FILL, 64, 0, TENON_RIGHT_READ, TENON_NEVER) == TENON_OK &&
		   ipc.word[0] == TENON_BAD_LOAN,
	       "written without the right", ipc.word[0]);
	expect(ask(&ipc, REQUEST_SUM, 64, 0, 0, TENON_NEVER) == TENON_BAD_ARGUMENT, "lent without rights", 0);
	expect(ask(&ipc, REQUEST_SUM, 64, 0, TENON_RIGHT_EXECUTE, TENON_NEVER) == TENON_BAD_ARGUMENT,
	       "lent to execute", 0);
	ipc = (struct tenon_ipc){.tag = tenon_tag(REQUEST_SUM, 8), .word = {64}};
	expect(tenon_call(SLOT_LENDING, TENON_NEVER, &ipc) == TENON_OK && ipc.word[0] == TENON_BAD_LOAN,
	       "read what nobody lent", ipc.word[0]);
}

static void try_sending(void)
{
	uint64_t sum = 0;
	for (uint64_t i = 1; i <= 100; i++) {
		struct tenon_ipc ipc = {.tag = tenon_tag(0, 8), .word = {i * i}};
		expect(tenon_send(SLOT_LENDING, TENON_NEVER, &ipc) == TENON_OK, "sent", i);
		sum += i * i;
	}
	struct tenon_ipc ipc = {.tag = tenon_tag(REQUEST_COUNT, 0)};
	expect(tenon_call(SLOT_LENDING, TENON_NEVER, &ipc) == TENON_OK && ipc.word[1] == 100 &&
		   ipc.word[2] == sum,
	       "all that was sent arrived", ipc.word[1]);
}

/* One reading of each size, for those who count instructions. */
static void measure(void)
{
	for (uint64_t bytes = 64; bytes <= MOST; bytes *= 4) {
		struct tenon_ipc ipc = {.word = {0}};
		uint64_t start = clock_ns();
		(void)ask(&ipc, REQUEST_SUM, bytes, 0, TENON_RIGHT_READ, TENON_NEVER);
		log_info("%llu bytes lent, read and summed up in %llu ns", (unsigned long long)bytes,
			 (unsigned long long)(clock_ns() - start));
	}
}

void component_start(void)
{
	try_copies();
	try_passing_on();
	try_vanishing();
	try_refusals();
	try_sending();
	measure();
	log_info("loans: %u checks, %u wrong", checks, wrong);
	(void)power_end(wrong == 0 ? 0 : 1);
}
