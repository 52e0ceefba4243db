/* SPDX-License-Identifier: MIT
 * FatFs's disk (diskio.h): sectors of the volume through a small cache, for it asks for one sector at a time. What is written
 * goes to the volume at once, and to the cache.
 *
 * Only FatFs's own sectors come this way: file allocation tables and directories. A cluster that becomes a directory is written
 * whole before it is read, so that what the cache held of it while it was data does not matter.
 *
 * State: the lines of the cache.
 */
#include <ff.h>

#include <diskio.h>

#include "wait.h"

#include <string.h>

#define LINES      32u
#define LINE_BYTES 8192u

static struct {
	bool is_filled;
	uint64_t first; /* sector; a multiple of a line's */
	uint64_t used;  /* when it was used last */
	uint8_t data[LINE_BYTES];
} lines[LINES];
static uint64_t uses;

static uint32_t line_sectors(void)
{
	return LINE_BYTES / storage_geometry()->sector_size;
}

/* The line with that sector, or LINES. */
static uint32_t find(uint64_t sector)
{
	for (uint32_t i = 0; i < LINES; i++) {
		if (lines[i].is_filled && sector >= lines[i].first &&
		    sector - lines[i].first < line_sectors()) {
			return i;
		}
	}
	return LINES;
}

/* Brings the sector into the line that was not used for longest. LINES: it cannot be read. */
static uint32_t fill(uint64_t sector)
{
	const uint64_t first = sector - sector % line_sectors(), rest = storage_geometry()->sectors - first;
	uint32_t oldest = 0;

	for (uint32_t i = 1; i < LINES; i++) {
		if (!lines[i].is_filled || (lines[oldest].is_filled && lines[i].used < lines[oldest].used)) {
			oldest = i;
		}
	}
	lines[oldest].is_filled = false;
	lines[oldest].first = first;
	if (storage_read(first, rest < line_sectors() ? rest : line_sectors(), lines[oldest].data) !=
	    STORAGE_OUTCOME_OK) {
		return LINES;
	}
	lines[oldest].is_filled = true;
	return oldest;
}

static uint8_t *sector_in(uint32_t line, uint64_t sector)
{
	lines[line].used = ++uses;
	return lines[line].data + (sector - lines[line].first) * storage_geometry()->sector_size;
}

DRESULT disk_read(BYTE pdrv, BYTE *buff, LBA_t sector, UINT count)
{
	const uint32_t bytes = storage_geometry()->sector_size;

	(void)pdrv;
	for (uint64_t at = sector; at < (uint64_t)sector + count; at++) {
		uint32_t line = find(at);

		if (line == LINES && (at >= storage_geometry()->sectors || (line = fill(at)) == LINES)) {
			return RES_ERROR;
		}
		memcpy(buff + (at - sector) * bytes, sector_in(line, at), bytes);
	}
	return RES_OK;
}

DRESULT disk_write(BYTE pdrv, const BYTE *buff, LBA_t sector, UINT count)
{
	const uint32_t bytes = storage_geometry()->sector_size;

	(void)pdrv;
	for (uint64_t at = sector; at < (uint64_t)sector + count; at++) {
		const uint32_t line = find(at);

		if (line != LINES) {
			memcpy(sector_in(line, at), buff + (at - sector) * bytes, bytes);
		}
	}
	return storage_write(sector, count, buff) == STORAGE_OUTCOME_OK ? RES_OK : RES_ERROR;
}

DSTATUS disk_initialize(BYTE pdrv)
{
	memset(lines, 0, sizeof lines);
	return disk_status(pdrv);
}

DSTATUS disk_status(BYTE pdrv)
{
	(void)pdrv;
	return storage_geometry()->sectors == 0                                   ? STA_NODISK | STA_NOINIT
	       : (storage_geometry()->features & STORAGE_FEATURES_READ_ONLY) != 0 ? STA_PROTECT
										  : 0;
}

DRESULT disk_ioctl(BYTE pdrv, BYTE cmd, void *buff)
{
	(void)pdrv;
	if (cmd == GET_SECTOR_SIZE) {
		*(WORD *)buff = (WORD)storage_geometry()->sector_size;
		return RES_OK;
	}
	if (cmd == CTRL_SYNC) {
		return storage_flush() == STORAGE_OUTCOME_OK ? RES_OK : RES_ERROR;
	}
	return RES_PARERR;
}
