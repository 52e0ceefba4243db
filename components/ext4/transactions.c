/* SPDX-License-Identifier: MIT
 * Writing the journal: transactions to the log, and from memory to their places.
 */
#include "journal.h"

#include "blocks.h"
#include "device.h"

#include <stdlib.h>
#include <string.h>

#define REVOKE_HEADER   16u
#define COMMIT_CHECKSUM 16u
#define SHARE           4u /* a transaction has so much of the log at most: jbd2 says the same */

/* Writes of neighbouring blocks of the log go together. */
struct writer {
	struct journal *journal;
	uint64_t first; /* on the volume, of what is gathered in scratch */
	uint32_t count;
	bool failed;
};

static void write_out(struct writer *writer)
{
	const uint32_t size = writer->journal->block_size;

	if (writer->count != 0 &&
	    !device_write(writer->first * size, writer->journal->scratch, (size_t)writer->count * size)) {
		writer->failed = true;
	}
	writer->count = 0;
}

/* The next block of the log, to be filled. */
static uint8_t *next_block(struct writer *writer)
{
	struct journal *journal = writer->journal;
	const uint64_t place = journal->place[journal->head];
	uint8_t *block;

	if (writer->count == JOURNAL_BATCH || place != writer->first + writer->count) {
		write_out(writer);
	}
	if (writer->count == 0) {
		writer->first = place;
	}
	block = journal->scratch + (size_t)writer->count++ * journal->block_size;
	memset(block, 0, journal->block_size);
	journal->head++;
	return block;
}

static void put_header(const struct journal *journal, uint8_t *block, enum journal_type type)
{
	journal_put(block, JOURNAL_MAGIC);
	journal_put(block + 4, type);
	journal_put(block + 8, journal->sequence);
}

static void put_tail(const struct journal *journal, uint8_t *block)
{
	const uint32_t at = journal->block_size - JOURNAL_CHECKSUM_BYTES;

	if (journal_has_checksums(journal)) {
		journal_put(block + at, journal_checksum(journal, block, at));
	}
}

static uint32_t room(const struct journal *journal, uint32_t header)
{
	return journal->block_size - header - (journal_has_checksums(journal) ? JOURNAL_CHECKSUM_BYTES : 0);
}

static uint32_t revokes_of_a_block(const struct journal *journal)
{
	return room(journal, REVOKE_HEADER) / ((journal->features & JOURNAL_64BIT) != 0 ? 8 : 4);
}

static uint32_t tags_of_a_block(const struct journal *journal)
{
	return (room(journal, JOURNAL_HEADER) - JOURNAL_UUID_BYTES) / journal_tag_bytes(journal);
}

static void write_revokes(struct writer *writer, const uint64_t *numbers, uint32_t count)
{
	const struct journal *journal = writer->journal;
	const bool is_wide = (journal->features & JOURNAL_64BIT) != 0;

	while (count != 0) {
		const uint32_t most = revokes_of_a_block(journal), some = count < most ? count : most;
		uint8_t *block = next_block(writer), *at = block + REVOKE_HEADER;

		put_header(journal, block, JOURNAL_REVOKE);
		for (uint32_t i = 0; i < some; i++) {
			if (is_wide) {
				journal_put(at, (uint32_t)(*numbers >> 32));
				at += 4;
			}
			journal_put(at, (uint32_t)*numbers++);
			at += 4;
		}
		journal_put(block + JOURNAL_HEADER, (uint32_t)(at - block));
		put_tail(journal, block);
		count -= some;
	}
}

static void put_tag(const struct journal *journal, uint8_t *at, const struct block *block, uint32_t flags,
		    uint32_t sum)
{
	journal_put(at, (uint32_t)block->number);
	if ((journal->features & JOURNAL_CSUM_3) != 0) {
		journal_put(at + 4, flags);
		journal_put(at + 8, (uint32_t)(block->number >> 32));
		journal_put(at + 12, sum);
		return;
	}
	/* the older form: half of a checksum, and flags of 16 bits */
	journal_put(at + 4, (journal_has_checksums(journal) ? sum & 0xffff : 0) << 16 | flags);
	if ((journal->features & JOURNAL_64BIT) != 0) {
		journal_put(at + 8, (uint32_t)(block->number >> 32));
	}
}

/* A descriptor and the blocks that it describes, from the one behind `block` on; returns the last. */
static struct block *write_some(struct writer *writer, struct block *block, uint32_t count)
{
	struct journal *journal = writer->journal;
	/* the descriptor is written when its tags are known: it has a place of its own until then */
	uint8_t *descriptor = calloc(1, journal->block_size), *at;
	const uint64_t place = journal->place[journal->head];

