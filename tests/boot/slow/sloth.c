/* SPDX-License-Identifier: MIT
 * A file system with one file, which begins to look it up, and to read it, and goes on when it is told to: once each, for when it
 * has been started anew it is as fast as others.
 */
#include "asks.h"

#include <tenon/string.h>

#define ROOT    UINT64_C(1)
#define FILE    UINT64_C(2)
#define MOST_NS UINT64_C(60000000000) /* of the guest's time: then nobody will let it go on any more */

static const char content[] = "slow";
static bool may_go_on;
static bool has_waited[2];

static void wait_for(uint32_t number, const char *what)
{
	const struct pace_turn turn = {.number = number};
	const uint64_t end = clock_ns() + MOST_NS;
	bool is_said = false;

	if (tenon_restarts != 0 || has_waited[number]) {
		return;
	}
	has_waited[number] = true;
	may_go_on = false;
	log_info("%s", what);
	while (!may_go_on && clock_ns() < end) {
		is_said = is_said || pace_begun_send(0, &turn); /* who hears it may have to start yet */
		wait_for_signal_until(end);
	}
	if (!may_go_on) {
		log_error("was not let go");
	}
}

void pace_go_on(uint32_t client)
{
	struct pace_turn turn;

	while (pace_go_on_receive(client, &turn)) {
		may_go_on = true;
	}
}

void pace_begun_room(uint32_t client)
{
	(void)client;
}

void pace_session(uint32_t client, bool is_open)
{
	(void)client;
	(void)is_open;
}

/* From the loop, where nothing waits. */
void asks_are_there(void)
{
	serve_later_at(0);
}

void serve_later(void)
{
	asks_serve();
}

/* ---- what there is ---------------------------------------------------------------------------- */

static struct filesystem_attributes attributes_of(uint64_t node)
{
	return (struct filesystem_attributes){.node = node,
					      .kind = node == ROOT ? FILESYSTEM_KIND_DIRECTORY
								   : FILESYSTEM_KIND_FILE,
					      .mode = 0555,
					      .links = node == ROOT ? 2 : 1,
					      .size = node == ROOT ? 0 : sizeof content - 1};
}

enum filesystem_status files_describe(uint32_t client, uint64_t *root, uint32_t *features, uint32_t *block,
				      uint32_t *longest, uint64_t *largest)
{
	(void)client;
	*root = ROOT;
	*features = FILESYSTEM_FEATURES_READ_ONLY;
	*block = 4096;
	*longest = 255;
	*largest = sizeof content;
	return FILESYSTEM_OK;
}

enum filesystem_status files_look_up(uint32_t client, uint64_t directory, const char *name,
				     struct filesystem_attributes *attributes)
{
	(void)client;
	wait_for(0, "looks up slow");
	if (directory != ROOT || strcmp(name, "slow") != 0) {
		return FILESYSTEM_NOT_FOUND;
	}
	*attributes = attributes_of(FILE);
	return FILESYSTEM_OK;
}

enum filesystem_status files_read_attributes(uint32_t client, uint64_t node,
					     struct filesystem_attributes *attributes)
{
	(void)client;
	*attributes = attributes_of(node);
	return node == ROOT || node == FILE ? FILESYSTEM_OK : FILESYSTEM_BAD_NODE;
}

enum filesystem_status files_read_entries(uint32_t client, uint64_t directory, uint64_t from,
					  struct filesystem_entry entries[12], uint32_t *entries_count)
{
	(void)client;
	*entries_count = directory == ROOT && from == 0;
	entries[0] =
	    (struct filesystem_entry){.node = FILE, .next = 1, .kind = FILESYSTEM_KIND_FILE, .name = "slow"};
	return FILESYSTEM_OK;
}

enum filesystem_status files_hold(uint32_t client, uint64_t node)
{
	(void)client;
	return node == ROOT || node == FILE ? FILESYSTEM_OK : FILESYSTEM_BAD_NODE;
}

enum filesystem_status files_release(uint32_t client, uint64_t node)
{
	(void)client;
	(void)node;
	return FILESYSTEM_OK;
}

enum filesystem_status files_space(uint32_t client, uint64_t *blocks, uint64_t *free_blocks, uint64_t *nodes,
				   uint64_t *free_nodes)
{
	(void)client;
	*blocks = 1;
	*free_blocks = 0;
	*nodes = 2;
	*free_nodes = 0;
	return FILESYSTEM_OK;
}

enum filesystem_status files_sync(uint32_t client, bool settle)
{
	(void)client;
	(void)settle;
	return FILESYSTEM_OK;
}

void files_closed(uint32_t client)
{
	(void)client;
}

