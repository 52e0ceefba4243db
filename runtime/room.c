/* SPDX-License-Identifier: MIT
 * What <tenon/room.h> does out of line: capabilities that come and go are rare.
 */
#include <tenon/room.h>

void tenon_room_prepare(struct tenon_room *room)
{
	if (room->brought != 0)
		(void)tenon_cap_delete(room->brought); /* stale: it was taken back meanwhile */
	room->brought = 0;
	for (uint32_t i = 0; i < room->slots; i++) {
		if (room->held[i] == 0 && tenon_cap_accept(room->first + i) == TENON_OK) {
			room->armed = room->first + i;
			return;
		}
	}
}

bool tenon_room_has(const struct tenon_room *room, enum tenon_type type, uint32_t rights)
{
	struct tenon_cap_view view;

	return room->brought != 0 && tenon_cap_read(room->brought, &view) == TENON_OK && view.type == type &&
	       (view.rights & rights) == rights;
}

/* Is the capability that was kept in slot `i` still there? Where it is not, the slot is free. */
static bool is_there(struct tenon_room *room, uint32_t i)
{
	struct tenon_cap_view view;

	if (tenon_cap_read(room->held[i], &view) == TENON_OK)
		return true;
	room->held[i] = 0;
	return false;
}

/* How many of a connection are kept. `looks`: the kernel is asked for each. */
static uint32_t count(struct tenon_room *room, uint32_t connection, bool looks)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < room->slots; i++) {
		if (room->held[i] != 0 && room->from[i] == connection && (!looks || is_there(room, i)))
			kept++;
	}
	return kept;
}

bool tenon_room_may_keep(struct tenon_room *room, uint32_t connection, uint32_t most)
{
	return count(room, connection, false) < most || count(room, connection, true) < most;
}

bool tenon_room_keep(struct tenon_room *room, uint32_t connection, uint32_t most, tenon_handle_t *kept)
{
	const uint32_t slot = tenon_handle_index(room->brought) - room->first;

	if (!tenon_room_may_keep(room, connection, most))
		return false;
	room->held[slot] = room->brought;
	room->from[slot] = connection;
	*kept = room->brought;
	room->brought = 0;
	return true;
}

void tenon_room_drop(struct tenon_room *room, tenon_handle_t kept)
{
	const uint32_t slot = tenon_handle_index(kept) - room->first;

	if (slot < room->slots && room->held[slot] == kept)
		room->held[slot] = 0;
	(void)tenon_cap_delete(kept); /* stale: it was taken back meanwhile */
}

void tenon_room_send_narrowed(struct tenon_room *room, struct tenon_ipc *ipc, tenon_handle_t capability,
			      uint32_t rights)
{
	if (room->narrowed != 0)
		(void)tenon_cap_delete(room->narrowed); /* stale: it travelled */
	room->narrowed = 0;
	if (tenon_cap_copy(capability, 0, room->narrow_slot, rights, 0, &room->narrowed) != TENON_OK)
		return; /* the receiver misses it */
	tenon_extras()->capability = room->narrowed;
	ipc->tag |= TENON_TAG_MOVE;
}
