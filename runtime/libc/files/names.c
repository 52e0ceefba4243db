/* SPDX-License-Identifier: MIT
 * What programs do to names.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>

static long make_directory(long directory, const char *path, long mode)
{
	const long error = path_whole(directory, path, path_first);

	return error != 0 ? error : status_error(files_make_directory(path_first, mode_masked(mode)));
}

/* A file only: there are no devices, pipes and sockets that have names. */
static long make_node(long directory, const char *path, long mode)
{
	const uint32_t access = FILES_ACCESS_WRITE | FILES_ACCESS_CREATE | FILES_ACCESS_EXCLUSIVE;
	struct filesystem_attributes attributes;
	uint32_t file;
	long error = path_whole(directory, path, path_first);

	if (error == 0 && (mode & S_IFMT) != 0 && !S_ISREG(mode)) {
		error = -EPERM;
	}
	if (error == 0) {
		error = status_error(files_open(path_first, access, mode_masked(mode), &file, &attributes));
	}
	return error != 0 ? error : status_error(files_close(file));
}

static long remove_name(long directory, const char *path, long flags)
{
	const long error = path_whole(directory, path, path_first);

	if (error != 0 || (flags & ~(long)AT_REMOVEDIR) != 0) {
		return error != 0 ? error : -EINVAL;
	}
	return status_error(files_remove(path_first, (flags & AT_REMOVEDIR) != 0));
}

static long rename_name(const long *a)
{
	long error = path_whole(a[0], (const char *)a[1], path_first);

	if (error == 0) {
		error = path_whole(a[2], (const char *)a[3], path_second);
	}
	if (error != 0 || a[4] != 0) {
		return error != 0 ? error : -EINVAL;
	}
	return status_error(files_rename(path_first, path_second));
}

/* What a file system without links answers is EPERM, in POSIX. */
static long link_error(enum files_status status)
{
	return status == FILES_UNSUPPORTED || status == FILES_IS_A_DIRECTORY ? -EPERM : status_error(status);
}

static long link_name(const long *a)
{
	long error = path_whole(a[0], (const char *)a[1], path_first);

	if (error == 0) {
		error = path_whole(a[2], (const char *)a[3], path_second);
	}
	if (error != 0 || a[4] != 0) {
		return error != 0 ? error : -EINVAL;
	}
	return link_error(files_link(path_first, path_second));
}

static long make_link(const char *target, long directory, const char *path)
{
	const long error = path_whole(directory, path, path_first);

	if (error != 0) {
		return error;
	}
	if (target[0] == '\0') {
		return -ENOENT;
	}
	return strlen(target) >= PATH_ROOM ? -ENAMETOOLONG : link_error(files_make_link(path_first, target));
}

static long read_link(long directory, const char *path, char *to, size_t size)
{
	enum files_status status;
	size_t length;
	const long error = path_whole(directory, path, path_first);

	if (error != 0 || size == 0) {
		return error != 0 ? error : -EINVAL;
	}
	status = files_read_link(path_first, path_second);
	if (status != FILES_OK) {
		return status == FILES_UNSUPPORTED ? -EINVAL : status_error(status); /* it is no link */
	}
	length = strlen(path_second);
	length = length < size ? length : size;
	memcpy(to, path_second, length); /* without an end */
	return (long)length;
}

bool name_call(long number, const long *a, long *result)
{
	const char *path = (const char *)a[1];

	switch (number) {
	case SYS_mkdirat:
		*result = make_directory(a[0], path, a[2]);
		return true;
	case SYS_mknodat:
		*result = make_node(a[0], path, a[2]);
		return true;
	case SYS_unlinkat:
		*result = remove_name(a[0], path, a[2]);
		return true;
	case SYS_renameat2:
		*result = rename_name(a);
		return true;
	case SYS_linkat:
		*result = link_name(a);
		return true;
	case SYS_symlinkat:
		*result = make_link((const char *)a[0], a[1], (const char *)a[2]);
		return true;
	case SYS_readlinkat:
		*result = read_link(a[0], path, (char *)a[2], (size_t)a[3]);
		return true;
	default:
		return false;
	}
}
