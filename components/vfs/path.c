/* SPDX-License-Identifier: MIT
 * See path.h. What was walked is a stack of directories, so `..` takes one off; what is left of the path is a text in which
 * a symbolic link's target takes the place of its name.
 */
#include "path.h"
#include "ask.h"
#include "call.h"
#include "known.h"
#include "quota.h"

#include <tenon/string.h>

#define LINKS_MAX 16u
#define REST_MAX  2560u
#define ANEW_MAX  16u /* so often a walk begins anew because names moved meanwhile */
#define WALKS     (FILE_SYSTEMS_COUNT + 1u)

struct walk {
	enum { WALK_NEW, WALK_GOING, WALK_DONE } state;
	struct place stack[PATH_DEPTH];
	uint32_t depth;
	char rest_memory[2][REST_MAX];
	char *rest;
	const char *at; /* what is left of the path */
	uint32_t links;
	uint32_t around;   /* the account in which the root of the walk stands */
	bool is_known;     /* a name led to what was found */
	bool has_looked;   /* the next name was looked up, and something else of it is asked */
	uint32_t asked_at; /* the file system where it is */
	bool has_moved;    /* it was in another before */
	uint32_t version;  /* of names, when it left that */
	uint32_t anew;
	struct found found;
};

/*
 * Whoever has walks holds a turn, has asked something, or runs; so there are as many as that can be. A call that waits without a turn
 * walks from the beginning when it goes on.
 */
static struct walks {
	bool is_used;
	bool has_root; /* of the call's client; before, the first is on its way to it */
	struct place root;
	uint32_t account; /* around the root */
	bool is_first_done;
	uint32_t version, turns; /* when the first was done */
	struct walk first, second;
} all[WALKS + FILE_SYSTEMS_COUNT];

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

/* ---- walking ---------------------------------------------------------------------------------- */

static struct walks *walks_of(struct call *call)
{
	for (uint32_t i = 0; call->walks == NULL; i++) {
		CHECK(i < sizeof all / sizeof *all);
		if (!all[i].is_used) {
			all[i].is_used = true;
			all[i].has_root = false;
			all[i].is_first_done = false;
			all[i].first.state = WALK_NEW;
			all[i].first.anew = 0;
			all[i].second.state = WALK_NEW;
			all[i].second.anew = 0;
			call->walks = &all[i];
		}
	}
	return call->walks;
}

void walks_end(struct call *call)
{
	if (call->walks != NULL) {
		call->walks->is_used = false;
		call->walks = NULL;
	}
}

/* Asks at that file system next. False: names moved since the walk was in another one, where it may come back to. */
static bool move_to(struct walk *walk, uint32_t file_system)
{
	if (walk->asked_at == file_system) {
		return true;
	}
	if (walk->asked_at != NOWHERE) {
		if (walk->has_moved && walk->version != names_version()) {
			walk->state = WALK_NEW;
			return false;
		}
		walk->has_moved = true;
		walk->version = names_version();
	}
	walk->asked_at = file_system;
	return true;
}

/* A symbolic link's target, and after it what was left of the path, from `left` on. */
static enum files_status replace(struct walk *walk, struct place link, const char *left)
{
	char *to = walk->rest == walk->rest_memory[0] ? walk->rest_memory[1] : walk->rest_memory[0];
	const size_t bytes = strlen(left);
	enum files_status status = status_of(ask_read_link(link, to));
	size_t length;

	if (status != FILES_OK) {
		return status;
	}
	if (++walk->links > LINKS_MAX) {
		return FILES_LOOP;
	}
	length = strlen(to);
	if (length == 0) {
		return FILES_NOT_FOUND;
	}
	if (length + 1 + bytes >= REST_MAX) {
		return FILES_BAD_NAME;
	}
	to[length] = '/';
	memcpy(to + length + (bytes > 0), left, bytes + 1);
	if (to[0] == '/') {
		walk->depth = 1;
	}
	walk->rest = to;
	walk->at = to;
	return FILES_OK;
}

/* What is mounted on a place. Something that is being mounted there is waited for. */
static enum files_status cross(struct call *call, struct place *place)
{
	struct mount *mount = mount_cross(place);

