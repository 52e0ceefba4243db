/* SPDX-License-Identifier: MIT
 * See table.h.
 */
#include "table.h"

#include <tenon/string.h>

/* MBR. */
#define MBR_ENTRIES       446u
#define MBR_COUNT_ENTRIES 4u
#define SIGNATURE         0xaa55u
#define MBR_ENTRY         16u
#define MBR_TYPE          4u
#define MBR_FIRST         8u
#define MBR_COUNT         12u
#define MBR_SIGNATURE     510u
#define TYPE_FREE         0x00u
#define TYPE_GPT          0xeeu
#define TYPE_EXTENDED     0x05u
#define TYPE_EXTENDED2    0x0fu
#define TYPE_EXTENDED3    0x85u
#define FIRST_LOGICAL     5u

/* Header of a GPT. */
#define GPT_SIGNATURE UINT64_C(0x5452415020494645)
#define GPT_BYTES     12u
#define GPT_CHECK     16u
#define GPT_OWN       24u
#define GPT_FIRST     40u
#define GPT_LAST      48u
#define GPT_ENTRIES   72u
#define GPT_COUNT     80u
#define GPT_ENTRY     84u
#define GPT_CHECK_ALL 88u
#define GPT_LEAST     92u
#define ENTRIES_MOST  1024u /* that a table may have; the first TABLE_PARTITIONS of those in use are taken */

/* An entry. */
#define ENTRY_LEAST 128u
#define ENTRY_MOST  4096u
#define ENTRY_FIRST 32u
#define ENTRY_LAST  40u
#define ENTRY_NAME  56u
#define NAME_UNITS  36u

static uint32_t get16(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8;
}

static uint32_t get32(const uint8_t *at)
{
	return get16(at) | get16(at + 2) << 16;
}

static uint64_t get64(const uint8_t *at)
{
	return get32(at) | (uint64_t)get32(at + 4) << 32;
}

/* CRC-32 as Ethernet has it. `zero`: four bytes from there count as zeroes; `bytes` for none. */
static uint32_t check_of(const uint8_t *at, uint64_t bytes, uint64_t zero)
{
	uint32_t crc = UINT32_MAX;

	for (uint64_t i = 0; i < bytes; i++) {
		crc ^= i >= zero && i - zero < 4 ? 0 : at[i];
		for (uint32_t bit = 0; bit < 8; bit++) {
			crc = crc >> 1 ^ (0xedb88320u & (0u - (crc & 1u)));
		}
	}
	return ~crc;
}

/* The bytes of a sector in the run; NULL: it is not there. */
static const uint8_t *sector_in(struct table_disk disk, struct table_run run, uint64_t sector)
{
	return sector < run.first || sector - run.first >= run.count
		   ? NULL
		   : run.bytes + (sector - run.first) * disk.sector_size;
}

/* Adds a run of sectors that lies on the disk. */
static struct partition *add(struct table_disk disk, struct table *table, uint32_t number, uint64_t first,
			     uint64_t count)
{
	struct partition *partition = &table->partition[table->partitions];

	if (count == 0 || first >= disk.sectors || count > disk.sectors - first ||
	    table->partitions == TABLE_PARTITIONS) {
		return NULL;
	}
	table->partitions++;
	*partition = (struct partition){.first = first, .count = count, .number = number};
	return partition;
}

/* ---- MBR -------------------------------------------------------------------------------------- */

static bool is_extended(const uint8_t *entry)
{
	return entry[MBR_TYPE] == TYPE_EXTENDED || entry[MBR_TYPE] == TYPE_EXTENDED2 ||
	       entry[MBR_TYPE] == TYPE_EXTENDED3;
}

static void read_mbr(struct table_disk disk, const uint8_t *sector, struct table *table)
{
	table->scheme = TABLE_MBR;
	for (uint32_t i = 0; i < MBR_COUNT_ENTRIES; i++) {
		const uint8_t *entry = sector + MBR_ENTRIES + i * MBR_ENTRY;
		const uint64_t first = get32(entry + MBR_FIRST), count = get32(entry + MBR_COUNT);

		if (!is_extended(entry)) {
			if (entry[MBR_TYPE] != TYPE_FREE) {
				(void)add(disk, table, i + 1, first, count);
			}
		} else if (table->extended_count == 0 && first < disk.sectors &&
			   count <= disk.sectors - first) {
			table->extended = first;
			table->extended_count = count;
		}
	}
}

