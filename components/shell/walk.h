/* SPDX-License-Identifier: MIT
 * A walk through a directory and all below it, without recursion. Symbolic links are not followed. What the walk has been given may
 * be removed. There is one walk at a time.
 */
#ifndef WALK_H
#define WALK_H

#include "files.h"

enum walk_event {
	WALK_OVER,
	WALK_ENTRY, /* a file or a symbolic link */
	WALK_ENTER, /* a directory, before what is in it */
	WALK_LEAVE, /* the same, behind it; it is closed */
	WALK_FAILED /* something could not be read, which was said; the walk goes on behind it */
};

/* Begins with a directory. */
void walk_begin(const char *directory);
/* The next step, with the path of what it is about, which holds until the next one, and the kind of an entry. */
enum walk_event walk_next(const char **found, enum filesystem_kind *kind);
/* Ends a walk that is not over. */
void walk_end(void);

#endif
