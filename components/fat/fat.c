/* SPDX-License-Identifier: MIT
 * The file systems FAT12, FAT16 and FAT32: what there is, attributes, holding, space. names.c has what changes names, extents.c
 * where data lies.
 *
 * The volume is mounted by the first operation, for nothing can be read before the session with it is open. Operations wait for
 * what they read and write (wait.h); nothing else is done meanwhile.
 *
 * State: whether it is mounted.
 */
#include "fat.h"

#include "chain.h"
#include "times.h"
#include "wait.h"

#define MODE_DIRECTORY 0755u
#define MODE_FILE      0644u
#define MODE_WRITE     0222u
#define ENTRIES        12u

static bool is_mounted;

enum filesystem_status fat_ready(void)
{
	enum filesystem_status status;

	if (is_mounted) {
		return FILESYSTEM_OK;
	}
	status = fatfs_mount();
	is_mounted = status == FILESYSTEM_OK;
	if (!is_mounted) {
		log_error("the volume cannot be mounted: %s", filesystem_status_name(status));
		return status == FILESYSTEM_IO ? FILESYSTEM_IO : FILESYSTEM_DAMAGED;
	}
	log_info("%u clusters of %u bytes", fatfs_clusters(), fatfs_cluster_bytes());
	return FILESYSTEM_OK;
}

static bool is_read_only(void)
{
	return (storage_geometry()->features & STORAGE_FEATURES_READ_ONLY) != 0;
}

enum filesystem_status fat_ready_to_change(void)
{
	const enum filesystem_status status = fat_ready();

	return status == FILESYSTEM_OK && is_read_only() ? FILESYSTEM_READ_ONLY : status;
}

enum filesystem_status fat_done(enum filesystem_status status)
{
	const enum filesystem_status written = fatfs_write_back(false);

	return status != FILESYSTEM_OK ? status : written;
}

/* ---- nodes ------------------------------------------------------------------------------------ */

bool fat_is_directory(const struct fatfs_entry *entry)
{
	return (entry->attributes & FATFS_DIRECTORY) != 0;
}

enum filesystem_status fat_node(uint64_t number, struct node_view *view)
{
	if (number == NODE_ROOT) {
		*view = (struct node_view){.number = NODE_ROOT,
					   .entry = {.attributes = FATFS_DIRECTORY, .first = FATFS_ROOT}};
		return FILESYSTEM_OK;
	}
	return node_find(number, view);
}

enum filesystem_status fat_file(uint64_t number, struct node_view *view)
{
	const enum filesystem_status status = fat_node(number, view);

	if (status == FILESYSTEM_OK && fat_is_directory(&view->entry)) {
		return FILESYSTEM_IS_A_DIRECTORY;
	}
	return status == FILESYSTEM_OK && view->entry.is_damaged ? FILESYSTEM_DAMAGED : status;
}

enum filesystem_status fat_directory(uint64_t number, uint32_t *first)
{
	struct node_view view;
	const enum filesystem_status status = fat_node(number, &view);

	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (!fat_is_directory(&view.entry)) {
		return FILESYSTEM_NOT_A_DIRECTORY;
	}
	*first = view.entry.first;
	if (number == NODE_ROOT) {
		return FILESYSTEM_OK;
	}
	if (view.place == 0) {
		return FILESYSTEM_BAD_NODE; /* it was removed */
	}
	return view.entry.first == 0 ? FILESYSTEM_DAMAGED : FILESYSTEM_OK;
}

struct filesystem_attributes fat_attributes(const struct node_view *view)
{
	const struct fatfs_entry *entry = &view->entry;
	const bool is_directory = fat_is_directory(entry);
	const uint32_t mode = is_directory ? MODE_DIRECTORY : MODE_FILE;
	const struct filesystem_time modified =
	    time_of_fat((struct fat_time){.date = entry->modified_date, .time = entry->modified_time});

	return (struct filesystem_attributes){
	    .node = view->number,
	    .kind = is_directory ? FILESYSTEM_KIND_DIRECTORY : FILESYSTEM_KIND_FILE,
	    .mode = (entry->attributes & FATFS_READ_ONLY) != 0 ? mode & ~MODE_WRITE : mode,
	    .links = view->place != 0 || view->number == NODE_ROOT ? 1 : 0,
	    .size = is_directory ? 0 : entry->size,
	    .allocated = is_directory ? 0 : (uint64_t)chain_clusters(entry->size) * fatfs_cluster_bytes(),
	    .accessed = time_of_fat((struct fat_time){.date = entry->accessed_date}),
	    .modified = modified,
	    .changed = modified};
}

