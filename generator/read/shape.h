/* SPDX-License-Identifier: MIT
 * Shapes: what may stand in a description, as data. The reader checks files
 * against them, the JSON Schemas and the reference pages are printed from
 * them, so a key, its default and its documentation stand here only.
 */
#ifndef TENON_GENERATOR_SHAPE_H
#define TENON_GENERATOR_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

enum shape_kind {
	SHAPE_TEXT,       /* any text on one or more lines */
	SHAPE_IDENTIFIER, /* becomes a C identifier */
	SHAPE_INTEGER,    /* min..max */
	SHAPE_BOOLEAN,    /* true, false */
	SHAPE_SIZE,       /* 8 KiB; in bytes, min..max */
	SHAPE_TIME,       /* 500 ms; in ns */
	SHAPE_RATE,       /* 5 per 1 min */
	SHAPE_VERSION,    /* 1.2 */
	SHAPE_CHOICE,     /* one of `choice` */
	SHAPE_CHOICES,    /* one of `choice`, or a list of them; a set */
	SHAPE_SCALAR,     /* any scalar; its type is known later */
	SHAPE_LIST,       /* of `of` */
	SHAPE_MAP,        /* name to `of` */
	SHAPE_OBJECT,     /* the keys `key` */
	SHAPE_EITHER      /* `scalar`, `list` or `map`, whichever form is written */
};

struct shape {
	enum shape_kind kind;
	const char *says;                        /* what is wanted, for messages: "a size, such as 8 KiB" */
	const char *title;                       /* OBJECT: heading of its table in the reference */
	const struct key *key;                   /* OBJECT: ends with a NULL name */
	const struct shape *of;                  /* LIST, MAP */
	const struct shape *scalar, *list, *map; /* EITHER */
	const char *const *choice;               /* CHOICE, CHOICES: ends with NULL */
	const char *word;  /* INTEGER, SIZE, TIME: may stand for 0 instead of a number */
	bool argument;     /* INTEGER: `$NAME` may stand there, of a counted instance or a composite */
	uint64_t min, max; /* INTEGER, SIZE, TIME; LIST, MAP: number of elements, max 0 without limit */
	const char *
	    pattern; /* TEXT: for the schema; NULL: any. Who takes the text apart refuses it in its own words */
	const char *names; /* MAP: what its names are, "an instance" */
	bool dotted;       /* MAP: a name may lead into composites, "front.store" */
	bool bare;         /* MAP, IDENTIFIER: the name stands alone in C, so it is no keyword */
};

struct key {
	const char *name;
	const struct shape *shape;
	bool required;
	const char *fallback; /* the default, as documented; NULL: none */
	const char *doc;
};

extern const struct shape shape_interface, shape_component, shape_composite, shape_board, shape_system,
    shape_overlay;

/* The kinds of description, for tables: "interface", … */
struct description {
	const char *name;
	const struct shape *shape;
	const char *where; /* "interfaces/<name>.yaml" */
	const char *doc;
	const char *example; /* reads without a refusal; a test sees to it */
};
#define DESCRIPTIONS 6u
extern const struct description description[DESCRIPTIONS];

/* Shared by several files. */
extern const struct shape shape_instances, shape_changed_instances;
extern const struct shape shape_ports, shape_provides, shape_uses, shape_parameters, shape_schedules,
    shape_wcet;
extern const struct shape shape_rights;
extern const struct shape shape_buffer_count, shape_entry_count;
extern const struct shape shape_text, shape_identifier, shape_boolean, shape_size, shape_time, shape_doc;

#endif
