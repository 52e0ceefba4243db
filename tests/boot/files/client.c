/* SPDX-License-Identifier: MIT
 * A client that sees all files: names, links, mounts, data, locks and watches.
 */
#include "check.h"

#include <tenon/string.h>

#define SIZE (300u * 1024)

static uint8_t data[SIZE], read_back[SIZE];

static void names(void)
{
	bool found;
	struct filesystem_attributes attributes;

	expect(files_make_directory("/hostile", 0755), FILES_OK, "hostile");
	expect(files_make_directory("/home", 0755), FILES_OK, "home");
	expect(files_make_directory("home/guest/", 0755), FILES_OK, "home/guest/");
	expect(files_make_directory("/home", 0755), FILES_EXISTS, "home again");
	expect(files_make_directory("/nothing/there", 0755), FILES_NOT_FOUND, "below nothing");
	put("/home/guest/a", "for the guest");
	put("/secret", "not for the guest");
	has("/home/./guest/../guest//a", "for the guest");
	has("/../../home/guest/a", "for the guest");
	expect(files_make_directory("/home/guest/a/b", 0755), FILES_NOT_A_DIRECTORY, "below a file");
	expect(files_look_up("/home/guest/a/", true, &attributes), FILES_NOT_A_DIRECTORY,
	       "a file with a slash");
	expect(files_rename("/home/guest/a", "/home/guest/b"), FILES_OK, "rename");
	is_not_there("/home/guest/a");
	has("/home/guest/b", "for the guest");
	expect(files_rename("/home", "/home/guest/c"), FILES_INTO_ITSELF, "into itself");
	expect(files_make_directory("/home/dir", 0755), FILES_OK, "dir");
	expect(files_remove("/home", true), FILES_NOT_EMPTY, "not empty");
	expect(files_remove("/secret", true), FILES_NOT_A_DIRECTORY, "no directory");
	expect(files_remove("/home/dir", false), FILES_IS_A_DIRECTORY, "a directory");
	expect(files_link("/secret", "/secret too"), FILES_OK, "link");
	expect(files_remove("/secret too", false), FILES_OK, "one of two names");
	has("/secret", "not for the guest");
	for (char i = 'a'; i <= 'z'; i++) {
		const char name[] = {'/', 'm', i, '\0'};

		put(name, "x");
	}
	check(count("/", "mz", &found) == 30 && found, "entries of /");
}

static void links(void)
{
	char target[1024];

	expect(files_make_link("/home/guest/up", "../../secret"), FILES_OK, "link up");
	expect(files_make_link("/home/guest/top", "/secret"), FILES_OK, "link to the top");
	expect(files_make_link("/round", "round"), FILES_OK, "a link to itself");
	expect(files_make_link("/dangling", "made"), FILES_OK, "a link to nothing");
	has("/home/guest/up", "not for the guest");
	expect(files_read_link("/home/guest/up", target), FILES_OK, "read a link");
	check(strcmp(target, "../../secret") == 0, "its target");
	expect(files_remove("/round/x", false), FILES_LOOP, "round and round");
	put("/dangling", "through the link");
	has("/made", "through the link");
}

static void mounts(void)
{
	struct files_mounted mounted[8];
	uint32_t number = 0, next, block;
	uint64_t blocks, free_blocks, nodes, free_nodes;
	bool read_only;

	expect(files_mounts(0, mounted, 8, &number, &next), FILES_OK, "mounts");
	check(number == 2 && strcmp(mounted[0].at, "/") == 0 && strcmp(mounted[1].at, "/var") == 0 &&
		  strcmp(mounted[1].file_system, "data") == 0,
	      "what is mounted");
	put("/var/file", "elsewhere");
	has("/var/../var/file", "elsewhere");
	expect(files_rename("/var/file", "/file"), FILES_ACROSS, "across");
	expect(files_link("/var/file", "/file"), FILES_ACROSS, "a link across");
	expect(files_remove("/var", true), FILES_IN_USE, "remove what is mounted");
	expect(files_unmount("/home"), FILES_NOT_FOUND, "unmount what is none");
	expect(files_space("/var", &block, &blocks, &free_blocks, &nodes, &free_nodes, &read_only), FILES_OK,
	       "space");
	check(block == 4096 && free_blocks < blocks && !read_only, "of the space");
	number = open("/var/file", FILES_ACCESS_READ);
	expect(files_unmount("/var"), FILES_IN_USE, "unmount with a file open");
	close(number);
	expect(files_unmount("/var"), FILES_OK, "unmount");
	is_not_there("/var/file");
	expect(files_make_directory("/mnt", 0755), FILES_OK, "mnt");
	expect(files_mount("data", "/mnt", true), FILES_OK, "mount");
	expect(files_mount("data", "/home", true), FILES_EXISTS, "mount again");
	expect(files_mount("nothing", "/home", true), FILES_NOT_FOUND, "mount nothing");
	has("/mnt/file", "elsewhere");
	expect(files_remove("/mnt/file", false), FILES_READ_ONLY, "mounted read-only");
}

