/* SPDX-License-Identifier: MIT
 * A file system in memory: what each operation of the interface does to names, nodes and data. All checks come first, and
 * whatever needs memory comes before what cannot be undone, so a refusal changes nothing.
 */
#include "asks.h"
#include "name.h"
#include "node.h"

#include <tenon/heap.h>
#include <tenon/string.h>

#define MODE_LINK 0777u
#define LONGEST   255u
#define LINKS_MAX 65535u

static struct node *directory_of(uint64_t number, enum filesystem_status *status)
{
	struct node *node = node_find(number);

	*status = node == NULL                              ? FILESYSTEM_BAD_NODE
		  : node->kind != FILESYSTEM_KIND_DIRECTORY ? FILESYSTEM_NOT_A_DIRECTORY
							    : FILESYSTEM_OK;
	return node;
}

static struct node *file_of(uint64_t number, enum filesystem_status *status)
{
	struct node *node = node_find(number);

	*status = node == NULL                                  ? FILESYSTEM_BAD_NODE
		  : node->kind == FILESYSTEM_KIND_DIRECTORY     ? FILESYSTEM_IS_A_DIRECTORY
		  : node->kind == FILESYSTEM_KIND_SYMBOLIC_LINK ? FILESYSTEM_BAD_NODE
								: FILESYSTEM_OK;
	return node;
}

/* The directory that a name is to stand in. One that has no name itself takes none: nobody would find it. */
static struct node *place_of(uint64_t number, const char *name, enum filesystem_status *status)
{
	struct node *directory = directory_of(number, status);

	if (*status == FILESYSTEM_OK && directory->directory.parent == NULL) {
		*status = FILESYSTEM_BAD_NODE;
	} else if (*status == FILESYSTEM_OK && !name_is_good(name)) {
		*status = FILESYSTEM_BAD_NAME;
	}
	return directory;
}

static void touch(struct node *directory, struct filesystem_time now)
{
	directory->modified = now;
	directory->changed = now;
}

/* ---- what there is ---------------------------------------------------------------------------- */

enum filesystem_status files_describe(uint32_t client, uint64_t *root, uint32_t *features, uint32_t *block,
				      uint32_t *longest, uint64_t *largest)
{
	(void)client;
	*root = node_root()->number;
	*features =
	    FILESYSTEM_FEATURES_LINKS | FILESYSTEM_FEATURES_SYMBOLIC_LINKS | FILESYSTEM_FEATURES_HOLES;
	*block = DATA_PAGE;
	*longest = LONGEST;
	*largest = DATA_LIMIT;
	return FILESYSTEM_OK;
}

enum filesystem_status files_look_up(uint32_t client, uint64_t directory, const char *name,
				     struct filesystem_attributes *attributes)
{
	enum filesystem_status status;
	const struct node *in = directory_of(directory, &status);
	const struct entry *entry;

	(void)client;
	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (!name_is_good(name)) {
		return FILESYSTEM_BAD_NAME;
	}
	entry = name_find(in, name);
	if (entry == NULL) {
		return FILESYSTEM_NOT_FOUND;
	}
	*attributes = node_attributes(entry->node);
	return FILESYSTEM_OK;
}

enum filesystem_status files_read_attributes(uint32_t client, uint64_t node,
					     struct filesystem_attributes *attributes)
{
	const struct node *found = node_find(node);

	(void)client;
	if (found == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	*attributes = node_attributes(found);
	return FILESYSTEM_OK;
}

enum filesystem_status files_read_entries(uint32_t client, uint64_t directory, uint64_t from,
					  struct filesystem_entry entries[12], uint32_t *entries_count)
{
	enum filesystem_status status;
	struct node *in = directory_of(directory, &status);
	uint32_t count = 0;

	(void)client;
	if (status != FILESYSTEM_OK) {
		return status;
	}
	for (const struct entry *entry = name_from(in, from); entry != NULL && count < 12;
	     entry = entry->after) {
		struct filesystem_entry *next = &entries[count++];

		next->node = entry->node->number;
		next->next = entry->order + 1;
		next->kind = entry->node->kind;
		memcpy(next->name, entry->name, entry->length + 1);
	}
	*entries_count = count;
	return FILESYSTEM_OK;
}

enum filesystem_status files_read_link(uint32_t client, uint64_t node, char target[1023 + 1])
{
	const struct node *found = node_find(node);

