/* SPDX-License-Identifier: MIT
 * Limits: read from the interface, taken by operations, set anew by wires.
 */
#include "limits.h"

#include <string.h>

#include "../read/meant.h"

#define IN_FLIGHT    "in_flight"
#define CAPABILITIES "capabilities"
#define NONE         UINT32_MAX
#define COUNT_MOST   65536u
#define SIZE_MOST    (1u << 30)
#define COUNTED_MOST 256u /* of those that the glue counts by itself */

/* ---- Amounts ---- */

struct amount {
	bool is_size;
	uint32_t value;
};

static struct complaint *refuse(struct build *build, const struct value *value, const char *name)
{
	return report_error(build->report, RULE_LIMIT_FORM, value->place,
			    "\"%s\" is no value of the limit \"%s\"", value->text, name);
}

/* Names with a meaning: the glue counts them by itself. */
static bool counts_itself(const char *name)
{
	return strcmp(name, IN_FLIGHT) == 0 || strcmp(name, CAPABILITIES) == 0;
}

/* A count, or a size with its unit. False after a message. */
static bool read_amount(struct build *build, const struct value *value, const char *name, uint64_t least,
			struct amount *amount)
{
	const uint64_t most = counts_itself(name) ? COUNTED_MOST : COUNT_MOST;
	uint64_t number;

	amount->is_size = scalar_unsigned(value->text, &number) == SCALAR_MALFORMED;
	if (value->quoted || (amount->is_size && scalar_size(value->text, &number) == SCALAR_MALFORMED)) {
		complaint_meant(complaint_allowed(refuse(build, value, name),
						  "a count, or a size with its unit, such as 64 KiB"),
				strspn(value->text, "0123456789") == strlen(value->text) ? SHAPE_INTEGER
											 : SHAPE_SIZE,
				value->text, value->quoted);
		return false;
	}
	if (amount->is_size
		? scalar_size(value->text, &number) != SCALAR_OK || number > SIZE_MOST
		: scalar_unsigned(value->text, &number) != SCALAR_OK || number > most || number < least) {
		complaint_allowed(refuse(build, value, name), amount->is_size ? "at most 1 GiB" : "%u to %u",
				  (unsigned)least, (unsigned)most);
		return false;
	}
	amount->value = (uint32_t)number;
	return true;
}

/* An amount of a limit that is known. */
static bool read_amount_of(struct build *build, const struct value *value, const struct limit *limit,
			   uint32_t *result)
{
	struct amount amount;
	struct complaint *complaint;

	if (!read_amount(build, value, limit->name.text, counts_itself(limit->name.text) ? 1 : 0, &amount))
		return false;
	*result = amount.value;
	if (amount.is_size == limit->is_size || amount.value == 0)
		return true;
	complaint = refuse(build, value, limit->name.text);
	complaint_allowed(complaint, limit->is_size ? "a size with its unit, such as 64 KiB"
						    : "a count, without a unit");
	if (limit->name.place.file != NULL)
		complaint_note(complaint, limit->name.place, "the limit is here");
	return false;
}

static const struct limit *find_limit(struct build *build, const struct interface *interface,
				      const struct name *name)
{
	struct nearest nearest = nearest_start(name->text);
	struct complaint *complaint;

	for (uint32_t i = 0; i < interface->limits; i++) {
		if (strcmp(interface->limit[i].name.text, name->text) == 0)
			return &interface->limit[i];
		nearest_try(&nearest, interface->limit[i].name.text);
	}
	complaint =
	    report_error(build->report, RULE_UNKNOWN_LIMIT, name->place,
			 "the interface \"%s\" has no limit \"%s\"", interface->name.text, name->text);
	if (interface->limits == 0)
		complaint_help(complaint, "it has none; \"limits\" in its file declares some");
	complaint_nearest(complaint, &nearest);
	return NULL;
}

const char *limit_text(struct arena *arena, const struct limit *limit, uint64_t value)
{
	return limit->is_size ? scalar_print_size(arena, value)
			      : arena_format(arena, "%llu", (unsigned long long)value);
}

/* ---- Of an interface ---- */

static bool any_later(const struct value *operations)
{
	for (uint32_t i = 0; operations != NULL && i < operations->entries; i++)
		if (value_number(operations->entry[i].value, "reply", 0) == REPLY_LATER)
			return true;
	return false;
}

static bool carries(const struct value *arguments)
{
	for (uint32_t i = 0; arguments != NULL && i < arguments->entries; i++) {
		const struct value *type = arguments->entry[i].value;

		if (type->shape->kind == SHAPE_OBJECT && value_get(type, "capability") != NULL)
			return true;
	}
	return false;
}

static bool any_carries(const struct value *operations)
{
	for (uint32_t i = 0; operations != NULL && i < operations->entries; i++) {
		const struct value *operation = operations->entry[i].value;

		if (carries(value_get(operation, "in")) || carries(value_get(operation, "out")))
			return true;
	}
	return false;
}

/* One that the glue counts must be a count, of something that there is. */
static void check_counted(struct reading *reading, const struct entry *entry, const struct value *max,
			  bool is_size, bool there_is)
{
	const bool in_flight = strcmp(entry->name.text, IN_FLIGHT) == 0;
	const char *interface = reading->interface->name.text;

	if (is_size)
		complaint_allowed(refuse(reading->build, max, entry->name.text),
				  in_flight ? "a count of calls" : "a count of capabilities");
	if (there_is)
		return;
	complaint_help(report_error(reading->build->report, RULE_LIMIT_FORM, entry->name.place,
				    in_flight
					? "no operation of \"%s\" is answered later, so none is in flight"
					: "no operation of \"%s\" carries a capability, so none is left",
				    interface),
		       in_flight ? "leave it out, or give an operation \"reply: later\""
				 : "leave it out, or call a limit of the component's own otherwise");
}

