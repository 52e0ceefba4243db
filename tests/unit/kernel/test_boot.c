/* SPDX-License-Identifier: MIT
 * Boot from the tables: what the inspector shows is what they say; tables that cannot be stop the machine, named.
 */
#include "system.h"

static const struct tenon_tables *tables;

static uint64_t inspect(enum tenon_inspect what, uint64_t index, uint64_t n)
{
	act(A, simple_call(TENON_OP_INSPECT, SLOT_INSPECTOR, (uint64_t)what, index, n));
	return status_of(A);
}

static void boot(unsigned cpus)
{
	tables = system_tables(1u << A);
	assert_true(host_boot(tables, cpus));
}

static void counts_threads_and_names(void **state)
{
	(void)state;
	boot(2);
	assert_int_equal(inspect(TENON_INSPECT_COUNTS, 0, 0), TENON_OK);
	assert_int_equal(word_of(A, 0), THREADS);
	assert_int_equal(word_of(A, 1), THREADS);
	assert_int_equal(word_of(A, 2), THREADS + 1); /* and a device's */
	assert_int_equal(word_of(A, 3), 2);
	assert_int_equal(word_of(A, 4), tables->regions);
	assert_int_equal(word_of(A, 5), tables->mappings);
	for (unsigned i = 0; i < THREADS; i++) {
		const struct tenon_thread *entry = &tables->thread[i];
		assert_int_equal(inspect(TENON_INSPECT_THREAD, i, 0), TENON_OK);
		assert_int_equal(word_of(A, 0), i == A ? TENON_THREAD_RUNNING : TENON_THREAD_STOPPED);
		assert_int_equal(word_of(A, 1), entry->priority);
		assert_int_equal(word_of(A, 2), entry->cpu);
		assert_int_equal(word_of(A, 4), entry->space);
		assert_int_equal(word_of(A, 5), 0);
		assert_int_equal(word_of(A, 7), entry->table);
		assert_int_equal(inspect(TENON_INSPECT_THREAD_NAME, i, 0), TENON_OK);
		assert_string_equal((const char *)thread_of(A)->context.word, entry->name);
	}
	assert_int_equal(inspect(TENON_INSPECT_THREAD, THREADS, 0), TENON_BAD_ARGUMENT);
	assert_int_equal(inspect(TENON_INSPECT_THREAD_NAME, THREADS, 0), TENON_BAD_ARGUMENT);
	assert_int_equal(inspect((enum tenon_inspect)99, 0, 0), TENON_BAD_ARGUMENT);
}

static void slots_are_as_described(void **state)
{
	(void)state;
	boot(1);
	for (unsigned i = 0; i < THREADS; i++) {
		const struct tenon_captable *entry = &tables->captable[i];
		unsigned used = 0;
		assert_int_equal(inspect(TENON_INSPECT_TABLE, i, 0), TENON_OK);
		assert_int_equal(word_of(A, 0), entry->slots);
		assert_int_equal(word_of(A, 1), entry->used);
		for (unsigned n = 0; n < entry->slots; n++) {
			assert_int_equal(inspect(TENON_INSPECT_SLOT, i, n), TENON_OK);
			if (word_of(A, 0) == TENON_TYPE_NONE)
				continue;
			const struct tenon_slot *slot = &entry->slot[used++];
			assert_int_equal(slot->index, n);
			assert_int_equal(word_of(A, 0), slot->type);
			assert_int_equal(word_of(A, 1), slot->rights);
			assert_int_equal(word_of(A, 2), slot->badge);
			assert_int_equal(word_of(A, 3), slot->object);
			assert_int_equal(word_of(A, 4), 0);
		}
		assert_int_equal(used, entry->used);
		assert_int_equal(inspect(TENON_INSPECT_SLOT, i, entry->slots), TENON_BAD_ARGUMENT);
	}
	assert_int_equal(inspect(TENON_INSPECT_SLOT, THREADS, 0), TENON_BAD_ARGUMENT);
	assert_int_equal(inspect(TENON_INSPECT_TABLE, THREADS, 0), TENON_BAD_ARGUMENT);
}