	(void)client;
	if (found == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	if (found->kind != FILESYSTEM_KIND_SYMBOLIC_LINK) {
		return FILESYSTEM_UNSUPPORTED;
	}
	memcpy(target, found->target, found->size + 1);
	return FILESYSTEM_OK;
}

/* There are no extents: data goes by read and write. */
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
	return FILESYSTEM_UNSUPPORTED;
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
	return FILESYSTEM_UNSUPPORTED;
}

enum filesystem_status files_space(uint32_t client, uint64_t *blocks, uint64_t *free_blocks, uint64_t *nodes,
				   uint64_t *free_nodes)
{
	const uint64_t all = PARAMETER_SIZE / DATA_PAGE, used = data_pages();

	(void)client;
	*blocks = all;
	*free_blocks = all - used;
	*nodes = PARAMETER_NODES;
	*free_nodes = nodes_free();
	return FILESYSTEM_OK;
}

enum filesystem_status files_sync(uint32_t client, bool settle)
{
	(void)client;
	(void)settle;
	return FILESYSTEM_OK;
}

/* ---- names come and go ------------------------------------------------------------------------ */

/* Gives a fresh node its name; a node that gets none ends. */
static enum filesystem_status name_fresh(struct node *directory, const char *name, struct node *node,
					 struct filesystem_attributes *attributes)
{
	if (!name_add(directory, name, node)) {
		node_settle(node);
		return FILESYSTEM_NO_SPACE;
	}
	touch(directory, node->changed);
	*attributes = node_attributes(node);
	return FILESYSTEM_OK;
}

enum filesystem_status files_create(uint32_t client, uint64_t directory, const char *name,
				    enum filesystem_kind kind, uint32_t mode,
				    const struct filesystem_time *now,
				    struct filesystem_attributes *attributes)
{
	enum filesystem_status status;
	struct node *in = place_of(directory, name, &status), *node;

	(void)client;
	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (kind == FILESYSTEM_KIND_SYMBOLIC_LINK) {
		return FILESYSTEM_UNSUPPORTED;
	}
	if (name_find(in, name) != NULL) {
		return FILESYSTEM_EXISTS;
	}
	node = node_make(kind, mode, *now);
	return node == NULL ? FILESYSTEM_NO_SPACE : name_fresh(in, name, node, attributes);
}

enum filesystem_status files_create_link(uint32_t client, uint64_t directory, const char *name,
					 const char *target, const struct filesystem_time *now,
					 struct filesystem_attributes *attributes)
{
	const size_t length = strlen(target);
	enum filesystem_status status;
	struct node *in = place_of(directory, name, &status), *node;
	char *kept;

	(void)client;
	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (name_find(in, name) != NULL) {
		return FILESYSTEM_EXISTS;
	}
	kept = heap_allocate(length + 1);
	node = kept == NULL ? NULL : node_make(FILESYSTEM_KIND_SYMBOLIC_LINK, MODE_LINK, *now);
	if (node == NULL) {
		heap_free(kept);
		return FILESYSTEM_NO_SPACE;
	}
	memcpy(kept, target, length + 1);
	node->target = kept;
	node->size = length;
	return name_fresh(in, name, node, attributes);
}

enum filesystem_status files_link(uint32_t client, uint64_t node, uint64_t directory, const char *name,
				  const struct filesystem_time *now)
{
	enum filesystem_status status;
	struct node *in = place_of(directory, name, &status), *to = node_find(node);

	(void)client;
	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (to == NULL || to->links == 0) {
		return FILESYSTEM_BAD_NODE;
	}
	if (to->kind == FILESYSTEM_KIND_DIRECTORY) {
		return FILESYSTEM_IS_A_DIRECTORY;
	}
	if (name_find(in, name) != NULL) {
		return FILESYSTEM_EXISTS;
	}
	if (to->links >= LINKS_MAX) {
		return FILESYSTEM_TOO_MANY_LINKS;
	}
	if (!name_add(in, name, to)) {
		return FILESYSTEM_NO_SPACE;
	}
	to->changed = *now;
	touch(in, *now);
	return FILESYSTEM_OK;
}

/* May what `entry` names go, where something of that kind is meant? */
static enum filesystem_status may_go(const struct entry *entry, bool directory_is_meant)
{
	const struct node *node = entry->node;
	const bool is_directory = node->kind == FILESYSTEM_KIND_DIRECTORY;

	if (is_directory != directory_is_meant) {
		return is_directory ? FILESYSTEM_IS_A_DIRECTORY : FILESYSTEM_NOT_A_DIRECTORY;
	}
	return is_directory && node->directory.first != NULL ? FILESYSTEM_NOT_EMPTY : FILESYSTEM_OK;
}

static void take_away(struct entry *entry, struct filesystem_time now)
{
	struct node *node = entry->node;

	name_remove(entry);
	node->changed = now;
	node_settle(node);
}

enum filesystem_status files_unlink(uint32_t client, uint64_t directory, const char *name,
				    enum filesystem_kind kind, const struct filesystem_time *now)
{
	enum filesystem_status status;
	struct node *in = directory_of(directory, &status);
	struct entry *entry;

