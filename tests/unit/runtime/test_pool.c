/* SPDX-License-Identifier: MIT
 * Views of a pool and its ledger: what fits, what is refused and counted, who owns what after random use, and what a
 * reclaim brings back.
 */
#include "support.h"
#include <tenon/buffers.h>

#define BUFFERS 32u
static uint8_t memory[BUFFERS * 64];

static void a_view_gives_only_what_lies_in_it(void **state)
{
	const struct tenon_buffer good[] = {{0, 0, 64, 0}, {31, 64, 0, 0}, {31, 63, 1, 7}};
	const struct tenon_buffer bad[] = {{32, 0, 1, 0}, {UINT32_MAX, 0, 0, 0}, {0, 65, 0, 0},
					   {0, 1, 64, 0}, {0, UINT32_MAX, 2, 0}, {5, 2, UINT32_MAX, 0}};
	struct tenon_buffers buffers;

	(void)state;
	tenon_buffers_init(&buffers, memory, sizeof memory, 64, BUFFERS, TENON_BUFFERS_READ);
	for (unsigned i = 0; i < sizeof good / sizeof good[0]; i++) {
		assert_ptr_equal(tenon_buffers_read(&buffers, &good[i]),
				 memory + good[i].index * 64 + good[i].offset);
		assert_null(tenon_buffers_write(&buffers, &good[i])); /* it may only read */
	}
	assert_int_equal(buffers.refused, 0);
	for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_null(tenon_buffers_read(&buffers, &bad[i]));
	}
	assert_int_equal(buffers.refused, sizeof bad / sizeof bad[0]);
	tenon_buffers_init(&buffers, memory, sizeof memory, 64, BUFFERS, TENON_BUFFERS_WRITE);
	assert_null(tenon_buffers_read(&buffers, &good[0]));
	assert_ptr_equal(tenon_buffers_write(&buffers, &good[2]), memory + sizeof memory - 1);
	assert_panics(tenon_buffers_init(&buffers, memory, sizeof memory - 1, 64, BUFFERS, 0));
}

static void what_is_wrong_is_refused_and_counted(void **state)
{
	struct tenon_ledger_line line[2];
	struct tenon_ledger ledger;
	uint32_t mux, driver, reader, blind, a, b, c = 77;

	(void)state;
	tenon_ledger_init(&ledger, line, 2);
	mux = tenon_ledger_add(&ledger, TENON_BUFFERS_READ | TENON_BUFFERS_WRITE | TENON_BUFFERS_ALLOCATE, 2);
	driver = tenon_ledger_add(&ledger, TENON_BUFFERS_WRITE, 1);
	reader = tenon_ledger_add(&ledger, TENON_BUFFERS_READ, 1);
	blind = tenon_ledger_add(&ledger, TENON_BUFFERS_ALLOCATE, 1);
	assert_int_equal(tenon_ledger_allocate(&ledger, driver, &c), TENON_LEDGER_NO_RIGHT);
	assert_int_equal(tenon_ledger_allocate(&ledger, 4, &c), TENON_LEDGER_BAD_INDEX);
	assert_int_equal(tenon_ledger_allocate(&ledger, UINT32_MAX, &c), TENON_LEDGER_BAD_INDEX);
	assert_int_equal(tenon_ledger_allocate(&ledger, mux, &a), TENON_LEDGER_OK);
	assert_int_equal(tenon_ledger_allocate(&ledger, mux, &b), TENON_LEDGER_OK);
	assert_int_equal(tenon_ledger_allocate(&ledger, mux, &c), TENON_LEDGER_EMPTY);
	assert_int_equal(c, 77);
	assert_int_equal(tenon_ledger_give(&ledger, a, mux, driver), TENON_LEDGER_OK);
	assert_int_equal(tenon_ledger_give(&ledger, b, mux, driver),
			 TENON_LEDGER_EMPTY); /* it holds all it may */
	assert_int_equal(tenon_ledger_give(&ledger, a, mux, reader), TENON_LEDGER_NOT_OWNER);
	assert_int_equal(tenon_ledger_give(&ledger, b, mux, blind), TENON_LEDGER_NO_RIGHT);
	assert_int_equal(tenon_ledger_give(&ledger, b, mux, 4), TENON_LEDGER_BAD_INDEX);
	assert_int_equal(tenon_ledger_give(&ledger, 2, mux, driver), TENON_LEDGER_BAD_INDEX);
	assert_int_equal(tenon_ledger_release(&ledger, b, driver), TENON_LEDGER_NOT_OWNER);
	assert_int_equal(tenon_ledger_release(&ledger, a, driver), TENON_LEDGER_OK);
	assert_int_equal(tenon_ledger_release(&ledger, a, driver), TENON_LEDGER_NOT_OWNER); /* twice */
	assert_int_equal(tenon_ledger_release(&ledger, a, TENON_LEDGER_NONE), TENON_LEDGER_BAD_INDEX);
	assert_int_equal(ledger.participant[driver].refused, 3);
	assert_int_equal(ledger.participant[mux].refused, 4);
	assert_int_equal(ledger.free.count, 1);
	assert_panics((void)tenon_ledger_reclaim(&ledger, 4));
}

