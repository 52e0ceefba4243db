/* SPDX-License-Identifier: MIT
 * See scan.h. A request at a time, into a buffer of our own connection with the driver.
 *
 * One disk may take another's place while a request is under way: it lands, and then the scan begins again.
 */
#include "scan.h"

#include "flight.h"

#include <tenon/string.h>

#define RUN_BYTES DISK_DATA_SIZE

static struct table_disk disk;
static struct table table;
static struct tenon_buffer buffer;
static enum { NOTHING, START, START_ENTRIES, END, END_ENTRIES, LINKS, DONE } step;
static bool is_reading, begins_again;
static struct flight *flight;   /* that reads, if one does */
static struct table_run asked;  /* what is read */
static struct table_run header; /* what has the header, while entries are read */
static uint8_t header_bytes[RUN_BYTES], run_bytes[RUN_BYTES];

static void finish(void)
{
	step = DONE;
	scan_found(&table);
}

static void give_up(const char *why)
{
	log_error("%s: the disk counts as without partitions", why);
	table = (struct table){.scheme = TABLE_NONE};
	finish();
}

/* Reads a run into the buffer; scan_read() says when it is there. */
static void ask(uint64_t sector, uint64_t count)
{
	if (count == 0 || count > RUN_BYTES / disk.sector_size) {
		give_up("the table of partitions is larger than any");
		return;
	}
	flight = flight_begin(BLOCK_ITSELF);
	CHECK(disk_data_allocate(&buffer)); /* nobody else uses our own pool */
	buffer.length = (uint32_t)(count * disk.sector_size);
	asked = (struct table_run){.first = sector, .count = count};
	flight->request = (struct storage_request){.number = flight->request.number,
						   .first = sector,
						   .count = (uint32_t)count,
						   .kind = STORAGE_KIND_READ,
						   .data = buffer};
	is_reading = true;
	flight_go(flight);
	flights_send();
}

void scan_session(void)
{
	if (is_reading && flight->state == FLIGHT_OUT) {
		const uint32_t bytes = buffer.length;

		CHECK(disk_data_allocate(&buffer));
		buffer.length = bytes;
		flight->request.data = buffer;
	}
}

/* As much of the disk as one run has: its start, or its end. */
static void ask_for_header(bool at_end)
{
	const uint64_t most = RUN_BYTES / disk.sector_size, count = disk.sectors < most ? disk.sectors : most;

	step = at_end ? END : START;
	ask(at_end ? disk.sectors - count : 0, count);
}

void scan_begin(const struct storage_geometry *geometry)
{
	begins_again = is_reading;
	disk = (struct table_disk){.sectors = geometry->sectors, .sector_size = geometry->sector_size};
	table = (struct table){.scheme = TABLE_NONE};
	step = NOTHING;
	if (begins_again) {
		return;
	}
	if (disk.sectors == 0) {
		finish();
	} else {
		ask_for_header(false);
	}
}

bool scan_is_done(void)
{
	return step == DONE;
}

static enum table_outcome look(struct table_run entries, struct table_run *wanted)
{
	return step == START || step == START_ENTRIES
		   ? table_read(disk, header, entries, &table, wanted)
		   : table_read_spare(disk, header, entries, &table, wanted);
}

/* A link of the extended partition was read. A chain that is damaged ends where it is. */
static void look_at_link(struct table_run run)
{
	struct table_run wanted = {0};
	const enum table_outcome outcome = table_read_link(disk, run, &table, &wanted);

	if (outcome == TABLE_ELSEWHERE) {
		ask(wanted.first, wanted.count);
		return;
	}
	if (outcome == TABLE_DAMAGED) {
		log_warning("the chain of logical partitions is damaged; those before are used");
	}
	finish();
}

/* The table was read, but for its logical partitions. */
static void finish_table(void)
{
	if (step > START_ENTRIES) {
		log_warning("the table of partitions is damaged; its spare is used");
	}
	if (table.extended_count != 0) {
		step = LINKS;
		ask(table.extended, 1);
	} else {
		finish();
	}
}

/* `run` has been read: a header, or the entries to the header that we keep. */
static void look_at_run(struct table_run run)
{
	const bool is_header = step == START || step == END;
	struct table_run wanted = {0};
	enum table_outcome outcome;

	if (is_header) {
		memcpy(header_bytes, run.bytes, (size_t)(run.count * disk.sector_size));
		header = (struct table_run){.bytes = header_bytes, .first = run.first, .count = run.count};
	}
	outcome = look(is_header ? header : run, &wanted);
	if (outcome == TABLE_FOUND) {
		finish_table();
	} else if (outcome == TABLE_ELSEWHERE && is_header) {
		step++;
		ask(wanted.first, wanted.count);
	} else if (step < END) {
		ask_for_header(true);
	} else {
		give_up("the table of partitions and its spare are damaged");
	}
}

void scan_read(const struct storage_completion *completion)
{
	const struct storage_geometry now = {.sectors = disk.sectors, .sector_size = disk.sector_size};
	const bool is_ours = completion->data.index == buffer.index;
	struct table_run run = asked;

	is_reading = false;
	if (is_ours) {
		memcpy(run_bytes, disk_data_read(&buffer), buffer.length);
		disk_data_release(&buffer);
	}
	run.bytes = run_bytes;
	if (begins_again) {
		scan_begin(&now);
	} else if (is_ours && completion->outcome == STORAGE_OUTCOME_OK) {
		(step == LINKS ? look_at_link : look_at_run)(run);
	} else if (step == LINKS) {
		log_warning("a logical partition cannot be read; those before are used");
		finish();
	} else if (step < END) {
		ask_for_header(true);
	} else {
		give_up("neither the table of partitions nor its spare can be read");
	}
}
