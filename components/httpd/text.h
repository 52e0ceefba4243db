/* SPDX-License-Identifier: MIT
 * Texts of HTTP: dates, kinds of files, names in lists and links.
 */
#ifndef HTTPD_TEXT_H
#define HTTPD_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define TEXT_DATE   30u /* with its zero */
#define TEXT_NUMBER 20u /* digits of any number, without a zero */

/* A time since 1970 as RFC 9110, 5.6.7 has it: "Sun, 06 Nov 1994 08:49:37 GMT". What is before 1970 or after 9999 is the nearest. */
void text_date(int64_t seconds, char text[TEXT_DATE]);
/* A number of at least one digit, in base 10 or 16 (small letters), without a zero behind it; returns the digits, for which there must be room. */
size_t text_number(uint64_t number, char *out);
size_t text_hexadecimal(uint64_t number, char *out);
/* The kind of a file by the end of its name, such as "text/html". */
const char *text_kind(const char *name);
/*
 * A name, or a path, as a part of a link (RFC 3986), or as a text of HTML. Returns the bytes written, without a zero; at most 6 for each byte of the
 * name, for which there must be room.
 */
size_t text_link(const char *name, char *out);
size_t text_html(const char *name, char *out);

#endif
