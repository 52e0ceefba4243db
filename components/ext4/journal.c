/* SPDX-License-Identifier: MIT
 * The journal's superblock, and what its blocks have in common. What stands in the log follows the format of jbd2 as Linux
 * documents it (Documentation/filesystems/ext4/journal.rst).
 */
#include "journal.h"

#include "device.h"

#include "library.h"
#include <stdlib.h>
#include <string.h>

#define CHECKSUM_CRC32C 4u

uint32_t journal_get(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void journal_put(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 24);
	at[1] = (uint8_t)(value >> 16);
	at[2] = (uint8_t)(value >> 8);
	at[3] = (uint8_t)value;
}

/* ---- checksums ---- */

bool journal_has_checksums(const struct journal *journal)
{
	return (journal->features & (JOURNAL_CSUM_2 | JOURNAL_CSUM_3)) != 0;
}

uint32_t journal_checksum(const struct journal *journal, uint8_t *block, uint32_t at)
{
	uint8_t kept[JOURNAL_CHECKSUM_BYTES];
	uint32_t sum;

	memcpy(kept, block + at, sizeof kept);
	memset(block + at, 0, sizeof kept);
	sum = ext2fs_crc32c_le(journal->seed, block, journal->block_size);
	memcpy(block + at, kept, sizeof kept);
	return sum;
}

uint32_t journal_checksum_of_data(const struct journal *journal, uint32_t sequence, const uint8_t *block)
{
	uint8_t number[4];

	journal_put(number, sequence);
	return ext2fs_crc32c_le(ext2fs_crc32c_le(journal->seed, number, sizeof number), block,
				journal->block_size);
}

static uint32_t super_checksum(const uint8_t *super)
{
	uint8_t copy[JOURNAL_SUPER_BYTES];

	memcpy(copy, super, sizeof copy);
	journal_put(copy + JOURNAL_CHECKSUM, 0);
	return ext2fs_crc32c_le(UINT32_MAX, copy, sizeof copy);
}

uint32_t journal_tag_bytes(const struct journal *journal)
{
	if ((journal->features & JOURNAL_CSUM_3) != 0) {
		return 16;
	}
	return 8 + ((journal->features & JOURNAL_64BIT) != 0 ? 4 : 0) +
	       ((journal->features & JOURNAL_CSUM_2) != 0 ? 2 : 0);
}

/* ---- its superblock ---- */

static enum ext4_status damaged(const char *what)
{
	device_says(true, "the journal is damaged: %s", what);
	return EXT4_DAMAGED;
}

static enum ext4_status check_super(struct journal *journal, uint32_t count)
{
	const uint8_t *super = journal->super;
	const uint32_t known =
	    JOURNAL_HAS_REVOKE | JOURNAL_64BIT | JOURNAL_ASYNC_COMMIT | JOURNAL_CSUM_2 | JOURNAL_CSUM_3;
	const uint32_t type = journal_get(super + 4);

	if (journal_get(super) != JOURNAL_MAGIC || (type != JOURNAL_SUPER_1 && type != JOURNAL_SUPER_2)) {
		return damaged("it has no superblock");
	}
	if (journal_get(super + JOURNAL_BLOCK_SIZE) != journal->block_size) {
		return damaged("its block is not that of the file system");
	}
	journal->length = journal_get(super + JOURNAL_LENGTH);
	journal->first = journal_get(super + JOURNAL_FIRST);
	journal->sequence = journal_get(super + JOURNAL_SEQUENCE);
	journal->start = journal_get(super + JOURNAL_START);
	if (journal->length > count || journal->length < 64 || journal->first == 0 ||
	    journal->first > journal->length - 32) {
		return damaged("its length or its first block cannot be");
	}
	if (journal->start != 0 && (journal->start < journal->first || journal->start >= journal->length)) {
		return damaged("it begins outside of itself");
	}
	journal->features = type == JOURNAL_SUPER_2 ? journal_get(super + JOURNAL_INCOMPATIBLE) : 0;
	if ((journal->features & ~known) != 0 ||
	    (type == JOURNAL_SUPER_2 && journal_get(super + JOURNAL_READ_ONLY_COMPATIBLE) != 0)) {
		device_says(true, "the journal has features that are not known here: 0x%x%s",
			    journal->features & ~known,
			    (journal->features & JOURNAL_FAST_COMMIT) != 0 ? ", among them fast_commit" : "");
		return EXT4_UNSUPPORTED;
	}
	if (journal_has_checksums(journal) &&
	    (super[JOURNAL_CHECKSUM_TYPE] != CHECKSUM_CRC32C ||
	     super_checksum(super) != journal_get(super + JOURNAL_CHECKSUM))) {
		return damaged("the checksum of its superblock is wrong");
	}
	return EXT4_OK;
}

enum ext4_status journal_open(struct journal *journal, uint64_t *place, uint32_t count, uint32_t block_size,
			      uint64_t blocks)
{
	enum ext4_status status;

	memset(journal, 0, sizeof *journal);
	journal->place = place;
	journal->block_size = block_size;
	journal->blocks = blocks;
	journal->scratch = malloc((size_t)block_size * JOURNAL_BATCH);
	if (journal->scratch == NULL || !device_read(place[0] * block_size, journal->scratch, block_size)) {
		status = EXT4_IO;
	} else {
		memcpy(journal->super, journal->scratch, sizeof journal->super);
		status = check_super(journal, count);
	}
	if (status != EXT4_OK) {
		journal_close(journal);
		return status;
	}
	journal->seed = ext2fs_crc32c_le(UINT32_MAX, journal->super + JOURNAL_UUID, JOURNAL_UUID_BYTES);
	journal->head = journal->first;
	return EXT4_OK;
}

void journal_close(struct journal *journal)
{
	free(journal->scratch);
	journal->scratch = NULL;
}

bool journal_write_super(struct journal *journal)
{
	uint8_t *super = journal->super;

	journal_put(super + JOURNAL_SEQUENCE, journal->sequence);
	journal_put(super + JOURNAL_START, journal->start);
	if (journal_has_checksums(journal)) {
		super[JOURNAL_CHECKSUM_TYPE] = CHECKSUM_CRC32C;
		journal_put(super + JOURNAL_CHECKSUM, super_checksum(super));
	}
	memset(journal->scratch, 0, journal->block_size);
	memcpy(journal->scratch, super, JOURNAL_SUPER_BYTES);
	return device_write(journal->place[0] * journal->block_size, journal->scratch, journal->block_size);
}

void journal_prepare(struct journal *journal, bool checksums, bool is_64bit)
{
	uint8_t *super = journal->super;

	journal->features = JOURNAL_HAS_REVOKE | (is_64bit ? JOURNAL_64BIT : 0u) |
			    (checksums ? (uint32_t)JOURNAL_CSUM_3 : 0u);
	journal_put(super + 4, JOURNAL_SUPER_2);
	journal_put(super + JOURNAL_COMPATIBLE, 0);
	journal_put(super + JOURNAL_INCOMPATIBLE, journal->features);
	journal_put(super + JOURNAL_HEAD, 0);
}
