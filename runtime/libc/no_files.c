/* SPDX-License-Identifier: MIT
 * For a component without the port `files`: there are none.
 */
#include "libc.h"

bool libc_file_call(long number, const long given[6], long *result)
{
	(void)number;
	(void)given;
	(void)result;
	return false;
}
