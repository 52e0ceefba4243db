/* SPDX-License-Identifier: MIT
 * Units, numbers and truth values as others write them; see meant.h.
 */
#include "meant.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "value.h"

#define EXACT_MAX 9007199254740992.0 /* 2^53: whole numbers up to here are exact in a double */

/* How others call a unit of ours, in small letters. */
struct spelling {
	const char *name, *unit;
};

static const struct spelling size_alias[] = {{"kib", "KiB"}, {"mib", "MiB"}, {"gib", "GiB"}, {"b", "B"},
					     {"byte", "B"},  {"bytes", "B"}, {NULL, NULL}};
/* Powers of 1000 for one half of the world, of 1024 for the other. */
static const struct spelling size_doubt[] = {{"k", "KiB"}, {"kb", "KiB"}, {"m", "MiB"}, {"mb", "MiB"},
					     {"g", "GiB"}, {"gb", "GiB"}, {NULL, NULL}};
static const struct spelling time_alias[] = {
    {"ns", "ns"},   {"nsec", "ns"},      {"nanosecond", "ns"}, {"nanoseconds", "ns"}, {"us", "us"},
    {"usec", "us"}, {"\xc2\xb5s", "us"}, {"\xce\xbcs", "us"},  {"microsecond", "us"}, {"microseconds", "us"},
    {"ms", "ms"},   {"msec", "ms"},      {"millis", "ms"},     {"millisecond", "ms"}, {"milliseconds", "ms"},
    {"s", "s"},     {"sec", "s"},        {"secs", "s"},        {"second", "s"},       {"seconds", "s"},
    {"min", "min"}, {"mins", "min"},     {"minute", "min"},    {"minutes", "min"},    {"h", "h"},
    {"hr", "h"},    {"hrs", "h"},        {"hour", "h"},        {"hours", "h"},        {NULL, NULL}};

static const char *unit_of(const struct spelling *known, const char *text)
{
	while (known->name != NULL && strcasecmp(known->name, text) != 0)
		known++;
	return known->unit;
}

static void suggest(struct complaint *complaint, const char *text)
{
	complaint_nearest(complaint, &(struct nearest){.wanted = text, .best = text});
}

/* ---- Sizes and times ---- */

/* A number in front of a unit, perhaps with a fraction. */
struct amount {
	unsigned long long whole;
	unsigned long long part, parts; /* of the fraction; parts 1: there is none */
	const char *unit;               /* what stands behind it */
};

static bool take_amount(const char *text, struct amount *amount)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	*amount = (struct amount){.whole = strtoull(text, &end, text[1] == 'x' ? 16 : 10), .parts = 1};
	if (end[0] == '.' || end[0] == ',')
		for (end++; isdigit((unsigned char)*end) && amount->parts < 1000000; end++) {
			amount->part = amount->part * 10 + (unsigned)(*end - '0');
			amount->parts *= 10;
		}
	while (*end == ' ')
		end++;
	amount->unit = end;
	return amount->whole < UINT32_MAX;
}

/* "KB", "M" and so on, in whose place `unit` stands. */
static void help_with_thousands(struct complaint *complaint, const struct amount *amount, const char *unit)
{
	const uint32_t power = unit[0] == 'K' ? 1 : unit[0] == 'M' ? 2 : 3;
	unsigned long long thousands = amount->whole;

	for (uint32_t i = 0; i < power; i++)
		thousands *= 1000;
	complaint_help(complaint,
		       "\"%s\" is read in two ways: \"%llu %s\" are %llu bytes, \"%llu B\" are fewer",
		       amount->unit, amount->whole, unit, amount->whole << (10 * power), thousands);
}

static void help_with_size(struct complaint *complaint, const struct amount *amount, struct arena *arena)
{
	const char *unit = unit_of(size_alias, amount->unit), *doubt = unit_of(size_doubt, amount->unit);
	const unsigned long long n = amount->whole;
	uint64_t one;

	if (unit != NULL && amount->parts > 1 &&
	    scalar_size(arena_format(arena, "1 %s", unit), &one) == SCALAR_OK &&
	    (n * amount->parts + amount->part) * one % amount->parts == 0)
		suggest(complaint,
			scalar_print_size(arena, (n * amount->parts + amount->part) * one / amount->parts));
	else if (amount->parts > 1)
		return;
	else if (unit != NULL)
		suggest(complaint, arena_format(arena, "%llu %s", n, unit));
	else if (doubt != NULL)
		help_with_thousands(complaint, amount, doubt);
	else if (amount->unit[0] == '\0' && n % 1024 == 0 && n != 0)
		complaint_help(complaint, "a unit is missing: %llu bytes are \"%s\"", n,
			       scalar_print_size(arena, n));
	else if (amount->unit[0] == '\0')
		complaint_help(complaint, "a unit is missing: \"%llu B\" or \"%llu KiB\"", n, n);
}

