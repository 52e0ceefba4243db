/* SPDX-License-Identifier: MIT
 * A client.
 */
#include "component.h"

void files_session(bool open)
{
	(void)open;
}

void files_requests_room(void)
{
}
