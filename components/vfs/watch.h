/* SPDX-License-Identifier: MIT
 * Who wants to hear what changes.
 */
#ifndef VFS_WATCH_H
#define VFS_WATCH_H

#include "system.h"

/* A new one. FILES_WOULD_WAIT: whoever asks does so again; FILES_IO: there are too many. */
enum files_status watch_begin(uint32_t client, struct place place, uint32_t *number);
/* False: the client has none of that number. */
bool watch_end(uint32_t client, uint32_t number);
void watches_drop(uint32_t client);
/* The file system died; then what is watched is held again. FILESYSTEM_LATER: not all is yet. */
void watches_died(uint32_t file_system);
enum filesystem_status watches_open_again(uint32_t file_system);
/* Something has changed: of the entry of that name of a directory, or, with "", of the place itself. */
void watch_tell(struct place place, enum files_change change, const char *name);

#endif
