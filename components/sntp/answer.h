/* SPDX-License-Identifier: MIT
 * Questions and answers of SNTP (RFC 4330). No state.
 */
#ifndef SNTP_ANSWER_H
#define SNTP_ANSWER_H

#include <stdint.h>

#define ANSWER_BYTES 48u /* without what may stand behind it */

enum answer_verdict {
	ANSWER_OK,
	ANSWER_STRANGE, /* not to this question, or to none: as if it had not come */
	ANSWER_UNSOUND, /* the server says that its time is not to be trusted */
	ANSWER_RARER,   /* asked too often (kiss code RATE) */
	ANSWER_NEVER    /* not to be asked any more (DENY, RSTR) */
};

struct answer {
	uint32_t stratum;
	uint64_t since_1970; /* when it was sent, in ns */
	uint64_t took_ns;    /* by the server, from the question's coming until then */
};

/* `mark` is any number; the answer has to repeat it. */
void answer_ask(uint64_t mark, uint8_t question[ANSWER_BYTES]);
/* Judges `size` bytes; `answer` is set where they are OK. */
enum answer_verdict answer_read(const uint8_t *data, uint32_t size, uint64_t mark, struct answer *answer);

#endif