/* A logical partition is counted from its link, the next link from the beginning of the extended partition. */
enum table_outcome table_read_link(struct table_disk disk, struct table_run link, struct table *table,
				   struct table_run *wanted)
{
	const uint8_t *sector = sector_in(disk, link, link.first);
	const uint64_t end = table->extended + table->extended_count;
	const uint32_t number = FIRST_LOGICAL + table->logicals;
	uint64_t next = 0;

	if (sector == NULL || get16(sector + MBR_SIGNATURE) != SIGNATURE) {
		return TABLE_DAMAGED;
	}
	for (uint32_t i = 0; i < MBR_COUNT_ENTRIES && next == 0; i++) {
		const uint8_t *entry = sector + MBR_ENTRIES + i * MBR_ENTRY;
		const uint64_t first = get32(entry + MBR_FIRST), count = get32(entry + MBR_COUNT);

		if (is_extended(entry)) {
			next = first;
		} else if (entry[MBR_TYPE] != TYPE_FREE && table->logicals == number - FIRST_LOGICAL &&
			   first < end - link.first && count <= end - link.first - first) {
			table->logicals++;
			(void)add(disk, table, number, link.first + first, count);
		}
	}
	if (next == 0) {
		return TABLE_FOUND;
	}
	if (next >= table->extended_count || ++table->links == TABLE_PARTITIONS) {
		return TABLE_DAMAGED;
	}
	*wanted = (struct table_run){.first = table->extended + next, .count = 1};
	return TABLE_ELSEWHERE;
}

static bool has_type(const uint8_t *sector, uint8_t type)
{
	for (uint32_t i = 0; i < MBR_COUNT_ENTRIES; i++) {
		if (sector[MBR_ENTRIES + i * MBR_ENTRY + MBR_TYPE] == type) {
			return true;
		}
	}
	return false;
}

/* ---- GPT -------------------------------------------------------------------------------------- */

struct header {
	uint64_t first, last;   /* sectors that partitions may have */
	uint64_t entries;       /* sector where they begin */
	uint64_t entry_sectors; /* that they take */
	uint32_t count, entry;  /* entries, bytes of one */
	uint32_t check;         /* of them all */
};

static bool read_header(struct table_disk disk, const uint8_t *sector, uint64_t own, struct header *header)
{
	const uint32_t bytes = get32(sector + GPT_BYTES);

	if (get64(sector) != GPT_SIGNATURE || bytes < GPT_LEAST || bytes > disk.sector_size ||
	    check_of(sector, bytes, GPT_CHECK) != get32(sector + GPT_CHECK) ||
	    get64(sector + GPT_OWN) != own) {
		return false;
	}
	*header = (struct header){.first = get64(sector + GPT_FIRST),
				  .last = get64(sector + GPT_LAST),
				  .entries = get64(sector + GPT_ENTRIES),
				  .count = get32(sector + GPT_COUNT),
				  .entry = get32(sector + GPT_ENTRY),
				  .check = get32(sector + GPT_CHECK_ALL)};
	if (header->count > ENTRIES_MOST || header->entry < ENTRY_LEAST || header->entry > ENTRY_MOST ||
	    (header->entry & (header->entry - 1)) != 0) {
		return false;
	}
	header->entry_sectors =
	    ((uint64_t)header->count * header->entry + disk.sector_size - 1) / disk.sector_size;
	return header->entries < disk.sectors && header->entry_sectors <= disk.sectors - header->entries;
}

static char *put_utf8(char *at, uint32_t code)
{
	if (code < 0x80) {
		*at++ = (char)code;
	} else if (code < 0x800) {
		*at++ = (char)(0xc0 | code >> 6);
		*at++ = (char)(0x80 | (code & 0x3f));
	} else {
		*at++ = (char)(0xe0 | code >> 12);
		*at++ = (char)(0x80 | (code >> 6 & 0x3f));
		*at++ = (char)(0x80 | (code & 0x3f));
	}
	return at;
}

