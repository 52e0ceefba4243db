/* SPDX-License-Identifier: MIT
 * The superblock before libext2fs sees it, the table of features, and the way to the journal.
 */
#include "mount.h"

#include "device.h"
#include "extents.h"

#include <stdlib.h>

#define SUPER_OFFSET    1024u
#define SUPER_BYTES     1024u
#define JOURNAL_LEAST   256u
#define JOURNAL_LARGEST (1u << 20)

_Static_assert(sizeof(struct ext2_super_block) == SUPER_BYTES, "the superblock is its own block");

/* Features with a meaning for us. What is in none of the lists is not known: no mount, or a read-only one. */
struct feature {
	uint32_t bit;
	const char *name;
};

static const uint32_t incompatible_known = EXT2_FEATURE_INCOMPAT_FILETYPE | EXT3_FEATURE_INCOMPAT_RECOVER |
					   EXT2_FEATURE_INCOMPAT_META_BG | EXT3_FEATURE_INCOMPAT_EXTENTS |
					   EXT4_FEATURE_INCOMPAT_64BIT | EXT4_FEATURE_INCOMPAT_FLEX_BG |
					   EXT4_FEATURE_INCOMPAT_CSUM_SEED;
static const struct feature incompatible_others[] = {
    {EXT2_FEATURE_INCOMPAT_COMPRESSION, "compression"},
    {EXT3_FEATURE_INCOMPAT_JOURNAL_DEV, "journal_dev"},
    {EXT4_FEATURE_INCOMPAT_MMP, "mmp"},
    {EXT4_FEATURE_INCOMPAT_EA_INODE, "ea_inode"},
    {EXT4_FEATURE_INCOMPAT_DIRDATA, "dirdata"},
    {EXT4_FEATURE_INCOMPAT_LARGEDIR, "large_dir"},
    {EXT4_FEATURE_INCOMPAT_INLINE_DATA, "inline_data"},
    {EXT4_FEATURE_INCOMPAT_ENCRYPT, "encrypt"},
    {EXT4_FEATURE_INCOMPAT_CASEFOLD, "casefold"},
};
static const uint32_t read_only_known =
    EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER | EXT2_FEATURE_RO_COMPAT_LARGE_FILE |
    EXT4_FEATURE_RO_COMPAT_HUGE_FILE | EXT4_FEATURE_RO_COMPAT_GDT_CSUM | EXT4_FEATURE_RO_COMPAT_DIR_NLINK |
    EXT4_FEATURE_RO_COMPAT_EXTRA_ISIZE | EXT4_FEATURE_RO_COMPAT_METADATA_CSUM;
static const struct feature read_only_others[] = {
    {EXT4_FEATURE_RO_COMPAT_HAS_SNAPSHOT, "snapshot"},
    {EXT4_FEATURE_RO_COMPAT_QUOTA, "quota"},
    {EXT4_FEATURE_RO_COMPAT_REPLICA, "replica"},
    {EXT4_FEATURE_RO_COMPAT_READONLY, "read-only"},
    {EXT4_FEATURE_RO_COMPAT_PROJECT, "project"},
    {EXT4_FEATURE_RO_COMPAT_SHARED_BLOCKS, "shared_blocks"},
    {EXT4_FEATURE_RO_COMPAT_VERITY, "verity"},
    {EXT4_FEATURE_RO_COMPAT_ORPHAN_PRESENT, "orphan_present"},
};
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static void name_features(bool is_error, const char *what, uint32_t features, const struct feature *known,
			  size_t count)
{
	for (uint32_t bit = 1; bit != 0; bit <<= 1) {
		const char *name = "unknown";

		for (size_t i = 0; i < count; i++) {
			name = known[i].bit == bit ? known[i].name : name;
		}
		if ((features & bit) != 0) {
			device_says(is_error, "%s: feature %s (0x%x)", what, name, bit);
		}
	}
}

