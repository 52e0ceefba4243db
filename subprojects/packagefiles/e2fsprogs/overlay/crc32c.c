/* SPDX-License-Identifier: MIT
 * CRC-32C (Castagnoli) of metadata and journal blocks, in place of the library's: by the CPU's own instruction where it has one,
 * else eight bytes at once from tables, which are made at the first use. One thread.
 *
 * Arm ARM DDI 0487, CRC32CX: every CPU from Armv8.1 on has it. Intel SDM volume 2, CRC32: where CPUID.1:ECX[20] is set.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define POLYNOMIAL UINT32_C(0x82f63b78) /* bits in reverse order */

uint32_t ext2fs_crc32c_le(uint32_t crc, const unsigned char *data, size_t bytes);

static uint64_t word_at(const unsigned char *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof word);
	return word;
}

#if defined(__aarch64__)
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
#elif defined(__x86_64__)
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

/* Of a byte that is followed by 0 to 7 bytes of zeroes. */
static uint32_t tables[8][256];

static void make_tables(void)
{
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
}

static uint32_t by_tables(uint32_t crc, const unsigned char *data, size_t bytes)
{
	if (tables[0][1] == 0) {
		make_tables();
	}
	for (; bytes > 0 && (uintptr_t)data % 8 != 0; bytes--) {
		crc = crc >> 8 ^ tables[0][(crc ^ *data++) & 0xff];
	}
	for (; bytes >= 8; bytes -= 8, data += 8) {
		const uint64_t word = *(const uint64_t *)(const void *)data ^ crc;

		crc = tables[7][word & 0xff] ^ tables[6][word >> 8 & 0xff] ^ tables[5][word >> 16 & 0xff] ^
		      tables[4][word >> 24 & 0xff] ^ tables[3][word >> 32 & 0xff] ^
		      tables[2][word >> 40 & 0xff] ^ tables[1][word >> 48 & 0xff] ^ tables[0][word >> 56];
	}
	for (; bytes > 0; bytes--) {
		crc = crc >> 8 ^ tables[0][(crc ^ *data++) & 0xff];
	}
	return crc;
}

uint32_t ext2fs_crc32c_le(uint32_t crc, const unsigned char *data, size_t bytes)
{
	return has_instruction() ? by_instruction(crc, data, bytes) : by_tables(crc, data, bytes);
}
