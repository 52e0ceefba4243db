/* SPDX-License-Identifier: MIT
 * What is known of files and file systems, and changing it. There are no users: everything belongs to number 0, which is what the
 * program is too.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SECTOR 512 /* in which st_blocks counts */

static struct timespec time_of(struct filesystem_time time)
{
	return (struct timespec){.tv_sec = time.seconds, .tv_nsec = (long)time.nanoseconds};
}

/* musl's structure is the system call's on these architectures. */
static long tell(const struct filesystem_attributes *attributes, struct stat *to)
{
	static const mode_t kinds[] = {[FILESYSTEM_KIND_FILE] = S_IFREG,
				       [FILESYSTEM_KIND_DIRECTORY] = S_IFDIR,
				       [FILESYSTEM_KIND_SYMBOLIC_LINK] = S_IFLNK};

	*to = (struct stat){
	    .st_dev = 1, /* the interface does not tell file systems apart */
	    .st_ino = attributes->node,
	    .st_mode = kinds[attributes->kind] | attributes->mode,
	    .st_nlink = attributes->links,
	    .st_size = (off_t)attributes->size,
	    .st_blksize = TENON_PAGE_SIZE,
	    .st_blocks = (blkcnt_t)((attributes->allocated + SECTOR - 1) / SECTOR),
	    .st_atim = time_of(attributes->accessed),
	    .st_mtim = time_of(attributes->modified),
	    .st_ctim = time_of(attributes->changed),
	};
	return 0;
}

static long stat_open(const struct description *description, struct stat *to)
{
	struct filesystem_attributes attributes;
	const long error = status_error(files_read_attributes(description->file, &attributes));

	return error != 0 ? error : tell(&attributes, to);
}

static long stat_path(const char *path, bool follow, struct stat *to)
{
	struct filesystem_attributes attributes;
	const long error = status_error(files_look_up(path, follow, &attributes));

	return error != 0 ? error : tell(&attributes, to);
}

static long stat_at(long directory, const char *path, struct stat *to, long flags)
{
	const struct description *description = description_of(directory);
	long error;

	if (path[0] == '\0' && (flags & AT_EMPTY_PATH) != 0 && directory != AT_FDCWD) {
		return description == NULL ? -EBADF : stat_open(description, to);
	}
	error = path_whole(directory, path, path_first);
	return error != 0 ? error : stat_path(path_first, (flags & AT_SYMLINK_NOFOLLOW) == 0, to);
}

/* Nobody is refused anything by a mode, as number 0 is not, but to execute what nobody may. */
static long may_access(long directory, const char *path, long mode)
{
	struct stat stat;
	const long error = stat_at(directory, path, &stat, 0);

	if (error != 0) {
		return error;
	}
	return (mode & X_OK) != 0 && (stat.st_mode & 0111) == 0 ? -EACCES : 0;
}

/* ---- changing --------------------------------------------------------------------------------- */

static uint32_t time_change(const struct timespec *time, uint32_t set, uint32_t now,
			    struct filesystem_time *to)
{
	if (time->tv_nsec == UTIME_OMIT) {
		return 0;
	}
	if (time->tv_nsec == UTIME_NOW) {
		return now;
	}
	*to = (struct filesystem_time){.seconds = time->tv_sec, .nanoseconds = (uint32_t)time->tv_nsec};
	return set;
}

struct change {
	uint32_t changes, mode;
	struct filesystem_time accessed, modified;
};

static long change_open(uint32_t file, const struct change *change)
{
	return change->changes == 0
		   ? 0
		   : status_error(files_write_attributes(file, change->changes, change->mode,
							 &change->accessed, &change->modified));
}

static long change_at(long directory, const char *path, long flags, const struct change *change)
{
	const uint32_t access = (flags & AT_SYMLINK_NOFOLLOW) != 0 ? FILES_ACCESS_NO_FOLLOW : 0;
	struct filesystem_attributes attributes;
	uint32_t file;
	long error = path_whole(directory, path, path_first);

	if (error == 0) {
		error = status_error(files_open(path_first, access, 0, &file, &attributes));
	}
	if (error == 0) {
		error = change_open(file, change);
		(void)files_close(file);
	}
	return error;
}

static bool is_good_time(const struct timespec *time)
{
	return time->tv_nsec == UTIME_NOW || time->tv_nsec == UTIME_OMIT ||
	       (time->tv_nsec >= 0 && time->tv_nsec <= 999999999);
}

