/* SPDX-License-Identifier: MIT
 * Random small systems: two to five components on one or two CPUs, with random connections, with and without GRANT; pools;
 * tables that two share, or that one may change of another; random rights. Most components get little, so that there is
 * much that they must never come to hold.
 */
#include "hostile.h"

enum { STATIC_SLOTS = 48, PARTS = SMALL_COMPONENTS * 2 };

static struct {
	struct tenon_tables tables;
	struct tenon_region region[2];
	struct tenon_mapping mapping[SMALL_COMPONENTS * 2];
	struct tenon_space space[SMALL_COMPONENTS];
	struct tenon_captable captable[SMALL_COMPONENTS];
	struct tenon_slot slot[SMALL_COMPONENTS][STATIC_SLOTS];
	struct tenon_thread thread[SMALL_COMPONENTS];
	struct tenon_receive_set set[SMALL_COMPONENTS];
	struct tenon_endpoint endpoint[PARTS];
	struct tenon_notification notification[SMALL_COMPONENTS];
	struct tenon_reply reply[PARTS];
	struct tenon_interrupt interrupt[1];
	struct tenon_ports port[1];
	struct tenon_pool pool[SMALL_POOLS];
	uint32_t components;
} small;

static uint64_t state;

void small_seed(uint64_t seed)
{
	state = seed * UINT64_C(0x9e3779b97f4a7c15) + 0x1234567;
	for (unsigned i = 0; i < 4; i++)
		(void)small_below(2);
}

uint32_t small_below(uint32_t limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state >> 32) % limit);
}

static bool one_in(uint32_t n)
{
	return small_below(n) == 0;
}

/* Each of the rights with an even chance. */
static uint8_t some_of(uint32_t rights)
{
	return (uint8_t)(rights & small_below(TENON_RIGHTS_ALL + 1));
}

static void give(uint32_t component, enum tenon_type type, uint32_t rights, uint32_t object, uint64_t badge)
{
	struct tenon_captable *table = &small.captable[small.thread[component].table];
	struct tenon_slot *slots = small.slot[small.thread[component].table];
	if (table->used == STATIC_SLOTS)
		return;
	slots[table->used] =
	    (struct tenon_slot){table->used + 1, (uint8_t)type, (uint8_t)rights, object, badge};
	table->used++;
}

/* Objects of a component: some endpoints and reply objects, a notification, a receive set. */
static void make_parts(uint32_t component)
{
	struct tenon_tables *tables = &small.tables;
	small.set[component].thread = component;
	for (uint32_t n = 1 + small_below(2); n > 0; n--)
		small.endpoint[tables->endpoints++].receive_set = component;
	small.notification[component] = (struct tenon_notification){component, component};
	give(component, TENON_TYPE_THREAD, TENON_RIGHT_READ | TENON_RIGHT_WRITE | some_of(TENON_RIGHT_MANAGE),
	     component, 0);
	give(component, TENON_TYPE_RECEIVE_SET, TENON_RIGHT_RECEIVE | some_of(TENON_RIGHT_MANAGE), component,
	     0);
	for (uint32_t n = 1 + small_below(2); n > 0; n--) {
		small.reply[tables->replies].receive_set = component;
		give(component, TENON_TYPE_REPLY, TENON_RIGHT_INVOKE, tables->replies++, 0);
	}
}

static void make_component(uint32_t component, unsigned cpus)
{
	uint32_t table = component, space = component, cpu = small_below(cpus);
	if (component > 1 && one_in(6)) {
		/* A second thread of another component, perhaps in memory of its own. */
		table = small.thread[component - 1].table;
		cpu = small.thread[component - 1].cpu;
		space = one_in(2) ? space : small.thread[component - 1].space;
	}
	small.space[component] = (struct tenon_space){"space", TENON_NONE};
	small.captable[component] = (struct tenon_captable){"table", 32u << small_below(2), 0, NULL};
	small.thread[component] = (struct tenon_thread){
	    .name = "component",
	    .space = space,
	    .table = table,
	    .entry = SMALL_CODE,
	    .buffer = SMALL_BUFFER,
	    .priority = component == 0 ? 40 : 30 + small_below(20),
	    .cpu = cpu,
	    .fault_endpoint = TENON_NONE,
	    .started = 1,
	};
	small.mapping[2 * component] = (struct tenon_mapping){
	    component, 0, SMALL_CODE, 0, 4096, TENON_RIGHT_READ | TENON_RIGHT_EXECUTE, 0};
	small.mapping[2 * component + 1] = (struct tenon_mapping){
	    component, 1, SMALL_BUFFER, 4096 * component, 4096, TENON_RIGHT_READ | TENON_RIGHT_WRITE, 0};
	make_parts(component);
}

/* What one component may do to another's objects, beyond calling it. */
static void cross(uint32_t component)
{
	uint32_t other = small_below(small.components);
	const uint32_t all = TENON_RIGHT_READ | TENON_RIGHT_WRITE | TENON_RIGHT_MANAGE;
	if (one_in(8))
		give(component, TENON_TYPE_TABLE, some_of(all), small.thread[other].table, 0);
	if (one_in(6))
		give(component, TENON_TYPE_THREAD, some_of(all), other, 0);
	if (one_in(10))
		give(component, TENON_TYPE_REPLY, some_of(TENON_RIGHTS_ALL),
		     small_below(small.tables.replies), 0);
	if (one_in(8))
		give(component, TENON_TYPE_RECEIVE_SET, some_of(TENON_RIGHTS_ALL), other, 0);
	if (one_in(6))
		give(component, TENON_TYPE_SPACE, some_of(all), small.thread[other].space, 0);
	if (one_in(2))
		give(component, TENON_TYPE_NOTIFICATION, TENON_RIGHT_INVOKE | some_of(TENON_RIGHT_MANAGE),
		     other, UINT64_C(1) << component);
}

