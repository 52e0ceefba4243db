/* SPDX-License-Identifier: MIT
 * What names were found to lead to. Nobody changes a file system but through us, so what it said of a name holds until it is asked for anything
 * that could change a name or a node, or starts anew; then all that it said is forgotten. Only of file systems whose data goes through
 * our cache: others may change by themselves what they say. A name that leads to nothing is not kept.
 */
#ifndef VFS_KNOWN_H
#define VFS_KNOWN_H

#include "system.h"

/* As ask_look_up(). Nothing is asked where the answer is known, and whoever could change it waits as for one who asks. */
enum filesystem_status known_look_up(struct place directory, const char *name,
				     struct filesystem_attributes *attributes);
/* Before it is asked for that. */
void known_ask(uint32_t file_system, const struct filesystem_ask *ask);
/* It starts anew. */
void known_forget(uint32_t file_system);

#endif
