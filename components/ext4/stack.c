/* SPDX-License-Identifier: MIT
 * What pointers in libext2fs lead to, for the bound of the stack: its I/O manager, which is ours, its bitmaps, what it tells us
 * of blocks, and what it calls for each entry of a directory and each block of a file.
 */
#include "library.h"

#include <tenon/stack.h>

TENON_STACK_CALLS_OF(ext2fs_alloc_block3, ext4_io);
TENON_STACK_CALLS_OF(ext2fs_group_desc, ext4_io);
TENON_STACK_CALLS_OF(ext2fs_bmap2, ext4_io);
TENON_STACK_CALLS_OF(ext2fs_read_dir_block4, ext4_io);
TENON_STACK_CALLS_OF(ext2fs_write_dir_block4, ext4_io);
TENON_STACK_CALLS_OF(ext2fs_read_ext_attr3, ext4_io);
TENON_STACK_CALLS_OF(ext2fs_write_ext_attr3, ext4_io);
TENON_STACK_CALLS_OF(ext2fs_free, ext4_io);
TENON_STACK_CALLS_OF(ext2fs_read_ind_block, ext4_io);
TENON_STACK_CALLS_OF(ext2fs_write_ind_block, ext4_io);
TENON_STACK_CALLS_OF(ext2fs_open2, ext4_io);
TENON_STACK_CALLS_OF(io_channel_set_options, ext4_io);
TENON_STACK_CALLS_OF(io_channel_write_byte, ext4_io);
TENON_STACK_CALLS_OF(io_channel_read_blk64, ext4_io);
TENON_STACK_CALLS_OF(io_channel_write_blk64, ext4_io);
TENON_STACK_CALLS_OF(io_channel_zeroout, ext4_io);
TENON_STACK_CALLS_OF(io_channel_cache_readahead, ext4_io);
TENON_STACK_CALLS_OF(ext2fs_read_inode2, ext4_io);
TENON_STACK_CALLS_OF(ext2fs_write_inode2, ext4_io);

TENON_STACK_CALLS_OF(ext2fs_alloc_generic_bmap, ext4_bitmap);
TENON_STACK_CALLS_OF(ext2fs_free_generic_bmap, ext4_bitmap);
TENON_STACK_CALLS_OF(ext2fs_copy_generic_bmap, ext4_bitmap);
TENON_STACK_CALLS_OF(ext2fs_mark_generic_bmap, ext4_bitmap);
TENON_STACK_CALLS_OF(ext2fs_unmark_generic_bmap, ext4_bitmap);
TENON_STACK_CALLS_OF(ext2fs_test_generic_bmap, ext4_bitmap);
TENON_STACK_CALLS_OF(ext2fs_set_generic_bmap_range, ext4_bitmap);
TENON_STACK_CALLS_OF(ext2fs_get_generic_bmap_range, ext4_bitmap);
TENON_STACK_CALLS_OF(ext2fs_set_generic_bmap_padding, ext4_bitmap);
TENON_STACK_CALLS_OF(ext2fs_test_block_bitmap_range2, ext4_bitmap);
TENON_STACK_CALLS_OF(ext2fs_mark_block_bitmap_range2, ext4_bitmap);
TENON_STACK_CALLS_OF(ext2fs_unmark_block_bitmap_range2, ext4_bitmap);
TENON_STACK_CALLS_OF(ext2fs_find_first_zero_generic_bmap, ext4_bitmap);
TENON_STACK_CALLS_OF(ext2fs_find_first_set_generic_bmap, ext4_bitmap);
TENON_STACK_CALLS_OF(ext2fs_clear_generic_bmap, ext4_bitmap);

TENON_STACK_CALLS_OF(ext2fs_new_block3, ext4_find_block);
TENON_STACK_CALLS_OF(ext2fs_alloc_block3, ext4_find_block);
TENON_STACK_CALLS_OF(ext2fs_new_range, ext4_never);
TENON_STACK_CALLS_OF(ext2fs_block_alloc_stats_range, ext4_never);
TENON_STACK_CALLS_OF(ext2fs_read_inode2, ext4_never);
TENON_STACK_CALLS_OF(ext2fs_write_inode2, ext4_never);
TENON_STACK_CALLS_OF(ext2fs_get_blocks, ext4_never);
TENON_STACK_CALLS_OF(ext2fs_check_directory, ext4_never);
TENON_STACK_CALLS_OF(ext2fs_block_alloc_stats2, ext4_changed);
TENON_STACK_NEVER(ext4_never);

