/* SPDX-License-Identifier: MIT
 * Descriptors: opening, closing, copies of them, and locks. 0, 1 and 2 are the component's log (syscall.c) and none of these.
 *
 * State: which descriptor leads to which open file. An open file is closed with the last descriptor or mapping that leads to it.
 */
#include "files.h"

#include "../libc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <tenon/string.h>

#define FIRST        3 /* of the descriptors that lead to files */
#define DESCRIPTORS  256
#define DESCRIPTIONS 64u /* as many as a connection may open */

/* Flags that F_SETFL may change, and which mean nothing here. */
#define IDLE_FLAGS ((long)(O_NONBLOCK | O_DIRECT | O_NOATIME | O_ASYNC))

static struct description descriptions[DESCRIPTIONS];
static struct description *descriptors[DESCRIPTORS]; /* NULL: free */
static mode_t mask = 022;

struct description *description_of(long descriptor)
{
	return descriptor >= FIRST && descriptor < DESCRIPTORS ? descriptors[descriptor] : NULL;
}

uint32_t mode_masked(long mode)
{
	return (uint32_t)mode & 07777 & ~mask;
}

void description_put(struct description *description)
{
	if (--description->references > 0) {
		return;
	}
	(void)files_close(description->file); /* BAD_FILE: the server has lost it */
	if (description->path != NULL) {
		(void)libc_pages_give(description->path, TENON_PAGE_SIZE);
	}
}

/* The lowest free descriptor from `least` on; -EMFILE. */
static long free_descriptor(long least)
{
	for (long i = least < FIRST ? FIRST : least; i < DESCRIPTORS; i++) {
		if (descriptors[i] == NULL) {
			return i;
		}
	}
	return -EMFILE;
}

static struct description *free_description(void)
{
	for (uint32_t i = 0; i < DESCRIPTIONS; i++) {
		if (descriptions[i].references == 0) {
			return &descriptions[i];
		}
	}
	return NULL;
}

/* ---- opening ---------------------------------------------------------------------------------- */

