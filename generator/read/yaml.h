/* SPDX-License-Identifier: MIT
 * A YAML document as plain structures, each with its place, and the parts of
 * the reader that are private to it.
 */
#ifndef TENON_GENERATOR_YAML_H
#define TENON_GENERATOR_YAML_H

#include "value.h"

enum yaml_kind { YAML_NULL, YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_item;

struct yaml {
	enum yaml_kind kind;
	struct place place;
	const char *text; /* SCALAR */
	bool quoted;
	struct yaml_item *item; /* LIST, MAP */
	uint32_t items;
};

struct yaml_item {
	struct name key; /* MAP */
	struct yaml value;
};

struct reader {
	struct arena *arena;
	const struct source *source;
	struct report *report;
	const struct object *object; /* that is being read; NULL: none */
	struct name entry;    /* the entry of the mapping of names that is being read; text NULL: none */
	const char *entry_is; /* what such an entry is: "an instance" */
};

/* An object that is being read, for messages about one of its keys. */
struct object {
	const struct yaml *yaml;
	const struct shape *shape;
	struct name entry; /* the entry of a mapping that it is the value of; text NULL: of none */
	const char *entry_is;
};

/* False where the text is no YAML document that we take; reported. */
bool yaml_parse(struct reader *reader, struct yaml *yaml);

/* One value; NULL where refused. `what` is the name of its key. */
const struct value *read_value(struct reader *reader, const struct yaml *yaml, const struct shape *shape,
			       const char *what);
/* Decodes the text of a scalar into `value`, whose shape is set; false where refused. */
bool read_scalar(struct reader *reader, const struct yaml *yaml, struct value *value, const char *what);
bool read_choice(struct reader *reader, const struct yaml *yaml, const struct shape *shape, const char *what,
		 uint64_t *index);

/* The key of an object; NULL where it has none of that name. */
const struct key *shape_key(const struct shape *object, const char *name);
/* The key of an object that is nearest to what was written. */
struct nearest nearest_key(const struct shape *shape, const char *name);
/* So many items of an object in braces, from `at` on, are no keys, but the rest of the text before them, which a comma ended. */
uint32_t yaml_rest(const struct reader *reader, const struct yaml *yaml, const struct shape *shape,
		   uint32_t at);
/* Says of them, at the first, how the whole text is to be written. */
void complaint_rest(const struct reader *reader, struct complaint *complaint, const struct yaml *yaml,
		    uint32_t at, uint32_t count);
/* A scalar or a list: nothing that keys stand in. */
bool yaml_is_plain(const struct yaml *yaml);
/*
 * Says of a key that stands where it cannot in the object that is being read, whose value is given, what its column
 * has to do with it: it may have been meant for the mapping around, or for that of the key above.
 */
void complaint_column(const struct reader *reader, struct complaint *complaint, const struct yaml *value);

#endif
