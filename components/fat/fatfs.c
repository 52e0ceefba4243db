/* SPDX-License-Identifier: MIT
 * See fatfs.h. The library's functions on paths look up each name anew, and have no place for a file without a name or one that
 * is moved while it is open. So its source is compiled here, and what lies below its paths is called. All that calls it stands in
 * this file, for only here it can be called.
 */
#include <ff.c> // NOLINT(bugprone-suspicious-include): see above

#include "fatfs.h"
#include "wait.h"

#include <string.h>

#define SHORT_BYTES 12u /* of a short name, with FatFs's flags at its end */
#define TRIES                                                                                                \
	6u /* short names that are looked for at once; from the sixth on a number comes from the long name */
#define NUMBERS    97u
#define LONG_PIECE 13u /* characters of a long name in an entry */

static FATFS volume;

static enum filesystem_status status_of(FRESULT result)
{
	switch (result) {
	case FR_OK:
		return FILESYSTEM_OK;
	case FR_NO_FILE:
		return FILESYSTEM_NOT_FOUND;
	case FR_INVALID_NAME:
		return FILESYSTEM_BAD_NAME;
	case FR_DENIED:
		return FILESYSTEM_NO_SPACE;
	case FR_WRITE_PROTECTED:
		return FILESYSTEM_READ_ONLY;
	case FR_INT_ERR:
	case FR_NO_FILESYSTEM:
		return FILESYSTEM_DAMAGED;
	default:
		return FILESYSTEM_IO;
	}
}

/* ---- the volume ------------------------------------------------------------------------------- */

/* FatFs computes in 32 bits; what it came to must lie in order, and on the medium. */
static bool is_sound(void)
{
	const uint64_t sectors = (uint64_t)(volume.n_fatent - 2) * volume.csize;
	const uint64_t fats = (uint64_t)volume.fsize * volume.n_fats;

	if (volume.fatbase <= volume.volbase || volume.database <= volume.fatbase ||
	    fats > volume.database - volume.fatbase ||
	    volume.database + sectors > storage_geometry()->sectors) {
		return false;
	}
	return volume.fs_type != FS_FAT32 || fatfs_is_cluster(volume.dirbase);
}

enum filesystem_status fatfs_mount(void)
{
	FRESULT result = f_mount(&volume, "", 1);
	FATFS *fs;
	DWORD free_clusters;

	if (result == FR_OK && !is_sound()) {
		result = FR_NO_FILESYSTEM;
	}
	if (result == FR_OK) {
		result = f_getfree("", &free_clusters, &fs);
	}
	if (result != FR_OK) {
		(void)f_mount(NULL, "", 0); /* forgets the volume, and cannot fail */
	}
	return status_of(result);
}

uint32_t fatfs_cluster_bytes(void)
{
	return (uint32_t)volume.csize * volume.ssize;
}

uint32_t fatfs_clusters(void)
{
	return volume.n_fatent - 2;
}

uint32_t fatfs_free_clusters(void)
{
	return volume.free_clst <= fatfs_clusters() ? volume.free_clst : 0;
}

bool fatfs_is_cluster(uint32_t cluster)
{
	return cluster >= 2 && cluster < volume.n_fatent;
}

uint64_t fatfs_position(uint32_t cluster)
{
	CHECK(fatfs_is_cluster(cluster));
	return (uint64_t)clst2sect(&volume, cluster) * volume.ssize;
}

enum filesystem_status fatfs_write_back(bool sync)
{
	return status_of(sync ? sync_fs(&volume) : sync_window(&volume));
}

DWORD get_fattime(void)
{
	return 0; /* only functions on paths ask */
}

/* ---- entries ---------------------------------------------------------------------------------- */

static uint32_t entries_in_sector(void)
{
	return volume.ssize / FATFS_ENTRY;
}

/* Of the entry that the DIR stands at, which is in the window. */
static void take(const DIR *at, struct fatfs_entry *entry)
{
	const BYTE *raw = at->dir;

	*entry = (struct fatfs_entry){.attributes = raw[DIR_Attr],
				      .first = ld_clust(&volume, raw),
				      .size = ld_dword(raw + DIR_FileSize),
				      .accessed_date = ld_word(raw + DIR_LstAccDate),
				      .modified_date = ld_word(raw + DIR_ModTime + 2),
				      .modified_time = ld_word(raw + DIR_ModTime),
				      .created_date = ld_word(raw + DIR_CrtTime + 2),
				      .created_time = ld_word(raw + DIR_CrtTime)};
	if (entry->first == 0) {
		entry->size = 0; /* a cut may leave the old one, and then nothing is lost */
	} else if (!fatfs_is_cluster(entry->first)) {
		entry->is_damaged = true;
		entry->first = 0;
	}
}

