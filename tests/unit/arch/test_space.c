/* SPDX-License-Identifier: MIT
 * The page tables of one machine against a list of leaves: random sequences of mapping, changing and taking away, with
 * every table page accounted for. The direct map is the identity here, so that a table is where its entry says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <arch_boot.h>
#undef TENON_DIRECT_BASE
#define TENON_DIRECT_BASE UINT64_C(0)
#include MACHINE_HEADER
#include "../../../kernel/arch/common/page_tables.c"

#define PAGES  600u
#define LEAVES 64u
#define STEPS  20000u
#define KIB4   UINT64_C(0x1000)
#define MIB2   UINT64_C(0x200000)
#define GIB1   UINT64_C(0x40000000)

static uint8_t *pool;
static bool taken[PAGES];
static unsigned used, most; /* pages taken; no more than so many are given */
static unsigned given_back; /* the identifier */
static struct arch_space space;
static uint64_t seed = 1;

static struct leaf {
	uint64_t address, physical, size; /* size 0: free */
	unsigned rights, cache;
} model[LEAVES];

void identifier_give(unsigned identifier)
{
	given_back = identifier;
}

static uint64_t random_below(uint64_t limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % limit;
}

static physical_t page_take(void *argument)
{
	assert_ptr_equal(argument, &used);
	if (used >= most)
		return (physical_t){0};
	for (unsigned n = 0; n < PAGES; n++) {
		if (taken[n])
			continue;
		taken[n] = true;
		used++;
		memset(pool + n * KIB4, 0, KIB4);
		return (physical_t){(uintptr_t)(pool + n * KIB4)};
	}
	return (physical_t){0};
}

static void page_give(void *argument, physical_t page)
{
	uint64_t n = (page.value - (uintptr_t)pool) / KIB4;

	assert_ptr_equal(argument, &used);
	assert_true(n < PAGES && page.value % KIB4 == 0);
	assert_true(taken[n]);
	taken[n] = false;
	used--;
	memset(pool + n * KIB4, 0xff, KIB4); /* whoever looks into it again finds nonsense */
}

static void space_make(void)
{
	most = PAGES;
	space = SPACE_OF(page_take(&used).value);
	memset(model, 0, sizeof(model));
	given_back = 0;
}

/* Takes the space apart, `budget` pages at a time. */
static void space_end(unsigned budget)
{
	unsigned before = used;

	while (!arch_space_fini(&space, budget, page_give, &used)) {
		assert_true(used < before && before - used <= budget);
		assert_int_equal(given_back, 0);
		before = used;
	}
	assert_int_equal(used, 0);
	assert_int_equal(given_back, 77);
}

static enum tenon_status leaf_add(uint64_t address, uint64_t physical, uint64_t size, unsigned rights,
				  unsigned cache)
{
	return arch_space_map(&space, address, (physical_t){physical}, size, rights, cache, page_take, &used);
}

static uint64_t entry_of(uint64_t address, unsigned *level)
{
	return entry_find(&space, address, level);
}

static void leaf_expect(const struct leaf *leaf)
{
	uint64_t inside = random_below(leaf->size), entry;
	physical_t physical = {1};
	unsigned rights = 0, level = 9;

	assert_true(arch_space_lookup(&space, leaf->address + inside, &physical, &rights));
	assert_int_equal(physical.value, leaf->physical + inside);
	assert_int_equal(rights, EXACT_RIGHTS(leaf->rights));
	assert_int_equal(arch_space_leaf(&space, leaf->address + inside), leaf->size);
	entry = entry_of(leaf->address, &level);
	assert_true(HAS_TYPE(entry, leaf->cache));
	assert_true(IS_USER_LEAF(entry, level));
}

static void nothing_expected(uint64_t address)
{
	physical_t physical = {1};
	unsigned rights = 99;

	assert_false(arch_space_lookup(&space, address, &physical, &rights));
	assert_int_equal(arch_space_leaf(&space, address), 0);
	assert_int_equal(physical.value, 1);
	assert_int_equal(rights, 99);
}

static bool overlaps(uint64_t address, uint64_t size)
{
	for (unsigned n = 0; n < LEAVES; n++)
		if (model[n].size != 0 && model[n].address < address + size &&
		    address < model[n].address + model[n].size)
			return true;
	return false;
}

static unsigned random_rights(void)
{
	static const unsigned good[] = {1, 2, 3, 4, 5};

	return good[random_below(5)];
}

