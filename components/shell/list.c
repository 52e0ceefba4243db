/* SPDX-License-Identifier: MIT
 * What there is: ls, df, mount and umount.
 */
#include "files.h"
#include "say.h"

#include <tenon/string.h>

#define ENTRIES 12u
#define MOUNTED 8u

static char path[PATH_BYTES];

/* ---- ls --------------------------------------------------------------------------------------- */

static void say_mode(const struct filesystem_attributes *attributes)
{
	static const char letters[] = "rwxrwxrwx";
	static const char kinds[] = {[FILESYSTEM_KIND_FILE] = '-',
				     [FILESYSTEM_KIND_DIRECTORY] = 'd',
				     [FILESYSTEM_KIND_SYMBOLIC_LINK] = 'l'};
	char text[11] = {kinds[attributes->kind]};

	for (unsigned i = 0; i < 9; i++) {
		text[i + 1] = (attributes->mode >> (8 - i) & 1) != 0 ? letters[i] : '-';
	}
	say("%s", text);
}

/* Days since 1970 as a date: eras of 400 years, each year beginning with March. */
static void say_date(int64_t seconds)
{
	const int64_t era_days = 146097, day_seconds = 86400;
	int64_t days = seconds / day_seconds, inside = seconds % day_seconds, era;
	uint32_t day, year, month;

	if (inside < 0) {
		inside += day_seconds;
		days--;
	}
	days += 719468; /* from 0000-03-01 */
	era = (days >= 0 ? days : days - (era_days - 1)) / era_days;
	day = (uint32_t)(days - era * era_days);
	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= year * 365 + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	day = day - (153 * month + 2) / 5 + 1;
	month = month < 10 ? month + 3 : month - 9;
	say("%04lld-%02u-%02u %02u:%02u", (long long)(era * 400 + year + (month <= 2 ? 1 : 0)), month, day,
	    (unsigned)(inside / 3600), (unsigned)(inside / 60 % 60));
}

/* One line, of what `path` leads to, under the name that is given. */
static void say_entry(const char *name, bool is_long)
{
	static char target[PATH_BYTES];
	struct filesystem_attributes attributes;

	if (!is_long) {
		say_text(name);
		say("\n");
		return;
	}
	if (!succeeds(path, files_look_up(path, false, &attributes))) {
		return;
	}
	say_mode(&attributes);
	say(" %3u %12llu ", attributes.links, (unsigned long long)attributes.size);
	say_date(attributes.modified.seconds);
	say(" ");
	say_text(name);
	if (attributes.kind == FILESYSTEM_KIND_SYMBOLIC_LINK && files_read_link(path, target) == FILES_OK) {
		say(" -> ");
		say_text(target);
	}
	say("\n");
}

static void list_directory(uint32_t file, bool is_long)
{
	static struct files_entry entries[ENTRIES];
	const size_t length = strlen(path);
	uint32_t count = 0;
	uint64_t from = 0;

	do {
		path[length] = '\0';
		if (!succeeds(path, files_read_entries(file, from, entries, ENTRIES, &count))) {
			return;
		}
		for (uint32_t i = 0; i < count; i++) {
			from = entries[i].next;
			path[length] = '\0';
			if (path_add(path, entries[i].name)) {
				say_entry(entries[i].name, is_long);
			}
		}
	} while (count != 0);
}

static void list(const char *word, bool is_long)
{
	struct filesystem_attributes attributes;
	uint32_t file;

	if (!path_make(path, word)) {
		return;
	}
	if (!is_directory(path)) {
		if (succeeds(path, files_look_up(path, false, &attributes))) {
			say_entry(word, is_long);
		}
		return;
	}
	if (succeeds(path,
		     files_open(path, FILES_ACCESS_READ | FILES_ACCESS_DIRECTORY, 0, &file, &attributes))) {
		list_directory(file, is_long);
		(void)files_close(file); /* it was read; whether closing it succeeds changes nothing */
	}
}

void command_ls(const struct words *words)
{
	const bool is_long = is_option(words, 1, "-l");
	const uint32_t first = is_long ? 2 : 1;

	if (first == words->count) {
		list(".", is_long);
	}
	for (uint32_t i = first; i < words->count; i++) {
		if (words->count - first > 1) {
			say("%s:\n", words->word[i]);
		}
		list(words->word[i], is_long);
	}
}

/* ---- df, mount, umount ------------------------------------------------------------------------ */

/* Calls `say_one` for each that is mounted. */
static void for_each_mounted(void (*say_one)(const struct files_mounted *mounted))
{
	static struct files_mounted mounted[MOUNTED];
	uint32_t from = 0, count = 0, next = 0;
	enum files_status status;

	do {
		status = files_mounts(from, mounted, MOUNTED, &count, &next);
		if (!succeeds("/", status)) {
			return;
		}
		for (uint32_t i = 0; i < count; i++) {
			say_one(&mounted[i]);
		}
		from = next;
	} while (count != 0);
}

static void say_space(const struct files_mounted *mounted)
{
	uint64_t blocks, free_blocks, nodes, free_nodes;
	uint32_t block;
	bool is_read_only;

	if (!succeeds(mounted->at, files_space(mounted->at, &block, &blocks, &free_blocks, &nodes,
					       &free_nodes, &is_read_only))) {
		return;
	}
	say("%-16s %12llu %12llu %12llu %3u%%  ", mounted->file_system,
	    (unsigned long long)(blocks * block / 1024),
	    (unsigned long long)((blocks - free_blocks) * block / 1024),
	    (unsigned long long)(free_blocks * block / 1024),
	    blocks == 0 ? 0 : (unsigned)((blocks - free_blocks) * 100 / blocks));
	say_text(mounted->at);
	say("\n");
}

void command_df(const struct words *words)
{
	(void)words;
	say("%-16s %12s %12s %12s %4s  %s\n", "FILE SYSTEM", "KIB", "USED", "FREE", "", "MOUNTED ON");
	for_each_mounted(say_space);
}

static void say_mounted(const struct files_mounted *mounted)
{
	say("%-16s %s  ", mounted->file_system, mounted->is_read_only ? "read-only" : "writable ");
	say_text(mounted->at);
	say("\n");
}

void command_mount(const struct words *words)
{
	const bool is_read_only = is_option(words, 1, "-r");
	const uint32_t first = is_read_only ? 2 : 1;

	if (words->count == 1) {
		for_each_mounted(say_mounted);
	} else if (words->count - first != 2) {
		say("usage: mount [[-r] FILE_SYSTEM DIRECTORY]\n");
	} else if (path_make(path, words->word[first + 1])) {
		(void)succeeds(path, files_mount(words->word[first], path, is_read_only)); /* said */
	}
}

void command_umount(const struct words *words)
{
	if (path_make(path, words->word[1])) {
		(void)succeeds(path, files_unmount(path)); /* said */
	}
}
