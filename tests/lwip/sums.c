/* SPDX-License-Identifier: MIT
 * The sum of the Internet protocols, as the library's overlay makes it, beside one that is made byte by byte (RFC 1071, 1), from each
 * alignment and of each length, of bytes that are all ones, and of random ones. The data ends where its memory ends, which ASan watches.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OFFSETS 16u
#define LENGTHS 300u
#define LONGEST 65535u
#define ROUNDS  4u

uint16_t lwip_sum(const void *data, int length);

static uint16_t sum_of(const uint8_t *data, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < length; i++) {
		sum += (uint32_t)data[i] << i % 2 * 8;
		sum = (sum & UINT16_MAX) + (sum >> 16);
	}
	return (uint16_t)sum;
}

/* Zero has two forms, which mean the same. */
static int is_right(const uint8_t *data, size_t length)
{
	return sum_of(data, length) % UINT16_MAX == lwip_sum(data, (int)length) % UINT16_MAX;
}

static unsigned check(size_t offset, size_t length, unsigned round)
{
	uint8_t *memory = malloc(offset + length + (offset + length == 0));
	unsigned wrong;

	for (size_t i = 0; i < offset + length; i++) {
		memory[i] = round == 0 ? UINT8_MAX : (uint8_t)rand();
	}
	wrong = !is_right(memory + offset, length);
	if (wrong) {
		printf("%zu bytes at %zu: %#x instead of %#x\n", length, offset,
		       lwip_sum(memory + offset, (int)length), sum_of(memory + offset, length));
	}
	free(memory);
	return wrong;
}

int main(void)
{
	unsigned checks = 0, wrong = 0;

	for (unsigned round = 0; round < ROUNDS; round++) {
		for (size_t offset = 0; offset < OFFSETS; offset++) {
			for (size_t length = 0; length < LENGTHS; length++, checks++) {
				wrong += check(offset, length, round);
			}
			wrong += check(offset, LONGEST, round);
			checks++;
		}
	}
	printf("%u sums, %u wrong\n", checks, wrong);
	return wrong != 0;
}
