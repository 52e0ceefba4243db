/* SPDX-License-Identifier: MIT
 * The card that the test plays the driver of, and what its three clients do.
 */
#ifndef TEST_NET_CARD_H
#define TEST_NET_CARD_H

#include "test.h"

#define PLACES 256u /* that the component gives */

extern const struct network_card plain; /* its address is 52:54:00:12:34:56 */
extern const uint8_t everybody[6];

/* The component starts and hears of the card; each client hears of its own, and gives `places` places. */
void begin(uint32_t places);
/* What a client is told of its card. */
struct network_card told(uint32_t client);
/* The client's own address on the Ethernet. */
const uint8_t *own(uint32_t client);
void give(uint32_t client, uint32_t number);
/*
 * A frame of 14 bytes of header and `bytes` of what follows, of which each is a function of `number` and its place. It lies in the client's pool;
 * the second function's in two runs.
 */
void send(uint32_t client, uint32_t number, const uint8_t *to, uint32_t bytes);
void send_parts(uint32_t client, uint32_t number, const uint8_t *to, uint32_t bytes);
/* As it is. */
void send_raw(uint32_t client, const struct network_frame *frame);
/* The driver's next frame to be sent, and all of its bytes, which are read as the card would. */
struct network_frame asked(void);
const uint8_t *bytes_of(uint32_t client, const struct network_frame *frame);
/* Is it the frame that send() has made? */
void check_frame(const uint8_t *frame, const uint8_t *to, const uint8_t *from, uint32_t number,
		 uint32_t bytes);
void finish(struct network_frame frame, enum network_outcome outcome);
/* The client's next frame that is done with is this one. */
void expect_sent(uint32_t client, uint32_t number, enum network_outcome outcome);
/* The card has filled its next place with such a frame. */
void come(uint32_t number, const uint8_t *to, const uint8_t *from, uint32_t bytes);
void come_raw(const uint8_t *frame, uint32_t length);
/* The client's next place is filled with it, or comes back. */
void expect_received(uint32_t client, uint32_t number, const uint8_t *to, const uint8_t *from,
		     uint32_t bytes);
void expect_back(uint32_t client, uint32_t place, enum network_outcome outcome);
/* Nothing came for the client. */
void expect_none(uint32_t client);

#endif
