/* SPDX-License-Identifier: MIT
 * Bitmaps and descriptor of one block group, from libext2fs's memory into the transaction.
 */
#include "group.h"

#include "blocks.h"

#include <string.h>

static bool write_block_bitmap(ext2_filsys fs, dgrp_t group, uint8_t *buffer)
{
	const uint32_t bytes = EXT2_CLUSTERS_PER_GROUP(fs->super) / 8;
	const uint64_t first =
	    (uint64_t)fs->super->s_first_data_block + (uint64_t)group * EXT2_CLUSTERS_PER_GROUP(fs->super);
	const uint64_t blocks = ext2fs_blocks_count(fs->super);
	uint64_t count = (uint64_t)bytes * 8;

	memset(buffer, 0xff, fs->blocksize);
	if (count > blocks - first) {
		count = blocks - first;
	}
	if (ext2fs_get_block_bitmap_range2(fs->block_map, first, count, buffer) != 0) {
		return false;
	}
	for (uint64_t bit = count; bit % 8 != 0; bit++) { /* whole bytes behind the last block are set */
		ext2fs_set_bit((unsigned)bit, buffer);
	}
	return ext2fs_block_bitmap_csum_set(fs, group, (char *)buffer, (int)bytes) == 0 &&
	       blocks_write(ext2fs_block_bitmap_loc(fs, group), 0, buffer, fs->blocksize);
}

static bool write_inode_bitmap(ext2_filsys fs, dgrp_t group, uint8_t *buffer)
{
	const uint32_t bytes = (EXT2_INODES_PER_GROUP(fs->super) + 7) / 8;

	memset(buffer, 0xff, fs->blocksize);
	return ext2fs_get_inode_bitmap_range2(fs->inode_map,
					      1 + (uint64_t)group * EXT2_INODES_PER_GROUP(fs->super),
					      (uint64_t)bytes * 8, buffer) == 0 &&
	       ext2fs_inode_bitmap_csum_set(fs, group, (char *)buffer, (int)bytes) == 0 &&
	       blocks_write(ext2fs_inode_bitmap_loc(fs, group), 0, buffer, fs->blocksize);
}

bool group_write(ext2_filsys fs, dgrp_t group, uint8_t *buffer, bool with_nodes)
{
	const bool has_flags = ext2fs_has_group_desc_csum(fs);
	const uint32_t of_block = (uint32_t)EXT2_DESC_PER_BLOCK(fs->super), index = group / of_block;
	const uint32_t bytes = (uint32_t)EXT2_DESC_SIZE(fs->super), at = group % of_block * bytes;

	if (!(has_flags && ext2fs_bg_flags_test(fs, group, EXT2_BG_BLOCK_UNINIT)) &&
	    !write_block_bitmap(fs, group, buffer)) {
		return false;
	}
	if (with_nodes && !(has_flags && ext2fs_bg_flags_test(fs, group, EXT2_BG_INODE_UNINIT)) &&
	    !write_inode_bitmap(fs, group, buffer)) {
		return false;
	}
	ext2fs_group_desc_csum_set(fs, group);
	return blocks_write(ext2fs_descriptor_block_loc2(fs, fs->super->s_first_data_block, index), at,
			    (const uint8_t *)fs->group_desc + (size_t)index * fs->blocksize + at, bytes);
}
