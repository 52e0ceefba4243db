/* SPDX-License-Identifier: MIT
 * The interface `filesystem` over the heart: translation of its types, and when the volume is mounted and settled. calls.c has
 * what changes names.
 *
 * The volume is mounted by the first operation, for nothing can be read before the session with it is open. Operations wait for
 * what they read and write; calls queue meanwhile. When nothing has changed for a while, the running transaction is committed
 * and everything goes to its place, so that a machine that is switched off when nobody works leaves a clean file system.
 *
 * State: whether it is mounted, and who holds how many nodes.
 */
#include "ext4.h"

#include "extents.h"
#include "names.h"
#include "nodes.h"
#include "volume.h"

#include <stdlib.h>
#include <string.h>

#define QUIET_NS UINT64_C(500000000) /* so long without a change, then it is settled */
#define ENTRIES  12u
#define EXTENTS  32u

struct hold {
	struct hold *next;
	uint64_t node;
	uint32_t client;
};

static bool is_mounted, is_at_work;
static struct hold *holds;

/* ---- begin and end of an operation ------------------------------------------------------------ */

enum filesystem_status ext4_answer(enum ext4_status status)
{
	static const enum filesystem_status of[] = {
	    [EXT4_OK] = FILESYSTEM_OK,
	    [EXT4_NOT_FOUND] = FILESYSTEM_NOT_FOUND,
	    [EXT4_EXISTS] = FILESYSTEM_EXISTS,
	    [EXT4_NOT_A_DIRECTORY] = FILESYSTEM_NOT_A_DIRECTORY,
	    [EXT4_IS_A_DIRECTORY] = FILESYSTEM_IS_A_DIRECTORY,
	    [EXT4_NOT_EMPTY] = FILESYSTEM_NOT_EMPTY,
	    [EXT4_BAD_NAME] = FILESYSTEM_BAD_NAME,
	    [EXT4_BAD_NODE] = FILESYSTEM_BAD_NODE,
	    [EXT4_INTO_ITSELF] = FILESYSTEM_INTO_ITSELF,
	    [EXT4_TOO_LARGE] = FILESYSTEM_TOO_LARGE,
	    [EXT4_TOO_MANY_LINKS] = FILESYSTEM_TOO_MANY_LINKS,
	    [EXT4_NO_SPACE] = FILESYSTEM_NO_SPACE,
	    [EXT4_READ_ONLY] = FILESYSTEM_READ_ONLY,
	    [EXT4_UNSUPPORTED] = FILESYSTEM_UNSUPPORTED,
	    [EXT4_IO] = FILESYSTEM_IO,
	    [EXT4_DAMAGED] = FILESYSTEM_DAMAGED,
	};

	return of[status];
}

/* One that could not be mounted is tried again by the next operation: the medium may have come back. */
enum filesystem_status ext4_begin(void)
{
	enum ext4_status status;

	CHECK(!is_at_work);
	is_at_work = true;
	if (is_mounted) {
		return FILESYSTEM_OK;
	}
	status = volume_mount();
	is_mounted = status == EXT4_OK;
	if (is_mounted) {
		log_info("mounted%s", volume_is_read_only() ? " read-only" : "");
		return FILESYSTEM_OK;
	}
	log_error("the volume cannot be mounted: %s", filesystem_status_name(ext4_answer(status)));
	return status == EXT4_IO ? FILESYSTEM_IO : FILESYSTEM_DAMAGED;
}

enum filesystem_status ext4_end(enum filesystem_status status)
{
	is_at_work = false;
	if (is_mounted && volume_is_dirty()) {
		settle_at(clock_ns() + QUIET_NS);
	}
	return status;
}

/* Nothing has changed for a while. */
void settle(void)
{
	if (is_at_work) {
		settle_at(clock_ns() + QUIET_NS);
		return;
	}
	is_at_work = true;
	if (is_mounted) {
		(void)volume_sync(true); /* what failed has been said, and fails again for who asks */
	}
	is_at_work = false;
}

/* ---- types ------------------------------------------------------------------------------------ */

static enum filesystem_kind kind_of(enum node_kind kind)
{
	return kind == NODE_DIRECTORY ? FILESYSTEM_KIND_DIRECTORY
	       : kind == NODE_LINK    ? FILESYSTEM_KIND_SYMBOLIC_LINK
				      : FILESYSTEM_KIND_FILE;
}

static struct filesystem_time time_of(const struct node_time *time)
{
	return (struct filesystem_time){.seconds = time->seconds, .nanoseconds = time->nanoseconds};
}

