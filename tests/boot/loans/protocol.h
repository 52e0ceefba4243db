/* SPDX-License-Identifier: MIT
 * What client, server and depot say to each other. A request has a label, the bytes that loan 0 has, and how far the
 * server's own memory is off alignment; an answer a status, the bytes copied and the sum over them.
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include <tenon/loan.h>

#define MOST (UINT32_C(1) << 20) /* bytes that the test lends */

enum request {
	REQUEST_SUM = 1, /* the sum of what was lent */
	REQUEST_FILL,    /* fills what was lent from a seed, in word 2 */
	REQUEST_PASS, /* passes half of it on to the depot, which answers for the server: word 2: the depot's request */
	REQUEST_WAIT,  /* reads it again and again until it ends */
	REQUEST_LAST,  /* status and bytes of the last WAIT */
	REQUEST_COUNT, /* how many messages came by SEND, and the sum of their words */
};

static inline uint64_t sum_of(const uint8_t *bytes, uint64_t count)
{
	uint64_t sum = count;
	for (uint64_t i = 0; i < count; i++)
		sum = sum * 31 + bytes[i];
	return sum;
}

static inline void fill_from(uint8_t *bytes, uint64_t count, uint64_t seed)
{
	for (uint64_t i = 0; i < count; i++) {
		seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
		bytes[i] = (uint8_t)(seed >> 56);
	}
}

static inline void answer_put(struct tenon_ipc *ipc, enum tenon_status status, uint64_t done, uint64_t sum)
{
	ipc->tag = tenon_tag(0, 24);
	ipc->word[0] = status;
	ipc->word[1] = done;
	ipc->word[2] = sum;
}

static uint8_t memory[MOST + 64];

/* SUM and FILL, the same in server and depot, on loan 0 of the call in `reply`. */
static inline void serve_copy(struct tenon_ipc *ipc, tenon_handle_t reply)
{
	uint64_t bytes = ipc->word[0] < MOST ? ipc->word[0] : MOST, done = 0;
	uint8_t *own = memory + ipc->word[1] % 64;
	enum tenon_status status;
	if (tenon_tag_label(ipc->tag) == REQUEST_FILL) {
		fill_from(own, bytes, ipc->word[2]);
		status = tenon_loan_write(reply, 0, 0, own, bytes, &done);
	} else {
		status = tenon_loan_read(reply, 0, 0, own, bytes, &done);
	}
	answer_put(ipc, status, done, sum_of(own, bytes));
}

#endif
