/* SPDX-License-Identifier: MIT
 * See reserved.h.
 */
#include "reserved.h"

#include "volume.h"

#include <stdlib.h>

#define MOST     8192u /* runs */
#define LEADING  5u    /* blocks that lead to a run: one more than it fills, and those above */
#define AT_FIRST 16u

struct run {
	ext2_ino_t inode;
	uint64_t first, place, count;
};

static struct run *runs;
static uint32_t count_of_runs, room;

uint64_t reserved_need(uint64_t count, uint32_t block_bytes)
{
	return count + count / (block_bytes / sizeof(uint32_t)) + LEADING;
}

uint64_t reserved_blocks(void)
{
	uint64_t blocks = 0;

	for (uint32_t i = 0; i < count_of_runs; i++) {
		blocks += reserved_need(runs[i].count, volume_fs()->blocksize);
	}
	return blocks;
}

static bool make_room(void)
{
	const uint32_t more = room == 0 ? AT_FIRST : 2 * room;
	struct run *larger;

	if (count_of_runs < room) {
		return true;
	}
	larger = more > MOST ? NULL : realloc(runs, more * sizeof *runs);
	if (larger == NULL) {
		return false;
	}
	runs = larger;
	room = more;
	return true;
}

bool reserved_add(ext2_ino_t inode, uint64_t first, uint64_t place, uint64_t count)
{
	for (uint32_t i = 0; i < count_of_runs; i++) {
		if (runs[i].inode == inode && runs[i].first + runs[i].count == first &&
		    runs[i].place + runs[i].count == place) {
			runs[i].count += count;
			return true;
		}
	}
	if (!make_room()) {
		return false;
	}
	runs[count_of_runs++] = (struct run){.inode = inode, .first = first, .place = place, .count = count};
	return true;
}

uint64_t reserved_find(ext2_ino_t inode, uint64_t block, uint64_t *count)
{
	for (uint32_t i = 0; i < count_of_runs; i++) {
		if (runs[i].inode == inode && block >= runs[i].first &&
		    block - runs[i].first < runs[i].count) {
			*count = runs[i].count - (block - runs[i].first);
			return runs[i].place + (block - runs[i].first);
		}
	}
	return 0;
}

uint64_t reserved_end(ext2_ino_t inode)
{
	uint64_t end = 0;

	for (uint32_t i = 0; i < count_of_runs; i++) {
		if (runs[i].inode == inode && runs[i].first + runs[i].count > end) {
			end = runs[i].first + runs[i].count;
		}
	}
	return end;
}

/* Blocks `from` to `end` of a run, which has them, go; what is behind them becomes a run of its own. Without memory for that one it goes, too:
 * what it had is lost until the next mount. */
static void cut_out(uint32_t index, uint64_t from, uint64_t end)
{
	const struct run before = runs[index];
	const uint64_t behind = before.first + before.count - end;

	runs[index].count = from - before.first;
	if (behind != 0 && make_room()) {
		runs[count_of_runs++] = (struct run){.inode = before.inode,
						     .first = end,
						     .place = before.place + (end - before.first),
						     .count = behind};
	}
}

void reserved_remove(ext2_ino_t inode, uint64_t from, uint64_t end,
		     void (*give)(uint64_t place, uint64_t count))
{
	for (uint32_t i = 0; i < count_of_runs;) {
		const struct run run = runs[i];
		const uint64_t last = run.first + run.count;
		const uint64_t first = run.first > from ? run.first : from, stop = last < end ? last : end;

		if (run.inode != inode || first >= stop) {
			i++;
			continue;
		}
		if (give != NULL) {
			give(run.place + (first - run.first), stop - first);
		}
		cut_out(i, first, stop);
		if (runs[i].count == 0) {
			runs[i] = runs[--count_of_runs]; /* and is looked at next */
		} else {
			i++;
		}
	}
}

void reserved_each(void (*call)(uint64_t place, uint64_t count))
{
	for (uint32_t i = 0; i < count_of_runs; i++) {
		call(runs[i].place, runs[i].count);
	}
}

void reserved_fini(void)
{
	free(runs);
	runs = NULL;
	count_of_runs = room = 0;
}