static void step_map(struct leaf *leaf)
{
	static const uint64_t sizes[] = {KIB4, KIB4, KIB4, MIB2, GIB1};
	uint64_t size = sizes[random_below(5)];
	/* Few places, so that leaves meet: 2 GiB at both ends of the user half. */
	uint64_t base = random_below(2) == 0 ? 0 : USER_LIMIT - 2 * GIB1;
	uint64_t block = random_below(2) * GIB1 + (size < GIB1 ? random_below(4) * MIB2 : 0) +
			 (size < MIB2 ? random_below(8) * KIB4 : 0);
	uint64_t physical = (1 + random_below(40)) * size;
	unsigned rights = random_rights(), before = used;
	unsigned cache = rights & TENON_RIGHT_EXECUTE ? TENON_CACHE_NORMAL : (unsigned)random_below(3);
	enum tenon_status status;

	most = random_below(8) == 0 ? used + (unsigned)random_below(2) : PAGES;
	status = leaf_add(base + block, physical, size, rights, cache);
	assert_true(used - before <= ENTRY_ROOT_LEVEL);
	if (status == TENON_OK) {
		assert_false(overlaps(base + block, size));
		*leaf = (struct leaf){base + block, physical, size, rights, cache};
	} else if (status == TENON_NO_MEMORY) {
		assert_int_equal(used, most);
	} else {
		/* In the way is a leaf, or the table of smaller ones that have been there. */
		assert_int_equal(status, TENON_BAD_ADDRESS);
		assert_true(size > KIB4 || overlaps(base + block, size));
	}
	most = PAGES;
}

static void step_change(struct leaf *leaf)
{
	unsigned rights = random_below(2) == 0 ? 0 : random_rights();
	physical_t physical = {leaf->physical};

	/* Each wrong in one way. */
	assert_false(arch_space_change(&space, leaf->address, (physical_t){leaf->physical + GIB1}, leaf->size,
				       rights));
	assert_false(arch_space_change(&space, leaf->address, physical, leaf->size * 512, rights));
	assert_false(arch_space_change(&space, leaf->address, physical, leaf->size / 512, rights));
	assert_false(arch_space_change(&space, leaf->address + KIB4 / 2, physical, leaf->size, rights));
	assert_false(arch_space_change(&space, leaf->address + USER_LIMIT, physical, leaf->size, rights));
	assert_false(arch_space_change(&space, leaf->address, physical, leaf->size,
				       TENON_RIGHT_WRITE | TENON_RIGHT_EXECUTE));
	leaf_expect(leaf);
	if (leaf->cache != TENON_CACHE_NORMAL)
		rights &= ~TENON_RIGHT_EXECUTE;
	assert_true(arch_space_change(&space, leaf->address, physical, leaf->size, rights));
	leaf->rights = rights;
	if (rights != 0)
		return;
	nothing_expected(leaf->address);
	assert_false(arch_space_change(&space, leaf->address, physical, leaf->size, 0));
	leaf->size = 0;
}

static void random_sequences(void **state)
{
	(void)state;
	for (seed = 1; seed <= 40;) {
		uint64_t start = seed;

		space_make();
		for (unsigned n = 0; n < STEPS / 40; n++) {
			struct leaf *leaf = &model[random_below(LEAVES)];

			if (leaf->size == 0)
				step_map(leaf);
			else
				step_change(leaf);
			leaf = &model[random_below(LEAVES)];
			if (leaf->size != 0)
				leaf_expect(leaf);
			uint64_t address = random_below(USER_LIMIT / KIB4) * KIB4;
			if (!overlaps(address, KIB4))
				nothing_expected(address);
		}
		for (unsigned n = 0; n < LEAVES; n++)
			if (model[n].size != 0)
				leaf_expect(&model[n]);
		space_end(1 + (unsigned)random_below(20));
		seed = start + 1;
	}
}

