/* SPDX-License-Identifier: MIT
 * What the files of the interface share: begin and end of an operation, and its types.
 */
#ifndef EXT4_EXT4_H
#define EXT4_EXT4_H

#include "component.h"

#include "nodes.h"
#include "status.h"

enum filesystem_status ext4_answer(enum ext4_status status);
/* Mounts the volume, where that is still to be done: OK, IO or DAMAGED. Then ext4_end() follows. */
enum filesystem_status ext4_begin(void);
/* Returns the status. */
enum filesystem_status ext4_end(enum filesystem_status status);

/* What an operation does, once the volume is mounted. */
#define DO(call)                                                                                             \
	({                                                                                                   \
		const enum filesystem_status ready = ext4_begin();                                           \
                                                                                                             \
		ext4_end(ready == FILESYSTEM_OK ? ext4_answer(call) : ready);                                \
	})

struct node_time ext4_time(const struct filesystem_time *time);
struct filesystem_attributes ext4_attributes(const struct node_attributes *from);

#endif
