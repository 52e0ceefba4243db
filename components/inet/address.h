/* SPDX-License-Identifier: MIT
 * Addresses as `socket` has them: of IPv6, or of IPv4 in its place there, ::ffff:a.b.c.d. No state.
 */
#ifndef INET_ADDRESS_H
#define INET_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#define INET_BYTES 16u
#define INET_TEXT  40u /* of an address, with its zero */

bool inet_is_4(const uint8_t bytes[INET_BYTES]);
/* "10.0.2.2", or as RFC 5952 has it, such as "fe80::5054:ff:fe12:3456". */
void inet_text(const uint8_t bytes[INET_BYTES], char text[INET_TEXT]);

#endif