static void resolve_limit(struct reading *reading, const struct entry *entry, bool later, bool carries,
			  struct limit *limit)
{
	struct build *build = reading->build;
	const struct value *value = entry->value;
	const bool object = value->shape->kind == SHAPE_OBJECT;
	const struct value *max = object ? value_get(value, "max") : value;
	struct amount amount = {0};

	limit->name = entry->name;
	limit->doc = object ? value_text(value, "doc", NULL) : NULL;
	(void)read_amount(build, max, entry->name.text, 1, &amount); /* refused: the report says so */
	if (counts_itself(entry->name.text))
		check_counted(reading, entry, max, amount.is_size,
			      strcmp(entry->name.text, IN_FLIGHT) == 0 ? later : carries);
	limit->is_size = amount.is_size;
	limit->value = amount.value;
}

/* One of each connection, where the interface says nothing. There is room for it. */
static uint32_t add_counted(struct interface *interface, const char *name, const char *doc)
{
	((struct limit *)(uintptr_t)interface->limit)[interface->limits] =
	    (struct limit){.name = {.text = name}, .doc = doc, .value = 1};
	return interface->limits++;
}

void limits_resolve(struct reading *reading, const struct value *limits, const struct value *operations)
{
	struct interface *interface = reading->interface;
	const uint32_t count = limits == NULL ? 0 : limits->entries;
	struct limit *limit = ARENA_ARRAY(reading->build->arena, struct limit, (size_t)count + 2);
	const bool later = any_later(operations), carries = any_carries(operations);
	uint32_t in_flight = NONE, left = NONE;

	interface->limit = limit;
	interface->limits = count;
	for (uint32_t i = 0; i < count; i++) {
		resolve_limit(reading, &limits->entry[i], later, carries, &limit[i]);
		if (strcmp(limit[i].name.text, IN_FLIGHT) == 0)
			in_flight = i;
		if (strcmp(limit[i].name.text, CAPABILITIES) == 0)
			left = i;
	}
	if (later && in_flight == NONE)
		in_flight =
		    add_counted(interface, IN_FLIGHT, "Calls that are answered later and wait for it.");
	if (carries && left == NONE)
		left = add_counted(interface, CAPABILITIES,
				   "Capabilities that are left with who receives them.");
	interface->in_flight = in_flight < interface->limits ? in_flight : interface->limits;
	interface->left = left < interface->limits ? left : interface->limits;
}

bool limit_counts_itself(const struct interface *interface, uint32_t limit)
{
	return limit == interface->in_flight || limit == interface->left;
}

/* ---- Of an operation ---- */

static uint32_t resolve_takings(struct reading *reading, const struct value *map, bool take,
				const struct taking **result)
{
	struct interface *interface = reading->interface;
	const uint32_t count = map == NULL ? 0 : map->entries;
	struct taking *taking = ARENA_ARRAY(reading->build->arena, struct taking, count);

	*result = taking;
	for (uint32_t i = 0; i < count; i++) {
		const struct entry *entry = &map->entry[i];
		const struct limit *limit = find_limit(reading->build, interface, &entry->name);

		if (limit == NULL || !read_amount_of(reading->build, entry->value, limit, &taking[i].amount))
			continue;
		taking[i].limit = (uint32_t)(limit - interface->limit);
		((struct limit *)(uintptr_t)limit)->is_taken = true;
		if (limit_counts_itself(interface, taking[i].limit))
			complaint_help(report_error(reading->build->report, RULE_LIMIT_FORM,
						    entry->name.place, "\"%s\" is counted by itself",
						    limit->name.text),
				       "leave it out");
		else if (taking[i].amount == 0 || (take && taking[i].amount > limit->value))
			complaint_allowed(refuse(reading->build, entry->value, limit->name.text),
					  "1 to %u, which is all that a connection has", limit->value);
	}
	return count;
}

void limits_taken(struct reading *reading, const struct value *value, struct operation *operation)
{
	const struct value *takes = value_get(value, "takes"), *gives = value_get(value, "gives_back");
	const struct value *any = takes != NULL && takes->entries != 0 ? takes : gives;

	operation->takes = resolve_takings(reading, takes, true, &operation->take);
	operation->gives = resolve_takings(reading, gives, false, &operation->give);
	if (operation->reply != REPLY_NOW && operation->takes + operation->gives != 0)
		complaint_help(
		    report_error(reading->build->report, RULE_LIMIT_FORM,
				 value_key_place(value, any == takes ? "takes" : "gives_back"),
				 "the operation \"%s\" is not answered at once, so the glue does not "
				 "know when it succeeds",
				 operation->name.text),
		    "let its handler take and give back: PORT_take_LIMIT(), PORT_give_back_LIMIT()");
}

/* ---- Of a connection ---- */

const uint32_t *limits_of_connection(struct build *build, const struct interface *interface,
				     const struct value *given)
{
	uint32_t *value = ARENA_ARRAY(build->arena, uint32_t, interface->limits);

	for (uint32_t i = 0; i < interface->limits; i++)
		value[i] = interface->limit[i].value;
	for (uint32_t i = 0; given != NULL && i < given->entries; i++) {
		const struct limit *limit = find_limit(build, interface, &given->entry[i].name);

		if (limit != NULL)
			(void)read_amount_of(
			    build, given->entry[i].value, limit,
			    &value[limit - interface->limit]); /* refused: the report says so */
	}
	return value;
}
