/* SPDX-License-Identifier: MIT
 * Capabilities in messages, for generated glue: beside what is sent, and room
 * for what comes.
 *
 * The room of a component is a run of slots of its table. One of them is named
 * to the kernel (CAP_ACCEPT), and there the next capability arrives. What a
 * message brought and no operation kept is deleted before the next message is
 * received. What was kept says from which connection it came: each may leave
 * as many as its limit `capabilities` says, and there is one slot more than all
 * of them may leave together, so that one is always free. A slot is free again when the kernel says that the
 * handle is stale: the component has deleted or moved it, or whoever sent it
 * took it back.
 *
 * Owner: the glue of a component, whose only thread runs all of this. Nothing here waits.
 */
#ifndef TENON_ROOM_H
#define TENON_ROOM_H

#include <tenon/object.h>

#define TENON_TAG_CAPABILITY (TENON_TAG_COPY | TENON_TAG_MOVE)

struct tenon_room {
	tenon_handle_t *held;    /* what is kept in each slot; 0: nothing */
	uint32_t *from;          /* for each slot: the connection that it came from */
	const uint32_t *most;    /* for each connection: so many it may leave */
	uint32_t *kept;          /* and so many it has left, or fewer: some may be stale */
	uint32_t first, slots;   /* of the table */
	uint32_t next;           /* where a free slot is looked for first */
	uint32_t armed;          /* slot where the next one arrives; 0: none does */
	tenon_handle_t brought;  /* by the message in hand, and not kept; then nothing is armed */
	uint32_t narrow_slot;    /* where one that is sent is narrowed; 0: none is */
	tenon_handle_t narrowed; /* the last one there */
};

/* Deletes what was brought and not kept, and names a free slot. */
void tenon_room_prepare(struct tenon_room *room);

/* Before a message may bring one. */
TENON_INLINE void tenon_room_arm(struct tenon_room *room)
{
	if (room->armed == 0)
		tenon_room_prepare(room);
}

/* A message has come; returns its tag without what says that it brought a capability. */
TENON_INLINE uint64_t tenon_room_take(struct tenon_room *room, uint64_t tag)
{
	if ((tag & TENON_TAG_CAPABILITY) != 0) {
		room->brought = tenon_extras()->capability;
		room->armed = 0;
	}
	return tag & ~TENON_TAG_CAPABILITY;
}

/* Was a capability of this type brought, with all of these rights? */
bool tenon_room_has(const struct tenon_room *room, enum tenon_type type, uint32_t rights);

/* May this connection leave one more? */
bool tenon_room_may_keep(struct tenon_room *room, uint32_t connection);

/* Keeps what was brought, unless this connection has left all that it may: then it returns false. */
bool tenon_room_keep(struct tenon_room *room, uint32_t connection, tenon_handle_t *kept);

/* Deletes what was kept; the handler did not want it. */
void tenon_room_drop(struct tenon_room *room, tenon_handle_t kept);

/* A copy of the capability goes beside the message, whose tag stands already. What is stale does not arrive. */
TENON_INLINE void tenon_send_beside(struct tenon_ipc *ipc, tenon_handle_t capability)
{
	tenon_extras()->capability = capability;
	ipc->tag |= TENON_TAG_COPY;
}

/* Makes the copy that travels, with those of the rights that are in `rights`; 0: what is stale does not. */
tenon_handle_t tenon_room_narrow(struct tenon_room *room, tenon_handle_t capability, uint32_t rights);

/* The same with those of its rights only that are in `rights`. */
TENON_INLINE void tenon_room_send_narrowed(struct tenon_room *room, struct tenon_ipc *ipc,
					   tenon_handle_t capability, uint32_t rights)
{
	const tenon_handle_t narrowed = tenon_room_narrow(room, capability, rights);

	if (narrowed == 0)
		return; /* the receiver misses it */
	tenon_extras()->capability = narrowed;
	ipc->tag |= TENON_TAG_MOVE;
}

#endif
