/* SPDX-License-Identifier: MIT
 * See reopen.h. While a file system is opened again nobody else asks it, and nothing begins on its volume, for no extent of it is
 * known. Requests to the volume end before anything is asked of the new one that could give away their places. Who reads and
 * writes what is cached, or is of another file system, notices nothing.
 */
#include "reopen.h"
#include "ask.h"
#include "cache.h"
#include "call.h"
#include "known.h"
#include "path.h"
#include "transfer.h"
#include "watch.h"

#define TRIES   16u /* deaths without an answer in between, then who asked is told */
#define SYSTEMS (FILE_SYSTEMS_COUNT > 0 ? FILE_SYSTEMS_COUNT : 1)

static struct reopening {
	bool is_begun, is_described;
	uint32_t tries;
} reopenings[SYSTEMS];

static struct {
	uint32_t epoch; /* in which it changed some last; 0: never */
	bool has_lost;
} names[FILES_CLIENTS > 0 ? FILES_CLIENTS : 1][SYSTEMS];

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

bool system_died(uint32_t number)
{
	struct file_system *system = system_at(number);
	struct reopening *reopening = &reopenings[number];

	names_are_new();
	known_forget(number);
	if (!system->is_known) {
		return true; /* nothing of it is in use */
	}
	reopening->tries++;
	reopening->is_begun = false;
	if (system->volume != NOWHERE) {
		transfers_make_void(system->volume);
	}
	nodes_died(number);
	mounts_died(number);
	roots_died(number);
	watches_died(number);
	return reopening->tries < TRIES;
}

void system_answered(uint32_t file_system, bool opens)
{
	if (!opens) {
		reopenings[file_system].tries = 0;
	}
}

bool system_opens_again(uint32_t number)
{
	return system_at(number)->is_known;
}

/* What can be asked now. OK: it is open again. */
static enum filesystem_status open_again(uint32_t number)
{
	enum filesystem_status status = FILESYSTEM_OK;

	if (!reopenings[number].is_described) {
		status = system_describe_again(number);
		reopenings[number].is_described = status == FILESYSTEM_OK;
	}
	if (status == FILESYSTEM_OK) {
		status = nodes_open_again(number);
	}
	if (status == FILESYSTEM_OK) {
		status = mounts_open_again(number);
	}
	if (status == FILESYSTEM_OK) {
		status = roots_open_again(number);
	}
	return status == FILESYSTEM_OK ? watches_open_again(number) : status;
}

void system_open_again(uint32_t number)
{
	struct file_system *system = system_at(number);
	struct reopening *reopening = &reopenings[number];
	enum filesystem_status status;

	if (!reopening->is_begun) {
		log_warning("%s has started anew", file_systems_server_name(number));
		lose_names(number);
		reopening->is_begun = true;
		reopening->is_described = false;
	}
	if (system->volume != NOWHERE && !transfers_are_free(system->volume, TRANSFERS)) {
		return; /* systems_go_on() */
	}
	status = reopening->tries < TRIES ? open_again(number) : FILESYSTEM_IO;
	if (status == FILESYSTEM_LATER) {
		return;
	}
	if (status != FILESYSTEM_OK) {
		log_error("%s cannot be opened again: %s", file_systems_server_name(number),
			  filesystem_status_name(status));
		nodes_lose(number);
	}
	write_back_soon();
	desk_opened(number);
}

void systems_go_on(uint32_t volume)
{
	for (uint32_t i = 0; i < FILE_SYSTEMS_COUNT; i++) {
		if (system_at(i)->is_known && system_at(i)->volume == volume) {
			desk_go_on_opening(i);
		}
	}
}

enum files_status system_sync(uint32_t file_system, bool settle)
{
	const enum filesystem_status status = ask_sync(file_system, settle);

	if (status == FILESYSTEM_OK) {
		system_at(file_system)->epoch++;
	}
	return status_of(status);
}
