/* SPDX-License-Identifier: MIT
 * Enumeration over a model of configuration space: trees, what the firmware
 * left right or wrong, and devices that lie.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <configuration.h>
#include <messages.h>
#include <reset.h>
#include <slot.h>
#include <tree.h>

#include "pci_model.h"

#define DISK 0x10421af4u

static const struct tree_range range[FUNCTION_RANGES] = {
    [FUNCTION_LOW] = {.base = 0x10000000, .bytes = 0x2eff0000},
    [FUNCTION_HIGH] = {.base = UINT64_C(0x8000000000), .bytes = UINT64_C(0x8000000000)},
};

static struct tree tree;

static int setup(void **state)
{
	(void)state;
	model_clear();
	return 0;
}

static void enumerate(void)
{
	tree_enumerate(&tree, 255);
	tree_place(&tree, range);
}

static bool is_before(uint32_t bridge, uint32_t index)
{
	while (index != FUNCTION_NONE && index != bridge) {
		index = tree.function[index].parent;
	}
	return index == bridge;
}

static void assert_in(uint64_t base, uint64_t bytes, uint64_t outer, uint64_t outer_bytes)
{
	assert_true(base >= outer && base - outer <= outer_bytes && bytes <= outer_bytes - (base - outer));
}

/* What has a place lies in a range and in its bridges' windows, in pages where nothing else is. */
static void check_places(void)
{
	for (uint32_t i = 0; i < tree.functions * FUNCTION_BARS; i++) {
		const uint32_t one = i / FUNCTION_BARS;
		const struct function_bar *bar = &tree.function[one].bar[i % FUNCTION_BARS];
		const uint32_t r = bar->address < range[FUNCTION_HIGH].base ? FUNCTION_LOW : FUNCTION_HIGH;

		if (bar->bytes == 0 || bar->address == 0) {
			continue;
		}
		assert_int_equal(bar->address & (bar->bytes - 1), 0);
		assert_int_equal(bar->address & (FUNCTION_PAGE - 1), 0);
		assert_in(bar->address, bar->bytes, range[r].base, range[r].bytes);
		for (uint32_t up = tree.function[one].parent; up != FUNCTION_NONE;
		     up = tree.function[up].parent) {
			const struct function_window *window = &tree.function[up].window[r];

			assert_in(bar->address, bar->bytes, window->base, window->bytes);
		}
		for (uint32_t k = i + 1; k < tree.functions * FUNCTION_BARS; k++) {
			const struct function_bar *other =
			    &tree.function[k / FUNCTION_BARS].bar[k % FUNCTION_BARS];

			assert_true(other->bytes == 0 || other->address == 0 ||
				    (other->address - bar->address >= bar->bytes &&
				     bar->address - other->address >= other->bytes));
		}
		for (uint32_t bridge = 0; bridge < tree.functions; bridge++) {
			const struct function_window *window = &tree.function[bridge].window[r];

			assert_true(!tree.function[bridge].is_bridge || window->bytes == 0 ||
				    is_before(bridge, tree.function[one].parent) ||
				    bar->address - window->base >= window->bytes);
		}
	}
}

static const struct function *found(uint32_t identity)
{
	for (uint32_t i = 0; i < tree.functions; i++) {
		if ((uint32_t)tree.function[i].id == identity) {
			return &tree.function[i];
		}
	}
	fail_msg("%x was not found", identity);
	return NULL;
}

static void places_what_the_firmware_left(void **state)
{
	struct model_function *disk = model_add(NULL, 3 << 3, DISK, false);
	struct model_function *small = model_add(NULL, 4 << 3, 0x12345678, false);

	(void)state;
	model_bar(disk, 1, 4096, false, false);
	model_bar(disk, 4, 16384, true, true);
	model_bar(small, 0, 64, false, false);
	model_bar(small, 1, 64, false, false);
	enumerate();
	assert_int_equal(tree.functions, 2);
	check_places();
	assert_int_equal(found(DISK)->bar[4].bytes, 16384);
	assert_in(found(DISK)->bar[4].address, 16384, range[FUNCTION_HIGH].base, range[FUNCTION_HIGH].bytes);
	assert_in(found(DISK)->bar[1].address, 4096, range[FUNCTION_LOW].base, range[FUNCTION_LOW].bytes);
	assert_int_equal(disk->word[8], (uint32_t)found(DISK)->bar[4].address | 0xc);
	assert_int_equal(disk->word[9], found(DISK)->bar[4].address >> 32);
	assert_int_equal(disk->word[1] & 7, 0); /* off */
}

