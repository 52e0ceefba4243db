/* SPDX-License-Identifier: MIT
 * Capability tables: arrays of slots, looked up by index, with a generation that makes a stale handle fail.
 *
 * A table is read and written only on the home CPU of its threads (boot checks that they share one), so it has no lock.
 * Static slots never change after boot.
 */
#ifndef CORE_CAPTABLE_H
#define CORE_CAPTABLE_H

#include <core/check.h>

/*
 * meta: generation in bits 32..63, type in 8..15, rights in 0..7. Control word 0 of a system call has the generation in
 * the same bits, so that one comparison answers for generation, type and right.
 */
struct slot {
	uint64_t meta;
	void *object;
	uint64_t badge;
	uint64_t id; /* index of the object among those of its type: what the inspector shows */
};
_Static_assert(sizeof(struct slot) == 32, "two slots in a cache line");

#define SLOT_GENERATION_SHIFT 32
#define SLOT_GENERATION_MASK  (UINT64_MAX << SLOT_GENERATION_SHIFT)
#define SLOT_TYPE_SHIFT       8
#define SLOT_TYPE_MASK        UINT64_C(0xff00)

struct captable {
	struct slot *slots;
	uint32_t mask;         /* number of slots - 1 */
	uint32_t static_slots; /* slots below this index were made at boot and stay */
	uint32_t threads;      /* how many threads use it */
	uint32_t static_used;
	const char *name;
};

static inline enum tenon_type slot_type(const struct slot *slot)
{
	return (enum tenon_type)((slot->meta & SLOT_TYPE_MASK) >> SLOT_TYPE_SHIFT);
}

static inline uint32_t slot_rights(const struct slot *slot)
{
	return (uint32_t)(slot->meta & TENON_RIGHTS_ALL);
}

static inline uint32_t slot_generation(const struct slot *slot)
{
	return (uint32_t)(slot->meta >> SLOT_GENERATION_SHIFT);
}

static inline void slot_fill(struct slot *slot, enum tenon_type type, unsigned rights, void *object,
			     uint64_t badge, uint64_t id)
{
	slot->object = object;
	slot->badge = badge;
	slot->id = id;
	slot->meta = (slot->meta & SLOT_GENERATION_MASK) | ((uint64_t)type << SLOT_TYPE_SHIFT) | rights;
}

/* The slot behind `control0` (handle above the operation's 8 bits) if it is of `type` with all of `rights`; else NULL. */
static inline struct slot *captable_lookup(struct slot *slots, uint32_t mask, uint64_t control0,
					   enum tenon_type type, uint64_t rights)
{
	uint32_t index = (uint32_t)control0 >> TENON_OPERATION_BITS;
	uint64_t wanted = (control0 & SLOT_GENERATION_MASK) | ((uint64_t)type << SLOT_TYPE_SHIFT) | rights;
	if (unlikely(index > mask))
		return NULL;
	struct slot *slot = &slots[index & mask];
	if (unlikely((slot->meta & (SLOT_GENERATION_MASK | SLOT_TYPE_MASK | rights)) != wanted))
		return NULL;
	return slot;
}

/* The slot behind a handle of any type, or NULL. */
static inline struct slot *captable_any(struct slot *slots, uint32_t mask, uint64_t control0)
{
	uint32_t index = (uint32_t)control0 >> TENON_OPERATION_BITS;
	if (index > mask)
		return NULL;
	struct slot *slot = &slots[index & mask];
	if (slot_type(slot) == TENON_TYPE_NONE || ((slot->meta ^ control0) & SLOT_GENERATION_MASK) != 0)
		return NULL;
	return slot;
}

/* Why captable_lookup() said no. */
enum tenon_status captable_refusal(struct slot *slots, uint32_t mask, uint64_t control0,
				   enum tenon_type type);
/* Empties every slot above the static ones: a thread that starts again finds the table as described. */
void captable_reset(struct captable *table);

#endif
