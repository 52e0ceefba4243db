/* SPDX-License-Identifier: MIT
 * Files that are in use: what of them is cached or not yet with their file system.
 *
 * A node is held at its file system as long as it stands here, so its number means the same file. It stands here while somebody
 * uses it, while pages of it are under way or to be written, and afterwards until its place is needed.
 */
#ifndef VFS_NODE_H
#define VFS_NODE_H

#include "system.h"

#define NODES       (256u + FILES_OPEN_TOTAL)
#define EXTENTS_MAX 32u
#define RANGES_MAX  16u
#define NO_PAGE     UINT32_MAX
#define NO_CALL     UINT16_MAX

struct node {
	struct place place; /* NOWHERE: nothing stands here */
	uint32_t users;     /* open files, and calls under way */
	bool is_gone;       /* its last name is */
	bool is_lost;       /* it was, when its file system started anew: it has no number any more */
	bool is_anew;       /* what is dirty of it may have no place any more */
	bool has_moved;     /* to another name */
	bool is_resizing;   /* nobody may begin to read or write */
	bool is_wanted_clean;
	bool has_new_times;
	bool is_held;       /* by its file system as it is now */
	bool is_committing; /* what is in `ranges`, and it stays so long as it is */
	bool is_blocked;    /* what is to become clean of it waits for its file system */
	enum {
		WHOLE,
		ATTRIBUTES_WANTED,
		SIZE_WANTED
	} restored;                 /* what is asked of it before it is whole again */
	uint64_t size, stored_size; /* as clients see it, and as its file system has it */
	uint64_t commit_size;       /* and as it will have it */
	struct filesystem_time commit_modified;
	uint64_t least;       /* size in this epoch of the file system */
	uint32_t least_epoch; /* the epoch; 0: it was never made shorter */
	struct filesystem_time modified;
	uint32_t account; /* to which it belongs, and what it takes of that; see quota.h */
	uint64_t charged;
	enum files_status error; /* of what could not be written, until somebody hears of it */

	uint32_t first_page, first_dirty; /* of two lists */
	uint32_t dirty, reading,
	    writing;     /* pages; a page that is written and changed meanwhile counts as both */
	uint32_t writes; /* requests under way; each may leave one more range */
	uint64_t dirty_since_ns;
	uint16_t waiting; /* the first call that waits until nothing is under way */

	uint32_t extents_count, ranges_count;
	struct filesystem_extent
	    extents[EXTENTS_MAX]; /* what the file system said last, in order and without gaps */
	struct filesystem_range ranges[RANGES_MAX]; /* written, and to be committed */

	struct node *next;          /* of the same hash */
	struct node *older, *newer; /* order of use */
};

void nodes_start(void);
/* The node of a place if it stands here, or NULL. */
struct node *node_find(struct place place);
/* The node of a place, used once more. FILES_QUOTA: all are in use now; try again when one has become clean. */
enum files_status node_use(struct place place, uint64_t size, struct node **found);
void node_leave(struct node *node);
/* Its last name has gone: once nobody uses it, it goes. */
void node_gone(struct node *node);
/* Something that was under way has ended. */
void node_settle(struct node *node);
static inline bool node_is_clean(const struct node *node)
{
	return node->dirty == 0 && node->writing == 0 && node->ranges_count == 0 && !node->has_new_times &&
	       node->size == node->stored_size;
}
/* Begins to bring all of it to its file system; in the end it is clean, or has an error. */
void node_make_clean(struct node *node);
void nodes_make_clean(void);
/* Pages of it may have become free for others. */
void node_gives_room(const struct node *node);
/* Goes on with those that are to become clean. */
void nodes_go_on(void);
/* The next one after `node` that is not clean, NULL: the first, in the order of use. */
struct node *nodes_dirty(struct node *node);
/* Can another one be used now? */
bool nodes_have_room(void);
/* Are any of the file system in use, or not clean? */
bool nodes_are_used(uint32_t file_system);
/* The file system died: no extent that it gave holds, and it holds no node. */
void nodes_died(uint32_t file_system);
/* Nodes are held again, with what is to be written again. FILESYSTEM_LATER: not all are yet. */
enum filesystem_status nodes_open_again(uint32_t file_system);
/* A sync has been answered so, for which the cache had asked. */
void nodes_synced(uint32_t file_system, enum files_status status);
/* None of the file system's is there any more. */
void nodes_lose(uint32_t file_system);
/* The node has been made shorter, or is to become so. */
void node_cut(struct node *node, uint64_t size);
/* Lets go of all of the file system. */
void nodes_forget(uint32_t file_system);
static inline struct file_system *node_system(const struct node *node)
{
	return system_at(node->place.file_system);
}

/* Does its data go by extents, through the cache? */
static inline bool node_has_extents(const struct node *node)
{
	return node_system(node)->volume != NOWHERE;
}

/* The extent in which the byte at `position` lies; what is behind the file's end is a hole. */
enum files_status extent_at(struct node *node, uint64_t position, struct filesystem_extent *extent);
/* FILES_WOULD_WAIT, of both: whoever asks does so again. Gives all bytes from `position` on, `length` of them, a place. */
enum files_status extents_allocate(struct node *node, uint64_t position, uint64_t length);
/* The same without asking its file system. */
bool extent_is_known(const struct node *node, uint64_t position, struct filesystem_extent *extent);
/* What was fresh of these bytes is data. */
void extents_committed(struct node *node, const struct filesystem_range *range);
void extents_forget(struct node *node);
/* These bytes have been written to where they belong. */
void node_written(struct node *node, uint64_t position, uint64_t length);
/* Tells the file system what has been written, the size and the times. FILES_WOULD_WAIT: it has not answered. */
enum files_status node_commit(struct node *node);

#endif
