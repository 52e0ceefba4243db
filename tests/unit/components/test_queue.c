/* SPDX-License-Identifier: MIT
 * The timer's queue against a plain list.
 */
#include "support.h"
#include "queue.h"

#define CAPACITY 37
static struct queue queue;
static struct queue_entry entries[CAPACITY];
static uint64_t model[CAPACITY]; /* 0: not in */

static void compare(void)
{
	uint64_t earliest = UINT64_MAX, deadline;
	uint32_t number, count = 0;

	for (uint32_t i = 0; i < CAPACITY; i++) {
		if (model[i] != 0) {
			count++;
			earliest = model[i] < earliest ? model[i] : earliest;
		}
	}
	assert_int_equal(queue.count, count);
	assert_int_equal(queue_first(&queue, &number, &deadline), count > 0);
	if (count > 0) {
		assert_int_equal(deadline, earliest);
		assert_int_equal(model[number], earliest);
	}
}

static void agrees_with_a_list(void **state)
{
	(void)state;
	queue_init(&queue, entries, CAPACITY);
	compare();
	for (unsigned step = 0; step < 50000; step++) {
		uint32_t number = next_random() % CAPACITY;

		if (next_random() % 3 == 0) {
			queue_remove(&queue, number);
			model[number] = 0;
		} else {
			model[number] = 1 + next_random() % 100;
			queue_set(&queue, number, model[number]);
		}
		compare();
	}
}

static void gives_all_in_order(void **state)
{
	uint64_t last = 0, deadline;
	uint32_t number, count = 0;

	(void)state;
	queue_init(&queue, entries, CAPACITY);
	for (uint32_t i = 0; i < CAPACITY; i++) {
		queue_set(&queue, i, next_random());
	}
	while (queue_first(&queue, &number, &deadline)) {
		assert_true(deadline >= last);
		last = deadline;
		queue_remove(&queue, number);
		count++;
	}
	assert_int_equal(count, CAPACITY);
}

static void refuses_numbers_past_its_end(void **state)
{
	(void)state;
	queue_init(&queue, entries, CAPACITY);
	assert_panics(queue_set(&queue, CAPACITY, 1));
	assert_panics(queue_remove(&queue, CAPACITY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(agrees_with_a_list),
	    cmocka_unit_test(gives_all_in_order),
	    cmocka_unit_test(refuses_numbers_past_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
