/* SPDX-License-Identifier: MIT
 * What the file system's heart needs of the world: a device of bytes, and somebody who reads what it has to say. The component
 * implements it over `volume`, the tests on the host over a file.
 */
#ifndef EXT4_DEVICE_H
#define EXT4_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Size in bytes; 0 where there is no medium. */
uint64_t device_bytes(void);
bool device_is_read_only(void);

/*
 * Reads or writes bytes from `offset` on; offset and count are multiples of the file system's block, or of 1 KiB before that is
 * known. Waits for the end. False: the device reported a failure; of a write any part may be done.
 */
bool device_read(uint64_t offset, void *data, size_t bytes);
bool device_write(uint64_t offset, const void *data, size_t bytes);
/* What was written before is on stable storage once it is answered. */
bool device_flush(void);

/* A sentence for the log. */
void device_says(bool is_error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
