/* SPDX-License-Identifier: MIT
 * What descriptors read and write, and where: a call of the server's for each MiB.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define PIECE     (UINT32_C(1) << 20) /* what a call moves at most */
#define PARTS_MAX 1024                /* IOV_MAX of Linux */

static bool is_open_to(const struct description *description, int way)
{
	const int mode = description->flags & O_ACCMODE;

	return (description->flags & O_PATH) != O_PATH && (mode == way || mode == O_RDWR);
}

long data_read(const struct description *description, void *data, size_t bytes, uint64_t offset)
{
	size_t done = 0;
	uint32_t count = PIECE;

	if (description->is_directory) {
		return -EISDIR;
	}
	if (!is_open_to(description, O_RDONLY)) {
		return -EBADF;
	}
	while (done < bytes && count == PIECE) {
		const uint32_t wanted = (uint32_t)(bytes - done < PIECE ? bytes - done : PIECE);
		const long error = status_error(
		    files_read(description->file, offset + done, (uint8_t *)data + done, wanted, &count));

		if (error != 0) {
			return done > 0 ? (long)done : error;
		}
		done += count;
	}
	return (long)done;
}

static uint64_t size_of(const struct description *description, long *error)
{
	struct filesystem_attributes attributes = {.size = 0};

	*error = status_error(files_read_attributes(description->file, &attributes));
	return attributes.size;
}

long data_write(const struct description *description, const void *data, size_t bytes, uint64_t offset,
		uint64_t *stop)
{
	size_t done = 0;
	long error = 0;

	*stop = offset;
	if (!is_open_to(description, O_WRONLY)) {
		return -EBADF;
	}
	if ((description->flags & O_APPEND) != 0 && !description->appends) { /* F_SETFL said so */
		*stop = size_of(description, &error);
	}
	while (done < bytes && error == 0) {
		const uint32_t count = (uint32_t)(bytes - done < PIECE ? bytes - done : PIECE);

		error = status_error(
		    files_write(description->file, *stop, (const uint8_t *)data + done, count, stop));
		done += error == 0 ? count : 0;
	}
	if (error == 0 && (description->flags & (O_SYNC | O_DSYNC)) != 0) {
		error = status_error(files_sync(description->file));
		done = 0;
	}
	return error != 0 && done == 0 ? error : (long)(error == 0 ? bytes : done);
}

/* At the descriptor's own offset (`at` is NULL), which moves on, or at `*at`. */
static long move(struct description *description, const struct iovec *part, long parts, const long *at,
		 bool writes)
{
	uint64_t offset = at == NULL ? description->offset : (uint64_t)*at;
	long sum = 0;

	if (parts < 0 || parts > PARTS_MAX || (at != NULL && *at < 0)) {
		return -EINVAL;
	}
	for (long i = 0; i < parts; i++) {
		uint64_t stop = offset;
		const long done =
		    writes ? data_write(description, part[i].iov_base, part[i].iov_len, offset, &stop)
			   : data_read(description, part[i].iov_base, part[i].iov_len, offset);

		if (done < 0) {
			sum = sum > 0 ? sum : done;
			break;
		}
		offset = writes ? stop : offset + (uint64_t)done;
		sum += done;
		if ((size_t)done < part[i].iov_len) {
			break;
		}
	}
	if (at == NULL && sum > 0) {
		description->offset = offset;
	}
	return sum;
}

static long move_one(struct description *description, long data, long bytes, const long *at, bool writes)
{
	const struct iovec part = {.iov_base = (void *)data, .iov_len = (size_t)bytes};

	return bytes < 0 ? -EINVAL : move(description, &part, 1, at, writes);
}

/* ---- where, and how long ---------------------------------------------------------------------- */

static long seek(struct description *description, long offset, long whence)
{
	long from = 0, to, error = 0;

	if (whence == SEEK_CUR) {
		from = (long)description->offset;
	} else if (whence == SEEK_END || whence == SEEK_DATA || whence == SEEK_HOLE) {
		from = (long)size_of(description, &error);
	}
	if (error != 0) {
		return error;
	}
	if (whence == SEEK_DATA || whence == SEEK_HOLE) { /* all is data, and behind it a hole */
		if (offset < 0 || offset >= from) {
			return -ENXIO;
		}
		from = whence == SEEK_DATA ? 0 : from - offset;
	} else if (whence < SEEK_SET || whence > SEEK_END) {
		return -EINVAL;
	}
	if (__builtin_add_overflow(from, offset, &to)) {
		return -EOVERFLOW;
	}
	if (to < 0) {
		return -EINVAL;
	}
	description->offset = (uint64_t)to;
	return to;
}

static long resize(const struct description *description, long size)
{
	if (size < 0 || description->is_directory || !is_open_to(description, O_WRONLY)) {
		return -EINVAL;
	}
	return status_error(files_resize(description->file, (uint64_t)size));
}

/* Is it a call on a descriptor of those below? */
static bool is_ours(long number)
{
	switch (number) {
	case SYS_read:
	case SYS_write:
	case SYS_pread64:
	case SYS_pwrite64:
	case SYS_readv:
	case SYS_writev:
	case SYS_preadv:
	case SYS_pwritev:
	case SYS_lseek:
	case SYS_ftruncate:
	case SYS_fsync:
	case SYS_fdatasync:
	case SYS_fallocate:
	case SYS_fadvise64:
	case SYS_ioctl:
		return true;
	default:
		return false;
	}
}

static bool transfer_call(struct description *file, long number, const long *a, long *result)
{
	const struct iovec *parts = (const struct iovec *)a[1];

	switch (number) {
	case SYS_read:
		*result = move_one(file, a[1], a[2], NULL, false);
		return true;
	case SYS_write:
		*result = move_one(file, a[1], a[2], NULL, true);
		return true;
	case SYS_pread64:
		*result = move_one(file, a[1], a[2], &a[3], false);
		return true;
	case SYS_pwrite64:
		*result = move_one(file, a[1], a[2], &a[3], true);
		return true;
	case SYS_readv:
		*result = move(file, parts, a[2], NULL, false);
		return true;
	case SYS_writev:
		*result = move(file, parts, a[2], NULL, true);
		return true;
	case SYS_preadv:
		*result = move(file, parts, a[2], &a[3], false);
		return true;
	case SYS_pwritev:
		*result = move(file, parts, a[2], &a[3], true);
		return true;
	default:
		return false;
	}
}

bool data_call(long number, const long *a, long *result)
{
	struct description *file = description_of(a[0]);

	if (file == NULL) {
		*result = -EBADF;
		return is_ours(number) && (a[0] < 0 || a[0] > STDERR_FILENO);
	}
	switch (number) {
	case SYS_lseek:
		*result = seek(file, a[1], a[2]);
		return true;
	case SYS_ftruncate:
		*result = resize(file, a[1]);
		return true;
	case SYS_fsync:
	case SYS_fdatasync:
		*result = status_error(files_sync(file->file));
		return true;
	case SYS_fallocate:
		*result = -EOPNOTSUPP; /* the interface has no such promise */
		return true;
	case SYS_fadvise64:
		*result = 0;
		return true;
	case SYS_ioctl:
		*result = -ENOTTY;
		return true;
	default:
		return transfer_call(file, number, a, result);
	}
}
