/* SPDX-License-Identifier: MIT
 * File systems that start anew. What such a one had not brought to the medium is lost, as after a power cut, and nobody below knows
 * any more what is held here. So each node is held again; what was written since the file system's last sync is written again from
 * the cache, for it may have no place any more; and who has a node open that is gone hears of it.
 */
#ifndef VFS_REOPEN_H
#define VFS_REOPEN_H

#include "system.h"

/* Whether all that the file system was asked to keep is on the medium; FILES_WOULD_WAIT: not answered yet. Where it dies over that it is
 * asked again by who asked, who first sees what must be written again. */
enum files_status system_sync(uint32_t file_system, bool settle);
/* A volume has nothing under way. */
void systems_go_on(uint32_t volume);
/* The client has changed names: if they are lost before a sync, it is told once, by the next sync that it asks for. */
void names_changed(uint32_t client, uint32_t file_system);
/* It has lost some. Told now. */
bool names_were_lost(uint32_t client, uint32_t file_system);
/* What the client has lost of any file system is nobody's matter any more. */
void names_forget(uint32_t client);

#endif
