/* SPDX-License-Identifier: MIT
 * Between the files that answer musl's file calls through the component's port `files`, of the interface `files`. They are
 * compiled with each component that has `libc: musl` and such a port.
 *
 * A descriptor is a small number of the program's, and leads to an open file of the server's; several may lead to the same one,
 * which then have one offset, as POSIX says (2.14, open file descriptions). Everything here is called by one thread. What is
 * larger than a stack likes stands in static memory.
 */
#ifndef RUNTIME_LIBC_FILES_H
#define RUNTIME_LIBC_FILES_H

#include "component.h"

#include <sys/stat.h>
#include <sys/types.h>

#define PATH_ROOM 1024u /* bytes of a path, as the interface has it, with the zero */

/* What descriptors lead to. */
struct description {
	uint32_t references; /* descriptors and mappings; 0: free */
	uint32_t file;       /* the server's number */
	int flags;           /* O_…, as F_GETFL gives them */
	bool appends;        /* the server writes to the end by itself */
	bool is_directory;
	uint64_t offset; /* of a directory: which entry is next, as getdents counts */
	char *path;      /* of a directory, its absolute path: a page; else NULL */
};

/* ---- status.c ---- */

/* The error number of a status, negated; 0 for FILES_OK. */
long status_error(enum files_status status);

/* ---- paths.c ---- */

/*
 * The absolute path of `path`, as a program names it below `directory` (a descriptor, or AT_FDCWD), in `whole`. 0, or an error number,
 * negated.
 */
long path_whole(long directory, const char *path, char whole[PATH_ROOM]);
/* Room for the two paths of a call: valid until the next call. */
extern char path_first[PATH_ROOM], path_second[PATH_ROOM];
bool path_call(long number, const long *a, long *result);

/* ---- descriptors.c ---- */

/* NULL: there is none. */
struct description *description_of(long descriptor);
void description_put(struct description *description);
/* The permission bits of something that a program makes, without those that its umask takes. */
uint32_t mode_masked(long mode);
bool descriptor_call(long number, const long *a, long *result);

/* ---- data.c ---- */

/* As pread() and pwrite(): bytes, or an error number, negated. */
long data_read(const struct description *description, void *data, size_t bytes, uint64_t offset);
long data_write(const struct description *description, const void *data, size_t bytes, uint64_t offset,
		uint64_t *stop);
bool data_call(long number, const long *a, long *result);

/* ---- names.c, attributes.c, directory.c, mappings.c ---- */

bool name_call(long number, const long *a, long *result);
bool attribute_call(long number, const long *a, long *result);
bool directory_call(long number, const long *a, long *result);
bool mapping_call(long number, const long *a, long *result);

/* ---- old_ARCHITECTURE.c ---- */

/*
 * An architecture's older system calls are those of all of them with something left out: puts the others' number and arguments in their
 * place.
 */
void old_call(long *number, long a[6]);

#endif
