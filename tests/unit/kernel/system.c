/* SPDX-License-Identifier: MIT
 * The tables of the test system, filled by loops so that every table has the same slots.
 */
#include "system.h"

enum {
	REGION_CODE,
	REGION_COPY,
	REGION_BUFFER,
	REGION_STACK = REGION_BUFFER + THREADS,
	REGION_MEMORY,
	REGIONS
};

static struct tenon_region regions[REGIONS];
static struct tenon_mapping mappings[MAPPINGS];
static struct tenon_space spaces[THREADS + 1];
static struct tenon_slot slots[THREADS][SLOT_STATIC_END - 1];
static struct tenon_captable captables[THREADS];
static struct tenon_thread threads[THREADS];
static const struct tenon_receive_set sets[SETS] = {{SERVER}, {STORE}, {SUPERVISOR}};
static const struct tenon_endpoint endpoints[ENDPOINTS] = {{0}, {0}, {1}, {2}};
static const struct tenon_notification notifications[NOTIFICATIONS] = {
    {0, SOURCE(0)}, {0, SOURCE(1)}, {1, SOURCE(2)}};
static const struct tenon_reply replies[REPLIES] = {{0}, {0}, {1}, {2}, {2}};
static const struct tenon_interrupt interrupts[] = {{LINE, TENON_INTERRUPT_EDGE, 0, 0x100},
						    {0, TENON_INTERRUPT_MESSAGE, 0, 0x200}};
static const struct tenon_pool pools[POOLS] = {
    {.name = "pool", .bytes = POOL_BYTES},
    {.name = "registers",
     .bytes = REGISTERS_BYTES,
     .physical = REGISTERS,
     .kinds = TENON_KIND_BIT(TENON_MEMORY_DEVICE)},
};
static const struct tenon_ports ports[1] = {{0x3f8, 8}};

unsigned system_driver = A;

static const struct {
	const char *name;
	uint32_t priority, cpu;
} what[THREADS] = {{"server", 100, 0}, {"a", 50, 0},           {"b", 50, 0},  {"c", 60, 1},
		   {"store", 120, 1},  {"supervisor", 200, 0}, {"low", 10, 1}};

static void fill_slots(unsigned thread)
{
	struct tenon_slot *slot = slots[thread];
	for (uint32_t i = 0; i < ENDPOINTS; i++)
		*slot++ = (struct tenon_slot){SLOT_ENDPOINT + i, TENON_TYPE_ENDPOINT,
					      TENON_RIGHT_INVOKE |
						  (i == 1 ? TENON_RIGHT_GRANT | TENON_RIGHT_RECEIVE : 0),
					      i, BADGE(i, thread)};
	for (uint32_t i = 0; i < SETS; i++)
		*slot++ = (struct tenon_slot){SLOT_SET + i, TENON_TYPE_RECEIVE_SET,
					      TENON_RIGHT_RECEIVE | (i == 0 ? TENON_RIGHT_MANAGE : 0), i, 0};
	for (uint32_t i = 0; i < REPLIES; i++)
		*slot++ = (struct tenon_slot){SLOT_REPLY + i, TENON_TYPE_REPLY, 0, i, 0};
	for (uint32_t i = 0; i < NOTIFICATIONS; i++)
		*slot++ = (struct tenon_slot){SLOT_NOTIFICATION + i, TENON_TYPE_NOTIFICATION,
					      TENON_RIGHT_INVOKE, i, UINT64_C(1) << thread};
	for (uint32_t i = 0; i < THREADS; i++)
		*slot++ =
		    (struct tenon_slot){SLOT_THREAD + i, TENON_TYPE_THREAD,
					TENON_RIGHT_READ | TENON_RIGHT_WRITE | TENON_RIGHT_MANAGE, i, 0};
	*slot++ = (struct tenon_slot){SLOT_CLOCK, TENON_TYPE_CLOCK, TENON_RIGHT_READ, 0, 0};
	*slot++ = (struct tenon_slot){SLOT_PLATFORM, TENON_TYPE_PLATFORM, TENON_RIGHT_MANAGE, 0, 0};
	*slot++ = (struct tenon_slot){SLOT_INSPECTOR, TENON_TYPE_INSPECTOR, TENON_RIGHT_READ, 0, 0};
	*slot++ = (struct tenon_slot){SLOT_INTERRUPT, TENON_TYPE_INTERRUPT, TENON_RIGHT_INVOKE, 0, 0};
	*slot++ =
	    (struct tenon_slot){SLOT_PORTS, TENON_TYPE_PORTS, TENON_RIGHT_READ | TENON_RIGHT_WRITE, 0, 0};
	for (uint32_t i = 0; i < ENDPOINTS; i++)
		*slot++ = (struct tenon_slot){SLOT_DOOR + i, TENON_TYPE_ENDPOINT, TENON_RIGHT_MANAGE, i, 0};
	*slot++ = (struct tenon_slot){SLOT_WEAK, TENON_TYPE_ENDPOINT, TENON_RIGHT_READ, 0, 5};
	*slot++ = (struct tenon_slot){SLOT_POOL, TENON_TYPE_POOL, TENON_RIGHTS_ALL, 0, 0};
	*slot++ = (struct tenon_slot){SLOT_SPACE, TENON_TYPE_SPACE, TENON_RIGHTS_ALL, thread, 0};
	*slot++ = (struct tenon_slot){SLOT_TABLE, TENON_TYPE_TABLE, TENON_RIGHTS_ALL, thread, 0};
	*slot++ = (struct tenon_slot){SLOT_TABLE_A, TENON_TYPE_TABLE, TENON_RIGHTS_ALL, A, 0};
	*slot++ =
	    (struct tenon_slot){SLOT_REGISTERS, TENON_TYPE_POOL, TENON_RIGHT_READ | TENON_RIGHT_WRITE, 1, 0};
	*slot++ = (struct tenon_slot){SLOT_IO, TENON_TYPE_SPACE,
				      TENON_RIGHT_READ | TENON_RIGHT_WRITE | TENON_RIGHT_MANAGE, IO_SPACE, 0};
	*slot++ = (struct tenon_slot){SLOT_MESSAGE, TENON_TYPE_INTERRUPT,
				      TENON_RIGHT_INVOKE | TENON_RIGHT_MANAGE, 1, 0};
}

