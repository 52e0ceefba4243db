/* SPDX-License-Identifier: MIT
 * What operations.def says of each system call is what the kernel asks for: the type of its object, and every right.
 * An operation that the kernel does not have answers UNSUPPORTED, and is left out.
 */
#include "system.h"

enum { SLOT = 50, TENON_TYPE_ANY = TENON_TYPE_COUNT };

static const struct {
	const char *name;
	unsigned type, rights;
} list[] = {
#define OPERATION(name, function, type, rights) {#name, TENON_TYPE_##type, rights},
#include <tenon/operations.def>
#undef OPERATION
};
_Static_assert(COUNT_OF(list) == TENON_OPERATION_COUNT, "one for each");

/* What A is answered for `operation` through a capability without an object. */
static uint64_t answer(unsigned operation, unsigned type, unsigned rights)
{
	struct slot *slot = &thread_of(A)->slots[SLOT];

	slot->handle = tenon_handle(SLOT, 0);
	struct host_call call = {.operation = (enum tenon_operation)operation, .handle = slot->handle};

	slot->type = (uint8_t)type;
	slot->rights = (uint8_t)rights;
	host_syscall(thread_of(A)->home->index, &call);
	slot->type = TENON_TYPE_NONE;
	slot->rights = 0;
	settle();
	return status_of(A);
}

static bool is_there(unsigned operation)
{
	return answer(operation, TENON_TYPE_NONE, 0) != TENON_UNSUPPORTED;
}

static void handles_are_looked_up(void **state)
{
	unsigned tried = 0;

	(void)state;
	system_boot(1, 1u << A);
	for (unsigned i = 0; i < TENON_OPERATION_COUNT; i++) {
		if (list[i].type == TENON_TYPE_NONE || !is_there(i))
			continue;
		tried++;
		if (answer(i, TENON_TYPE_NONE, 0) != TENON_BAD_HANDLE)
			fail_msg("%s finds a handle in an empty slot", list[i].name);
	}
	assert_true(tried >= 15);
}

static void other_types_are_refused(void **state)
{
	(void)state;
	system_boot(1, 1u << A);
	for (unsigned i = 0; i < TENON_OPERATION_COUNT; i++) {
		if (list[i].type == TENON_TYPE_NONE || list[i].type == TENON_TYPE_ANY || !is_there(i))
			continue;
		for (unsigned type = TENON_TYPE_NONE + 1; type < TENON_TYPE_COUNT; type++) {
			if (type != list[i].type && answer(i, type, TENON_RIGHTS_ALL) != TENON_BAD_TYPE)
				fail_msg("%s takes an object of type %u", list[i].name, type);
		}
	}
}

static void each_right_is_needed(void **state)
{
	(void)state;
	system_boot(1, 1u << A);
	for (unsigned i = 0; i < TENON_OPERATION_COUNT; i++) {
		if (list[i].type == TENON_TYPE_NONE || list[i].type == TENON_TYPE_ANY || !is_there(i))
			continue;
		for (unsigned right = 1; right < TENON_RIGHTS_ALL; right <<= 1) {
			if ((list[i].rights & right) != 0 &&
			    answer(i, list[i].type, TENON_RIGHTS_ALL & ~right) != TENON_BAD_RIGHTS)
				fail_msg("%s does not need right 0x%x", list[i].name, right);
		}
	}
}

/* Numbers past the last one are none. */
static void others_are_none(void **state)
{
	(void)state;
	system_boot(1, 1u << A);
	for (unsigned i = TENON_OPERATION_COUNT; i < 1u << TENON_OPERATION_BITS; i++)
		assert_int_equal(answer(i, TENON_TYPE_ENDPOINT, TENON_RIGHTS_ALL), TENON_BAD_OPERATION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(handles_are_looked_up),
	    cmocka_unit_test(other_types_are_refused),
	    cmocka_unit_test(each_right_is_needed),
	    cmocka_unit_test(others_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
