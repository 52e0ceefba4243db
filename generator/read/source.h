/* SPDX-License-Identifier: MIT
 * Files that were read, and places in them. A file is read once, whoever asks;
 * its text stays for the messages that show a line of it.
 */
#ifndef TENON_GENERATOR_SOURCE_H
#define TENON_GENERATOR_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arena.h"
#include "../model/model.h"

struct source {
	const char *path;  /* usable as it is */
	const char *shown; /* in messages: relative to the working folder where it lies below it */
	const char *cited; /* in generated files: relative to the tree, the same wherever the tree lies */
	const char *text;
	size_t length;
};

/* How paths become `shown` and `cited`. */
struct source_base {
	const char *working;                   /* working folder, absolute, or NULL */
	const char *root;                      /* the tree */
	const char *system;                    /* folder of the system file */
	const char *whole_root, *whole_system; /* the same, as disk_absolute() has them */
};

struct source_base source_base(struct arena *arena, const char *working, const char *root,
			       const char *system);

/* Reads a file whole. NULL when it cannot be read; errno says why. */
struct source *source_read(struct arena *arena, const struct source_base *base, const char *path);

/* A source that came from memory, for tests. */
struct source *source_text(struct arena *arena, const char *path, const char *text);

/* The text of a line (from 1) without its end; length in *length. Empty past the end. */
const char *source_line(const struct source *source, uint32_t line, size_t *length);

/*
 * Bytes of the UTF-8 character there (RFC 3629), at least one byte left; 0 where
 * there is none, or one that YAML does not print (YAML 1.2, 5.1), or NEL.
 */
size_t text_character(const char *at, size_t left);
/* Characters of a UTF-8 text: all bytes but the continuing ones. */
size_t text_characters(const char *text, size_t length);

static inline struct place place_at(const struct source *file, uint32_t line, uint32_t column, uint32_t width)
{
	return (struct place){.file = file, .line = line, .column = column, .width = width};
}

static inline struct place place_file(const struct source *file)
{
	return place_at(file, 1, 1, 1);
}

/* Folder of a path, "." without one. */
char *path_folder(struct arena *arena, const char *path);
char *path_join(struct arena *arena, const char *folder, const char *name);

#endif