static void fill_thread(unsigned thread, unsigned started)
{
	struct tenon_mapping *mapping = &mappings[3 * thread];
	const uint8_t read_write = TENON_RIGHT_READ | TENON_RIGHT_WRITE;
	fill_slots(thread);
	spaces[thread] = (struct tenon_space){what[thread].name, TENON_NONE};
	captables[thread] =
	    (struct tenon_captable){what[thread].name, SLOTS, SLOT_STATIC_END - 1, slots[thread]};
	regions[REGION_BUFFER + thread] =
	    (struct tenon_region){"buffer", 4096, NULL, 0, 0, TENON_REGION_ZERO, 0, 0};
	mapping[0] = (struct tenon_mapping){
	    thread, REGION_CODE, CODE_ADDRESS, 0, 4096, TENON_RIGHT_READ | TENON_RIGHT_EXECUTE, 0};
	mapping[1] = (struct tenon_mapping){
	    thread, REGION_STACK, STACK_ADDRESS - 4096, 4096 * thread, 4096, read_write, 0};
	mapping[2] =
	    (struct tenon_mapping){thread, REGION_BUFFER + thread, BUFFER_ADDRESS, 0, 4096, read_write, 0};
	mapping = &mappings[3 * THREADS + 2 * thread];
	mapping[0] = (struct tenon_mapping){
	    thread, REGION_MEMORY, MEMORY_ADDRESS, thread * 0x6000, MEMORY_WRITABLE, read_write, 0};
	mapping[1] = (struct tenon_mapping){thread,
					    REGION_MEMORY,
					    MEMORY_ADDRESS + MEMORY_WRITABLE,
					    thread * 0x6000 + MEMORY_WRITABLE,
					    4096,
					    TENON_RIGHT_READ,
					    0};
	threads[thread] = (struct tenon_thread){
	    .name = what[thread].name,
	    .space = thread,
	    .table = thread,
	    .entry = CODE_ADDRESS,
	    .stack_top = STACK_ADDRESS,
	    .argument = thread,
	    .buffer = thread == LOW ? 0 : BUFFER_ADDRESS,
	    .priority = what[thread].priority,
	    .cpu = what[thread].cpu,
	    .fault_endpoint = thread == SUPERVISOR ? TENON_NONE : 3,
	    .fault_badge = 900 + thread,
	    .started = (started >> thread & 1) != 0,
	};
}

struct tenon_tables *system_tables(unsigned started)
{
	static struct tenon_tables tables;
	regions[REGION_CODE] =
	    (struct tenon_region){"code", 4096, host_image(0), 4096, 0, TENON_REGION_IMAGE, 0, 0};
	regions[REGION_COPY] =
	    (struct tenon_region){"data", 8192, host_image(4096), 100, 0, TENON_REGION_COPY, 0, 0};
	regions[REGION_STACK] =
	    (struct tenon_region){"stacks", 4096 * THREADS, NULL, 0, 0, TENON_REGION_ZERO, 0, 0};
	regions[REGION_MEMORY] =
	    (struct tenon_region){"memory", 0x6000 * THREADS, NULL, 0, 0, TENON_REGION_ZERO, 0, 0};
	for (unsigned i = 0; i < THREADS; i++)
		fill_thread(i, started);
	spaces[IO_SPACE] = (struct tenon_space){"device", system_driver};
	mappings[MAPPINGS - 1] = (struct tenon_mapping){IO_SPACE,
							REGION_MEMORY,
							MEMORY_ADDRESS,
							system_driver * 0x6000,
							MEMORY_WRITABLE,
							TENON_RIGHT_READ | TENON_RIGHT_WRITE,
							0};
	tables = (struct tenon_tables){
	    .system = "test",
	    .board = "host",
	    .regions = REGIONS,
	    .mappings = COUNT_OF(mappings),
	    .spaces = COUNT_OF(spaces),
	    .captables = THREADS,
	    .threads = THREADS,
	    .receive_sets = SETS,
	    .endpoints = ENDPOINTS,
	    .notifications = NOTIFICATIONS,
	    .replies = REPLIES,
	    .interrupts = COUNT_OF(interrupts),
	    .ports = COUNT_OF(ports),
	    .pools = COUNT_OF(pools),
	    .region = regions,
	    .mapping = mappings,
	    .space = spaces,
	    .captable = captables,
	    .thread = threads,
	    .receive_set = sets,
	    .endpoint = endpoints,
	    .notification = notifications,
	    .reply = replies,
	    .interrupt = interrupts,
	    .port = ports,
	    .pool = pools,
	};
	return &tables;
}
