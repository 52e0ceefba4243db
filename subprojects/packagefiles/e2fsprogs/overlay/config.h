/* SPDX-License-Identifier: MIT
 * What configure would find with musl, of what libext2fs asks for: the headers of C and POSIX, no devices, no processes.
 */
#define HAVE_DIRENT_H       1
#define HAVE_ERRNO_H        1
#define HAVE_FSTAT64        0
#define HAVE_INTPTR_T       1
#define HAVE_INTTYPES_H     1
#define HAVE_LLSEEK         0
#define HAVE_MEMALIGN       0
#define HAVE_POSIX_MEMALIGN 1
#define HAVE_STDINT_H       1
#define HAVE_STDLIB_H       1
#define HAVE_STRING_H       1
#define HAVE_STRNLEN        1
#define HAVE_SYS_STAT_H     1
#define HAVE_SYS_TIME_H     1
#define HAVE_SYS_TYPES_H    1
#define HAVE_TYPE_SSIZE_T   1
#define HAVE_UNISTD_H       1
#define SIZEOF_INT          4
#define SIZEOF_LONG         8
#define SIZEOF_LONG_LONG    8
#define SIZEOF_OFF_T        8
#define SIZEOF_SHORT        2
#define SIZEOF_TIME_T       8
#define SIZEOF_VOID_P       8
