/* SPDX-License-Identifier: MIT
 * Where libssl's bytes come from and go to: what the network has brought of a connection, and memory that the network reads.
 */
#ifndef HTTPS_WIRE_H
#define HTTPS_WIRE_H

#include <stdbool.h>
#include <stdint.h>

/* Takes up to `size` bytes of what has come. 0: there is nothing now, or, with `has_ended`, ever. */
uint32_t wire_take(uint32_t number, uint8_t *out, uint32_t size, bool *has_ended);
/* Puts bytes behind those that are to be sent. Returns how many there was room for. */
uint32_t wire_put(uint32_t number, const uint8_t *data, uint32_t size);

#endif
