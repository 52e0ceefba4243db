/* SPDX-License-Identifier: MIT
 * A description as typed values, each with its place: what the reader makes of
 * a file and a shape. Lives in the arena given to read_description.
 */
#ifndef TENON_GENERATOR_VALUE_H
#define TENON_GENERATOR_VALUE_H

#include "names.h"
#include "report.h"
#include "shape.h"

struct value;

/* An element of a list (name empty), of a map, or a key of an object. */
struct entry {
	struct name name;          /* place of the name where the map has it */
	const struct value *value; /* OBJECT: NULL where the key is absent */
};

struct value {
	const struct shape *shape; /* never EITHER: the alternative that was written */
	struct place place;
	const char *text; /* scalars: as written */
	bool quoted;      /* scalars: in quotation marks, hence text */
	uint64_t number;  /* INTEGER, SIZE (bytes), TIME (ns), BOOLEAN, CHOICE (index), CHOICES (bits),
	                              RATE (count), VERSION (major) */
	uint64_t second;  /* RATE (window in ns), VERSION (minor) */
	const struct entry *entry; /* LIST, MAP: `entries`; OBJECT: one per key of the shape */
	uint32_t entries;
	const struct value *replaced; /* what stood here before an overlay; NULL: nothing */
};

/* The value of a key, or NULL where it is absent. The key is one of the shape's. */
const struct value *value_get(const struct value *object, const char *key);
/* Place of the key itself; that of the object where it is absent. */
struct place value_key_place(const struct value *object, const char *key);
/* Where the text of a scalar begins, behind a quotation mark. */
struct place value_text_place(const struct value *value);
/* Shorthands that take the default of an absent key. */
const char *value_text(const struct value *object, const char *key, const char *fallback);
uint64_t value_number(const struct value *object, const char *key, uint64_t fallback);

/*
 * Reads a YAML text against a shape. NULL where something was refused; all
 * that is wrong in the file's form is in the report then.
 */
const struct value *read_description(struct arena *arena, const struct source *source,
				     const struct shape *shape, struct report *report);

/* Do they say the same? Either may be NULL, which says nothing; of a mapping the order of keys does not matter. */
bool value_equal(const struct value *a, const struct value *b);

/* A copy whose places lead to a use of the composite that the value stands in. */
const struct value *value_used(struct arena *arena, const struct value *value, const struct use *use);
/*
 * `over` laid on `under`, both of the same shape or NULL: mappings key by key, everything else replaced. What was
 * replaced hangs in `replaced`. Neither is changed.
 */
const struct value *value_merge(struct arena *arena, const struct value *under, const struct value *over);
/* The elements of two lists, each in its own place; either may be NULL. Neither is changed. */
const struct value *value_append(struct arena *arena, const struct value *list, const struct value *more);

/* Scalars, decoded. Each returns false and changes nothing where the text is not one. */
enum scalar_status { SCALAR_OK, SCALAR_MALFORMED, SCALAR_TOO_LARGE };
enum scalar_status scalar_unsigned(const char *text, uint64_t *number);
enum scalar_status scalar_signed(const char *text, int64_t *number);
enum scalar_status scalar_size(const char *text, uint64_t *bytes);
enum scalar_status scalar_time(const char *text, uint64_t *ns);
enum scalar_status scalar_rate(const char *text, uint64_t *count, uint64_t *window_ns);
enum scalar_status scalar_version(const char *text, uint64_t *major, uint64_t *minor);

/* The units, for messages: "B, KiB, MiB or GiB". */
const char *scalar_size_units(struct arena *arena);
const char *scalar_time_units(struct arena *arena);

/* A size or time as a person would write it: "8 KiB", "500 ms". */
const char *scalar_print_size(struct arena *arena, uint64_t bytes);
const char *scalar_print_time(struct arena *arena, uint64_t ns);

#endif
