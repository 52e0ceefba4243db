/* SPDX-License-Identifier: MIT
 * Blocks of metadata in memory, between libext2fs and the device. Nothing that is written here reaches its place on the device
 * before the journal has it: what operations write gathers in the running transaction, which the journal takes as a whole.
 *
 * A block is clean, or running (changed since the last commit), or logged (committed, and not yet in its place), or both of the
 * last. Clean ones are forgotten when there are too many. An operation that fails is undone: each block that it changed has a
 * copy of what it was before.
 */
#ifndef EXT4_BLOCKS_H
#define EXT4_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

struct block {
	struct block *chain;           /* of its hash */
	struct block *newer, *older;   /* by use */
	struct block *next_of_changed; /* by the operation */
	uint64_t number;
	uint32_t checked; /* who found the content right; 0: nobody */
	bool is_running, is_logged;
	bool is_new;      /* to the cache, by this operation */
	bool was_running; /* before the operation */
	bool is_changed;  /* by the operation */
	uint8_t *before;  /* what it was then; NULL where it is not changed */
	uint8_t data[];
};

/* A cache for blocks of `bytes`, with at most `clean` blocks that nobody needs. False: no memory. */
bool blocks_init(uint32_t bytes, uint64_t count, uint32_t clean);
void blocks_fini(void);
uint32_t blocks_size(void);

/* A block's content until the next call; NULL: the device failed, or there is no such block, or no memory. */
const uint8_t *blocks_read(uint64_t number);
/* Was the block's content found right `by` somebody, who is not 0, and has not changed since? */
bool blocks_is_checked(uint64_t number, uint32_t by);
void blocks_set_checked(uint64_t number, uint32_t by);
/* Another number after each change of anything. */
uint64_t blocks_state(void);
/* Changes a part of a block, as part of the operation. False as above. */
bool blocks_write(uint64_t number, uint32_t offset, const void *data, uint32_t bytes);
/* The operation gives blocks back: their content is nobody's any more once it is done. False: no memory. */
bool blocks_free(uint64_t first, uint64_t count);

/* The operation is done: its changes belong to the running transaction. */
void blocks_keep(void);
/* It never was. */
void blocks_undo(void);
/* Did the operation change or free a block? */
bool blocks_are_changed(void);

/* ---- for the journal ---- */

uint32_t blocks_running(void);
uint32_t blocks_logged(void);
/* The next running, or logged, block by number, behind `number`; NULL: none. `number` is UINT64_MAX at first. */
struct block *blocks_next_running(uint64_t number);
struct block *blocks_next_logged(uint64_t number);
/* Blocks that were freed since the last commit, and may stand in the log. */
uint32_t blocks_revoked(const uint64_t **numbers);
/* Ranges that were freed since the last commit: not to be used before. */
struct block_range {
	uint64_t first, count;
};
uint32_t blocks_freed(const struct block_range **ranges);
/* The running transaction is in the log. */
void blocks_committed(void);
/* All that was logged stands in its place. */
void blocks_checkpointed(void);

#endif