static void mappings_and_memory(void **state)
{
	(void)state;
	boot(1);
	for (unsigned i = 0; i < THREADS; i++) {
		for (unsigned n = 0; n < 3; n++) {
			const struct tenon_mapping *mapping = &tables->mapping[3 * i + n];
			assert_int_equal(inspect(TENON_INSPECT_MAPPING, i, n), TENON_OK);
			assert_int_equal(word_of(A, 0), mapping->address);
			assert_int_equal(word_of(A, 1), mapping->size);
			assert_int_equal(word_of(A, 2), mapping->rights);
			assert_int_equal(word_of(A, 3), mapping->region);
		}
		assert_int_equal(inspect(TENON_INSPECT_MAPPING, i, 5), TENON_BAD_ARGUMENT);
		assert_int_equal(inspect(TENON_INSPECT_SPACE, i, 0), TENON_OK);
		assert_int_equal(word_of(A, 0), 9 * 4096);
		assert_true(word_of(A, 1) >= 4096);
	}
	assert_int_equal(inspect(TENON_INSPECT_MEMORY, 0, 0), TENON_OK);
	assert_int_equal(word_of(A, 0), host_ram_size);
	assert_int_equal(word_of(A, 2), HOST_IMAGE_BYTES);
	assert_int_equal(word_of(A, 4), 8192 + 4096 * THREADS * 8 + POOL_BYTES);
	assert_true(word_of(A, 1) + word_of(A, 2) + word_of(A, 3) + word_of(A, 4) + 4096 <= word_of(A, 0));
	assert_true(word_of(A, 1) + word_of(A, 2) + word_of(A, 3) + word_of(A, 4) + 3 * 4096 > word_of(A, 0));
	assert_int_equal(inspect(TENON_INSPECT_CPU, 0, 0), TENON_OK);
	assert_int_equal(word_of(A, 0), 1);
	assert_int_equal(inspect(TENON_INSPECT_CPU, 1, 0), TENON_BAD_ARGUMENT);
	assert_int_equal(inspect(TENON_INSPECT_START, 0, 0), TENON_OK);
	assert_int_equal(word_of(A, 1), 1000000000);
}

static void idle_time_is_counted(void **state)
{
	(void)state;
	boot(2); /* CPU 1 has nothing to do */
	host_advance(1000000);
	assert_int_equal(inspect(TENON_INSPECT_CPU, 1, 0), TENON_OK);
	assert_in_range(word_of(A, 1), 1000000, 1000001);
	assert_int_equal(inspect(TENON_INSPECT_CPU, 0, 0), TENON_OK);
	assert_int_equal(word_of(A, 1), 0);
	assert_int_equal(inspect(TENON_INSPECT_THREAD, A, 0), TENON_OK);
	assert_in_range(word_of(A, 3), 1000000, 1000001);
}

static void regions_are_cleared_and_copied(void **state)
{
	(void)state;
	uint8_t *image = host_image(4096);
	for (unsigned i = 0; i < 200; i++)
		image[i] = (uint8_t)(i + 1);
	memset((uint8_t *)host_image(0) + HOST_IMAGE_BYTES, 0xcc, 1 << 20);
	boot(1);
	const uint8_t *data = arch_direct(core.region_base[1]);
	for (unsigned i = 0; i < 8192; i++)
		assert_int_equal(data[i], i < 100 ? i + 1 : 0);
	for (unsigned i = 0; i < 4096; i++)
		assert_int_equal(buffer_of(A)[i], 0);
}

static void homes_follow_the_cpus_that_run(void **state)
{
	(void)state;
	boot(1);
	assert_int_equal(thread_of(C)->home->index, 0);
	boot(2);
	assert_int_equal(thread_of(C)->home->index, 1);
}

/* Each change makes tables that no generator may emit. */
static struct tenon_slot bad_slots[SLOT_STATIC_END];
static struct tenon_captable bad_captables[THREADS];
static struct tenon_mapping bad_mappings[MAPPINGS];
static struct tenon_region bad_regions[32];
static struct tenon_thread bad_threads[THREADS];

static struct tenon_tables bad_tables(void)
{
	struct tenon_tables copy = *system_tables(1u << A);
	memcpy(bad_captables, copy.captable, sizeof(bad_captables));
	memcpy(bad_slots, copy.captable[2].slot, (SLOT_STATIC_END - 1) * sizeof(struct tenon_slot));
	memcpy(bad_mappings, copy.mapping, sizeof(bad_mappings));
	memcpy(bad_regions, copy.region, copy.regions * sizeof(struct tenon_region));
	memcpy(bad_threads, copy.thread, sizeof(bad_threads));
	bad_captables[2].slot = bad_slots;
	copy.captable = bad_captables;
	copy.mapping = bad_mappings;
	copy.region = bad_regions;
	copy.thread = bad_threads;
	return copy;
}

static void refused(const struct tenon_tables *bad, const char *text)
{
	if (host_boot(bad, 1))
		fail_msg("booted; expected: %s", text);
	if (strstr(host_panic, text) == NULL)
		fail_msg("said: %s, expected: %s", host_panic, text);
}

