/* SPDX-License-Identifier: MIT
 * What a client asks of a network card, checked once, and where it lies for the device.
 */
#ifndef NETWORK_CHECK_H
#define NETWORK_CHECK_H

#include "component.h"

#define CHECK_ETHERNET  14u /* bytes of a frame's header: two addresses and a type */
#define CHECK_MTU_LEAST 68u /* of IPv4 (RFC 791, 3.2) */
#define CHECK_MTU_MOST  65535u

/* As the device must be told of them. */
struct check_places {
	uint64_t head, body;
};

/* OK: the card can send it, and `places` is where it lies. Otherwise what the client is told; `places` is undefined. */
enum network_outcome check_frame(const struct network_card *card, uint32_t client,
				 const struct network_frame *frame, struct check_places *places);
/* The same of a place for a frame. */
enum network_outcome check_place(const struct network_card *card, uint32_t client,
				 const struct network_place *place, uint64_t *address);

#endif
