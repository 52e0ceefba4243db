/* SPDX-License-Identifier: MIT
 * Between the files that carry musl.
 */
#ifndef RUNTIME_LIBC_H
#define RUNTIME_LIBC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

/* The generated loop of a component with `libc: musl`. */
noreturn void tenon_component_loop(void);

/* musl's system calls: a result, or an error number negated. */
long tenon_syscall(long number, long a, long b, long c, long d, long e, long f);

/*
 * A system call on files, if it is one: true, and its result. In files/ for a component with the port `files`; false where there is
 * none, and for the descriptors of the log.
 */
bool libc_file_call(long number, const long given[6], long *result);

/* Whole pages of the component's heap, zeroed; NULL when no run of that many is free. */
void *libc_pages_take(size_t bytes);
/* False when those bytes are not pages that were taken. */
int libc_pages_give(void *first, size_t bytes);

#endif
