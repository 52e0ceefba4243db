/* SPDX-License-Identifier: MIT
 * Flushes all disks.
 */
#include "component.h"

static uint64_t ticks[DISKS_COUNT];

void component_start(void)
{
}

static void flush(uint32_t server)
{
	const struct disk_request request = {
	    .what = DISK_ACTION_FLUSH, .data = {.index = TENON_BUFFER_NONE}, .share = 1};

	(void)disks_requests_send(server, &request);
}

void disks_session(uint32_t server, bool open)
{
	if (open)
		flush(server);
}

void disks_requests_room(uint32_t server)
{
	flush(server);
}

void disks_completions(uint32_t server)
{
	struct disk_completion completion;

	while (disks_completions_receive(server, &completion))
		flush(server);
}

void disks_ticks(uint32_t server)
{
	struct disk_tick tick;

	while (disks_ticks_receive(server, &tick))
		ticks[server] = tick.when;
}

void disks_changed(uint32_t server)
{
	(void)server;
}
