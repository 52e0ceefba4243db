/* SPDX-License-Identifier: MIT
 * The list of a directory, as HTML.
 */
#ifndef HTTPD_LIST_H
#define HTTPD_LIST_H

#include "answer.h"

/*
 * The next entries of the directory that is open, at most `size` bytes, which must have room for ANSWER_ENTRY. Waits for files. `is_text` goes
 * with the last; `is_cut` comes where they cannot be read.
 */
uint32_t list_make(struct answer *answer, char *out, uint32_t size);

#endif
