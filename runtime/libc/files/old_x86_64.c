/* SPDX-License-Identifier: MIT
 * x86_64 has all older calls: those without the directory that a path begins in, and without flags.
 */
#include "files.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>

/* Takes the place of number and arguments. */
static void replace(long *number, long a[6], long by, const long arguments[6])
{
	*number = by;
	memcpy(a, arguments, 6 * sizeof a[0]);
}

static void old_name_call(long *number, long a[6])
{
	const long here = AT_FDCWD;

	switch (*number) {
	case SYS_mkdir:
		replace(number, a, SYS_mkdirat, (long[6]){here, a[0], a[1]});
		break;
	case SYS_mknod:
		replace(number, a, SYS_mknodat, (long[6]){here, a[0], a[1], a[2]});
		break;
	case SYS_rmdir:
		replace(number, a, SYS_unlinkat, (long[6]){here, a[0], AT_REMOVEDIR});
		break;
	case SYS_unlink:
		replace(number, a, SYS_unlinkat, (long[6]){here, a[0], 0});
		break;
	case SYS_rename:
		replace(number, a, SYS_renameat2, (long[6]){here, a[0], here, a[1], 0});
		break;
	case SYS_renameat:
		replace(number, a, SYS_renameat2, (long[6]){a[0], a[1], a[2], a[3], 0});
		break;
	case SYS_link:
		replace(number, a, SYS_linkat, (long[6]){here, a[0], here, a[1], 0});
		break;
	case SYS_symlink:
		replace(number, a, SYS_symlinkat, (long[6]){a[0], here, a[1]});
		break;
	case SYS_readlink:
		replace(number, a, SYS_readlinkat, (long[6]){here, a[0], a[1], a[2]});
		break;
	default:
		break;
	}
}

void old_call(long *number, long a[6])
{
	const long here = AT_FDCWD;

	switch (*number) {
	case SYS_open:
		replace(number, a, SYS_openat, (long[6]){here, a[0], a[1], a[2]});
		break;
	case SYS_creat:
		replace(number, a, SYS_openat, (long[6]){here, a[0], O_CREAT | O_WRONLY | O_TRUNC, a[1]});
		break;
	case SYS_dup2:
		replace(number, a, SYS_dup3, (long[6]){a[0], a[1], 0});
		break;
	case SYS_stat:
		replace(number, a, SYS_newfstatat, (long[6]){here, a[0], a[1], 0});
		break;
	case SYS_lstat:
		replace(number, a, SYS_newfstatat, (long[6]){here, a[0], a[1], AT_SYMLINK_NOFOLLOW});
		break;
	case SYS_access:
		replace(number, a, SYS_faccessat, (long[6]){here, a[0], a[1]});
		break;
	case SYS_chmod:
		replace(number, a, SYS_fchmodat, (long[6]){here, a[0], a[1]});
		break;
	case SYS_chown:
		replace(number, a, SYS_fchownat, (long[6]){here, a[0], a[1], a[2], 0});
		break;
	case SYS_lchown:
		replace(number, a, SYS_fchownat, (long[6]){here, a[0], a[1], a[2], AT_SYMLINK_NOFOLLOW});
		break;
	default:
		old_name_call(number, a);
		break;
	}
}
