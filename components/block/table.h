/* SPDX-License-Identifier: MIT
 * Partition tables: GPT (UEFI 2.10, 5.3) and MBR (5.2.1), with the logical partitions of an extended one.
 *
 * Everything comes from a disk that anybody may have written: each value is checked before it is used. No state.
 */
#ifndef BLOCK_TABLE_H
#define BLOCK_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#define TABLE_PARTITIONS 128u
#define TABLE_NAME       109u /* 36 UTF-16 units in UTF-8, and its end */

struct partition {
	uint64_t first, count; /* sectors; at least one */
	uint32_t number;       /* its place in the table, from 1 */
	char name[TABLE_NAME]; /* GPT: what it is called; empty otherwise */
};

struct table {
	enum { TABLE_NONE, TABLE_MBR, TABLE_GPT } scheme;
	uint32_t partitions;
	struct partition partition[TABLE_PARTITIONS];
	uint64_t extended,
	    extended_count;       /* MBR: the extended partition; no sectors: there is none, or it was read */
	uint32_t links, logicals; /* that were followed in it, and found */
};

/* What a disk is: sectors of `sector_size` bytes. */
struct table_disk {
	uint64_t sectors;
	uint32_t sector_size;
};

/* A run of sectors in memory. */
struct table_run {
	const uint8_t *bytes;
	uint64_t first; /* sector */
	uint64_t count; /* sectors */
};

enum table_outcome {
	TABLE_FOUND,    /* `table` is filled; there may be no partition in it */
	TABLE_DAMAGED,  /* a GPT whose header, or whose entries, are not what they were */
	TABLE_ELSEWHERE /* the entries are not in the run: read `*wanted`, and ask again */
};

/* The table that begins in sectors 0 and 1. A run that holds both is `start`; `entries` is the same, or what was wanted. */
enum table_outcome table_read(struct table_disk disk, struct table_run start, struct table_run entries,
			      struct table *table, struct table_run *wanted);
/* The spare copy of a GPT, whose header is in the last sector: `end` is a run that holds it. */
enum table_outcome table_read_spare(struct table_disk disk, struct table_run end, struct table_run entries,
				    struct table *table, struct table_run *wanted);
/*
 * A link of the chain in the extended partition, whose first one is the first sector of that: `link` is a run that holds it. Adds
 * its logical partition. ELSEWHERE: *wanted is the next link. FOUND: it was the last. DAMAGED: it is none; what was found stays.
 */
enum table_outcome table_read_link(struct table_disk disk, struct table_run link, struct table *table,
				   struct table_run *wanted);
/* The partition of that name, or of that number in decimal. NULL: *why says why nobody can have it. */
const struct partition *table_find(const struct table *table, const char *name, const char **why);

#endif
