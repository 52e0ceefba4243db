/* SPDX-License-Identifier: MIT
 * Mounting, operations, and the way of bitmaps and descriptors into the transaction.
 */
#include "volume.h"

#include "blocks.h"
#include "device.h"
#include "group.h"
#include "io.h"
#include "journal.h"
#include "mount.h"
#include "names.h"
#include "nodes.h"
#include "reserved.h"

#include <stdlib.h>
#include <string.h>

#define SUPER_OFFSET 1024u
#define SUPER_BYTES  1024u
#define CLEAN_BLOCKS 256u
#define LOGGED_MOST  512u /* blocks in memory that stand in the log and not yet in their place */
#define RUNNING_MOST 384u
#define SPARE        16u  /* blocks that an operation may need beside those that it knows of */
#define LEFT         128u /* blocks of a transaction that one operation may add */

enum touched { TOUCHED_BLOCKS = 1, TOUCHED_NODES = 2 };

static struct {
	ext2_filsys fs;
	ext2fs_block_bitmap busy; /* used, or freed since the last commit */
	uint8_t *touched;         /* a byte for each group, of enum touched: this operation changes it */
	uint8_t *buffer;          /* a block */
	bool is_any_touched, is_read_only, is_broken, is_flagged;
	uint64_t *journal_places;
	struct journal journal;
} volume;

ext2_filsys volume_fs(void)
{
	return volume.fs;
}

bool volume_is_read_only(void)
{
	return volume.is_read_only;
}

enum ext4_status volume_status_of(errcode_t error)
{
	switch (error) {
	case 0:
		return EXT4_OK;
	case EXT2_ET_FILE_NOT_FOUND:
		return EXT4_NOT_FOUND;
	case EXT2_ET_NO_DIRECTORY:
		return EXT4_NOT_A_DIRECTORY;
	case EXT2_ET_DIR_EXISTS:
	case EXT2_ET_FILE_EXISTS:
		return EXT4_EXISTS;
	case EXT2_ET_BLOCK_ALLOC_FAIL:
	case EXT2_ET_INODE_ALLOC_FAIL:
	case EXT2_ET_DIR_NO_SPACE:
		return EXT4_NO_SPACE;
	case EXT2_ET_SHORT_READ:
	case EXT2_ET_SHORT_WRITE:
	case EXT2_ET_NO_MEMORY:
	case ENOMEM:
		return EXT4_IO;
	default:
		return EXT4_DAMAGED;
	}
}

/* ---- which groups change ---- */

static void touch_group(dgrp_t group, enum touched what)
{
	if (group < volume.fs->group_desc_count) {
		volume.touched[group] |= (uint8_t)what;
		volume.is_any_touched = true;
	}
}

void volume_touch_node(uint32_t number)
{
	touch_group(ext2fs_group_of_ino(volume.fs, number), TOUCHED_NODES);
}

static void range_changed(ext2_filsys fs, uint64_t first, uint64_t count, int in_use)
{
	for (uint64_t group = ext2fs_group_of_blk2(fs, first),
		      last = ext2fs_group_of_blk2(fs, first + count - 1);
	     group <= last; group++) {
		touch_group((dgrp_t)group, TOUCHED_BLOCKS);
	}
	if (in_use > 0) {
		ext2fs_mark_block_bitmap_range2(volume.busy, first, (unsigned)count);
	} else if (!blocks_free(first, count)) {
		volume.is_broken = true;
	}
}

/* libext2fs tells of each block that it takes or gives back by itself. */
static void block_changed(ext2_filsys fs, blk64_t block, int in_use)
{
	range_changed(fs, block, 1, in_use);
}

/* It looks for new ones in the map of what is busy: what was freed since the last commit is not free yet. */
static errcode_t find_block(ext2_filsys fs, blk64_t goal, blk64_t *found)
{
	return ext2fs_new_block3(fs, goal, volume.busy, found, NULL);
}

/* What is found here is taken, and of a run that it takes it does not tell. */
static errcode_t find_range(ext2_filsys fs, int flags, blk64_t goal, blk64_t count, blk64_t *first,
			    blk64_t *found)
{
	const errcode_t error = ext2fs_new_range(fs, flags, goal, count, volume.busy, first, found);

	if (error == 0) {
		range_changed(fs, *first, *found, +1);
	}
	return error;
}