static void numbers_buses_depth_first(void **state)
{
	struct model_function *left = model_add(NULL, 1 << 3, 0x00011b36, true);
	struct model_function *right = model_add(NULL, 2 << 3, 0x00021b36, true);
	struct model_function *below = model_add(left, 0, 0x00031b36, true);
	struct model_function *disk = model_add(below, 5 << 3, DISK, false);
	struct model_function *net = model_add(right, 0, 0x10411af4, false);

	(void)state;
	left->word[6] = right->word[6] = 0x00ff0100; /* both claim the same buses */
	model_bar(disk, 0, 0x200000, false, false);
	model_bar(disk, 4, UINT64_C(1) << 33, true, true);
	model_bar(net, 0, 4096, false, false);
	model_bar(net, 2, 4096, true, false);
	enumerate();
	assert_int_equal(tree.functions, 5);
	assert_int_equal(left->word[6], 0x00020100);
	assert_int_equal(below->word[6], 0x00020201);
	assert_int_equal(right->word[6], 0x00030300);
	assert_int_equal(found(DISK)->requester, 2 << 8 | 5 << 3);
	assert_int_equal(found(0x10411af4)->requester, 3 << 8);
	check_places();
	assert_int_equal(found(DISK)->bar[4].address, range[FUNCTION_HIGH].base);
	assert_true(found(DISK)->bar[0].address != 0 && found(0x10411af4)->bar[2].address != 0);
	assert_int_equal(left->word[1] & 6, 6); /* bridges pass on */
}

/* What the firmware did right stays as it is, numbers that it kept free behind a bridge among it. */
static void keeps_what_fits(void **state)
{
	struct model_function *bridge = model_add(NULL, 1 << 3, 0x00011b36, true);
	struct model_function *empty = model_add(NULL, 2 << 3, 0x00021b36, true);
	struct model_function *disk = model_add(bridge, 0, DISK, false);
	struct model_function before[MODEL_FUNCTIONS];

	(void)state;
	bridge->word[6] = 0x00040100;
	empty->word[6] = 0x00080500;
	bridge->word[8] = 0x20102000;
	bridge->word[9] = 0x0001fff1;
	model_bar(disk, 0, 4096, false, false);
	model_bar(disk, 1, 0x100000, false, false);
	disk->word[4] = 0x20001000;
	disk->word[5] = 0x20100000;
	memcpy(before, model, sizeof model);
	enumerate();
	check_places();
	assert_int_equal(disk->word[4], 0x20001000);
	assert_int_equal(disk->word[5], 0x20100000);
	assert_int_equal(bridge->word[6], before[0].word[6]);
	assert_int_equal(bridge->word[8], before[0].word[8]);
	assert_int_equal(empty->word[6], before[1].word[6]);

	disk->word[5] = 0x20000000; /* over the other one: everything is placed anew */
	enumerate();
	check_places();
	assert_int_equal(bridge->word[6], before[0].word[6]);
	assert_true(disk->word[4] != 0x20001000);
}

static void finds_each_function_of_a_device(void **state)
{
	struct model_function *first = model_add(NULL, 7 << 3, 0x00010001, false);

	(void)state;
	model_add(NULL, 7 << 3 | 1, 0x00020001, false);
	model_add(NULL, 7 << 3 | 6, 0x00030001, false);
	enumerate();
	assert_int_equal(tree.functions, 1); /* it does not say that it has more */
	first->word[3] |= PCI_HEADER_MANY;
	enumerate();
	assert_int_equal(tree.functions, 3);
	assert_int_equal(found(0x00030001)->requester, 7 << 3 | 6);
}

static void refuses_registers_that_lie(void **state)
{
	struct model_function *holes = model_add(NULL, 1 << 3, 0x00010001, false);
	struct model_function *cut = model_add(NULL, 2 << 3, 0x00020001, false);
	struct model_function *endless = model_add(NULL, 3 << 3, 0x00030001, false);
	struct model_function *right = model_add(NULL, 4 << 3, DISK, false);

	(void)state;
	model_bar(holes, 0, 4096, false, false);
	holes->writable[4] = 0xff0ff000;
	cut->word[9] = PCI_BAR_TYPE_64; /* the last one has no upper half */
	cut->writable[9] = 0xfffff000;
	model_bar(endless, 0, UINT64_C(1) << 46, true, true);
	model_bar(right, 0, 4096, false, false);
	enumerate();
	check_places();
	assert_true(found(0x00010001)->is_broken);
	assert_true(found(0x00020001)->is_broken);
	assert_int_equal(found(0x00030001)->bar[0].address, 0);
	assert_true(found(DISK)->bar[0].address != 0 && !found(DISK)->is_broken);
}

