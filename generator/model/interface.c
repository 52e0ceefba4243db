/* SPDX-License-Identifier: MIT
 * An interface: its operations with their messages, errors, events and shared
 * memory. Its types are resolved in types.c.
 */
#include "build.h"

#include <string.h>
#include "contract.h"
#include "limits.h"
#include "types.h"

/* ---- Operations ---- */

/* What a variable argument can add behind the fixed part, padding before it included. */
static uint32_t longest_tail(const struct type *type)
{
	if (type->kind != TYPE_SEQUENCE)
		return type->count;
	return type->element->align - 1 + type->count * type->element->size;
}

/* Gives the argument its place. False where the message is too long with it. */
static bool place_argument(struct reading *reading, struct message *message, struct argument *argument,
			   const char *operation)
{
	const struct type *type = argument->type;
	uint32_t tail = message->max_size - message->fixed_size;

	argument->variable = type->kind >= TYPE_SEQUENCE;
	argument->offset = type_round_up(message->fixed_size, argument->variable ? 4 : type->align);
	message->fixed_size = argument->offset + (argument->variable ? 4 : type->size);
	tail += argument->variable ? longest_tail(type) : 0;
	message->variables += argument->variable;
	message->max_size = message->fixed_size + tail;
	if (message->max_size <= MODEL_MESSAGE_MAX)
		return true;
	complaint_allowed(report_error(reading->build->report, RULE_MESSAGE_TOO_LONG, argument->name.place,
				       "with \"%s\", a message of the operation \"%s\" can have %u bytes",
				       argument->name.text, operation, message->max_size),
			  "%u bytes; a loan or a shared region holds more", MODEL_MESSAGE_MAX);
	return false;
}

static void resolve_message(struct reading *reading, const struct value *arguments, const struct value *lend,
			    struct message *message, const char *operation)
{
	const uint32_t given = arguments == NULL ? 0 : arguments->entries,
		       loans = lend == NULL ? 0 : lend->entries;
	struct argument *argument =
	    ARENA_ARRAY(reading->build->arena, struct argument, (size_t)given + loans);

	message->argument = argument;
	message->arguments = given + loans;
	message->loans = loans;
	for (uint32_t i = 0; i < given + loans; i++) {
		const struct entry *entry = i < given ? &arguments->entry[i] : &lend->entry[i - given];

		argument[i].name = entry->name;
		argument[i].type = i < given ? type_resolve(reading, entry->value, IN_ARGUMENT)
					     : type_loan(reading, entry->value, entry->name);
		if (argument[i].type != NULL &&
		    type_without_buffers(reading, argument[i].type, entry->value->place) &&
		    (!place_argument(reading, message, &argument[i], operation) ||
		     !capability_place(reading, message, &argument[i], operation)))
			break;
	}
	if (loans > MODEL_LOANS_MAX)
		complaint_allowed(report_error(reading->build->report, RULE_LOAN_FORM,
					       lend->entry[MODEL_LOANS_MAX].name.place,
					       "the operation \"%s\" has %u loans", operation, loans),
				  "%u", MODEL_LOANS_MAX);
}

static void resolve_errors_of(struct reading *reading, const struct value *names, struct operation *operation)
{
	uint32_t count = names == NULL ? 0 : names->entries;
	const struct error **error = ARENA_ARRAY(reading->build->arena, const struct error *, count);
	const struct interface *interface = reading->interface;

	for (uint32_t i = 0; i < count; i++) {
		const struct value *name = names->entry[i].value;
		struct nearest nearest = nearest_start(name->text);

		for (uint32_t k = 0; k < interface->errors; k++) {
			nearest_try(&nearest, interface->error[k].name.text);
			if (strcmp(interface->error[k].name.text, name->text) == 0)
				error[i] = &interface->error[k];
		}
		if (error[i] == NULL)
			complaint_nearest(report_error(reading->build->report, RULE_UNKNOWN_ERROR,
						       name->place,
						       "the interface \"%s\" declares no error \"%s\"",
						       interface->name.text, name->text),
					  &nearest);
	}
	operation->error = error;
	operation->errors = count;
}

