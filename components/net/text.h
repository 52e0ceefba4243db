/* SPDX-License-Identifier: MIT
 * Addresses and words as text, as the description has them. No state. Who `takes` takes from the beginning of *text; where it finds
 * something else the answer is false, and *text is anywhere up to there.
 */
#ifndef NET_TEXT_H
#define NET_TEXT_H

#include "headers.h"

#include <stdbool.h>
#include <stdint.h>

/* Addresses that begin with so many bits of this one; IPv4 as IPv6 maps it. */
struct prefix {
	uint8_t address[HEADERS_IP];
	uint32_t bits; /* 0: any address */
};

/* "02:00:00:00:00:01", of one card, not of a group. False: it is none, and `address` is as it was. */
bool text_hardware(const char *text, uint8_t address[6]);
/* True: it was there, and is taken. False: *text is as it was. */
bool text_take_word(const char **text, const char *word);
/* Of decimal digits, at most `most`. */
bool text_take_number(const char **text, uint32_t most, uint32_t *number);
/* `*`, `10.0.2.15`, `10.0.0.0/8`, `[2001:db8::1]`, `[fe80::]/10`. */
bool text_take_prefix(const char **text, struct prefix *prefix);
bool prefix_has(const struct prefix *prefix, const uint8_t address[HEADERS_IP]);

#endif
