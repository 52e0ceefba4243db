/* SPDX-License-Identifier: MIT
 * The list of a directory, as HTML.
 */
#ifndef HTTPD_LIST_H
#define HTTPD_LIST_H

#include "answer.h"

/*
 * The next entries of the directory that is open, as one chunk where the answer is in chunks, at most `size` bytes, which must have room for
 * ANSWER_ENTRY and the ends. Waits for files. `is_list` goes with the last; `is_cut` comes where they cannot be read.
 */
uint32_t list_make(struct answer *answer, char *out, uint32_t size);

#endif
