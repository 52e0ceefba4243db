/* SPDX-License-Identifier: MIT
 * Text to the console, gathered so that a table is one call and not many.
 */
#ifndef SAY_H
#define SAY_H

/* Formats as <tenon/print.h> says; a piece longer than 255 bytes is cut. Prints what was gathered when it is full. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Prints what was gathered. */
void say_now(void);

#endif
