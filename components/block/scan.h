/* SPDX-License-Identifier: MIT
 * Reading the disk's partition table: its start, where its entries are, and if that is damaged its spare at the end.
 */
#ifndef BLOCK_SCAN_H
#define BLOCK_SCAN_H

#include "component.h"
#include "table.h"

/* Begins anew for a disk of this geometry, also while another scan is under way. */
void scan_begin(const struct storage_geometry *geometry);
bool scan_is_done(void);
/* The driver has begun anew, and what it held of our buffers is free: what is asked for needs another. Before flights_repeat(). */
void scan_session(void);
/* What was asked for of the disk is there, or is not. */
void scan_read(const struct storage_completion *completion);

/* Defined by the caller: the scan is done. Of a disk without sectors, or that cannot be read, the table is empty. */
void scan_found(const struct table *table);

#endif
