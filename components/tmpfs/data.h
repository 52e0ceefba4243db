/* SPDX-License-Identifier: MIT
 * What a file contains: pages in a tree, so that holes take nothing. A page that is not there reads as zeroes.
 */
#ifndef TMPFS_DATA_H
#define TMPFS_DATA_H

#include <stdbool.h>
#include <stdint.h>

#define DATA_PAGE  4096u
#define DATA_LIMIT (UINT64_C(1) << 39) /* bytes of a file: three levels of 512, and a page */

struct data {
	void **root;    /* a table whose entries are tables, and on the last level pages; NULL: all holes */
	uint64_t pages; /* that are there */
};

/* The page that holds the byte at `offset` (below DATA_LIMIT), or NULL for a hole. */
uint8_t *data_page(const struct data *data, uint64_t offset);
/* The same; a hole becomes a page of zeroes. NULL: no memory is left, or no page of the bound; nothing has changed. */
uint8_t *data_make_page(struct data *data, uint64_t offset);
/* From `size` on all is hole; the rest of a page that stays is cleared. */
void data_cut(struct data *data, uint64_t size);
/* Of all files together. */
uint64_t data_pages(void);

#endif
