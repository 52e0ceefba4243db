/* SPDX-License-Identifier: MIT
 * See watch.h. A client that does not listen loses what does not fit into its channel, and hears that.
 */
#include "watch.h"

#include <tenon/string.h>

static struct watch {
	bool is_used, has_lost;
	uint32_t client;
	struct place place;
} watches[FILES_WATCHES_TOTAL > 0 ? FILES_WATCHES_TOTAL : 1];

uint32_t watch_begin(uint32_t client, struct place place)
{
	for (uint32_t i = 0; i < FILES_WATCHES_TOTAL; i++) {
		if (!watches[i].is_used) {
			if (file_systems_hold(place.file_system, place.node) != FILESYSTEM_OK) {
				return NOWHERE;
			}
			watches[i] = (struct watch){.is_used = true, .client = client, .place = place};
			return i;
		}
	}
	return NOWHERE;
}

static void end(struct watch *watch)
{
	watch->is_used = false;
	(void)file_systems_release(watch->place.file_system, watch->place.node);
}

bool watch_end(uint32_t client, uint32_t number)
{
	if (number >= FILES_WATCHES_TOTAL || !watches[number].is_used || watches[number].client != client) {
		return false;
	}
	end(&watches[number]);
	return true;
}

void watches_drop(uint32_t client)
{
	for (uint32_t i = 0; i < FILES_WATCHES_TOTAL; i++) {
		(void)watch_end(client, i);
	}
}

static bool tell(uint32_t number, enum files_change change, const char *name)
{
	struct files_changed entry = {.watch = number, .change = change};

	memcpy(entry.name, name, strlen(name) + 1);
	return files_changes_send(watches[number].client, &entry);
}

void watch_tell(struct place place, enum files_change change, const char *name)
{
	for (uint32_t i = 0; i < FILES_WATCHES_TOTAL; i++) {
		struct watch *watch = &watches[i];

		if (watch->is_used && place_is(watch->place, place) && !watch->has_lost) {
			watch->has_lost = !tell(i, change, name);
		}
	}
}

void files_changes_room(uint32_t client)
{
	for (uint32_t i = 0; i < FILES_WATCHES_TOTAL; i++) {
		struct watch *watch = &watches[i];

		if (watch->is_used && watch->client == client && watch->has_lost) {
			watch->has_lost = !tell(i, FILES_CHANGE_LOST, "");
		}
	}
}
