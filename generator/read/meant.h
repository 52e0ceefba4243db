/* SPDX-License-Identifier: MIT
 * What was most likely meant by a value that is refused: the unit that others
 * write, a number in another notation, "yes" for true. It is offered with the
 * refusal, never taken. Where two things may be meant, both are named.
 */
#ifndef TENON_GENERATOR_MEANT_H
#define TENON_GENERATOR_MEANT_H

#include "report.h"
#include "shape.h"

/* For a value of INTEGER, BOOLEAN, SIZE, TIME or RATE; of any other kind nothing is added. */
void complaint_meant(struct complaint *complaint, enum shape_kind kind, const char *text, bool quoted);

/* Tells of letters that look like others: blanks that are none to YAML, quotation marks of a text processor. False: of none. */
bool complaint_letters(struct complaint *complaint, const char *text);

/* For what should be a name: its letters, or the same with underscores for what no name has. */
void complaint_name(struct complaint *complaint, const char *text);

/* For what should be a wire, "a.x -> b.y": the same with another arrow, or what is missing. */
void complaint_wire(struct complaint *complaint, const char *text);

#endif
