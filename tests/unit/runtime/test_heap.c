/* SPDX-License-Identifier: MIT
 * The heap under random use with its invariants walked, its bound, and every
 * misuse that it promises to stop.
 */
#include "support.h"
#include <tenon/heap.h>
#include <tenon/string.h>

#define SIZE 8192
static _Alignas(16) uint8_t memory[SIZE];

static void gives_aligned_memory_and_takes_it_back(void **state)
{
	struct tenon_heap heap;
	void *a, *b, *c;

	(void)state;
	tenon_heap_init(&heap, memory, SIZE);
	a = tenon_heap_allocate(&heap, 1);
	b = tenon_heap_allocate(&heap, 0);
	c = tenon_heap_allocate(&heap, 1000);
	assert_non_null(a);
	assert_non_null(b);
	assert_non_null(c);
	assert_ptr_not_equal(a, b);
	assert_int_equal((uintptr_t)a % 16, 0);
	assert_int_equal((uintptr_t)c % 16, 0);
	tenon_heap_check(&heap);
	tenon_heap_free(&heap, b);
	tenon_heap_free(&heap, a);
	tenon_heap_free(&heap, NULL);
	tenon_heap_free(&heap, c);
	tenon_heap_check(&heap);
	assert_int_equal(heap.used, 0);
	assert_non_null(tenon_heap_allocate(&heap, SIZE - 32)); /* all merged again */
}

static void keeps_its_bound(void **state)
{
	struct tenon_heap heap;
	unsigned count = 0;

	(void)state;
	tenon_heap_init(&heap, memory, SIZE);
	assert_null(tenon_heap_allocate(&heap, SIZE - 31));
	assert_null(tenon_heap_allocate(&heap, SIZE_MAX));
	assert_null(tenon_heap_allocate(&heap, SIZE_MAX - 8));
	while (tenon_heap_allocate(&heap, 48) != NULL) {
		count++;
	}
	assert_int_equal(count, (SIZE - 16) / 64);
	tenon_heap_check(&heap);
	tenon_heap_init(&heap, memory + 3, 40);
	assert_null(tenon_heap_allocate(&heap, 1));
	tenon_heap_init(&heap, memory, 0);
	assert_null(tenon_heap_allocate(&heap, 0));
	tenon_heap_check(&heap);
}

#define SLOTS 40
static void survives_random_use(void **state)
{
	struct tenon_heap heap;
	uint8_t *block[SLOTS] = {0};
	size_t size[SLOTS] = {0};

	(void)state;
	tenon_heap_init(&heap, memory + 5, SIZE - 5);
	for (unsigned step = 0; step < 20000; step++) {
		unsigned slot = next_random() % SLOTS;

		if (block[slot] != NULL) {
			for (size_t i = 0; i < size[slot]; i++) {
				assert_int_equal(block[slot][i], (uint8_t)slot); /* nobody else wrote here */
			}
			tenon_heap_free(&heap, block[slot]);
			block[slot] = NULL;
		} else {
			size[slot] = next_random() % (1u << next_random() % 11);
			block[slot] = tenon_heap_allocate(&heap, size[slot]);
			if (block[slot] != NULL) {
				memset(block[slot], (int)slot, size[slot]);
			}
		}
		tenon_heap_check(&heap);
	}
	for (unsigned slot = 0; slot < SLOTS; slot++) {
		tenon_heap_free(&heap, block[slot]);
	}
	tenon_heap_check(&heap);
	assert_int_equal(heap.used, 0);
}

static void stops_misuse(void **state)
{
	struct tenon_heap heap;
	uint8_t *a, *b, *c;

	(void)state;
	tenon_heap_init(&heap, memory, SIZE);
	a = tenon_heap_allocate(&heap, 32);
	b = tenon_heap_allocate(&heap, 32);
	c = tenon_heap_allocate(&heap, 32);
	tenon_heap_free(&heap, b);
	assert_panics(tenon_heap_free(&heap, b));      /* twice */
	assert_panics(tenon_heap_free(&heap, c + 16)); /* not a block */
	assert_panics(tenon_heap_free(&heap, (void *)(uintptr_t)16));
	tenon_heap_free(&heap, a);
	assert_panics(tenon_heap_free(&heap, b)); /* twice, after it was merged */
	memset(c - 16, 0x55, 16);
	assert_panics(tenon_heap_free(&heap, c)); /* header written over */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gives_aligned_memory_and_takes_it_back),
	    cmocka_unit_test(keeps_its_bound),
	    cmocka_unit_test(survives_random_use),
	    cmocka_unit_test(stops_misuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