static void walks_capabilities_with_a_bound(void **state)
{
	struct model_function *circle = model_add(NULL, 1 << 3, 0x00010001, false);
	struct model_function *self = model_add(NULL, 2 << 3, 0x00020001, false);
	struct model_function *low = model_add(NULL, 3 << 3, 0x00030001, false);

	(void)state;
	model_capability(circle, 0x40, PCI_CAPABILITY_POWER, 0x50);
	model_capability(circle, 0x50, PCI_CAPABILITY_EXPRESS, 0x40);
	model_capability(self, 0x44, 0x09, 0x44);
	model_capability(low, 0x40, PCI_CAPABILITY_POWER, 0x10);
	enumerate();
	assert_int_equal(found(0x00010001)->power, 0x40);
	assert_int_equal(found(0x00010001)->express, 0x50);
	assert_true(model_accesses < 5000);
}

static void keeps_pages_of_messages_apart(void **state)
{
	struct model_function *disk = model_add(NULL, 1 << 3, DISK, false);
	struct model_function *nvme = model_add(NULL, 2 << 3, 0x00101b36, false);
	struct model_function *lies = model_add(NULL, 3 << 3, 0x00020001, false);
	uint32_t *capability;

	(void)state;
	model_bar(disk, 1, 4096, false, false);
	model_bar(disk, 4, 16384, true, true);
	capability = model_capability(disk, 0x98, PCI_CAPABILITY_MSI_X, 0);
	capability[0] |= 1 << 16;
	capability[1] = 1;
	capability[2] = 0x800 | 1;
	model_bar(nvme, 0, 16384, true, false);
	capability = model_capability(nvme, 0x40, PCI_CAPABILITY_MSI_X, 0);
	capability[0] |= 64 << 16;
	capability[1] = 0x2000;
	capability[2] = 0x3000;
	model_bar(lies, 0, 4096, false, false);
	capability = model_capability(lies, 0x40, PCI_CAPABILITY_MSI_X, 0);
	capability[0] |= 2047 << 16;
	enumerate();
	assert_int_equal(found(DISK)->messages.vectors, 2);
	assert_false(function_bar_is_mappable(found(DISK), 1));
	assert_true(function_bar_is_mappable(found(DISK), 4));
	for (uint32_t page = 0; page < 4; page++) {
		assert_int_equal(function_page_is_messages(found(0x00101b36), 0, page * FUNCTION_PAGE),
				 page >= 2);
	}
	assert_true(found(0x00020001)->is_broken);
	assert_int_equal(found(0x00020001)->messages.capability, 0);
}

static void stops_where_there_is_no_room(void **state)
{
	struct model_function *bridge = NULL;

	(void)state;
	for (uint32_t depth = 0; depth < 20; depth++) {
		bridge = model_add(bridge, 0, 0x00010001 + (depth << 16), true);
	}
	for (uint32_t i = 0; i < 150; i++) {
		model_add(NULL, i + 8, DISK, false)->word[3] |= PCI_HEADER_MANY;
	}
	enumerate();
	assert_true(tree.is_cut);
	assert_int_equal(tree.functions, TREE_FUNCTIONS);
	tree_enumerate(&tree, 3); /* and with few bus numbers */
	assert_true(tree.is_cut);
	for (uint32_t i = 0; i < tree.functions; i++) {
		assert_true(tree.function[i].requester >> 8 <= 3);
	}
}

