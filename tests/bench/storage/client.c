/* SPDX-License-Identifier: MIT
 * Reads and writes at places spread over the disk. The plugin counts the instructions of the whole machine from the first
 * request of a window to the last completion; the window's length stands in the row, which is divided by it.
 */
#include "component.h"

#include "../support/measure.h"

#define WINDOWS 3u

struct row {
	const char *name;
	enum storage_kind kind;
	uint32_t bytes, depth, requests;
};

static const struct row rows[] = {
    {"read_4k_1", STORAGE_KIND_READ, 4096, 1, 256},     {"read_4k_32", STORAGE_KIND_READ, 4096, 32, 1024},
    {"write_4k_1", STORAGE_KIND_WRITE, 4096, 1, 256},   {"write_4k_32", STORAGE_KIND_WRITE, 4096, 32, 1024},
    {"read_64k_16", STORAGE_KIND_READ, 65536, 16, 256}, {"write_64k_16", STORAGE_KIND_WRITE, 65536, 16, 256},
    {"read_1m_1", STORAGE_KIND_READ, 1 << 20, 1, 64},   {"write_1m_1", STORAGE_KIND_WRITE, 1 << 20, 1, 64},
};
#define ROWS (sizeof rows / sizeof *rows)

static struct storage_geometry geometry;
static const struct row *row = rows;
static uint32_t window, sent, done, random_state = 1;

void component_start(void)
{
	measure_begin(clock_ns);
}

static void send_one(void)
{
	const uint32_t sectors = row->bytes / geometry.sector_size;
	struct storage_request request = {.number = sent, .count = sectors, .kind = row->kind};

	random_state = random_state * 1664525 + 1013904223;
	request.first = (random_state >> 8) % (uint32_t)(geometry.sectors / sectors) * sectors;
	if (row->bytes > DISK_DATA_SIZE) { /* one at a time, from the pool's beginning */
		request.data.index = TENON_BUFFER_NONE;
	} else {
		CHECK(disk_data_allocate(&request.data));
		request.data.length = row->bytes;
	}
	CHECK(disk_requests_send(&request)); /* the ring has more entries than are ever in flight */
	sent++;
}

static void begin_window(void)
{
	sent = done = 0;
	mark_row(true, (unsigned)(row - rows));
	while (sent < row->depth) {
		send_one();
	}
}

static void end_window(void)
{
	mark_row(false, (unsigned)(row - rows));
	if (++window == WINDOWS) {
		log_info("bench: %s_%s %u operations mark %u", PARAMETER_PREFIX, row->name, row->requests,
			 (uint32_t)(row - rows));
		window = 0;
		if (++row == rows + ROWS) {
			(void)power_end(0); /* does not come back when it succeeds */
		}
	}
	begin_window();
}

void disk_session(bool open)
{
	(void)open;
}

void disk_geometries(void)
{
	CHECK(disk_geometries_receive(&geometry) && geometry.sectors != 0);
	begin_window();
}

void disk_requests_room(void)
{
}

void disk_completions(void)
{
	struct storage_completion completion;

	tenon_batch_begin();
	while (disk_completions_receive(&completion)) {
		CHECK(completion.outcome == STORAGE_OUTCOME_OK);
		if (completion.data.index != TENON_BUFFER_NONE) {
			disk_data_release(&completion.data);
		}
		done++;
		if (sent < row->requests) {
			send_one();
		}
	}
	tenon_batch_end();
	if (done == row->requests) {
		end_window();
	}
}