static void connect(uint32_t component)
{
	for (uint32_t i = 0; i < small.tables.endpoints; i++) {
		uint32_t rights = TENON_RIGHT_INVOKE;
		if (small.endpoint[i].receive_set == component || !one_in(2))
			continue;
		if (one_in(5))
			rights |= TENON_RIGHT_GRANT;
		if (one_in(5))
			rights |= TENON_RIGHT_RECEIVE;
		if (one_in(8))
			rights |= TENON_RIGHT_MANAGE;
		if (one_in(16))
			rights = some_of(TENON_RIGHTS_ALL & ~TENON_RIGHT_GRANT);
		give(component, TENON_TYPE_ENDPOINT, rights, i, 100 * (i + 1) + component);
	}
	if (component != 0 && one_in(3)) {
		small.thread[component].fault_endpoint = small_below(small.tables.endpoints);
		small.thread[component].fault_badge = 900 + component;
	}
}

static void give_own(uint32_t component)
{
	const uint32_t all = TENON_RIGHT_READ | TENON_RIGHT_WRITE | TENON_RIGHT_MANAGE;
	bool whole = one_in(2);
	if (small.tables.pools != 0 && one_in(2))
		give(component, TENON_TYPE_POOL, one_in(4) ? some_of(TENON_RIGHTS_ALL) : TENON_RIGHTS_ALL,
		     small_below(small.tables.pools), 0);
	if (one_in(2))
		give(component, TENON_TYPE_SPACE, whole ? all : some_of(all), small.thread[component].space,
		     0);
	if (one_in(2))
		give(component, TENON_TYPE_TABLE, whole ? all : some_of(all), small.thread[component].table,
		     0);
	if (one_in(2))
		give(component, TENON_TYPE_CLOCK, TENON_RIGHT_READ, 0, 0);
	if (one_in(4))
		give(component, TENON_TYPE_INSPECTOR, TENON_RIGHT_READ, 0, 0);
	if (one_in(6))
		give(component, TENON_TYPE_PLATFORM, TENON_RIGHT_READ, 0, 0);
	if (one_in(5))
		give(component, TENON_TYPE_INTERRUPT, TENON_RIGHT_INVOKE | some_of(TENON_RIGHT_MANAGE), 0, 0);
	if (one_in(5))
		give(component, TENON_TYPE_PORTS, some_of(TENON_RIGHT_READ | TENON_RIGHT_WRITE), 0, 0);
}

static void finish_tables(void)
{
	struct tenon_tables *tables = &small.tables;
	tables->region = small.region;
	tables->mapping = small.mapping;
	tables->space = small.space;
	tables->captable = small.captable;
	tables->thread = small.thread;
	tables->receive_set = small.set;
	tables->endpoint = small.endpoint;
	tables->notification = small.notification;
	tables->reply = small.reply;
	tables->interrupt = small.interrupt;
	tables->port = small.port;
	tables->pool = small.pool;
	for (uint32_t i = 0; i < small.components; i++) {
		/* Half of the slots at least are free. */
		while (small.captable[i].slots < 2 * small.captable[i].used)
			small.captable[i].slots *= 2;
		small.captable[i].slot = small.slot[i];
	}
}

const struct tenon_tables *small_system(unsigned *cpus)
{
	memset(&small, 0, sizeof(small));
	small.components = 2 + small_below(SMALL_COMPONENTS - 1);
	*cpus = 1 + small_below(SMALL_CPUS);
	small.region[0] =
	    (struct tenon_region){"code", 4096, host_image(0), 4096, 0, TENON_REGION_IMAGE, 0, 0};
	small.region[1] =
	    (struct tenon_region){"buffers", 4096 * SMALL_COMPONENTS, NULL, 0, 0, TENON_REGION_ZERO, 0, 0};
	small.interrupt[0] = (struct tenon_interrupt){40, TENON_INTERRUPT_EDGE, 0, 0x100};
	small.port[0] = (struct tenon_ports){0x3f8, 8};
	small.tables = (struct tenon_tables){
	    .system = "small",
	    .board = "host",
	    .regions = 2,
	    .mappings = 2 * small.components,
	    .spaces = small.components,
	    .captables = small.components,
	    .threads = small.components,
	    .receive_sets = small.components,
	    .notifications = small.components,
	    .interrupts = 1,
	    .ports = 1,
	    .pools = small_below(SMALL_POOLS + 1),
	};
	for (uint32_t i = 0; i < SMALL_POOLS; i++)
		small.pool[i] = (struct tenon_pool){.name = "pool", .bytes = 128u << 10 << small_below(2)};
	if (one_in(2))
		small.pool[small_below(SMALL_POOLS)] =
		    (struct tenon_pool){.name = "registers",
					.bytes = 65536,
					.physical = 0x10000000,
					.kinds = TENON_KIND_BIT(TENON_MEMORY_DEVICE)};
	for (uint32_t i = 0; i < small.components; i++)
		make_component(i, *cpus);
	for (uint32_t i = 0; i < small.components; i++) {
		connect(i);
		give_own(i);
		cross(i);
		if (i != 0)
			give(0, TENON_TYPE_THREAD, TENON_RIGHT_READ | TENON_RIGHT_MANAGE, i, 0);
	}
	finish_tables();
	return &small.tables;
}
