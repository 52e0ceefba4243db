/* SPDX-License-Identifier: MIT
 * The types of one interface while it is read.
 */
#ifndef TENON_GENERATOR_TYPES_H
#define TENON_GENERATOR_TYPES_H

#include "build.h"

struct declared;

/* Where a type stands decides which forms it may have. */
enum type_place { IN_ARGUMENT, IN_FIELD, IN_ELEMENT };

struct reading {
	struct build *build;
	struct interface *interface;
	struct declared *declared;
	uint32_t declareds;
	struct names names; /* declared types */
	const struct type **type;
	const struct declared **path; /* those being resolved, outermost first */
	uint32_t depth;
	bool refused; /* something is missing that was refused elsewhere */
};

/* Resolves `pools:`; before the types, which name them. */
void pools_resolve(struct reading *reading, const struct value *pools);
/* Resolves `channels:`, and adds the regions of channels and pools to those that the interface lists. */
void channels_resolve(struct reading *reading, const struct value *channels);
/* {buffer: POOL}; NULL where refused. */
const struct type *type_buffer(struct reading *reading, const struct value *pool);
/* Refuses a type with a buffer of a pool inside, where none may be. False where refused. */
bool type_without_buffers(struct reading *reading, const struct type *type, struct place place);

/* Resolves `types:` into the interface; NULL where there is none. */
void types_resolve(struct reading *reading, const struct value *types);
/* A type where one is used; NULL where refused. */
const struct type *type_resolve(struct reading *reading, const struct value *value, enum type_place place);
/* The built-in or declared type of a name; NULL where refused. */
const struct type *type_named(struct reading *reading, const struct value *value);
/* {type: NUMBER, min: …, max: …, unit: …} into `type`. False where refused. */
bool type_number(struct reading *reading, const struct value *value, struct type *type);
/* A loan of `lend`; NULL where refused. */
const struct type *type_loan(struct reading *reading, const struct value *loan, struct name name);
/* {capability: KIND, rights: […]}; NULL where refused. */
const struct type *type_capability(struct reading *reading, const struct value *value);
/* Notes in the message that it carries this argument, if it is a capability. False where it has another one already. */
bool capability_place(struct reading *reading, struct message *message, const struct argument *argument,
		      const char *operation);
/* Notes in the interface, and in its operations, whether they carry capabilities. */
void capabilities_of(struct interface *interface, struct operation *operation);
/* Is it one of u8 to i64, without a range? */
bool type_is_number(const struct type *type);

static inline uint32_t type_round_up(uint32_t value, uint32_t align)
{
	return (value + align - 1) / align * align;
}

#endif
