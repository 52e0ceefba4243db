/* SPDX-License-Identifier: MIT
 * Takes the images from the disk one by one; images.py put them there with a table, and judges what is said of each.
 */
#include "component.h"

#include "use.h"
#include "wait.h"

#include <tenon/string.h>

#define TABLE_SECTOR 64u /* between the table of partitions and the first of them */
#define TABLE_BYTES  2048u
#define MAGIC        0x656761u
#define IMAGES_MOST  30u
#define SECTOR       512u
#define PIECE        (64u * 1024)

struct image {
	uint32_t kind; /* 0: ext4, 1: fat */
	uint32_t from, to, sectors;
	char name[40];
};

static struct {
	uint32_t magic, count;
	struct image image[IMAGES_MOST];
} table;

static uint8_t buffer[PIECE];
static uint32_t checks, wrong, restarts[2];
static const char *const kinds[] = {"ext4", "fat"};

static void check(bool holds, const char *what)
{
	checks++;
	if (!holds) {
		wrong++;
		log_error("wrong: %s", what);
	}
}

static void put(const struct image *image)
{
	for (uint32_t at = 0; at < image->sectors; at += PIECE / SECTOR) {
		const uint32_t left = image->sectors - at;
		const uint32_t count = left < PIECE / SECTOR ? left : PIECE / SECTOR;

		check(storage_read(image->from + at, count, buffer) == STORAGE_OUTCOME_OK &&
			  storage_write(image->to + at, count, buffer) == STORAGE_OUTCOME_OK,
		      "an image is copied");
	}
	check(storage_flush() == STORAGE_OUTCOME_OK, "and is there");
}

/* The other file systems, meanwhile. */
static void use_others(void)
{
	for (uint32_t i = 0; i < 2; i++) {
		static const char *const names[] = {"/good/other", "/other"};
		struct filesystem_attributes attributes;
		uint32_t file = 0, count = 0;
		uint64_t stop = 0;

		memset(buffer, (int)('a' + checks % 20), 5000);
		check(files_open(names[i], FILES_ACCESS_READ | FILES_ACCESS_WRITE | FILES_ACCESS_CREATE, 0644,
				 &file, &attributes) == FILES_OK &&
			  files_write(file, 700, buffer, 5000, &stop) == FILES_OK &&
			  files_sync(file) == FILES_OK,
		      "another file system is written");
		buffer[4999] = 0;
		check(files_read(file, 700, buffer + 5000, 5000, &count) == FILES_OK && count == 5000 &&
			  memcmp(buffer, buffer + 5000, 4999) == 0,
		      "and read");
		check(files_close(file) == FILES_OK, "and closed");
	}
}

static void try(const struct image *image)
{
	const char *kind = kinds[image->kind];
	struct use reading = {0}, changes = {0};
	enum files_status status;

	/* The one before has yet to write what it has changed, and does not come to it. The new one reads nothing before it is mounted. */
	check(supervisor_restart(kind) == SUPERVISOR_OK, "it is started anew");
	restarts[image->kind]++;
	put(image);
	status = files_mount(kind, "/under test", false);
	if (status == FILES_OK) {
		reading = use_read("/under test");
		changes = use_change("/under test");
		use_others();
		(void)files_sync_all(false); /* what is damaged cannot be, perhaps */
		check(files_unmount("/under test") == FILES_OK, "it is unmounted");
	}
	log_info("%s: mount %s; read %u of %u failed, %s; change %u of %u failed, %s", image->name,
		 files_status_name(status), reading.failed, reading.asked, files_status_name(reading.first),
		 changes.failed, changes.asked, files_status_name(changes.first));
	use_others();
}

static void check_instance(const char *name, uint32_t wanted)
{
	enum supervisor_state state;
	uint32_t count = 0, fault = 0;

	check(supervisor_status(name, &state, &count, &fault) == SUPERVISOR_OK && fault == 0 &&
		  count == wanted && state != SUPERVISOR_STATE_HALTED,
	      name);
}

enum trial_status trial_run(uint32_t client, uint32_t *checked, uint32_t *failed)
{
	_Static_assert(sizeof table <= TABLE_BYTES, "the table fits into its sectors");
	(void)client;
	check(storage_geometry()->sector_size == SECTOR, "sectors are of 512 bytes");
	check(storage_read(TABLE_SECTOR, TABLE_BYTES / SECTOR, buffer) == STORAGE_OUTCOME_OK, "the table");
	memcpy(&table, buffer, sizeof table);
	check(table.magic == MAGIC && table.count <= IMAGES_MOST, "is one");
	check(files_make_directory("/under test", 0755) == FILES_OK, "a directory to mount on");
	use_others();
	for (uint32_t i = 0; i < table.count && table.magic == MAGIC; i++) {
		try(&table.image[i]);
	}
	check_instance("ext4", restarts[0]);
	check_instance("fat", restarts[1]);
	*checked = checks;
	*failed = wrong;
	return TRIAL_OK;
}

void files_session(bool is_open)
{
	(void)is_open;
}

void files_changes(void)
{
}
