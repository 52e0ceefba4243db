/* SPDX-License-Identifier: MIT
 * Bytes to UTF-8 characters (RFC 3629), one byte at a time.
 */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stdint.h>

struct utf8 {
	uint8_t bytes[4];
	uint8_t have, want; /* want == 0: between characters */
};

/*
 * Takes a byte. True when it completes a character of printable text, which
 * then stands in `bytes[0 .. have)`; it is there until the next call. Bytes
 * that form no valid character are dropped, up to the next that may begin one.
 */
bool utf8_add(struct utf8 *utf8, uint8_t byte);

/* Is this a byte inside a character, not its first? */
static inline bool utf8_continues(char byte)
{
	return ((uint8_t)byte & 0xc0) == 0x80;
}

#endif
