/* SPDX-License-Identifier: MIT
 * The operations of a file system, asked at its desk: see desk.h. Each answers FILESYSTEM_LATER, too; its asker then asks the same
 * again. What changes something is asked again where the file system died over it: whether it had been done is seen from what
 * stands there afterwards, for nobody else changes anything below us.
 */
#ifndef VFS_ASK_H
#define VFS_ASK_H

#include "desk.h"

enum filesystem_status ask_describe(uint32_t file_system, struct file_system *said);
enum filesystem_status ask_look_up(struct place directory, const char *name,
				   struct filesystem_attributes *attributes);
enum filesystem_status ask_read_attributes(struct place place, struct filesystem_attributes *attributes);
/* Entries of a directory, as many as there is room for in an answer. FILESYSTEM_DAMAGED: they are none. */
enum filesystem_status ask_read_entries(struct place directory, uint64_t from,
					struct filesystem_entry entries[12], uint32_t *count);
enum filesystem_status ask_read_link(struct place place, char target[1024]);
enum filesystem_status ask_create(struct place directory, const char *name, enum filesystem_kind kind,
				  uint32_t mode, struct filesystem_attributes *attributes);
enum filesystem_status ask_create_link(struct place directory, const char *name, const char *target,
				       struct filesystem_attributes *attributes);
enum filesystem_status ask_link(struct place node, struct place directory, const char *name);
enum filesystem_status ask_unlink(struct place directory, const char *name, enum filesystem_kind kind);
/* Both directories are of one file system. */
enum filesystem_status ask_rename(struct place from, const char *old, struct place to, const char *new);
enum filesystem_status ask_write_attributes(struct place place, uint32_t wanted, uint32_t mode, uint64_t size,
					    const struct filesystem_time *accessed,
					    const struct filesystem_time *modified);
/* The node stays while it is held: until desk_release(). */
enum filesystem_status ask_hold(struct place place);
/* At most `bytes`, which are in desk_paper() then. */
enum filesystem_status ask_read(struct place place, uint64_t offset, uint32_t bytes, uint32_t *count);
enum filesystem_status ask_write(struct place place, uint64_t offset, const struct filesystem_time *now,
				 const struct tenon_loan *loan, uint64_t done, uint32_t bytes);
enum filesystem_status ask_map(struct place place, uint64_t offset, uint64_t length, bool allocate,
			       struct filesystem_extent extents[32], uint32_t *count);
enum filesystem_status ask_commit(struct place place, const struct filesystem_range *ranges, uint32_t count,
				  uint64_t size, const struct filesystem_time *modified);
enum filesystem_status ask_space(uint32_t file_system, struct filesystem_answer *space);
enum filesystem_status ask_sync(uint32_t file_system, bool settle);

/* Counts names that were taken away or moved, and file systems that died: what was walked before may lead elsewhere. */
uint32_t names_version(void);
void names_are_new(void);

#endif
