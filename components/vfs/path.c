/* SPDX-License-Identifier: MIT
 * See path.h. What was walked is a stack of directories, so `..` takes one off; what is left of the path is a text in which
 * a symbolic link's target takes the place of its name.
 */
#include "path.h"
#include "ask.h"
#include "quota.h"

#include <tenon/string.h>

#define LINKS_MAX 16u
#define REST_MAX  2560u

static struct place stack[PATH_DEPTH];
static uint32_t depth;
static char rest_memory[2][REST_MAX];
static char *rest;
static uint32_t links;
static uint32_t around; /* the account in which the root of the walk stands */

static struct {
	bool is_known, is_missed; /* it was said that there is none */
	struct place place;
	uint32_t account; /* of what stands around it */
} roots[FILES_CLIENTS > 0 ? FILES_CLIENTS : 1];

static const char *skip_slashes(const char *path)
{
	while (*path == '/') {
		path++;
	}
	return path;
}

/* What comes first, and what is left after it. */
static enum files_status take_name(const char **path, char name[256])
{
	size_t length = 0;

	*path = skip_slashes(*path);
	while ((*path)[length] != '\0' && (*path)[length] != '/') {
		length++;
	}
	if (length > 255) {
		return FILES_BAD_NAME;
	}
	memcpy(name, *path, length);
	name[length] = '\0';
	*path += length;
	return FILES_OK;
}

/* A symbolic link's target, and after it what was left of the path. */
static enum files_status replace(struct place link, const char **path)
{
	char *to = rest == rest_memory[0] ? rest_memory[1] : rest_memory[0];
	const size_t left = strlen(*path);
	enum files_status status;
	size_t length;

	if (++links > LINKS_MAX) {
		return FILES_LOOP;
	}
	status = status_of(file_systems_read_link(link.file_system, link.node, to));
	if (status != FILES_OK) {
		return status;
	}
	length = strlen(to);
	if (length == 0) {
		return FILES_NOT_FOUND;
	}
	if (length + 1 + left >= REST_MAX) {
		return FILES_BAD_NAME;
	}
	to[length] = '/';
	memcpy(to + length + (left > 0), *path, left + 1);
	if (to[0] == '/') {
		depth = 1;
	}
	rest = to;
	*path = to;
	return FILES_OK;
}

static enum files_status push(struct place place)
{
	if (depth == PATH_DEPTH) {
		return FILES_BAD_NAME;
	}
	stack[depth++] = mount_cross(place);
	return FILES_OK;
}

/* The account of the directory on top of the stack. */
static uint32_t account_of_top(void)
{
	const uint32_t account = quota_of(stack, depth);

	return account == NO_ACCOUNT && stack[0].file_system == stack[depth - 1].file_system ? around
											     : account;
}

/* One name below the directory on top of the stack. */
static enum files_status step(const char **path, bool follow, struct found *found)
{
	const struct place top = stack[depth - 1];
	const bool is_last = *skip_slashes(*path) == '\0';
	struct place place = {.file_system = top.file_system};
	enum filesystem_status status =
	    file_systems_look_up(top.file_system, top.node, found->name, &found->attributes);

	found->directory = top;
	found->account = is_last ? account_of_top() : NO_ACCOUNT;
	found->wants_directory = is_last && **path == '/';
	if (status == FILESYSTEM_NOT_FOUND && is_last) {
		return FILES_OK;
	}
	if (status != FILESYSTEM_OK) {
		return status_of(status);
	}
	place.node = found->attributes.node;
	if (found->attributes.kind == FILESYSTEM_KIND_SYMBOLIC_LINK &&
	    (!is_last || follow || found->wants_directory)) {
		return replace(place, path);
	}
	found->place = mount_cross(place);
	if (found->attributes.kind != FILESYSTEM_KIND_DIRECTORY) {
		return is_last && !found->wants_directory ? FILES_OK : FILES_NOT_A_DIRECTORY;
	}
	if (!place_is(found->place, place)) {
		status = file_systems_read_attributes(found->place.file_system, found->place.node,
						      &found->attributes);
	}
	return status == FILESYSTEM_OK ? push(place) : status_of(status);
}

static enum files_status walk(struct place root, const char *path, bool follow, struct found *found)
{
	enum files_status status = FILES_OK;
	bool is_known = false;

