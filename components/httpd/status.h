/* SPDX-License-Identifier: MIT
 * The status page: a page of the component's own files, and what it asks for again and again, as JSON (RFC 8259). Both are there where the
 * parameter `status` names a path; the values come from the port of that name.
 */
#ifndef HTTPD_STATUS_H
#define HTTPD_STATUS_H

#include "answer.h"

enum status_kind { STATUS_NONE, STATUS_PAGE, STATUS_VALUES };

/* Whether a path is one of the two. */
enum status_kind status_of_path(const char *path);
/* The page, which is there as long as the component. */
const char *status_page(uint32_t *size);
/*
 * The next part of the values, at most `size` bytes, which must have room for ANSWER_ENTRY. Waits for the one who is asked. `is_text` goes with the
 * last; `is_cut` comes where nobody answers.
 */
uint32_t status_make(struct answer *answer, char *out, uint32_t size);

#endif