static uint32_t access_of(int flags)
{
	const int mode = flags & O_ACCMODE;
	uint32_t access = 0;

	if ((flags & O_PATH) == O_PATH) {
		return ((flags & O_DIRECTORY) != 0 ? FILES_ACCESS_DIRECTORY : 0) |
		       ((flags & O_NOFOLLOW) != 0 ? FILES_ACCESS_NO_FOLLOW : 0);
	}
	access |= mode == O_RDONLY || mode == O_RDWR ? FILES_ACCESS_READ : 0;
	access |= mode == O_WRONLY || mode == O_RDWR ? FILES_ACCESS_WRITE : 0;
	access |= (flags & O_CREAT) != 0 ? FILES_ACCESS_CREATE : 0;
	access |= (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0 ? FILES_ACCESS_EXCLUSIVE : 0;
	access |= (flags & O_TRUNC) != 0 && mode != O_RDONLY ? FILES_ACCESS_TRUNCATE : 0;
	access |= (flags & O_APPEND) != 0 && mode != O_RDONLY ? FILES_ACCESS_APPEND : 0;
	access |= (flags & O_DIRECTORY) != 0 ? FILES_ACCESS_DIRECTORY : 0;
	access |= (flags & O_NOFOLLOW) != 0 ? FILES_ACCESS_NO_FOLLOW : 0;
	return access;
}

/* A directory keeps its path, for what is named from there. */
static long keep_path(struct description *description, const char *path)
{
	description->path = libc_pages_take(TENON_PAGE_SIZE);
	if (description->path == NULL) {
		return -ENOMEM;
	}
	(void)tenon_copy_text(description->path, PATH_ROOM, path);
	return 0;
}

static long open_path(struct description *description, const char *path, int flags, uint32_t mode)
{
	const uint32_t access = access_of(flags);
	struct filesystem_attributes attributes;
	long error = status_error(files_open(path, access, mode, &description->file, &attributes));

	if (error != 0) {
		return error;
	}
	description->flags = flags & ~(O_CREAT | O_EXCL | O_TRUNC | O_NOCTTY | O_CLOEXEC);
	description->appends = (access & FILES_ACCESS_APPEND) != 0;
	description->is_directory = attributes.kind == FILESYSTEM_KIND_DIRECTORY;
	description->offset = 0;
	description->path = NULL;
	if (attributes.kind == FILESYSTEM_KIND_SYMBOLIC_LINK && (flags & O_PATH) != O_PATH) {
		error = -ELOOP;
	} else if (description->is_directory) {
		error = keep_path(description, path);
	}
	if (error != 0) {
		(void)files_close(description->file);
	}
	return error;
}

static long open_at(long directory, const char *name, int flags, long mode)
{
	const long descriptor = free_descriptor(0);
	struct description *description = free_description();
	long error = path_whole(directory, name, path_first);

	if ((flags & O_ACCMODE) == O_ACCMODE && (flags & O_PATH) != O_PATH) {
		return -EINVAL;
	}
	if ((flags & O_TMPFILE) == O_TMPFILE) {
		return -EOPNOTSUPP;
	}
	if (descriptor < 0 || description == NULL) {
		return -EMFILE;
	}
	if (error == 0) {
		error = open_path(description, path_first, flags, mode_masked(mode));
	}
	if (error != 0) {
		return error;
	}
	description->references = 1;
	descriptors[descriptor] = description;
	return descriptor;
}

/* ---- copies and flags ------------------------------------------------------------------------- */

static long close_descriptor(long descriptor)
{
	struct description *description = description_of(descriptor);

	if (description == NULL) {
		return -EBADF;
	}
	descriptors[descriptor] = NULL;
	description_put(description);
	return 0;
}

static long copy_from(struct description *description, long least)
{
	const long descriptor = least >= DESCRIPTORS || least < 0 ? -EINVAL : free_descriptor(least);

	if (descriptor >= 0) {
		descriptors[descriptor] = description;
		description->references++;
	}
	return descriptor;
}

/* As dup2(): `to` leads there afterwards. */
static long copy_to(struct description *description, long from, long to)
{
	if (from == to) {
		return to;
	}
	if (to < FIRST || to >= DESCRIPTORS) {
		return -EBADF;
	}
	(void)close_descriptor(to);
	descriptors[to] = description;
	description->references++;
	return to;
}

static long lock(const struct description *description, const struct flock *range, bool wait)
{
	const bool is_write = range->l_type == F_WRLCK;
	int64_t start = range->l_start, length = range->l_len;
	struct filesystem_attributes attributes;
	long error = 0;

	if (range->l_type != F_RDLCK && range->l_type != F_WRLCK && range->l_type != F_UNLCK) {
		return -EINVAL;
	}
	if (range->l_whence == SEEK_END) {
		error = status_error(files_read_attributes(description->file, &attributes));
	}
	if (error != 0) {
		return error;
	}
	if (__builtin_add_overflow(start,
				   range->l_whence == SEEK_CUR   ? (int64_t)description->offset
				   : range->l_whence == SEEK_END ? (int64_t)attributes.size
								 : 0,
				   &start) ||
	    (length < 0 && __builtin_add_overflow(start, length, &start)) || start < 0 ||
	    length == INT64_MIN) {
		return -EINVAL;
	}
	return status_error(files_lock(description->file,
				       range->l_type == F_UNLCK ? FILES_LOCK_NONE
				       : is_write               ? FILES_LOCK_EXCLUSIVE
								: FILES_LOCK_SHARED,
				       (uint64_t)start, (uint64_t)(length < 0 ? -length : length), wait));
}

static long lock_all(const struct description *description, long operation)
{
	const long kind = operation & ~(long)LOCK_NB;

	if (kind != LOCK_SH && kind != LOCK_EX && kind != LOCK_UN) {
		return -EINVAL;
	}
	return status_error(files_lock(description->file,
				       kind == LOCK_UN   ? FILES_LOCK_NONE
				       : kind == LOCK_EX ? FILES_LOCK_EXCLUSIVE
							 : FILES_LOCK_SHARED,
				       0, 0, (operation & LOCK_NB) == 0));
}

static long control(struct description *description, long command, long argument)
{
	switch (command) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		return copy_from(description, argument);
	case F_GETFD:
	case F_SETFD:
		return 0; /* nothing is ever executed in the program's place */
	case F_GETFL:
		return description->flags;
	case F_SETFL:
		description->flags = (int)((description->flags & ~(IDLE_FLAGS | O_APPEND)) |
					   (argument & (IDLE_FLAGS | O_APPEND)));
		return 0;
	case F_SETLK:
	case F_SETLKW:
		return lock(description, (const struct flock *)argument, command == F_SETLKW);
	default:
		return -EINVAL; /* F_GETLK too: nobody says who has a lock */
	}
}

bool descriptor_call(long number, const long *a, long *result)
{
	struct description *description = description_of(a[0]);
	mode_t before = mask;

	switch (number) {
	case SYS_openat:
		*result = open_at(a[0], (const char *)a[1], (int)a[2], a[3]);
		return true;
	case SYS_umask:
		mask = (mode_t)a[0] & 0777;
		*result = before;
		return true;
	case SYS_close:
		*result = close_descriptor(a[0]);
		return a[0] >= FIRST;
	case SYS_dup:
		*result = description == NULL ? -EBADF : copy_from(description, 0);
		return true;
	case SYS_dup3:
		*result = description == NULL ? -EBADF : copy_to(description, a[0], a[1]);
		return true;
	case SYS_fcntl:
		*result = description == NULL ? -EBADF : control(description, a[1], a[2]);
		return a[0] >= FIRST;
	case SYS_flock:
		*result = description == NULL ? -EBADF : lock_all(description, a[1]);
		return true;
	default:
		return false;
	}
}
