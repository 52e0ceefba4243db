/* SPDX-License-Identifier: MIT
 * The directories that clients see as their roots: found by a client's first call, or at the start where its space is bounded.
 */
#include "ask.h"
#include "call.h"
#include "path.h"
#include "quota.h"

static struct {
	bool is_known, is_missed; /* it was said that there is none */
	bool is_held;
	struct place place;
	uint32_t account; /* of what stands around it */
} roots[FILES_CLIENTS > 0 ? FILES_CLIENTS : 1];

static enum files_status find_root(struct call *call, const char *path, struct found **found)
{
	const uint32_t client = call->client;
	enum files_status status = path_walk_from_first(call, path, found);

	if (status == FILES_OK && (*found)->place.file_system == NOWHERE) {
		status = FILES_NOT_FOUND;
	} else if (status == FILES_OK && (*found)->attributes.kind != FILESYSTEM_KIND_DIRECTORY) {
		status = FILES_NOT_A_DIRECTORY;
	}
	if (status == FILES_OK) {
		status = quota_begin(call, (*found)->place, (*found)->account);
	}
	if (status == FILES_OK) {
		status = status_of(ask_hold((*found)->place));
	}
	if (status != FILES_OK && status != FILES_WOULD_WAIT && !roots[client].is_missed) {
		roots[client].is_missed = true;
		log_error("%s: %s has no files: its root %s: %s", files_client_line(client),
			  files_client_name(client), path, files_status_name(status));
	}
	return status;
}

enum files_status path_root(struct call *call, struct place *root, uint32_t *account)
{
	const uint32_t client = call->client;

	if (!roots[client].is_known) {
		struct found *found;
		enum files_status status = find_root(call, files_parameters[client].root, &found);

		if (status != FILES_OK) {
			return status;
		}
		if (roots[client].is_known) { /* another call of the client's was faster */
			desk_release(found->place);
		} else {
			roots[client].is_known = true;
			roots[client].is_held = true;
			roots[client].place = found->place;
			roots[client].account = found->account;
		}
	}
	*root = roots[client].place;
	*account = roots[client].account;
	return FILES_OK;
}

enum files_status call_root(struct call *call)
{
	struct place root;
	uint32_t account;

	return path_root(call, &root, &account);
}

void roots_count(void)
{
	for (uint32_t i = 0; i < FILES_CLIENTS; i++) {
		if (files_parameters[i].space > 0) {
			(void)call_begin_own(CALL_ROOT, i);
		}
	}
}

void roots_died(uint32_t file_system)
{
	for (uint32_t i = 0; i < FILES_CLIENTS; i++) {
		roots[i].is_held = roots[i].is_held && roots[i].place.file_system != file_system;
	}
}

enum filesystem_status roots_open_again(uint32_t file_system)
{
	for (uint32_t i = 0; i < FILES_CLIENTS; i++) {
		if (roots[i].is_known && !roots[i].is_held && roots[i].place.file_system == file_system) {
			const enum filesystem_status status = ask_hold(roots[i].place);

			if (status == FILESYSTEM_LATER) {
				return status;
			}
			roots[i].is_known = status == FILESYSTEM_OK;
			roots[i].is_held = roots[i].is_known;
		}
	}
	return FILESYSTEM_OK;
}

bool path_is_root(struct place place)
{
	for (uint32_t i = 0; i < FILES_CLIENTS; i++) {
		if (roots[i].is_known && place_is(roots[i].place, place)) {
			return true;
		}
	}
	return false;
}

bool path_is_used_as_root(uint32_t file_system)
{
	for (uint32_t i = 0; i < FILES_CLIENTS; i++) {
		if (roots[i].is_known && roots[i].place.file_system == file_system) {
			return true;
		}
	}
	return false;
}