static void help_with_time(struct complaint *complaint, const struct amount *amount, struct arena *arena)
{
	const char *unit = unit_of(time_alias, amount->unit);
	const unsigned long long n = amount->whole;
	uint64_t one;

	if (unit != NULL && amount->parts > 1 &&
	    scalar_time(arena_format(arena, "1 %s", unit), &one) == SCALAR_OK && one % amount->parts == 0)
		suggest(complaint, scalar_print_time(arena, n * one + one / amount->parts * amount->part));
	else if (amount->parts > 1)
		return;
	else if (unit != NULL)
		suggest(complaint, arena_format(arena, "%llu %s", n, unit));
	else if (strcasecmp(amount->unit, "m") == 0)
		complaint_help(complaint, "minutes are \"%llu min\", milliseconds \"%llu ms\"", n, n);
	else if (strncasecmp(amount->unit, "day", 3) == 0 || strcasecmp(amount->unit, "d") == 0)
		suggest(complaint, arena_format(arena, "%llu h", n * 24));
	else if (amount->unit[0] == '\0')
		complaint_help(complaint, "a unit is missing: \"%llu ms\" or \"%llu s\"", n, n);
}

/* ---- Rates ---- */

static void help_with_rate(struct complaint *complaint, const char *text, struct arena *arena)
{
	static const char *const between[] = {"times", "per", "/", "in", "every", "each", "a", NULL};
	struct amount count, window = {.whole = 1, .parts = 1};
	const char *unit, *at;
	bool skipped = true;

	if (!take_amount(text, &count) || count.parts > 1)
		return;
	if (count.unit[0] == '\0') {
		complaint_help(complaint, "in what time? \"%llu per 1 min\"", count.whole);
		return;
	}
	for (at = count.unit; skipped;) {
		skipped = false;
		for (const char *const *word = between; *word != NULL && !skipped; word++) {
			size_t length = strlen(*word);

			skipped =
			    strncasecmp(at, *word, length) == 0 && (at[length] == ' ' || (*word)[0] == '/');
			at += skipped ? length : 0;
		}
		while (*at == ' ')
			at++;
	}
	if (isdigit((unsigned char)*at) && !take_amount(at, &window))
		return;
	unit = unit_of(time_alias, window.unit == NULL ? at : window.unit);
	if (unit != NULL && window.parts == 1 && at != count.unit)
		suggest(complaint, arena_format(arena, "%llu per %llu %s", count.whole, window.whole, unit));
}

/* ---- Numbers and truth values ---- */

/* The digits of a number that others write in groups: "1,000", "1 000", "1'000". */
static const char *without_groups(struct arena *arena, const char *text)
{
	char *digits = ARENA_ARRAY(arena, char, strlen(text) + 1), *to = digits;

	if (!isdigit((unsigned char)text[0]))
		return "";
	for (; *text != '\0'; text++) {
		if (isdigit((unsigned char)*text))
			*to++ = *text;
		else if (strchr(" ,'", *text) == NULL || strspn(text + 1, "0123456789") != 3)
			return "";
	}
	*to = '\0';
	return digits;
}

static void help_with_number(struct complaint *complaint, const char *text, bool quoted, struct arena *arena)
{
	const char *digits = text + strspn(text, "0");
	uint64_t number;
	char *end;

	if (quoted && scalar_unsigned(text, &number) == SCALAR_OK) {
		complaint_help(complaint, "in quotation marks it is a text: write %s", text);
	} else if (text[0] == '0' && text[1] != '\0' && strspn(text, "0123456789") == strlen(text)) {
		number = strtoull(text, &end, 8);
		if (number > 7 && *end == '\0')
			complaint_help(complaint,
				       "some read a leading zero as octal, others do not: write %s or 0x%llx",
				       digits, (unsigned long long)number);
		else
			suggest(complaint, digits[0] == '\0' ? "0" : digits);
	} else if (text[0] == '0' && (text[1] == 'o' || text[1] == 'b')) {
		number = strtoull(text + 2, &end, text[1] == 'o' ? 8 : 2);
		if (end != text + 2 && *end == '\0')
			suggest(complaint, arena_format(arena, "0x%llx", (unsigned long long)number));
	} else if (strspn(text, "0123456789.eE+") == strlen(text)) {
		double value = strtod(text, &end);

		if (end != text && *end == '\0' && value < EXACT_MAX && value == (double)(uint64_t)value)
			suggest(complaint, arena_format(arena, "%llu", (unsigned long long)value));
	} else if (without_groups(arena, text)[0] != '\0') {
		suggest(complaint, without_groups(arena, text));
	}
}

