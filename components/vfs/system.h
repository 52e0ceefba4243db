/* SPDX-License-Identifier: MIT
 * The file systems below us, and where they are mounted.
 *
 * A place is a node of a file system. A path is walked from its client's root downwards, and each place that a mount covers is
 * replaced by the root of what is mounted there; so `..` needs no help of the file systems, and cannot lead out of the root.
 */
#ifndef VFS_SYSTEM_H
#define VFS_SYSTEM_H

#include "component.h"

#define NOWHERE    UINT32_MAX
#define MOUNTS_MAX 16u

struct place {
	uint32_t file_system; /* NOWHERE: none */
	uint64_t node;
};

struct file_system {
	bool is_known; /* it has described itself */
	bool is_read_only;
	uint32_t volume; /* the number of the connection where its data is; NOWHERE: it has the data itself */
	uint32_t features, block, longest;
	uint64_t root, largest;
	uint32_t epoch; /* counts its syncs: what it was told to keep in this one may not be on the medium */
};

struct mount {
	bool is_used, is_read_only;
	bool is_pending;  /* its file system has not described itself yet */
	bool is_held;     /* what it covers, by that file system as it is now */
	uint16_t waiting; /* calls that want to go through it meanwhile */
	uint32_t file_system;
	struct place covered; /* of the first one, at `/`, there is none */
	char at[256];
};

static inline uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline bool place_is(struct place a, struct place b)
{
	return a.file_system == b.file_system && a.node == b.node;
}

/* Begins to mount what the description mounts. */
void system_start(void);
struct file_system *system_at(uint32_t number);
/* The file system that clients call so, or NOWHERE. */
uint32_t system_named(const char *name);
/* What clients call it. */
void system_name(uint32_t file_system, char name[32]);
/* Makes of a place what is mounted on it; returns a mount that is pending there, or NULL. */
struct mount *mount_cross(struct place *place);
/* The mount whose root this is, or NULL. */
struct mount *mount_of(uint32_t file_system);
/* The mount number `index`, or NULL if it is free or there is none of that number. */
struct mount *mount_at(uint32_t index);
/* Is something mounted on a directory of the file system? */
bool mounts_are_on(uint32_t file_system);
void mount_end(struct mount *mount);
bool system_is_read_only(uint32_t file_system);
/* Asks what it is, before it is used. FILES_WOULD_WAIT: it has not said. */
enum files_status system_get_to_know(uint32_t number);
/* It has started anew: what it says of itself now, and the directories that are mounts are held again. */
enum filesystem_status system_describe_again(uint32_t number);
void mounts_died(uint32_t number);
enum filesystem_status mounts_open_again(uint32_t number);
/* The answer of a file system as a client of ours gets it. */
enum files_status status_of(enum filesystem_status status);
/* The time of the clock, for what is changed now. */
struct filesystem_time time_now(void);

#endif
