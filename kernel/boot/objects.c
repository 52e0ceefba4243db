/* SPDX-License-Identifier: MIT
 * From the tables to objects: receive sets and what hangs on them, threads, capability tables, interrupts.
 */
#include <boot.h>

#pragma clang section text = ".boot"

void boot_refuse(const char *kind, uint32_t index, const char *why)
{
	core_panic(kind, index, why);
}

static void sets_make(const struct tenon_tables *tables)
{
	for (uint32_t i = 0; i < tables->receive_sets; i++) {
		CHECK(tables->receive_set[i].thread < tables->threads);
		receive_set_init(&core.receive_sets[i], &core.threads[tables->receive_set[i].thread]);
	}
	for (uint32_t i = 0; i < tables->endpoints; i++) {
		CHECK(tables->endpoint[i].receive_set < tables->receive_sets);
		endpoint_init(&core.endpoints[i], &core.receive_sets[tables->endpoint[i].receive_set]);
	}
	for (uint32_t i = 0; i < tables->replies; i++) {
		CHECK(tables->reply[i].receive_set < tables->receive_sets);
		reply_init(&core.replies[i], &core.receive_sets[tables->reply[i].receive_set]);
	}
	for (uint32_t i = 0; i < tables->notifications; i++) {
		const struct tenon_notification *entry = &tables->notification[i];
		CHECK(entry->receive_set < tables->receive_sets);
		notification_init(&core.notifications[i], &core.receive_sets[entry->receive_set],
				  entry->source);
	}
}

static void captables_make(const struct tenon_tables *tables)
{
	for (uint32_t i = 0; i < tables->captables; i++) {
		const struct tenon_captable *entry = &tables->captable[i];
		CHECK(entry->slots > 1 && (entry->slots & (entry->slots - 1)) == 0);
		CHECK(entry->slots <= UINT32_C(1) << TENON_HANDLE_INDEX_BITS);
		boot_near_table(tables, i);
		core.captables[i] = (struct captable){
		    .slots = boot_objects(entry->slots, sizeof(struct slot)),
		    .mask = entry->slots - 1,
		    .static_slots = 1,
		    .static_used = entry->used,
		    .name = entry->name,
		};
	}
}

void boot_objects_make(const struct tenon_tables *tables)
{
	core.tables = tables;
	core.thread_bytes = sizeof(struct thread) + arch_context_state_bytes(); /* the state lies behind it */
	core.line_count = arch_interrupt_count();
	for (uint32_t i = 0; i < tables->interrupts; i++)
		core.line_count += (tables->interrupt[i].flags & TENON_INTERRUPT_MESSAGE) != 0;
	core.threads = boot_objects(tables->threads, sizeof(struct thread));
	core.spaces = boot_objects(tables->spaces, sizeof(struct space));
	core.captables = boot_objects(tables->captables, sizeof(struct captable));
	core.receive_sets = boot_objects(tables->receive_sets, sizeof(struct receive_set));
	core.endpoints = boot_objects(tables->endpoints, sizeof(struct endpoint));
	core.replies = boot_objects(tables->replies, sizeof(struct reply));
	core.notifications = boot_objects(tables->notifications, sizeof(struct notification));
	core.interrupts = boot_objects(tables->interrupts, sizeof(struct interrupt));
	core.lines = boot_objects(core.line_count, sizeof(struct interrupt *));
	core.ports = boot_objects(tables->ports, sizeof(struct ports));
	core.region_base = boot_objects(tables->regions, sizeof(physical_t));
	sets_make(tables);
	captables_make(tables);
	boot_pools_make(tables);
	boot_near_boot_cpu();
	for (uint32_t i = 0; i < tables->ports; i++)
		core.ports[i] = (struct ports){tables->port[i].first, tables->port[i].count};
}

/* What the tables say of a thread's own context. Nothing has run on it. */
static void thread_limit(struct thread *thread, const struct tenon_thread *entry)
{
	struct scheduling *own = &thread->reserve;
	own->budget = clock_ticks(entry->budget_ns);
	own->period = clock_ticks(entry->period_ns);
	own->left = own->budget;
	own->replenish = arch_ticks(); /* the first period begins with its start */
	thread->band = entry->band;
}

static void thread_make(const struct tenon_tables *tables, uint32_t index, struct cpu *home)
{
	const struct tenon_thread *entry = &tables->thread[index];
	struct thread *thread = &core.threads[index];
	if (entry->space >= tables->spaces || entry->table >= tables->captables ||
	    entry->priority >= PRIORITIES)
		boot_refuse("thread", index, "space, table or priority out of range");
	CHECK(entry->band <= TENON_BAND_TIME_SHARING && entry->budget_ns <= entry->period_ns);
	if (tables->space[entry->space].device_of != TENON_NONE)
		boot_refuse("thread", index, "runs in an I/O space");
	struct captable *table = &core.captables[entry->table];
	boot_near_cpu(entry->cpu);
	thread_init(thread, home, entry->priority, NULL, boot_objects(1, arch_context_state_bytes()));
	if (entry->counters)
		arch_context_counters(&thread->context);
	thread_limit(thread, entry);
	thread->table = table;
	thread->table_index = entry->table;
	thread->slots = table->slots;
	thread->slot_mask = table->mask;
	thread->memory = &core.spaces[entry->space];
	thread->space = &thread->memory->arch;
	table->home = home;
	thread->memory->cpus |= UINT64_C(1) << home->index;
	thread->name = entry->name;
	thread->index = index;
	thread->buffer_address = entry->buffer;
	thread->fault_badge = entry->fault_badge;
	if (entry->fault_endpoint != TENON_NONE) {
		CHECK(entry->fault_endpoint < tables->endpoints);
		thread->fault_endpoint = &core.endpoints[entry->fault_endpoint];
	}
	table->threads++;
	table->home = home;
	for (uint32_t i = 0; i < index; i++) {
		if (core.threads[i].table == table && core.threads[i].home != home)
			boot_refuse("thread", index,
				    "shares a capability table with a thread of another CPU");
	}
}

