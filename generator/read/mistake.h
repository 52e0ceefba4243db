/* SPDX-License-Identifier: MIT
 * What a person most likely did in a text that is no YAML. libfyaml says what
 * its rules miss and where they missed it, which is often lines below: here
 * the text is read once more, for the mistakes that people make, and the one
 * that is found is reported where it was made. Nothing here decides whether a
 * text is YAML.
 *
  * mistake.c reads keys, lists and their columns, mistake_flow.c what stands in
 * brackets and quotation marks; scan.c has what both ask of the text. The state
 * of a reading is in struct scan.
 */
#ifndef TENON_GENERATOR_MISTAKE_H
#define TENON_GENERATOR_MISTAKE_H

#include "yaml.h"

#define SCAN_DEEP                                                                                            \
	64u /* columns and brackets that are kept apart; whoever needs more gets libfyaml's sentence */

enum level_kind { LEVEL_KEYS, LEVEL_LIST };

/* A column in which the keys of a mapping or the "- " of a list begin, around the line that is read. */
struct level {
	size_t column; /* from 0 */
	enum level_kind kind;
	struct place place; /* of its last key or "-" */
	const char *name;   /* its last key, "-" */
	bool full;          /* that has its value already */
	bool open; /* a text without quotation marks, which a line that is indented further continues */
	struct place below; /* that text, where it has a line of its own; line 0: it has not */
	size_t below_column;
	const char *text;
};

struct bracket {
	char shape; /* '{' or '[' */
	bool colon; /* the entry that it is the value of has its key */
	struct place place;
};

struct scan {
	struct reader *reader;
	const char *text;
	size_t length, at, line_start;
	uint32_t line;
	uint32_t last; /* libfyaml had no objection before this line: a mistake below it is none */
	struct level level[SCAN_DEEP];
	uint32_t levels;
	bool ended; /* a mistake was found, or nothing more is sought */
	bool found;
};

/* Reports the mistake that made libfyaml stop in the line `last`; false where none is known. */
bool mistake_report(struct reader *reader, uint32_t last);

/* The rest is for the two files. */

/* The place of `bytes` bytes at `at`, which stand in the line that is read. */
struct place scan_place(const struct scan *scan, size_t at, size_t bytes);
const char *scan_text(const struct scan *scan, size_t at, size_t bytes);
/* Ends the reading. NULL where the place lies below what libfyaml had read. */
struct complaint *scan_complain(struct scan *scan, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool scan_is_blank(char c);
/* The end of the line or of the text. */
bool scan_ends_line(const struct scan *scan, size_t at);
bool scan_line_ends(const struct scan *scan);
/* Goes over spaces, tabs and a comment. */
void scan_blanks(struct scan *scan);
/* Goes to the next line, where there is one. */
void scan_next_line(struct scan *scan);
/* Is there, at `at`, a colon that ends a key? */
bool scan_is_colon(const struct scan *scan, size_t at);
/* Bytes of a text without quotation marks: up to a colon that ends a key, a comment, or the end of the line. */
size_t scan_plain(const struct scan *scan, size_t at);
/* The column (from 0) that the lines of a value must stay right of; -1: of none. */
long scan_border(const struct scan *scan);

/* Reads what begins with a quotation mark, or with a bracket, up to its end. */
void mistake_in_quotes(struct scan *scan);
void mistake_in_brackets(struct scan *scan);

#endif
