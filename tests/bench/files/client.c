/* SPDX-License-Identifier: MIT
 * What files cost, through vfs, a file system with extents and the component that shares the disk. The plugin counts the
 * instructions of the whole machine between the marks. Here is what one caller does alone, one call after the other; then
 * many callers do the same at once, and this one lets them begin and sees them end.
 *
 * Rows of writes end with a sync: what is written has reached the medium, and is part of the count.
 */
#include "component.h"
#include "places.h"

#include "../support/measure.h"

#include <tenon/string.h>

#define WINDOWS 3u
#define LARGE   (1u << 20)

static uint8_t data[LARGE] __attribute__((aligned(PAGE)));
static uint32_t file, number; /* the large file, and the next page of it */

static uint32_t open_file(const char *path, uint32_t access)
{
	struct filesystem_attributes attributes;
	uint32_t opened = 0;
	const enum files_status status = files_open(path, access, 0644, &opened, &attributes);

	CHECK(status == FILES_OK);
	return opened;
}

static void read_at(uint64_t offset, uint32_t bytes)
{
	uint32_t count = 0;

	CHECK(files_read(file, offset, data, bytes, &count) == FILES_OK && count == bytes);
}

static void write_at(uint64_t offset, uint32_t bytes)
{
	uint64_t stop = 0;

	data[0]++;
	CHECK(files_write(file, offset, data, bytes, &stop) == FILES_OK && stop == offset + bytes);
}

static void sync_file(void)
{
	CHECK(files_sync(file) == FILES_OK);
}

/* ---- one caller alone: `turn` counts from 0 in each window ------------------------------------ */

static void read_cold(uint32_t turn)
{
	(void)turn;
	read_at(place_of(number++), PAGE);
}

static void read_cached(uint32_t turn)
{
	read_at(warm_place_of(turn), PAGE);
}

static void write_cold(uint32_t turn)
{
	(void)turn;
	write_at(place_of(number++), PAGE);
}

static void write_cached(uint32_t turn)
{
	write_at(warm_place_of(turn) % LARGE, PAGE);
}

static void read_large_cold(uint32_t turn)
{
	static uint32_t next;

	(void)turn;
	read_at((uint64_t)next++ * LARGE, LARGE);
}

static void read_large_cached(uint32_t turn)
{
	(void)turn;
	read_at(0, LARGE);
}

static void write_large(uint32_t turn)
{
	write_at((uint64_t)(turn + 1) * LARGE, LARGE);
}

static void write_large_cached(uint32_t turn)
{
	(void)turn;
	write_at(0, LARGE);
}

static void overwrite_and_sync(uint32_t turn)
{
	write_at(warm_place_of(turn), PAGE);
	sync_file();
}

static void append_and_sync(uint32_t turn)
{
	static uint64_t end;

	(void)turn;
	write_at(end, PAGE);
	end += PAGE;
	sync_file();
}

static void open_and_close(uint32_t turn)
{
	const uint32_t opened = open_file("/folder/small", FILES_ACCESS_READ);
	struct filesystem_attributes attributes;

	(void)turn;
	CHECK(files_read_attributes(opened, &attributes) == FILES_OK && attributes.size == 100);
	CHECK(files_close(opened) == FILES_OK);
}

static void create_and_remove(uint32_t turn)
{
	const uint32_t opened = open_file("/folder/new", FILES_ACCESS_WRITE | FILES_ACCESS_CREATE);
	uint64_t stop = 0;

	(void)turn;
	CHECK(files_write(opened, 0, data, 100, &stop) == FILES_OK);
	CHECK(files_close(opened) == FILES_OK);
	CHECK(files_remove("/folder/new", false) == FILES_OK);
}

enum file_kind { RANDOM, LONG, GROWING };

struct row {
	const char *name;
	void (*turn)(uint32_t turn);
	uint32_t turns;
	enum file_kind file;
	bool ends_synced;
};

