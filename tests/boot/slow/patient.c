/* SPDX-License-Identifier: MIT
 * A client of the slow file system: it waits, and is answered in the end. The other client sees that it is done.
 */
#include "component.h"

static void must(enum files_status status, const char *what)
{
	if (status != FILES_OK) {
		log_error("wrong: %s: %s", what, files_status_name(status));
	}
}

void files_session(bool is_open)
{
	(void)is_open;
}

void files_changes(void)
{
}

void component_start(void)
{
	struct filesystem_attributes attributes;
	uint32_t file = 0, count = 0;
	uint8_t text[8];

	must(files_look_up("/slow/slow", true, &attributes), "look up");
	log_info("has found it");
	must(files_open("/slow/slow", FILES_ACCESS_READ, 0, &file, &attributes), "open");
	must(files_read(file, 0, text, sizeof text, &count), "read");
	if (count != 4 || text[0] != 's' || text[3] != 'w') {
		log_error("wrong: what was read");
	}
	must(files_close(file), "close");
	log_info("has read it");
	must(files_make_directory("/done", 0755), "make a directory");
}
