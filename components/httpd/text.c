/* SPDX-License-Identifier: MIT
 * See text.h.
 */
#include "text.h"

#include <tenon/string.h>

#define DAY      INT64_C(86400)
#define LAST     INT64_C(253402300799) /* of the year 9999 */
#define ERA_DAYS 146097u               /* of 400 years */

/* Days since 1970 as a date: years from March on, so that the day that may be missing is the last of a year. */
static void civil(uint32_t days, uint32_t *year, uint32_t *month, uint32_t *day)
{
	const uint32_t since = days + 719468, era = since / ERA_DAYS, in_era = since % ERA_DAYS;
	const uint32_t of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	const uint32_t in_year = in_era - (365 * of_era + of_era / 4 - of_era / 100);
	const uint32_t from_march = (5 * in_year + 2) / 153;

	*day = in_year - (153 * from_march + 2) / 5 + 1;
	*month = from_march < 10 ? from_march + 3 : from_march - 9;
	*year = of_era + era * 400 + (*month <= 2);
}

static size_t put_number(uint64_t number, uint32_t base, char *out)
{
	static const char digits[] = "0123456789abcdef";
	char text[TEXT_NUMBER];
	size_t at = sizeof text, length;

	do {
		text[--at] = digits[number % base];
		number /= base;
	} while (number != 0);
	length = sizeof text - at;
	memcpy(out, text + at, length);
	return length;
}

size_t text_number(uint64_t number, char *out)
{
	return put_number(number, 10, out);
}

size_t text_hexadecimal(uint64_t number, char *out)
{
	return put_number(number, 16, out);
}

static void put_pair(char *at, uint32_t number)
{
	at[0] = (char)('0' + number / 10 % 10);
	at[1] = (char)('0' + number % 10);
}

void text_date(int64_t seconds, char text[TEXT_DATE])
{
	static const char days[7][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const int64_t when = seconds < 0 ? 0 : seconds > LAST ? LAST : seconds;
	const uint32_t number = (uint32_t)(when / DAY), rest = (uint32_t)(when % DAY);
	uint32_t year, month, day;

	civil(number, &year, &month, &day);
	memcpy(text, "DDD, 00 MMM 0000 00:00:00 GMT", TEXT_DATE);
	memcpy(text, days[number % 7], 3);
	put_pair(text + 5, day);
	memcpy(text + 8, months[month - 1], 3);
	put_pair(text + 12, year / 100);
	put_pair(text + 14, year);
	put_pair(text + 17, rest / 3600);
	put_pair(text + 20, rest / 60 % 60);
	put_pair(text + 23, rest % 60);
}

const char *text_kind(const char *name)
{
	static const struct {
		const char *end, *kind;
	} kinds[] = {
	    {"html", "text/html; charset=utf-8"},
	    {"htm", "text/html; charset=utf-8"},
	    {"css", "text/css; charset=utf-8"},
	    {"js", "text/javascript; charset=utf-8"},
	    {"txt", "text/plain; charset=utf-8"},
	    {"md", "text/plain; charset=utf-8"},
	    {"json", "application/json"},
	    {"svg", "image/svg+xml"},
	    {"png", "image/png"},
	    {"jpg", "image/jpeg"},
	    {"gif", "image/gif"},
	    {"ico", "image/x-icon"},
	    {"pdf", "application/pdf"},
	    {"wasm", "application/wasm"},
	};
	const char *end = NULL; /* behind the last dot */

	for (; *name != '\0'; name++) {
		end = *name == '.' ? name + 1 : end;
	}
	for (size_t i = 0; end != NULL && i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(end, kinds[i].end) == 0) {
			return kinds[i].kind;
		}
	}
	return "application/octet-stream";
}

size_t text_link(const char *name, char *out)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t length = 0;

	for (; *name != '\0'; name++) {
		const char c = *name;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
		    c == '.' || c == '_' || c == '~' || c == '/') {
			out[length++] = c;
		} else {
			out[length++] = '%';
			out[length++] = digits[(unsigned char)c >> 4];
			out[length++] = digits[(unsigned char)c & 15];
		}
	}
	return length;
}

size_t text_html(const char *name, char *out)
{
	size_t length = 0;

	for (; *name != '\0'; name++) {
		const char *word = *name == '&'   ? "&amp;"
				   : *name == '<' ? "&lt;"
				   : *name == '"' ? "&quot;"
						  : NULL;

		if (word == NULL) {
			out[length++] = *name;
		} else {
			memcpy(out + length, word, strlen(word));
			length += strlen(word);
		}
	}
	return length;
}
