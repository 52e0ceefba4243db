/* SPDX-License-Identifier: MIT
 * See indirect.h. What is cut goes from the end, since libext2fs takes all from some block on: how far the file reaches is read from the
 * blocks of places, for its size is already another.
 */
#include "indirect.h"

#include "blocks.h"
#include "reserved.h"
#include "volume.h"

#include <stdlib.h>

#define LEVELS  3u
#define SECTOR  512u
#define LONGEST 32768u /* blocks that are reserved at once */

static uint64_t places_in_block(void)
{
	return volume_fs()->blocksize / sizeof(uint32_t);
}

uint64_t indirect_largest(void)
{
	const uint64_t in_block = places_in_block();
	const uint64_t reached =
	    EXT2_NDIR_BLOCKS + in_block + in_block * in_block + in_block * in_block * in_block;
	/* The inode counts sectors in 32 bits, those of blocks of places among them. */
	const uint64_t counted = UINT32_MAX / (volume_fs()->blocksize / SECTOR);
	const uint64_t leading = counted / in_block + counted / in_block / in_block + LEVELS + 1;

	return reached < counted - leading ? reached : counted - leading;
}

enum ext4_status indirect_place(struct node *node, uint64_t block, uint64_t *place)
{
	blk64_t found = 0;
	const errcode_t error =
	    ext2fs_bmap2(volume_fs(), node->number, node_inode(node), NULL, 0, block, NULL, &found);

	if (error == 0 && found >= ext2fs_blocks_count(volume_fs()->super)) {
		return EXT4_DAMAGED;
	}
	*place = found;
	return volume_status_of(error);
}

/* ---- new places ---- */

/* Behind what the file has before the hole, or near the inode. */
static uint64_t goal_of(struct node *node, uint64_t first)
{
	uint64_t before = 0, count;

	if (first != 0) {
		before = reserved_find(node->number, first - 1, &count);
		if (before == 0 && indirect_place(node, first - 1, &before) != EXT4_OK) {
			before = 0;
		}
	}
	return before != 0 ? before + 1
			   : ext2fs_find_inode_goal(volume_fs(), node->number, node_inode(node), first);
}

static enum ext4_status reserve(struct node *node, uint64_t first, uint64_t blocks)
{
	uint64_t place, found;
	const enum ext4_status status =
	    volume_status_of(volume_find_blocks(goal_of(node, first), blocks, &place, &found));

	if (status != EXT4_OK) {
		return status;
	}
	if (place > UINT32_MAX || found > UINT32_MAX - place) {
		return EXT4_NO_SPACE; /* places have 32 bits */
	}
	if (!reserved_add(node->number, first, place, found)) {
		return EXT4_IO;
	}
	volume_reserve_blocks(place, found);
	return EXT4_OK;
}

enum ext4_status indirect_reserve(struct node *node, uint64_t first, uint64_t blocks)
{
	const uint64_t some = blocks < LONGEST ? blocks : LONGEST;
	const enum ext4_status status = volume_begin(0, reserved_need(some, volume_fs()->blocksize));

	return status == EXT4_OK ? volume_end(reserve(node, first, some)) : status;
}

static enum ext4_status lead_to(struct node *node, char *buffer, uint64_t block, uint64_t place,
				uint64_t count)
{
	enum ext4_status status = volume_take_blocks(place, count);

	for (uint64_t i = 0; i < count && status == EXT4_OK; i++) {
		blk64_t there = place + i;

		status = volume_status_of(ext2fs_bmap2(volume_fs(), node->number, node_inode(node), buffer,
						       BMAP_SET | BMAP_ALLOC, block + i, NULL, &there));
	}
	return status == EXT4_OK
		   ? volume_status_of(ext2fs_iblk_add_blocks(volume_fs(), node_inode(node), count))
		   : status;
}

enum ext4_status indirect_commit(struct node *node, uint64_t from, uint64_t end)
{
	char *buffer = malloc(2 * (size_t)volume_fs()->blocksize); /* as ext2fs_bmap2() wants it */
	enum ext4_status status = buffer == NULL ? EXT4_IO : EXT4_OK;

	while (status == EXT4_OK && from < end) {
		uint64_t count = 1, place = reserved_find(node->number, from, &count);

		if (place == 0) {
			status = indirect_place(node, from, &place);
			status = status == EXT4_OK && place == 0 ? EXT4_IO : status;
			count = 1;
		} else {
			count = count < end - from ? count : end - from;
			status = lead_to(node, buffer, from, place, count);
		}
		from += count;
	}
	free(buffer);
	return status;
}

/* ---- cutting ---- */

/* The last place in a block of places. False: it has none. */
static bool last_in(const uint32_t *places, uint64_t *index)
{
	uint64_t at = places_in_block();

	while (at > 0 && places[at - 1] == 0) {
		at--;
	}
	*index = at - 1;
	return at > 0;
}

/* The last block that the file has, or where a block of places that has none any more would begin. False: it has nothing. */
static enum ext4_status find_last(const struct node *node, uint64_t *last, bool *is_there)
{
	const uint64_t in_block = places_in_block();
	const uint64_t reach[] = {1, in_block, in_block * in_block};
	const uint64_t base[] = {EXT2_NDIR_BLOCKS, EXT2_NDIR_BLOCKS + in_block,
				 EXT2_NDIR_BLOCKS + in_block + in_block * in_block};
	uint32_t at = EXT2_N_BLOCKS, level;
	uint64_t place, index = 0;

	while (at > 0 && node->inode.i_block[at - 1] == 0) {
		at--;
	}
	*is_there = at > 0;
	if (at <= EXT2_NDIR_BLOCKS) {
		*last = at - 1; /* not used where there is none */
		return EXT4_OK;
	}
	level = at - EXT2_NDIR_BLOCKS; /* 1 to LEVELS */
	place = node->inode.i_block[at - 1];
	for (*last = base[level - 1]; level > 0; level--) {
		const void *places = blocks_read(place);

		if (places == NULL) {
			return EXT4_IO;
		}
		if (!last_in(places, &index)) {
			return EXT4_OK;
		}
		*last += index * reach[level - 1];
		place = ((const uint32_t *)places)[index];
	}
	return EXT4_OK;
}

enum ext4_status indirect_cut(struct node *node, uint64_t first, uint32_t most, bool *is_done)
{
	const uint64_t some = most * places_in_block();
	bool is_there = false;
	uint64_t last = 0, from;
	enum ext4_status status = find_last(node, &last, &is_there);

	*is_done = true;
	if (status != EXT4_OK || !is_there || last < first) {
		return status;
	}
	from = last >= some && last - some >= first ? last - some + 1 : first;
	*is_done = from == first;
	return volume_status_of(
	    ext2fs_punch(volume_fs(), node->number, node_inode(node), NULL, from, ~UINT64_C(0)));
}
