/* SPDX-License-Identifier: MIT
 * A pair of rings: commands to the controller, and its completions (NVM Express Base Specification 2.0, 3.3.3). A command in
 * flight has a number below QUEUE_COMMANDS, and with it a list for addresses, or whatever else goes with it.
 *
 * Numbers and cookies are in private memory. Owner: the driver's thread.
 */
#ifndef NVME_QUEUE_H
#define NVME_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#define QUEUE_ENTRIES  128u
#define QUEUE_COMMANDS (QUEUE_ENTRIES - 1) /* a ring that is full would look empty */
#define QUEUE_LIST     16u                 /* words */
#define NVME_PAGE      4096u

/* 3.3.3.1; `data` are addresses of pages, or of a list of them. */
struct command {
	uint8_t opcode, flags;
	uint16_t number;
	uint32_t namespace;
	uint64_t reserved, metadata;
	uint64_t data[2];
	uint32_t word[6]; /* command dwords 10 to 15 */
};
_Static_assert(sizeof(struct command) == 64, "as the controller has it");

/* 3.3.3.2 */
struct completion {
	uint32_t result, reserved;
	uint16_t head, queue;
	uint16_t number;
	uint16_t status; /* bit 0: the phase */
};
_Static_assert(sizeof(struct completion) == 16, "as the controller has it");

struct queue {
	uint32_t index;
	struct command *submissions;
	struct completion *completions;
	uint64_t (*lists)[QUEUE_LIST]; /* one for each number */
	uint32_t step;                 /* bytes from one doorbell to the next */
	uint16_t tail, head;
	uint16_t phase; /* of completions that are new */
	bool is_broken; /* the controller completed what was not in flight */
	uint32_t free;  /* numbers */
	uint16_t number[QUEUE_COMMANDS];
	uint32_t cookie[QUEUE_COMMANDS]; /* QUEUE_FREE: not in flight */
};
#define QUEUE_FREE UINT32_MAX

/* `memory` is QUEUE_BYTES of zeroes that the controller reaches, from a page's beginning. */
#define QUEUE_BYTES                                                                                          \
	((uint32_t)(QUEUE_ENTRIES * sizeof(struct command) + NVME_PAGE +                                     \
		    QUEUE_COMMANDS * QUEUE_LIST * sizeof(uint64_t)))
void queue_init(struct queue *queue, uint32_t index, void *memory, uint32_t step);

static inline bool queue_has_room(const struct queue *queue)
{
	return !queue->is_broken && queue->free != 0;
}

/* The list of the command that is put next. There is room. */
uint64_t *queue_list(struct queue *queue);
/* Puts a command; the controller looks after queue_kick(). There is room. */
void queue_put(struct queue *queue, struct command *command, uint32_t cookie);
void queue_kick(struct queue *queue);

/* Takes a completion, its status without the phase (0: success), and the command's cookie. False: there is none now, or none that
 * can be (`is_broken`, for good). */
bool queue_take(struct queue *queue, uint32_t *cookie, struct completion *completion);
/* The controller may use again what was taken. */
void queue_taken(const struct queue *queue);

#endif
