/* SPDX-License-Identifier: MIT
 * Pools of equal buffers in shared memory, handed over through channels without copying.
 *
 * What travels is a `struct tenon_buffer`: which buffer, which part of it. Who gets one checks it against its own view of
 * the pool before it touches the memory, and copies a header out before it believes it: the others may still write there.
 * What a participant may do is fixed when the system is put together, and the mapping of its region says the same.
 *
 * Who owns which buffer stands in the ledger, in the private memory of the participant that survives the others: of the
 * multiplexer, whose drivers are restarted under it. The others own what they were given and keep no books. When one dies,
 * and its device has been stopped, the ledger takes back all it held.
 */
#ifndef TENON_BUFFERS_H
#define TENON_BUFFERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tenon/component.h>

/* The index of a descriptor that hands over no buffer. */
#define TENON_BUFFER_NONE UINT32_MAX

/* What a participant may do with the buffers of a pool. */
#define TENON_BUFFERS_READ     0x1u
#define TENON_BUFFERS_WRITE    0x2u
#define TENON_BUFFERS_ALLOCATE 0x4u

/* A part of a buffer, as an entry of a channel. */
struct tenon_buffer {
	_Alignas(8) uint32_t index;
	uint32_t offset; /* bytes from the buffer's start */
	uint32_t length; /* bytes */
	uint32_t tag;    /* what the interface says */
};

/* A participant's view of a pool, in its own memory. */
struct tenon_buffers {
	uint8_t *base;
	uint32_t buffer_bytes;
	uint32_t count;
	uint32_t rights;  /* READ, WRITE */
	uint32_t refused; /* descriptors that did not fit; counts on from zero when it is full */
};

/* `count` buffers of `buffer_bytes` from `base` must lie in `region_bytes` (CHECK: all from the system's description). */
void tenon_buffers_init(struct tenon_buffers *buffers, void *base, size_t region_bytes, uint32_t buffer_bytes,
			uint32_t count, uint32_t rights);

/* Whether the part lies in a buffer of the pool. What does not is counted. */
static inline bool tenon_buffers_hold(struct tenon_buffers *buffers, const struct tenon_buffer *buffer)
{
	if (buffer->index < buffers->count && buffer->offset <= buffers->buffer_bytes &&
	    buffer->length <= buffers->buffer_bytes - buffer->offset) {
		return true;
	}
	buffers->refused++;
	return false;
}

static inline uint8_t *tenon_buffers_place(const struct tenon_buffers *buffers,
					   const struct tenon_buffer *buffer)
{
	return buffers->base + (size_t)buffer->index * buffers->buffer_bytes + buffer->offset;
}

/*
 * The memory of a part, to read or to write; NULL when the descriptor does not fit, or this participant lacks the right.
 * `buffer` must be a copy in own memory: what was checked is what is used.
 */
static inline const void *tenon_buffers_read(struct tenon_buffers *buffers, const struct tenon_buffer *buffer)
{
	return tenon_buffers_hold(buffers, buffer) && (buffers->rights & TENON_BUFFERS_READ)
		   ? tenon_buffers_place(buffers, buffer)
		   : NULL;
}

static inline void *tenon_buffers_write(struct tenon_buffers *buffers, const struct tenon_buffer *buffer)
{
	return tenon_buffers_hold(buffers, buffer) && (buffers->rights & TENON_BUFFERS_WRITE)
		   ? tenon_buffers_place(buffers, buffer)
		   : NULL;
}

/* ---- the ledger ---- */

#define TENON_LEDGER_PARTICIPANTS 16u
#define TENON_LEDGER_NONE         UINT32_MAX

enum tenon_ledger_status {
	TENON_LEDGER_OK = 0,
	TENON_LEDGER_EMPTY,     /* no buffer is free, or the participant holds as many as it may */
	TENON_LEDGER_BAD_INDEX, /* there is no such buffer, or no such participant */
	TENON_LEDGER_NOT_OWNER, /* it is another's, or free: given back twice, or never given */
	TENON_LEDGER_NO_RIGHT,  /* the participant may not do that with this pool */
};

/* A buffer in the books: a link of its owner's list. The caller provides one for each. */
struct tenon_ledger_line {
	uint32_t next, previous; /* TENON_LEDGER_NONE at the ends */
	uint32_t owner;          /* participant; TENON_LEDGER_NONE: free */
};

struct tenon_ledger_list {
	uint32_t first; /* TENON_LEDGER_NONE: empty */
	uint32_t count;
};

struct tenon_participant {
	uint32_t rights; /* fixed at set-up */
	uint32_t most;   /* buffers that it may hold at once */
	struct tenon_ledger_list held;
	uint32_t refused; /* what it asked for and must not have */
};

/* Invariant: each line is in exactly one list, that of its owner or the free one; counts are the lengths. */
struct tenon_ledger {
	struct tenon_ledger_line *line;
	uint32_t count;
	uint32_t participants;
	struct tenon_ledger_list free;
	struct tenon_participant participant[TENON_LEDGER_PARTICIPANTS];
};

/* All buffers free, no participants. `line` has `count` lines, and stays with the ledger. */
void tenon_ledger_init(struct tenon_ledger *ledger, struct tenon_ledger_line *line, uint32_t count);
/* At set-up: one more participant, with rights and the number of buffers that it may hold. Returns its number. */
uint32_t tenon_ledger_add(struct tenon_ledger *ledger, uint32_t rights, uint32_t most);

/*
 * All of these take numbers as they came from outside, check them, and change nothing unless they answer OK. What is wrong
 * (not EMPTY) is counted at the participant that asked. Constant time.
 */
__attribute__((warn_unused_result)) enum tenon_ledger_status tenon_ledger_allocate(
    struct tenon_ledger *ledger, uint32_t participant, uint32_t *index);
/* From its owner to another, as when its descriptor is sent on. `to` must be allowed to read or write, and have room. */
__attribute__((warn_unused_result)) enum tenon_ledger_status tenon_ledger_give(struct tenon_ledger *ledger,
									       uint32_t index, uint32_t from,
									       uint32_t to);
__attribute__((warn_unused_result)) enum tenon_ledger_status tenon_ledger_release(struct tenon_ledger *ledger,
										  uint32_t index,
										  uint32_t from);

/*
 * Frees all that a dead participant held, and returns how many that were; takes as many steps. Call it once nobody writes
 * there for it any more: after its device was stopped, and after its channels ended their session (tenon_channel_join()),
 * for a descriptor that still lay in one is its no longer.
 */
uint32_t tenon_ledger_reclaim(struct tenon_ledger *ledger, uint32_t participant);

#endif