/* A vector is masked until it is set, and what is written goes to its own entry. */
static void sets_vectors_of_a_table(void **state)
{
	struct model_function *disk = model_add(NULL, 1 << 3, DISK, false);
	uint32_t table[4 * 4], *capability;

	(void)state;
	model_bar(disk, 1, 4096, false, false);
	capability = model_capability(disk, 0x98, PCI_CAPABILITY_MSI_X, 0);
	capability[0] |= 3 << 16;
	capability[1] = 1;
	capability[2] = 0x800 | 1;
	disk->writable[0x98 / 4] = 0xc0000000;
	memset(table, 0, sizeof table);
	enumerate();
	messages_open(found(DISK), table);
	assert_int_equal(disk->word[0x98 / 4] >> 30, 2); /* on, not masked as a whole */
	for (uint32_t vector = 0; vector < 4; vector++) {
		assert_int_equal(table[4 * vector + 3], 1);
	}
	assert_true(messages_set(found(DISK), table, 2, UINT64_C(0x1234567890), 77));
	assert_int_equal(table[8], 0x34567890);
	assert_int_equal(table[9], 0x12);
	assert_int_equal(table[10], 77);
	assert_int_equal(table[11], 0);
	assert_int_equal(table[7], 1);
	messages_close(found(DISK));
	assert_int_equal(disk->word[0x98 / 4] >> 30, 0);
}

static void sets_a_single_message(void **state)
{
	struct model_function *wide = model_add(NULL, 1 << 3, 0x00010001, false);
	struct model_function *narrow = model_add(NULL, 2 << 3, 0x00020001, false);

	(void)state;
	model_capability(wide, 0x40, PCI_CAPABILITY_MSI, 0)[0] |= 0x00f00000 & ~0x00700000u;
	model_capability(narrow, 0x40, PCI_CAPABILITY_MSI, 0);
	for (uint32_t i = 0; i < 4; i++) {
		wide->writable[0x40 / 4 + i] = narrow->writable[0x40 / 4 + i] =
		    i == 0 ? 0x00710000 : UINT32_MAX;
	}
	enumerate();
	messages_open(found(0x00010001), NULL);
	assert_int_equal(wide->word[0x40 / 4] & 0x10000, 0);
	assert_true(messages_set(found(0x00010001), NULL, 0, UINT64_C(0x500001000), 9));
	assert_int_equal(wide->word[0x44 / 4], 0x1000);
	assert_int_equal(wide->word[0x48 / 4], 5);
	assert_int_equal(wide->word[0x4c / 4], 9);
	assert_int_equal(wide->word[0x40 / 4] & 0x00710000, 0x10000);
	assert_false(messages_set(found(0x00010001), NULL, 0, 0, 0x10000)); /* 16 bits of data */
	assert_false(messages_set(found(0x00020001), NULL, 0, UINT64_C(0x500001000), 9));
	assert_true(messages_set(found(0x00020001), NULL, 0, 0xfee00000, 9));
	assert_int_equal(narrow->word[0x48 / 4], 9);
	messages_close(found(0x00020001));
	assert_int_equal(narrow->word[0x40 / 4] & 0x10000, 0);
}

/* A reset forgets where registers are; they are put back when it is over, and not before. */
static void resets_as_the_function_can(void **state)
{
	struct model_function *express = model_add(NULL, 1 << 3, 0x00010001, false);
	struct model_function *power = model_add(NULL, 2 << 3, 0x00020001, false);
	struct model_function *neither = model_add(NULL, 3 << 3, 0x00030001, false);
	struct reset reset;
	uint32_t place;

	(void)state;
	model_bar(express, 0, 4096, false, false);
	model_capability(express, 0x40, PCI_CAPABILITY_EXPRESS, 0)[1] = 0x10000000;
	express->writable[0x48 / 4] = 0xffff;
	model_capability(power, 0x40, PCI_CAPABILITY_POWER, 0);
	power->writable[0x44 / 4] = 3;
	enumerate();

	reset_begin(&reset, found(0x00010001), 1000, 500);
	assert_int_equal(express->word[0x48 / 4], 0x8000);
	place = express->word[4];
	express->word[4] = 0;
	assert_false(reset_continue(&reset, found(0x00010001), 1499));
	assert_int_equal(express->word[4], 0);
	assert_true(reset_continue(&reset, found(0x00010001), 1500));
	assert_true(place != 0 && express->word[4] == place);
	assert_int_equal(express->word[1] & 7, PCI_COMMAND_MEMORY);

	reset_begin(&reset, found(0x00020001), 0, 500);
	assert_int_equal(power->word[0x44 / 4], 3); /* asleep */
	assert_false(reset_continue(&reset, found(0x00020001), reset.until_ns - 1));
	assert_false(reset_continue(&reset, found(0x00020001), reset.until_ns));
	assert_int_equal(power->word[0x44 / 4], 0);
	assert_true(reset_continue(&reset, found(0x00020001), reset.until_ns));

	reset_begin(&reset, found(0x00030001), 7, 500);
	assert_true(reset_continue(&reset, found(0x00030001), 7));
	assert_int_equal(neither->word[1] & 7, PCI_COMMAND_MEMORY);
}

