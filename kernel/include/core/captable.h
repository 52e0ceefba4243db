/* SPDX-License-Identifier: MIT
 * Capability tables: slots, looked up by index, with a generation that makes a stale handle fail; and the trees in which
 * capabilities descend from each other (docs/decisions/0009).
 *
 * Lookups happen on the home CPU of the table's threads and take no lock. Anybody may empty a slot under its family's
 * lock; only the home CPU fills one, under the table's lock, which also guards growth and end.
 */
#ifndef CORE_CAPTABLE_H
#define CORE_CAPTABLE_H

#include <core/check.h>
#include <core/spinlock.h>

/*
 * One cache line. A slot holds the handle that finds it now, so that one comparison answers for the index (which the mask
 * may have cut), for the generation, and for the bits above them. A slot that was never used has handle 0 and type NONE.
 */
struct slot {
	uint64_t handle;
	void *object;   /* FRAME: its physical address and size, see core/space.h */
	uint64_t badge; /* FRAME: where this capability maps it */
	uint32_t id;  /* made at boot: index of the object among those of its type; FRAME: its pool's page */
	uint8_t type; /* enum tenon_type */
	uint8_t rights; /* TENON_RIGHT_*, SLOT_OWNER */
	uint8_t family; /* whose lock guards the four links */
	uint8_t spare;
	/* The first child's `previous` and the last child's `next` are the parent, marked by bit 0. */
	uintptr_t next, previous;
	struct slot *first, *last;
};
_Static_assert(sizeof(struct slot) == 64, "a cache line");

#define SLOT_OWNER 0x80u /* the object ends with this capability */
#define SLOT_EMBEDDED                                                                                        \
	(UINT64_C(1) << 63) /* in `handle`: the slot lies inside a thread or heads a table's segment */
#define SLOT_SEGMENT (SLOT_EMBEDDED | 0xffu)

#define FAMILIES 64u

/*
 * The table grows by segments: segment n holds the indices from slots << n up to twice that, in memory of its own whose
 * first slot is the capability for that memory.
 */
#define TABLE_SEGMENTS 16u

struct captable {
	struct slot *slots;
	uint32_t mask;         /* number of slots in `slots` - 1 */
	uint32_t static_slots; /* slots below this index were made at boot and stay */
	uint32_t threads;      /* how many threads use it */
	uint32_t static_used;
	struct spinlock lock; /* fills, growth, the end */
	bool dead;
	uint8_t depth;     /* constant: tables are made by threads that have tables */
	struct pool *pool; /* constant; NULL: made at boot */
	struct cpu *home;  /* of its threads; NULL: has none */
	uint32_t requests; /* messages in flight that fill it; its memory waits for them */
	uint64_t sweep;    /* where emptying goes on */
	const char *name;
	struct slot *segment[TABLE_SEGMENTS]; /* with bit 0: it ends; nothing in it is found any more */
};

static inline enum tenon_type slot_type(const struct slot *slot)
{
	return (enum tenon_type)__atomic_load_n(&slot->type, __ATOMIC_ACQUIRE);
}

static inline uint32_t slot_rights(const struct slot *slot)
{
	return slot->rights & TENON_RIGHTS_ALL;
}

static inline bool slot_is_owner(const struct slot *slot)
{
	return (slot->rights & SLOT_OWNER) != 0;
}

static inline uint32_t slot_generation(const struct slot *slot)
{
	return tenon_handle_generation(slot->handle);
}

/* The slot behind `handle` if it is of `type` with all of `rights`, among the first slots of the table; else NULL. */
static inline struct slot *captable_find(struct slot *slots, uint32_t mask, uint64_t handle,
					 enum tenon_type type, unsigned rights)
{
	struct slot *slot = &slots[(uint32_t)handle & mask];
	if (unlikely(slot->handle != handle || slot->type != type || (slot->rights & rights) != rights))
		return NULL;
	return slot;
}

#define SEGMENT_ENDS ((uintptr_t)1)

/* A segment that is in use, or NULL. */
static inline struct slot *captable_segment(const struct captable *table, unsigned n)
{
	struct slot *segment = __atomic_load_n(&table->segment[n], __ATOMIC_ACQUIRE);
	return ((uintptr_t)segment & SEGMENT_ENDS) == 0 ? segment : NULL;
}