void boot_threads_make(const struct tenon_tables *tables, struct cpu *const *homes, unsigned count)
{
	for (uint32_t i = 0; i < tables->threads; i++)
		thread_make(tables, i, homes[tables->thread[i].cpu % count]);
}

/* The object that a static slot names; NULL: no such object. */
static void *object_find(const struct tenon_tables *tables, enum tenon_type type, uint32_t index)
{
	switch (type) {
	case TENON_TYPE_POOL:
		return boot_pool_find(index);
	case TENON_TYPE_SPACE:
		return index < tables->spaces ? &core.spaces[index] : NULL;
	case TENON_TYPE_TABLE:
		return index < tables->captables ? &core.captables[index] : NULL;
	case TENON_TYPE_THREAD:
		return index < tables->threads ? &core.threads[index] : NULL;
	case TENON_TYPE_ENDPOINT:
		return index < tables->endpoints ? &core.endpoints[index] : NULL;
	case TENON_TYPE_NOTIFICATION:
		return index < tables->notifications ? &core.notifications[index] : NULL;
	case TENON_TYPE_RECEIVE_SET:
		return index < tables->receive_sets ? &core.receive_sets[index] : NULL;
	case TENON_TYPE_REPLY:
		return index < tables->replies ? &core.replies[index] : NULL;
	case TENON_TYPE_INTERRUPT:
		return index < tables->interrupts ? &core.interrupts[index] : NULL;
	case TENON_TYPE_PORTS:
		return index < tables->ports ? &core.ports[index] : NULL;
	case TENON_TYPE_CLOCK:
	case TENON_TYPE_PLATFORM:
	case TENON_TYPE_INSPECTOR:
		return index == 0 ? &core : NULL;
	default:
		return NULL;
	}
}

void boot_captables_fill(const struct tenon_tables *tables)
{
	for (uint32_t i = 0; i < tables->captables; i++) {
		const struct tenon_captable *entry = &tables->captable[i];
		struct captable *table = &core.captables[i];
		for (uint32_t n = 0; n < entry->used; n++) {
			const struct tenon_slot *slot = &entry->slot[n];
			void *object = object_find(tables, (enum tenon_type)slot->type, slot->object);
			if (slot->index < table->static_slots || slot->index > table->mask)
				boot_refuse(entry->name, n, "slots do not ascend, or exceed the table");
			if (object == NULL || (slot->rights & ~TENON_RIGHTS_ALL) != 0)
				boot_refuse(entry->name, n,
					    "capability to no object, or with unknown rights");
			struct capability capability = {
			    .object = object,
			    .badge = slot->badge,
			    .id = slot->object,
			    .type = (enum tenon_type)slot->type,
			    .rights = slot->rights,
			};
			if (slot->type == TENON_TYPE_POOL)
				capability.family = ((struct pool *)object)->family;
			slot_fill(&table->slots[slot->index], slot->index, &capability, NULL);
			table->static_slots = slot->index + 1;
		}
	}
}

void boot_interrupts_enable(void)
{
	const struct tenon_tables *tables = core.tables;
	uint32_t message = arch_interrupt_count();
	for (uint32_t i = 0; i < tables->interrupts; i++) {
		const struct tenon_interrupt *entry = &tables->interrupt[i];
		bool line = entry->flags != TENON_INTERRUPT_MESSAGE;
		uint32_t number = line ? entry->number : message++;
		if (entry->notification >= tables->notifications ||
		    (line && number >= arch_interrupt_count()) || !arch_interrupt_valid(number) ||
		    core.lines[number] != NULL)
			boot_refuse("interrupt", i,
				    "no such line, or it is given twice, or no message is left");
		struct interrupt *interrupt = &core.interrupts[i];
		*interrupt = (struct interrupt){
		    .notification = &core.notifications[entry->notification],
		    .bits = entry->bits,
		    .number = number,
		    .flags = entry->flags,
		    .cpu = core.notifications[entry->notification].set->server->home->index,
		};
		core.lines[number] = interrupt;
	}
	/* Only now: a line may signal as soon as it is enabled. */
	for (uint32_t i = 0; i < tables->interrupts; i++) {
		const struct interrupt *interrupt = &core.interrupts[i];
		arch_interrupt_enable(interrupt->number, interrupt->flags, interrupt->cpu);
	}
}

void boot_threads_start(const struct tenon_tables *tables)
{
	for (uint32_t i = 0; i < tables->threads; i++) {
		const struct tenon_thread *entry = &tables->thread[i];
		if (!entry->started)
			continue;
		thread_prepare(&core.threads[i], entry->entry, entry->stack_top, entry->argument);
		schedule_ready(core.threads[i].home, &core.threads[i]);
	}
}