	(void)client;
	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (!name_is_good(name)) {
		return FILESYSTEM_BAD_NAME;
	}
	entry = name_find(in, name);
	if (entry == NULL) {
		return FILESYSTEM_NOT_FOUND;
	}
	status = may_go(entry, kind == FILESYSTEM_KIND_DIRECTORY);
	if (status != FILESYSTEM_OK) {
		return status;
	}
	take_away(entry, *now);
	touch(in, *now);
	return FILESYSTEM_OK;
}

/* Is `node` the directory itself, or does it lie above it? */
static bool is_above(const struct node *node, const struct node *directory)
{
	while (directory != node && directory != node_root()) {
		directory = directory->directory.parent;
	}
	return directory == node;
}

/* May the node behind `moved` take the name in `to` from what has it, if anything? */
static enum filesystem_status may_move(const struct entry *moved, const struct node *to,
				       const struct entry *taken)
{
	const bool is_directory = moved->node->kind == FILESYSTEM_KIND_DIRECTORY;

	if (is_directory && is_above(moved->node, to)) {
		return FILESYSTEM_INTO_ITSELF;
	}
	return taken == NULL ? FILESYSTEM_OK : may_go(taken, is_directory);
}

enum filesystem_status files_rename(uint32_t client, uint64_t from, const char *old, uint64_t to,
				    const char *new, const struct filesystem_time *now)
{
	enum filesystem_status status, other;
	struct node *source = directory_of(from, &other), *target = place_of(to, new, &status), *node;
	struct entry *moved, *taken;

	(void)client;
	if (other != FILESYSTEM_OK || status != FILESYSTEM_OK) {
		return other != FILESYSTEM_OK ? other : status;
	}
	if (!name_is_good(old)) {
		return FILESYSTEM_BAD_NAME;
	}
	moved = name_find(source, old);
	taken = name_find(target, new);
	if (moved == NULL) {
		return FILESYSTEM_NOT_FOUND;
	}
	node = moved->node;
	if (taken != NULL && taken->node == node) {
		return FILESYSTEM_OK; /* two names of one node: POSIX has both stay */
	}
	status = may_move(moved, target, taken);
	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (!name_add(target, new, node)) {
		return FILESYSTEM_NO_SPACE;
	}
	name_remove(moved);
	if (node->kind == FILESYSTEM_KIND_DIRECTORY) {
		node->directory.parent = target;
	}
	if (taken != NULL) {
		take_away(taken, *now);
	}
	node->changed = *now;
	touch(source, *now);
	touch(target, *now);
	return FILESYSTEM_OK;
}

/* ---- holding ---------------------------------------------------------------------------------- */

enum filesystem_status files_hold(uint32_t client, uint64_t node)
{
	struct node *found = node_find(node);

	if (found == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	found->held[client]++;
	found->holds++;
	return FILESYSTEM_OK;
}

enum filesystem_status files_release(uint32_t client, uint64_t node)
{
	struct node *found = node_find(node);

	if (found == NULL || found->held[client] == 0) {
		return FILESYSTEM_BAD_NODE;
	}
	found->held[client]--;
	found->holds--;
	node_settle(found);
	return FILESYSTEM_OK;
}

void files_closed(uint32_t client)
{
	nodes_let_go(client);
}

/* ---- attributes and data ---------------------------------------------------------------------- */

enum filesystem_status files_write_attributes(uint32_t client, uint64_t node, uint32_t wanted, uint32_t mode,
					      uint64_t size, const struct filesystem_time *accessed,
					      const struct filesystem_time *modified,
					      struct filesystem_attributes *attributes)
{
	struct node *found = node_find(node);

