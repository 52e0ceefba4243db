/* SPDX-License-Identifier: MIT
 * See watch.h. A client that does not listen loses what does not fit into its channel, and hears that.
 */
#include "watch.h"
#include "ask.h"

#include <tenon/string.h>

static struct watch {
	bool is_used, has_lost;
	bool is_held; /* by its file system as it is now */
	uint32_t client;
	struct place place;
} watches[FILES_WATCHES_TOTAL > 0 ? FILES_WATCHES_TOTAL : 1];
static uint32_t end_of_used; /* behind it none is: mostly there is none at all */

enum files_status watch_begin(uint32_t client, struct place place, uint32_t *number)
{
	enum filesystem_status status;

	for (uint32_t i = 0; i < FILES_WATCHES_TOTAL; i++) {
		if (watches[i].is_used) {
			continue;
		}
		status = ask_hold(place);
		if (status == FILESYSTEM_OK) {
			watches[i] = (struct watch){
			    .is_used = true, .is_held = true, .client = client, .place = place};
			end_of_used = i < end_of_used ? end_of_used : i + 1;
			*number = i;
		}
		return status == FILESYSTEM_OK ? FILES_OK
					       : (status == FILESYSTEM_LATER ? FILES_WOULD_WAIT : FILES_IO);
	}
	return FILES_IO;
}

static void end(struct watch *watch)
{
	watch->is_used = false;
	while (end_of_used > 0 && !watches[end_of_used - 1].is_used) {
		end_of_used--;
	}
	if (watch->place.file_system != NOWHERE && watch->is_held) {
		desk_release(watch->place);
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
	for (uint32_t i = 0; i < FILES_WATCHES_TOTAL; i++) {
		if (watch_end(client, i)) {
			files_give_back_watches(client, 1);
		}
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

void watches_died(uint32_t file_system)
{
	for (uint32_t i = 0; i < FILES_WATCHES_TOTAL; i++) {
		watches[i].is_held = watches[i].is_held && watches[i].place.file_system != file_system;
	}
}

/* Who watches what is gone, and who may have missed something, is told that it lost something. */
enum filesystem_status watches_open_again(uint32_t file_system)
{
	for (uint32_t i = 0; i < FILES_WATCHES_TOTAL; i++) {
		struct watch *watch = &watches[i];
		enum filesystem_status status;

		if (!watch->is_used || watch->is_held || watch->place.file_system != file_system) {
			continue;
		}
		status = ask_hold(watch->place);
		if (status == FILESYSTEM_LATER) {
			return status;
		}
		watch->is_held = status == FILESYSTEM_OK;
		if (!watch->is_held) {
			watch->place.file_system = NOWHERE;
		}
		watch->has_lost = !tell(i, FILES_CHANGE_LOST, "");
	}
	return FILESYSTEM_OK;
}
