/* SPDX-License-Identifier: MIT
 * The census of places: every slot in use stands in a tree, threads refer by slots of their own, and frames are mapped
 * where their capabilities say.
 */
#include <census.h>

static unsigned used_slots(const struct slot *slot, uint64_t count)
{
	unsigned used = 0;
	for (uint64_t n = 0; n < count; n++)
		used += slot[n].type != TENON_TYPE_NONE;
	return used;
}

uint64_t host_segment_slots(const struct slot *segment)
{
	return UINT64_C(1) << (segment->badge >> 40);
}

static const char *check_table(const struct captable *table, unsigned index)
{
	uint32_t threads = 0;
	for (unsigned i = 0; i < host_found.thread_count; i++) {
		if (host_found.thread[i]->table != table)
			continue;
		threads++;
		HOLDS(table->home == host_found.thread[i]->home, "table", index);
	}
	HOLDS(table->threads == threads && table->requests == 0, "table", index);
	HOLDS(threads != 0 || table->pool == NULL || table->home == NULL, "table", index);
	for (unsigned n = 0; n < TABLE_SEGMENTS; n++) {
		const struct slot *segment =
		    (const struct slot *)((uintptr_t)table->segment[n] & ~SEGMENT_ENDS);
		HOLDS(segment == NULL || (segment->handle == SLOT_SEGMENT && segment->object == table &&
					  (segment->badge >> 32 & 0xff) == n),
		      "table", index);
	}
	host_found.places += used_slots(table->slots, (uint64_t)table->mask + 1);
	return NULL;
}

/* What a thread refers to stands in its own slots. */
static const char *check_embedded(const struct thread *thread, unsigned index)
{
	const struct slot *slot = thread->embedded;
	host_found.places += used_slots(slot, EMBEDDED_COUNT);
	for (unsigned n = 0; n < EMBEDDED_COUNT; n++)
		HOLDS(slot[n].handle == (SLOT_EMBEDDED | n), "thread", index);
	HOLDS(slot[EMBEDDED_TRANSIT].type == TENON_TYPE_NONE && !thread->transit, "thread", index);
	const struct slot *scheduling = &slot[EMBEDDED_SCHEDULING], *set = &slot[EMBEDDED_SET];
	HOLDS(scheduling->type != TENON_TYPE_NONE ? thread->scheduling == scheduling->object
						  : thread->scheduling == &thread->reserve,
	      "thread", index);
	bool receives = false;
	for (const struct receive_set *other = thread->sets; other != NULL; other = other->next) {
		HOLDS(other->server == thread, "thread", index);
		receives |= other == set->object;
	}
	HOLDS(set->type == TENON_TYPE_NONE || receives, "thread", index);
	if (thread->pool == NULL)
		return NULL;
	HOLDS(thread->memory ==
		  (slot[EMBEDDED_SPACE].type != TENON_TYPE_NONE ? slot[EMBEDDED_SPACE].object : NULL),
	      "thread", index);
	HOLDS(thread->table ==
		  (slot[EMBEDDED_TABLE].type != TENON_TYPE_NONE ? slot[EMBEDDED_TABLE].object : NULL),
	      "thread", index);
	HOLDS(thread->fault_endpoint ==
		  (slot[EMBEDDED_FAULT].type != TENON_TYPE_NONE ? slot[EMBEDDED_FAULT].object : NULL),
	      "thread", index);
	const uint8_t *buffer = thread->buffer;
	HOLDS(buffer == NULL || !memory_is_pooled(arch_physical(buffer)) ||
		  (slot[EMBEDDED_BUFFER].type != TENON_TYPE_NONE &&
		   buffer == arch_direct(frame_physical(&slot[EMBEDDED_BUFFER]))),
	      "thread", index);
	return NULL;
}

const char *host_check_places(void)
{
	const char *problem = NULL;
	for (unsigned i = 0; problem == NULL && i < host_found.table_count; i++)
		problem = check_table(host_found.table[i], i);
	for (unsigned i = 0; problem == NULL && i < host_found.thread_count; i++)
		problem = check_embedded(host_found.thread[i], i);
	for (unsigned i = 0; i < host_found.owner_count; i++) {
		if (host_found.owner[i]->handle == SLOT_SEGMENT)
			host_found.places +=
			    used_slots(host_found.owner[i], host_segment_slots(host_found.owner[i]));
	}
	if (problem == NULL)
		HOLDS(host_found.places == host_found.slots, "capabilities outside of the trees",
		      host_found.places - host_found.slots);
	return problem;
}

/* ---- mappings ---- */

static const struct space *space_with(uint32_t id)
{
	for (unsigned i = 0; i < host_found.space_count; i++) {
		if (host_found.space[i]->id == id)
			return host_found.space[i];
	}
	return NULL;
}

static unsigned mapped; /* frames' capabilities that map in a space that lives */

static const char *check_frame(const struct slot *frame)
{
	const struct space *space = frame->badge != 0 ? space_with(frame_space(frame)) : NULL;
	if (space == NULL || space->dead)
		return NULL;
	for (unsigned n = 0; n < space->arch.count; n++) {
		const struct host_mapping *mapping = &space->arch.mapping[n];
		if (mapping->address != frame_address(frame))
			continue;
		mapped++;
		HOLDS(mapping->physical == frame_physical(frame).value && mapping->size == frame_bytes(frame),
		      "frame in slot", tenon_handle_index(frame->handle));
		HOLDS((mapping->rights & ~slot_rights(frame)) == 0 &&
			  (mapping->rights & (TENON_RIGHT_WRITE | TENON_RIGHT_EXECUTE)) !=
			      (TENON_RIGHT_WRITE | TENON_RIGHT_EXECUTE),
		      "frame in slot", tenon_handle_index(frame->handle));
		return NULL;
	}
	HOLDS(false, "unmapped frame in slot", tenon_handle_index(frame->handle));
	return NULL;
}

static const char *check_frames(const struct slot *slot, uint64_t count)
{
	const char *problem = NULL;
	for (uint64_t n = 0; problem == NULL && n < count; n++) {
		if (slot[n].type == TENON_TYPE_FRAME)
			problem = check_frame(&slot[n]);
	}
	return problem;
}

const char *host_check_mappings(void)
{
	const char *problem = NULL;
	unsigned pages = 0;
	mapped = 0;
	for (unsigned i = 0; problem == NULL && i < host_found.table_count; i++)
		problem = check_frames(host_found.table[i]->slots, (uint64_t)host_found.table[i]->mask + 1);
	for (unsigned i = 0; problem == NULL && i < host_found.owner_count; i++) {
		if (host_found.owner[i]->handle == SLOT_SEGMENT)
			problem = check_frames(host_found.owner[i], host_segment_slots(host_found.owner[i]));
	}
	/* And nothing of a pool is mapped but by a capability. */
	for (unsigned i = 0; i < host_found.space_count; i++) {
		const struct space *space = host_found.space[i];
		for (unsigned n = 0; n < space->arch.count && !space->dead; n++)
			pages += memory_is_pooled((physical_t){space->arch.mapping[n].physical});
	}
	if (problem == NULL)
		HOLDS(mapped == pages, "mapped frames", pages);
	return problem;
}
