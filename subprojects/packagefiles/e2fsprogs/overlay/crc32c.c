/* SPDX-License-Identifier: MIT
 * CRC-32C (Castagnoli) of metadata and journal blocks, in place of the library's: by the CPU's own instruction where it has one,
 * else eight bytes at once from tables, which are made at the first use, and long runs of zeroes or ones, of which bitmaps and the journal's
 * own blocks are full, by a multiplication. One thread.
 *
 * Arm ARM DDI 0487, CRC32CX: every CPU from Armv8.1 on has it. Intel SDM volume 2, CRC32: where CPUID.1:ECX[20] is set.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define POLYNOMIAL UINT32_C(0x82f63b78) /* bits in reverse order */

uint32_t ext2fs_crc32c_le(uint32_t crc, const unsigned char *data, size_t bytes);

#ifdef CRC32C_BY_TABLES /* a test tries what other machines have */
#define INSTRUCTION 0
#elif defined(__aarch64__) || defined(__x86_64__)
#define INSTRUCTION 1
#else
#define INSTRUCTION 0
#endif

#if INSTRUCTION
static uint64_t word_at(const unsigned char *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof word);
	return word;
}

#endif

#if INSTRUCTION && defined(__aarch64__)
static int has_instruction(void)
{
	return 1;
}

__attribute__((target("crc"))) static uint32_t by_instruction(uint32_t crc, const unsigned char *data,
							      size_t bytes)
{
	for (; bytes >= 8; bytes -= 8, data += 8) {
		crc = __builtin_arm_crc32cd(crc, word_at(data));
	}
	for (; bytes > 0; bytes--) {
		crc = __builtin_arm_crc32cb(crc, *data++);
	}
	return crc;
}
#elif INSTRUCTION
static int has_instruction(void)
{
	static int known = -1;
	unsigned a, b, c = 0, d;

	if (known < 0) {
		__asm__("cpuid"
			: "=a"(a), "=b"(b), "=c"(c), "=d"(d)
			: "a"(1), "c"(0)); /* no header of the compiler's here */
		known = (c >> 20 & 1) != 0;
	}
	return known;
}

__attribute__((target("sse4.2"))) static uint32_t by_instruction(uint32_t crc, const unsigned char *data,
								 size_t bytes)
{
	for (; bytes >= 8; bytes -= 8, data += 8) {
		crc = (uint32_t)__builtin_ia32_crc32di(crc, word_at(data));
	}
	for (; bytes > 0; bytes--) {
		crc = __builtin_ia32_crc32qi(crc, *data++);
	}
	return crc;
}
#else
static int has_instruction(void)
{
	return 0;
}

static uint32_t by_instruction(uint32_t crc, const unsigned char *data, size_t bytes)
{
	(void)data, (void)bytes;
	return crc;
}
#endif

#define RUN    32u /* equal words from which on a multiplication is cheaper */
#define POWERS 32u

/* Of a byte that is followed by 0 to 7 bytes of zeroes. */
static uint32_t tables[8][256];
/* x^(64 * 2^n) modulo the polynomial, which 2^n words multiply a sum by; and what they add to it where all their bits are set. */
static uint32_t powers[POWERS], ones[POWERS];

/* Of two polynomials modulo ours; the uppermost bit is that of x^0. */
static uint32_t multiply(uint32_t a, uint32_t b)
{
	uint32_t product = 0;

	for (; a != 0; a <<= 1) {
		product ^= b & (0u - (a >> 31));
		b = b >> 1 ^ (POLYNOMIAL & (0u - (b & 1)));
	}
	return product;
}

static uint32_t by_byte(uint32_t crc, unsigned char byte)
{
	return crc >> 8 ^ tables[0][(crc ^ byte) & 0xff];
}

static uint32_t by_word(uint32_t crc, uint64_t word)
{
	word ^= crc;
	return tables[7][word & 0xff] ^ tables[6][word >> 8 & 0xff] ^ tables[5][word >> 16 & 0xff] ^
	       tables[4][word >> 24 & 0xff] ^ tables[3][word >> 32 & 0xff] ^ tables[2][word >> 40 & 0xff] ^
	       tables[1][word >> 48 & 0xff] ^ tables[0][word >> 56];
}

static void make_tables(void)
{
	uint32_t power = UINT32_C(1) << 30; /* x */

	for (uint32_t i = 0; i < 256; i++) {
		uint32_t crc = i;

		for (int n = 0; n < 8; n++) {
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		}
		tables[0][i] = crc;
	}
	for (uint32_t i = 0; i < 256; i++) {
		for (int n = 1; n < 8; n++) {
			tables[n][i] = tables[n - 1][i] >> 8 ^ tables[0][tables[n - 1][i] & 0xff];
		}
	}
	for (int n = 0; n < 6; n++) {
		power = multiply(power, power);
	}
	powers[0] = power;
	ones[0] = by_word(0, UINT64_MAX);
	for (uint32_t n = 1; n < POWERS; n++) {
		powers[n] = multiply(powers[n - 1], powers[n - 1]);
		ones[n] = multiply(ones[n - 1], powers[n - 1]) ^ ones[n - 1];
	}
}

/* Of words that are all zero, or all ones. */
static uint32_t by_run(uint32_t crc, uint64_t word, size_t words)
{
	if (words < RUN) {
		for (; words > 0; words--) {
			crc = by_word(crc, word);
		}
		return crc;
	}
	for (uint32_t n = 0; words > 0; words >>= 1, n++) {
		if ((words & 1) != 0) {
			crc = multiply(crc, powers[n]) ^ (word != 0 ? ones[n] : 0);
		}
	}
	return crc;
}

/* Less than 2^POWERS words. */
static uint32_t by_tables(uint32_t crc, const unsigned char *data, size_t bytes)
{
	const uint64_t *word, *end;

	if (powers[0] == 0) {
		make_tables();
	}
	for (; bytes > 0 && (uintptr_t)data % sizeof *word != 0; bytes--) {
		crc = by_byte(crc, *data++);
	}
	word = (const uint64_t *)(const void *)data;
	for (end = word + bytes / sizeof *word; word != end;) {
		const uint64_t *first = word, value = *word++;

		if (value + 1 > 1) {
			crc = by_word(crc, value);
			continue;
		}
		while (word != end && *word == value) {
			word++;
		}
		crc = by_run(crc, value, (size_t)(word - first));
	}
	data = (const unsigned char *)end;
	for (bytes %= sizeof *word; bytes > 0; bytes--) {
		crc = by_byte(crc, *data++);
	}
	return crc;
}

uint32_t ext2fs_crc32c_le(uint32_t crc, const unsigned char *data, size_t bytes)
{
	return has_instruction() ? by_instruction(crc, data, bytes) : by_tables(crc, data, bytes);
}
