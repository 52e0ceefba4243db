/* SPDX-License-Identifier: MIT
 * A client of a file system in memory, which works while the slow one is in the midst of an operation, and lets that go on, or
 * kills it, afterwards.
 */
#include "component.h"

#define LOOK_NS UINT64_C(10000000)
#define ROUNDS  50u

static uint32_t operations, wrong;

static void must(enum files_status status, const char *what)
{
	operations++;
	if (status != FILES_OK) {
		wrong++;
		log_error("wrong: %s: %s", what, files_status_name(status));
	}
}

static void work(void)
{
	struct filesystem_attributes attributes;
	uint64_t stop;
	uint32_t file = 0, count = 0;
	uint8_t text[6] = "quick", back[6];

	operations = 0;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		must(files_open("/file", FILES_ACCESS_READ | FILES_ACCESS_WRITE | FILES_ACCESS_CREATE, 0644,
				&file, &attributes),
		     "open");
		must(files_write(file, 0, text, sizeof text, &stop), "write");
		must(files_read(file, 0, back, sizeof back, &count), "read");
		must(files_close(file), "close");
		must(files_rename("/file", "/other"), "rename");
		must(files_remove("/other", false), "remove");
	}
	log_info("%u operations, %u wrong", operations, wrong);
}

/* It has begun, and ends when it is told to, or is started anew. */
void pace_begun(void)
{
	struct pace_turn turn;

	while (pace_begun_receive(&turn)) {
		work();
		if (turn.number == 0) {
			(void)pace_go_on_send(&turn);
			continue;
		}
		log_info("kills the sloth");
		if (supervisor_restart("sloth") != SUPERVISOR_OK) {
			wrong++;
		}
	}
}

void pace_go_on_room(void)
{
}

void pace_session(bool is_open)
{
	(void)is_open;
}

void files_session(bool is_open)
{
	(void)is_open;
}

void files_changes(void)
{
}

void look(void)
{
	struct filesystem_attributes attributes;

	if (files_look_up("/done", true, &attributes) == FILES_OK) {
		(void)power_end(wrong);
	}
	look_at(clock_ns() + LOOK_NS);
}

void component_start(void)
{
	look_at(clock_ns() + LOOK_NS);
}
