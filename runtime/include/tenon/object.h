/* SPDX-License-Identifier: MIT
 * Objects at run time: one function for each operation that makes, hands on or
 * takes back. Rights, refusals and costs stand in docs/kernel.md.
 *
 * A destination is a slot index, not a handle: the slot must be empty, and the
 * handle that finds what is put there comes back through `out`. Nothing is
 * written through `out` or a view unless the status is TENON_OK. None of them
 * waits for another thread; the long ones let interrupts through and go on by
 * themselves. A pointer `out` may be NULL where the slot's generation is known.
 */
#ifndef TENON_OBJECT_H
#define TENON_OBJECT_H

#include <stddef.h>
#include <tenon/ipc.h>
#include <tenon/loan.h>

/* For the functions below: what came back, and a handle through `out`. */
TENON_INLINE enum tenon_status tenon_handle_out(const struct tenon_ipc *ipc, tenon_handle_t *out)
{
	if (ipc->status == TENON_OK && out != NULL)
		*out = ipc->word[0];
	return (enum tenon_status)ipc->status;
}

/* ---- capabilities ---- */

/*
 * Puts a copy of `handle` into slot `slot` of `table` (WRITE; 0: the caller's own), with those of its rights that are in
 * `rights`. A `badge` other than 0 is set in the copy. TENON_OCCUPIED: the slot is not empty.
 */
TENON_INLINE enum tenon_status tenon_cap_copy(tenon_handle_t handle, tenon_handle_t table, uint32_t slot,
					      uint32_t rights, uint64_t badge, tenon_handle_t *out)
{
	const struct tenon_ipc ipc =
	    tenon_operate_with(TENON_OP_CAP_COPY, handle, table, slot, rights, badge, 0);

	return tenon_handle_out(&ipc, out);
}

/* The capability itself goes there, with what was derived from it; `handle` finds nothing any more. */
TENON_INLINE enum tenon_status tenon_cap_move(tenon_handle_t handle, tenon_handle_t table, uint32_t slot,
					      tenon_handle_t *out)
{
	const struct tenon_ipc ipc = tenon_operate_with(TENON_OP_CAP_MOVE, handle, table, slot, 0, 0, 0);

	return tenon_handle_out(&ipc, out);
}

/* Empties the slot. Of an owner (what tenon_pool_make and tenon_set_make give) the object ends, with every copy. */
TENON_INLINE enum tenon_status tenon_cap_delete(tenon_handle_t handle)
{
	return (enum tenon_status)tenon_operate(TENON_OP_CAP_DELETE, handle, 0, 0, 0, 0).status;
}

/* Takes back all that was derived from the capability, wherever it is; the capability itself stays. */
TENON_INLINE enum tenon_status tenon_cap_revoke(tenon_handle_t handle)
{
	return (enum tenon_status)tenon_operate(TENON_OP_CAP_REVOKE, handle, 0, 0, 0, 0).status;
}

struct tenon_cap_view {
	enum tenon_type type;
	uint32_t rights;
	uint64_t badge;
	uint64_t bytes;   /* of a frame; else 0 */
	uint64_t address; /* where this capability maps the frame; 0: nowhere */
};

TENON_INLINE enum tenon_status tenon_cap_read(tenon_handle_t handle, struct tenon_cap_view *view)
{
	const struct tenon_ipc ipc = tenon_operate(TENON_OP_CAP_READ, handle, 0, 0, 0, 0);

	if (ipc.status == TENON_OK)
		*view = (struct tenon_cap_view){.type = (enum tenon_type)ipc.word[0],
						.rights = (uint32_t)ipc.word[1],
						.badge = ipc.word[2],
						.bytes = ipc.word[3],
						.address = ipc.word[4]};
	return (enum tenon_status)ipc.status;
}

/* The next capability that a message brings goes into this slot of the caller's table; 0: none is taken. */
TENON_INLINE enum tenon_status tenon_cap_accept(uint32_t slot)
{
	return (enum tenon_status)tenon_operate(TENON_OP_CAP_ACCEPT, 0, slot, 0, 0, 0).status;
}