	*found = (struct found){
	    .place.file_system = NOWHERE, .directory.file_system = NOWHERE, .account = NO_ACCOUNT};
	rest = rest_memory[0];
	links = 0;
	depth = 0;
	(void)push(root);
	while (status == FILES_OK && *(path = skip_slashes(path)) != '\0') {
		found->place.file_system = NOWHERE;
		status = take_name(&path, found->name);
		is_known = true;
		if (status != FILES_OK) {
			break;
		}
		if (strcmp(found->name, ".") == 0 || strcmp(found->name, "..") == 0) {
			depth -= found->name[1] == '.' && depth > 1;
			is_known = false;
		} else {
			status = step(&path, follow, found);
		}
	}
	if (status == FILES_OK && !is_known) {
		found->place = stack[depth - 1];
		found->directory.file_system = NOWHERE;
		found->account = account_of_top();
		found->wants_directory = true;
		found->name[0] = '\0';
		status = status_of(file_systems_read_attributes(found->place.file_system, found->place.node,
								&found->attributes));
	}
	return status;
}

enum files_status path_walk_all(const char *path, struct found *found)
{
	const struct mount *first = mount_at(0);

	around = NO_ACCOUNT;
	return first == NULL ? FILES_NOT_FOUND
			     : walk((struct place){first->file_system, system_at(first->file_system)->root},
				    path, true, found);
}

enum files_status path_root(uint32_t client, struct place *root)
{
	const char *path = files_parameters[client].root;
	struct found found;
	enum files_status status;

	if (!roots[client].is_known) {
		status = path_walk_all(path, &found);
		if (status == FILES_OK && found.place.file_system == NOWHERE) {
			status = FILES_NOT_FOUND;
		} else if (status == FILES_OK && found.attributes.kind != FILESYSTEM_KIND_DIRECTORY) {
			status = FILES_NOT_A_DIRECTORY;
		}
		if (status == FILES_OK) {
			status = quota_begin(client, found.place, found.account);
		}
		if (status == FILES_OK) {
			status = status_of(ask_hold(found.place));
		}
		if (status != FILES_OK && !roots[client].is_missed) {
			roots[client].is_missed = true;
			log_error("%s: %s has no files: its root %s: %s", files_client_line(client),
				  files_client_name(client), path, files_status_name(status));
		}
		if (status != FILES_OK) {
			return status;
		}
		roots[client].is_known = true;
		roots[client].place = found.place;
		roots[client].account = found.account;
	}
	*root = roots[client].place;
	return FILES_OK;
}

void roots_count(void)
{
	struct place root;

	for (uint32_t i = 0; i < FILES_CLIENTS; i++) {
		if (files_parameters[i].space > 0) {
			(void)path_root(i, &root);
		}
	}
}

/* A root that is gone is looked for anew, when its client calls. */
enum filesystem_status paths_open_again(uint32_t file_system)
{
	for (uint32_t i = 0; i < FILES_CLIENTS; i++) {
		if (roots[i].is_known && roots[i].place.file_system == file_system) {
			const enum filesystem_status status =
			    file_systems_hold(file_system, roots[i].place.node);

			if (status == FILESYSTEM_RESTARTED) {
				return status;
			}
			roots[i].is_known = status == FILESYSTEM_OK;
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

bool path_join(const char *root, const char *path, char joined[256])
{
	const char *const parts[] = {root, path};
	size_t length = 0;

	for (size_t i = 0; i < 2; i++) {
		char name[256];

		for (const char *at = skip_slashes(parts[i]); *at != '\0'; at = skip_slashes(at)) {
			if (take_name(&at, name) != FILES_OK || strlen(name) + 1 >= 256 - length) {
				return false;
			}
			if (strcmp(name, ".") == 0) {
				continue;
			}
			joined[length++] = '/';
			memcpy(joined + length, name, strlen(name));
			length += strlen(name);
		}
	}
	if (length == 0) {
		joined[length++] = '/';
	}
	joined[length] = '\0';
	return true;
}

enum files_status path_walk(uint32_t client, const char *path, bool follow, struct found *found)
{
	struct place root;
	enum files_status status = path_root(client, &root);

	around = status == FILES_OK ? roots[client].account : NO_ACCOUNT;
	return status == FILES_OK ? walk(root, path, follow, found) : status;
}
