/* SPDX-License-Identifier: MIT
 * The client's own handlers, apart from its glue: they take the place of weak ones.
 */
#include "../golden/session/user.c"
#include "sides.h"

unsigned client_stores(void)
{
	return stores;
}

unsigned client_bells(void)
{
	return bells;
}
