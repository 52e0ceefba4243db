/* SPDX-License-Identifier: MIT
 * What a status of the interface is in POSIX.
 */
#include "files.h"

#include <errno.h>

static const uint8_t of_interface[] = {
    [FILES_OK] = 0,
    [FILES_NOT_FOUND] = ENOENT,
    [FILES_EXISTS] = EEXIST,
    [FILES_NOT_A_DIRECTORY] = ENOTDIR,
    [FILES_IS_A_DIRECTORY] = EISDIR,
    [FILES_NOT_EMPTY] = ENOTEMPTY,
    [FILES_BAD_NAME] = EINVAL, /* those that are too long are found in paths.c */
    [FILES_BAD_FILE] = EBADF,
    [FILES_INTO_ITSELF] = EINVAL,
    [FILES_ACROSS] = EXDEV,
    [FILES_LOOP] = ELOOP,
    [FILES_TOO_LARGE] = EFBIG,
    [FILES_TOO_MANY_LINKS] = EMLINK,
    [FILES_NO_SPACE] = ENOSPC,
    [FILES_READ_ONLY] = EROFS,
    [FILES_IN_USE] = EBUSY,
    [FILES_WOULD_WAIT] = EAGAIN,
    [FILES_NOT_PERMITTED] = EPERM,
    [FILES_UNSUPPORTED] = EOPNOTSUPP,
    [FILES_IO] = EIO,
    [FILES_DAMAGED] = EUCLEAN,
};
static const uint8_t of_calls[] = {
    [FILES_RESTARTED - FILES_RESTARTED] = ESTALE, /* all open files are lost */
    [FILES_GONE - FILES_RESTARTED] = ENXIO,       [FILES_TIMED_OUT - FILES_RESTARTED] = ETIMEDOUT,
    [FILES_MALFORMED - FILES_RESTARTED] = EINVAL, [FILES_QUOTA - FILES_RESTARTED] = EMFILE,
};

long status_error(enum files_status status)
{
	const size_t number = (size_t)status;

	if (number < sizeof of_interface) {
		return -(long)of_interface[number];
	}
	CHECK(number - FILES_RESTARTED < sizeof of_calls);
	return -(long)of_calls[number - FILES_RESTARTED];
}