	(void)client;
	if (found == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	if ((wanted & FILESYSTEM_WANTED_SIZE) != 0) {
		enum filesystem_status status;

		(void)file_of(node, &status);
		if (status != FILESYSTEM_OK) {
			return status;
		}
		if (size > DATA_LIMIT) {
			return FILESYSTEM_TOO_LARGE;
		}
		if (size < found->size) {
			data_cut(&found->data, size);
		}
		found->size = size;
	}
	if ((wanted & FILESYSTEM_WANTED_MODE) != 0) {
		found->mode = mode;
	}
	if ((wanted & FILESYSTEM_WANTED_ACCESSED) != 0) {
		found->accessed = *accessed;
	}
	if ((wanted & FILESYSTEM_WANTED_MODIFIED) != 0) {
		found->modified = *modified;
		found->changed = *modified;
	}
	*attributes = node_attributes(found);
	return FILESYSTEM_OK;
}

/* Bytes of the page at `offset` up to its end, at most `rest`. */
static uint32_t piece_at(uint64_t offset, uint64_t rest)
{
	const uint64_t room = DATA_PAGE - offset % DATA_PAGE;

	return (uint32_t)(rest < room ? rest : room);
}

/* What is read or written: a client's memory that it lends, or memory here. */
struct data_of_client {
	struct tenon_loan loan;
	uint8_t *to;
	const uint8_t *from;
};

static bool give(const struct data_of_client *data, uint64_t at, const uint8_t *bytes, uint64_t count)
{
	if (data->to == NULL) {
		return tenon_loan_put(data->loan, at, bytes, count) == TENON_OK;
	}
	memcpy(data->to + at, bytes, count);
	return true;
}

static bool take(const struct data_of_client *data, uint64_t at, uint8_t *bytes, uint64_t count)
{
	if (data->from == NULL) {
		return tenon_loan_get(data->loan, at, bytes, count) == TENON_OK;
	}
	memcpy(bytes, data->from + at, count);
	return true;
}

static enum filesystem_status read_to(uint64_t node, uint64_t offset, const struct data_of_client *data,
				      uint64_t most, uint32_t *count)
{
	static const uint8_t zeroes[DATA_PAGE];
	enum filesystem_status status;
	const struct node *file = file_of(node, &status);
	uint64_t bytes, done, piece;

	if (status != FILESYSTEM_OK) {
		return status;
	}
	bytes = offset >= file->size ? 0 : file->size - offset;
	bytes = most < bytes ? most : bytes;
	for (done = 0; done < bytes; done += piece) {
		const uint8_t *page = data_page(&file->data, offset + done);

		piece = piece_at(offset + done, bytes - done);
		page = page == NULL ? zeroes : page + (offset + done) % DATA_PAGE;
		if (!give(data, done, page, piece)) {
			return FILESYSTEM_IO; /* the memory of who asked is not there, or he has gone */
		}
	}
	*count = (uint32_t)bytes;
	return FILESYSTEM_OK;
}

enum filesystem_status files_read(uint32_t client, uint64_t node, uint64_t offset, struct tenon_loan data,
				  uint32_t *count)
{
	(void)client;
	return read_to(node, offset, &(struct data_of_client){.loan = data}, data.bytes, count);
}

enum filesystem_status asks_read(uint32_t client, uint64_t node, uint64_t offset, void *data, uint32_t bytes,
				 uint32_t *count)
{
	(void)client;
	return read_to(node, offset, &(struct data_of_client){.to = data}, bytes, count);
}

/* All pages that are written into, before the first byte is: so there is room for all of it or nothing is changed. */
static bool make_room(struct node *file, uint64_t offset, uint64_t bytes)
{
	for (uint64_t done = 0; done < bytes; done += piece_at(offset + done, bytes - done)) {
		if (data_make_page(&file->data, offset + done) == NULL) {
			return false;
		}
	}
	return true;
}

static enum filesystem_status write_from(uint64_t node, uint64_t offset, const struct filesystem_time *now,
					 const struct data_of_client *data, uint64_t bytes)
{
	enum filesystem_status status;
	struct node *file = file_of(node, &status);
	uint64_t piece;

	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (offset > DATA_LIMIT || bytes > DATA_LIMIT - offset) {
		return FILESYSTEM_TOO_LARGE;
	}
	if (!make_room(file, offset, bytes)) {
		data_cut(&file->data,
			 file->size); /* pages that were made within its size read as the hole did */
		return FILESYSTEM_NO_SPACE;
	}
	for (uint64_t done = 0; done < bytes; done += piece) {
		uint8_t *page = data_page(&file->data, offset + done) + (offset + done) % DATA_PAGE;

		piece = piece_at(offset + done, bytes - done);
		if (!take(data, done, page, piece)) {
			data_cut(&file->data, file->size); /* behind its end are zeroes */
			return FILESYSTEM_IO;
		}
	}
	if (bytes != 0 && offset + bytes > file->size) {
		file->size = offset + bytes;
	}
	file->modified = *now;
	file->changed = *now;
	return FILESYSTEM_OK;
}

enum filesystem_status files_write(uint32_t client, uint64_t node, uint64_t offset,
				   const struct filesystem_time *now, struct tenon_loan data)
{
	(void)client;
	return write_from(node, offset, now, &(struct data_of_client){.loan = data}, data.bytes);
}

enum filesystem_status asks_write(uint32_t client, uint64_t node, uint64_t offset,
				  const struct filesystem_time *now, const void *data, uint32_t bytes)
{
	(void)client;
	return write_from(node, offset, now, &(struct data_of_client){.from = data}, bytes);
}

void asks_are_there(void)
{
	asks_serve();
}

void component_start(void)
{
	CHECK(nodes_init() && names_init()); /* the heap is too small for the table */
}
