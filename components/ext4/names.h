/* SPDX-License-Identifier: MIT
 * Names in directories. Each function that changes something is an operation, and all of it happens or nothing.
 */
#ifndef EXT4_NAMES_H
#define EXT4_NAMES_H

#include "nodes.h"

#define NAME_LONGEST 255u

struct name_entry {
	uint64_t node, next;
	enum node_kind kind;
	char name[NAME_LONGEST + 1];
};

enum ext4_status names_look_up(uint64_t number, const char *name, struct node_attributes *attributes);
/* Up to `most` entries from the one at `from` on: 0, or the `next` of an entry. */
enum ext4_status names_read(uint64_t number, uint64_t from, struct name_entry *entries, uint32_t most,
			    uint32_t *count);
enum ext4_status names_create(uint64_t directory, const char *name, enum node_kind kind, uint32_t mode,
			      const struct node_time *now, struct node_attributes *attributes);
enum ext4_status names_create_link(uint64_t directory, const char *name, const char *target,
				   const struct node_time *now, struct node_attributes *attributes);
/* `target` has room for `room` bytes with the zero behind it. */
enum ext4_status names_read_link(uint64_t number, char *target, uint32_t room);
enum ext4_status names_link(uint64_t number, uint64_t to, const char *name, const struct node_time *now);
enum ext4_status names_unlink(uint64_t directory, const char *name, bool directory_is_meant,
			      const struct node_time *now);
enum ext4_status names_rename(uint64_t from, const char *old, uint64_t to, const char *new_name,
			      const struct node_time *now);

/* Frees what reading has kept. */
void names_fini(void);

/* ---- for the files of names ---- */

bool name_is_good(const char *name);
/* The inode of that name: NOT_FOUND, IO or DAMAGED. */
enum ext4_status name_find(struct node *directory, const char *name, ext2_ino_t *inode);
/* A directory that may get names: one that has one itself. */
enum ext4_status name_get_place(uint64_t number, const char *name, struct node *directory);
/* Within an operation: one more entry; the directory is read anew. */
enum ext4_status name_add(struct node *directory, const char *name, const struct node *node);
/* The directory has changed: its times, and `links` more links. */
enum ext4_status name_touch(struct node *directory, int32_t links, const struct node_time *now);

#endif
