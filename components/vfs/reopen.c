/* SPDX-License-Identifier: MIT
 * See reopen.h. Requests to the volume end before anything is asked of the new file system that could give away their places.
 */
#include "reopen.h"
#include "cache.h"
#include "call.h"
#include "path.h"
#include "transfer.h"
#include "watch.h"

#define TRIES 16u /* deaths without an answer in between, then its calls fail */

static uint32_t tries[FILE_SYSTEMS_COUNT > 0 ? FILE_SYSTEMS_COUNT : 1];

static bool is_due[FILE_SYSTEMS_COUNT > 0 ? FILE_SYSTEMS_COUNT : 1]; /* to be opened anew */
static struct {
	uint32_t epoch; /* in which it changed some last; 0: never */
	bool has_lost;
} names[FILES_CLIENTS > 0 ? FILES_CLIENTS : 1][FILE_SYSTEMS_COUNT > 0 ? FILE_SYSTEMS_COUNT : 1];

void names_changed(uint32_t client, uint32_t file_system)
{
	names[client][file_system].epoch = system_at(file_system)->epoch;
}

bool names_were_lost(uint32_t client, uint32_t file_system)
{
	const bool has_lost = names[client][file_system].has_lost;

	names[client][file_system].has_lost = false;
	return has_lost;
}

void names_forget(uint32_t client)
{
	for (uint32_t i = 0; i < FILE_SYSTEMS_COUNT; i++) {
		names[client][i].epoch = 0;
		names[client][i].has_lost = false;
	}
}

static void lose_names(uint32_t file_system)
{
	for (uint32_t i = 0; i < FILES_CLIENTS; i++) {
		if (names[i][file_system].epoch == system_at(file_system)->epoch) {
			names[i][file_system].epoch = 0;
			names[i][file_system].has_lost = true;
		}
	}
}

/* All of it once. RESTARTED: it died again meanwhile. */
static enum filesystem_status open_again(uint32_t number)
{
	enum filesystem_status status = system_describe_again(number);

	if (status == FILESYSTEM_OK) {
		status = nodes_open_again(number);
	}
	if (status == FILESYSTEM_OK) {
		status = mounts_open_again(number);
	}
	if (status == FILESYSTEM_OK) {
		status = paths_open_again(number);
	}
	return status == FILESYSTEM_OK ? watches_open_again(number) : status;
}

static void open_one(uint32_t number)
{
	struct file_system *system = system_at(number);
	enum filesystem_status status;

	if (!system->is_known) {
		return; /* nothing of it is in use */
	}
	log_warning("%s has started anew", file_systems_server_name(number));
	if (system->volume != NOWHERE) {
		transfers_await(system->volume);
	}
	lose_names(number);
	do {
		nodes_drop_extents(number);
		status = open_again(number);
	} while (status == FILESYSTEM_RESTARTED && ++tries[number] < TRIES);
	if (status != FILESYSTEM_OK) {
		log_error("%s cannot be opened again: %s", file_systems_server_name(number),
			  filesystem_status_name(status));
		nodes_lose(number);
	}
	write_back_soon();
}

/* While it waits for transfers, others may be heard to have started anew. */
static void open_anew(uint32_t number)
{
	bool is_done = false;

	is_due[number] = true;
	while (!is_done) {
		is_done = true;
		for (uint32_t i = 0; i < FILE_SYSTEMS_COUNT; i++) {
			if (is_due[i]) {
				is_due[i] = false;
				is_done = false;
				open_one(i);
			}
		}
	}
}

bool system_is_anew(uint32_t file_system, enum filesystem_status status)
{
	if (status != FILESYSTEM_RESTARTED) {
		tries[file_system] = 0;
		return false;
	}
	if (++tries[file_system] >= TRIES) {
		return false;
	}
	open_anew(file_system);
	return true;
}

enum files_status system_sync(uint32_t file_system, bool settle)
{
	const enum filesystem_status status = file_systems_sync(file_system, settle);

	if (system_is_anew(file_system, status)) {
		return FILES_WOULD_WAIT;
	}
	if (status == FILESYSTEM_OK) {
		system_at(file_system)->epoch++;
	}
	return status_of(status);
}

/* No call has told of it yet. */
void file_systems_restarted(uint32_t server)
{
	if (transfers_are_awaited()) {
		is_due[server] = true;
		return;
	}
	open_anew(server);
	calls_run();
}
