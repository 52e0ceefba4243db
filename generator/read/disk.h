/* SPDX-License-Identifier: MIT
 * The file system, as far as reader and model ask it: all questions to it go
 * through here, so that tests/fuzz can put files in memory in its place.
 * What is answered hangs in the arena.
 */
#ifndef TENON_GENERATOR_DISK_H
#define TENON_GENERATOR_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include "arena.h"

bool path_exists(const char *path);
/* A regular file whole, with a zero behind its *length bytes. NULL when it cannot be read; errno says why. */
char *disk_read(struct arena *arena, const char *path, size_t *length);
/* The same file has one absolute path, however the user or a build named it. `path` itself where it leads nowhere. */
const char *disk_absolute(struct arena *arena, const char *path);
/* Names in a folder but hidden ones, in no order; ends with NULL. None where there is no such folder. */
const char **disk_list(struct arena *arena, const char *path);
/* Paths that fit a pattern of the shell, sorted; ends with NULL. */
const char **disk_match(struct arena *arena, const char *pattern);

#endif
