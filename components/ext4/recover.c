/* SPDX-License-Identifier: MIT
 * Replaying the journal. The log is walked three times: to find where it ends, to gather what was revoked, and to put the blocks
 * to their places. Everything in it is as trustworthy as the medium: what contradicts itself ends the walk with DAMAGED, and what
 * was written to places until then are blocks of transactions that are whole.
 */
#include "journal.h"

#include "device.h"

#include <stdlib.h>
#include <string.h>

#define COMMIT_CHECKSUM 16u
#define REVOKE_HEADER   16u
#define CHECKSUM_BYTES  4u
#define BUCKETS         1024u

enum pass { FIND_END, GATHER_REVOKED, PUT_TO_PLACES };

struct revoked {
	struct revoked *next;
	uint64_t number;
	uint32_t sequence;
};

struct walk {
	struct journal *journal;
	enum pass pass;
	uint32_t at, sequence; /* where the walk is */
	uint32_t end;          /* the sequence that is not whole any more */
	struct revoked *bucket[BUCKETS];
	uint8_t *block, *data; /* what is read: of the log, and to be put to its place */
};

static enum ext4_status damaged(const struct walk *walk, const char *what)
{
	device_says(true, "the journal is damaged: %s, in transaction %u", what, walk->sequence);
	return EXT4_DAMAGED;
}

/* Was a earlier than b, in numbers that wrap? */
static bool is_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static bool read_log(struct walk *walk, uint32_t at, uint8_t *block)
{
	const struct journal *journal = walk->journal;

	return device_read(journal->place[at] * journal->block_size, block, journal->block_size);
}

static uint32_t after(const struct journal *journal, uint32_t at)
{
	return at + 1 == journal->length ? journal->first : at + 1;
}

/* ---- what was revoked ---- */

static struct revoked **revoked_of(struct walk *walk, uint64_t number)
{
	struct revoked **link = &walk->bucket[(number * UINT64_C(0x9e3779b97f4a7c15) >> 32) % BUCKETS];

	while (*link != NULL && (*link)->number != number) {
		link = &(*link)->next;
	}
	return link;
}

static bool revoke(struct walk *walk, uint64_t number)
{
	struct revoked **link = revoked_of(walk, number);

	if (*link == NULL) {
		*link = calloc(1, sizeof **link);
		if (*link == NULL) {
			return false;
		}
		(*link)->number = number;
		(*link)->sequence = walk->sequence;
	} else if (is_before((*link)->sequence, walk->sequence)) {
		(*link)->sequence = walk->sequence;
	}
	return true;
}

static void forget_revoked(struct walk *walk)
{
	for (uint32_t i = 0; i < BUCKETS; i++) {
		for (struct revoked *one = walk->bucket[i], *next; one != NULL; one = next) {
			next = one->next;
			free(one);
		}
	}
}

static enum ext4_status gather_revoked(struct walk *walk)
{
	const struct journal *journal = walk->journal;
	const uint32_t used = journal_get(walk->block + JOURNAL_HEADER);
	const uint32_t bytes = (journal->features & JOURNAL_64BIT) != 0 ? 8 : 4;
	const uint32_t room = journal->block_size - (journal_has_checksums(journal) ? CHECKSUM_BYTES : 0);

	if (used < REVOKE_HEADER || used > room) {
		return damaged(walk, "a list of revoked blocks is longer than its block");
	}
	for (uint32_t at = REVOKE_HEADER; used - at >= bytes; at += bytes) {
		const uint64_t high = bytes == 8 ? journal_get(walk->block + at) : 0;

		if (!revoke(walk, high << 32 | journal_get(walk->block + at + bytes - 4))) {
			return EXT4_IO;
		}
	}
	return EXT4_OK;
}

/* ---- blocks ---- */

struct tag {
	uint64_t number;
	uint32_t flags, sum;
};

static struct tag tag_at(const struct journal *journal, const uint8_t *at)
{
	struct tag tag = {.number = journal_get(at)};
	uint64_t high = 0;

	if ((journal->features & JOURNAL_CSUM_3) != 0) {
		tag.flags = journal_get(at + 4);
		tag.sum = journal_get(at + 12);
	} else {
		tag.flags = journal_get(at + 4) & 0xffff;
		tag.sum = journal_get(at + 4) >> 16;
	}
	if ((journal->features & JOURNAL_64BIT) != 0) {
		high = journal_get(at + 8);
	}
	tag.number |= high << 32;
	return tag;
}

static enum ext4_status put_to_place(struct walk *walk, const struct tag *tag)
{
	const struct journal *journal = walk->journal;
	const struct revoked *revoked = *revoked_of(walk, tag->number);
	uint32_t sum;

