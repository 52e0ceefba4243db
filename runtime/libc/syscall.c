/* SPDX-License-Identifier: MIT
 * What musl asks of an operating system, and what a component can answer: its log stands behind standard output and
 * error, its heap behind mmap, the kernel's clock behind the time, its port `files`, where it has one, behind files (files/).
 * Everything else is refused with ENOSYS.
 *
 * State: the lines that standard output and error have begun.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <tenon/component.h>
#include <tenon/log.h>
#include "libc.h"

struct line {
	char text[TENON_LOG_TEXT + 1];
	size_t length;
};
static struct line lines[2]; /* of descriptors 1 and 2 */

static void line_end(struct line *line, enum tenon_log_level level)
{
	line->text[line->length] = '\0';
	tenon_log(level, "%s", line->text);
	line->length = 0;
}

static long write_text(long descriptor, const char *text, size_t size)
{
	struct line *line = &lines[descriptor == 2];
	const enum tenon_log_level level = descriptor == 2 ? TENON_LOG_ERROR : TENON_LOG_INFO;

	if (descriptor != 1 && descriptor != 2)
		return -EBADF;
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\n' || line->length == TENON_LOG_TEXT)
			line_end(line, level);
		if (text[i] != '\n')
			line->text[line->length++] = text[i];
	}
	return (long)size;
}

static long write_parts(long descriptor, const struct iovec *part, long parts)
{
	long sum = 0;

	for (long i = 0; i < parts; i++) {
		const long done = write_text(descriptor, part[i].iov_base, part[i].iov_len);

		if (done < 0)
			return done;
		sum += done;
	}
	return sum;
}

static long map(size_t size, long protection, long flags)
{
	void *pages;

	if ((flags & MAP_ANONYMOUS) == 0 || (flags & MAP_FIXED) != 0 || (protection & PROT_EXEC) != 0)
		return -ENODEV;
	pages = libc_pages_take(size);
	return pages ? (long)pages : -ENOMEM;
}

static long tell_time(struct timespec *time)
{
	uint64_t now;

	if (tenon_component.clock == 0)
		return -ENOSYS;
	now = tenon_clock_ns(tenon_component.clock);
	time->tv_sec = (time_t)(now / 1000000000u);
	time->tv_nsec = (long)(now % 1000000000u);
	return 0;
}

/* A component does not end by itself: it stops here, and the supervisor says and does what is said for a fault. */
static noreturn void end(long status)
{
	for (unsigned i = 0; i < 2; i++) {
		if (lines[i].length != 0)
			line_end(&lines[i], i == 1 ? TENON_LOG_ERROR : TENON_LOG_INFO);
	}
	tenon_log(TENON_LOG_ERROR, "exit status %ld", status);
	for (;;)
		__builtin_debugtrap();
}

long tenon_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	long result;

	if (libc_file_call(number, (const long[6]){a, b, c, d, e, f}, &result))
		return result;
	switch (number) {
	case SYS_write:
		return write_text(a, (const char *)b, (size_t)c);
	case SYS_writev:
		return write_parts(a, (const struct iovec *)b, c);
	case SYS_read:
		return a == 0 ? 0 : -EBADF; /* nothing ever comes in */
	case SYS_close:
		return 0;
	case SYS_lseek:
		return -ESPIPE;
	case SYS_ioctl:
		return a >= 0 && a <= 2 && b == TIOCGWINSZ ? 0 : -ENOTTY; /* 0: so that output is by lines */
	case SYS_mmap:
		return map((size_t)b, c, d);
	case SYS_munmap:
		return libc_pages_give((void *)a, (size_t)b) ? 0 : -EINVAL;
	case SYS_madvise:
	case SYS_rt_sigprocmask:
		return 0;
	case SYS_brk:
		return 0; /* no break: malloc takes mmap */
	case SYS_mremap:
		return -ENOMEM; /* realloc copies */
	case SYS_clock_gettime:
		return tell_time((struct timespec *)b);
	case SYS_set_tid_address:
	case SYS_gettid:
	case SYS_getpid:
		return 1;
	case SYS_getuid: /* there are no users */
	case SYS_geteuid:
	case SYS_getgid:
	case SYS_getegid:
	case SYS_getppid:
		return 0;
	case SYS_exit:
	case SYS_exit_group:
		end(a);
	default:
		return -ENOSYS;
	}
}