static void put(BYTE *raw, const struct fatfs_entry *entry)
{
	raw[DIR_Attr] = (BYTE)entry->attributes;
	st_clust(&volume, raw, entry->first);
	st_dword(raw + DIR_FileSize, entry->size);
	st_word(raw + DIR_LstAccDate, entry->accessed_date);
	st_word(raw + DIR_ModTime + 2, entry->modified_date);
	st_word(raw + DIR_ModTime, entry->modified_time);
	st_word(raw + DIR_CrtTime + 2, entry->created_date);
	st_word(raw + DIR_CrtTime, entry->created_time);
	volume.wflag = 1;
}

static struct fatfs_place place_of(const DIR *at)
{
	return (struct fatfs_place){.number = (uint64_t)at->sect * entries_in_sector() +
					      at->dptr % volume.ssize / FATFS_ENTRY,
				    .directory = at->obj.sclust,
				    .offset = at->dptr,
				    .begin = at->blk_ofs};
}

static DIR directory_at(uint32_t first)
{
	return (DIR){.obj = {.fs = &volume, .id = volume.id, .attr = AM_DIR, .sclust = first}};
}

bool fatfs_name_is_good(const char *name)
{
	const char *at = name;
	char last = '.';
	DIR unused = directory_at(FATFS_ROOT);

	for (; *at != '\0'; at++) {
		if ((uint8_t)*at < ' ' || *at == '/' || *at == '\\') {
			return false; /* where FatFs ends a name */
		}
		last = *at;
	}
	/* FatFs would leave out what stands at the end. */
	return last != '.' && last != ' ' && (at = name, create_name(&unused, &at) == FR_OK);
}

enum filesystem_status fatfs_find(uint32_t directory, const char *name, struct fatfs_place *place,
				  struct fatfs_entry *entry)
{
	DIR at = directory_at(directory);
	const TCHAR *path = name;
	FRESULT result = create_name(&at, &path);

	if (result == FR_OK) {
		result = dir_find(&at);
	}
	if (result == FR_OK) {
		take(&at, entry);
		*place = place_of(&at);
	}
	return status_of(result);
}

/* Does the entry before `from` belong to a long name? Then the set of entries began earlier, and was given or is new. */
static FRESULT skip_rest(DIR *at, uint32_t from)
{
	bool is_inside = false;
	FRESULT result = dir_sdi(at, from - FATFS_ENTRY);

	if (result == FR_OK) {
		result = move_window(&volume, at->sect);
	}
	if (result != FR_OK) {
		return result;
	}
	is_inside = at->dir[DIR_Name] != DDEM && (at->dir[DIR_Attr] & AM_MASK) == AM_LFN;
	result = dir_next(at, 0);
	while (result == FR_OK && is_inside) {
		result = move_window(&volume, at->sect);
		is_inside =
		    result == FR_OK && at->dir[DIR_Name] != DDEM && (at->dir[DIR_Attr] & AM_MASK) == AM_LFN;
		if (result == FR_OK && !is_inside && at->dir[DIR_Name] == 0) {
			return FR_NO_FILE;
		}
		result = result == FR_OK ? dir_next(at, 0) : result;
	}
	return result;
}

/* Of what is on the medium, and not made here. */
static bool is_name(const char *name)
{
	return name[0] != '\0' && strchr(name, '/') == NULL && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0;
}

enum filesystem_status fatfs_next(uint32_t directory, uint32_t from, struct fatfs_place *place,
				  struct fatfs_entry *entry, char name[FATFS_NAME + 1])
{
	static FILINFO information;
	DIR at = directory_at(directory);
	FRESULT result;

	if (from % FATFS_ENTRY != 0 || from >= MAX_DIR) {
		return FILESYSTEM_NOT_FOUND;
	}
	result = from == 0 ? dir_sdi(&at, 0) : skip_rest(&at, from);
	while (result == FR_OK) {
		result = DIR_READ_FILE(&at);
		if (result != FR_OK) {
			break;
		}
		get_fileinfo(&at, &information);
		if (is_name(information.fname)) {
			take(&at, entry);
			*place = place_of(&at);
			memcpy(name, information.fname,
			       strlen(information.fname) + 1); /* as long as it at most */
			return FILESYSTEM_OK;
		}
		result = dir_next(&at, 0);
	}
	return status_of(result);
}

