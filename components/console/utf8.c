/* SPDX-License-Identifier: MIT
 * UTF-8, byte by byte. The caller owns the state.
 */
#include "utf8.h"

/* Length of the character that a byte begins; 0: none begins so. */
static uint8_t length(uint8_t first)
{
	if (first < 0x80) {
		return 1;
	}
	if (first >= 0xc2 && first <= 0xdf) {
		return 2;
	}
	if (first >= 0xe0 && first <= 0xef) {
		return 3;
	}
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* RFC 3629 section 4: the second byte rules out overlong forms, surrogates, and what lies past U+10FFFF. */
static bool second_fits(uint8_t first, uint8_t second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second <= 0x9f;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second <= 0x8f;
	case 0xc2:
		return second >= 0xa0; /* U+0080 to U+009F control a terminal */
	default:
		return true;
	}
}

bool utf8_add(struct utf8 *utf8, uint8_t byte)
{
	bool continues = utf8_continues((char)byte);

	if (utf8->want != 0 && continues && (utf8->have > 1 || second_fits(utf8->bytes[0], byte))) {
		utf8->bytes[utf8->have++] = byte;
	} else {
		utf8->bytes[0] = byte;
		utf8->have = 1;
		utf8->want = length(byte);
	}
	if (utf8->want == 0 || utf8->have < utf8->want) {
		return false;
	}
	utf8->want = 0;
	return utf8->have > 1 || (byte >= 0x20 && byte != 0x7f);
}
