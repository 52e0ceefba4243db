/* SPDX-License-Identifier: MIT
 * Asks the disk as often as it has buffers.
 */
#include "component.h"

void component_start(void)
{
}

static void ask(void)
{
	struct disk_request request = {.what = DISK_ACTION_READ, .share = 100};

	while (disk_data_allocate(&request.data)) {
		if (!disk_requests_send(&request)) {
			disk_data_release(&request.data);
			return;
		}
	}
}

void disk_session(bool open)
{
	if (open)
		ask();
}

void disk_requests_room(void)
{
	ask();
}

void disk_completions(void)
{
	struct disk_completion completion;

	while (disk_completions_receive(&completion)) {
		const uint8_t *data = disk_data_read(&completion.data);

		if (data && completion.status == 0 && *data == 100)
			disk_data_release(&completion.data);
	}
}

void disk_ticks(void)
{
	struct disk_tick tick;

	while (disk_ticks_receive(&tick))
		continue;
}

void disk_changed(void)
{
	uint64_t count;

	(void)disk_sectors(&count);
}
