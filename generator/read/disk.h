/* SPDX-License-Identifier: MIT
 * The file system, as far as reader and model ask it: all questions to it go
 * through here, so that tests/fuzz can put files in memory in its place.
 * What is answered hangs in the arena.
 */
#ifndef TENON_GENERATOR_DISK_H
#define TENON_GENERATOR_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"

enum disk_kind { DISK_FILE, DISK_FOLDER, DISK_LINK, DISK_OTHER };

/* What a path leads to; a symbolic link is not followed. */
struct disk_look {
	enum disk_kind kind;
	bool is_executable;
	uint64_t size;      /* bytes of a file, and of a link's target */
	uint64_t hash;      /* 64-bit FNV-1a of a file's content */
	const char *target; /* of a link */
};

bool path_exists(const char *path);
/* False: there is nothing, or it cannot be read. */
bool disk_look(struct arena *arena, const char *path, struct disk_look *look);
/* A regular file whole, with a zero behind its *length bytes. NULL when it cannot be read; errno says why. */
char *disk_read(struct arena *arena, const char *path, size_t *length);
/* The same file has one absolute path, however the user or a build named it. `path` itself where it leads nowhere. */
const char *disk_absolute(struct arena *arena, const char *path);
/* Names in a folder but hidden ones, in no order; ends with NULL. None where there is no such folder. */
const char **disk_list(struct arena *arena, const char *path);
/* Paths that fit a pattern of the shell, sorted; ends with NULL. */
const char **disk_match(struct arena *arena, const char *pattern);

#endif