static void help_with_truth(struct complaint *complaint, const char *text, bool quoted)
{
	static const char *const meant[][2] = {{"yes", "true"},  {"y", "true"},   {"on", "true"},
					       {"1", "true"},    {"no", "false"}, {"n", "false"},
					       {"off", "false"}, {"0", "false"}};

	if (quoted && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)) {
		complaint_help(complaint, "in quotation marks it is a text: write %s", text);
		return;
	}
	if (strcasecmp(text, "true") == 0)
		suggest(complaint, "true");
	if (strcasecmp(text, "false") == 0)
		suggest(complaint, "false");
	for (size_t i = 0; i < sizeof meant / sizeof meant[0]; i++)
		if (strcasecmp(text, meant[i][0]) == 0)
			suggest(complaint, meant[i][1]);
}

/* ---- For others ---- */

void complaint_meant(struct complaint *complaint, enum shape_kind kind, const char *text, bool quoted)
{
	struct arena *arena = arena_create();
	struct amount amount;

	if (kind == SHAPE_INTEGER)
		help_with_number(complaint, text, quoted, arena);
	else if (kind == SHAPE_BOOLEAN)
		help_with_truth(complaint, text, quoted);
	else if (kind == SHAPE_RATE)
		help_with_rate(complaint, text, arena);
	else if (kind == SHAPE_SIZE && take_amount(text, &amount))
		help_with_size(complaint, &amount, arena);
	else if (kind == SHAPE_TIME && take_amount(text, &amount))
		help_with_time(complaint, &amount, arena);
	arena_destroy(arena);
}

static bool has_any(const char *text, const char *const *letter)
{
	while (*letter != NULL && strstr(text, *letter) == NULL)
		letter++;
	return *letter != NULL;
}

bool complaint_letters(struct complaint *complaint, const char *text)
{
	static const char *const blank[] = {"\xc2\xa0",     "\xe2\x80\xaf", "\xe3\x80\x80",
					    "\xe2\x80\x8b", "\xef\xbb\xbf", NULL};
	static const char *const mark[] = {"\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x9e",
					   "\xe2\x80\x98", "\xe2\x80\x99", NULL};

	if (has_any(text, blank)) {
		complaint_help(complaint, "a blank in it is a letter to YAML, such as a no-break space is");
		return true;
	}
	if (has_any(text, mark))
		complaint_help(complaint, "quotation marks are \" and ' only, all others are letters");
	return has_any(text, mark);
}

void complaint_name(struct complaint *complaint, const char *text)
{
	struct arena *arena = arena_create();
	char *name = arena_text(arena, text, strlen(text));

	for (char *at = name; *at != '\0'; at++)
		if (strchr("-. /:", *at) != NULL)
			*at = '_';
	if (strcmp(name, text) != 0 && name_is_identifier(name))
		suggest(complaint, name);
	(void)complaint_letters(complaint, text); /* where it has none there is no more to say */
	arena_destroy(arena);
}

/* An end of a wire: without the blanks around it, with dots for what others write between instance and port. */
static const char *take_end(struct arena *arena, const char *text, size_t length)
{
	char *end;

	while (length > 0 && *text == ' ')
		text++, length--;
	while (length > 0 && text[length - 1] == ' ')
		length--;
	end = arena_text(arena, text, length);
	for (char *at = end; *at != '\0'; at++)
		if (strchr("/:", *at) != NULL)
			*at = '.';
	return end;
}

static size_t dots(const char *path)
{
	size_t count = 0;

	for (; *path != '\0'; path++)
		count += *path == '.';
	return count;
}

void complaint_wire(struct complaint *complaint, const char *text)
{
	/* From the longest on; "<" turns the wire round. */
	static const char *const arrow[] = {"<--", "-->",          "<-",           "->",   "- >", "=>",
					    "<=",  "\xe2\x86\x92", "\xe2\x86\x90", " to ", ","};
	struct arena *arena = arena_create();
	const char *at = NULL, *from, *to, *other;
	size_t i;

	for (i = 0; i < sizeof arrow / sizeof arrow[0] && at == NULL; i++)
		at = strstr(text, arrow[i]);
	if (at == NULL) {
		arena_destroy(arena);
		return;
	}
	from = take_end(arena, text, (size_t)(at - text));
	to = take_end(arena, at + strlen(arrow[i - 1]), strlen(at) - strlen(arrow[i - 1]));
	if (arrow[i - 1][0] == '<' || strcmp(arrow[i - 1], "\xe2\x86\x90") == 0)
		other = from, from = to, to = other;
	if (name_is_path(from) && name_is_path(to)) {
		bool ports = strchr(from, '.') != NULL && strchr(to, '.') != NULL;

		if (dots(from) > 1 || dots(to) > 1)
			complaint_help(
			    complaint,
			    "a wire leads to an instance of the same file, not to one inside of it");
		else if (ports)
			suggest(complaint, arena_format(arena, "%s -> %s", from, to));
		else
			complaint_help(complaint, "a port is missing: \"%s%s -> %s%s\"", from,
				       strchr(from, '.') == NULL ? ".PORT" : "", to,
				       strchr(to, '.') == NULL ? ".PORT" : "");
	}
	arena_destroy(arena);
}
