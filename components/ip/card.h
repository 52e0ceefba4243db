/* SPDX-License-Identifier: MIT
 * The network card as lwIP's interface: frames from and to the connection `card`.
 *
 * What comes lies in the card's pool, where the device and its driver may still write: of a segment of TCP the headers are copied
 * before lwIP looks at them, and what it carries is copied once, by who hands it to a client; all else is copied whole. A place
 * goes back to the card when lwIP needs it no more.
 *
 * What is sent stays in lwIP's memory, of which the card reads, or in a client's; it is lwIP's until the card has said `sent`. A driver that
 * dies loses what was on its way, and gets all places anew with its next session.
 */
#ifndef IP_CARD_H
#define IP_CARD_H

#include <stdbool.h>
#include <stdint.h>

struct netif;

/* The interface, from card_begin() on. */
struct netif *card_interface(void);
void card_begin(void);

/*
 * A mark of what was given to the card so far, and whether the card looks at nothing of that any more: a client's memory of which such a
 * frame may have been is not given back before.
 */
uint64_t card_mark(void);
bool card_is_past(uint64_t mark);

/* Whether places for frames are left, so that more of what came may wait for its client. */
bool card_has_places(void);
/* Places that hold what came. */
uint32_t card_places_held(void);

#endif