	if (mount == NULL) {
		return FILES_OK;
	}
	call_wait(call, &mount->waiting);
	return FILES_WOULD_WAIT;
}

static enum files_status push(struct walk *walk, struct place place)
{
	if (walk->depth == PATH_DEPTH) {
		return FILES_BAD_NAME;
	}
	walk->stack[walk->depth++] = place;
	return FILES_OK;
}

/* The account of the directory on top of the stack. */
static uint32_t account_of_top(const struct walk *walk)
{
	const uint32_t account = quota_of(walk->stack, walk->depth);

	return account == NO_ACCOUNT && walk->stack[0].file_system == walk->stack[walk->depth - 1].file_system
		   ? walk->around
		   : account;
}

/* One name below the directory on top of the stack; behind it `left` is left. */
static enum files_status step(struct call *call, struct walk *walk, const char *left, bool follow)
{
	struct found *found = &walk->found;
	const struct place top = walk->stack[walk->depth - 1];
	const bool is_last = *skip_slashes(left) == '\0';
	struct place place = {.file_system = top.file_system};
	enum files_status status;

	if (!walk->has_looked) {
		const enum filesystem_status said = known_look_up(top, found->name, &found->attributes);

		found->directory = top;
		found->account = is_last ? account_of_top(walk) : NO_ACCOUNT;
		found->wants_directory = is_last && *left == '/';
		walk->at = said == FILESYSTEM_NOT_FOUND && is_last ? left : walk->at;
		if (said != FILESYSTEM_OK) {
			return said == FILESYSTEM_NOT_FOUND && is_last ? FILES_OK : status_of(said);
		}
		walk->has_looked = true;
	}
	place.node = found->attributes.node;
	if (found->attributes.kind == FILESYSTEM_KIND_SYMBOLIC_LINK &&
	    (!is_last || follow || found->wants_directory)) {
		return replace(walk, place, left);
	}
	found->place = place;
	status = cross(call, &found->place);
	if (status == FILES_OK && is_last && !place_is(found->place, place)) { /* a root is a directory */
		struct filesystem_attributes attributes;

		status = !move_to(walk, found->place.file_system)
			     ? FILES_WOULD_WAIT
			     : status_of(ask_read_attributes(found->place, &attributes));
		if (status == FILES_OK) {
			found->attributes = attributes;
		}
	}
	if (status == FILES_OK && found->attributes.kind != FILESYSTEM_KIND_DIRECTORY) {
		status = is_last && !found->wants_directory ? FILES_OK : FILES_NOT_A_DIRECTORY;
	} else if (status == FILES_OK) {
		status = push(walk, found->place);
	}
	walk->at = status == FILES_OK ? left : walk->at;
	return status;
}

static enum files_status begin(struct call *call, struct walk *walk, struct place root, const char *path)
{
	enum files_status status = cross(call, &root);

	if (status != FILES_OK) {
		return status;
	}
	walk->found = (struct found){
	    .place.file_system = NOWHERE, .directory.file_system = NOWHERE, .account = NO_ACCOUNT};
	walk->rest = walk->rest_memory[0];
	walk->links = 0;
	walk->depth = 0;
	walk->at = path;
	walk->is_known = false;
	walk->has_looked = false;
	walk->asked_at = NOWHERE;
	walk->has_moved = false;
	walk->state = WALK_GOING;
	return push(walk, root);
}

/* The next name of the path. */
static enum files_status go(struct call *call, struct walk *walk, bool follow)
{
	const char *left = walk->at;
	enum files_status status;

	if (!walk->has_looked) {
		walk->found.place.file_system = NOWHERE;
	}
	status = take_name(&left, walk->found.name);
	walk->is_known = true;
	if (status != FILES_OK) {
		return status;
	}
	if (strcmp(walk->found.name, ".") == 0 || strcmp(walk->found.name, "..") == 0) {
		walk->depth -= walk->found.name[1] == '.' && walk->depth > 1;
		walk->is_known = false;
		walk->at = left;
		return FILES_OK;
	}
	if (!walk->has_looked && !move_to(walk, walk->stack[walk->depth - 1].file_system)) {
		return FILES_WOULD_WAIT;
	}
	status = step(call, walk, left, follow);
	walk->has_looked = walk->has_looked && status == FILES_WOULD_WAIT;
	return status;
}

