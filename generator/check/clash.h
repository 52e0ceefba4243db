/* SPDX-License-Identifier: MIT
 * A set of C names, each with what it stands for; a second one of the same
 * name is refused with both places.
 */
#ifndef TENON_GENERATOR_CLASH_H
#define TENON_GENERATOR_CLASH_H

#include "../read/report.h"

struct clash;

struct clash *clash_create(struct report *report, enum rule rule);
void clash_destroy(struct clash *clash);
/* From here on names that differ in upper and lower case only are the same. */
void clash_ignore_case(struct clash *clash);
/* From here on two names of one place are no clash: another check judges them. */
void clash_trust_places(struct clash *clash);
/* `what` is the noun for messages; it is not copied. place.file NULL: the glue's own. */
void clash_put(struct clash *clash, struct place place, const char *what, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Takes NAME_0, NAME_1 and so on, however many the glue declares. Before what might be named so. */
void clash_put_numbered(struct clash *clash, struct place place, const char *what, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