static enum ext4_status check_features(const struct ext2_super_block *super, bool *is_read_only)
{
	const uint32_t incompatible = super->s_feature_incompat & ~incompatible_known;
	const uint32_t read_only = super->s_feature_ro_compat & ~read_only_known;
	const bool has_journal = (super->s_feature_compat & EXT3_FEATURE_COMPAT_HAS_JOURNAL) != 0;

	*is_read_only = false;
	if (incompatible != 0 || (read_only & EXT4_FEATURE_RO_COMPAT_BIGALLOC) != 0) {
		name_features(true, "it cannot be mounted", incompatible, incompatible_others,
			      COUNT_OF(incompatible_others));
		if ((read_only & EXT4_FEATURE_RO_COMPAT_BIGALLOC) != 0) {
			device_says(true, "it cannot be mounted: feature bigalloc");
		}
		return EXT4_UNSUPPORTED;
	}
	if (read_only != 0) {
		name_features(false, "it is mounted read-only", read_only, read_only_others,
			      COUNT_OF(read_only_others));
		*is_read_only = true;
	}
	if (!has_journal) {
		device_says(false, "it is mounted read-only: it has no journal");
		*is_read_only = true;
	}
	if ((super->s_state & EXT2_ERROR_FS) != 0) {
		device_says(false, "it is mounted read-only: it has errors, which e2fsck is to repair");
		*is_read_only = true;
	}
	return EXT4_OK;
}

static enum ext4_status damaged(const char *what)
{
	device_says(true, "the superblock is damaged: %s", what);
	return EXT4_DAMAGED;
}

/* What libext2fs takes for granted before it asks for memory. */
static enum ext4_status check_geometry(const struct ext2_super_block *super)
{
	uint64_t blocks = super->s_blocks_count, bytes = device_bytes();
	uint32_t size;

	if ((super->s_feature_incompat & EXT4_FEATURE_INCOMPAT_64BIT) != 0) {
		blocks |= (uint64_t)super->s_blocks_count_hi << 32;
	}
	if (super->s_log_block_size > EXT2_MAX_BLOCK_LOG_SIZE - EXT2_MIN_BLOCK_LOG_SIZE) {
		return damaged("no block has that size");
	}
	size = 1024u << super->s_log_block_size;
	if (blocks == 0 || blocks > bytes / size) {
		return damaged("it has more blocks than the device");
	}
	if (super->s_rev_level == EXT2_GOOD_OLD_REV) {
		return super->s_feature_incompat != 0 ? damaged("it is too old for its features") : EXT4_OK;
	}
	if (super->s_first_data_block != (size == 1024 ? 1u : 0u) || super->s_inodes_per_group == 0 ||
	    super->s_inodes_per_group > 8 * size || super->s_inodes_per_group % 8 != 0 ||
	    super->s_blocks_per_group == 0 || super->s_blocks_per_group > 8 * size ||
	    super->s_blocks_per_group % 8 != 0 || super->s_blocks_per_group != super->s_clusters_per_group ||
	    super->s_inodes_count < 16 || super->s_first_ino < EXT2_GOOD_OLD_FIRST_INO ||
	    super->s_first_ino > super->s_inodes_count || super->s_reserved_gdt_blocks > size / 4) {
		return damaged("its groups cannot be");
	}
	return EXT4_OK;
}

static bool is_checksum_right(const struct ext2_super_block *super)
{
	return super->s_checksum == ext2fs_crc32c_le(UINT32_MAX, (const uint8_t *)super,
						     offsetof(struct ext2_super_block, s_checksum));
}

/*
 * The mark that the journal is to be replayed stands in the first sector of the superblock, and the checksum in the second: a cut
 * may have left one of them as it was. Then the checksum is that of the other value. It is marked, for that is always right.
 */
