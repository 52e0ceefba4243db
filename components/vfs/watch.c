/* SPDX-License-Identifier: MIT
 * See watch.h. A client that does not listen loses what does not fit into its channel, and hears that.
 */
#include "watch.h"
#include "ask.h"

#include <tenon/string.h>

static struct watch {
	bool is_used, has_lost;
	uint32_t client;
	struct place place;
} watches[FILES_WATCHES_TOTAL > 0 ? FILES_WATCHES_TOTAL : 1];
static uint32_t end_of_used; /* behind it none is: mostly there is none at all */

uint32_t watch_begin(uint32_t client, struct place place)
{
	for (uint32_t i = 0; i < FILES_WATCHES_TOTAL; i++) {
		if (!watches[i].is_used) {
			if (ask_hold(place) != FILESYSTEM_OK) {
				return NOWHERE;
			}
			watches[i] = (struct watch){.is_used = true, .client = client, .place = place};
			end_of_used = i < end_of_used ? end_of_used : i + 1;
			return i;
		}
	}
	return NOWHERE;
}

static void end(struct watch *watch)
{
	watch->is_used = false;
	while (end_of_used > 0 && !watches[end_of_used - 1].is_used) {
		end_of_used--;
	}
	if (watch->place.file_system != NOWHERE) {
		(void)ask_release(watch->place);
	}
}

bool watch_end(uint32_t client, uint32_t number)
{
	if (number >= end_of_used || !watches[number].is_used || watches[number].client != client) {
		return false;
	}
	end(&watches[number]);
	return true;
}

void watches_drop(uint32_t client)
{
	for (uint32_t i = 0; i < end_of_used; i++) {
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
	for (uint32_t i = 0; i < end_of_used; i++) {
		struct watch *watch = &watches[i];

		if (watch->is_used && place_is(watch->place, place) && !watch->has_lost) {
			watch->has_lost = !tell(i, change, name);
		}
	}
}

void files_changes_room(uint32_t client)
{
	for (uint32_t i = 0; i < end_of_used; i++) {
		struct watch *watch = &watches[i];

		if (watch->is_used && watch->client == client && watch->has_lost) {
			watch->has_lost = !tell(i, FILES_CHANGE_LOST, "");
		}
	}
}

/* Who watches what is gone, and who may have missed something, is told that it lost something. */
enum filesystem_status watches_open_again(uint32_t file_system)
{
	for (uint32_t i = 0; i < FILES_WATCHES_TOTAL; i++) {
		struct watch *watch = &watches[i];
		enum filesystem_status status;

		if (!watch->is_used || watch->place.file_system != file_system) {
			continue;
		}
		status = file_systems_hold(file_system, watch->place.node);
		if (status == FILESYSTEM_RESTARTED) {
			return status;
		}
		if (status != FILESYSTEM_OK) {
			watch->place.file_system = NOWHERE;
		}
		watch->has_lost = !tell(i, FILES_CHANGE_LOST, "");
	}
	return FILESYSTEM_OK;
}
