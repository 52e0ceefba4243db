/* SPDX-License-Identifier: MIT
 * See answer.h; the checks are those of RFC 4330, 5.
 */
#include "answer.h"

#include <stdbool.h>
#include <tenon/string.h>

#define VERSION    4u
#define CLIENT     3u
#define SERVER     4u
#define UNKNOWN    3u /* leap indicator: the server's clock is not set */
#define STRATA     15u
#define NS_OF_S    UINT64_C(1000000000)
#define TO_1970    UINT64_C(2208988800) /* seconds from 1900 */
#define ERA        (UINT64_C(1) << 32)  /* seconds of one, of which the second begins in 2036 (RFC 4330, 3) */
#define FIRST_HALF UINT32_C(0x80000000)
#define ONE_SECOND UINT32_C(0x10000) /* in 16.16 */

/* Where each field begins (RFC 4330, 4). */
enum place {
	STRATUM = 1,
	ROOT_DELAY = 4,
	ROOT_DISPERSION = 8,
	REFERENCE = 12,
	ORIGINATE = 24,
	RECEIVE = 32,
	TRANSMIT = 40
};

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void put64(uint8_t *at, uint64_t value)
{
	for (uint32_t i = 0; i < 8; i++) {
		at[i] = (uint8_t)(value >> (56 - 8 * i));
	}
}

/* Since 1970. Where the highest bit is not set it is of the second era. False: it is none. */
static bool read_time(const uint8_t *at, uint64_t *ns)
{
	const uint32_t seconds = get32(at), fraction = get32(at + 4);
	const uint64_t since_1900 = seconds + ((seconds & FIRST_HALF) == 0 ? ERA : 0);

	if ((seconds == 0 && fraction == 0) || since_1900 < TO_1970) {
		return false;
	}
	*ns = (since_1900 - TO_1970) * NS_OF_S + (fraction * NS_OF_S >> 32);
	return true;
}

void answer_ask(uint64_t mark, uint8_t question[ANSWER_BYTES])
{
	memset(question, 0, ANSWER_BYTES);
	question[0] = VERSION << 3 | CLIENT;
	put64(question + TRANSMIT, mark);
}

static enum answer_verdict read_kiss(const uint8_t *code)
{
	if (memcmp(code, "DENY", 4) == 0 || memcmp(code, "RSTR", 4) == 0) {
		return ANSWER_NEVER;
	}
	return memcmp(code, "RATE", 4) == 0 ? ANSWER_RARER : ANSWER_UNSOUND;
}

enum answer_verdict answer_read(const uint8_t *data, uint32_t size, uint64_t mark, struct answer *answer)
{
	uint8_t expected[8];
	uint64_t came, sent;

	put64(expected, mark);
	if (size < ANSWER_BYTES || (data[0] & 7) != SERVER || (data[0] >> 3 & 7) != VERSION ||
	    memcmp(data + ORIGINATE, expected, sizeof expected) != 0) {
		return ANSWER_STRANGE;
	}
	if (data[STRATUM] == 0) {
		return read_kiss(data + REFERENCE);
	}
	/* A delay of a second or more, and a negative one, is of no use. */
	if (data[STRATUM] > STRATA || data[0] >> 6 == UNKNOWN || get32(data + ROOT_DELAY) >= ONE_SECOND ||
	    get32(data + ROOT_DISPERSION) >= ONE_SECOND || !read_time(data + RECEIVE, &came) ||
	    !read_time(data + TRANSMIT, &sent) || sent < came) {
		return ANSWER_UNSOUND;
	}
	*answer = (struct answer){.stratum = data[STRATUM], .since_1970 = sent, .took_ns = sent - came};
	return ANSWER_OK;
}