/* ---- pools ---- */

/*
 * Makes an object from the memory of `pool` (WRITE); its owner goes into slot `slot` of the caller's table. `size`: bytes
 * of a frame (4 KiB, 2 MiB, 1 GiB; cleared) or of a pool, slots of a table (a power of two), else 0.
 * TENON_NO_MEMORY: there is no run that large.
 */
TENON_INLINE enum tenon_status tenon_pool_make(tenon_handle_t pool, enum tenon_type type, uint32_t slot,
					       uint64_t size, tenon_handle_t *out)
{
	const struct tenon_ipc ipc = tenon_operate(TENON_OP_POOL_MAKE, pool, (uint64_t)type, slot, size, 0);

	return tenon_handle_out(&ipc, out);
}

/*
 * Makes a frame over `size` bytes of a device's registers, `offset` bytes into `pool`, which is of kind DEVICE (WRITE). It is
 * never cleared, and maps DEVICE or UNCACHED only; any number may be made over the same registers.
 */
TENON_INLINE enum tenon_status tenon_frame_of_registers(tenon_handle_t pool, uint32_t slot, uint64_t size,
							uint64_t offset, tenon_handle_t *out)
{
	const struct tenon_ipc ipc =
	    tenon_operate(TENON_OP_POOL_MAKE, pool, TENON_TYPE_FRAME, slot, size, offset);

	return tenon_handle_out(&ipc, out);
}

struct tenon_pool_view {
	uint64_t bytes, free; /* free in runs of any size */
	uint32_t node;        /* NUMA */
	enum tenon_memory_kind kind;
};

TENON_INLINE enum tenon_status tenon_pool_read(tenon_handle_t pool, struct tenon_pool_view *view)
{
	const struct tenon_ipc ipc = tenon_operate(TENON_OP_POOL_READ, pool, 0, 0, 0, 0);

	if (ipc.status == TENON_OK)
		*view = (struct tenon_pool_view){.bytes = ipc.word[0],
						 .free = ipc.word[1],
						 .node = (uint32_t)ipc.word[2],
						 .kind = (enum tenon_memory_kind)ipc.word[3]};
	return (enum tenon_status)ipc.status;
}

/* ---- receive sets ---- */

/* Makes an endpoint, a notification or a reply object of `set` (MANAGE). `source`: what a receive gives as the badge of
 * the notification; else 0. */
TENON_INLINE enum tenon_status tenon_set_make(tenon_handle_t set, enum tenon_type type, uint32_t slot,
					      uint64_t source, tenon_handle_t *out)
{
	const struct tenon_ipc ipc = tenon_operate(TENON_OP_SET_MAKE, set, (uint64_t)type, slot, source, 0);

	return tenon_handle_out(&ipc, out);
}

/* ---- memory ---- */

/*
 * Maps the frame at `address` (aligned to its size) of `space` (WRITE). `rights`: of READ, WRITE, EXECUTE, within the
 * capability's, never WRITE and EXECUTE. One capability maps at one place: TENON_BUSY when it already does,
 * TENON_BAD_ADDRESS when something is there, or smaller pages have been. Tables that are missing come from the space's pool.
 */
TENON_INLINE enum tenon_status tenon_frame_map(tenon_handle_t frame, tenon_handle_t space, uint64_t address,
					       uint32_t rights, enum tenon_cache cache)
{
	return (enum tenon_status)tenon_operate_with(TENON_OP_FRAME_MAP, frame, space, address, rights,
						     (uint64_t)cache, 0)
	    .status;
}

/* When it returns, no CPU reaches the frame through this mapping any more. */
TENON_INLINE enum tenon_status tenon_frame_unmap(tenon_handle_t frame)
{
	return (enum tenon_status)tenon_operate(TENON_OP_FRAME_UNMAP, frame, 0, 0, 0, 0).status;
}

