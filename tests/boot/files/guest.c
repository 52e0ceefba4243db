/* SPDX-License-Identifier: MIT
 * A client that sees one directory, and cannot change it.
 */
#include "check.h"

#define LOOK_NS UINT64_C(10000000)

static void look_around(void)
{
	struct filesystem_attributes attributes;
	uint32_t file;
	bool found;

	has("/b", "for the guest");
	has("/../b", "for the guest");
	is_not_there("/secret");
	is_not_there("/../../secret");
	expect(files_look_up("/up", true, &attributes), FILES_NOT_FOUND, "a link out of its root");
	expect(files_look_up("/top", true, &attributes), FILES_NOT_FOUND, "a link to the top");
	check(count("/", "secret", &found) == 4 && !found, "what it sees");
	expect(files_remove("/b", false), FILES_READ_ONLY, "remove");
	expect(files_make_directory("/c", 0755), FILES_READ_ONLY, "make a directory");
	expect(files_rename("/b", "/c"), FILES_READ_ONLY, "rename");
	expect(files_open("/b", FILES_ACCESS_WRITE, 0, &file, &attributes), FILES_READ_ONLY, "open to write");
	expect(files_open("/c", FILES_ACCESS_WRITE | FILES_ACCESS_CREATE, 0, &file, &attributes),
	       FILES_READ_ONLY, "make");
	expect(files_mount("data", "/", true), FILES_NOT_PERMITTED, "mount");
}

void files_session(bool is_open)
{
	(void)is_open;
}

void files_changes(void)
{
}

/* The other client makes our root first, and says when it is done. */
void look(void)
{
	struct filesystem_attributes attributes;

	if (files_look_up("/ready", true, &attributes) != FILES_OK) {
		look_at(clock_ns() + LOOK_NS);
		return;
	}
	look_around();
	log_info("%u checks, %u wrong", checks, wrong);
	(void)power_end(wrong);
}

void component_start(void)
{
	look();
}