errcode_t volume_find_blocks(uint64_t goal, uint64_t count, uint64_t *first, uint64_t *found)
{
	blk64_t at, length;
	const errcode_t error = ext2fs_new_range(volume.fs, 0, goal, count, volume.busy, &at, &length);

	if (error == 0) {
		*first = at;
		*found = length;
	}
	return error;
}

static bool is_range(uint64_t first, uint64_t count)
{
	const uint64_t blocks = ext2fs_blocks_count(volume.fs->super);

	return first > volume.fs->super->s_first_data_block && first < blocks && count <= blocks - first;
}

enum ext4_status volume_take_blocks(uint64_t first, uint64_t count)
{
	if (count == 0 || count > UINT32_MAX || !is_range(first, count)) {
		return EXT4_DAMAGED;
	}
	ext2fs_block_alloc_stats_range(volume.fs, first, (blk_t)count, +1);
	range_changed(volume.fs, first, count, +1);
	return EXT4_OK;
}

enum ext4_status volume_give_blocks(uint64_t first, uint64_t count)
{
	if (count == 0 || count > UINT32_MAX || !is_range(first, count)) {
		return EXT4_DAMAGED;
	}
	ext2fs_block_alloc_stats_range(volume.fs, first, (blk_t)count, -1);
	range_changed(volume.fs, first, count, -1);
	return volume.is_broken ? EXT4_IO : EXT4_OK;
}

void volume_reserve_blocks(uint64_t first, uint64_t count)
{
	ext2fs_mark_block_bitmap_range2(volume.busy, first, (unsigned)count);
}

void volume_give_reserved(uint64_t first, uint64_t count)
{
	ext2fs_unmark_block_bitmap_range2(volume.busy, first, (unsigned)count);
}

/* ---- into the transaction ---- */

static bool write_super(void)
{
	ext2_filsys fs = volume.fs;

	fs->flags &= ~(EXT2_FLAG_DIRTY | EXT2_FLAG_CHANGED | EXT2_FLAG_BB_DIRTY | EXT2_FLAG_IB_DIRTY);
	ext2fs_set_feature_journal_needs_recovery(fs->super);
	return ext2fs_superblock_csum_set(fs, fs->super) == 0 &&
	       blocks_write(SUPER_OFFSET / fs->blocksize, SUPER_OFFSET % fs->blocksize, fs->super,
			    SUPER_BYTES);
}

static bool write_back(void)
{
	for (dgrp_t group = 0; volume.is_any_touched && group < volume.fs->group_desc_count; group++) {
		if (volume.touched[group] != 0 &&
		    !group_write(volume.fs, group, volume.buffer,
				 (volume.touched[group] & TOUCHED_NODES) != 0)) {
			return false;
		}
	}
	return write_super();
}

/* ---- opening and closing ---- */

static enum ext4_status open_fs(bool with_bitmaps)
{
	const int flags = EXT2_FLAG_64BITS | EXT2_FLAG_SKIP_MMP | (volume.is_read_only ? 0 : EXT2_FLAG_RW);
	errcode_t error = ext2fs_open2("volume", NULL, flags, 0, 0, io_manager_of_blocks(), &volume.fs);

	if (error == 0 && with_bitmaps) {
		error = ext2fs_check_desc(volume.fs);
	}
	if (error == 0 && with_bitmaps) {
		/* as large as there are runs, and not as the volume */
		volume.fs->default_bitmap_type = EXT2FS_BMAP64_RBTREE;
		error = ext2fs_read_bitmaps(volume.fs);
	}
	if (error == 0 && with_bitmaps) {
		error = ext2fs_copy_bitmap(volume.fs->block_map, &volume.busy);
	}
	if (error == 0 && with_bitmaps) {
		ext2fs_set_block_alloc_stats_callback(volume.fs, block_changed, NULL);
		ext2fs_set_new_range_callback(volume.fs, find_range, NULL);
		ext2fs_set_alloc_block_callback(volume.fs, find_block, NULL);
		volume.touched = calloc(volume.fs->group_desc_count, 1);
		volume.buffer = malloc(volume.fs->blocksize);
		error = volume.touched == NULL || volume.buffer == NULL ? ENOMEM : 0;
	}
	if (error != 0) {
		device_says(true, "the file system cannot be opened: error %ld of libext2fs", (long)error);
	}
	return volume_status_of(error);
}

