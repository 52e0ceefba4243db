/* SPDX-License-Identifier: MIT
 * What one walk over the trees finds, for the files of the census.
 */
#ifndef HOST_CENSUS_H
#define HOST_CENSUS_H

#include <holds.h>

extern struct host_found {
	unsigned slots;  /* capabilities in trees */
	unsigned places; /* slots that are not empty, wherever slots are */
	unsigned thread_count, table_count, space_count, set_count, pool_count, owner_count;
	struct thread *thread[HOST_CENSUS];
	struct captable *table[HOST_CENSUS];
	struct space *space[HOST_CENSUS];
	struct receive_set *set[HOST_CENSUS];
	struct pool *pool[HOST_CENSUS];
	const struct slot *owner[16 * HOST_CENSUS];
} host_found;

/* Slots in a segment that a table has grown; its first slot is its owner. */
uint64_t host_segment_slots(const struct slot *segment);

/* Each returns NULL, or what does not hold of what was found. */
const char *host_check_places(void);   /* slots stand in tables, segments and threads, and nowhere else */
const char *host_check_memory(void);   /* of pools: all of it is accounted for, once */
const char *host_check_mappings(void); /* frames are mapped where their capabilities say, and nowhere else */

#endif
