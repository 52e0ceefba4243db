/* SPDX-License-Identifier: MIT
 * See address.h.
 */
#include "address.h"

#include <stddef.h>
#include <tenon/print.h>
#include <tenon/string.h>

#define GROUPS 8u

bool inet_is_4(const uint8_t bytes[INET_BYTES])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(bytes, mapped, sizeof mapped) == 0;
}

struct run {
	uint32_t first, count;
};

/* The longest run of zeroes, of two at least, and of those of one length the first (RFC 5952, 4.2). */
static struct run find_zeroes(const uint16_t group[GROUPS])
{
	struct run best = {GROUPS, 1}, run = {0, 0};

	for (uint32_t i = 0; i < GROUPS; i++) {
		if (group[i] != 0) {
			run.count = 0;
			continue;
		}
		if (run.count++ == 0) {
			run.first = i;
		}
		if (run.count > best.count) {
			best = run;
		}
	}
	return best;
}

void inet_text(const uint8_t bytes[INET_BYTES], char text[INET_TEXT])
{
	uint16_t group[GROUPS];
	struct run zeroes;
	size_t length = 0;

	if (inet_is_4(bytes)) {
		(void)tenon_print(text, INET_TEXT, "%u.%u.%u.%u", bytes[12], bytes[13], bytes[14], bytes[15]);
		return;
	}
	for (uint32_t i = 0; i < GROUPS; i++) {
		group[i] = (uint16_t)(bytes[2 * i] << 8 | bytes[2 * i + 1]);
	}
	zeroes = find_zeroes(group);
	text[0] = '\0';
	for (uint32_t i = 0; i < GROUPS; i++) {
		if (i == zeroes.first) {
			length += tenon_print(text + length, INET_TEXT - length, "::");
			i += zeroes.count - 1;
		} else {
			length += tenon_print(text + length, INET_TEXT - length, "%s%x",
					      length > 0 && text[length - 1] != ':' ? ":" : "", group[i]);
		}
	}
}
