/* SPDX-License-Identifier: MIT
 * One of many that read and write at the same time.
 */
#include "component.h"
#include "places.h"

static uint8_t data[PAGE] __attribute__((aligned(PAGE)));

static void work_on(uint32_t file, enum gate_work work, uint32_t count, uint32_t first)
{
	for (uint32_t i = first; i < first + count; i++) {
		const uint64_t offset = work == GATE_WORK_READ_CACHED ? warm_place_of(i) : place_of(i);
		uint32_t bytes = 0;
		uint64_t stop = 0;

		if (work == GATE_WORK_WRITE) {
			CHECK(files_write(file, offset, data, PAGE, &stop) == FILES_OK);
		} else {
			CHECK(files_read(file, offset, data, PAGE, &bytes) == FILES_OK && bytes == PAGE);
		}
	}
}

void component_start(void)
{
	struct filesystem_attributes attributes;
	uint32_t file = 0, count = 0, first = 0;
	enum gate_work work = GATE_WORK_READ_COLD;

	CHECK(files_open("/random", FILES_ACCESS_READ | FILES_ACCESS_WRITE, 0, &file, &attributes) ==
	      FILES_OK);
	while (gate_enter(&work, &count, &first) == GATE_OK) {
		work_on(file, work, count, first);
	}
}

void files_session(bool is_open)
{
	(void)is_open;
}

void files_changes(void)
{
}
