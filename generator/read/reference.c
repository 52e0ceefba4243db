/* SPDX-License-Identifier: MIT
 * The reference page of a description: one table for each object in it, the
 * outermost first.
 */
#include "document.h"

#include <ctype.h>
#include <string.h>
#include "rules.h"

#define OBJECTS_MAX 32

/* Object shapes in the order in which they are met. */
struct met {
	const struct shape *shape[OBJECTS_MAX];
	uint32_t count;
};

static void meet(struct met *met, const struct shape *shape)
{
	if (shape == NULL)
		return;
	if (shape->kind == SHAPE_EITHER) {
		meet(met, shape->scalar);
		meet(met, shape->list);
		meet(met, shape->map);
	} else if (shape->kind == SHAPE_LIST || shape->kind == SHAPE_MAP) {
		meet(met, shape->of);
	} else if (shape->kind == SHAPE_OBJECT) {
		for (uint32_t i = 0; i < met->count; i++)
			if (met->shape[i] == shape)
				return;
		if (met->count < OBJECTS_MAX)
			met->shape[met->count++] = shape;
	}
}

/* The object that a key leads to, or NULL. */
static const struct shape *target(const struct shape *shape)
{
	if (shape == NULL)
		return NULL;
	if (shape->kind == SHAPE_OBJECT)
		return shape;
	if (shape->kind == SHAPE_LIST || shape->kind == SHAPE_MAP)
		return target(shape->of);
	return shape->kind == SHAPE_EITHER ? target(shape->map) : NULL;
}

static void print_cell(const char *text, FILE *out)
{
	for (; *text != '\0'; text++) {
		if (*text == '|')
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void print_value(const struct shape *shape, FILE *out)
{
	const struct shape *object = target(shape);

	print_cell(shape->says, out);
	if (object == NULL)
		return;
	fputs(": [", out);
	print_cell(object->title, out);
	fputs("](#", out);
	for (const char *at = object->title; *at != '\0'; at++)
		fputc(*at == ' ' ? '-' : tolower((unsigned char)*at), out);
	fputc(')', out);
}

static void print_object(const struct shape *shape, FILE *out)
{
	fprintf(out, "\n## %s\n\n| key | value | default | |\n|---|---|---|---|\n", shape->title);
	for (const struct key *key = shape->key; key->name != NULL; key++) {
		fprintf(out, "| `%s` | ", key->name);
		print_value(key->shape, out);
		fputs(" | ", out);
		print_cell(key->required ? "**required**" : key->fallback == NULL ? "–" : key->fallback, out);
		fputs(" | ", out);
		print_cell(key->doc, out);
		fputs(" |\n", out);
	}
}

void reference_print(const struct description *of, FILE *out)
{
	struct met met = {0};

	fprintf(out, "<!-- Printed by `tenon-gen reference %s`; the text stands in generator/read. -->\n",
		of->name);
	fprintf(out, "# Reference: %s\n\n`%s`\n\n%s\n", of->name, of->where, of->doc);
	fputs("\nNames begin with a letter and go on with letters, digits and underscores. Sizes have a "
	      "unit: `B`, `KiB`, "
	      "`MiB`, `GiB`. Times have a unit: `ns`, `us`, `ms`, `s`, `min`, `h`. Numbers are decimal "
	      "without leading zeros, or "
	      "hexadecimal with "
	      "`0x`.\n",
	      out);
	fprintf(out, "\n```yaml\n%s```\n", of->example);
	meet(&met, of->shape);
	for (uint32_t i = 0; i < met.count; i++) {
		for (const struct key *key = met.shape[i]->key; key->name != NULL; key++)
			meet(&met, key->shape);
		print_object(met.shape[i], out);
	}
}

void rules_print(FILE *out)
{
	fputs("<!-- Printed by `tenon-gen reference rules`; the text stands in generator/read/rules.h. -->\n"
	      "# Reference: rules\n\nWhat the generator asks of descriptions. A message ends with the name "
	      "of the rule that was "
	      "broken;\n`./tenon explain RULE` prints its page. [Messages](messages.md) says what a message "
	      "consists of.\n\n| rule | |\n|---|---|\n",
	      out);
	for (int i = 0; i < RULE_COUNT; i++) {
		fprintf(out, "| [`%s`](../errors/%s.md) | ", rule_name((enum rule)i),
			rule_name((enum rule)i));
		print_cell(rule_text((enum rule)i), out);
		fputs(" |\n", out);
	}
}