static const struct row rows[] = {
    {"read_4k_cold_1", read_cold, 256, RANDOM, false},
    {"read_4k_cached_1", read_cached, 256, RANDOM, false},
    {"write_4k_cold_1", write_cold, 256, RANDOM, true},
    {"write_4k_cached_1", write_cached, 256, RANDOM, false},
    {"read_1m_cold", read_large_cold, 8, LONG, false},
    {"read_1m_cached", read_large_cached, 8, LONG, false},
    {"write_1m_cold", write_large, 8, LONG, true},
    {"write_1m_cached", write_large_cached, 8, LONG, false},
    {"overwrite_4k_sync", overwrite_and_sync, 32, RANDOM, false},
    {"append_4k_sync", append_and_sync, 32, GROWING, false},
    {"open_close", open_and_close, 64, RANDOM, false},
    {"create_remove", create_and_remove, 32, RANDOM, false},
};
#define ROWS (sizeof rows / sizeof *rows)

static void say(const char *name, uint32_t operations, uint32_t mark)
{
	log_info("bench: %s_%s %u operations mark %u", PARAMETER_PREFIX, name, operations, mark);
}

static void measure(const struct row *row)
{
	static const char *const paths[] = {"/random", "/long", "/growing"};
	const uint32_t mark = (uint32_t)(row - rows);

	file = open_file(paths[row->file], FILES_ACCESS_READ | FILES_ACCESS_WRITE | FILES_ACCESS_CREATE);
	if (row->turn == read_cached || row->turn == overwrite_and_sync) {
		read_at(0, LARGE);
	}
	row->turn(0);
	for (uint32_t window = 0; window < WINDOWS; window++) {
		CHECK(files_sync_all(false) == FILES_OK);
		mark_row(true, mark);
		for (uint32_t turn = 0; turn < row->turns; turn++) {
			row->turn(turn);
		}
		if (row->ends_synced) {
			sync_file();
		}
		mark_row(false, mark);
	}
	say(row->name, row->turns, mark);
	CHECK(files_close(file) == FILES_OK);
}

/* ---- many at once ----------------------------------------------------------------------------- */

static const struct together {
	const char *name;
	enum gate_work work;
} together[] = {
    {"read_4k_cold_32", GATE_WORK_READ_COLD},
    {"read_4k_cached_32", GATE_WORK_READ_CACHED},
    {"write_4k_cold_32", GATE_WORK_WRITE},
};
#define TOGETHER (sizeof together / sizeof *together)
#define EACH     32u /* operations of each caller in a window */

static struct gate_enter_token waiting[GATE_CLIENTS];
static uint32_t arrived, window, part;

/* All have come: a window ends where one has begun, and the next one begins. */
static void all_are_here(void)
{
	const uint32_t mark = (uint32_t)(ROWS + part);

	if (window > 0) {
		if (together[part].work == GATE_WORK_WRITE) {
			sync_file();
		}
		mark_row(false, mark);
	}
	if (window == WINDOWS) {
		say(together[part].name, GATE_CLIENTS * EACH, mark);
		window = 0;
		if (++part == TOGETHER) {
			(void)power_end(0); /* does not come back when it succeeds */
		}
	}
	window++;
	if (together[part].work == GATE_WORK_READ_CACHED) {
		read_at(0, LARGE);
	}
	mark_row(true, (uint32_t)(ROWS + part));
	for (uint32_t client = 0; client < GATE_CLIENTS; client++) {
		(void)gate_enter_finish(waiting[client], GATE_OK, together[part].work, EACH, number);
		number += EACH;
	}
}

void gate_enter(uint32_t client, struct gate_enter_token token)
{
	waiting[client] = token;
	if (++arrived == GATE_CLIENTS) {
		arrived = 0;
		all_are_here();
	}
}

void gate_enter_cancelled(uint32_t client, struct gate_enter_token token)
{
	(void)client;
	(void)token;
}

void component_start(void)
{
	measure_begin(clock_ns);
	for (const struct row *row = rows; row < rows + ROWS; row++) {
		measure(row);
	}
	file = open_file("/random", FILES_ACCESS_READ | FILES_ACCESS_WRITE);
}

void files_session(bool is_open)
{
	(void)is_open;
}

void files_changes(void)
{
}