/* Rights of the mapping from now on, within the capability's. Taken rights are gone on every CPU when it returns. */
TENON_INLINE enum tenon_status tenon_frame_protect(tenon_handle_t frame, uint32_t rights)
{
	return (enum tenon_status)tenon_operate(TENON_OP_FRAME_PROTECT, frame, rights, 0, 0, 0).status;
}

/* What is mapped at `address` of `space` (READ): `rights` 0 where nothing is. Either pointer may be NULL. Which memory it
 * is, NUMA node and kind, stands in words 2 and 3 of the system call itself. */
TENON_INLINE enum tenon_status tenon_space_query(tenon_handle_t space, uint64_t address, uint32_t *rights,
						 uint64_t *page_bytes)
{
	const struct tenon_ipc ipc = tenon_operate(TENON_OP_SPACE_QUERY, space, address, 0, 0, 0);

	if (ipc.status == TENON_OK && rights != NULL)
		*rights = (uint32_t)ipc.word[0];
	if (ipc.status == TENON_OK && page_bytes != NULL)
		*page_bytes = ipc.word[1];
	return (enum tenon_status)ipc.status;
}

/* ---- devices ---- */

/* `requester` (TENON_REQUESTER) begins to use the I/O space (MANAGE); `translated`: an IOMMU sees to it that it reaches nothing
 * else. TENON_BUSY: one of the two is in use. What INTERRUPT_MESSAGE told before is not true any more. */
TENON_INLINE enum tenon_status tenon_device_attach(tenon_handle_t space, uint32_t requester, bool *translated)
{
	const struct tenon_ipc ipc = tenon_operate(TENON_OP_DEVICE_ATTACH, space, requester, 1, 0, 0);

	if (ipc.status == TENON_OK && translated != NULL)
		*translated = ipc.word[0] != 0;
	return (enum tenon_status)ipc.status;
}

/* It ceases to use it, and reaches no memory where an IOMMU stands before it. TENON_OK too if it did not use any. */
TENON_INLINE enum tenon_status tenon_device_detach(tenon_handle_t space, uint32_t requester)
{
	return (enum tenon_status)tenon_operate(TENON_OP_DEVICE_ATTACH, space, requester, 0, 0, 0).status;
}

/* What an attached requester writes, and where, to signal the message interrupt (MANAGE). */
TENON_INLINE enum tenon_status tenon_interrupt_message(tenon_handle_t interrupt, uint32_t requester,
						       uint64_t *address, uint32_t *data)
{
	const struct tenon_ipc ipc = tenon_operate(TENON_OP_INTERRUPT_MESSAGE, interrupt, requester, 0, 0, 0);

	if (ipc.status == TENON_OK) {
		*address = ipc.word[0];
		*data = (uint32_t)ipc.word[1];
	}
	return (enum tenon_status)ipc.status;
}

/*
 * Where the device that is attached to the I/O space `space` (READ) finds what this component has at `address`. The same for
 * each byte of one region or pool: the difference to `address` is.
 */
TENON_INLINE enum tenon_status tenon_device_address(tenon_handle_t space, uint64_t address, uint64_t *there)
{
	const struct tenon_ipc ipc = tenon_operate(TENON_OP_SPACE_QUERY, space, address, 0, 0, 0);

	if (ipc.status == TENON_OK && ipc.word[0] == 0)
		return TENON_BAD_ADDRESS;
	if (ipc.status == TENON_OK)
		*there = ipc.word[4];
	return (enum tenon_status)ipc.status;
}

/* ---- tables ---- */

/*
 * Doubles the slots of `table` (MANAGE) with memory of `pool` (WRITE). Handles stay valid; the first slot of the new half
 * is not usable.
 */
TENON_INLINE enum tenon_status tenon_table_grow(tenon_handle_t table, tenon_handle_t pool, uint32_t *slots)
{
	const struct tenon_ipc ipc = tenon_operate(TENON_OP_TABLE_GROW, table, pool, 0, 0, 0);

	if (ipc.status == TENON_OK && slots != NULL)
		*slots = (uint32_t)ipc.word[0];
	return (enum tenon_status)ipc.status;
}