struct node_time ext4_time(const struct filesystem_time *time)
{
	return (struct node_time){.seconds = time->seconds, .nanoseconds = time->nanoseconds};
}

struct filesystem_attributes ext4_attributes(const struct node_attributes *from)
{
	return (struct filesystem_attributes){.node = from->node,
					      .kind = kind_of(from->kind),
					      .mode = from->mode,
					      .links = from->links,
					      .size = from->size,
					      .allocated = from->allocated,
					      .accessed = time_of(&from->accessed),
					      .modified = time_of(&from->modified),
					      .changed = time_of(&from->changed)};
}

/* ---- what there is ---------------------------------------------------------------------------- */

enum filesystem_status files_describe(uint32_t client, uint64_t *root, uint32_t *features, uint32_t *block,
				      uint32_t *longest, uint64_t *largest)
{
	struct node_attributes attributes;
	enum filesystem_status status;

	(void)client;
	status = DO(nodes_root(&attributes));
	if (status != FILESYSTEM_OK) {
		return status == FILESYSTEM_IO ? status : FILESYSTEM_DAMAGED;
	}
	*root = attributes.node;
	*features = FILESYSTEM_FEATURES_EXTENTS | FILESYSTEM_FEATURES_LINKS |
		    FILESYSTEM_FEATURES_SYMBOLIC_LINKS | FILESYSTEM_FEATURES_HOLES |
		    (volume_is_read_only() ? FILESYSTEM_FEATURES_READ_ONLY : 0);
	*block = volume_fs()->blocksize;
	*longest = NAME_LONGEST;
	*largest = extents_largest();
	return FILESYSTEM_OK;
}

enum filesystem_status files_look_up(uint32_t client, uint64_t directory, const char *name,
				     struct filesystem_attributes *attributes)
{
	struct node_attributes found = {0};
	const enum filesystem_status status = DO(names_look_up(directory, name, &found));

	(void)client;
	*attributes = ext4_attributes(&found);
	return status;
}

enum filesystem_status files_read_attributes(uint32_t client, uint64_t node,
					     struct filesystem_attributes *attributes)
{
	struct node_attributes found = {0};
	const enum filesystem_status status = DO(nodes_read_attributes(node, &found));

	(void)client;
	*attributes = ext4_attributes(&found);
	return status;
}

enum filesystem_status files_write_attributes(uint32_t client, uint64_t node, uint32_t wanted, uint32_t mode,
					      uint64_t size, const struct filesystem_time *accessed,
					      const struct filesystem_time *modified,
					      struct filesystem_attributes *attributes)
{
	const struct node_time access_time = ext4_time(accessed), modify_time = ext4_time(modified);
	const uint32_t heart_wanted = ((wanted & FILESYSTEM_WANTED_MODE) != 0 ? NODE_MODE : 0) |
				      ((wanted & FILESYSTEM_WANTED_SIZE) != 0 ? NODE_SIZE : 0) |
				      ((wanted & FILESYSTEM_WANTED_ACCESSED) != 0 ? NODE_ACCESSED : 0) |
				      ((wanted & FILESYSTEM_WANTED_MODIFIED) != 0 ? NODE_MODIFIED : 0);
	struct node_attributes found = {0};
	const enum filesystem_status status =
	    DO(nodes_write_attributes(node, heart_wanted, mode, size, &access_time, &modify_time, &found));

	(void)client;
	*attributes = ext4_attributes(&found);
	return status == FILESYSTEM_UNSUPPORTED ? FILESYSTEM_BAD_NODE : status;
}

enum filesystem_status files_read_entries(uint32_t client, uint64_t directory, uint64_t from,
					  struct filesystem_entry entries[ENTRIES], uint32_t *entries_count)
{
	static struct name_entry found[ENTRIES];
	uint32_t count = 0;
	const enum filesystem_status status = DO(names_read(directory, from, found, ENTRIES, &count));

	(void)client;
	for (uint32_t i = 0; i < count; i++) {
		entries[i].node = found[i].node;
		entries[i].next = found[i].next;
		entries[i].kind = kind_of(found[i].kind);
		memcpy(entries[i].name, found[i].name, sizeof found[i].name);
	}
	*entries_count = count;
	return status;
}

enum filesystem_status files_read_link(uint32_t client, uint64_t node, char target[1023 + 1])
{
	(void)client;
	target[0] = '\0';
	return DO(names_read_link(node, target, 1023 + 1));
}

