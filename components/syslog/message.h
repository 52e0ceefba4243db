/* SPDX-License-Identifier: MIT
 * A line of the log as a message of RFC 5424. No state.
 */
#ifndef SYSLOG_MESSAGE_H
#define SYSLOG_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MESSAGE_MOST 480u /* RFC 5424, 6.1: what every receiver takes */

struct message {
	uint32_t facility;
	uint32_t severity;   /* RFC 5424, 6.2.1 */
	bool has_time;       /* of the day */
	uint64_t since_1970; /* in ns */
	uint64_t up_ns;      /* since the kernel began */
	uint32_t number;     /* of the message, from 1 on */
	const char *host, *sender, *text;
};

/* Returns its length. What is too long is cut, and a name that cannot be one there is mended. */
size_t message_write(const struct message *message, char text[MESSAGE_MOST + 1]);

#endif
