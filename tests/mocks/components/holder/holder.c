/* SPDX-License-Identifier: MIT
 * Looks into drawers for those who ask, and counts what its servers' restarts and its clients' did.
 */
#include "component.h"

static uint32_t reopened[DRAWERS_COUNT], lost[PLEDGES_COUNT], closed;

void drawers_restarted(uint32_t server)
{
	reopened[server]++;
}

void pledges_restarted(uint32_t server)
{
	lost[server]++;
}

/* Those that every interface has are the same in all. */
static enum pledge_status said(enum drawer_status status)
{
	if (status == DRAWER_OK)
		return PLEDGE_OK;
	return status == DRAWER_RESTARTED ? PLEDGE_AGAIN : PLEDGE_SHUT;
}

/* `what`: 0 and 1 pull a drawer, 10 and 11 look, 20 and 21 put, 30 and 31 hint, 40 and 41 give. */
enum pledge_status front_give(uint32_t client, uint32_t what)
{
	static const uint8_t label[90] = {[89] = 7};
	const uint32_t server = what % 10;
	uint32_t seen = 0;

	(void)client;
	switch (what / 10) {
	case 0:
		return said(drawers_pull(server, what, label, sizeof label));
	case 1:
		return drawers_look(server, &seen) == DRAWER_OK && seen == what ? PLEDGE_OK : PLEDGE_SHUT;
	case 2:
		return said(drawers_put(server, what));
	case 3:
		return said(drawers_hint(server, what));
	default:
		return said((enum drawer_status)pledges_give(server, what));
	}
}

/* Two digits for each server, and two for clients that started anew. */
enum pledge_status front_count(uint32_t client, uint32_t *number)
{
	(void)client;
	*number = reopened[0] + 100 * (reopened[1] + 100 * (lost[0] + 100 * (lost[1] + 100 * closed)));
	return PLEDGE_OK;
}

void front_closed(uint32_t client)
{
	closed += client + 1;
}
