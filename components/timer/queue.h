/* SPDX-License-Identifier: MIT
 * A queue of deadlines: a binary heap over entries numbered 0 to capacity - 1,
 * each in it once or not at all. All operations take O(log n).
 */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#define QUEUE_ABSENT UINT32_MAX

struct queue_entry {
	uint64_t deadline;
	uint32_t place; /* of this entry in `order`, or QUEUE_ABSENT */
	uint32_t order; /* not of this entry: number of the entry at this place of the heap */
};

struct queue {
	struct queue_entry *entry;
	uint32_t capacity, count;
};

/* Makes an empty queue over the caller's `capacity` entries. */
void queue_init(struct queue *queue, struct queue_entry *entries, uint32_t capacity);
/* Puts entry `number` in, or moves it, to `deadline`. */
void queue_set(struct queue *queue, uint32_t number, uint64_t deadline);
/* Takes it out; nothing happens when it is not in. */
void queue_remove(struct queue *queue, uint32_t number);
/* The entry with the earliest deadline; false when there is none. */
bool queue_first(const struct queue *queue, uint32_t *number, uint64_t *deadline);

#endif
