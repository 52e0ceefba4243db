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
		const uint32_t slot = room->next;

		room->next = slot + 1 < room->slots ? slot + 1 : 0;
		if (room->held[slot] == 0 && tenon_cap_accept(room->first + slot) == TENON_OK) {
			room->armed = room->first + slot;
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

static void forget(struct tenon_room *room, uint32_t slot)
{
	room->held[slot] = 0;
	room->kept[room->from[slot]]--;
}

/* Forgets what the connection has left and is there no more: deleted, moved elsewhere, or taken back. */
static void look(struct tenon_room *room, uint32_t connection)
{
	struct tenon_cap_view view;

	for (uint32_t i = 0; i < room->slots; i++) {
		if (room->held[i] != 0 && room->from[i] == connection &&
		    tenon_cap_read(room->held[i], &view) != TENON_OK)
			forget(room, i);
	}
}

bool tenon_room_may_keep(struct tenon_room *room, uint32_t connection)
{
	if (room->kept[connection] >= room->most[connection])
		look(room, connection);
	return room->kept[connection] < room->most[connection];
}

bool tenon_room_keep(struct tenon_room *room, uint32_t connection, tenon_handle_t *kept)
{
	const uint32_t slot = tenon_handle_index(room->brought) - room->first;

	if (!tenon_room_may_keep(room, connection))
		return false;
	room->held[slot] = room->brought;
	room->from[slot] = connection;
	room->kept[connection]++;
	*kept = room->brought;
	room->brought = 0;
	return true;
}

void tenon_room_drop(struct tenon_room *room, tenon_handle_t kept)
{
	const uint32_t slot = tenon_handle_index(kept) - room->first;

	if (slot < room->slots && room->held[slot] == kept)
		forget(room, slot);
	(void)tenon_cap_delete(kept); /* stale: it was taken back meanwhile */
}

tenon_handle_t tenon_room_narrow(struct tenon_room *room, tenon_handle_t capability, uint32_t rights)
{
	if (room->narrowed != 0)
		(void)tenon_cap_delete(room->narrowed); /* stale: it travelled */
	room->narrowed = 0;
	if (tenon_cap_copy(capability, 0, room->narrow_slot, rights, 0, &room->narrowed) != TENON_OK)
		return 0;
	return room->narrowed;
}