/* UTF-16 to UTF-8. A half of a pair has no meaning of its own, and nobody names partitions with what takes two. */
static void read_name(const uint8_t *from, char to[TABLE_NAME])
{
	for (uint32_t i = 0; i < NAME_UNITS && get16(from + 2 * i) != 0; i++) {
		const uint32_t unit = get16(from + 2 * i);

		to = put_utf8(to, unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
	}
	*to = '\0';
}

static bool is_in_use(const uint8_t *entry)
{
	return (get64(entry) | get64(entry + 8)) != 0;
}

static void read_entries(struct table_disk disk, const struct header *header, const uint8_t *entries,
			 struct table *table)
{
	table->scheme = TABLE_GPT;
	for (uint32_t i = 0; i < header->count; i++) {
		const uint8_t *entry = entries + (uint64_t)i * header->entry;
		const uint64_t first = get64(entry + ENTRY_FIRST), last = get64(entry + ENTRY_LAST);
		struct partition *partition;

		if (!is_in_use(entry) || first < header->first || last > header->last || last < first) {
			continue;
		}
		partition = add(disk, table, i + 1, first, last - first + 1);
		if (partition != NULL) {
			read_name(entry + ENTRY_NAME, partition->name);
		}
	}
}

static enum table_outcome read_gpt(struct table_disk disk, const uint8_t *sector, uint64_t own,
				   struct table_run entries, struct table *table, struct table_run *wanted)
{
	struct header header;
	const uint8_t *at;

	if (!read_header(disk, sector, own, &header)) {
		return TABLE_DAMAGED;
	}
	at = sector_in(disk, entries, header.entries);
	if (header.count != 0 &&
	    (at == NULL || sector_in(disk, entries, header.entries + header.entry_sectors - 1) == NULL)) {
		*wanted = (struct table_run){.first = header.entries, .count = header.entry_sectors};
		return TABLE_ELSEWHERE;
	}
	if (header.count != 0 &&
	    check_of(at, (uint64_t)header.count * header.entry, UINT64_MAX) != header.check) {
		return TABLE_DAMAGED;
	}
	read_entries(disk, &header, at, table);
	return TABLE_FOUND;
}

/* ---- both ------------------------------------------------------------------------------------- */

enum table_outcome table_read(struct table_disk disk, struct table_run start, struct table_run entries,
			      struct table *table, struct table_run *wanted)
{
	const uint8_t *mbr = sector_in(disk, start, 0), *header = sector_in(disk, start, 1);

	*table = (struct table){.scheme = TABLE_NONE};
	if (mbr == NULL || get16(mbr + MBR_SIGNATURE) != SIGNATURE) {
		return TABLE_FOUND;
	}
	if (has_type(mbr, TYPE_GPT)) {
		return header == NULL ? TABLE_DAMAGED : read_gpt(disk, header, 1, entries, table, wanted);
	}
	read_mbr(disk, mbr, table);
	return TABLE_FOUND;
}

enum table_outcome table_read_spare(struct table_disk disk, struct table_run end, struct table_run entries,
				    struct table *table, struct table_run *wanted)
{
	const uint8_t *header = disk.sectors == 0 ? NULL : sector_in(disk, end, disk.sectors - 1);

	*table = (struct table){.scheme = TABLE_NONE};
	return header == NULL ? TABLE_DAMAGED
			      : read_gpt(disk, header, disk.sectors - 1, entries, table, wanted);
}

/* A number without sign or leading zeroes; 0: it is none. */
static uint32_t number_of(const char *name)
{
	uint32_t number = 0;

	for (; *name >= '0' && *name <= '9' && number < 1000; name++) {
		number = number * 10 + (uint32_t)(*name - '0');
		if (number == 0) {
			return 0;
		}
	}
	return *name == '\0' ? number : 0;
}

static bool overlap(const struct partition *one, const struct partition *other)
{
	return one->first < other->first ? other->first - one->first < one->count
					 : one->first - other->first < other->count;
}

static bool overlaps_another(const struct table *table, const struct partition *partition)
{
	for (uint32_t i = 0; i < table->partitions; i++) {
		if (&table->partition[i] != partition && overlap(&table->partition[i], partition)) {
			return true;
		}
	}
	return false;
}

const struct partition *table_find(const struct table *table, const char *name, const char **why)
{
	const uint32_t number = number_of(name);
	const struct partition *found = NULL;

	for (uint32_t i = 0; i < table->partitions; i++) {
		const struct partition *partition = &table->partition[i];

		if (number != 0 ? partition->number != number
				: name[0] == '\0' || strcmp(partition->name, name) != 0) {
			continue;
		}
		if (found != NULL) {
			*why = "two have this name";
			return NULL;
		}
		found = partition;
	}
	if (found == NULL) {
		*why = "there is none";
	} else if (overlaps_another(table, found)) {
		*why = "it overlaps another";
		found = NULL;
	}
	return found;
}