/* Nothing comes back, so nothing that would can be declared; and what is lent would end at once. */
static void check_one_way(struct reading *reading, const struct value *value,
			  const struct operation *operation)
{
	static const char *const key[] = {"out", "errors", "lend", "on_restart"};

	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++) {
		const struct value *given = value_get(value, key[i]);
		bool is_empty = given == NULL || (i < 3 ? given->entries == 0 : given->number == 0);

		if (!is_empty)
			complaint_help(report_error(reading->build->report, RULE_ONE_WAY,
						    value_key_place(value, key[i]),
						    "the operation \"%s\" has no answer, so it has no \"%s\"",
						    operation->name.text, key[i]),
				       "leave out \"reply: never\", or \"%s\"", key[i]);
	}
}

static void resolve_operations(struct reading *reading, const struct value *operations)
{
	uint32_t count = operations == NULL ? 0 : operations->entries;
	struct operation *operation = ARENA_ARRAY(reading->build->arena, struct operation, count);

	reading->interface->operation = operation;
	reading->interface->operations = count;
	for (uint32_t i = 0; i < count; i++) {
		const struct value *value = operations->entry[i].value;

		operation[i].name = operations->entry[i].name;
		operation[i].doc = value_text(value, "doc", NULL);
		operation[i].index = i;
		operation[i].code = hash_fnv1a32(operation[i].name.text, strlen(operation[i].name.text));
		operation[i].reply =
		    (enum reply_kind)value_number(value, "reply", 0); /* in the order of the choice */
		operation[i].retry = value_number(value, "on_restart", 0) == 1;
		operation[i].deadline_ns = value_number(value, "deadline", 0);
		resolve_message(reading, value_get(value, "in"), value_get(value, "lend"), &operation[i].in,
				operation[i].name.text);
		resolve_message(reading, value_get(value, "out"), NULL, &operation[i].out,
				operation[i].name.text);
		resolve_errors_of(reading, value_get(value, "errors"), &operation[i]);
		limits_taken(reading, value, &operation[i]);
		operation[i].in_session = reading->interface->session != SESSION_STATELESS;
		operation[i].opens = value_number(value, "opens", 0) != 0;
		if (operation[i].reply == REPLY_NEVER)
			check_one_way(reading, value, &operation[i]);
		if (operation[i].in.loans != 0 && reading->interface->longest <= MODEL_MESSAGE_REGISTERS)
			reading->interface->longest =
			    MODEL_MESSAGE_REGISTERS + 1; /* loans stand in the buffer */
		if (operation[i].in.max_size > reading->interface->longest)
			reading->interface->longest = operation[i].in.max_size;
		if (operation[i].out.max_size > reading->interface->longest)
			reading->interface->longest = operation[i].out.max_size;
	}
	capabilities_of(reading->interface, operation);
}

/* ---- The rest ---- */

static void resolve_errors(struct reading *reading, const struct value *errors)
{
	uint32_t count = errors == NULL ? 0 : errors->entries;
	struct error *error = ARENA_ARRAY(reading->build->arena, struct error, count);

	for (uint32_t i = 0; i < count; i++) {
		error[i].name = errors->entry[i].name;
		error[i].doc = errors->entry[i].value->text;
		error[i].code = i + 1;
	}
	reading->interface->error = error;
	reading->interface->errors = count;
}

