/* SPDX-License-Identifier: MIT
 * What a sentence says that somebody holds: a device, a port, shared memory, a pool, the platform, the inspector.
 */
#include "noun.h"

#include <string.h>

#include "../read/arena.h"

/* The next part of a name, up to a dot or the end, is a port or a region: -1 where the instance ends elsewhere. */
static int32_t find_port(const struct component *component, const char *name, size_t length)
{
	for (uint32_t i = 0; i < component->provided; i++)
		if (strlen(component->provides[i].name.text) == length &&
		    strncmp(component->provides[i].name.text, name, length) == 0)
			return (int32_t)i;
	return -1;
}

static void refuse_port(struct statement *statement, const struct instance *instance)
{
	const char *all = "", *path = statement_path(statement);

	for (uint32_t i = 0; i < instance->component->provided; i++)
		all = arena_format(statement->arena, "%s%s%s.%s", all, i == 0 ? "" : ", ",
				   statement_inner(statement->scope, instance->name.text),
				   instance->component->provides[i].name.text);
	complaint_allowed(report_error(statement->report, RULE_UNKNOWN_PORT, statement_place(statement),
				       "\"%s\" provides no port \"%s\"", instance->name.text,
				       path + strlen(instance->name.text) + 1),
			  "%s", all[0] == '\0' ? "none" : all);
	statement->failed = true;
}

static void refuse_memory(struct statement *statement, const char *text, const char *all)
{
	complaint_allowed(
	    report_error(statement->report, RULE_UNKNOWN_MEMORY, statement_place(statement), "%s", text),
	    "%s", all[0] == '\0' ? "none" : all);
	statement->failed = true;
}

static void take_region(struct statement *statement, struct object *object, const char *name)
{
	const struct interface *interface = object->instance->component->provides[object->port].interface;
	const char *all = "";

	for (uint32_t i = 0; i < interface->shareds; i++) {
		if (strcmp(interface->shared[i].name.text, name) == 0) {
			object->region = i;
			return;
		}
		all = arena_format(statement->arena, "%s%s%s", all, i == 0 ? "" : ", ",
				   interface->shared[i].name.text);
	}
	refuse_memory(statement,
		      arena_format(statement->arena, "the interface \"%s\" shares no memory \"%s\"",
				   interface->name.text, name),
		      all);
}

/* INSTANCE.PORT, or INSTANCE.PORT.REGION; the path of the instance may have dots itself. */
static void take_part(struct statement *statement, struct object *object)
{
	const struct model *model = statement->graph->model;
	const struct instance *found = NULL;
	const char *path = statement_path(statement), *port;
	size_t length;
	int32_t number;

	for (uint32_t i = 0; i < model->instances; i++)
		if (statement_fits(path, model->instance[i].name.text) == FIT_INSIDE &&
		    (found == NULL || strlen(model->instance[i].name.text) > strlen(found->name.text)))
			found = &model->instance[i];
	if (found == NULL) {
		statement_no_instance(statement);
		return;
	}
	port = path + strlen(found->name.text) + 1;
	length = object->kind == OBJECT_PORT ? strlen(port) : strcspn(port, ".");
	number = find_port(found->component, port, length);
	if (number < 0) {
		refuse_port(statement, found);
		return;
	}
	object->instance = found;
	object->port = (uint32_t)number;
	if (object->kind == OBJECT_MEMORY)
		take_region(statement, object, port[length] == '.' ? port + length + 1 : "");
	if (!statement->failed)
		statement_take_path(statement);
}

static void take_pool(struct statement *statement, struct object *object)
{
	const struct model *model = statement->graph->model;
	const char *path = statement_path(statement);

	for (uint32_t i = 0; i < model->instances; i++)
		if (strcmp(model->instance[i].name.text, path) == 0)
			object->instance = &model->instance[i];
	if (object->instance == NULL)
		statement_no_instance(statement);
	else if (object->instance->pool.size == 0)
		refuse_memory(
		    statement,
		    arena_format(statement->arena, "\"%s\" has no pool", object->instance->name.text), "");
	else
		statement_take_path(statement);
}

bool statement_at_object(const struct statement *statement)
{
	static const char *const word[] = {"port", "memory", "pool", "platform", "inspector"};

	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++)
		if (statement_is(statement, word[i]))
			return true;
	return false;
}

void statement_object(struct statement *statement, struct object *object)
{
	const char *start = statement->at - strlen(statement->word);
	size_t length;

	if (statement_accept(statement, "device")) {
		object->kind = OBJECT_DEVICE;
		object->device = statement_device(statement);
	} else if (statement_is(statement, "port") || statement_is(statement, "memory")) {
		object->kind = statement_is(statement, "port") ? OBJECT_PORT : OBJECT_MEMORY;
		statement_next(statement);
		take_part(statement, object);
	} else if (statement_accept(statement, "pool")) {
		object->kind = OBJECT_POOL;
		take_pool(statement, object);
	} else if (statement_accept(statement, "platform")) {
		object->kind = OBJECT_PLATFORM;
	} else if (statement_accept(statement, "inspector")) {
		object->kind = OBJECT_INSPECTOR;
	} else {
		statement_refuse(statement,
				 "\"device\", \"port\", \"memory\", \"pool\", \"platform\" or \"inspector\"");
	}
	object->text = statement_since(statement, start);
	if (object->instance == NULL || statement->scope == NULL)
		return;
	length = strcspn(object->text, BLANKS);
	object->text =
	    arena_format(statement->arena, "%.*s %s.%s", (int)length, object->text, statement->scope,
			 object->text + length + strspn(object->text + length, BLANKS));
}