	if (revoked != NULL && !is_before(revoked->sequence, walk->sequence)) {
		return EXT4_OK;
	}
	if (tag->number >= journal->blocks) {
		return damaged(walk, "a block has its place outside of the volume");
	}
	if (!read_log(walk, walk->at, walk->data)) {
		return EXT4_IO;
	}
	sum = journal_checksum_of_data(journal, walk->sequence, walk->data);
	if (journal_has_checksums(journal) &&
	    tag->sum != ((journal->features & JOURNAL_CSUM_3) != 0 ? sum : sum & 0xffff)) {
		return damaged(walk, "the checksum of a block is wrong");
	}
	if ((tag->flags & JOURNAL_ESCAPED) != 0) {
		journal_put(walk->data, JOURNAL_MAGIC);
	}
	return device_write(tag->number * journal->block_size, walk->data, journal->block_size) ? EXT4_OK
												: EXT4_IO;
}

/* The blocks behind a descriptor; the walk goes on behind them. */
static enum ext4_status walk_descriptor(struct walk *walk, uint32_t *steps)
{
	const struct journal *journal = walk->journal;
	const uint32_t bytes = journal_tag_bytes(journal);
	const uint32_t room = journal->block_size - (journal_has_checksums(journal) ? CHECKSUM_BYTES : 0);
	enum ext4_status status = EXT4_OK;
	uint32_t at = JOURNAL_HEADER;
	struct tag tag;

	do {
		if (room - at < bytes) {
			return EXT4_OK; /* a full block may lack the mark of its last */
		}
		tag = tag_at(journal, walk->block + at);
		at += bytes;
		if ((tag.flags & JOURNAL_SAME_UUID) == 0) {
			if (room - at < JOURNAL_UUID_BYTES) {
				return damaged(walk, "a descriptor is longer than its block");
			}
			at += JOURNAL_UUID_BYTES;
		}
		if (walk->pass == PUT_TO_PLACES) {
			status = put_to_place(walk, &tag);
		}
		walk->at = after(journal, walk->at);
		++*steps;
	} while (status == EXT4_OK && (tag.flags & JOURNAL_LAST) == 0);
	return status;
}

/* ---- the walk ---- */

/* Is the block that was read one of the log, with the right number and checksum? */
static bool is_of_log(struct walk *walk, uint32_t *type)
{
	const struct journal *journal = walk->journal;
	const uint32_t tail = journal->block_size - CHECKSUM_BYTES;
	uint32_t at;

	*type = journal_get(walk->block + 4);
	if (journal_get(walk->block) != JOURNAL_MAGIC || journal_get(walk->block + 8) != walk->sequence) {
		return false;
	}
	if (!journal_has_checksums(journal)) {
		return true;
	}
	at = *type == JOURNAL_COMMIT ? COMMIT_CHECKSUM : tail;
	return journal_get(walk->block + at) == journal_checksum(journal, walk->block, at);
}

static enum ext4_status walk_log(struct walk *walk, enum pass pass)
{
	const struct journal *journal = walk->journal;
	enum ext4_status status = EXT4_OK;
	uint32_t steps = 0, type;

	walk->pass = pass;
	walk->at = journal->start;
	walk->sequence = journal->sequence;
	/* no longer than once around, whatever the blocks say */
	while (status == EXT4_OK && steps++ < journal->length &&
	       (pass == FIND_END || walk->sequence != walk->end)) {
		if (!read_log(walk, walk->at, walk->block)) {
			return EXT4_IO;
		}
		if (!is_of_log(walk, &type)) {
			break;
		}
		walk->at = after(journal, walk->at);
		if (type == JOURNAL_DESCRIPTOR) {
			status = walk_descriptor(walk, &steps);
		} else if (type == JOURNAL_COMMIT) {
			walk->sequence++;
		} else if (type == JOURNAL_REVOKE) {
			status = pass == GATHER_REVOKED ? gather_revoked(walk) : EXT4_OK;
		} else {
			break;
		}
	}
	if (pass == FIND_END) {
		walk->end = walk->sequence;
	}
	return status;
}

static enum ext4_status replay(struct walk *walk)
{
	struct journal *journal = walk->journal;
	enum ext4_status status = walk_log(walk, FIND_END);

	if (status == EXT4_OK) {
		status = walk_log(walk, GATHER_REVOKED);
	}
	if (status == EXT4_OK) {
		status = walk_log(walk, PUT_TO_PLACES);
	}
	if (status != EXT4_OK) {
		return status;
	}
	device_says(false, "the journal was replayed: %u transactions", walk->end - journal->sequence);
	/* the number behind what is not whole, so that nothing of it is taken for a part of the next */
	journal->sequence = walk->end + 1;
	journal->start = 0;
	return device_flush() && journal_write_super(journal) && device_flush() ? EXT4_OK : EXT4_IO;
}

enum ext4_status journal_replay(struct journal *journal)
{
	struct walk *walk = calloc(1, sizeof *walk);
	enum ext4_status status = EXT4_IO;

	if (walk == NULL) {
		return status;
	}
	walk->journal = journal;
	walk->block = malloc(journal->block_size);
	walk->data = malloc(journal->block_size);
	if (walk->block != NULL && walk->data != NULL) {
		status = replay(walk);
	}
	forget_revoked(walk);
	free(walk->block);
	free(walk->data);
	free(walk);
	return status;
}
