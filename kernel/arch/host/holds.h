/* SPDX-License-Identifier: MIT
 * How invariants.c and census.c say what does not hold.
 */
#ifndef HOST_HOLDS_H
#define HOST_HOLDS_H

#include <host.h>
#include <stdio.h>

#define HOST_CENSUS 2048u      /* objects of one type */
#define HOST_PAGES  (1u << 18) /* of RAM */

extern char host_wrong[160];

/* Returns from the function with a sentence, unless it holds. */
#define HOLDS(condition, kind, index)                                                                        \
	do {                                                                                                 \
		if (!(condition)) {                                                                          \
			(void)snprintf(host_wrong, sizeof(host_wrong), "%s %u: %s", kind, (unsigned)(index), \
				       #condition);                                                          \
			return host_wrong;                                                                   \
		}                                                                                            \
	} while (0)

/* Walks all trees and pools. NULL, or what does not hold. */
const char *host_census(void);
/* All threads and receive sets that the last census found, those of the boot first. Returns how many. */
unsigned host_threads(struct thread *const **threads);
unsigned host_sets(struct receive_set *const **sets);

#endif
