/* SPDX-License-Identifier: MIT
 * System calls of Linux for a program without a C library: Debian's kernel is measured, not a library on top of it.
 *
 * Numbers are those of <asm/unistd.h> of each architecture; an error is a negative number.
 */
#ifndef CALLS_H
#define CALLS_H

#include <stdint.h>

#if defined(__x86_64__)
enum {
	SYS_CLOSE = 3,
	SYS_WRITE = 1,
	SYS_FSTAT = 5,
	SYS_MMAP = 9,
	SYS_IOCTL = 16,
	SYS_PREAD = 17,
	SYS_PWRITE = 18,
	SYS_NANOSLEEP = 35,
	SYS_SENDFILE = 40,
	SYS_SOCKET = 41,
	SYS_SENDTO = 44,
	SYS_RECVFROM = 45,
	SYS_BIND = 49,
	SYS_LISTEN = 50,
	SYS_SETSOCKOPT = 54,
	SYS_FSYNC = 74,
	SYS_SYNC = 162,
	SYS_MOUNT = 165,
	SYS_REBOOT = 169,
	SYS_IO_SETUP = 206,
	SYS_IO_GETEVENTS = 208,
	SYS_IO_SUBMIT = 209,
	SYS_OPENAT = 257,
	SYS_MKDIRAT = 258,
	SYS_UNLINKAT = 263,
	SYS_ACCEPT4 = 288,
	SYS_FINIT_MODULE = 313
};
#define O_DIRECT 040000

static inline long call(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}
#elif defined(__aarch64__)
enum {
	SYS_IO_SETUP = 0,
	SYS_IO_SUBMIT = 2,
	SYS_IO_GETEVENTS = 4,
	SYS_IOCTL = 29,
	SYS_MKDIRAT = 34,
	SYS_UNLINKAT = 35,
	SYS_MOUNT = 40,
	SYS_OPENAT = 56,
	SYS_CLOSE = 57,
	SYS_WRITE = 64,
	SYS_PREAD = 67,
	SYS_PWRITE = 68,
	SYS_SENDFILE = 71,
	SYS_FSTAT = 80,
	SYS_SYNC = 81,
	SYS_FSYNC = 82,
	SYS_NANOSLEEP = 101,
	SYS_REBOOT = 142,
	SYS_SOCKET = 198,
	SYS_BIND = 200,
	SYS_LISTEN = 201,
	SYS_SENDTO = 206,
	SYS_RECVFROM = 207,
	SYS_SETSOCKOPT = 208,
	SYS_MMAP = 222,
	SYS_ACCEPT4 = 242,
	SYS_FINIT_MODULE = 273
};
#define O_DIRECT 0200000

static inline long call(long number, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}
#endif

#define CALL0(n)                   call(n, 0, 0, 0, 0, 0, 0)
#define CALL1(n, a)                call(n, (long)(a), 0, 0, 0, 0, 0)
#define CALL2(n, a, b)             call(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define CALL3(n, a, b, c)          call(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define CALL4(n, a, b, c, d)       call(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define CALL5(n, a, b, c, d, e)    call(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define CALL6(n, a, b, c, d, e, f) call(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

#define AT_FDCWD (-100)
#define O_RDWR   2
#define O_WRONLY 1
#define O_CREAT  0100

/* <linux/aio_abi.h>, for machines that store the lower half first. */
struct iocb {
	uint64_t data;
	uint32_t key, flags;
	uint16_t operation;
	int16_t priority;
	uint32_t file;
	uint64_t buffer, bytes, offset, reserved;
	uint32_t more_flags, event_file;
};
enum { IOCB_READ = 0, IOCB_WRITE = 1 };

struct io_event {
	uint64_t data, object;
	int64_t result, result2;
};

#endif
