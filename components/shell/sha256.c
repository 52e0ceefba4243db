/* SPDX-License-Identifier: MIT
 * See sha256.h. Own code, and not a library's: the shell is in the default system, which is built without fetching any
 * library, and this is a page that the standard's examples and the host's sha256sum try.
 */
#include "sha256.h"

#include <tenon/string.h>

/* The first 32 bits behind the point of the cube roots of the first 64 primes (4.2.2). */
static const uint32_t constants[SHA256_BLOCK] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotated(uint32_t word, unsigned count)
{
	return word >> count | word << (32 - count);
}

/* The block's words, and those that are made of them (6.2.2, step 1). */
static void make_schedule(const uint8_t *block, uint32_t schedule[SHA256_BLOCK])
{
	for (unsigned i = 0; i < 16; i++, block += 4) {
		schedule[i] =
		    (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 | block[3];
	}
	for (unsigned i = 16; i < SHA256_BLOCK; i++) {
		const uint32_t early = schedule[i - 15], late = schedule[i - 2];

		schedule[i] = (rotated(late, 17) ^ rotated(late, 19) ^ late >> 10) + schedule[i - 7] +
			      (rotated(early, 7) ^ rotated(early, 18) ^ early >> 3) + schedule[i - 16];
	}
}

static void add_block(struct sha256 *hash, const uint8_t *block)
{
	enum { A, B, C, D, E, F, G, H, WORDS };
	uint32_t schedule[SHA256_BLOCK], v[WORDS];

	make_schedule(block, schedule);
	memcpy(v, hash->state, sizeof v);
	for (unsigned i = 0; i < SHA256_BLOCK; i++) {
		const uint32_t first = v[H] + (rotated(v[E], 6) ^ rotated(v[E], 11) ^ rotated(v[E], 25)) +
				       ((v[E] & v[F]) ^ (~v[E] & v[G])) + constants[i] + schedule[i];
		const uint32_t second = (rotated(v[A], 2) ^ rotated(v[A], 13) ^ rotated(v[A], 22)) +
					((v[A] & v[B]) ^ (v[A] & v[C]) ^ (v[B] & v[C]));

		memmove(v + 1, v, sizeof v - sizeof v[0]);
		v[E] += first;
		v[A] = first + second;
	}
	for (unsigned i = 0; i < WORDS; i++) {
		hash->state[i] += v[i];
	}
}

/* The first 32 bits behind the point of the square roots of the first 8 primes (5.3.3). */
void sha256_init(struct sha256 *hash)
{
	*hash = (struct sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
					  0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void sha256_add(struct sha256 *hash, const void *data, size_t bytes)
{
	const uint8_t *from = data;
	size_t inside, count;

	for (; bytes != 0; from += count, bytes -= count) {
		inside = hash->bytes % SHA256_BLOCK;
		count = bytes < SHA256_BLOCK - inside ? bytes : SHA256_BLOCK - inside;
		memcpy(hash->block + inside, from, count);
		hash->bytes += count;
		if (hash->bytes % SHA256_BLOCK == 0) {
			add_block(hash, hash->block);
		}
	}
}

void sha256_end(struct sha256 *hash, uint8_t digest[SHA256_BYTES])
{
	const uint64_t bits = hash->bytes * 8;
	uint8_t length[8];

	for (unsigned i = 0; i < sizeof length; i++) {
		length[i] = (uint8_t)(bits >> (56 - 8 * i));
	}
	sha256_add(hash, "\x80", 1);
	while (hash->bytes % SHA256_BLOCK != SHA256_BLOCK - sizeof length) {
		sha256_add(hash, "", 1);
	}
	sha256_add(hash, length, sizeof length);
	for (unsigned i = 0; i < SHA256_BYTES; i++) {
		digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
	}
}
