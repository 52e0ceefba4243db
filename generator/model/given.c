/* SPDX-License-Identifier: MIT
 * Parameters that are given: to an instance in its `with`, to the two ports of a connection in that of its wire.
 */
#include "build.h"

#include <string.h>

/* Who is given them, in the words of messages. */
struct receiver {
	const char *has;    /* who has no parameter of a name */
	const char *needs;  /* who must be given one */
	struct place place; /* where that would stand */
};

static const struct entry *find_given(const struct value *with, const char *name)
{
	for (uint32_t i = 0; with != NULL && i < with->entries; i++)
		if (strcmp(with->entry[i].name.text, name) == 0)
			return &with->entry[i];
	return NULL;
}

static bool has_parameter(const struct parameter *parameter, uint32_t parameters, const char *name)
{
	for (uint32_t i = 0; i < parameters; i++)
		if (strcmp(parameter[i].name.text, name) == 0)
			return true;
	return false;
}

/* What could be meant, of a list of parameters. */
struct offers {
	struct nearest nearest;
	const char *all;
};

static void offer(struct build *build, struct offers *offers, const struct parameter *parameter,
		  uint32_t parameters)
{
	for (uint32_t i = 0; i < parameters; i++) {
		nearest_try(&offers->nearest, parameter[i].name.text);
		offers->all = arena_format(build->arena, "%s%s%s", offers->all,
					   offers->all[0] == '\0' ? "" : ", ", parameter[i].name.text);
	}
}

static void refuse_unknown(struct build *build, const struct receiver *receiver, struct name name,
			   const struct offers *offers)
{
	struct complaint *complaint = report_error(build->report, RULE_UNKNOWN_PARAMETER, name.place,
						   "%s no parameter \"%s\"", receiver->has, name.text);

	complaint_allowed(complaint, "%s",
			  offers->all[0] == '\0' ? "none: it has no parameters" : offers->all);
	complaint_nearest(complaint, &offers->nearest);
}

/* A value that was given and is NULL was refused where it was read. */
static void set_parameter(struct build *build, const struct receiver *receiver,
			  const struct parameter *parameter, const struct entry *given,
			  struct parameter_value *result)
{
	if (given != NULL && given->value != NULL) {
		(void)parameter_decode(
		    build->report, parameter, given->value,
		    arena_format(build->arena, "the parameter \"%s\"", parameter->name.text),
		    result); /* a refusal is in the report */
	} else if (parameter->has_default) {
		*result = parameter->fallback;
	} else if (given == NULL) {
		complaint_note(report_error(build->report, RULE_MISSING_PARAMETER, receiver->place,
					    "%s must be given the parameter \"%s\"", receiver->needs,
					    parameter->name.text),
			       parameter->name.place, "it has no default: %s", parameter->doc);
	}
}

static const struct parameter_value *set_all(struct build *build, const struct receiver *receiver,
					     const struct parameter *parameter, uint32_t parameters,
					     const struct value *with)
{
	struct parameter_value *result = ARENA_ARRAY(build->arena, struct parameter_value, parameters);

	for (uint32_t i = 0; i < parameters; i++)
		set_parameter(build, receiver, &parameter[i], find_given(with, parameter[i].name.text),
			      &result[i]);
	return result;
}

const struct parameter_value *parameters_set(struct build *build, const struct component *component,
					     const struct value *entry, struct name instance)
{
	const struct value *with = value_get(entry, "with");
	const struct receiver receiver = {
	    .has = arena_format(build->arena, "the component \"%s\" has", component->name.text),
	    .needs = arena_format(build->arena, "the instance \"%s\"", instance.text),
	    .place = instance.place};

	for (uint32_t i = 0; with != NULL && i < with->entries; i++) {
		const struct name *name = &with->entry[i].name;
		struct offers offers = {nearest_start(name->text), ""};

		if (has_parameter(component->parameter, component->parameters, name->text))
			continue;
		offer(build, &offers, component->parameter, component->parameters);
		refuse_unknown(build, &receiver, *name, &offers);
	}
	return set_all(build, &receiver, component->parameter, component->parameters, with);
}

