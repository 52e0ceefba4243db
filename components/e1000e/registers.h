/* SPDX-License-Identifier: MIT
 * What the driver uses of the registers and descriptors of the Intel 82574 (82574 GbE Controller Family Datasheet, chapters 7
 * and 10).
 */
#ifndef E1000E_REGISTERS_H
#define E1000E_REGISTERS_H

#include <stdint.h>

/* Their places in the first range. */
enum card_register {
	CONTROL = 0x0000,
	STATUS = 0x0008,
	CONTROL_MORE = 0x0018,
	CAUSES = 0x00c0,
	CAUSES_ON = 0x00d0,
	CAUSES_OFF = 0x00d8,
	CAUSES_CLEARED = 0x00dc, /* with their message */
	CAUSE_VECTORS = 0x00e4,
	RECEIVE = 0x0100,
	SEND = 0x0400,
	SEND_GAPS = 0x0410,
	RECEIVE_RING = 0x2800,
	SEND_RING = 0x3800,
	RECEIVE_SUMS = 0x5000,
	MULTICAST = 0x5200,
	MULTICAST_END = 0x5400,
	ADDRESS_LOW = 0x5400,
	ADDRESS_HIGH = 0x5404
};

/* Behind RECEIVE_RING and SEND_RING. */
#define RING_LOW   0x00u
#define RING_HIGH  0x04u
#define RING_BYTES 0x08u
#define RING_HEAD  0x10u
#define RING_TAIL  0x18u

#define CONTROL_QUIET      (1u << 2) /* no more requests to memory */
#define CONTROL_SPEED_AUTO (1u << 5)
#define CONTROL_LINK       (1u << 6)
#define CONTROL_RESET      (1u << 26)
#define STATUS_LINK        (1u << 1)
#define STATUS_SPEED(v)    ((v) >> 6 & 3) /* 10, 100, 1000, 1000 Mbit/s */
#define STATUS_ACTIVE      (1u << 19)     /* requests to memory are under way */
#define CONTROL_MORE_PBA   (1u << 31)     /* a message clears its pending bit */

#define CAUSE_LINK     (1u << 2)
#define CAUSE_RECEIVED (1u << 20) /* into the first ring */
#define CAUSE_SENT     (1u << 22) /* from the first ring */
#define CAUSE_OTHER    (1u << 24)
#define CAUSES_ALL     0xffffffffu

/* The vector of each group of causes, in four bits each, of which the uppermost says that there is one. */
#define VECTOR_RECEIVED(v) (((v) | 8u) << 0)
#define VECTOR_SENT(v)     (((v) | 8u) << 8)
#define VECTOR_OTHER(v)    (((v) | 8u) << 16)

/* Buffers of 2 KiB, and of unicast and multicast frames all: who they are for is judged above. */
#define RECEIVE_ON        (1u << 1)
#define RECEIVE_UNICAST   (1u << 3)
#define RECEIVE_MULTICAST (1u << 4)
#define RECEIVE_BROADCAST (1u << 15)
#define RECEIVE_NO_CRC    (1u << 26)
#define RECEIVE_BYTES     1522u /* of the longest frame, which has a tag: longer ones are not turned on */
#define RECEIVE_SUMS_IP   (1u << 8)
#define RECEIVE_SUMS_TCP  (1u << 9) /* and UDP */

#define SEND_ON        (1u << 1)
#define SEND_PAD       (1u << 3)
#define SEND_COLLISION (15u << 4 | 63u << 12) /* of half duplex: retries, and the slot's time */
#define SEND_GAPS_IEEE (8u | 8u << 10 | 6u << 20)
#define ADDRESS_VALID  (1u << 31)

struct receive_descriptor {
	uint64_t address;
	uint16_t bytes, sum;
	uint8_t status, errors;
	uint16_t special;
};
enum {
	RECEIVED_DONE = 0x01,
	RECEIVED_LAST = 0x02,
	RECEIVED_UNSUMMED = 0x04,
	RECEIVED_TCP = 0x20,
	RECEIVED_IP = 0x40
};
enum { RECEIVED_WRONG_TCP = 0x20, RECEIVED_WRONG_IP = 0x40, RECEIVED_SPOILT = 0x97 };

/* What is to be sent; or where the sum of the frame that follows begins and goes. */
union send_descriptor {
	struct {
		uint64_t address;
		uint32_t command; /* with the number of bytes */
		uint8_t status, options;
		uint16_t special;
	} data;
	struct {
		uint8_t ip_from, ip_at;
		uint16_t ip_end;
		uint8_t sum_from, sum_at; /* from the frame's begin, both */
		uint16_t sum_end;
		uint32_t command;
		uint32_t segments;
	} context;
};
_Static_assert(sizeof(struct receive_descriptor) == 16 && sizeof(union send_descriptor) == 16,
	       "as in the datasheet");

#define SEND_CONTEXT   (1u << 29) /* extended, of the first type */
#define SEND_DATA      (1u << 29 | 1u << 20)
#define SEND_LAST      (1u << 24) /* with the two below: of a frame's last data descriptor */
#define SEND_CRC       (1u << 25)
#define SEND_REPORT    (1u << 27)
#define OPTION_TCP_SUM 0x2u
#define SENT           0x01u
#define SEND_SUM_MOST  255u /* the last place of a sum, and of where it begins */

#endif