/* ---- what there is ---------------------------------------------------------------------------- */

enum filesystem_status files_describe(uint32_t client, uint64_t *root, uint32_t *features, uint32_t *block,
				      uint32_t *longest, uint64_t *largest)
{
	const enum filesystem_status status = fat_ready();

	(void)client;
	if (status != FILESYSTEM_OK) {
		return status;
	}
	*root = NODE_ROOT;
	*features = FILESYSTEM_FEATURES_EXTENTS | (is_read_only() ? FILESYSTEM_FEATURES_READ_ONLY : 0);
	*block = fatfs_cluster_bytes();
	*longest = FATFS_NAME;
	*largest = FATFS_LARGEST;
	return FILESYSTEM_OK;
}

enum filesystem_status files_look_up(uint32_t client, uint64_t directory, const char *name,
				     struct filesystem_attributes *attributes)
{
	enum filesystem_status status = fat_ready();
	struct fatfs_place place;
	struct node_view view = {0};
	uint32_t first = 0;

	(void)client;
	if (status == FILESYSTEM_OK) {
		status = fat_directory(directory, &first);
	}
	if (status == FILESYSTEM_OK && !fatfs_name_is_good(name)) {
		status = FILESYSTEM_BAD_NAME;
	}
	if (status == FILESYSTEM_OK) {
		status = fatfs_find(first, name, &place, &view.entry);
	}
	if (status == FILESYSTEM_OK) {
		view.place = place.number;
		view.number = node_number(place.number);
		*attributes = fat_attributes(&view);
	}
	return status;
}

enum filesystem_status files_read_attributes(uint32_t client, uint64_t node,
					     struct filesystem_attributes *attributes)
{
	enum filesystem_status status = fat_ready();
	struct node_view view;

	(void)client;
	if (status == FILESYSTEM_OK) {
		status = fat_node(node, &view);
	}
	if (status == FILESYSTEM_OK) {
		*attributes = fat_attributes(&view);
	}
	return status;
}

/* An entry's `next` is the offset behind it. */
enum filesystem_status files_read_entries(uint32_t client, uint64_t directory, uint64_t from,
					  struct filesystem_entry entries[ENTRIES], uint32_t *entries_count)
{
	enum filesystem_status status = fat_ready();
	struct fatfs_place place;
	struct fatfs_entry entry;
	uint32_t first = 0, count = 0;

	(void)client;
	if (status == FILESYSTEM_OK) {
		status = fat_directory(directory, &first);
	}
	while (status == FILESYSTEM_OK && count < ENTRIES && from < UINT32_MAX) {
		struct filesystem_entry *next = &entries[count];

		status = fatfs_next(first, (uint32_t)from, &place, &entry, next->name);
		if (status == FILESYSTEM_OK) {
			from = place.offset + FATFS_ENTRY;
			next->node = node_number(place.number);
			next->next = from;
			next->kind =
			    fat_is_directory(&entry) ? FILESYSTEM_KIND_DIRECTORY : FILESYSTEM_KIND_FILE;
			count++;
		}
	}
	*entries_count = count;
	return status == FILESYSTEM_NOT_FOUND ? FILESYSTEM_OK : status;
}

enum filesystem_status files_space(uint32_t client, uint64_t *blocks, uint64_t *free_blocks, uint64_t *nodes,
				   uint64_t *free_nodes)
{
	(void)client;
	if (fat_ready() != FILESYSTEM_OK) {
		return FILESYSTEM_IO;
	}
	*blocks = fatfs_clusters();
	*free_blocks = fatfs_free_clusters();
	*nodes = 0;
	*free_nodes = 0;
	return FILESYSTEM_OK;
}

enum filesystem_status files_sync(uint32_t client, bool settle)
{
	const enum filesystem_status status = fat_ready();

