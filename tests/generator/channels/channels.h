/* SPDX-License-Identifier: MIT
 * What the two sides of golden/channels and the kernel between them share.
 */
#ifndef CHANNELS_H
#define CHANNELS_H

#include <stdbool.h>
#include <stdint.h>

struct tenon_ipc;

/* Each starts, or starts anew, and returns when it waits; then takes a signal, or what it left for later. */
void disk_start(void);
void disk_signal(struct tenon_ipc *ipc);
void files_start(void);
void files_signal(struct tenon_ipc *ipc);

/* The kernel's: a wait of a component that starts, and what both map. */
noreturn void leave(void);
void *region(uint64_t address);
void signal_other(bool from_disk);
uint32_t next_random(void);

/* What the client saw. */
struct seen {
	uint64_t sent, received, sessions, rooms;
};
extern struct seen seen;
bool files_is_idle(void); /* has it all its buffers back? */

#endif
