/* SPDX-License-Identifier: MIT
 * A binary heap. At place p of the heap stands entry `entry[p].order`; no
 * entry is due before its parent at (p - 1) / 2. The caller owns the storage.
 */
#include "queue.h"

#include <tenon/component.h>

static bool earlier(const struct queue *queue, uint32_t a, uint32_t b)
{
	return queue->entry[queue->entry[a].order].deadline < queue->entry[queue->entry[b].order].deadline;
}

static void stand(struct queue *queue, uint32_t place, uint32_t number)
{
	queue->entry[place].order = number;
	queue->entry[number].place = place;
}

static void swap(struct queue *queue, uint32_t a, uint32_t b)
{
	uint32_t number = queue->entry[a].order;

	stand(queue, a, queue->entry[b].order);
	stand(queue, b, number);
}

static void rise(struct queue *queue, uint32_t place)
{
	while (place > 0 && earlier(queue, place, (place - 1) / 2)) {
		swap(queue, place, (place - 1) / 2);
		place = (place - 1) / 2;
	}
}

static void sink(struct queue *queue, uint32_t place)
{
	for (;;) {
		uint32_t child = 2 * place + 1;

		if (child >= queue->count) {
			return;
		}
		if (child + 1 < queue->count && earlier(queue, child + 1, child)) {
			child++;
		}
		if (!earlier(queue, child, place)) {
			return;
		}
		swap(queue, child, place);
		place = child;
	}
}

void queue_init(struct queue *queue, struct queue_entry *entries, uint32_t capacity)
{
	*queue = (struct queue){.entry = entries, .capacity = capacity};
	for (uint32_t number = 0; number < capacity; number++) {
		entries[number].place = QUEUE_ABSENT;
	}
}

void queue_set(struct queue *queue, uint32_t number, uint64_t deadline)
{
	CHECK(number < queue->capacity);
	if (queue->entry[number].place == QUEUE_ABSENT) {
		stand(queue, queue->count++, number);
	}
	queue->entry[number].deadline = deadline;
	rise(queue, queue->entry[number].place);
	sink(queue, queue->entry[number].place);
}

void queue_remove(struct queue *queue, uint32_t number)
{
	uint32_t place, moved;

	CHECK(number < queue->capacity);
	place = queue->entry[number].place;
	if (place == QUEUE_ABSENT) {
		return;
	}
	queue->entry[number].place = QUEUE_ABSENT;
	moved = queue->entry[--queue->count].order;
	if (moved != number) {
		stand(queue, place, moved);
		rise(queue, place);
		sink(queue, queue->entry[moved].place);
	}
}

bool queue_first(const struct queue *queue, uint32_t *number, uint64_t *deadline)
{
	if (queue->count == 0) {
		return false;
	}
	*number = queue->entry[0].order;
	*deadline = queue->entry[*number].deadline;
	return true;
}