TENON_STACK_CALLS_OF(ext2fs_process_dir_block, ext4_entry);
TENON_STACK_CALLS_OF(ext2fs_block_iterate3, ext4_block);
TENON_STACK_CALLS_OF(block_iterate_ind, ext4_block);
TENON_STACK_CALLS_OF(block_iterate_dind, ext4_block);
TENON_STACK_CALLS_OF(block_iterate_tind, ext4_block);
TENON_STACK_CALLS_OF(ext2fs_dir_iterate, ext4_old_entry);
TENON_STACK_CALLS_OF(xlate_func, ext4_old_entry);

TENON_STACK_CALLED_BY_NAME(ext4_io, io_open);
TENON_STACK_CALLED_BY_NAME(ext4_io, io_close);
TENON_STACK_CALLED_BY_NAME(ext4_io, io_set_block_size);
TENON_STACK_CALLED_BY_NAME(ext4_io, io_read);
TENON_STACK_CALLED_BY_NAME(ext4_io, io_write);
TENON_STACK_CALLED_BY_NAME(ext4_io, io_read_32);
TENON_STACK_CALLED_BY_NAME(ext4_io, io_write_32);
TENON_STACK_CALLED_BY_NAME(ext4_io, io_flush);

TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_new_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_free_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_copy_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_resize_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_mark_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_unmark_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_test_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_test_clear_bmap_extent);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_mark_bmap_extent);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_unmark_bmap_extent);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_set_bmap_range);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_get_bmap_range);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_clear_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_print_stats);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_find_first_zero);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, rb_find_first_set);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_new_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_free_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_copy_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_resize_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_mark_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_unmark_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_test_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_test_clear_bmap_extent);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_mark_bmap_extent);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_unmark_bmap_extent);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_set_bmap_range);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_get_bmap_range);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_clear_bmap);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_print_stats);
TENON_STACK_CALLED_BY_NAME(ext4_bitmap, ba_find_first_zero);

TENON_STACK_CALLED_BY_NAME(ext4_find_block, find_block);
TENON_STACK_CALLED_BY_NAME(ext4_changed, block_changed);
TENON_STACK_CALLED_BY_NAME(ext4_entry, link_proc);
TENON_STACK_CALLED_BY_NAME(ext4_entry, is_other);
TENON_STACK_CALLED_BY_NAME(ext4_entry, change_entry);
TENON_STACK_CALLED_BY_NAME(ext4_entry, xlate_func);
TENON_STACK_CALLED_BY_NAME(ext4_old_entry, unlink_proc);
TENON_STACK_CALLED_BY_NAME(ext4_old_entry, lookup_proc);
TENON_STACK_CALLED_BY_NAME(ext4_block, ext2fs_process_dir_block);
TENON_STACK_CALLED_BY_NAME(ext4_block, add_place);
TENON_STACK_CALLED_BY_NAME(ext4_block, expand_dir_proc);

/*
 * Bitmaps of 32 bits and of 64 lead to each other once, and a hook to who called it. Trees of extents are at most EXTENTS_DEEPEST
 * deep and those of blocks 3, which extents_can_be() sees to. Inodes with data in themselves are refused before they get here.
 */
TENON_STACK_RECURSION_OF(ext2fs_mark_generic_bitmap, 1);
TENON_STACK_RECURSION_OF(ext2fs_new_block3, 2);
TENON_STACK_RECURSION_OF(ext2fs_unmark_generic_bitmap, 1);
TENON_STACK_RECURSION_OF(ext2fs_test_generic_bitmap, 1);
TENON_STACK_RECURSION_OF(ext2fs_extent_delete, 6);
TENON_STACK_RECURSION_OF(extent_node_split, 6);
TENON_STACK_RECURSION_OF(ext2fs_inline_data_get, 1);
TENON_STACK_RECURSION_OF(ind_punch, 4);
TENON_STACK_RECURSION_OF(xattr_inode_dec_ref, 1);
TENON_STACK_RECURSION_OF(ext2fs_inline_data_file_expand, 1);
TENON_STACK_RECURSION_OF(ext2fs_inline_data_set, 1);
