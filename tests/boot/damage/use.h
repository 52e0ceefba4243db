/* SPDX-License-Identifier: MIT
 * Uses a file system of which nothing can be believed, and counts what its client is told.
 */
#ifndef DAMAGE_USE_H
#define DAMAGE_USE_H

#include "component.h"

/* How often something was asked, how often that failed, and how at first. */
struct use {
	uint32_t asked, failed;
	enum files_status first;
};

/* All names below a directory and the beginning of each file, to a bound. */
struct use use_read(const char *path);
/* Some changes in a directory. */
struct use use_change(const char *path);

#endif
