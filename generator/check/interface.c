/* SPDX-License-Identifier: MIT
 * Rules on one interface by itself.
 */
#include <ctype.h>
#include <string.h>
#include "check.h"
#include "clash.h"

static void check_empty(const struct interface *interface, struct report *report)
{
	if (interface->operations == 0 && interface->events == 0 && interface->shareds == 0 &&
	    interface->types == 0)
		complaint_help(report_error(report, RULE_EMPTY_INTERFACE, interface->name.place,
					    "the interface \"%s\" offers nothing", interface->name.text),
			       "give it \"operations\", \"events\", \"channels\" or \"shared\", or types for "
			       "other interfaces");
}

static void check_codes(const struct interface *interface, struct report *report)
{
	for (uint32_t i = 0; i < interface->operations; i++) {
		if (interface->operation[i].code == MODEL_CODE_OF_GLUE)
			report_error(
			    report, RULE_OPERATION_CODE, interface->operation[i].name.place,
			    "the operation \"%s\" has the code 0x%08x, by which the glue of both sides "
			    "talks about restarts; rename it",
			    interface->operation[i].name.text, interface->operation[i].code);
		for (uint32_t k = 0; k < i; k++)
			if (interface->operation[i].code == interface->operation[k].code)
				complaint_note(
				    report_error(
					report, RULE_OPERATION_CODE, interface->operation[i].name.place,
					"the operations \"%s\" and \"%s\" have the same code 0x%08x; "
					"rename one",
					interface->operation[i].name.text, interface->operation[k].name.text,
					interface->operation[i].code),
				    interface->operation[k].name.place, "the other one is here");
	}
}

static void check_events(const struct interface *interface, struct report *report)
{
	if (interface->events > MODEL_EVENTS_MAX)
		complaint_allowed(report_error(report, RULE_TOO_MANY_EVENTS,
					       interface->event[MODEL_EVENTS_MAX].name.place,
					       "the interface \"%s\" has %u events", interface->name.text,
					       interface->events),
				  "%u", MODEL_EVENTS_MAX);
}

/* ---- Names that the glue itself uses ---- */

static bool is_one_of(const char *name, const char *const *list)
{
	while (*list != NULL && strcmp(*list, name) != 0)
		list++;
	return *list != NULL;
}

/* The names of generator/emit beside the arguments; `status` only where a result is given with one. */
static void check_argument(const struct name *name, bool with_status, struct report *report)
{
	static const char *const reserved[] = {"client",  "token",   "deadline_ns", "ipc",     "outcome",
					       "end",     "handled", "reply",       "member",  "arguments",
					       "index_1", "index_2", "index_3",     "index_4", "index_5",
					       "index_6", "server",  "opening",     NULL};
	static const char *const prefix[] = {"tenon_", "length_of_", "count_of_", "start_of_", "size_of_"};
	bool begins = false;

	for (size_t i = 0; i < sizeof(prefix) / sizeof(prefix[0]); i++)
		begins = begins || strncmp(name->text, prefix[i], strlen(prefix[i])) == 0;

	if (is_one_of(name->text, reserved) || begins || (with_status && strcmp(name->text, "status") == 0))
		complaint_allowed(
		    report_error(report, RULE_RESERVED_NAME, name->place,
				 "an argument cannot be named \"%s\": the glue has one of that name",
				 name->text),
		    "any name but client, server, token, deadline_ns, ipc, outcome, opening, end, handled, "
		    "reply, member, "
		    "arguments, index_1 to index_6, and what begins with tenon_, length_of_, count_of_, "
		    "start_of_ or size_of_%s",
		    with_status ? ", and status in what is answered later" : "");
}

static void check_error(const struct name *name, struct report *report)
{
	static const char *const reserved[] = {"ok",        "restarted", "gone", "timed_out",
					       "malformed", "quota",     NULL};

	if (is_one_of(name->text, reserved))
		complaint_allowed(
		    report_error(report, RULE_RESERVED_NAME, name->place,
				 "an error cannot be named \"%s\": every interface has a status of that name",
				 name->text),
		    "any name but ok, restarted, gone, timed_out, malformed and quota");
}

