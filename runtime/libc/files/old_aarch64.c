/* SPDX-License-Identifier: MIT
 * Of the older calls AArch64 has one.
 */
#include "files.h"

#include <sys/syscall.h>

void old_call(long *number, long a[6])
{
	if (*number == SYS_renameat) {
		*number = SYS_renameat2;
		a[4] = 0;
	}
}