/*
 * `table` needs MANAGE. Revokes what was derived from its static slots and empties all others, so that whoever starts
 * with it again finds it as described.
 */
TENON_INLINE enum tenon_status tenon_table_reset(tenon_handle_t table)
{
	return (enum tenon_status)tenon_operate(TENON_OP_TABLE_RESET, table, 0, 0, 0, 0).status;
}

/* ---- threads ---- */

/*
 * What a stopped thread (MANAGE) runs in: a space (WRITE), a table (WRITE), an endpoint for its faults (INVOKE; 0: none)
 * and the frame of its message buffer (READ, WRITE; 0: none). The frame is mapped apart from that.
 */
TENON_INLINE enum tenon_status tenon_thread_bind(tenon_handle_t thread, tenon_handle_t space,
						 tenon_handle_t table, tenon_handle_t fault_endpoint,
						 tenon_handle_t buffer)
{
	return (enum tenon_status)tenon_operate(TENON_OP_THREAD_BIND, thread, space, table, fault_endpoint,
						buffer)
	    .status;
}

/* `priority` is not above the caller's own. `affinity`: bit i for CPU i. `context`: scheduling context to run on (WRITE);
 * 0: its own. */
TENON_INLINE enum tenon_status tenon_thread_schedule(tenon_handle_t thread, uint32_t priority,
						     enum tenon_band band, uint64_t affinity,
						     tenon_handle_t context)
{
	return (enum tenon_status)tenon_operate_with(TENON_OP_THREAD_SCHEDULE, thread, context, priority,
						     (uint64_t)band, affinity, 0)
	    .status;
}

/* At most `budget_ns` of CPU time in each `period_ns`; `flags`: TENON_SCHEDULING_*. */
TENON_INLINE enum tenon_status tenon_scheduling_set(tenon_handle_t context, uint64_t budget_ns,
						    uint64_t period_ns, uint32_t flags)
{
	return (enum tenon_status)tenon_operate(TENON_OP_SCHEDULING_SET, context, budget_ns, period_ns, flags,
						0)
	    .status;
}

struct tenon_scheduling_view {
	uint64_t left_ns;     /* of the budget, in this period */
	uint64_t consumed_ns; /* since it was made */
	uint64_t overruns;
	uint64_t debt_ns; /* taken beyond the budget, and not yet paid back */
};

TENON_INLINE enum tenon_status tenon_scheduling_read(tenon_handle_t context,
						     struct tenon_scheduling_view *view)
{
	const struct tenon_ipc ipc = tenon_operate(TENON_OP_SCHEDULING_READ, context, 0, 0, 0, 0);

	if (ipc.status == TENON_OK)
		*view = (struct tenon_scheduling_view){ipc.word[0], ipc.word[1], ipc.word[2], ipc.word[3]};
	return (enum tenon_status)ipc.status;
}

/* ---- beside a message; loans have a header of their own ---- */

/* What travels beside the next message; its tag says what of it: TENON_TAG_COPY or MOVE, and the number of loans. */
TENON_INLINE struct tenon_extras *tenon_extras(void)
{
	return tenon_message_extras();
}

/* The bits of a tag for `loans` loans. */
TENON_INLINE uint64_t tenon_tag_loans(uint32_t loans)
{
	return (uint64_t)loans << TENON_TAG_LOANS_SHIFT;
}

/* ---- the machine ---- */

/* Takes a CPU into the system or out of it; its threads move to where their affinity lets them. `platform`: MANAGE. */
TENON_INLINE enum tenon_status tenon_platform_cpu(tenon_handle_t platform, uint32_t cpu, bool on)
{
	return (enum tenon_status)tenon_operate(TENON_OP_PLATFORM_CPU, platform, cpu, on ? 1 : 0, 0, 0)
	    .status;
}

#endif
