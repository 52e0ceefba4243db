/* SPDX-License-Identifier: MIT
 * Advisory locks of ranges of files, of one client against others (POSIX.1-2017, fcntl, F_SETLK): what a client locks anew takes the
 * place of its older locks of the same bytes.
 */
#ifndef VFS_LOCK_H
#define VFS_LOCK_H

#include "open.h"

/* Sets the lock of a range, `end` not included, or gives it back. FILES_WOULD_WAIT: another client has one there; FILES_NO_SPACE: it
 * has as many as it may. Nothing has changed then. */
enum files_status lock_set(const struct file *file, enum files_lock lock, uint64_t offset, uint64_t end);
/* All of the file's client on its node. */
void locks_drop(const struct file *file);
/* Calls that wait for locks. */
uint16_t *locks_waiting(void);

#endif