enum filesystem_status asks_read(uint32_t client, uint64_t node, uint64_t offset, void *data, uint32_t bytes,
				 uint32_t *count)
{
	const uint64_t size = sizeof content - 1, left = offset < size ? size - offset : 0;

	(void)client;
	(void)node;
	wait_for(1, "reads");
	*count = (uint32_t)(bytes < left ? bytes : left);
	memcpy(data, content + (size - left), *count);
	return FILESYSTEM_OK;
}

enum filesystem_status asks_write(uint32_t client, uint64_t node, uint64_t offset,
				  const struct filesystem_time *now, const void *data, uint32_t bytes)
{
	(void)client;
	(void)node;
	(void)offset;
	(void)now;
	(void)data;
	(void)bytes;
	return FILESYSTEM_READ_ONLY;
}

/* ---- what there is not ------------------------------------------------------------------------ */

enum filesystem_status files_write_attributes(uint32_t client, uint64_t node, uint32_t wanted, uint32_t mode,
					      uint64_t size, const struct filesystem_time *accessed,
					      const struct filesystem_time *modified,
					      struct filesystem_attributes *attributes)
{
	(void)client;
	(void)node;
	(void)wanted;
	(void)mode;
	(void)size;
	(void)accessed;
	(void)modified;
	(void)attributes;
	return FILESYSTEM_READ_ONLY;
}

enum filesystem_status files_create(uint32_t client, uint64_t directory, const char *name,
				    enum filesystem_kind kind, uint32_t mode,
				    const struct filesystem_time *now,
				    struct filesystem_attributes *attributes)
{
	(void)client;
	(void)directory;
	(void)name;
	(void)kind;
	(void)mode;
	(void)now;
	(void)attributes;
	return FILESYSTEM_READ_ONLY;
}

enum filesystem_status files_create_link(uint32_t client, uint64_t directory, const char *name,
					 const char *target, const struct filesystem_time *now,
					 struct filesystem_attributes *attributes)
{
	(void)client;
	(void)directory;
	(void)name;
	(void)target;
	(void)now;
	(void)attributes;
	return FILESYSTEM_READ_ONLY;
}

enum filesystem_status files_read_link(uint32_t client, uint64_t node, char target[1023 + 1])
{
	(void)client;
	(void)node;
	(void)target;
	return FILESYSTEM_READ_ONLY;
}

enum filesystem_status files_link(uint32_t client, uint64_t node, uint64_t directory, const char *name,
				  const struct filesystem_time *now)
{
	(void)client;
	(void)node;
	(void)directory;
	(void)name;
	(void)now;
	return FILESYSTEM_READ_ONLY;
}

enum filesystem_status files_unlink(uint32_t client, uint64_t directory, const char *name,
				    enum filesystem_kind kind, const struct filesystem_time *now)
{
	(void)client;
	(void)directory;
	(void)name;
	(void)kind;
	(void)now;
	return FILESYSTEM_READ_ONLY;
}

enum filesystem_status files_rename(uint32_t client, uint64_t from, const char *old, uint64_t to,
				    const char *new, const struct filesystem_time *now)
{
	(void)client;
	(void)from;
	(void)old;
	(void)to;
	(void)new;
	(void)now;
	return FILESYSTEM_READ_ONLY;
}

enum filesystem_status files_read(uint32_t client, uint64_t node, uint64_t offset, struct tenon_loan data,
				  uint32_t *count)
{
	(void)client;
	(void)node;
	(void)offset;
	(void)data;
	(void)count;
	return FILESYSTEM_READ_ONLY;
}

enum filesystem_status files_write(uint32_t client, uint64_t node, uint64_t offset,
				   const struct filesystem_time *now, struct tenon_loan data)
{
	(void)client;
	(void)node;
	(void)offset;
	(void)now;
	(void)data;
	return FILESYSTEM_READ_ONLY;
}

enum filesystem_status files_map(uint32_t client, uint64_t node, uint64_t offset, uint64_t length,
				 bool allocate, struct filesystem_extent *extents, uint32_t *extents_count)
{
	(void)client;
	(void)node;
	(void)offset;
	(void)length;
	(void)allocate;
	(void)extents;
	(void)extents_count;
	return FILESYSTEM_READ_ONLY;
}

enum filesystem_status files_commit(uint32_t client, uint64_t node, const struct filesystem_range *ranges,
				    uint32_t ranges_count, uint64_t size,
				    const struct filesystem_time *modified)
{
	(void)client;
	(void)node;
	(void)ranges;
	(void)ranges_count;
	(void)size;
	(void)modified;
	return FILESYSTEM_READ_ONLY;
}
