/* SPDX-License-Identifier: MIT
 * JSON Schema (draft 2020-12) of a shape. Every object shape becomes an entry
 * of `$defs`, so that shapes may contain themselves.
 */
#include "document.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_MAX      (UINT64_C(1) << 53) /* greatest integer that every JSON reader keeps */
#define NAME_MAX_BYTES 64

#define NUMBER       "(0|[1-9][0-9_]*)"
#define SIZE_PATTERN "^" NUMBER " *(B|KiB|MiB|GiB)$"
#define TIME_PATTERN "^" NUMBER " *(ns|us|ms|s|min|h)$"
#define RATE_PATTERN "^" NUMBER " +per +" NUMBER " *(ns|us|ms|s|min|h)$"
#define NAME_PATTERN "^[A-Za-z][A-Za-z0-9_]{0,62}$"
#define PATH_PATTERN "^[A-Za-z][A-Za-z0-9_]*([.][A-Za-z][A-Za-z0-9_]*)*$"

struct schema {
	cJSON *definitions;
};

static cJSON *make(struct schema *schema, const struct shape *shape);

static cJSON *typed(const char *type)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "type", type);
	return object;
}

static cJSON *with_types(const char *const *type, int count)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddItemToObject(object, "type", cJSON_CreateStringArray(type, count));
	return object;
}

static cJSON *pattern(const char *text)
{
	cJSON *object = typed("string");

	cJSON_AddStringToObject(object, "pattern", text);
	return object;
}

static cJSON *make_integer(const struct shape *shape)
{
	cJSON *object = typed("integer");

	cJSON_AddNumberToObject(object, "minimum", (double)shape->min);
	if (shape->max <= EXACT_MAX)
		cJSON_AddNumberToObject(object, "maximum", (double)shape->max);
	return object;
}

static cJSON *make_choice(const struct shape *shape)
{
	cJSON *object = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(object, "enum");

	for (const char *const *choice = shape->choice; *choice != NULL; choice++)
		cJSON_AddItemToArray(list, cJSON_CreateString(*choice));
	return object;
}

static cJSON *make_choices(const struct shape *shape)
{
	cJSON *object = cJSON_CreateObject(), *any = cJSON_AddArrayToObject(object, "anyOf"),
	      *list = typed("array");

	cJSON_AddItemToObject(list, "items", make_choice(shape));
	cJSON_AddItemToArray(any, make_choice(shape));
	cJSON_AddItemToArray(any, list);
	return object;
}

static cJSON *make_list(struct schema *schema, const struct shape *shape)
{
	static const char *const type[] = {"array", "null"};
	cJSON *object = shape->min > 0 ? typed("array") : with_types(type, 2);

	cJSON_AddItemToObject(object, "items", make(schema, shape->of));
	if (shape->min != 0)
		cJSON_AddNumberToObject(object, "minItems", (double)shape->min);
	if (shape->max != 0)
		cJSON_AddNumberToObject(object, "maxItems", (double)shape->max);
	return object;
}

static cJSON *make_map(struct schema *schema, const struct shape *shape)
{
	static const char *const type[] = {"object", "null"};
	cJSON *object = shape->min > 0 ? typed("object") : with_types(type, 2);

	if (shape->min > 0)
		cJSON_AddNumberToObject(object, "minProperties", (double)shape->min);
	cJSON_AddItemToObject(object, "propertyNames", pattern(shape->dotted ? PATH_PATTERN : NAME_PATTERN));
	cJSON_AddItemToObject(object, "additionalProperties", make(schema, shape->of));
	return object;
}

static cJSON *make_either(struct schema *schema, const struct shape *shape)
{
	cJSON *object = cJSON_CreateObject(), *any = cJSON_AddArrayToObject(object, "anyOf");
	const struct shape *form[] = {shape->scalar, shape->list, shape->map};

	for (size_t i = 0; i < sizeof(form) / sizeof(form[0]); i++)
		if (form[i] != NULL)
			cJSON_AddItemToArray(any, make(schema, form[i]));
	return object;
}

/* ---- Objects ---- */

