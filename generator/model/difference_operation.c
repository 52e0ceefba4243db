/* SPDX-License-Identifier: MIT
 * Two versions of the operations of an interface compared: their messages, what
 * they lend, their errors, and what they take of a connection.
 */
#include <string.h>
#include "../read/arena.h"
#include "../read/value.h"
#include "view.h"

static const struct argument *find_argument(const struct message *message, const char *name)
{
	for (uint32_t i = 0; i < message->arguments; i++)
		if (strcmp(message->argument[i].name.text, name) == 0)
			return &message->argument[i];
	return NULL;
}

static void compare_messages(const struct view *view, const struct message *before,
			     const struct message *after, bool to_server)
{
	const char *noun = to_server ? "argument" : "result";
	bool moved = false;

	for (uint32_t i = 0; i < before->arguments; i++) {
		const struct argument *old = &before->argument[i],
				      *new = find_argument(after, old->name.text);
		struct view argument =
		    difference_inside(view, noun, &old->name, new == NULL ? NULL : &new->name);

		argument.to_server = to_server;
		if (new == NULL)
			difference_add(&argument, true, "is gone");
		else
			difference_type(&argument, old->type, new->type, old->variable);
		moved = moved || (new != NULL &&new != &after->argument[i]);
	}
	for (uint32_t i = 0; i < after->arguments; i++) {
		struct view argument = difference_inside(view, noun, NULL, &after->argument[i].name);

		if (find_argument(before, after->argument[i].name.text) == NULL)
			difference_add(&argument, true, "is new");
	}
	if (moved && before->arguments == after->arguments)
		difference_add(view, true, "has its %ss in another order", noun);
}

static bool has_error(const struct operation *operation, const char *name)
{
	for (uint32_t i = 0; i < operation->errors; i++)
		if (strcmp(operation->error[i]->name.text, name) == 0)
			return true;
	return false;
}

static uint64_t taken(const struct taking *taking, uint32_t count)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < count; i++)
		sum += taking[i].amount;
	return sum;
}

/* Of whichever limits: a client that took less before may be met with `quota` sooner. */
static void compare_takings(const struct view *view, const struct operation *before,
			    const struct operation *after)
{
	const uint64_t took = taken(before->take, before->takes), takes = taken(after->take, after->takes);
	const uint64_t gave = taken(before->give, before->gives), gives = taken(after->give, after->gives);

	if (took != takes)
		difference_add(view, takes > took, "takes %s of its limits", takes > took ? "more" : "less");
	if (gave != gives)
		difference_add(view,
			       gives<gave, "gives %s back to its limits", gives> gave ? "more" : "less");
}

static void compare_operation(const struct view *view, const struct operation *before,
			      const struct operation *after)
{
	compare_messages(view, &before->in, &after->in, true);
	compare_messages(view, &before->out, &after->out, false);
	for (uint32_t i = 0; i < before->errors; i++)
		if (!has_error(after, before->error[i]->name.text))
			difference_add(view, false, "does not answer \"%s\" any more",
				       before->error[i]->name.text);
	for (uint32_t i = 0; i < after->errors; i++)
		if (!has_error(before, after->error[i]->name.text))
			difference_add(view, true, "can also answer \"%s\"", after->error[i]->name.text);
	compare_takings(view, before, after);
	if (before->reply != after->reply)
		difference_add(view, before->reply == REPLY_NEVER || after->reply == REPLY_NEVER,
			       "is answered %s",
			       (const char *const[]){"now", "later", "never"}[after->reply]);
	if (before->deadline_ns != after->deadline_ns)
		difference_add(view,
			       after->deadline_ns != 0 &&
				   (before->deadline_ns == 0 || after->deadline_ns < before->deadline_ns),
			       "is waited for %s",
			       after->deadline_ns == 0 ? "without end"
						       : scalar_print_time(view->arena, after->deadline_ns));
	if (before->opens != after->opens)
		difference_add(view, true, after->opens ? "opens the session" : "does not open the session");
	if (before->retry != after->retry)
		difference_add(view, before->retry,
			       after->retry ? "is repeated after a restart"
					    : "is not repeated after a restart");
}

static const struct operation *find_operation(const struct interface *interface, const char *name)
{
	for (uint32_t i = 0; i < interface->operations; i++)
		if (strcmp(interface->operation[i].name.text, name) == 0)
			return &interface->operation[i];
	return NULL;
}

void difference_operations(const struct view *view, const struct interface *before,
			   const struct interface *after)
{
	for (uint32_t i = 0; i < before->operations; i++) {
		const struct operation *old = &before->operation[i],
				       *new = find_operation(after, old->name.text);
		struct view operation =
		    difference_inside(view, "operation", &old->name, new == NULL ? NULL : &new->name);

		if (new == NULL)
			difference_add(&operation, true, "is gone");
		else
			compare_operation(&operation, old, new);
	}
	for (uint32_t i = 0; i < after->operations; i++) {
		struct view operation = difference_inside(view, "operation", NULL, &after->operation[i].name);

		if (find_operation(before, after->operation[i].name.text) == NULL)
			difference_add(&operation, false, "is new");
	}
}