static void contents(void)
{
	uint32_t file = open("/data", FILES_ACCESS_READ | FILES_ACCESS_WRITE | FILES_ACCESS_CREATE),
		 bytes = 0;
	struct filesystem_attributes attributes;
	uint64_t stop = 0;

	for (uint32_t i = 0; i < SIZE; i++) {
		data[i] = (uint8_t)(i * 7 + i / 256);
	}
	expect(files_write(file, 100, data, SIZE, &stop), FILES_OK, "write");
	check(stop == SIZE + 100, "its end");
	expect(files_read(file, 100, read_back, SIZE, &bytes), FILES_OK, "read");
	check(bytes == SIZE && memcmp(data, read_back, SIZE) == 0, "what was written");
	expect(files_read(file, 0, read_back, 100, &bytes), FILES_OK, "read before it");
	check(bytes == 100 && read_back[0] == 0 && read_back[99] == 0, "zeroes");
	expect(files_resize(file, 1000), FILES_OK, "shorter");
	expect(files_resize(file, 3000), FILES_OK, "longer");
	expect(files_read(file, 900, read_back, SIZE, &bytes), FILES_OK, "read to the end");
	check(bytes == 2100 && memcmp(data + 800, read_back, 100) == 0 && read_back[100] == 0 &&
		  read_back[2099] == 0,
	      "zeroes behind it");
	expect(files_read(file, 3000, read_back, 10, &bytes), FILES_OK, "read at the end");
	check(bytes == 0, "nothing at the end");
	expect(files_sync(file), FILES_OK, "sync");
	expect(files_remove("/data", false), FILES_OK, "remove while open");
	expect(files_read_attributes(file, &attributes), FILES_OK, "its attributes");
	check(attributes.size == 3000 && attributes.links == 0, "of what has no name");
	close(file);
	expect(files_close(file), FILES_MALFORMED, "close when nothing is open");
	expect(files_read(file, 0, read_back, 10, &bytes), FILES_BAD_FILE, "read what is closed");
	file = open("/log", FILES_ACCESS_WRITE | FILES_ACCESS_CREATE | FILES_ACCESS_APPEND);
	expect(files_write(file, 0, (const uint8_t *)"one ", 4, &stop), FILES_OK, "append");
	expect(files_write(file, 0, (const uint8_t *)"two", 3, &stop), FILES_OK, "append");
	expect(files_read(file, 0, read_back, 10, &bytes), FILES_BAD_FILE, "not opened for reading");
	close(file);
	has("/log", "one two");
}

static void watches(void)
{
	struct files_changed changed;
	uint32_t watch = 0;

	expect(files_watch("/home", &watch), FILES_OK, "watch");
	put("/home/new", "");
	expect(files_remove("/home/new", false), FILES_OK, "remove");
	check(files_changes_receive(&changed) && changed.change == FILES_CHANGE_CREATED &&
		  strcmp(changed.name, "new") == 0,
	      "created");
	check(files_changes_receive(&changed) && changed.change == FILES_CHANGE_REMOVED, "removed");
	check(!files_changes_receive(&changed), "no more");
	expect(files_unwatch(watch), FILES_OK, "unwatch");
	expect(files_unwatch(watch), FILES_MALFORMED, "unwatch when nothing is watched");
}

static void limits(void)
{
	struct filesystem_attributes attributes;
	uint32_t file, files[64];

	for (uint32_t i = 0; i < 64; i++) {
		files[i] = open("/log", FILES_ACCESS_READ);
	}
	expect(files_open("/log", FILES_ACCESS_READ, 0, &file, &attributes), FILES_QUOTA, "one too many");
	for (uint32_t i = 0; i < 64; i++) {
		close(files[i]);
	}
}

void component_start(void)
{
	names();
	links();
	mounts();
	contents();
	limits();
}

static bool has_begun;

void files_session(bool is_open)
{
	struct filesystem_attributes attributes;

	if (is_open && !has_begun) {
		has_begun = true;
		watches();
		while (files_look_up("/hostile/done", true, &attributes) != FILES_OK) {
			tenon_yield();
		}
		expect(files_rename("/hostile", "/somebody"), FILES_IN_USE, "a client's root");
		expect(files_rename("/hostile/own", "/own"), FILES_ACROSS, "out of what is counted");
		expect(files_link("/hostile/own", "/own"), FILES_ACROSS, "a link out of it");
		log_info("%u checks, %u wrong", checks, wrong);
		put("/home/guest/ready", "go");
	}
}

void files_changes(void)
{
}
