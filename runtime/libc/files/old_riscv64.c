/* SPDX-License-Identifier: MIT
 * RISC-V never had older calls.
 */
#include "files.h"

void old_call(long *number, long a[6])
{
	(void)number;
	(void)a;
}
