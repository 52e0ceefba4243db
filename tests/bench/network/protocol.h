/* SPDX-License-Identifier: MIT
 * What host.py tells who is counted, in datagrams to PORT_ECHO, each of which is answered with itself. One of ECHO bytes is to be echoed
 * and nothing else. The others have an order in their first byte, the number of a mark in the second, then a number of 32 bits, the lowest
 * byte first, then text.
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include <stdint.h>

enum {
	PORT_ECHO = 7,
	PORT_SINK = 9,
	PORT_HTTP = 80,
	PORT_SOURCE = 19
}; /* RFC 862 to 864 as far as they go */
#define ECHO       64u
#define ORDER_HEAD 6u
#define ORDER_MOST 255u

/* The orders. */
enum {
	ORDER_ARM = 'a',   /* the first request was answered: counting begins */
	ORDER_BEGIN = 'b', /* of a stretch */
	ORDER_END = 'e',
	ORDER_REST = 'r', /* a stretch of REST_SECONDS in which nothing is to be done; answered at its end */
	ORDER_SAY = 's',  /* a row, the text */
	ORDER_SERVE =
	    'h', /* that many requests come; in place of the mark: 1, over one connection; 0, over one each */
	ORDER_SINK = 'i',   /* somebody comes who sends */
	ORDER_SOURCE = 'o', /* somebody comes for that many bytes */
	ORDER_QUIT = 'q'
};
#define REST_SECONDS 4u

static inline uint32_t order_number(const uint8_t *order)
{
	return order[2] | (uint32_t)order[3] << 8 | (uint32_t)order[4] << 16 | (uint32_t)order[5] << 24;
}

#endif