/* Which of these short names does the directory have? It is gone through once. */
static FRESULT find_taken(DIR *at, BYTE tries[TRIES][SHORT_BYTES], bool taken[TRIES])
{
	FRESULT result = dir_sdi(at, 0);

	memset(taken, 0, TRIES * sizeof *taken);
	while (result == FR_OK) {
		result = move_window(&volume, at->sect);
		if (result != FR_OK || at->dir[DIR_Name] == 0) {
			return result;
		}
		if (at->dir[DIR_Name] != DDEM && (at->dir[DIR_Attr] & AM_VOL) == 0) {
			for (uint32_t i = 0; i < TRIES; i++) {
				taken[i] |= mem_cmp(at->dir, tries[i], SHORT_BYTES - 1) == 0;
			}
		}
		result = dir_next(at, 0);
	}
	return result == FR_NO_FILE ? FR_OK : result;
}

/*
 * A short name that nobody has, for one that is none itself. FatFs's dir_register() goes through the directory for each that it
 * tries, and of names that begin alike the first five are taken.
 */
static FRESULT choose_short_name(DIR *at)
{
	BYTE tries[TRIES][SHORT_BYTES], wanted[SHORT_BYTES];
	bool taken[TRIES];

	mem_cpy(wanted, at->fn, SHORT_BYTES);
	wanted[NSFLAG] = NS_NOLFN;
	for (UINT from = 1; from < NUMBERS; from += TRIES) {
		FRESULT result;

		for (UINT i = 0; i < TRIES; i++) {
			gen_numname(tries[i], wanted, volume.lfnbuf, from + i);
		}
		result = find_taken(at, tries, taken);
		for (uint32_t i = 0; result == FR_OK && i < TRIES; i++) {
			if (!taken[i]) {
				mem_cpy(at->fn, tries[i], SHORT_BYTES - 1);
				return FR_OK;
			}
		}
		if (result != FR_OK) {
			return result;
		}
	}
	return FR_DENIED;
}

/* A new entry behind those of its long name; as dir_register(). */
static FRESULT make_entry(DIR *at)
{
	const BYTE flags = at->fn[NSFLAG];
	UINT length = 0, left;
	FRESULT result = (flags & NS_LOSS) != 0 ? choose_short_name(at) : FR_OK;

	at->blk_ofs = UINT32_MAX;
	while (volume.lfnbuf[length] != 0) {
		length++;
	}
	left = (flags & NS_LFN) != 0 ? (length + LONG_PIECE - 1) / LONG_PIECE : 0;
	if (result == FR_OK) {
		result = dir_alloc(at, left + 1);
	}
	if (result == FR_OK && left != 0) {
		result = dir_sdi(at, at->dptr - left * FATFS_ENTRY);
		at->blk_ofs = at->dptr;
	}
	for (; result == FR_OK && left != 0; left--) {
		result = move_window(&volume, at->sect);
		if (result == FR_OK) {
			put_lfn(volume.lfnbuf, at->dir, (BYTE)left, sum_sfn(at->fn));
			volume.wflag = 1;
			result = dir_next(at, 0);
		}
	}
	if (result == FR_OK) {
		result = move_window(&volume, at->sect);
	}
	if (result == FR_OK) {
		mem_set(at->dir, 0, FATFS_ENTRY);
		mem_cpy(at->dir + DIR_Name, at->fn, SHORT_BYTES - 1);
		at->dir[DIR_NTres] = flags & (NS_BODY | NS_EXT);
		volume.wflag = 1;
	}
	return result;
}

enum filesystem_status fatfs_enter(uint32_t directory, const char *name, const struct fatfs_entry *entry,
				   struct fatfs_place *place)
{
	DIR at = directory_at(directory);
	const TCHAR *path = name;
	FRESULT result = entry->is_damaged ? FR_INT_ERR : create_name(&at, &path);

	if (result == FR_OK) {
		result = make_entry(&at);
	}
	if (result == FR_OK) {
		put(at.dir, entry);
		*place = place_of(&at);
	}
	return status_of(result);
}

enum filesystem_status fatfs_remove(const struct fatfs_place *place)
{
	DIR at = directory_at(place->directory);
	FRESULT result = dir_sdi(&at, place->offset);

	at.blk_ofs = place->begin;
	if (result == FR_OK) {
		result = dir_remove(&at);
	}
	return status_of(result);
}

/* Could an entry stand in that sector? */
static bool is_sector_of_entries(uint64_t sector)
{
	const uint64_t first = volume.fs_type == FS_FAT32 ? volume.database : volume.dirbase;
	const uint64_t end = volume.database + (uint64_t)fatfs_clusters() * volume.csize;

	return sector >= first && sector < end;
}

/* Brings the entry of a file or directory into the window. */
static enum filesystem_status reach(uint64_t number, DIR *at)
{
	const uint64_t sector = number / entries_in_sector();

