/* SPDX-License-Identifier: MIT
 * A file that comes from somewhere else. It has another name (`.part` behind its own) until all of it is there, so what had the name before is
 * lost only for something whole. There is one at a time. Each function that fails has said why.
 */
#ifndef SHELL_DOWNLOAD_H
#define SHELL_DOWNLOAD_H

#include <stdbool.h>
#include <stdint.h>

/* Begins a file of that name; where it is a directory, `name` in it. */
bool download_begin(const char *word, const char *name);
/* More of it. `data` is copied. */
bool download_add(const void *data, uint32_t size);
uint64_t download_size(void);
/* All is there: it gets its name. False: it did not, and what had the name has it still. */
bool download_finish(void);
/* Away with what is there. */
void download_drop(void);

#endif
