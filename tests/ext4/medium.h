/* SPDX-License-Identifier: MIT
 * A device in memory for the file system's heart: an image from a file, with a record of what was written and flushed.
 */
#ifndef EXT4_MEDIUM_H
#define EXT4_MEDIUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A medium of these bytes, which stay the caller's. `record` (or NULL) gets each write and flush: two numbers of 64 bits,
 * offset and length, and the data; of a flush both are zero. */
void medium_init(uint8_t *bytes, uint64_t size, const char *record);
void medium_fini(void);
/* Nothing is said any more, or it is again. */
void medium_be_quiet(bool quiet);
/* From so many writes on each one fails; 0: none. */
void medium_fail_after(uint64_t writes);

#endif