static enum ext4_status mend_mark(struct ext2_super_block *super)
{
	if ((super->s_feature_ro_compat & EXT4_FEATURE_RO_COMPAT_METADATA_CSUM) == 0 ||
	    is_checksum_right(super)) {
		return EXT4_OK;
	}
	super->s_feature_incompat ^= EXT3_FEATURE_INCOMPAT_RECOVER;
	if (!is_checksum_right(super)) {
		return damaged("its checksum is wrong");
	}
	super->s_feature_incompat |= EXT3_FEATURE_INCOMPAT_RECOVER;
	super->s_checksum = ext2fs_crc32c_le(UINT32_MAX, (const uint8_t *)super,
					     offsetof(struct ext2_super_block, s_checksum));
	device_says(false, "the mark that the journal is to be replayed was half written");
	return device_write(SUPER_OFFSET, super, SUPER_BYTES) ? EXT4_OK : EXT4_IO;
}

enum ext4_status mount_read_super(struct ext2_super_block *super, bool *is_read_only)
{
	enum ext4_status status;

	if (device_bytes() < SUPER_OFFSET + SUPER_BYTES) {
		device_says(true, "there is no medium");
		return EXT4_IO;
	}
	if (!device_read(SUPER_OFFSET, super, SUPER_BYTES)) {
		device_says(true, "the superblock cannot be read");
		return EXT4_IO;
	}
	if (super->s_magic != EXT2_SUPER_MAGIC) {
		return damaged("there is no ext4 on it");
	}
	status = mend_mark(super);
	if (status != EXT4_OK) {
		return status;
	}
	status = check_features(super, is_read_only);
	return status == EXT4_OK ? check_geometry(super) : status;
}

/* ---- the journal ---- */

struct places {
	uint64_t *place;
	uint64_t blocks;
	uint32_t count, found;
	bool is_damaged;
};

static int add_place(ext2_filsys fs, blk64_t *block, e2_blkcnt_t index, blk64_t parent, int offset,
		     void *data)
{
	struct places *places = data;

	(void)parent;
	(void)offset;
	if (index < 0) {
		return 0;
	}
	if (index != places->found || *block <= fs->super->s_first_data_block || *block >= places->blocks) {
		places->is_damaged = true;
		return BLOCK_ABORT;
	}
	if (places->found == places->count) {
		return BLOCK_ABORT;
	}
	places->place[places->found++] = *block;
	return 0;
}

enum ext4_status mount_find_journal(ext2_filsys fs, uint64_t **places_made, uint32_t *count)
{
	struct places places = {.blocks = ext2fs_blocks_count(fs->super)};
	struct ext2_inode inode;
	errcode_t error;
	uint64_t blocks;

	if (fs->super->s_journal_inum < EXT2_ROOT_INO ||
	    fs->super->s_journal_inum > fs->super->s_inodes_count) {
		device_says(true, "it cannot be mounted: its journal is on another device");
		return EXT4_UNSUPPORTED;
	}
	error = ext2fs_read_inode(fs, fs->super->s_journal_inum, &inode);
	if (error == 0 && !extents_can_be(&inode)) {
		error = EXT2_ET_BAD_INODE_NUM;
	}
	blocks = error == 0 ? EXT2_I_SIZE(&inode) / fs->blocksize : 0;
	if (error == 0 &&
	    (!LINUX_S_ISREG(inode.i_mode) || blocks < JOURNAL_LEAST || blocks > JOURNAL_LARGEST)) {
		error = EXT2_ET_BAD_INODE_NUM;
	}
	places.count = (uint32_t)blocks;
	places.place = error == 0 ? calloc(blocks, sizeof *places.place) : NULL;
	if (error == 0 && places.place != NULL) {
		error = ext2fs_block_iterate3(fs, fs->super->s_journal_inum,
					      BLOCK_FLAG_READ_ONLY | BLOCK_FLAG_DATA_ONLY, NULL, add_place,
					      &places);
	}
	if (error != 0 || places.place == NULL || places.is_damaged || places.found != places.count) {
		free(places.place);
		device_says(true, "the journal cannot be found: error %ld of libext2fs", (long)error);
		return error == EXT2_ET_SHORT_READ ? EXT4_IO : EXT4_DAMAGED;
	}
	*places_made = places.place;
	*count = places.count;
	return EXT4_OK;
}
