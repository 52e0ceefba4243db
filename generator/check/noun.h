/* SPDX-License-Identifier: MIT
 * Parts of a sentence: words, names of instances and devices, objects. Each takes what it reads and moves on to the next word;
 * after a refusal `failed` is set, and what is given back is not to be used.
 */
#ifndef TENON_GENERATOR_NOUN_H
#define TENON_GENERATOR_NOUN_H

#include "statement.h"

#define BLANKS " \t\n" /* between words */

struct statement {
	const struct influence *graph;
	struct report *report;
	struct arena *arena;
	const char *text, *at; /* what is read next */
	struct place place;
	const char *scope;         /* the composite in whose file it stands, as a path; NULL: the system's */
	const char *opened, *done; /* what was read, in the names of the system; up to where */
	bool listed;               /* in [brackets] */
	const char *word;          /* the word there; empty at the end */
	bool failed;
};

void statement_next(struct statement *statement);
/* Where the word stands that was read last. */
struct place statement_place(const struct statement *statement);
bool statement_is(const struct statement *statement, const char *word);
/* Goes on where it is this word. */
bool statement_accept(struct statement *statement, const char *word);
/* Something else is wanted here; once for a statement. */
void statement_refuse(struct statement *statement, const char *wanted);
/* What was read from `start` to the word that stands there now. */
const char *statement_since(const struct statement *statement, const char *start);
/* The word as a path in the system, and the same while it is read. */
const char *statement_path(const struct statement *statement);
void statement_take_path(struct statement *statement);
/* A path as it is called where the statement stands; NULL: by no name, it is outside of the composite. */
const char *statement_inner(const char *scope, const char *path);
/* The words of a text, one after the other. */
void statement_expect(struct statement *statement, const char *words);

/* Is the instance what the name stands for: itself, inside that composite, or one of that many? */
enum fit { FIT_NONE, FIT_COUNTED, FIT_INSIDE, FIT_SELF };

enum fit statement_fits(const char *path, const char *name);
/* There is no instance of the name that stands there. */
void statement_no_instance(struct statement *statement);
/* NULL after a refusal. */
const struct device *statement_device(struct statement *statement);
/* A name or a list of names: an entry for each node of the graph. */
const bool *statement_names(struct statement *statement);

/* Does a word stand there that begins an object and no name? `device` begins both. */
bool statement_at_object(const struct statement *statement);
void statement_object(struct statement *statement, struct object *object);

#endif