enum filesystem_status files_space(uint32_t client, uint64_t *blocks, uint64_t *free_blocks, uint64_t *nodes,
				   uint64_t *free_nodes)
{
	struct node_attributes root;
	const enum filesystem_status status = DO(nodes_root(&root));
	ext2_filsys fs = volume_fs();

	(void)client;
	if (status != FILESYSTEM_OK) {
		return FILESYSTEM_IO;
	}
	*blocks = ext2fs_blocks_count(fs->super);
	*free_blocks = ext2fs_free_blocks_count(fs->super);
	*nodes = fs->super->s_inodes_count;
	*free_nodes = fs->super->s_free_inodes_count;
	return FILESYSTEM_OK;
}

enum filesystem_status files_sync(uint32_t client, bool settle)
{
	const enum filesystem_status status = DO(volume_sync(settle));

	(void)client;
	return status == FILESYSTEM_OK ? status : FILESYSTEM_IO;
}

/* ---- holding ---------------------------------------------------------------------------------- */

enum filesystem_status files_hold(uint32_t client, uint64_t node)
{
	struct hold *hold = malloc(sizeof *hold);
	enum filesystem_status status;

	if (hold == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	status = DO(nodes_hold(node));
	if (status != FILESYSTEM_OK) {
		free(hold);
		return FILESYSTEM_BAD_NODE;
	}
	*hold = (struct hold){.next = holds, .node = node, .client = client};
	holds = hold;
	return FILESYSTEM_OK;
}

enum filesystem_status files_release(uint32_t client, uint64_t node)
{
	struct hold **link = &holds, *hold;
	enum filesystem_status status;

	while (*link != NULL && ((*link)->client != client || (*link)->node != node)) {
		link = &(*link)->next;
	}
	hold = *link;
	if (hold == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	*link = hold->next;
	free(hold);
	status = DO(nodes_release(node));
	return status == FILESYSTEM_OK || status == FILESYSTEM_BAD_NODE ? status : FILESYSTEM_IO;
}

/* Who starts anew holds nothing. */
void files_closed(uint32_t client)
{
	for (struct hold **link = &holds, *hold = holds; hold != NULL; hold = *link) {
		if (hold->client == client) {
			*link = hold->next;
			(void)DO(nodes_release(hold->node)); /* what fails is done by the next mount */
			free(hold);
		} else {
			link = &hold->next;
		}
	}
}

/* ---- data ------------------------------------------------------------------------------------- */

/* Data goes by extents. */
enum filesystem_status files_read(uint32_t client, uint64_t node, uint64_t offset, struct tenon_loan data,
				  uint32_t *count)
{
	(void)client;
	(void)node;
	(void)offset;
	(void)data;
	(void)count;
	return FILESYSTEM_UNSUPPORTED;
}

enum filesystem_status files_write(uint32_t client, uint64_t node, uint64_t offset,
				   const struct filesystem_time *now, struct tenon_loan data)
{
	(void)client;
	(void)node;
	(void)offset;
	(void)now;
	(void)data;
	return FILESYSTEM_UNSUPPORTED;
}

enum filesystem_status files_map(uint32_t client, uint64_t node, uint64_t offset, uint64_t length,
				 bool allocate, struct filesystem_extent *extents, uint32_t *extents_count)
{
	static const enum filesystem_place place_of[] = {[EXTENT_DATA] = FILESYSTEM_PLACE_DATA,
							 [EXTENT_HOLE] = FILESYSTEM_PLACE_HOLE,
							 [EXTENT_FRESH] = FILESYSTEM_PLACE_FRESH};
	static struct extent found[EXTENTS];
	uint32_t count = 0;
	const enum filesystem_status status =
	    DO(extents_map(node, offset, length, allocate, found, EXTENTS, &count));

	(void)client;
	for (uint32_t i = 0; i < count; i++) {
		extents[i] = (struct filesystem_extent){.offset = found[i].offset,
							.position = found[i].position,
							.length = found[i].length,
							.place = place_of[found[i].place]};
	}
	*extents_count = count;
	return status;
}

enum filesystem_status files_commit(uint32_t client, uint64_t node, const struct filesystem_range *ranges,
				    uint32_t ranges_count, uint64_t size,
				    const struct filesystem_time *modified)
{
	static struct extent_range wanted[EXTENTS];
	const struct node_time time = ext4_time(modified);

	(void)client;
	for (uint32_t i = 0; i < ranges_count; i++) {
		wanted[i] = (struct extent_range){.offset = ranges[i].offset, .length = ranges[i].length};
	}
	return DO(extents_commit(node, wanted, ranges_count, size, &time));
}
