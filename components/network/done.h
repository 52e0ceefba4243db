/* SPDX-License-Identifier: MIT
 * What a network card's driver is done with, in order, until its client's channels have room to hear of it. Who takes no more
 * from the client than there are places here, what is with the card counted, always has one: a client that does not listen waits
 * for itself only.
 */
#ifndef NETWORK_DONE_H
#define NETWORK_DONE_H

#include "component.h"

#define DONE_CLIENT 0u /* who has the card: the first connection */
#define DONE_OUT    128u
#define DONE_IN     256u

/* So many are waiting to be told: places for frames that come, and frames that were to be sent. */
uint32_t done_in_count(void);
uint32_t done_out_count(void);
/* A place goes back to the client: with a frame of `length` bytes, or with none and the reason. */
void done_in(uint32_t number, uint32_t length, enum network_check check, enum network_outcome outcome);
/* The memory of a frame goes back to the client. */
void done_out(uint32_t number, enum network_outcome outcome);
/* Tells what the channel has room for. */
void done_tell_in(void);
void done_tell_out(void);
/* There is a new client, or none. */
void done_forget(void);

#endif