/* A port with a slot, whose registers are as in hardware but for bits that ones clear: those the test clears itself. */
static struct model_function *add_slot(uint32_t abilities)
{
	struct model_function *port = model_add(NULL, 1 << 3, 0x00010001, true);
	uint32_t *capability = model_capability(port, 0x40, PCI_CAPABILITY_EXPRESS, 0);

	capability[0] |= 0x01420000; /* a root port with a slot */
	capability[5] = abilities;
	capability[6] =
	    0x00410100; /* something is there, the indicator is on, and the button was pressed before we looked */
	port->writable[0x58 / 4] = 0xffff;
	enumerate();
	return port;
}

#define SLOT_ALL 0x00040053u /* button, power, indicator; can be emptied; commands are done at once */

static void takes_out_what_the_button_asks_for(void **state)
{
	struct model_function *port = add_slot(SLOT_ALL);
	uint32_t *word = &port->word[0x58 / 4];
	struct slot slot;

	(void)state;
	assert_true(slot_init(&slot, found(0x00010001)));
	*word = 0x00400100;
	assert_int_equal(slot_look(&slot, 100, 50), SLOT_NOTHING);
	*word |= 0x00010000;
	assert_int_equal(slot_look(&slot, 200, 50), SLOT_BUTTON);
	assert_int_equal(*word & 0x700, 0x200);                  /* blinks */
	assert_int_equal(slot_look(&slot, 210, 50), SLOT_STAYS); /* still pressed, which is a second time */
	assert_int_equal(*word & 0x700, 0x100);
	assert_int_equal(slot_look(&slot, 300, 50), SLOT_BUTTON);
	*word &= 0xffff;
	*word |= 0x00400000;
	assert_int_equal(slot_look(&slot, 349, 50), SLOT_NOTHING);
	assert_int_equal(slot_look(&slot, 350, 50), SLOT_LEAVES);
	assert_int_equal(*word & 0x400, 0); /* it has power until nobody drives it */
	assert_int_equal(slot_look(&slot, 349 + SLOT_LOOK_NS, 50), SLOT_NOTHING);
	assert_int_equal(slot_look(&slot, 350 + SLOT_LOOK_NS, 50), SLOT_IS_OFF);
	assert_int_equal(*word & 0x700, 0x700);
	*word &= 0xffff;
	assert_int_equal(slot_look(&slot, 360 + SLOT_LOOK_NS, 50), SLOT_NOTHING);
}

static void sees_what_was_torn_out(void **state)
{
	struct model_function *port = add_slot(SLOT_ALL);
	struct slot slot;

	(void)state;
	assert_true(slot_init(&slot, found(0x00010001)));
	port->word[0x58 / 4] = 0x00080100; /* nothing is there */
	assert_int_equal(slot_look(&slot, 100, 50), SLOT_IS_GONE);
	assert_int_equal(port->word[0x58 / 4] & 0x700, 0x700);
	assert_int_equal(slot_look(&slot, 200, 50), SLOT_NOTHING);
	port->word[0x58 / 4] = 0x00400100;
	assert_true(slot_init(&slot, found(0x00010001)));
	port->word[0x58 / 4] = UINT32_MAX; /* the port itself */
	assert_int_equal(slot_look(&slot, 100, 50), SLOT_IS_GONE);
}

/* Where commands are said to be done, the next waits for that, or a second. */
static void waits_for_its_commands(void **state)
{
	struct model_function *port = add_slot(SLOT_ALL & ~0x00040000u);
	struct slot slot;

	(void)state;
	assert_true(slot_init(&slot, found(0x00010001)));
	port->word[0x58 / 4] = 0x00410100;
	assert_int_equal(slot_look(&slot, 0, 50), SLOT_BUTTON);
	port->word[0x58 / 4] = 0x00400200;
	assert_int_equal(slot_look(&slot, 999999999, 50), SLOT_NOTHING);
	port->word[0x58 / 4] |= 0x00100000;
	assert_int_equal(slot_look(&slot, 999999999, 50), SLOT_LEAVES);
	port->word[0x58 / 4] &= 0xffff;
	assert_int_equal(slot_look(&slot, UINT64_C(2000000000), 50), SLOT_IS_OFF);
	assert_int_equal(port->word[0x58 / 4] & 0x700, 0x700);
}