	(void)client;
	(void)settle; /* there is no journal */
	if (status != FILESYSTEM_OK) {
		return FILESYSTEM_IO;
	}
	return is_read_only() ? FILESYSTEM_OK : fatfs_write_back(true);
}

/* ---- attributes ------------------------------------------------------------------------------- */

void fat_set_modified(struct fatfs_entry *entry, struct filesystem_time time)
{
	const struct fat_time modified = fat_time_of(time);

	entry->modified_date = modified.date;
	entry->modified_time = modified.time;
}

static void change(struct fatfs_entry *entry, uint32_t wanted, uint32_t mode,
		   const struct filesystem_time *accessed, const struct filesystem_time *modified)
{
	if ((wanted & FILESYSTEM_WANTED_MODE) != 0) {
		entry->attributes = (mode & MODE_WRITE) != 0 ? entry->attributes & ~FATFS_READ_ONLY
							     : entry->attributes | FATFS_READ_ONLY;
	}
	if ((wanted & FILESYSTEM_WANTED_ACCESSED) != 0) {
		entry->accessed_date = fat_time_of(*accessed).date;
	}
	if ((wanted & FILESYSTEM_WANTED_MODIFIED) != 0) {
		fat_set_modified(entry, *modified);
	}
}

enum filesystem_status files_write_attributes(uint32_t client, uint64_t node, uint32_t wanted, uint32_t mode,
					      uint64_t size, const struct filesystem_time *accessed,
					      const struct filesystem_time *modified,
					      struct filesystem_attributes *attributes)
{
	const bool resizes = (wanted & FILESYSTEM_WANTED_SIZE) != 0;
	enum filesystem_status status = fat_ready_to_change();
	struct node_view view;

	(void)client;
	if (status == FILESYSTEM_OK) {
		status = resizes ? fat_file(node, &view) : fat_node(node, &view);
	}
	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (node != NODE_ROOT) { /* which has no entry that could keep them */
		change(&view.entry, wanted, mode, accessed, modified);
		status = resizes ? fat_resize(&view, size, NULL, 0) : node_store(&view);
		status = fat_done(status);
	}
	*attributes = fat_attributes(&view);
	return status;
}

/* ---- holding ---------------------------------------------------------------------------------- */

enum filesystem_status files_hold(uint32_t client, uint64_t node)
{
	const enum filesystem_status status = fat_ready();

	if (status != FILESYSTEM_OK) {
		return FILESYSTEM_BAD_NODE;
	}
	if (node == NODE_ROOT) {
		return FILESYSTEM_OK; /* it stays */
	}
	return node_hold(node, client) == FILESYSTEM_OK ? FILESYSTEM_OK : FILESYSTEM_BAD_NODE;
}

/* Frees what a node without a name had, or what was allocated behind the end of one and never committed. */
static enum filesystem_status settle(struct node_view *view)
{
	enum filesystem_status status = FILESYSTEM_OK;

	if (fat_is_directory(&view->entry)) {
		return status; /* it had nothing since it lost its name */
	}
	if (view->place == 0) {
		status = chain_cut(view, 0);
	} else if (view->node->is_grown) {
		status = chain_cut(view, chain_clusters(view->entry.size));
	}
	return status == FILESYSTEM_OK || status == FILESYSTEM_IO ? status : FILESYSTEM_OK;
}

enum filesystem_status files_release(uint32_t client, uint64_t node)
{
	struct node_view view;
	enum filesystem_status status = FILESYSTEM_OK;

	if (node == NODE_ROOT) {
		return FILESYSTEM_OK;
	}
	if (fat_ready() != FILESYSTEM_OK || node_find(node, &view) != FILESYSTEM_OK || view.node == NULL ||
	    view.node->held[client] == 0) {
		return FILESYSTEM_BAD_NODE;
	}
	if (view.node->holds == 1 && !is_read_only()) {
		status = fat_done(settle(&view));
	}
	(void)node_release(node, client); /* it was seen to be held */
	return status;
}

/* What it held and nobody else does is freed, as far as the medium can be written now. */
void files_closed(uint32_t client)
{
	for (uint64_t node = node_held_by(client); node != 0; node = node_held_by(client)) {
		if (files_release(client, node) != FILESYSTEM_OK) {
			(void)node_release(node, client); /* IO, and it is released; or the medium is gone */
		}
	}
}