	if (descriptor == NULL) {
		writer->failed = true;
		return NULL;
	}
	(void)next_block(writer); /* its place; written over below */
	at = descriptor + JOURNAL_HEADER;
	put_header(journal, descriptor, JOURNAL_DESCRIPTOR);
	for (uint32_t i = 0; i < count && block != NULL; i++) {
		uint8_t *copy = next_block(writer);
		const bool is_escaped = journal_get(block->data) == JOURNAL_MAGIC;
		const uint32_t flags = (i == 0 ? 0 : JOURNAL_SAME_UUID) |
				       (i + 1 == count ? JOURNAL_LAST : 0) |
				       (is_escaped ? JOURNAL_ESCAPED : 0);

		memcpy(copy, block->data, journal->block_size);
		if (is_escaped) {
			journal_put(copy, 0);
		}
		put_tag(journal, at, block, flags,
			journal_checksum_of_data(journal, journal->sequence, copy));
		at += journal_tag_bytes(journal);
		if (i == 0) {
			memcpy(at, journal->super + JOURNAL_UUID, JOURNAL_UUID_BYTES);
			at += JOURNAL_UUID_BYTES;
		}
		block = blocks_next_running(block->number);
	}
	put_tail(journal, descriptor);
	if (writer->count != 0 && place >= writer->first && place - writer->first < writer->count) {
		memcpy(journal->scratch + (size_t)(place - writer->first) * journal->block_size, descriptor,
		       journal->block_size);
	} else { /* what it describes took more than one write */
		write_out(writer);
		writer->failed |= !device_write(place * journal->block_size, descriptor, journal->block_size);
	}
	free(descriptor);
	return block;
}

static uint32_t log_blocks(const struct journal *journal, uint32_t blocks)
{
	const uint64_t *numbers;
	const uint32_t revokes = blocks_revoked(&numbers), tags = tags_of_a_block(journal),
		       of_block = revokes_of_a_block(journal);

	return blocks + (blocks + tags - 1) / tags + (revokes + of_block - 1) / of_block + 1;
}

uint32_t journal_most(const struct journal *journal)
{
	return (journal->length - journal->first) / SHARE;
}

bool journal_is_short(const struct journal *journal, uint32_t blocks)
{
	return log_blocks(journal, blocks) > journal->length - journal->head;
}

static bool write_transaction(struct journal *journal)
{
	struct writer writer = {.journal = journal, .first = UINT64_MAX};
	const uint32_t tags = tags_of_a_block(journal);
	const uint64_t *numbers;
	const uint32_t revokes = blocks_revoked(&numbers);
	uint32_t left = blocks_running();
	struct block *block = left == 0 ? NULL : blocks_next_running(UINT64_MAX);
	uint8_t *commit;

	if (left != 0 && block == NULL) {
		return false;
	}
	write_revokes(&writer, numbers, revokes);
	while (left != 0 && !writer.failed) {
		const uint32_t some = left < tags ? left : tags;

		block = write_some(&writer, block, some);
		left -= some;
	}
	write_out(&writer);
	/* everything is there before the block that says so */
	if (writer.failed || !device_flush()) {
		return false;
	}
	commit = next_block(&writer);
	put_header(journal, commit, JOURNAL_COMMIT);
	if (journal_has_checksums(journal)) {
		journal_put(commit + COMMIT_CHECKSUM, journal_checksum(journal, commit, COMMIT_CHECKSUM));
	}
	write_out(&writer);
	return !writer.failed && device_flush();
}

enum ext4_status journal_commit(struct journal *journal)
{
	const uint64_t *numbers;

	if (blocks_running() == 0 && blocks_revoked(&numbers) == 0) {
		blocks_committed();
		return EXT4_OK;
	}
	if (journal_is_short(journal, blocks_running())) {
		return EXT4_NO_SPACE;
	}
	if (journal->start == 0) {
		journal->start = journal->head;
		if (!journal_write_super(journal)) {
			return EXT4_IO;
		}
	}
	if (!write_transaction(journal)) {
		return EXT4_IO;
	}
	journal->sequence++;
	blocks_committed();
	return EXT4_OK;
}

enum ext4_status journal_checkpoint(struct journal *journal)
{
	bool is_good = true;

	for (struct block *block = blocks_next_logged(UINT64_MAX); block != NULL && is_good;
	     block = blocks_next_logged(block->number)) {
		is_good = device_write(block->number * journal->block_size, block->data, journal->block_size);
	}
	if (!is_good || !device_flush()) {
		return EXT4_IO;
	}
	journal->start = 0;
	journal->head = journal->first;
	if (!journal_write_super(journal) || !device_flush()) {
		return EXT4_IO;
	}
	blocks_checkpointed();
	return EXT4_OK;
}