static void resolve_events(struct reading *reading, const struct value *events)
{
	uint32_t count = events == NULL ? 0 : events->entries;
	struct event *event = ARENA_ARRAY(reading->build->arena, struct event, count), *first;
	struct names seen = {0};

	for (uint32_t i = 0; i < count; i++) {
		const struct value *value = events->entry[i].value;
		bool list = events->shape->kind == SHAPE_LIST;

		event[i].name = list ? (struct name){value->text, value->place} : events->entry[i].name;
		event[i].doc = list ? NULL : value->text;
		event[i].bit = i;
		first = names_put(&seen, reading->build->arena, event[i].name.text, &event[i]);
		if (first != NULL)
			complaint_note(
			    report_error(reading->build->report, RULE_SECOND_DEFINITION, event[i].name.place,
					 "the event \"%s\" stands here a second time", event[i].name.text),
			    first->name.place, "the first one is here");
	}
	reading->interface->event = event;
	reading->interface->events = count;
}

static void resolve_shared(struct reading *reading, const struct value *shareds)
{
	static const enum shared_writer writer[] = {SHARED_WRITE_SERVER, SHARED_WRITE_CLIENT,
						    SHARED_WRITE_BOTH};
	uint32_t count = shareds == NULL ? 0 : shareds->entries;
	struct shared *shared = ARENA_ARRAY(reading->build->arena, struct shared, count);

	for (uint32_t i = 0; i < count; i++) {
		const struct value *value = shareds->entry[i].value;

		shared[i].name = shareds->entry[i].name;
		shared[i].doc = value_text(value, "doc", NULL);
		shared[i].asked = value_number(value, "size", 0);
		shared[i].size = (shared[i].asked + MODEL_PAGE - 1) / MODEL_PAGE * MODEL_PAGE;
		shared[i].write = writer[value_number(value, "write", 0)];
	}
	reading->interface->shared = shared;
	reading->interface->shareds = count;
}

static void resolve_session(struct interface *interface)
{
	interface->signals = interface->events + (interface->session != SESSION_STATELESS);
	interface->is_held = interface->session != SESSION_STATELESS && interface->operations != 0;
	for (uint32_t i = 0; i < interface->operations; i++) {
		if (interface->operation[i].opens && interface->opening == NULL)
			interface->opening = &interface->operation[i];
		interface->is_held = interface->is_held || interface->operation[i].takes != 0;
	}
}

static void keep(struct build *build, struct interface *interface)
{
	interface->index = build->interfaces;
	if (build->interfaces % 64 == 0) {
		const struct interface **bigger =
		    ARENA_ARRAY(build->arena, const struct interface *, (size_t)build->interfaces + 64);

		if (build->interfaces != 0)
			memcpy(bigger, build->interface, build->interfaces * sizeof(*bigger));
		build->interface = bigger;
	}
	build->interface[build->interfaces++] = interface;
}

const struct interface *interface_read(struct build *build, const struct value *value,
				       const struct source *source)
{
	static const enum session_kind session[] = {SESSION_STATELESS, SESSION_REOPENED, SESSION_LOST};
	struct interface *interface = ARENA_NEW(build->arena, struct interface);
	struct reading reading = {.build = build, .interface = interface};
	const struct value *name = value_get(value, "interface"), *version = value_get(value, "version");
	uint32_t before = report_errors(build->report);

	interface->name = (struct name){name->text, name->place};
	interface->source = source;
	interface->doc = value_text(value, "doc", "");
	interface->major = version == NULL ? 1 : (uint32_t)version->number;
	interface->minor = version == NULL ? 0 : (uint32_t)version->second;
	interface->session = session[value_number(value, "session", 0)];
	pools_resolve(&reading, value_get(value, "pools"));
	types_resolve(&reading, value_get(value, "types"));
	resolve_errors(&reading, value_get(value, "errors"));
	limits_resolve(&reading, value_get(value, "limits"), value_get(value, "operations"));
	resolve_operations(&reading, value_get(value, "operations"));
	resolve_events(&reading, value_get(value, "events"));
	resolve_shared(&reading, value_get(value, "shared"));
	channels_resolve(&reading, value_get(value, "channels"));
	resolve_session(interface);
	if (reading.refused || report_errors(build->report) != before)
		return NULL;
	contract_make(build->arena, interface);
	keep(build, interface);
	return interface;
}
