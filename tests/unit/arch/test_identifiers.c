/* SPDX-License-Identifier: MIT
 * Identifiers of address spaces: each is one space's at a time, none is lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../../kernel/arch/common/identifiers.c"

#define LAST 65535u

static bool held[LAST + 1];

/* Of the fake machine, which is not here. */
void host_point(void)
{
}

void host_taken(void)
{
}

void host_held(uint32_t lock)
{
	assert_int_equal(lock, 1);
}

void arch_relax(void)
{
	fail();
}

static void all_are_used(unsigned last)
{
	memset(held, 0, sizeof(held));
	memset(&free_ones, 0, sizeof(free_ones));
	identifiers_init(last);
	for (unsigned n = 0; n < last; n++) {
		unsigned identifier = identifier_take();

		assert_true(identifier > 0 && identifier <= last && !held[identifier]);
		held[identifier] = true;
	}
	assert_int_equal(identifier_take(), 0);
	identifier_give(0); /* a space without one ends */
	assert_int_equal(identifier_take(), 0);
}

static void counts(void **state)
{
	static const unsigned last[] = {0, 1, 63, 64, 255, 4095, LAST};

	(void)state;
	for (unsigned n = 0; n < sizeof(last) / sizeof(last[0]); n++) {
		all_are_used(last[n]);
		for (unsigned identifier = 1; identifier <= last[n]; identifier++) {
			identifier_give(identifier);
			assert_int_equal(identifier_take(), identifier);
		}
	}
}

static void random_order(void **state)
{
	unsigned count = LAST;

	(void)state;
	srand(1);
	all_are_used(LAST);
	for (unsigned n = 0; n < 500000; n++) {
		unsigned identifier = 1 + (unsigned)rand() % LAST;

		if (held[identifier]) {
			identifier_give(identifier);
			held[identifier] = false;
			count--;
		} else {
			identifier = identifier_take();
			assert_true(identifier > 0 && identifier <= LAST && !held[identifier]);
			held[identifier] = true;
			count++;
		}
	}
	while (count < LAST) {
		unsigned identifier = identifier_take();

		assert_true(identifier > 0 && identifier <= LAST && !held[identifier]);
		held[identifier] = true;
		count++;
	}
	assert_int_equal(identifier_take(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(counts), cmocka_unit_test(random_order)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
