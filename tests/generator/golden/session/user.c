/* SPDX-License-Identifier: MIT
 * Hears of the restarts of its servers.
 */
#include "component.h"

static unsigned stores, bells;

void store_restarted(void)
{
	stores++;
}

void bell_restarted(uint32_t server)
{
	bells += 1 + server;
}
