/* SPDX-License-Identifier: MIT
 * The inspector: what the kernel holds, read-only. Threads and tables of other CPUs are read without a lock: each word is
 * a snapshot.
 */
#include <core/core.h>

/* The answer being put together: up to eight words. */
struct answer {
	uint64_t word[TENON_MESSAGE_WORDS];
};

static void name_copy(struct answer *answer, const char *name)
{
	for (unsigned i = 0; i < sizeof(answer->word) && name[i] != 0; i++)
		answer->word[i / 8] |= (uint64_t)(unsigned char)name[i] << (i % 8 * 8);
}

static bool inspect_thread(struct answer *answer, uint64_t index)
{
	if (index >= core.tables->threads)
		return false;
	const struct thread *thread = &core.threads[index];
	*answer = (struct answer){{
	    (uint64_t)thread_visible_state(thread),
	    thread->priority,
	    thread->home->index,
	    thread_cpu_ns(thread),
	    thread->memory->index,
	    thread->starts == 0 ? 0 : thread->starts - 1,
	    (uint64_t)thread->fault.kind,
	    thread->table_index,
	}};
	return true;
}

static bool inspect_table(struct answer *answer, uint64_t index)
{
	if (index >= core.tables->captables)
		return false;
	const struct captable *table = &core.captables[index];
	*answer = (struct answer){{(uint64_t)table->mask + 1, table->static_used}};
	return true;
}

/*
 * The thread that receives what is sent to an object, or that an object is; TENON_NONE where there is none. A slot of
 * another CPU may change between the reads of its type and its id, so that the id is checked against the type.
 */
static uint32_t object_thread(enum tenon_type type, uint64_t id)
{
	const struct tenon_tables *tables = core.tables;
	uint32_t set = TENON_NONE;
	if (type == TENON_TYPE_THREAD && id < tables->threads)
		return (uint32_t)id;
	if (type == TENON_TYPE_ENDPOINT && id < tables->endpoints)
		set = tables->endpoint[id].receive_set;
	else if (type == TENON_TYPE_NOTIFICATION && id < tables->notifications)
		set = tables->notification[id].receive_set;
	else if (type == TENON_TYPE_REPLY && id < tables->replies)
		set = tables->reply[id].receive_set;
	else if (type == TENON_TYPE_RECEIVE_SET && id < tables->receive_sets)
		set = (uint32_t)id;
	return set == TENON_NONE ? TENON_NONE : tables->receive_set[set].thread;
}

static bool inspect_slot(struct answer *answer, uint64_t index, uint64_t n)
{
	if (index >= core.tables->captables || n > core.captables[index].mask)
		return false;
	const struct slot *slot = &core.captables[index].slots[n];
	enum tenon_type type = slot_type(slot);
	*answer = (struct answer){{(uint64_t)type, slot_rights(slot), slot->badge, slot->id,
				   slot_generation(slot), object_thread(type, slot->id)}};
	return true;
}

static bool inspect_space(struct answer *answer, uint64_t index)
{
	if (index >= core.tables->spaces)
		return false;
	*answer = (struct answer){{core.spaces[index].memory_bytes, core.spaces[index].table_bytes}};
	return true;
}

/* The n-th mapping of a space, with the rights that its page table has. */
static bool inspect_mapping(struct answer *answer, uint64_t index, uint64_t n)
{
	const struct tenon_tables *tables = core.tables;
	for (uint32_t i = 0; i < tables->mappings; i++) {
		const struct tenon_mapping *mapping = &tables->mapping[i];
		physical_t physical = {0};
		unsigned rights = 0;
		if (mapping->space != index || n-- != 0)
			continue;
		if (!arch_space_lookup(&core.spaces[index].arch, mapping->address, &physical, &rights))
			rights = 0;
		*answer = (struct answer){{mapping->address, mapping->size, rights, mapping->region,
					   tables->region[mapping->region].kind, memory_node(physical)}};
		return true;
	}
	return false;
}

static bool inspect_cpu(struct answer *answer, uint64_t index)
{
	if (index >= core.cpu_count)
		return false;
	const struct cpu *cpu = core.cpu[index];
	uint64_t idle_ticks = cpu->idle_ticks;
	/* It idles at this moment. */
	if (cpu->online && __atomic_load_n(&cpu->current, __ATOMIC_RELAXED) == NULL)
		idle_ticks += arch_ticks() - cpu->switched_ticks;
	*answer = (struct answer){{cpu->online, clock_ns(idle_ticks), cpu->node}};
	return true;
}

static bool inspect(struct answer *answer, uint64_t what, uint64_t index, uint64_t n)
{
	const struct tenon_tables *tables = core.tables;
	switch (what) {
	case TENON_INSPECT_COUNTS:
		*answer = (struct answer){{tables->threads, tables->captables, tables->spaces, core.cpu_count,
					   tables->regions, tables->mappings}};
		return true;
	case TENON_INSPECT_THREAD:
		return inspect_thread(answer, index);
	case TENON_INSPECT_THREAD_NAME:
		if (index >= tables->threads)
			return false;
		name_copy(answer, core.threads[index].name);
		return true;
	case TENON_INSPECT_TABLE:
		return inspect_table(answer, index);
	case TENON_INSPECT_SLOT:
		return inspect_slot(answer, index, n);
	case TENON_INSPECT_MEMORY:
		*answer = (struct answer){{core.ram_bytes, core.free_bytes, core.image_bytes,
					   core.object_bytes, core.component_bytes}};
		return true;
	case TENON_INSPECT_SPACE:
		return inspect_space(answer, index);
	case TENON_INSPECT_MAPPING:
		return inspect_mapping(answer, index, n);
	case TENON_INSPECT_CPU:
		return inspect_cpu(answer, index);
	case TENON_INSPECT_START:
		*answer = (struct answer){{core.start_ticks, arch_ticks_per_second()}};
		return true;
	default:
		return false;
	}
}

void syscall_inspect(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_INSPECTOR, TENON_RIGHT_READ);
	(void)cpu;
	if (slot == NULL)
		return;
	struct answer answer = {{0}};
	bool found = inspect(&answer, arch_word(&thread->context, 0), arch_word(&thread->context, 1),
			     arch_word(&thread->context, 2));
	thread_tell(thread, found ? TENON_OK : TENON_BAD_ARGUMENT);
	for (unsigned i = 0; found && i < TENON_MESSAGE_WORDS; i++)
		arch_word_set(&thread->context, i, answer.word[i]);
}
