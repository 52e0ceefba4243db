/* SPDX-License-Identifier: MIT
 * The files that the description gives an instance (`files:`): a tree that is part of its image, and never changes. The generator
 * writes it; an instance without any has an empty root.
 */
#ifndef TENON_FILES_H
#define TENON_FILES_H

#include <stdbool.h>
#include <stdint.h>

enum tenon_file_kind { TENON_FILE, TENON_FILE_DIRECTORY, TENON_FILE_LINK };

struct tenon_file {
	const char *name; /* "" of the root */
	enum tenon_file_kind kind;
	bool is_executable;
	uint32_t parent; /* index of its directory; the root is its own */
	uint32_t first,
	    count; /* of a directory: its entries stand one behind the other, sorted by the bytes of their names */
	const void *data; /* of a file, and of a symbolic link the target, which is also zero-terminated */
	uint64_t size;    /* bytes of that */
};

struct tenon_files {
	const struct tenon_file *file; /* the root first, and each directory before its entries */
	uint32_t count;
};

extern const struct tenon_files tenon_files;

#endif
