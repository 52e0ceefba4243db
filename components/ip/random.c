/* SPDX-License-Identifier: MIT
 * See random.h.
 */
#include "random.h"

#include <tenon/string.h>

struct state {
	uint64_t v[4];
};

static uint64_t rotate(uint64_t value, unsigned bits)
{
	return value << bits | value >> (64 - bits);
}

static void mix(struct state *state, unsigned rounds)
{
	uint64_t *v = state->v;

	for (unsigned i = 0; i < rounds; i++) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

static void take(struct state *state, uint64_t word)
{
	state->v[3] ^= word;
	mix(state, 2);
	state->v[0] ^= word;
}

uint64_t random_hash(const uint64_t key[2], const void *data, size_t size)
{
	struct state state = {{key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
			       key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573)}};
	const uint8_t *bytes = data;
	uint64_t word;
	size_t done = 0;

	for (; size - done >= sizeof word; done += sizeof word) {
		memcpy(&word, bytes + done, sizeof word);
		take(&state, word);
	}
	word = 0;
	memcpy(&word, bytes + done, size - done);
	take(&state, word | (uint64_t)size << 56);
	state.v[2] ^= 0xff;
	mix(&state, 4);
	return state.v[0] ^ state.v[1] ^ state.v[2] ^ state.v[3];
}