static void knows_slots_that_cannot_be_emptied(void **state)
{
	struct model_function *port = add_slot(SLOT_ALL & ~0x40u);
	struct slot slot;

	(void)state;
	assert_false(slot_init(&slot, found(0x00010001)));
	port->word[0x54 / 4] = SLOT_ALL;
	assert_true(slot_init(&slot, found(0x00010001)));
	port->word[0x58 / 4] = 0x00000100; /* empty */
	assert_false(slot_init(&slot, found(0x00010001)));
	port->word[0x58 / 4] = 0x00410100;
	port->word[0x40 / 4] &= ~0x01000000u; /* no slot */
	assert_false(slot_init(&slot, found(0x00010001)));
	port->word[0x40 / 4] |= 0x01000000u;
	port->word[0x54 / 4] = SLOT_ALL & ~2u; /* no power control: it is not touched */
	assert_true(slot_init(&slot, found(0x00010001)));
	assert_int_equal(slot_look(&slot, 0, 0), SLOT_BUTTON);
	port->word[0x58 / 4] &= 0xffff;
	port->word[0x58 / 4] |= 0x00400000;
	assert_int_equal(slot_look(&slot, 1, 0), SLOT_LEAVES);
	assert_int_equal(slot_look(&slot, 1 + SLOT_LOOK_NS, 0), SLOT_IS_OFF);
	assert_int_equal(port->word[0x58 / 4] & 0x700, 0x300);
}

static uint32_t random_state = 12345;

static uint32_t draw(void)
{
	random_state = random_state * 1664525 + 1013904223;
	return random_state >> 8 | random_state << 24;
}

/* Whatever configuration space says, nothing that gets a place lies over something else. */
static void survives_anything(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < 1500; round++) {
		const uint32_t functions = 1 + draw() % 24;

		model_clear();
		for (uint32_t i = 0; i < functions; i++) {
			struct model_function *bridge = i > 0 ? &model[draw() % (i + 1)] : NULL;
			struct model_function *function;

			if (bridge != NULL && (bridge->word[3] >> 16 & 0x7f) != 1) {
				bridge = NULL;
			}
			function = model_add(bridge, draw() & 0xff, 1 + (draw() << 16), draw() % 3 == 0);
			for (uint32_t b = 0; b < (draw() & 3u) + 1; b++) {
				model_bar(function, draw() % 5, UINT64_C(16) << draw() % 30, draw() & 1,
					  draw() & 1);
			}
			for (uint32_t noise = draw() % 12; noise > 0; noise--) {
				const uint32_t word = 1 + draw() % (MODEL_WORDS - 1);

				function->word[word] = word == 3 ? function->word[word] : draw();
				function->writable[word] |= draw() & draw();
			}
		}
		enumerate();
		check_places();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(places_what_the_firmware_left, setup),
	    cmocka_unit_test_setup(numbers_buses_depth_first, setup),
	    cmocka_unit_test_setup(keeps_what_fits, setup),
	    cmocka_unit_test_setup(finds_each_function_of_a_device, setup),
	    cmocka_unit_test_setup(refuses_registers_that_lie, setup),
	    cmocka_unit_test_setup(walks_capabilities_with_a_bound, setup),
	    cmocka_unit_test_setup(keeps_pages_of_messages_apart, setup),
	    cmocka_unit_test_setup(sets_vectors_of_a_table, setup),
	    cmocka_unit_test_setup(sets_a_single_message, setup),
	    cmocka_unit_test_setup(resets_as_the_function_can, setup),
	    cmocka_unit_test_setup(stops_where_there_is_no_room, setup),
	    cmocka_unit_test_setup(takes_out_what_the_button_asks_for, setup),
	    cmocka_unit_test_setup(sees_what_was_torn_out, setup),
	    cmocka_unit_test_setup(waits_for_its_commands, setup),
	    cmocka_unit_test_setup(knows_slots_that_cannot_be_emptied, setup),
	    cmocka_unit_test_setup(survives_anything, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
