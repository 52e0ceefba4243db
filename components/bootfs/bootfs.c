/* SPDX-License-Identifier: MIT
 * A file system of what <tenon/files.h> has: a node's number is its index, counted from 1. Nothing changes, so there is no state.
 */
#include "asks.h"

#include <tenon/files.h>
#include <tenon/string.h>

#define ROOT      UINT64_C(1)
#define BLOCK     4096u
#define LONGEST   255u
#define MODE_FILE 0444u
#define MODE_RUN  0555u

static const struct tenon_file *node_find(uint64_t number)
{
	return number >= ROOT && number - ROOT < tenon_files.count ? &tenon_files.file[number - ROOT] : NULL;
}

static uint64_t number_of(const struct tenon_file *node)
{
	return (uint64_t)(node - tenon_files.file) + ROOT;
}

static enum filesystem_kind kind_of(const struct tenon_file *node)
{
	return node->kind == TENON_FILE_DIRECTORY ? FILESYSTEM_KIND_DIRECTORY
	       : node->kind == TENON_FILE_LINK    ? FILESYSTEM_KIND_SYMBOLIC_LINK
						  : FILESYSTEM_KIND_FILE;
}

static uint32_t directories_in(const struct tenon_file *node)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < node->count; i++) {
		sum += tenon_files.file[node->first + i].kind == TENON_FILE_DIRECTORY;
	}
	return sum;
}

/* The times of the host's files are no part of an image, which is the same whenever it is built. */
static struct filesystem_attributes attributes_of(const struct tenon_file *node)
{
	const bool is_directory = node->kind == TENON_FILE_DIRECTORY;

	return (struct filesystem_attributes){
	    .node = number_of(node),
	    .kind = kind_of(node),
	    .mode = is_directory || node->is_executable ? MODE_RUN
		    : node->kind == TENON_FILE_LINK     ? 0777
							: MODE_FILE,
	    .links = is_directory ? 2 + directories_in(node) : 1,
	    .size = is_directory ? 0 : node->size,
	    .allocated = node->kind == TENON_FILE ? (node->size + BLOCK - 1) / BLOCK * BLOCK : 0,
	};
}

static const struct tenon_file *directory_of(uint64_t number, enum filesystem_status *status)
{
	const struct tenon_file *node = node_find(number);

	*status = node == NULL                         ? FILESYSTEM_BAD_NODE
		  : node->kind != TENON_FILE_DIRECTORY ? FILESYSTEM_NOT_A_DIRECTORY
						       : FILESYSTEM_OK;
	return node;
}

/* ---- what there is ---------------------------------------------------------------------------- */

enum filesystem_status files_describe(uint32_t client, uint64_t *root, uint32_t *features, uint32_t *block,
				      uint32_t *longest, uint64_t *largest)
{
	(void)client;
	*root = ROOT;
	*features = FILESYSTEM_FEATURES_READ_ONLY | FILESYSTEM_FEATURES_SYMBOLIC_LINKS;
	*block = BLOCK;
	*longest = LONGEST;
	*largest = UINT32_MAX;
	return FILESYSTEM_OK;
}

enum filesystem_status files_look_up(uint32_t client, uint64_t directory, const char *name,
				     struct filesystem_attributes *attributes)
{
	enum filesystem_status status;
	const struct tenon_file *in = directory_of(directory, &status);
	uint32_t first, end;

	(void)client;
	if (status != FILESYSTEM_OK) {
		return status;
	}
	first = in->first;
	end = first + in->count;
	while (first < end) { /* they are sorted */
		const uint32_t middle = first + (end - first) / 2;
		const int order = strcmp(tenon_files.file[middle].name, name);

		if (order == 0) {
			*attributes = attributes_of(&tenon_files.file[middle]);
			return FILESYSTEM_OK;
		}
		first = order < 0 ? middle + 1 : first;
		end = order < 0 ? end : middle;
	}
	return FILESYSTEM_NOT_FOUND;
}

enum filesystem_status files_read_attributes(uint32_t client, uint64_t node,
					     struct filesystem_attributes *attributes)
{
	const struct tenon_file *found = node_find(node);