static void close_fs(void)
{
	if (volume.busy != NULL) {
		ext2fs_free_block_bitmap(volume.busy);
		volume.busy = NULL;
	}
	if (volume.fs != NULL) {
		ext2fs_free(volume.fs);
		volume.fs = NULL;
	}
	free(volume.touched);
	volume.touched = NULL;
	free(volume.buffer);
	volume.buffer = NULL;
}

/* What was freed since the last commit, and what is reserved, stays busy when libext2fs is opened anew. */
static void keep_busy(void)
{
	const struct block_range *range;
	const uint32_t count = blocks_freed(&range);

	for (uint32_t i = 0; i < count; i++) {
		ext2fs_mark_block_bitmap_range2(volume.busy, range[i].first, (unsigned)range[i].count);
	}
	reserved_each(volume_reserve_blocks);
}

/* ---- operations ---- */

/* The flag that the journal may have something, at its place: nothing else of the superblock there changes. */
static bool flag_in_place(bool needs_recovery)
{
	const uint32_t size = volume.journal.block_size;
	const uint64_t block = SUPER_OFFSET / size;
	uint8_t *copy = malloc(size);
	struct ext2_super_block *super = (void *)(copy + SUPER_OFFSET % size);
	bool is_good = copy != NULL && device_read(block * size, copy, size);

	if (is_good) {
		if (needs_recovery) {
			ext2fs_set_feature_journal_needs_recovery(super);
		} else {
			ext2fs_clear_feature_journal_needs_recovery(super);
		}
		is_good = ext2fs_superblock_csum_set(volume.fs, super) == 0 &&
			  device_write(block * size, copy, size);
	}
	free(copy);
	if (is_good) {
		volume.is_flagged = needs_recovery;
	}
	return is_good;
}

static enum ext4_status broken(void)
{
	volume.is_broken = true;
	device_says(true, "the device failed while the journal was written: nothing is changed any more");
	return EXT4_IO;
}

static uint32_t most_running(void)
{
	const uint32_t most = journal_most(&volume.journal);

	return most < RUNNING_MOST ? most : RUNNING_MOST;
}

static enum ext4_status commit(void)
{
	const struct block_range *range;
	const uint32_t count = blocks_freed(&range);

	/* the mark comes before the journal says that it has something */
	if (!volume.is_flagged && blocks_running() != 0 && (!flag_in_place(true) || !device_flush())) {
		return broken();
	}
	for (uint32_t i = 0; i < count; i++) {
		/* unless the bitmap says otherwise meanwhile, which it cannot: nobody took a busy block */
		ext2fs_unmark_block_bitmap_range2(volume.busy, range[i].first, (unsigned)range[i].count);
	}
	if (journal_commit(&volume.journal) != EXT4_OK) {
		return broken();
	}
	if ((journal_is_short(&volume.journal, most_running() + LEFT) || blocks_logged() > LOGGED_MOST) &&
	    journal_checkpoint(&volume.journal) != EXT4_OK) {
		return broken();
	}
	return EXT4_OK;
}

enum ext4_status volume_begin(uint64_t now, uint64_t blocks)
{
	const struct block_range *range;
	uint64_t free_blocks, reserved;

	if (volume.is_read_only) {
		return EXT4_READ_ONLY;
	}
	if (volume.is_broken) {
		return EXT4_IO;
	}
	reserved = reserved_blocks();
	free_blocks = ext2fs_free_blocks_count(volume.fs->super);
	free_blocks = reserved < free_blocks ? free_blocks - reserved : 0;
	if ((blocks_running() > most_running() - LEFT / 2 ||
	     (blocks_freed(&range) != 0 && free_blocks / 2 < blocks + SPARE)) &&
	    commit() != EXT4_OK) {
		return EXT4_IO;
	}
	if (blocks != 0 && (free_blocks < SPARE || blocks > free_blocks - SPARE)) {
		return EXT4_NO_SPACE;
	}
	volume.fs->now = (time_t)now;
	return EXT4_OK;
}

static enum ext4_status undo(void)
{
	blocks_undo();
	close_fs();
	if (open_fs(true) != EXT4_OK) {
		close_fs();
		volume.is_broken = true;
		return EXT4_IO;
	}
	keep_busy();
	return EXT4_OK;
}

enum ext4_status volume_end(enum ext4_status status)
{
	const bool has_changes =
	    volume.is_any_touched || blocks_are_changed() || (volume.fs->flags & EXT2_FLAG_CHANGED) != 0;

