/* SPDX-License-Identifier: MIT
 * The log: receives lines, keeps them per sender, prints them.
 *
 * Printing waits for the serial driver at most PATIENCE_NS for each line, so
 * that a driver that died cannot take every sender of the system with it; the
 * number of lines that were not printed is said as soon as one can be.
 */
#include "component.h"
#include "record.h"

#include <tenon/print.h>
#include <tenon/string.h>

#define PATIENCE_NS UINT64_C(500000000)
#define LINE_BYTES  (RECORD_TEXT + 64u + 32u) /* text, sender, time and level */

static struct tenon_ring kept[LOG_CLIENTS];
static uint64_t last_number;
static uint32_t unprinted;

void component_start(void)
{
	for (uint32_t client = 0; client < LOG_CLIENTS; client++) {
		record_ring_init(&kept[client], log_kept_memory(client), log_kept_limit(client));
	}
}

static bool print(const char *line, size_t size)
{
	return serial_write_until(clock_ns() + PATIENCE_NS, line, (uint32_t)size) == SERIAL_OK;
}

/* "[    12.345678] info  shell: text" */
static size_t format(char line[LINE_BYTES], const struct record *record, const char *sender, const char *text)
{
	static const char *const level_name[] = {"debug", "info", "warn", "error"};
	uint64_t us = record->time_ns / 1000;

	return tenon_print(line, LINE_BYTES, "[%4u.%06u] %-5s %s: %s\r\n", (unsigned)(us / 1000000),
			   (unsigned)(us % 1000000), level_name[record->level], sender, text);
}

static void print_record(const struct record *record, const char *sender, const char *text)
{
	char line[LINE_BYTES];

	if (!PARAMETER_PRINT || !serial_connected()) {
		return;
	}
	if (unprinted > 0) {
		size_t size = tenon_print(line, sizeof line, "log: %u lines were not printed\r\n", unprinted);

		if (!print(line, size)) {
			unprinted++;
			return;
		}
		unprinted = 0;
	}
	if (!print(line, format(line, record, sender, text))) {
		unprinted++;
	}
}

/* A line of text stays one line, and moves no cursor. */
static void clean(char *to, const char *from, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		uint8_t byte = (uint8_t)from[i];

		to[i] = byte < 0x20 || byte == 0x7f ? '?' : from[i];
	}
	to[size] = 0;
}

enum log_status log_write(uint32_t client, enum log_level level, const char *text)
{
	char line[RECORD_TEXT + 1];
	struct record record = {
	    .number = ++last_number,
	    .time_ns = clock_ns(),
	    .level = (uint8_t)level,
	    .length = (uint8_t)strnlen(text, RECORD_TEXT),
	};

	clean(line, text, record.length);
	record_add(&kept[client], &record, line);
	print_record(&record, log_client_name(client), line);
	return LOG_OK;
}

static bool sender_exists(const char *sender)
{
	for (uint32_t client = 0; client < LOG_CLIENTS; client++) {
		if (strcmp(log_client_name(client), sender) == 0) {
			return true;
		}
	}
	return false;
}

/* The earliest record of the senders wanted: the lowest number above `after` over their rings. */
static bool find(uint64_t after, const char *sender, uint32_t *from, struct record *found,
		 char text[RECORD_TEXT + 1])
{
	struct record record;
	char own[RECORD_TEXT + 1];
	bool any = false;

	for (uint32_t client = 0; client < LOG_CLIENTS; client++) {
		if (sender[0] != 0 && strcmp(log_client_name(client), sender) != 0) {
			continue;
		}
		if (record_find(&kept[client], after, &record, own) &&
		    (!any || record.number < found->number)) {
			any = true;
			*found = record;
			*from = client;
			memcpy(text, own, sizeof own);
		}
	}
	return any;
}

enum log_status log_read(uint32_t client, uint64_t after, const char *wanted, uint64_t *number,
			 uint64_t *time_ns, enum log_level *level, char sender[64], char text[161])
{
	struct record record;
	uint32_t from;

	(void)client;
	if (wanted[0] != 0 && !sender_exists(wanted)) {
		return LOG_UNKNOWN_SENDER;
	}
	if (!find(after, wanted, &from, &record, text)) {
		return LOG_NO_MORE;
	}
	*number = record.number;
	*time_ns = record.time_ns;
	*level = (enum log_level)record.level;
	(void)tenon_copy_text(sender, 64,
			      log_client_name(from)); /* names are shorter, the generator refuses others */
	return LOG_OK;
}

/* Nothing is read from the serial line here. */
void serial_received(void)
{
}
