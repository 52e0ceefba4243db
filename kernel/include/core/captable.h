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
 * A slot holds the handle that finds it now, so that one comparison answers for the index (which the mask may have cut),
 * for the generation, and for the bits above them.
 */
struct slot {
	uint64_t handle;
	void *object;
	uint64_t badge;
	uint32_t id;    /* index of the object among those of its type: what the inspector shows */
	uint8_t type;   /* enum tenon_type */
	uint8_t rights; /* TENON_RIGHT_* */
};
_Static_assert(sizeof(struct slot) == 32, "two slots in a cache line");

struct captable {
	struct slot *slots;
	uint32_t mask;         /* number of slots - 1 */
	uint32_t static_slots; /* slots below this index were made at boot and stay */
	uint32_t threads;      /* how many threads use it */
	uint32_t static_used;
	struct cpu *home; /* of its threads: who may look handles up, and fill slots */
	const char *name;
};

static inline enum tenon_type slot_type(const struct slot *slot)
{
	return (enum tenon_type)slot->type;
}

static inline uint32_t slot_rights(const struct slot *slot)
{
	return slot->rights;
}

static inline uint32_t slot_generation(const struct slot *slot)
{
	return tenon_handle_generation(slot->handle);
}

static inline void slot_fill(struct slot *slot, enum tenon_type type, unsigned rights, void *object,
			     uint64_t badge, uint32_t id)
{
	slot->object = object;
	slot->badge = badge;
	slot->id = id;
	slot->rights = (uint8_t)rights;
	slot->type = (uint8_t)type;
}

/* The slot behind `handle` if it is of `type` with all of `rights`; else NULL. */
static inline struct slot *captable_find(struct slot *slots, uint32_t mask, uint64_t handle,
					 enum tenon_type type, unsigned rights)
{
	struct slot *slot = &slots[(uint32_t)handle & mask];
	if (unlikely(slot->handle != handle || slot->type != type || (slot->rights & rights) != rights))
		return NULL;
	return slot;
}

/* The slot behind a handle of any type, or NULL. */
static inline struct slot *captable_any(struct slot *slots, uint32_t mask, uint64_t handle)
{
	struct slot *slot = &slots[(uint32_t)handle & mask];
	return slot->handle == handle && slot->type != TENON_TYPE_NONE ? slot : NULL;
}

/* Why captable_find() said no. */
enum tenon_status captable_refusal(struct slot *slots, uint32_t mask, uint64_t handle, enum tenon_type type);
/* Empties every slot above the static ones: a thread that starts again finds the table as described. */
void captable_reset(struct captable *table);

#endif
