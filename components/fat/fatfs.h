/* SPDX-License-Identifier: MIT
 * FatFs, seen without paths: directories by their first cluster, entries by where they stand, files by chains of clusters. What
 * is on the medium is believed as far as FatFs checks it and no further: every number that comes out of here is in range.
 *
 * What is changed stands in FatFs's window and the cache of disk.c, until fatfs_write_back().
 *
 * State: the mounted volume, FatFs's own.
 */
#ifndef FAT_FATFS_H
#define FAT_FATFS_H

#include "component.h"

#define FATFS_ROOT    0u  /* the root's directory */
#define FATFS_ENTRY   32u /* bytes of an entry */
#define FATFS_LARGEST UINT32_MAX
#define FATFS_NAME    255u

#define FATFS_READ_ONLY 0x01u
#define FATFS_DIRECTORY 0x10u
#define FATFS_ARCHIVE   0x20u

/* What the entry of a file or directory says. */
struct fatfs_entry {
	uint32_t attributes; /* FATFS_… */
	uint32_t first;      /* cluster; 0: none */
	uint32_t size;       /* of a file */
	bool is_damaged;     /* its first cluster is none: it cannot be read, and is not stored */
	uint16_t accessed_date, modified_date, modified_time, created_date, created_time;
};

/* Where an entry and its long name stand. */
struct fatfs_place {
	uint64_t number;    /* on the volume: never 0 */
	uint32_t directory; /* first cluster, or FATFS_ROOT */
	uint32_t offset;    /* in it, in bytes */
	uint32_t begin;     /* of the long name before it, or UINT32_MAX */
};

/* Mounts the volume. IO, or DAMAGED: it has no FAT file system that could be read. */
enum filesystem_status fatfs_mount(void);
uint32_t fatfs_cluster_bytes(void);
uint32_t fatfs_clusters(void);
uint32_t fatfs_free_clusters(void);
/* The first byte of a cluster on the volume. CHECK: it is one. */
uint64_t fatfs_position(uint32_t cluster);
bool fatfs_is_cluster(uint32_t cluster);
/* Writes what was changed and is not yet written; `sync`: and has it on stable storage. */
enum filesystem_status fatfs_write_back(bool sync);

/* ---- entries ---- */

/* Could a file here have that name? */
bool fatfs_name_is_good(const char *name);
/* NOT_FOUND, IO, DAMAGED, BAD_NAME. */
enum filesystem_status fatfs_find(uint32_t directory, const char *name, struct fatfs_place *place,
				  struct fatfs_entry *entry);
/* The first entry at or behind `from` (bytes), with its name. NOT_FOUND: there is none. */
enum filesystem_status fatfs_next(uint32_t directory, uint32_t from, struct fatfs_place *place,
				  struct fatfs_entry *entry, char name[FATFS_NAME + 1]);
/* A new entry, which has no such name yet. NO_SPACE: also where no short name is left. */
enum filesystem_status fatfs_enter(uint32_t directory, const char *name, const struct fatfs_entry *entry,
				   struct fatfs_place *place);
enum filesystem_status fatfs_remove(const struct fatfs_place *place);
/* What stands at a number of a place. BAD_NODE: no entry of a file or directory. A damaged one is stored nowhere: DAMAGED. */
enum filesystem_status fatfs_load(uint64_t number, struct fatfs_entry *entry);
enum filesystem_status fatfs_store(uint64_t number, const struct fatfs_entry *entry);

/* A new directory without entries but its `.` and `..`. */
enum filesystem_status fatfs_make_directory(uint32_t parent, uint32_t *first);
/* What `..` of a directory says. */
enum filesystem_status fatfs_parent(uint32_t directory, uint32_t *parent);
enum filesystem_status fatfs_set_parent(uint32_t directory, uint32_t parent);

/* ---- chains ---- */

/* The cluster after it; 0: it is the last. */
enum filesystem_status fatfs_follow(uint32_t cluster, uint32_t *next);
/* One more behind `last`, which is the last of its chain, or 0 for a new chain. */
enum filesystem_status fatfs_extend(uint32_t last, uint32_t *added);
/* Frees the chain from `first` on; `last` is what becomes the end of what stays, or 0. */
enum filesystem_status fatfs_free(uint32_t first, uint32_t last);

#endif
