/* SPDX-License-Identifier: MIT
 * From a path to a place. See system.h.
 */
#ifndef VFS_PATH_H
#define VFS_PATH_H

#include "system.h"

struct call;

#define PATH_DEPTH 256u /* directories within each other */

struct found {
	struct place place; /* its file system is NOWHERE where nothing has the last name */
	struct filesystem_attributes attributes;
	struct place
	    directory; /* where the last name stands; NOWHERE: the path ends in no name, as `/` and `a/..` do */
	uint32_t account;     /* to which `directory` belongs; see quota.h */
	bool wants_directory; /* the path ends in a slash */
	char name[256];
};

/*
 * Walks the call's path, or its second one, from its client's root. `follow`: where the last name is a symbolic link, what that leads
 * to. Nothing of the last name is no error: then `place` is nowhere. `found` is the call's and holds while it has the turn.
 * FILES_WOULD_WAIT: the call waits.
 */
enum files_status path_walk(struct call *call, bool follow, struct found **found);
enum files_status path_walk_second(struct call *call, struct found **found);
/* The call's path from the first root. */
enum files_status path_walk_all(struct call *call, struct found **found);
/* May what the first path led to be gone by now? Then both are walked anew. */
bool paths_are_stale(struct call *call);
/* What the call found holds no more. */
void walks_end(struct call *call);
/* Makes what the path leads to, where there is nothing. `target`: of a symbolic link. */
enum files_status name_make(struct call *call, struct found *found, enum filesystem_kind kind, uint32_t mode,
			    const char *target);
/* `path` from the first root, on the way to the call's own. */
enum files_status path_walk_from_first(struct call *call, const char *path, struct found **found);
/* The call's client's root, once it has been found, and the account around it. */
enum files_status path_root(struct call *call, struct place *root, uint32_t *account);
/* Begins the accounts of clients whose space is bounded and whose roots are there; the others' begin with their first call. */
void roots_count(void);
/* The file system died; then roots are held again: FILESYSTEM_LATER: not all are yet. A root that is gone is looked for anew, when its
 * client calls. */
void roots_died(uint32_t file_system);
enum filesystem_status roots_open_again(uint32_t file_system);
/* Is the place in use as a client's root? */
bool path_is_root(struct place place);
/* Is any of the file system? */
bool path_is_used_as_root(uint32_t file_system);
/* `path` as a client with that root says it, from the first root on, without what means nothing. False: it is too long. */
bool path_join(const char *root, const char *path, char joined[256]);

#endif
