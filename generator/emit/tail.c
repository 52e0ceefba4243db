/* SPDX-License-Identifier: MIT
 * What follows the fixed part of a message: strings, byte buffers and
 * sequences, one after the other, each as long as it is in this message. In the
 * generated code an argument x has there
 *
 *   length_of_x   its bytes
 *   count_of_x    a sequence: its elements
 *   start_of_x    its first byte; of the first one a constant
 */
#include "wire.h"

#include <stdio.h>

/* ---- where they stand ------------------------------------------------------------------------- */

static uint32_t align_of(const struct argument *argument)
{
	return argument->type->kind == TYPE_SEQUENCE ? argument->type->element->align : 1;
}

static const struct argument *before(const struct message *message, uint32_t index)
{
	while (index-- > 0) {
		if (message->argument[index].variable)
			return &message->argument[index];
	}
	return NULL;
}

static void start_text(const struct message *message, uint32_t index, char text[HELD_ROOM])
{
	const struct argument *argument = &message->argument[index];
	const uint32_t align = align_of(argument);

	if (before(message, index))
		snprintf(text, HELD_ROOM, "start_of_%s", argument->name.text);
	else
		snprintf(text, HELD_ROOM, "%u", (message->fixed_size + align - 1) / align * align);
}

/* Where the bytes before this argument end. */
static void end_before(const struct message *message, uint32_t index, char text[2 * HELD_ROOM])
{
	const struct argument *last = before(message, index);
	char start[HELD_ROOM];

	if (last) {
		start_text(message, (uint32_t)(last - message->argument), start);
		snprintf(text, 2 * HELD_ROOM, "%s + length_of_%s", start, last->name.text);
	} else {
		snprintf(text, 2 * HELD_ROOM, "%u", message->fixed_size);
	}
}

void tail_end(const struct wire *wire, const struct message *message)
{
	char text[2 * HELD_ROOM];

	end_before(message, message->arguments, text);
	text_add(wire->out, "%s", text);
}

static void print_starts(const struct wire *wire, const struct message *message)
{
	char end[2 * HELD_ROOM];

	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];
		const uint32_t align = align_of(argument);

		if (!argument->variable || !before(message, i))
			continue;
		end_before(message, i, end);
		if (align == 1)
			text_add(wire->out, "\tconst uint32_t start_of_%s = %s;\n", argument->name.text, end);
		else
			text_add(wire->out, "\tconst uint32_t start_of_%s = (%s + %uu) & ~%uu;\n",
				 argument->name.text, end, align - 1, align - 1);
	}
}

/* ---- lengths ---------------------------------------------------------------------------------- */

static const char *number_prefix(const struct argument *argument)
{
	return argument->type->kind == TYPE_SEQUENCE ? "count" : "length";
}

static void print_length_of_items(const struct wire *wire, const struct argument *argument)
{
	if (argument->type->kind == TYPE_SEQUENCE)
		text_add(wire->out, "\tconst uint32_t length_of_%s = count_of_%s * %uu;\n",
			 argument->name.text, argument->name.text, argument->type->element->size);
}

static void hold_given(const void *context, const struct argument *argument, struct held *held)
{
	const char *companion[2];

	(void)context;
	snprintf(held->value, sizeof held->value, "%s", argument->name.text);
	held->number[0] = '\0';
	if (type_companions(argument->type, false, companion) != 0)
		snprintf(held->number, sizeof held->number, "%s_%s", argument->name.text, companion[0]);
}

static void hold_taken(const void *context, const struct argument *argument, struct held *held)
{
	const char *companion[2];

	(void)context;
	snprintf(held->value, sizeof held->value, "%s", argument->name.text);
	held->number[0] = '\0';
	if (type_companions(argument->type, false, companion) != 0)
		snprintf(held->number, sizeof held->number, "*%s_%s", argument->name.text, companion[0]);
}

const struct holder held_given = {hold_given, NULL}, held_taken = {hold_taken, NULL};

static void print_number_given(const struct wire *wire, const struct argument *argument,
			       const struct held *held)
{
	const char *name = argument->name.text;

	text_add(wire->out, "\tconst uint32_t %s_of_%s = ", number_prefix(argument), name);
	if (argument->type->kind == TYPE_STRING)
		text_add(wire->out, "(uint32_t)strnlen(%s, %u + 1);\n", held->value, argument->type->count);
	else
		text_add(wire->out, "%s;\n", held->number);
}

static void print_limit(const struct wire *wire, const struct argument *argument)
{
	const char *name = argument->name.text, *prefix = number_prefix(argument);

	if (wire->refuse == NULL)
		text_add(wire->out, "\tCHECK(%s_of_%s <= %u);\n", prefix, name, argument->type->count);
	else
		text_add(wire->out, "\tif (%s_of_%s > %u)\n\t\t%s\n", prefix, name, argument->type->count,
			 wire->refuse);
}

static void print_number_got(const struct wire *wire, const struct argument *argument, bool capacity)
{
	const char *name = argument->name.text, *prefix = number_prefix(argument);

	text_add(wire->out, "\tconst uint32_t %s_of_%s = tenon_get_u32(%s, %u);\n", prefix, name, wire->ipc,
		 argument->offset);
	text_add(wire->out, "\tif (%s_of_%s > %u", prefix, name, argument->type->count);
	if (capacity && argument->type->kind != TYPE_STRING)
		text_add(wire->out, " || %s_of_%s > %s_capacity", prefix, name, name);
	text_add(wire->out, ")\n\t\t%s\n", wire->refuse);
}

