/* SPDX-License-Identifier: MIT
 * Assertions as they are written: sentences over the names of the system, resolved.
 *
 *   A may not influence B [except through C]
 *   A cannot write to B
 *   A may not hold X            A does not hold X
 *   only A may hold X           only A holds X
 *   nobody may hold both X and Y, nobody holds both X and Y
 *
 * A, B, C: a name or [list, of, names] of instances; a composite, counted instances or a label stand for all of them,
 * `component N` for all instances of it; `device D` is one too, by its path, its last part, an alias of the device tree or `stdout`. In the file of a composite names are those of its members, and
 * `outside` stands for all instances that are none. X, Y: `device D`, `port INSTANCE.PORT`, `memory INSTANCE.PORT.REGION`, `pool INSTANCE`, `platform`, `inspector`.
 */
#ifndef TENON_GENERATOR_STATEMENT_H
#define TENON_GENERATOR_STATEMENT_H

#include "../model/model.h"
#include "../read/report.h"
#include "influence.h"

enum object_kind {
	OBJECT_DEVICE,
	OBJECT_PORT,
	OBJECT_MEMORY,
	OBJECT_POOL,
	OBJECT_PLATFORM,
	OBJECT_INSPECTOR
};

/* What somebody may hold. */
struct object {
	enum object_kind kind;
	const char *text; /* "port store.port" */
	const struct device *device;
	const struct instance *instance; /* PORT, MEMORY: the server; POOL: its owner */
	uint32_t port, region;
};

enum assertion_kind {
	ASSERTION_INFLUENCE,
	ASSERTION_WRITE,
	ASSERTION_NOT, /* the subject does not hold object[0] */
	ASSERTION_ONLY,
	ASSERTION_BOTH
};

struct assertion {
	enum assertion_kind kind;
	bool may; /* may hold, else holds: the tables as they are */
	const char *text;
	const char *scope;  /* the composite whose names it uses, as a path; NULL: the system's */
	const char *opened; /* the text in the names of the system */
	struct place place;
	const bool *subject;     /* for each node of the graph; BOTH: NULL */
	const bool *to, *filter; /* INFLUENCE, WRITE; NULL: no filter, or WRITE to object[0] */
	struct object object[2];
};

/*
 * One statement of a text that stands at `place`, in the use of a composite that the place has. False after a refusal. `path` accepts `A -> B [except through C]` instead, and
 * gives it as INFLUENCE.
 */
bool statement_read(const struct influence *graph, struct report *report, const char *text,
		    struct place place, bool path, struct assertion *assertion);

/* The labels of the model: what they name is there, and no instance is called as they are. */
void labels_check(const struct influence *graph, struct report *report);

#endif
