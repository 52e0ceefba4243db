/* SPDX-License-Identifier: MIT
 * What both clients of the files ask: each call says what it must answer.
 */
#ifndef FILES_CHECK_H
#define FILES_CHECK_H

#include "component.h"

extern uint32_t checks, wrong;

void check(bool holds, const char *what);
void expect(enum files_status status, enum files_status expected, const char *what);
/* Opens, and returns the number. */
uint32_t open(const char *path, uint32_t access);
void close(uint32_t file);
/* A file with that text, made anew. */
void put(const char *path, const char *text);
/* Has the file exactly that text? */
void has(const char *path, const char *text);
void is_not_there(const char *path);
/* How many entries has the directory, and is one of them called so? */
uint32_t count(const char *path, const char *name, bool *found);

#endif