static void refusals(void **state)
{
	const unsigned read = TENON_RIGHT_READ, write = TENON_RIGHT_WRITE, execute = TENON_RIGHT_EXECUTE;

	(void)state;
	space_make();
	assert_int_equal(leaf_add(0, 0, KIB4, write | execute, 0), TENON_BAD_ARGUMENT);
	assert_int_equal(leaf_add(0, 0, KIB4, read | write | execute, 0), TENON_BAD_ARGUMENT);
	assert_int_equal(leaf_add(0, 0, KIB4, 0, 0), TENON_BAD_ARGUMENT);
	assert_int_equal(leaf_add(0, 0, KIB4, TENON_RIGHT_GRANT, 0), TENON_BAD_ARGUMENT);
	assert_int_equal(leaf_add(0, 0, KIB4, execute, TENON_CACHE_DEVICE), TENON_BAD_ARGUMENT);
	assert_int_equal(leaf_add(0, 0, KIB4, execute, TENON_CACHE_UNCACHED), TENON_BAD_ARGUMENT);
	assert_int_equal(leaf_add(8, 0, KIB4, read, 0), TENON_BAD_ADDRESS);
	assert_int_equal(leaf_add(0, 8, KIB4, read, 0), TENON_BAD_ADDRESS);
	assert_int_equal(leaf_add(0, 0, 8, read, 0), TENON_BAD_ADDRESS);
	assert_int_equal(leaf_add(USER_LIMIT, 0, KIB4, read, 0), TENON_BAD_ADDRESS);
	assert_int_equal(leaf_add(USER_LIMIT - KIB4, 0, 2 * KIB4, read, 0), TENON_BAD_ADDRESS);
	assert_int_equal(leaf_add(KIB4, 0, -KIB4, read, 0), TENON_BAD_ADDRESS);
	assert_int_equal(leaf_add(0, ENTRY_PHYSICAL_LIMIT, KIB4, read, 0), TENON_BAD_ADDRESS);
	assert_int_equal(leaf_add(0, ENTRY_PHYSICAL_LIMIT - KIB4, 2 * KIB4, read, 0), TENON_BAD_ADDRESS);
	assert_int_equal(used, 1);
	nothing_expected(USER_LIMIT);
	nothing_expected(UINT64_MAX);
	assert_int_equal(arch_space_leaf_limit(), GIB1);
	space_end(1);
}

/* One call: small leaves up to a block, a block of each size, and what is left. */
static void leaves_of_all_sizes(void **state)
{
	const uint64_t address = GIB1 - MIB2 - KIB4, size = 2 * KIB4 + 2 * MIB2 + GIB1;

	(void)state;
	space_make();
	assert_int_equal(leaf_add(address, 4 * GIB1 + address, size, TENON_RIGHT_READ, 0), TENON_OK);
	assert_int_equal(arch_space_leaf(&space, address), KIB4);
	assert_int_equal(arch_space_leaf(&space, address + KIB4), MIB2);
	assert_int_equal(arch_space_leaf(&space, GIB1), GIB1);
	assert_int_equal(arch_space_leaf(&space, 2 * GIB1), MIB2);
	assert_int_equal(arch_space_leaf(&space, 2 * GIB1 + MIB2), KIB4);
	nothing_expected(address - KIB4);
	nothing_expected(address + size);
	for (uint64_t at = 0; at < size; at += KIB4 * 255 + 1) {
		physical_t physical;
		unsigned rights;

		assert_true(arch_space_lookup(&space, address + at, &physical, &rights));
		assert_int_equal(physical.value, 4 * GIB1 + address + at);
	}
	space_end(3);
}

/* No page left on the way: nothing is mapped, and the tables made so far serve the next try. */
static void pages_run_out(void **state)
{
	(void)state;
	space_make();
	for (most = 1; leaf_add(0, KIB4, KIB4, TENON_RIGHT_READ, 0) != TENON_OK; most++) {
		assert_int_equal(used, most);
		nothing_expected(0);
	}
	assert_int_equal(used, 1 + ENTRY_ROOT_LEVEL);
	space_end(1);
}

/* A table full of small leaves, and one full of large ones: many tables, none of which is lost. */
static void full_tables(void **state)
{
	(void)state;
	for (unsigned budget = 1; budget < 40; budget += 7) {
		space_make();
		assert_int_equal(leaf_add(KIB4, KIB4 + MIB2, GIB1, TENON_RIGHT_READ, 0), TENON_OK);
		for (uint64_t at = 0; at < 400; at++)
			assert_int_equal(leaf_add(4 * GIB1 + at * MIB2, KIB4, KIB4, TENON_RIGHT_READ, 0),
					 TENON_OK);
		space_end(budget);
	}
}

static void kernel_halves(void **state)
{
	static uint64_t kernel[TABLE_ENTRIES], root[TABLE_ENTRIES];

	(void)state;
	kernel[0] = 1; /* what the loader left in the user half */
	kernel[256] = 2;
	kernel[300] = 3;
	kernel[511] = 4;
	kernel_half_keep(kernel);
	kernel_half_copy(root);
	assert_int_equal(root[0], 0);
	kernel[0] = 0;
	assert_memory_equal(root, kernel, sizeof(root));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refusals),
	    cmocka_unit_test(kernel_halves),
	    cmocka_unit_test(leaves_of_all_sizes),
	    cmocka_unit_test(pages_run_out),
	    cmocka_unit_test(full_tables),
	    cmocka_unit_test(random_sequences),
	};

	pool = aligned_alloc(KIB4, PAGES * KIB4);
	return pool == NULL ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
