/* SPDX-License-Identifier: MIT
 * The functions of generator/read/disk.h and generator/emit/write.c over an
 * archive in memory; see archive.h. The linker takes these instead of those of
 * the generator's library.
 */
#include "archive.h"

#include <errno.h>
#include <fnmatch.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emit/text.h"
#include "read/disk.h"

#define MARKER    "=== "
#define FILES_MAX 512
#define ROOT      "tree/"

struct file {
	const char *path;
	const char *text;
	size_t length;
};

static struct file file[FILES_MAX];
static size_t files, tree_files; /* those of the tree stand first */
static char *opened;             /* the input, with zeros behind its words */
static size_t tree_prefix;       /* letters of the tree's own path */

static void add(const char *path, const char *text, size_t length)
{
	if (files < FILES_MAX)
		file[files++] = (struct file){path, text, length};
}

/* ---- The tree ---- */

static int add_of_tree(const char *path, const struct stat *status, int kind, struct FTW *where)
{
	const size_t size = (size_t)status->st_size;
	FILE *in = kind == FTW_F ? fopen(path, "rb") : NULL;
	char *text, *name;

	(void)where;
	if (in == NULL)
		return 0;
	text = calloc(1, size + 1);
	name = calloc(1, strlen(path) + sizeof(ROOT));
	if (text == NULL || name == NULL || fread(text, 1, size, in) != size)
		abort();
	strcpy(name, ROOT);
	strcat(name, path + tree_prefix + 1);
	add(name, text, size);
	fclose(in);
	return 0;
}

void archive_init(const char *tree)
{
	tree_prefix = strlen(tree);
	if (nftw(tree, add_of_tree, 8, FTW_PHYS) != 0 || files == 0) {
		fprintf(stderr, "fuzz: %s: no tree\n", tree);
		exit(2);
	}
	tree_files = files;
}

/* ---- An input ---- */

static void take_line(struct archive_line *line, char *words)
{
	char *rest = NULL;

	for (char *word = strtok_r(words, " \n", &rest); word != NULL; word = strtok_r(NULL, " \n", &rest)) {
		char *next = strtok_r(NULL, " \n", &rest);

		if (next == NULL)
			return;
		if (strcmp(word, "--board") == 0)
			line->board = next;
		else if (strcmp(word, "--variant") == 0 && line->variants < ARCHIVE_VARIANTS)
			line->variant[line->variants++] = next;
	}
}

/* The next marker at the beginning of a line, or the end. */
static char *find_marker(char *at, char *end)
{
	for (; at < end; at++)
		if ((at == opened || at[-1] == '\n') && (size_t)(end - at) >= sizeof(MARKER) - 1 &&
		    memcmp(at, MARKER, sizeof(MARKER) - 1) == 0)
			return at;
	return end;
}

struct archive_line archive_open(const uint8_t *bytes, size_t count)
{
	struct archive_line line = {0};
	char *at, *end, *next;

	opened = calloc(1, count + 1);
	if (opened == NULL)
		abort();
	memcpy(opened, bytes, count);
	end = opened + count;
	at = find_marker(opened, end);
	while (at < end) {
		char *path = at + sizeof(MARKER) - 1, *stop = memchr(path, '\n', (size_t)(end - path));
		char *text = stop == NULL ? end : stop + 1;

		next = find_marker(text, end);
		if (stop != NULL)
			*stop = '\0';
		*at = '\0'; /* ends the command line */
		add(path, text, (size_t)(next - text));
		at = next;
	}
	take_line(&line, opened);
	if (path_exists("board.dtb"))
		line.dtb = "board.dtb";
	return line;
}

void archive_close(void)
{
	files = tree_files;
	free(opened);
	opened = NULL;
}

/* ---- generator/read/disk.h ---- */

static const struct file *find(const char *path)
{
	for (size_t i = 0; i < files; i++)
		if (strcmp(file[i].path, path) == 0)
			return &file[i];
	return NULL;
}

bool path_exists(const char *path)
{
	const size_t length = strlen(path);

	if (find(path) != NULL)
		return true;
	for (size_t i = 0; i < files; i++) /* a folder */
		if (strncmp(file[i].path, path, length) == 0 && file[i].path[length] == '/')
			return true;
	return false;
}

char *disk_read(struct arena *arena, const char *path, size_t *length)
{
	const struct file *found = find(path);

	errno = path_exists(path) ? EISDIR : ENOENT;
	if (found == NULL)
		return NULL;
	*length = found->length;
	return arena_text(arena, found->text, found->length);
}

bool disk_look(struct arena *arena, const char *path, struct disk_look *look)
{
	const struct file *found = find(path);

	(void)arena;
	*look = (struct disk_look){.kind = found == NULL ? DISK_FOLDER : DISK_FILE,
				   .size = found == NULL ? 0 : found->length};
	return path_exists(path);
}

const char *disk_absolute(struct arena *arena, const char *path)
{
	(void)arena;
	return path;
}

const char **disk_list(struct arena *arena, const char *path)
{
	const char **name = ARENA_ARRAY(arena, const char *, files + 1);
	const size_t length = strlen(path);
	size_t count = 0;

	for (size_t i = 0; i < files; i++) {
		const char *rest = file[i].path + length + 1;

		if (strncmp(file[i].path, path, length) == 0 && file[i].path[length] == '/' && *rest != '.')
			name[count++] = arena_text(arena, rest, strcspn(rest, "/"));
	}
	return name;
}

const char **disk_match(struct arena *arena, const char *pattern)
{
	const char **path = ARENA_ARRAY(arena, const char *, files + 1);
	size_t count = 0;

	for (size_t i = 0; i < files; i++)
		if (fnmatch(pattern, file[i].path, FNM_PATHNAME | FNM_PERIOD) == 0)
			path[count++] = file[i].path;
	return path;
}

/* ---- What generator/emit/write.c does ---- */

bool folder_make(const char *path)
{
	(void)path;
	return true;
}

bool text_write(const struct text *text, const char *folder, const char *name, enum emit_mode mode)
{
	(void)folder;
	(void)name;
	(void)mode;
	return text->length == 0 || text->data[text->length] == '\0';
}
