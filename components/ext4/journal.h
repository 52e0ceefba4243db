/* SPDX-License-Identifier: MIT
 * The journal of the file system, in the format of jbd2: what the running transaction changed stands in the log, with a commit
 * block behind it, before any of it goes to its place. So a cut at any write leaves an image that replay makes whole.
 *
 * The log begins at its first block with each checkpoint: a commit that would leave too little room for the next one is followed
 * by a checkpoint, which writes everything to its place and leaves the log empty.
 */
#ifndef EXT4_JOURNAL_H
#define EXT4_JOURNAL_H

#include "status.h"

#include <stdbool.h>
#include <stdint.h>

#define JOURNAL_MAGIC       0xc03b3998u
#define JOURNAL_SUPER_BYTES 1024u
#define JOURNAL_HEADER      12u /* magic, type, sequence */
#define JOURNAL_SAME_UUID   2u
#define JOURNAL_ESCAPED     1u
#define JOURNAL_LAST        8u
#define JOURNAL_UUID_BYTES  16u

enum journal_type {
	JOURNAL_DESCRIPTOR = 1,
	JOURNAL_COMMIT = 2,
	JOURNAL_SUPER_1 = 3,
	JOURNAL_SUPER_2 = 4,
	JOURNAL_REVOKE = 5,
};

enum journal_feature {
	JOURNAL_HAS_REVOKE = 1,
	JOURNAL_64BIT = 2,
	JOURNAL_ASYNC_COMMIT = 4,
	JOURNAL_CSUM_2 = 8,
	JOURNAL_CSUM_3 = 16,
	JOURNAL_FAST_COMMIT = 32,
};

/* Places of the fields of its superblock, all big-endian. */
enum journal_field {
	JOURNAL_BLOCK_SIZE = 12,
	JOURNAL_LENGTH = 16,
	JOURNAL_FIRST = 20,
	JOURNAL_SEQUENCE = 24,
	JOURNAL_START = 28,
	JOURNAL_ERRNO = 32,
	JOURNAL_COMPATIBLE = 36,
	JOURNAL_INCOMPATIBLE = 40,
	JOURNAL_READ_ONLY_COMPATIBLE = 44,
	JOURNAL_UUID = 48,
	JOURNAL_CHECKSUM_TYPE = 80,
	JOURNAL_FAST_COMMIT_BLOCKS = 84,
	JOURNAL_HEAD = 88,
	JOURNAL_CHECKSUM = 252,
};

/* A journal as both halves know it: who writes it and who replays it. */
struct journal {
	uint64_t *place; /* on the volume, of each of its blocks */
	uint64_t blocks; /* of the volume */
	uint32_t block_size;
	uint32_t length, first; /* in blocks */
	uint32_t features;
	uint32_t sequence; /* of the next transaction */
	uint32_t head;     /* where it begins */
	uint32_t start;    /* where replay begins; 0: nothing is to be replayed */
	uint32_t seed;     /* of checksums */
	uint8_t super[JOURNAL_SUPER_BYTES];
	uint8_t *scratch; /* a block */
};

/*
 * Reads and checks the superblock of the journal whose blocks are `place` (which stays the caller's, and until journal_close()).
 * UNSUPPORTED and DAMAGED have said why.
 */
enum ext4_status journal_open(struct journal *journal, uint64_t *place, uint32_t count, uint32_t block_size,
			      uint64_t blocks);
void journal_close(struct journal *journal);

/* Puts everything that was committed to its place, and leaves the log empty. Waits until that is on the medium. */
enum ext4_status journal_replay(struct journal *journal);

/* The features with which it is written from now on; it is empty. */
void journal_prepare(struct journal *journal, bool checksums, bool is_64bit);
/* How many blocks a transaction may have. */
uint32_t journal_most(const struct journal *journal);
/* Is there as little room that a transaction of `blocks` needs a checkpoint first? */
bool journal_is_short(const struct journal *journal, uint32_t blocks);
/* Writes the running transaction to the log. Waits until it is on the medium. */
enum ext4_status journal_commit(struct journal *journal);
/* Everything to its place; nothing may be running. Waits until it is on the medium. */
enum ext4_status journal_checkpoint(struct journal *journal);

/* ---- between the files of the journal ---- */

#define JOURNAL_BATCH          64u /* blocks of one write, at most: `scratch` has room for them */
#define JOURNAL_CHECKSUM_BYTES 4u

uint32_t journal_get(const uint8_t *at);
void journal_put(uint8_t *at, uint32_t value);
uint32_t journal_tag_bytes(const struct journal *journal);
bool journal_has_checksums(const struct journal *journal);
/* Of a block with its four bytes at `at` taken as zeroes. */
uint32_t journal_checksum(const struct journal *journal, uint8_t *block, uint32_t at);
/* Of a block's content in the log. */
uint32_t journal_checksum_of_data(const struct journal *journal, uint32_t sequence, const uint8_t *block);
/* Writes its superblock, with `start` and `sequence`. False: the device failed. */
bool journal_write_super(struct journal *journal);

#endif
