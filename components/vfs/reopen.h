/* SPDX-License-Identifier: MIT
 * File systems that start anew. What such a one had not brought to the medium is lost, as after a power cut, and nobody below knows
 * any more what is held here. So each node is held again; what was written since the file system's last sync is written again from
 * the cache, for it may have no place any more; and who has a node open that is gone hears of it.
 */
#ifndef VFS_REOPEN_H
#define VFS_REOPEN_H

#include "system.h"

/*
 * Has the file system started anew, as this answer of it says? Then it has been opened again when this returns, and the call is
 * to be repeated. Nothing that was known of its extents holds then. False also where it dies again and again.
 */
bool system_is_anew(uint32_t file_system, enum filesystem_status status);
/* Waits until all that the file system was asked to keep is on the medium. FILES_WOULD_WAIT: it started anew, and what was to be
 * kept must be written again. */
enum files_status system_sync(uint32_t file_system, bool settle);
/* The client has changed names: if they are lost before a sync, it is told once, by the next sync that it asks for. */
void names_changed(uint32_t client, uint32_t file_system);
/* It has lost some. Told now. */
bool names_were_lost(uint32_t client, uint32_t file_system);
/* What the client has lost of any file system is nobody's matter any more. */
void names_forget(uint32_t client);

#endif