	if (status == EXT4_OK && has_changes && !write_back()) {
		status = EXT4_IO;
	}
	if (status == EXT4_OK) {
		blocks_keep();
	} else if (has_changes && undo() != EXT4_OK) {
		return EXT4_IO;
	}
	memset(volume.touched, 0, volume.fs->group_desc_count);
	volume.is_any_touched = false;
	return status;
}

bool volume_is_dirty(void)
{
	return volume.is_flagged || blocks_running() != 0;
}

enum ext4_status volume_sync(bool settle)
{
	const bool has_changes = blocks_running() != 0;

	if (volume.is_read_only) {
		return EXT4_OK;
	}
	if (volume.is_broken || volume.fs == NULL) {
		return EXT4_IO;
	}
	/* data that was written over changes nothing here, and is to be on the medium all the same */
	if (commit() != EXT4_OK || (!has_changes && !device_flush())) {
		return EXT4_IO;
	}
	if (settle && volume.is_flagged) {
		if (journal_checkpoint(&volume.journal) != EXT4_OK || !flag_in_place(false) ||
		    !device_flush()) {
			return broken();
		}
	}
	return EXT4_OK;
}

/* ---- mounting ---- */

static enum ext4_status open_journal(void)
{
	uint32_t count = 0;
	enum ext4_status status = mount_find_journal(volume.fs, &volume.journal_places, &count);

	if (status == EXT4_OK) {
		status = journal_open(&volume.journal, volume.journal_places, count, volume.fs->blocksize,
				      ext2fs_blocks_count(volume.fs->super));
	}
	return status;
}

/* The journal's content belongs to what the superblock says: both are read anew after it was replayed. */
static enum ext4_status replay(void)
{
	enum ext4_status status = open_fs(false);
	struct journal *journal = &volume.journal;

	if (status != EXT4_OK || !ext2fs_has_feature_journal(volume.fs->super)) {
		return status;
	}
	status = open_journal();
	if (status != EXT4_OK || (journal->start == 0 && !volume.is_flagged)) {
		return status;
	}
	if (device_is_read_only()) {
		device_says(true, "the journal is to be replayed, and the device is read-only");
		return EXT4_READ_ONLY;
	}
	if (journal->start != 0) {
		status = journal_replay(journal);
	}
	return status == EXT4_OK && !flag_in_place(false) ? EXT4_IO : status;
}

static enum ext4_status mount(void)
{
	struct ext2_super_block super;
	enum ext4_status status = mount_read_super(&super, &volume.is_read_only);

	if (status != EXT4_OK) {
		return status;
	}
	volume.is_flagged = ext2fs_has_feature_journal_needs_recovery(&super);
	if (!blocks_init((uint32_t)EXT2_BLOCK_SIZE(&super), ext2fs_blocks_count(&super), CLEAN_BLOCKS)) {
		return EXT4_IO;
	}
	status = replay();
	close_fs();
	blocks_fini();
	if (status != EXT4_OK) {
		return status;
	}
	/* the superblock may be another one now */
	status = mount_read_super(&super, &volume.is_read_only);
	volume.is_read_only |= device_is_read_only();
	if (status != EXT4_OK ||
	    !blocks_init((uint32_t)EXT2_BLOCK_SIZE(&super), ext2fs_blocks_count(&super), CLEAN_BLOCKS)) {
		return status == EXT4_OK ? EXT4_IO : status;
	}
	status = open_fs(true);
	if (status == EXT4_OK && !volume.is_read_only) {
		journal_prepare(&volume.journal, ext2fs_has_feature_metadata_csum(&super),
				ext2fs_has_feature_64bit(&super));
	}
	return status == EXT4_OK ? nodes_clean_orphans() : status;
}

enum ext4_status volume_mount(void)
{
	enum ext4_status status;

	memset(&volume, 0, sizeof volume);
	status = mount();
	if (status != EXT4_OK) {
		volume.is_broken = true;
		volume_unmount();
	}
	return status;
}

void volume_unmount(void)
{
	if (!volume.is_broken && volume.fs != NULL) {
		(void)volume_sync(true); /* what the device does not take any more is in the log, or lost */
	}
	nodes_fini();
	reserved_fini();
	names_fini();
	close_fs();
	blocks_fini();
	journal_close(&volume.journal);
	free(volume.journal_places);
	volume.journal_places = NULL;
}
