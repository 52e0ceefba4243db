/* SPDX-License-Identifier: MIT
 * The side that uses, and keeps the books of the pool: as many requests as it has buffers. Answers of one session come in
 * the order of its requests, and none of another.
 */
#define tenon_trap            files_trap
#define tenon_component       files_component
#define tenon_component_main  files_main
#define tenon_host_region     region
#define component_start       files_component_start
#define wait_for_signal_until files_wait_for_signal_until
#define disk_status_name      files_status_name
#define disk_status_of        files_status_of
#define disk_status_refused   files_status_refused
#include "files.glue.c"

#include <stdnoreturn.h>

#include "channels.h"

struct seen seen;
static uint64_t next, expected;

void files_trap(struct tenon_ipc *ipc)
{
	const uint64_t operation = ipc->control & ((1u << TENON_OPERATION_BITS) - 1);

	if (operation == TENON_OP_RECEIVE)
		leave();
	if (operation == TENON_OP_SIGNAL && ipc->control >> TENON_OPERATION_BITS == SLOT_DISK_WAKE)
		signal_other(false);
	ipc->status = TENON_OK;
}

void files_component_start(void)
{
}

void files_start(void)
{
	files_main();
}

void files_signal(struct tenon_ipc *ipc)
{
	glue_take(ipc);
	while (glue_more)
		glue_look_again();
}

bool files_is_idle(void)
{
	struct tenon_buffer buffer[DISK_DATA_COUNT];
	uint32_t free = 0;

	while (free < DISK_DATA_COUNT && disk_data_allocate(&buffer[free]))
		free++;
	for (uint32_t i = 0; i < free; i++)
		disk_data_release(&buffer[i]);
	return free == DISK_DATA_COUNT;
}

static void ask(void)
{
	struct disk_request request = {.what = DISK_ACTION_WRITE, .share = 7};

	for (bool more = true; more && disk_data_allocate(&request.data); more = next_random() % 16 != 0) {
		uint8_t *data = disk_data_write(&request.data);

		request.first = next;
		data[0] = (uint8_t)next;
		data[1] = 0;
		if (!disk_requests_send(&request)) {
			disk_data_release(&request.data);
			return;
		}
		next++;
		seen.sent++;
	}
}

void disk_session(bool open)
{
	if (!open)
		return;
	seen.sessions++;
	CHECK(files_is_idle()); /* what the other side held is back */
	expected = next;
	ask();
}

void disk_requests_room(void)
{
	seen.rooms++;
	ask();
}

void disk_completions(void)
{
	struct disk_completion completion;

	while (disk_completions_receive(&completion)) {
		const uint8_t *data = disk_data_read(&completion.data);

		CHECK(completion.status == (uint32_t)expected && data[0] == (uint8_t)expected &&
		      data[1] == 1);
		expected++;
		seen.received++;
		disk_data_release(&completion.data);
	}
	ask();
}

void disk_ticks(void)
{
}

void disk_changed(void)
{
}