/* Each line in one list, the lists as long as they say, owners as the test's own books have them. */
static void check_ledger(const struct tenon_ledger *ledger, const uint32_t *owner)
{
	uint32_t total = 0;

	for (uint32_t p = 0; p <= ledger->participants; p++) {
		const struct tenon_ledger_list *list =
		    p == ledger->participants ? &ledger->free : &ledger->participant[p].held;
		uint32_t previous = TENON_LEDGER_NONE, length = 0;

		for (uint32_t i = list->first; i != TENON_LEDGER_NONE; i = ledger->line[i].next) {
			assert_int_equal(ledger->line[i].previous, previous);
			assert_int_equal(ledger->line[i].owner, owner[i]);
			assert_int_equal(owner[i], p == ledger->participants ? TENON_LEDGER_NONE : p);
			previous = i;
			length++;
		}
		assert_int_equal(length, list->count);
		total += length;
	}
	assert_int_equal(total, ledger->count);
}

static void books_stay_true_and_the_dead_leave_nothing(void **state)
{
	struct tenon_ledger_line line[BUFFERS];
	struct tenon_ledger ledger;
	uint32_t owner[BUFFERS], held = 0;

	(void)state;
	tenon_ledger_init(&ledger, line, BUFFERS);
	for (unsigned p = 0; p < 3; p++) {
		(void)tenon_ledger_add(&ledger, 7, BUFFERS);
	}
	for (unsigned i = 0; i < BUFFERS; i++) {
		owner[i] = TENON_LEDGER_NONE;
	}
	for (unsigned step = 0; step < 20000; step++) {
		uint32_t index = next_random() % (BUFFERS + 2), who = next_random() % 3,
			 to = next_random() % 3;
		bool own = index < BUFFERS && owner[index] == who;

		switch (next_random() % 16) {
		case 0:
			for (unsigned i = held = 0; i < BUFFERS; i++) {
				held += owner[i] == who;
				owner[i] = owner[i] == who ? TENON_LEDGER_NONE : owner[i];
			}
			assert_int_equal(tenon_ledger_reclaim(&ledger, who), held);
			break;
		case 1:
		case 2:
		case 3:
		case 4:
		case 5:
			if (tenon_ledger_allocate(&ledger, who, &index) == TENON_LEDGER_OK) {
				assert_int_equal(owner[index], TENON_LEDGER_NONE);
				owner[index] = who;
			}
			break;
		case 6:
		case 7:
		case 8:
		case 9:
		case 10:
			assert_int_equal(tenon_ledger_give(&ledger, index, who, to) == TENON_LEDGER_OK, own);
			owner[own ? index : 0] = own ? to : owner[0];
			break;
		default:
			assert_int_equal(tenon_ledger_release(&ledger, index, who) == TENON_LEDGER_OK, own);
			owner[own ? index : 0] = own ? TENON_LEDGER_NONE : owner[0];
		}
		check_ledger(&ledger, owner);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_view_gives_only_what_lies_in_it),
	    cmocka_unit_test(what_is_wrong_is_refused_and_counted),
	    cmocka_unit_test(books_stay_true_and_the_dead_leave_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
