/* SPDX-License-Identifier: MIT
 * The clients: what each has of the card, what it hears, and what it is told of the frames that it sent.
 *
 * Places for frames stay in the client's channel until a frame comes for it, so they need no books here. What is done with is told at once
 * where there is room, and waits otherwise in memory of the client's own: no more is taken of it than that has places for.
 */
#ifndef NET_LINKS_H
#define NET_LINKS_H

#include "component.h"
#include "packet.h"

#define NOBODY UINT32_MAX

/* Reads what the wires say. */
void links_init(void);
/* The card is this from now on; no `most`: there is none. Tells all who are to know. */
void links_card(const struct network_card *now);
/* Tells those who could not be told while frames of their predecessors were under way. */
void links_tell(void);
/* Has the client heard of a card? */
bool link_has_card(uint32_t client);
/* What it was told of the card. */
const struct network_card *link_card(uint32_t client);
/* A session of the client begins or ends: what was under way is over. */
void link_session(uint32_t client, bool open);

/*
 * May a frame be taken of it: can it be told of one more beside those that are under way, and does its rate allow one? Where only time is
 * missing *when_ns becomes that time, if it was later.
 */
bool link_may_go(uint32_t client, uint64_t *when_ns);
/* The server does not look at that frame any more. */
void link_sent(uint32_t client, uint32_t number, enum network_outcome outcome);

/* Does the wire of any client say more of frames than their address? */
bool links_look(void);
/* May the client send that? REFUSED: it is counted. */
enum network_outcome link_judge(uint32_t client, struct packet *packet);
/* Its rate pays for a frame that was taken of it, whatever is in it. */
void link_charge(uint32_t client, const struct network_frame *frame);
/* It sends a frame, or one that cannot be. */
void link_count_sent(uint32_t client, const struct packet *packet);
void link_count_malformed(uint32_t client);
/*
 * Gives the frame to each client that it is for, but for its sender (NOBODY: it came from the card). True: it is for one of them alone, also
 * where that one could not take it, and nobody else may see it.
 */
bool links_deliver(struct packet *packet, uint32_t sender, enum network_check check);

#endif