	if (!is_sector_of_entries(sector)) {
		return FILESYSTEM_BAD_NODE;
	}
	if (move_window(&volume, (LBA_t)sector) != FR_OK) {
		return FILESYSTEM_IO;
	}
	at->dir = volume.win + number % entries_in_sector() * FATFS_ENTRY;
	if (at->dir[DIR_Name] == 0 || at->dir[DIR_Name] == DDEM || at->dir[DIR_Name] == '.' ||
	    (at->dir[DIR_Attr] & AM_VOL) != 0) {
		return FILESYSTEM_BAD_NODE;
	}
	return FILESYSTEM_OK;
}

enum filesystem_status fatfs_load(uint64_t number, struct fatfs_entry *entry)
{
	DIR at = directory_at(FATFS_ROOT);
	const enum filesystem_status status = reach(number, &at);

	if (status == FILESYSTEM_OK) {
		take(&at, entry);
	}
	return status;
}

enum filesystem_status fatfs_store(uint64_t number, const struct fatfs_entry *entry)
{
	DIR at = directory_at(FATFS_ROOT);
	const enum filesystem_status status = entry->is_damaged ? FILESYSTEM_DAMAGED : reach(number, &at);

	if (status == FILESYSTEM_OK) {
		put(at.dir, entry);
	}
	return status;
}

/* ---- directories ------------------------------------------------------------------------------ */

static void put_dot(BYTE *raw, const char *name, uint32_t first)
{
	mem_set(raw, 0, FATFS_ENTRY);
	mem_set(raw + DIR_Name, ' ', 11);
	mem_cpy(raw + DIR_Name, name, (UINT)strlen(name));
	raw[DIR_Attr] = AM_DIR;
	st_clust(&volume, raw, first);
}

enum filesystem_status fatfs_make_directory(uint32_t parent, uint32_t *first)
{
	enum filesystem_status status = fatfs_extend(0, first);
	FRESULT result;

	if (status != FILESYSTEM_OK) {
		return status;
	}
	result = dir_clear(&volume, *first);
	if (result != FR_OK) {
		(void)fatfs_free(*first, 0); /* the first failure is told */
		return status_of(result);
	}
	result = move_window(&volume, clst2sect(&volume, *first));
	if (result == FR_OK) {
		put_dot(volume.win, ".", *first);
		put_dot(volume.win + FATFS_ENTRY, "..", parent);
		volume.wflag = 1;
	}
	return status_of(result);
}

/* Brings the `..` of a directory into the window. */
static enum filesystem_status reach_parent(uint32_t directory)
{
	if (!fatfs_is_cluster(directory)) {
		return FILESYSTEM_DAMAGED;
	}
	if (move_window(&volume, clst2sect(&volume, directory)) != FR_OK) {
		return FILESYSTEM_IO;
	}
	return mem_cmp(volume.win + FATFS_ENTRY, "..         ", 11) == 0 ? FILESYSTEM_OK : FILESYSTEM_DAMAGED;
}

enum filesystem_status fatfs_parent(uint32_t directory, uint32_t *parent)
{
	const enum filesystem_status status = reach_parent(directory);

	if (status == FILESYSTEM_OK) {
		*parent = ld_clust(&volume, volume.win + FATFS_ENTRY);
	}
	return status;
}

enum filesystem_status fatfs_set_parent(uint32_t directory, uint32_t parent)
{
	const enum filesystem_status status = reach_parent(directory);

	if (status == FILESYSTEM_OK) {
		st_clust(&volume, volume.win + FATFS_ENTRY, parent);
		volume.wflag = 1;
	}
	return status;
}

/* ---- chains ----------------------------------------------------------------------------------- */

/* Of what get_fat() and create_chain() answer in place of a cluster. */
static enum filesystem_status status_of_cluster(DWORD cluster)
{
	return cluster == UINT32_MAX ? FILESYSTEM_IO : FILESYSTEM_DAMAGED;
}

enum filesystem_status fatfs_follow(uint32_t cluster, uint32_t *next)
{
	FFOBJID object = {.fs = &volume};
	const DWORD value = get_fat(&object, cluster);

	if (value < 2 || value == UINT32_MAX) {
		return status_of_cluster(value);
	}
	*next = value < volume.n_fatent ? value : 0;
	return value == cluster ? FILESYSTEM_DAMAGED : FILESYSTEM_OK;
}

enum filesystem_status fatfs_extend(uint32_t last, uint32_t *added)
{
	FFOBJID object = {.fs = &volume};
	const DWORD value = create_chain(&object, last);

	if (value == 0) {
		return FILESYSTEM_NO_SPACE;
	}
	if (value == 1 || value == UINT32_MAX) {
		return status_of_cluster(value);
	}
	*added = value;
	return FILESYSTEM_OK;
}

enum filesystem_status fatfs_free(uint32_t first, uint32_t last)
{
	FFOBJID object = {.fs = &volume};

	return status_of(remove_chain(&object, first, last));
}
