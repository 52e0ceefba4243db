/* SPDX-License-Identifier: MIT
 * What the files that compare two versions of an interface share.
 */
#ifndef TENON_GENERATOR_VIEW_H
#define TENON_GENERATOR_VIEW_H

#include "difference.h"

/* A place in both versions, while it is looked at. */
struct view {
	struct arena *arena;
	struct difference *difference;
	const char *path; /* "operation "read": argument "count"" */
	struct place before, after;
	bool to_server;
};

/* Notes a change. */
void difference_add(const struct view *view, bool breaking, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The view of a part; one of the names is NULL where only one version has it. */
struct view difference_inside(const struct view *view, const char *noun, const struct name *before,
			      const struct name *after);
/* `variable`: it stands in the tail of a message, where its room moves nothing else. */
void difference_type(const struct view *view, const struct type *before, const struct type *after,
		     bool variable);
void difference_operations(const struct view *view, const struct interface *before,
			   const struct interface *after);
/* Shared regions, channels, pools and limits. */
void difference_memory(const struct view *view, const struct interface *before,
		       const struct interface *after);

#endif