void parameters_connect(struct build *build, struct connection *connection)
{
	const struct port *uses = connection->uses, *provides = connection->provides;
	const struct value *with = connection->with;
	const char *wire = arena_format(build->arena, "%s.%s -> %s.%s", connection->client->name.text,
					uses->name.text, connection->server->name.text, provides->name.text);
	const struct receiver receiver = {.has = arena_format(build->arena, "the ports of \"%s\" have", wire),
					  .needs = arena_format(build->arena, "the connection \"%s\"", wire),
					  .place = connection->place};

	for (uint32_t i = 0; with != NULL && i < with->entries; i++) {
		const struct name *name = &with->entry[i].name;
		struct offers offers = {nearest_start(name->text), ""};

		if (has_parameter(uses->parameter, uses->parameters, name->text) ||
		    has_parameter(provides->parameter, provides->parameters, name->text))
			continue;
		offer(build, &offers, uses->parameter, uses->parameters);
		offer(build, &offers, provides->parameter, provides->parameters);
		refuse_unknown(build, &receiver, *name, &offers);
	}
	connection->client_parameter = set_all(build, &receiver, uses->parameter, uses->parameters, with);
	connection->server_parameter =
	    set_all(build, &receiver, provides->parameter, provides->parameters, with);
}

/* ---- Values that may be given once ---- */

static const struct parameter_value *value_of(const struct connection *connection, bool provided, uint32_t i)
{
	return provided ? &connection->server_parameter[i] : &connection->client_parameter[i];
}

/* The wire's own word, or the wire where that says nothing. */
static struct place place_of(const struct connection *connection, const struct parameter *parameter)
{
	const struct entry *given = find_given(connection->with, parameter->name.text);

	return given == NULL || given->value == NULL ? connection->place : given->value->place;
}

static void refuse_second(struct build *build, const struct port *port, const struct parameter *parameter,
			  const char *text, struct place first, struct place second)
{
	const bool turned =
	    first.file == second.file &&
	    (first.line > second.line || (first.line == second.line && first.column > second.column));

	complaint_note(
	    complaint_note(report_error(build->report, RULE_UNIQUE_PARAMETER, turned ? first : second,
					"a second connection of the port \"%s\" has \"%s\" for \"%s\"",
					port->name.text, text, parameter->name.text),
			   turned ? second : first, "the first one is here"),
	    parameter->name.place, "the parameter is declared here, with \"unique: true\"");
}

static void check_port(struct build *build, const struct port *port,
		       const struct connection *const *connection, uint32_t count, bool provided)
{
	for (uint32_t i = 0; i < port->parameters; i++) {
		const struct parameter *parameter = &port->parameter[i];
		struct names seen = {0};

		for (uint32_t c = 0; parameter->unique && c < count; c++) {
			const struct parameter_value *value = value_of(connection[c], provided, i);
			const char *key =
			    parameter->kind == PARAMETER_STRING
				? value->text
				: arena_format(build->arena, "%llu", (unsigned long long)value->number);
			const struct connection *first;

			if (value->text == NULL) /* refused: the report says so */
				continue;
			first = names_put(&seen, build->arena, key,
					  (void *)(uintptr_t)connection[c]); /* only read */
			if (first != NULL)
				refuse_second(build, port, parameter, value->text, place_of(first, parameter),
					      place_of(connection[c], parameter));
		}
	}
}

void parameters_check_unique(struct build *build)
{
	for (uint32_t i = 0; i < build->instances; i++) {
		const struct instance *instance = &build->instance[i];
		const struct component *component = build->draft[i].component;

		for (uint32_t p = 0; component != NULL && p < component->provided; p++)
			check_port(build, &component->provides[p], instance->provided[p].client,
				   instance->provided[p].clients, true);
		for (uint32_t u = 0; component != NULL && u < component->used; u++)
			check_port(build, &component->uses[u], instance->used[u].server,
				   instance->used[u].servers, false);
	}
}
