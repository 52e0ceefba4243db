/* SPDX-License-Identifier: MIT
 * A system call at which a thread could be cancelled. A component has one thread, so nobody cancels.
 */
#include "syscall.h"

long __syscall_cp_asm(volatile int *cancel, long n, long a, long b, long c, long d, long e, long f);
void __cancel(void);
const char __cp_begin[1], __cp_end[1], __cp_cancel[1];

long __syscall_cp_asm(volatile int *cancel, long n, long a, long b, long c, long d, long e, long f)
{
	(void)cancel;
	return tenon_syscall(n, a, b, c, d, e, f);
}
