/* SPDX-License-Identifier: MIT
 * The card's two rings of descriptors: what it has of its client's, in the order in which it was given.
 */
#ifndef E1000E_RINGS_H
#define E1000E_RINGS_H

#include "check.h"

struct rings_received {
	uint32_t number, length;
	enum network_check check;
	bool is_good; /* the card took it whole */
};

/* Tells the card where the rings are; called while it neither receives nor sends. The places that it had are put anew, the frames
 * that it had are there for rings_drop_frame(). */
void rings_init(void);
/* So many places, and so many frames, are with the card. */
uint32_t rings_in_count(void);
uint32_t rings_out_count(void);

/* `address` is the card's, of at least RECEIVE_BYTES. Called while the card has less than DONE_IN. */
void rings_put_place(uint32_t number, uint64_t address);
/* A frame that was checked. False, and nothing was done: the card cannot sum it. Called while the card has less than DONE_OUT. */
bool rings_put_frame(const struct network_frame *frame, const struct check_places *places);
/* What was put goes to the card. */
void rings_kick_in(void);
void rings_kick_out(void);

/* The next that the card is done with; false: there is none. `is_broken` where it says what cannot be, and then nothing else is said. */
bool rings_take_received(struct rings_received *received, bool *is_broken);
bool rings_take_sent(uint32_t *number);

/* Takes back the oldest place, or frame, that the card had; false: it has none. For a card that does not work, or was reset. */
bool rings_drop_place(uint32_t *number);
bool rings_drop_frame(uint32_t *number);

#endif
