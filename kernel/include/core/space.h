/* SPDX-License-Identifier: MIT
 * Address spaces and the frames mapped in them. The space's lock guards its page tables; who may reach a frame's
 * capability is the tree's affair (core/captable.h).
 */
#ifndef CORE_SPACE_H
#define CORE_SPACE_H

#include <core/captable.h>
#include <core/pool.h>

struct space {
	struct arch_space arch;
	const char *name;
	uint64_t memory_bytes; /* of its own regions, made at boot */
	uint64_t table_bytes;  /* of its page tables */
	uint32_t index;        /* made at boot: among the tables' spaces; else TENON_NONE */
	uint32_t id; /* finds it while it lives: place in the list of spaces, and how often that was used */
	struct spinlock lock;
	bool dead;
	bool flushed;      /* dead, and no CPU knows anything of it any more */
	struct pool *pool; /* pays for page tables; NULL: nobody does */
	uint64_t cpus;     /* bit n: it has had threads on CPU n */

	struct thread *device_of; /* constant; an I/O space: whose device uses it. The rest: see device.c */
	uint64_t accused_address; /* valid with accused */
	uint32_t requester;       /* valid with attached */
	bool attached, translated;
	bool accused; /* its device did what it may not, and the thread does not know yet */
};

/* A FRAME slot's `object`: physical address, and log2 of the size in the low bits. */
#define FRAME_SHIFT_MASK UINT64_C(0x3f)
#define FRAME_DEVICE     UINT64_C(0x40) /* registers: no RAM, never cleared */

static inline physical_t frame_physical(const struct slot *frame)
{
	return (physical_t){(uint64_t)(uintptr_t)frame->object & ~(uint64_t)(TENON_PAGE_SIZE - 1)};
}

static inline uint64_t frame_bytes(const struct slot *frame)
{
	return UINT64_C(1) << ((uint64_t)(uintptr_t)frame->object & FRAME_SHIFT_MASK);
}

static inline bool frame_is_device(const struct slot *frame)
{
	return ((uintptr_t)frame->object & FRAME_DEVICE) != 0;
}

/*
 * A FRAME slot's `badge`: the id of the space above, the page number of the address below. Id 0: not mapped, and below how
 * many of its pages have left the caches, for a mapping that is on its way.
 */
static inline uint32_t frame_space(const struct slot *frame)
{
	return (uint32_t)(frame->badge >> 32);
}

static inline uint64_t frame_address(const struct slot *frame)
{
	return frame_space(frame) != 0 ? (frame->badge & UINT32_MAX) << 12 : 0;
}

/* Room for as many spaces as the machine could ever hold; boot only. */
void space_list_init(uint64_t ram_bytes);
/* Gives a space its id, and its root table from its pool. NO_MEMORY: nothing is left behind. */
MUST_USE enum tenon_status space_make(struct space *space, struct pool *pool);
/* Gives a space made at boot, whose page tables exist, its id. */
void space_register(struct space *space);
void space_forget(struct space *space);
/* Undoes space_make(): nobody has seen it. */
void space_unmake(struct space *space);

/*
 * Takes the frame out of the space where this capability has mapped it. Under the frame's family; what other CPUs know of it
 * goes in the next grace round.
 */
void frame_unmap(struct cpu *cpu, struct slot *frame);

#endif
