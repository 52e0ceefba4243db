/* SPDX-License-Identifier: MIT
 * From a path to a place. See system.h.
 */
#ifndef VFS_PATH_H
#define VFS_PATH_H

#include "system.h"

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

/* Walks a path from the client's root. `follow`: where the last name is a symbolic link, what that leads to. Nothing of the
 * last name is no error: then `place` is nowhere. */
enum files_status path_walk(uint32_t client, const char *path, bool follow, struct found *found);
/* The same from the first root. */
enum files_status path_walk_all(const char *path, struct found *found);
/* Makes what the path leads to, where there is nothing. `target`: of a symbolic link. */
enum files_status name_make(uint32_t client, struct found *found, enum filesystem_kind kind, uint32_t mode,
			    const char *target);
/* The client's root, once it has been found. */
enum files_status path_root(uint32_t client, struct place *root);
/* Begins the accounts of clients whose space is bounded and whose roots are there; the others' begin with their first call. */
void roots_count(void);
/* The file system has started anew: roots are held again. RESTARTED: it died again. */
enum filesystem_status paths_open_again(uint32_t file_system);
/* Is the place in use as a client's root? */
bool path_is_root(struct place place);
/* Is any of the file system? */
bool path_is_used_as_root(uint32_t file_system);
/* `path` as a client with that root says it, from the first root on, without what means nothing. False: it is too long. */
bool path_join(const char *root, const char *path, char joined[256]);

#endif