void tail_got(const struct wire *wire, const struct message *message, bool capacity)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		if (!message->argument[i].variable)
			continue;
		print_number_got(wire, &message->argument[i], capacity);
		print_length_of_items(wire, &message->argument[i]);
	}
	print_starts(wire, message);
	text_add(wire->out, "\tif (tenon_tag_length(%s%s) != ", wire->ipc + (wire->ipc[0] == '&'),
		 wire->ipc[0] == '&' ? ".tag" : "->tag");
	tail_end(wire, message);
	text_add(wire->out, ")\n\t\t%s\n", wire->refuse);
}

/* ---- elements --------------------------------------------------------------------------------- */

/* The place of a sequence's first element. */
static struct at at_start(const struct message *message, uint32_t index)
{
	struct at at = {.depth = 0};
	char start[HELD_ROOM];

	start_text(message, index, start);
	snprintf(at.loops, sizeof at.loops, " + %s", start);
	return at;
}

void tail_check(const struct wire *wire, const struct message *message)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];
		const struct at outside = at_start(message, i);
		struct at inside = outside;
		char part[PATH_ROOM], bound[HELD_ROOM];

		if (argument->type->kind != TYPE_SEQUENCE || argument->type->element->plain)
			continue;
		snprintf(bound, sizeof bound, "count_of_%s", argument->name.text);
		loop_open(wire, argument->type->element, "", bound, &inside, part);
		check_at(wire, argument->type->element, &inside);
		loop_close(wire, &outside);
	}
}

void tail_put_number(const struct wire *wire, const struct argument *argument)
{
	wire_tabs(wire, &(struct at){.depth = 0});
	text_add(wire->out, "tenon_put_u32(%s, %u, %s_of_%s);\n", wire->ipc, argument->offset,
		 number_prefix(argument), argument->name.text);
}

/* Clears what stands before aligned elements, and between and in those that are put piece by piece. */
static void print_zeros(const struct wire *wire, const struct message *message, uint32_t index)
{
	const struct argument *argument = &message->argument[index];
	const bool pieces = !wire_is_dense(argument->type->element);
	char start[HELD_ROOM], end[2 * HELD_ROOM];

	if (align_of(argument) == 1 && !pieces)
		return;
	start_text(message, index, start);
	end_before(message, index, end);
	wire_tabs(wire, &(struct at){.depth = 0});
	text_add(wire->out, "tenon_put_zeros(%s, %s, %s", wire->ipc, end, start);
	text_add(wire->out, pieces ? " + length_of_%s);\n" : ");\n", argument->name.text);
}

typedef void element_code(const struct wire *wire, const struct type *type, const char *part,
			  const struct at *at);

/* A loop over the elements, `one` for each. */
static void each_element(const struct wire *wire, const struct message *message, uint32_t index,
			 const char *items, element_code *one)
{
	const struct argument *argument = &message->argument[index];
	const struct at outside = at_start(message, index);
	struct at inside = outside;
	char part[PATH_ROOM], bound[HELD_ROOM];

	snprintf(bound, sizeof bound, "count_of_%s", argument->name.text);
	loop_open(wire, argument->type->element, items, bound, &inside, part);
	one(wire, argument->type->element, part, &inside);
	loop_close(wire, &outside);
}

void tail_given(const struct wire *wire, const struct message *message, const struct holder *holder)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];
		struct held held;

		if (!argument->variable)
			continue;
		holder->hold(holder->context, argument, &held);
		print_number_given(wire, argument, &held);
		print_limit(wire, argument);
		if (argument->type->kind == TYPE_SEQUENCE && type_holds_string(argument->type->element))
			each_element(wire, message, i, held.value, given_at);
		print_length_of_items(wire, argument);
	}
	print_starts(wire, message);
}

void tail_put(const struct wire *wire, const struct message *message, const struct holder *holder)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];
		const bool sequence = argument->type->kind == TYPE_SEQUENCE;
		char start[HELD_ROOM];
		struct held held;

		if (!argument->variable)
			continue;
		holder->hold(holder->context, argument, &held);
		start_text(message, i, start);
		if (sequence)
			print_zeros(wire, message, i);
		if (sequence && !wire_is_dense(argument->type->element)) {
			each_element(wire, message, i, held.value, put_at);
			continue;
		}
		wire_tabs(wire, &(struct at){.depth = 0});
		text_add(wire->out, "tenon_put(%s, %s, %s, length_of_%s);\n", wire->ipc, start, held.value,
			 argument->name.text);
	}
}

void tail_get(const struct wire *wire, const struct message *message, const struct holder *holder)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];
		char start[HELD_ROOM];
		struct held held;

		if (!argument->variable)
			continue;
		holder->hold(holder->context, argument, &held);
		start_text(message, i, start);
		if (argument->type->kind == TYPE_SEQUENCE && !argument->type->element->plain)
			each_element(wire, message, i, held.value, get_at);
		else
			text_add(wire->out, "\ttenon_get(%s, %s, %s, length_of_%s);\n", wire->ipc, start,
				 held.value, argument->name.text);
		if (argument->type->kind == TYPE_STRING)
			text_add(wire->out, "\t%s[length_of_%s] = '\\0';\n", held.value, argument->name.text);
		else if (held.number[0] != '\0')
			text_add(wire->out, "\t%s = %s_of_%s;\n", held.number, number_prefix(argument),
				 argument->name.text);
	}
}
