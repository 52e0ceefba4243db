/* SPDX-License-Identifier: MIT
 * A client of `storage`, port `disk`, that keeps its own books of what is in flight, and sends again what was not completed when
 * the session ended. The host made the disk's content and looks at it afterwards (disk/pattern.py, which has the same pattern).
 *
 * A phase is a number of jobs: requests of one kind over a run of sectors. So many are in flight as there are buffers. The test
 * defines the phases, and in its jobs_is.h what the disk is: JOBS_SECTORS, JOBS_ORIGIN (its first sector, as the pattern counts
 * them) and JOBS_READ_ONLY.
 */
#ifndef TEST_JOBS_H
#define TEST_JOBS_H

#include "component.h"
#include "jobs_is.h"

#define JOBS_ZEROES UINT32_MAX

struct phase {
	const char *name;
	enum storage_kind kind;
	uint64_t first, end; /* sectors */
	uint32_t step;       /* sectors of a request */
	uint32_t version;    /* of the pattern; JOBS_ZEROES: there are none but those */
	enum storage_outcome outcome;
	bool is_disturbed; /* the driver is restarted meanwhile */
};

/* Prints what was seen so far. */
void jobs_say(void);

/* ---- defined by the test ---- */
extern const struct phase phases[];
extern const uint32_t phase_count;
void jobs_begun(const struct phase *phase);
/* All were carried out, and so many checks failed. True: once more, from the first on. */
bool jobs_ended(uint32_t wrong);

#endif