static void check_reserved(const struct interface *interface, struct report *report)
{
	static const char *const reserved[] = {"tenon", "glue",      "device", "component",
					       "slot",  "parameter", NULL};

	if (is_one_of(interface->name.text, reserved) || strncmp(interface->name.text, "tenon_", 6) == 0 ||
	    strncmp(interface->name.text, "glue_", 5) == 0)
		report_error(report, RULE_RESERVED_NAME, interface->name.place,
			     "an interface cannot be named \"%s\": the names of the glue begin so",
			     interface->name.text);
	for (uint32_t i = 0; i < interface->errors; i++)
		check_error(&interface->error[i].name, report);
	for (uint32_t i = 0; i < interface->operations; i++) {
		const struct operation *operation = &interface->operation[i];

		for (uint32_t k = 0; k < operation->in.arguments; k++)
			check_argument(&operation->in.argument[k].name, false, report);
		for (uint32_t k = 0; k < operation->out.arguments; k++)
			check_argument(&operation->out.argument[k].name, operation->reply == REPLY_LATER,
				       report);
	}
}

/* ---- Arguments of one operation share the parameter list of its C function ---- */

static const char *companion_noun(const char *companion)
{
	static const char *const noun[] = {"size of the argument", "count of the argument",
					   "capacity of the argument", "present flag of the argument"};

	for (size_t i = 0; i < sizeof(noun) / sizeof(noun[0]); i++)
		if (strncmp(noun[i], companion, strlen(companion)) == 0)
			return noun[i];
	return "argument";
}

static void put_arguments(struct clash *clash, const struct message *message, bool out)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];
		const char *companion[2];
		uint32_t count = argument->type == NULL ? 0 : type_companions(argument->type, out, companion);

		clash_put(clash, argument->name.place, "argument", "%s", argument->name.text);
		for (uint32_t k = 0; k < count; k++)
			clash_put(clash, argument->name.place, companion_noun(companion[k]), "%s_%s",
				  argument->name.text, companion[k]);
	}
}

static void check_arguments(const struct operation *operation, struct report *report)
{
	struct clash *clash = clash_create(report, RULE_NAME_CLASH);

	put_arguments(clash, &operation->in, false);
	put_arguments(clash, &operation->out, true);
	clash_destroy(clash);
}

/* ---- Enumerators of the status and of the declared enums ---- */

static void check_enumerators(const struct interface *interface, struct report *report)
{
	struct clash *clash = clash_create(report, RULE_NAME_CLASH);

	clash_ignore_case(clash);
	for (uint32_t i = 0; i < interface->errors; i++)
		clash_put(clash, interface->error[i].name.place, "error", "%s",
			  interface->error[i].name.text);
	for (uint32_t i = 0; i < interface->types; i++) {
		const struct type *type = interface->type[i];

		for (uint32_t k = 0; type->home == interface && k < type->values; k++)
			clash_put(clash, type->value[k].place, "value", "%s_%s", type->text,
				  type->value[k].text);
		for (uint32_t k = 0; type->home == interface && type->kind == TYPE_UNION && k < type->fields;
		     k++)
			clash_put(clash, type->field[k].name.place, "tag", "%s_%s", type->text,
				  type->field[k].name.text);
		if (type->home == interface && (type->has_min || type->has_max)) {
			clash_put(clash, type->name.place, "least value", "%s_MIN", type->text);
			clash_put(clash, type->name.place, "greatest value", "%s_MAX", type->text);
		}
	}
	clash_destroy(clash);
}

/* ---- Sessions ---- */