	(void)client;
	if (found == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	*attributes = attributes_of(found);
	return FILESYSTEM_OK;
}

enum filesystem_status files_read_entries(uint32_t client, uint64_t directory, uint64_t from,
					  struct filesystem_entry entries[12], uint32_t *entries_count)
{
	enum filesystem_status status;
	const struct tenon_file *in = directory_of(directory, &status);

	(void)client;
	if (status != FILESYSTEM_OK) {
		return status;
	}
	*entries_count = 0;
	for (; from < in->count && *entries_count < 12; from++) {
		const struct tenon_file *node = &tenon_files.file[in->first + from];
		struct filesystem_entry *entry = &entries[(*entries_count)++];

		entry->node = number_of(node);
		entry->next = from + 1;
		entry->kind = kind_of(node);
		(void)tenon_copy_text(entry->name, sizeof entry->name, node->name);
	}
	return FILESYSTEM_OK;
}

enum filesystem_status files_read_link(uint32_t client, uint64_t node, char target[1023 + 1])
{
	const struct tenon_file *found = node_find(node);

	(void)client;
	if (found == NULL) {
		return FILESYSTEM_BAD_NODE;
	}
	if (found->kind != TENON_FILE_LINK || found->size > 1023) {
		return FILESYSTEM_UNSUPPORTED;
	}
	(void)tenon_copy_text(target, 1024, found->data);
	return FILESYSTEM_OK;
}

/* What is read: `bytes` of it are there. */
static enum filesystem_status piece_of(uint64_t node, uint64_t offset, uint64_t most, const uint8_t **from,
				       uint32_t *bytes)
{
	const struct tenon_file *found = node_find(node);
	uint64_t left;

	if (found == NULL || found->kind == TENON_FILE_LINK) {
		return FILESYSTEM_BAD_NODE;
	}
	if (found->kind == TENON_FILE_DIRECTORY) {
		return FILESYSTEM_IS_A_DIRECTORY;
	}
	left = offset >= found->size ? 0 : found->size - offset;
	*bytes = (uint32_t)(most < left ? most : left); /* not more than 1 MiB is asked for */
	*from = *bytes == 0 ? NULL : (const uint8_t *)found->data + offset;
	return FILESYSTEM_OK;
}

enum filesystem_status files_read(uint32_t client, uint64_t node, uint64_t offset, struct tenon_loan data,
				  uint32_t *count)
{
	const uint8_t *from;
	uint32_t bytes;
	const enum filesystem_status status = piece_of(node, offset, data.bytes, &from, &bytes);

	(void)client;
	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (bytes != 0 && tenon_loan_put(data, 0, from, bytes) != TENON_OK) {
		return FILESYSTEM_IO; /* the memory of who asked is not there, or he has gone */
	}
	*count = bytes;
	return FILESYSTEM_OK;
}

enum filesystem_status asks_read(uint32_t client, uint64_t node, uint64_t offset, void *data, uint32_t bytes,
				 uint32_t *count)
{
	const uint8_t *from;
	const enum filesystem_status status = piece_of(node, offset, bytes, &from, count);

	(void)client;
	if (status == FILESYSTEM_OK && *count != 0) {
		memcpy(data, from, *count);
	}
	return status;
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

void asks_are_there(void)
{
	asks_serve();
}

enum filesystem_status files_space(uint32_t client, uint64_t *blocks, uint64_t *free_blocks, uint64_t *nodes,
				   uint64_t *free_nodes)
{
	(void)client;
	*blocks = 0;
	for (uint32_t i = 0; i < tenon_files.count; i++) {
		*blocks += attributes_of(&tenon_files.file[i]).allocated / BLOCK;
	}
	*free_blocks = 0;
	*nodes = tenon_files.count;
	*free_nodes = 0;
	return FILESYSTEM_OK;
}

enum filesystem_status files_sync(uint32_t client, bool settle)
{
	(void)client;
	(void)settle;
	return FILESYSTEM_OK;
}

/* Nodes never go. */
enum filesystem_status files_hold(uint32_t client, uint64_t node)
{
	(void)client;
	return node_find(node) == NULL ? FILESYSTEM_BAD_NODE : FILESYSTEM_OK;
}

enum filesystem_status files_release(uint32_t client, uint64_t node)
{
	return files_hold(client, node);
}

void files_closed(uint32_t client)
{
	(void)client;
}

/* ---- what there is not ------------------------------------------------------------------------ */

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
