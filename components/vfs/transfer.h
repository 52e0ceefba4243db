/* SPDX-License-Identifier: MIT
 * Requests to volumes. What is under way is kept here until it is completed: when a session with a volume ends, all of it is sent
 * again in the next one.
 */
#ifndef VFS_TRANSFER_H
#define VFS_TRANSFER_H

#include "component.h"

#define TRANSFERS 64u /* of each volume under way: as many as the channel takes */

struct transfer {
	bool is_used, is_sent, is_write;
	bool is_void;         /* what was written may be nobody's place any more */
	uint32_t page, pages; /* the first of them, and how many it is for */
	uint64_t position;    /* on the volume, in bytes */
	uint32_t offset;      /* in the first page */
	uint32_t bytes;
};

/* So many can be begun now? */
bool transfers_are_free(uint32_t volume, uint32_t count);
/* Begins one; there is a free one. The pages stay where they are until transfer_ended(). */
void transfer_begin(uint32_t volume, const struct transfer *transfer);
/* The most bytes that one can have; 0: the volume is not there. */
uint32_t transfer_most(uint32_t volume);
/* What is being written on the volume is void: it may be nobody's place any more. */
void transfers_make_void(uint32_t volume);
/* Defined by who begins them. */
void transfer_ended(uint32_t volume, const struct transfer *transfer, bool is_good);
/* Something has ended, or the volume has come or gone. */
void transfers_go_on(uint32_t volume);

#endif
