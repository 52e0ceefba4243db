/* SPDX-License-Identifier: MIT
 * See message.h.
 */
#include "message.h"

#include "date.h"

#include <tenon/print.h>
#include <tenon/string.h>

#define NS_OF_S     UINT64_C(1000000000)
#define NS_OF_US    UINT64_C(1000)
#define NS_OF_CS    UINT64_C(10000000) /* sysUpTime counts hundredths (RFC 5424, 7.3.3) */
#define HOST_MOST   255u
#define SENDER_MOST 48u
#define NUMBER_MOST UINT32_C(2147483647) /* RFC 5424, 7.3.1 */
#define SEVERITIES  8u

/* Visible characters of ASCII, at least one: "-" where there is none (RFC 5424, 6.2). */
static void make_name(const char *from, char *to, size_t most)
{
	size_t length = 0;

	for (; from[length] != '\0' && length < most; length++) {
		to[length] = from[length] > ' ' && from[length] < 0x7f ? from[length] : '_';
	}
	if (length == 0) {
		to[length++] = '-';
	}
	to[length] = '\0';
}

/* RFC 3339 with microseconds, or "-". */
static void make_time(const struct message *message, char text[40])
{
	struct date date;

	if (!message->has_time) {
		(void)tenon_copy_text(text, 40, "-");
		return;
	}
	date = date_of(message->since_1970 / NS_OF_S);
	(void)tenon_print(text, 40, "%04u-%02u-%02uT%02u:%02u:%02u.%06uZ", date.year, date.month, date.day,
			  date.hour, date.minute, date.second,
			  (unsigned)(message->since_1970 % NS_OF_S / NS_OF_US));
}

size_t message_write(const struct message *message, char text[MESSAGE_MOST + 1])
{
	char host[HOST_MOST + 1], sender[SENDER_MOST + 1], time[40];

	make_name(message->host, host, HOST_MOST);
	make_name(message->sender, sender, SENDER_MOST);
	make_time(message, time);
	return tenon_print(
	    text, MESSAGE_MOST + 1, "<%u>1 %s %s %s - - [meta sequenceId=\"%u\" sysUpTime=\"%llu\"] %s",
	    message->facility * SEVERITIES + message->severity, time, host, sender,
	    message->number % NUMBER_MOST + (message->number % NUMBER_MOST == 0 ? NUMBER_MOST : 0),
	    (unsigned long long)(message->up_ns / NS_OF_CS), message->text);
}
