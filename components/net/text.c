/* SPDX-License-Identifier: MIT
 * See text.h.
 */
#include "text.h"

#include <tenon/string.h>

#define HARDWARE    6u
#define BITS_4      32u
#define BITS_6      128u
#define BITS_MAPPED 96u /* of an address of IPv4 in one of IPv6 */
#define GROUPS      8u

/* The value of a hexadecimal digit; 16: it is none. */
static uint32_t digit_of(char text)
{
	if (text >= '0' && text <= '9') {
		return (uint32_t)(text - '0');
	}
	if (text >= 'a' && text <= 'f') {
		return (uint32_t)(text - 'a') + 10;
	}
	return text >= 'A' && text <= 'F' ? (uint32_t)(text - 'A') + 10 : 16;
}

bool text_hardware(const char *text, uint8_t address[6])
{
	uint8_t bytes[HARDWARE];

	if (strlen(text) != 3 * HARDWARE - 1) {
		return false;
	}
	for (uint32_t i = 0; i < HARDWARE; i++) {
		const uint32_t high = digit_of(text[3 * i]), low = digit_of(text[3 * i + 1]);

		if (high == 16 || low == 16 || (i + 1 < HARDWARE && text[3 * i + 2] != ':')) {
			return false;
		}
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	if ((bytes[0] & 1) != 0) {
		return false;
	}
	memcpy(address, bytes, HARDWARE);
	return true;
}

bool text_take_word(const char **text, const char *word)
{
	const size_t length = strlen(word);

	if (strncmp(*text, word, length) != 0) {
		return false;
	}
	*text += length;
	return true;
}

bool text_take_number(const char **text, uint32_t most, uint32_t *number)
{
	const char *at = *text;

	for (*number = 0; *at >= '0' && *at <= '9'; at++) {
		if (*number > (most - (uint32_t)(*at - '0')) / 10) {
			return false;
		}
		*number = *number * 10 + (uint32_t)(*at - '0');
	}
	if (at == *text) {
		return false;
	}
	*text = at;
	return true;
}

static bool take_4(const char **text, uint8_t address[HEADERS_IP])
{
	address[10] = address[11] = UINT8_MAX;
	for (uint32_t i = 0; i < 4; i++) {
		uint32_t number;

		if ((i > 0 && !text_take_word(text, ".")) || !text_take_number(text, UINT8_MAX, &number)) {
			return false;
		}
		address[12 + i] = (uint8_t)number;
	}
	return true;
}

/* One to four hexadecimal digits. */
static bool take_group(const char **text, uint8_t group[2])
{
	uint32_t digits = 0, value = 0;

	while (digits < 4 && digit_of(**text) < 16) {
		value = value << 4 | digit_of(*(*text)++);
		digits++;
	}
	group[0] = (uint8_t)(value >> 8);
	group[1] = (uint8_t)value;
	return digits != 0;
}

/* RFC 4291, 2.2, without addresses of IPv4 in it. `::` stands for as many groups of zeroes as are missing, one at least. */
static bool take_6(const char **text, uint8_t address[HEADERS_IP])
{
	uint32_t groups = 0, gap = GROUPS;

	if (text_take_word(text, "::")) {
		gap = 0;
	}
	while (**text != ']' && groups < GROUPS) {
		if (!take_group(text, address + 2 * groups)) {
			return false;
		}
		groups++;
		if (**text == ']') {
			break;
		}
		if (gap == GROUPS && text_take_word(text, "::")) {
			gap = groups;
		} else if (!text_take_word(text, ":") || **text == ']') {
			return false;
		}
	}
	if ((gap == GROUPS) != (groups == GROUPS)) {
		return false;
	}
	if (gap < GROUPS) {
		const uint32_t behind = groups - gap;

		memmove(address + HEADERS_IP - 2 * behind, address + 2 * gap, 2 * behind);
		memset(address + 2 * gap, 0, 2 * (GROUPS - groups));
	}
	return true;
}

bool text_take_prefix(const char **text, struct prefix *prefix)
{
	bool is_6;
	uint32_t bits;

	memset(prefix, 0, sizeof *prefix);
	if (text_take_word(text, "*")) {
		return true;
	}
	is_6 = text_take_word(text, "[");
	if (is_6 ? !take_6(text, prefix->address) || !text_take_word(text, "]")
		 : !take_4(text, prefix->address)) {
		return false;
	}
	bits = is_6 ? BITS_6 : BITS_4;
	if (text_take_word(text, "/") && !text_take_number(text, bits, &bits)) {
		return false;
	}
	prefix->bits = is_6 ? bits : BITS_MAPPED + bits;
	return true;
}

bool prefix_has(const struct prefix *prefix, const uint8_t address[HEADERS_IP])
{
	const uint32_t whole = prefix->bits / 8, rest = prefix->bits % 8;

	return memcmp(address, prefix->address, whole) == 0 &&
	       (rest == 0 || (address[whole] ^ prefix->address[whole]) >> (8 - rest) == 0);
}
