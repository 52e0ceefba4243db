/* SPDX-License-Identifier: MIT
 * See queue.h.
 */
#include "queue.h"

#include "component.h"

#define DOORBELLS 0x1000u
#define PHASE     1u

/* Commands fill pages; completions half a page, and the lists, none of which crosses a page's end, begin behind. */
void queue_init(struct queue *queue, uint32_t index, void *memory, uint32_t step)
{
	uint8_t *at = memory;

	*queue = (struct queue){.index = index, .step = step, .phase = PHASE, .free = QUEUE_COMMANDS};
	queue->submissions = memory;
	at += QUEUE_ENTRIES * sizeof(struct command);
	queue->completions = (struct completion *)(void *)at;
	at += NVME_PAGE;
	queue->lists = (uint64_t(*)[QUEUE_LIST])(void *)at;
	for (uint16_t i = 0; i < QUEUE_COMMANDS; i++) {
		queue->number[i] = i;
		queue->cookie[i] = QUEUE_FREE;
	}
}

uint64_t *queue_list(struct queue *queue)
{
	return queue->lists[queue->number[queue->free - 1]];
}

void queue_put(struct queue *queue, struct command *command, uint32_t cookie)
{
	command->number = queue->number[--queue->free];
	queue->cookie[command->number] = cookie;
	queue->submissions[queue->tail] = *command;
	queue->tail = (uint16_t)((queue->tail + 1) % QUEUE_ENTRIES);
}

static void ring(const struct queue *queue, uint32_t which, uint16_t place)
{
	tenon_device_order();
	device_write32(0, DOORBELLS + (2 * queue->index + which) * queue->step, place);
}

void queue_kick(struct queue *queue)
{
	ring(queue, 0, queue->tail);
}

void queue_taken(const struct queue *queue)
{
	ring(queue, 1, queue->head);
}

bool queue_take(struct queue *queue, uint32_t *cookie, struct completion *completion)
{
	const struct completion *next = &queue->completions[queue->head];
	const uint16_t status = __atomic_load_n(&next->status, __ATOMIC_ACQUIRE);

	if (queue->is_broken || (status & PHASE) != queue->phase) {
		return false;
	}
	*completion = *next;
	completion->status = status >> 1;
	if (completion->number >= QUEUE_COMMANDS || queue->cookie[completion->number] == QUEUE_FREE) {
		queue->is_broken = true;
		return false;
	}
	*cookie = queue->cookie[completion->number];
	queue->cookie[completion->number] = QUEUE_FREE;
	queue->number[queue->free++] = completion->number;
	queue->head = (uint16_t)((queue->head + 1) % QUEUE_ENTRIES);
	queue->phase ^= queue->head == 0;
	return true;
}