static long change_times(long directory, const char *path, const struct timespec *times, long flags)
{
	static const struct timespec now[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};
	const struct description *description = description_of(directory);
	struct change change = {0};

	times = times == NULL ? now : times;
	if (!is_good_time(&times[0]) || !is_good_time(&times[1])) {
		return -EINVAL;
	}
	change.changes =
	    time_change(&times[0], FILES_CHANGES_ACCESSED, FILES_CHANGES_ACCESSED_NOW, &change.accessed) |
	    time_change(&times[1], FILES_CHANGES_MODIFIED, FILES_CHANGES_MODIFIED_NOW, &change.modified);
	if (path != NULL) {
		return change_at(directory, path, flags, &change);
	}
	return description == NULL ? -EBADF : change_open(description->file, &change);
}

/* To its owner, or as it is. */
static long change_owner(long directory, const char *path, uid_t user, gid_t group, long flags)
{
	struct stat stat;
	const long error = stat_at(directory, path, &stat, flags);

	if (error != 0) {
		return error;
	}
	return (user == 0 || user == (uid_t)-1) && (group == 0 || group == (gid_t)-1) ? 0 : -EPERM;
}

static long truncate_path(const char *path, long size)
{
	struct filesystem_attributes attributes;
	uint32_t file;
	long error = path_whole(AT_FDCWD, path, path_first);

	if (error == 0 && size < 0) {
		error = -EINVAL;
	}
	if (error == 0) {
		error = status_error(files_open(path_first, FILES_ACCESS_WRITE, 0, &file, &attributes));
	}
	if (error == 0) {
		error = status_error(files_resize(file, (uint64_t)size));
		(void)files_close(file);
	}
	return error;
}

/* ---- file systems ----------------------------------------------------------------------------- */

static long stat_space(const char *path, struct statfs *to)
{
	uint64_t blocks, free_blocks, nodes, free_nodes;
	uint32_t block;
	bool read_only;
	const long error =
	    status_error(files_space(path, &block, &blocks, &free_blocks, &nodes, &free_nodes, &read_only));

	if (error == 0) {
		*to = (struct statfs){.f_bsize = block,
				      .f_frsize = block,
				      .f_blocks = blocks,
				      .f_bfree = free_blocks,
				      .f_bavail = free_blocks,
				      .f_files = nodes,
				      .f_ffree = free_nodes,
				      .f_namelen = 255,
				      .f_flags = read_only ? 1 : 0 /* ST_RDONLY */};
	}
	return error;
}

static long space_call(long number, const long *a)
{
	const struct description *description = description_of(a[0]);
	long error;

	if (number == SYS_fstatfs) {
		return description == NULL         ? -EBADF
		       : description->path == NULL ? -ENOSYS /* only a directory's path is known */
						   : stat_space(description->path, (struct statfs *)a[1]);
	}
	error = path_whole(AT_FDCWD, (const char *)a[0], path_first);
	return error != 0 ? error : stat_space(path_first, (struct statfs *)a[1]);
}

static bool change_call(long number, const long *a, long *result)
{
	const struct description *description = description_of(a[0]);
	struct change change = {.changes = FILES_CHANGES_MODE};

	switch (number) {
	case SYS_fchmod:
		change.mode = (uint32_t)a[1] & 07777;
		*result = description == NULL ? -EBADF : change_open(description->file, &change);
		return true;
	case SYS_fchmodat:
		change.mode = (uint32_t)a[2] & 07777;
		*result = change_at(a[0], (const char *)a[1], 0, &change);
		return true;
	case SYS_utimensat:
		*result = change_times(a[0], (const char *)a[1], (const struct timespec *)a[2], a[3]);
		return true;
	case SYS_fchown:
		*result = change_owner(a[0], "", (uid_t)a[1], (gid_t)a[2], AT_EMPTY_PATH);
		return true;
	case SYS_fchownat:
		*result = change_owner(a[0], (const char *)a[1], (uid_t)a[2], (gid_t)a[3], a[4]);
		return true;
	case SYS_truncate:
		*result = truncate_path((const char *)a[0], a[1]);
		return true;
	default:
		return false;
	}
}

bool attribute_call(long number, const long *a, long *result)
{
	const struct description *description = description_of(a[0]);

	switch (number) {
	case SYS_fstat:
		*result = description == NULL ? -EBADF : stat_open(description, (struct stat *)a[1]);
		return a[0] < 0 || a[0] > STDERR_FILENO;
	case SYS_newfstatat:
		*result = stat_at(a[0], (const char *)a[1], (struct stat *)a[2], a[3]);
		return true;
	case SYS_faccessat:
		*result = may_access(a[0], (const char *)a[1], a[2]);
		return true;
	case SYS_statfs:
	case SYS_fstatfs:
		*result = space_call(number, a);
		return true;
	case SYS_sync:
		(void)files_sync_all(false); /* sync() tells of no error */
		*result = 0;
		return true;
	case SYS_syncfs:
		*result = description == NULL ? -EBADF : status_error(files_sync_all(false));
		return true;
	default:
		return change_call(number, a, result);
	}
}