/* Why the stub could not make that call again by itself; NULL: it could. */
static const char *unkept(const struct operation *operation)
{
	if (operation->reply != REPLY_NOW)
		return "is not answered at once";
	if (operation->in.loans != 0)
		return "has memory lent to it, which is the caller's for the length of a call";
	if (operation->in.capability != NULL)
		return "hands over a capability, which is gone then";
	if (operation->out.arguments != 0)
		return "has results, which would be others the next time";
	return operation->in.max_size > MODEL_OPENING_MAX ? "has arguments that are too long to be kept"
							  : NULL;
}

static void check_opening(const struct interface *interface, const struct operation *operation,
			  struct report *report)
{
	const char *why = unkept(operation);

	if (interface->session != SESSION_REOPENED)
		complaint_help(
		    report_error(report, RULE_SESSION_OPENING, operation->name.place,
				 "the operation \"%s\" opens a session, and that of \"%s\" is not reopened",
				 operation->name.text, interface->name.text),
		    "leave out \"opens\", or give the interface \"session: reopened\"");
	else if (operation != interface->opening)
		complaint_note(report_error(report, RULE_SESSION_OPENING, operation->name.place,
					    "a second operation of \"%s\" opens its session",
					    interface->name.text),
			       interface->opening->name.place, "the first one is here");
	else if (why != NULL)
		complaint_allowed(report_error(report, RULE_SESSION_OPENING, operation->name.place,
					       "the operation \"%s\" opens the session and %s",
					       operation->name.text, why),
				  "an operation that is answered at once, with at most %u bytes of arguments "
				  "and nothing else",
				  MODEL_OPENING_MAX);
}

static void check_session(const struct interface *interface, struct report *report)
{
	for (uint32_t i = 0; i < interface->operations; i++)
		if (interface->operation[i].opens)
			check_opening(interface, &interface->operation[i], report);
	if (interface->session == SESSION_REOPENED && interface->opening == NULL)
		complaint_help(
		    report_error(report, RULE_SESSION_OPENING, interface->name.place,
				 "the session of \"%s\" is reopened, and no operation opens it",
				 interface->name.text),
		    "give the operation that does \"opens: true\", or leave out \"session\" where the "
		    "server keeps nothing");
}

/* ---- Tags of structures and enums ---- */

static void check_members(const struct type *type, struct report *report)
{
	for (uint32_t i = 0; type->kind == TYPE_UNION && i < type->fields; i++)
		if (strcmp(type->field[i].name.text, "tag") == 0)
			report_error(report, RULE_RESERVED_NAME, type->field[i].name.place,
				     "a member of a union cannot be named \"tag\": that tells which it is");
}

static void check_tags(const struct interface *interface, struct report *report)
{
	struct clash *clash = clash_create(report, RULE_NAME_CLASH);

	for (uint32_t i = 0; i < interface->operations; i++)
		if (interface->operation[i].reply == REPLY_LATER)
			clash_put(clash, interface->operation[i].name.place, "token of an operation",
				  "%s_token", interface->operation[i].name.text);
	for (uint32_t i = 0; i < interface->types; i++) {
		const struct type *type = interface->type[i];

		if (strcmp(type->text, "status") == 0)
			report_error(report, RULE_RESERVED_NAME, type->name.place,
				     "a type cannot be named \"status\": every interface has one");
		if (type->home == interface)
			check_members(type, report);
		if (type->home == interface)
			clash_put(clash, type->name.place, "type", "%s", type->text);
		if (type->home == interface && type->kind == TYPE_UNION)
			clash_put(clash, type->name.place, "tag of the union", "%s_tag", type->text);
	}
	clash_destroy(clash);
}

void check_interface(const struct interface *interface, struct report *report)
{
	check_empty(interface, report);
	check_codes(interface, report);
	check_events(interface, report);
	check_reserved(interface, report);
	check_enumerators(interface, report);
	check_tags(interface, report);
	check_session(interface, report);
	for (uint32_t i = 0; i < interface->operations; i++)
		check_arguments(&interface->operation[i], report);
}