/* The path led to a directory without naming it. */
static enum files_status end_without_name(struct walk *walk)
{
	struct found *found = &walk->found;

	found->place = walk->stack[walk->depth - 1];
	found->directory.file_system = NOWHERE;
	found->account = account_of_top(walk);
	found->wants_directory = true;
	found->name[0] = '\0';
	return move_to(walk, found->place.file_system)
		   ? status_of(ask_read_attributes(found->place, &found->attributes))
		   : FILES_WOULD_WAIT;
}

static enum files_status walk_once(struct call *call, struct walk *walk, struct place root, const char *path,
				   bool follow)
{
	enum files_status status = FILES_OK;

	if (walk->state == WALK_DONE) {
		return FILES_OK;
	}
	if (walk->state == WALK_NEW) {
		status = begin(call, walk, root, path);
	}
	while (status == FILES_OK && *(walk->at = skip_slashes(walk->at)) != '\0') {
		status = go(call, walk, follow);
	}
	if (status == FILES_OK && !walk->is_known) {
		status = end_without_name(walk);
	}
	walk->state = status == FILES_OK ? WALK_DONE : walk->state;
	return status;
}

static enum files_status walk_to(struct call *call, struct walk *walk, struct place root, const char *path,
				 bool follow, struct found **found)
{
	enum files_status status;

	do {
		status = walk_once(call, walk, root, path, follow);
	} while (status == FILES_WOULD_WAIT && walk->state == WALK_NEW && call->list == NULL &&
		 ++walk->anew < ANEW_MAX);
	if (status == FILES_WOULD_WAIT && walk->state == WALK_NEW && call->list == NULL) {
		status = FILES_IN_USE;
	}
	*found = &walk->found;
	return status;
}

enum files_status path_walk_from_first(struct call *call, const char *path, struct found **found)
{
	struct mount *first = mount_at(0);
	struct walk *walk = &walks_of(call)->first;

	if (first == NULL) {
		return FILES_NOT_FOUND;
	}
	if (first->is_pending) {
		call_wait(call, &first->waiting);
		return FILES_WOULD_WAIT;
	}
	walk->around = NO_ACCOUNT;
	return walk_to(call, walk, (struct place){first->file_system, system_at(first->file_system)->root},
		       path, true, found);
}

enum files_status path_walk_all(struct call *call, struct found **found)
{
	return path_walk_from_first(call, call->path, found);
}

/* ---- a client's paths --------------------------------------------------------------------------- */

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

static enum files_status walk_from_root(struct call *call, bool is_second, const char *path, bool follow,
					struct found **found)
{
	struct walks *walks = walks_of(call);
	struct walk *walk;

	if (!walks->has_root) {
		const enum files_status status = path_root(call, &walks->root, &walks->account);

		if (status != FILES_OK) {
			return status;
		}
		walks->has_root = true;
		walks->first.state = WALK_NEW; /* it may have been on its way to the root */
	}
	walk = is_second ? &walks->second : &walks->first;
	walk->around = walks->account;
	return walk_to(call, walk, walks->root, path, follow, found);
}

enum files_status path_walk(struct call *call, bool follow, struct found **found)
{
	const enum files_status status = walk_from_root(call, false, call->path, follow, found);

	if (status == FILES_OK && !call->walks->is_first_done) {
		call->walks->is_first_done = true;
		call->walks->version = names_version();
		call->walks->turns = call->turns;
	}
	return status;
}

enum files_status path_walk_second(struct call *call, struct found **found)
{
	return walk_from_root(call, true, call->second, false, found);
}

bool paths_are_stale(struct call *call)
{
	struct walks *walks = call->walks;

	if (walks->turns == call->turns || walks->version == names_version() ||
	    ++walks->second.anew >= ANEW_MAX) {
		return false;
	}
	walks->is_first_done = false;
	walks->first.state = WALK_NEW;
	walks->second.state = WALK_NEW;
	return true;
}
