/* SPDX-License-Identifier: MIT
 * What changes something in a file system, so that it can be asked again where the file system died over it. Whether it had been done
 * is seen from what stands there afterwards, for nobody else changes anything below us.
 */
#ifndef VFS_ASK_H
#define VFS_ASK_H

#include "system.h"

enum filesystem_status ask_create(struct place directory, const char *name, enum filesystem_kind kind,
				  uint32_t mode, struct filesystem_attributes *attributes);
enum filesystem_status ask_create_link(struct place directory, const char *name, const char *target,
				       struct filesystem_attributes *attributes);
enum filesystem_status ask_link(struct place node, struct place directory, const char *name);
enum filesystem_status ask_unlink(struct place directory, const char *name, enum filesystem_kind kind);
/* Both directories are of one file system. */
enum filesystem_status ask_rename(struct place from, const char *old, struct place to, const char *new);
/* Not the size. */
enum filesystem_status ask_write_attributes(struct place place, uint32_t wanted, uint32_t mode,
					    const struct filesystem_time *accessed,
					    const struct filesystem_time *modified);
/* The node stays while it is held. What a file system that died had held is held no more, and needs no release. */
enum filesystem_status ask_hold(struct place place);
enum filesystem_status ask_release(struct place place);

#endif