/* The slot with an index past the first ones, in a grown segment; NULL: past the end. */
struct slot *captable_grown(const struct captable *table, uint64_t index);
/* The slot with an index, grown segments included; NULL: past the end. */
static inline struct slot *captable_at(const struct captable *table, uint64_t index)
{
	return likely(index <= table->mask) ? &table->slots[index] : captable_grown(table, index);
}
/* Number of slots, grown segments included. */
uint64_t captable_slots(const struct captable *table);
/* The slot behind a handle of any type, or NULL. */
static inline struct slot *captable_any(const struct captable *table, uint64_t handle)
{
	struct slot *slot = captable_at(table, tenon_handle_index(handle));
	return slot != NULL && slot->handle == handle && slot_type(slot) != TENON_TYPE_NONE ? slot : NULL;
}
/* The slot behind `handle` in any part of the table if it is of `type` with all of `rights`; else why not. */
MUST_USE static inline enum tenon_status captable_get(const struct captable *table, uint64_t handle,
						      enum tenon_type type, unsigned rights,
						      struct slot **found)
{
	struct slot *slot = captable_any(table, handle);
	if (unlikely(slot == NULL))
		return TENON_BAD_HANDLE;
	*found = slot;
	if (unlikely(slot->type != type))
		return TENON_BAD_TYPE;
	return likely((slot->rights & rights) == rights) ? TENON_OK : TENON_BAD_RIGHTS;
}
/*
 * Can a capability be put into the slot `index` now? OK with the slot, or the refusal. Only above the static slots.
 */
MUST_USE enum tenon_status captable_vacant(const struct captable *table, uint64_t index,
					   struct slot **vacant);

/* ---- families: the locks of the trees ---- */
struct family {
	_Alignas(64) struct spinlock lock;
};
extern struct family families[FAMILIES];

static inline void family_lock(unsigned family)
{
	spin_lock(&families[family % FAMILIES].lock);
}

static inline void family_unlock(unsigned family)
{
	spin_unlock(&families[family % FAMILIES].lock);
}
/*
 * Locks the family of a slot that others may be emptying. False, with nothing locked, if the slot no longer answers to
 * `handle`.
 */
MUST_USE static inline bool slot_lock(const struct slot *slot, uint64_t handle)
{
	unsigned family = __atomic_load_n(&slot->family, __ATOMIC_RELAXED);
	family_lock(family);
	if (likely(slot->family == family && __atomic_load_n(&slot->handle, __ATOMIC_RELAXED) == handle &&
		   slot->type != TENON_TYPE_NONE))
		return true;
	family_unlock(family);
	return false;
}

/* ---- trees; all under the family's lock ---- */
/* What a slot gets that is not its place in a tree. */
struct capability {
	void *object;
	uint64_t badge;
	uint32_t id;
	enum tenon_type type;
	unsigned rights; /* with SLOT_OWNER */
	unsigned family;
};
/* Fills an empty slot, with `index` as its own; parent NULL: it starts a tree. Embedded slots keep their handle. */
void slot_fill(struct slot *slot, uint64_t index, const struct capability *capability, struct slot *parent);
/* Empties a slot; its children go to its parent, in its place. Handles to it are stale from now on. */
void slot_withdraw(struct slot *slot);
/* Moves a capability to an empty slot, in its place in the tree. */
void slot_move(struct slot *to, uint64_t index, struct slot *from);
/* What a copy of the capability would be filled with; `rights` only narrow. */
struct capability slot_capability(const struct slot *slot, unsigned rights);

/* Fills a vacant slot of a table that is at home here, or nowhere. Under the family's lock; takes the table's. */
MUST_USE enum tenon_status captable_fill(struct captable *table, uint64_t index,
					 const struct capability *capability, struct slot *parent,
					 uint64_t *handle);
/* The same for a capability that leaves `from`. */
MUST_USE enum tenon_status captable_move(struct captable *table, uint64_t index, struct slot *from,
					 uint64_t *handle);

#endif
