/* SPDX-License-Identifier: MIT
 * What the operations share: is there a file system, may it be changed, and which node is meant. Each of these answers the status
 * that the client gets, and OK where there is none.
 */
#ifndef FAT_FAT_H
#define FAT_FAT_H

#include "node.h"

/* Mounts the volume, where that is still to be done. IO, DAMAGED. */
enum filesystem_status fat_ready(void);
/* The same for an operation that changes something: READ_ONLY, too. */
enum filesystem_status fat_ready_to_change(void);
/* A node, also the root. */
enum filesystem_status fat_node(uint64_t number, struct node_view *view);
enum filesystem_status fat_file(uint64_t number, struct node_view *view);
/* The first cluster of a directory that has a name. */
enum filesystem_status fat_directory(uint64_t number, uint32_t *first);

bool fat_is_directory(const struct fatfs_entry *entry);
struct filesystem_attributes fat_attributes(const struct node_view *view);
/* The end of what changed something: it is written, whatever `status` was; the first failure is answered. */
enum filesystem_status fat_done(enum filesystem_status status);

/* Makes the file so long: what is new reads as zeroes but for the ranges, which the client has written. Stored with the entry. */
enum filesystem_status fat_resize(struct node_view *view, uint64_t size,
				  const struct filesystem_range *ranges, uint32_t count);
void fat_set_modified(struct fatfs_entry *entry, struct filesystem_time time);

#endif