static void fill_object(struct schema *schema, const struct shape *shape, cJSON *object)
{
	cJSON *properties = cJSON_AddObjectToObject(object, "properties"), *required = cJSON_CreateArray();

	for (const struct key *key = shape->key; key->name != NULL; key++) {
		cJSON *value = make(schema, key->shape);

		cJSON_AddStringToObject(value, "description", key->doc);
		cJSON_AddItemToObject(properties, key->name, value);
		if (key->required)
			cJSON_AddItemToArray(required, cJSON_CreateString(key->name));
	}
	if (cJSON_GetArraySize(required) != 0)
		cJSON_AddItemToObject(object, "required", required);
	else
		cJSON_Delete(required);
	cJSON_AddFalseToObject(object, "additionalProperties");
}

/* "Shared region" -> "shared_region" */
static void definition_name(const struct shape *shape, char name[NAME_MAX_BYTES])
{
	size_t i;

	for (i = 0; shape->title[i] != '\0' && i < NAME_MAX_BYTES - 1; i++)
		name[i] = shape->title[i] == ' ' ? '_' : (char)tolower((unsigned char)shape->title[i]);
	name[i] = '\0';
}

static cJSON *make_object(struct schema *schema, const struct shape *shape)
{
	static const char *const type[] = {"object", "null"};
	char name[NAME_MAX_BYTES], reference[NAME_MAX_BYTES + 8] = "#/$defs/";
	cJSON *object;

	definition_name(shape, name);
	if (!cJSON_HasObjectItem(schema->definitions, name)) {
		object = with_types(type, 2);
		cJSON_AddItemToObject(schema->definitions, name, object);
		fill_object(schema, shape, object);
	}
	strcat(reference, name);
	object = cJSON_CreateObject();
	cJSON_AddStringToObject(object, "$ref", reference);
	return object;
}

static cJSON *make_plain(struct schema *schema, const struct shape *shape)
{
	static const char *const scalar[] = {"string", "number", "boolean"};

	switch (shape->kind) {
	case SHAPE_TEXT:
		return shape->pattern == NULL ? with_types(scalar, 3) : pattern(shape->pattern);
	case SHAPE_SCALAR:
		return with_types(scalar, 3);
	case SHAPE_VERSION:
		return with_types(scalar, 2);
	case SHAPE_IDENTIFIER:
		return pattern(NAME_PATTERN);
	case SHAPE_INTEGER:
		return make_integer(shape);
	case SHAPE_BOOLEAN:
		return typed("boolean");
	case SHAPE_SIZE:
		return pattern(SIZE_PATTERN);
	case SHAPE_TIME:
		return pattern(TIME_PATTERN);
	case SHAPE_RATE:
		return pattern(RATE_PATTERN);
	case SHAPE_CHOICE:
		return make_choice(shape);
	case SHAPE_CHOICES:
		return make_choices(shape);
	case SHAPE_LIST:
		return make_list(schema, shape);
	case SHAPE_MAP:
		return make_map(schema, shape);
	case SHAPE_OBJECT:
		return make_object(schema, shape);
	case SHAPE_EITHER:
		break;
	}
	return make_either(schema, shape);
}

static cJSON *make(struct schema *schema, const struct shape *shape)
{
	const char *const word[] = {shape->word, NULL};
	cJSON *object, *any;

	if (shape->word == NULL && !shape->argument)
		return make_plain(schema, shape);
	object = cJSON_CreateObject();
	any = cJSON_AddArrayToObject(object, "anyOf");
	cJSON_AddItemToArray(any, make_plain(schema, shape));
	cJSON_AddItemToArray(any, shape->argument ? pattern("^\\$")
						  : make_choice(&(struct shape){.choice = word}));
	return object;
}

void schema_print(const struct description *of, FILE *out)
{
	struct schema schema = {.definitions = cJSON_CreateObject()};
	cJSON *root = cJSON_CreateObject();
	char *text;

	cJSON_AddStringToObject(root, "$schema", "https://json-schema.org/draft/2020-12/schema");
	cJSON_AddStringToObject(root, "title", of->where);
	cJSON_AddStringToObject(root, "description", of->doc);
	cJSON_AddStringToObject(root, "type", "object");
	fill_object(&schema, of->shape, root);
	cJSON_AddItemToObject(root, "$defs", schema.definitions);
	text = cJSON_Print(root);
	fprintf(out, "%s\n", text == NULL ? "{}" : text);
	free(text);
	cJSON_Delete(root);
}