static void impossible_tables_stop_the_machine(void **state)
{
	(void)state;
	struct tenon_tables bad = bad_tables();
	bad_slots[3].object = 99;
	refused(&bad, "b:3: capability to no object");
	bad = bad_tables();
	bad_slots[3].index = bad_slots[2].index;
	refused(&bad, "b:3: slots do not ascend");
	bad = bad_tables();
	bad_slots[SLOT_STATIC_END - 2].index = SLOTS;
	refused(&bad, "slots do not ascend, or exceed the table");
	bad = bad_tables();
	bad_mappings[4].rights = TENON_RIGHT_READ | TENON_RIGHT_WRITE | TENON_RIGHT_EXECUTE;
	refused(&bad, "mapping:4: rights");
	bad = bad_tables();
	bad_mappings[3].rights = TENON_RIGHT_READ | TENON_RIGHT_WRITE;
	refused(&bad, "mapping:3: rights"); /* writes to the image */
	bad = bad_tables();
	bad_mappings[4].offset = UINT64_MAX - 4095;
	refused(&bad, "mapping:4: exceeds its region");
	bad = bad_tables();
	bad_mappings[4].address = UINT64_C(1) << 40;
	refused(&bad, "mapping:4: address");
	bad = bad_tables();
	bad_mappings[4].address = CODE_ADDRESS;
	refused(&bad, "mapping:4: address");
	bad = bad_tables();
	bad_regions[2] =
	    (struct tenon_region){"uart", 4096, NULL, 0, host_ram_base + 8192, TENON_REGION_DEVICE, 1, 0};
	refused(&bad, "region:2: device registers lie in RAM");
	bad = bad_tables();
	bad_regions[2].size = 100;
	refused(&bad, "region:2: size");
	bad = bad_tables();
	bad_regions[2].size = UINT64_C(1) << 30;
	refused(&bad, "no memory left");
	bad = bad_tables();
	bad_threads[3].priority = 256;
	refused(&bad, "thread:3: space, table or priority");
	bad = bad_tables();
	bad_threads[3].table = 0;
	bad_threads[3].cpu = 1;
	assert_false(host_boot(&bad, 2));
	assert_non_null(strstr(host_panic, "thread:3: shares a capability table"));
	static const struct tenon_interrupt twice[] = {{LINE, 0, 0, 1}, {LINE, 0, 1, 1}};
	bad = bad_tables();
	bad.interrupt = twice;
	bad.interrupts = 2;
	refused(&bad, "interrupt:1: no such line, or it is given twice");
}

static struct tenon_window windows[1];

static void impossible_devices_stop_the_machine(void **state)
{
	(void)state;
	struct tenon_tables bad = bad_tables();
	bad_threads[3].space = IO_SPACE;
	refused(&bad, "thread:3: runs in an I/O space");
	bad = bad_tables();
	bad_mappings[0].space = IO_SPACE;
	refused(&bad, "mapping: registers or code in an I/O space");
	bad = bad_tables();
	bad_regions[2] = (struct tenon_region){
	    .name = "ecam", .size = 4096, .physical = TENON_PHYSICAL_ECAM, .kind = TENON_REGION_DEVICE};
	refused(&bad, "region:2: the firmware names no PCI configuration space");
	bad = bad_tables();
	bad.window = windows;
	bad.windows = 1;
	windows[0] = (struct tenon_window){A, MEMORY_ADDRESS, 4096};
	refused(&bad, "window: address"); /* something is mapped there */
	windows[0] = (struct tenon_window){A, MEMORY_ADDRESS, 0};
	refused(&bad, "window: space or size");
	windows[0] = (struct tenon_window){A, 4096, UINT64_MAX};
	refused(&bad, "window: space or size");
	windows[0] = (struct tenon_window){IO_SPACE + 1, MEMORY_ADDRESS, 4096};
	refused(&bad, "window: space or size");
	static struct tenon_interrupt many[HOST_MESSAGES + 1];
	for (unsigned i = 0; i < COUNT_OF(many); i++)
		many[i] = (struct tenon_interrupt){0, TENON_INTERRUPT_MESSAGE, 0, 1};
	bad = bad_tables();
	bad.interrupt = many;
	bad.interrupts = COUNT_OF(many);
	refused(&bad, "interrupt:8: no such line, or it is given twice, or no message is left");
	many[0] = (struct tenon_interrupt){HOST_LINES, TENON_INTERRUPT_EDGE, 0, 1};
	bad.interrupts = 2;
	refused(&bad, "interrupt: no such line"); /* that number is a message's */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_threads_and_names),
	    cmocka_unit_test(slots_are_as_described),
	    cmocka_unit_test(mappings_and_memory),
	    cmocka_unit_test(idle_time_is_counted),
	    cmocka_unit_test(regions_are_cleared_and_copied),
	    cmocka_unit_test(homes_follow_the_cpus_that_run),
	    cmocka_unit_test(impossible_tables_stop_the_machine),
	    cmocka_unit_test(impossible_devices_stop_the_machine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
