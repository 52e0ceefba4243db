/* SPDX-License-Identifier: MIT
 * From YAML to typed values: libfyaml parses, the shape says what may stand
 * where. Everything wrong in a file is reported in one go: a refused value
 * becomes NULL and its neighbours are still read.
 */
#include "yaml.h"

#include <string.h>
#include "meant.h"
#include "names.h"

static const char *kind_text(const struct yaml *yaml)
{
	static const char *const text[] = {"nothing", "a value", "a list", "a mapping"};

	return text[yaml->kind];
}

/* For a word where more is wanted: how that is written. */
static void help_with_word(const struct reader *reader, struct complaint *complaint, const char *word,
			   struct place place, const struct shape *shape)
{
	const struct shape *object = shape->kind == SHAPE_EITHER ? shape->map : shape;

	if (shape->kind == SHAPE_LIST && strchr(word, ']') != NULL)
		complaint_help(complaint, "write [%s", word);
	else if (shape->kind == SHAPE_LIST && strchr(word, ',') != NULL)
		complaint_help(complaint, "write [%s]", word);
	else if (shape->kind == SHAPE_LIST)
		complaint_help(complaint, "write [%s], or \"- %s\" on a line of its own", word, word);
	else if (reader->entry.text != NULL && place.line > reader->entry.place.line)
		complaint_help(complaint, "write \"%s:\" for %s of its own", word, reader->entry_is);
	else if (object != NULL && object->kind == SHAPE_OBJECT &&
		 object->key[0].shape->kind == SHAPE_IDENTIFIER && name_is_identifier(word) &&
		 !name_is_keyword(word))
		complaint_help(complaint, "write {%s: %s}", object->key[0].name, word);
}

static const struct value *refuse_kind(struct reader *reader, const struct yaml *yaml,
				       const struct shape *shape, const char *what)
{
	struct complaint *complaint =
	    report_error(reader->report, RULE_WRONG_TYPE, yaml->place,
			 "\"%s\" must be %s, but here stands %s", what, shape->says, kind_text(yaml));

	if (yaml->kind == YAML_SCALAR)
		help_with_word(reader, complaint, yaml->text, yaml->place, shape);
	else if (shape->kind == SHAPE_LIST)
		complaint_help(complaint, "each entry of a list stands behind \"- \"");
	else if (shape->kind < SHAPE_LIST && !yaml_is_plain(yaml))
		complaint_column(reader, complaint, yaml);
	return NULL;
}

static struct value *make(struct reader *reader, const struct yaml *yaml, const struct shape *shape)
{
	struct value *value = ARENA_NEW(reader->arena, struct value);

	value->shape = shape;
	value->place = yaml->place;
	value->text = yaml->text;
	value->quoted = yaml->quoted;
	return value;
}

/* ---- Collections ---- */

static const struct value *read_list(struct reader *reader, const struct yaml *yaml,
				     const struct shape *shape, const char *what)
{
	struct value *value = make(reader, yaml, shape);
	struct entry *entry = ARENA_ARRAY(reader->arena, struct entry, yaml->items);
	bool complete = true;

	for (uint32_t i = 0; i < yaml->items; i++) {
		entry[i].name.place = yaml->item[i].value.place;
		entry[i].value = read_value(reader, &yaml->item[i].value, shape->of, what);
		complete = complete && entry[i].value != NULL;
	}
	if (complete && (yaml->items < shape->min || (shape->max != 0 && yaml->items > shape->max))) {
		report_error(reader->report, RULE_WRONG_TYPE, yaml->place,
			     yaml->items == 0 ? "\"%s\" must be %s, but it is empty"
					      : "\"%s\" must be %s, but here stand %u",
			     what, shape->says, yaml->items);
		return NULL;
	}
	value->entry = entry;
	value->entries = yaml->items;
	return complete ? value : NULL;
}

/* The first of two equal keys stays; the second is refused with the place of the first. */
static bool check_duplicates(struct reader *reader, const struct yaml *yaml)
{
	struct names seen = {0};
	bool unique = true;

	for (uint32_t i = 0; i < yaml->items; i++) {
		const struct yaml_item *item = &yaml->item[i];
		struct yaml_item *first = names_put(&seen, reader->arena, item->key.text, &yaml->item[i]);

		if (first == NULL)
			continue;
		complaint_note(report_error(reader->report, RULE_DUPLICATE_KEY, item->key.place,
					    "\"%s\" stands here a second time", item->key.text),
			       first->key.place, "the first one is here");
		unique = false;
	}
	return unique;
}

static bool check_name(struct reader *reader, struct name name, const struct shape *shape)
{
	const char *what = shape->names;

	if (!name_is_identifier(name.text) && !(shape->dotted && name_is_path(name.text))) {
		complaint_name(complaint_allowed(report_error(reader->report, RULE_BAD_IDENTIFIER, name.place,
							      "\"%s\" is not a name for %s", name.text, what),
						 NAME_FORM),
			       name.text);
		return false;
	}
	if (shape->bare && name_is_keyword(name.text)) {
		complaint_help(
		    report_error(reader->report, RULE_KEYWORD, name.place,
				 "\"%s\" cannot name %s: it becomes a name in C, where it is a keyword",
				 name.text, what),
		    "write \"%s_\" or another word", name.text);
		return false;
	}
	return true;
}

static const struct value *read_map(struct reader *reader, const struct yaml *yaml, const struct shape *shape,
				    const char *what)
{
	struct value *value = make(reader, yaml, shape);
	struct entry *entry = ARENA_ARRAY(reader->arena, struct entry, yaml->items);
	bool complete = check_duplicates(reader, yaml);

	if (yaml->items < shape->min) {
		report_error(reader->report, RULE_WRONG_TYPE, yaml->place,
			     "\"%s\" must be %s, but it is empty", what, shape->says);
		return NULL;
	}
	for (uint32_t i = 0; i < yaml->items; i++) {
		entry[i].name = yaml->item[i].key;
		if (!check_name(reader, entry[i].name, shape))
			complete = false;
		reader->entry = entry[i].name;
		reader->entry_is = shape->names;
		entry[i].value = read_value(reader, &yaml->item[i].value, shape->of, entry[i].name.text);
		complete = complete && entry[i].value != NULL;
	}
	reader->entry.text = NULL;
	value->entry = entry;
	value->entries = yaml->items;
	return complete ? value : NULL;
}

static const char *list_keys(struct reader *reader, const struct shape *shape)
{
	const char *text = "";

	for (const struct key *key = shape->key; key->name != NULL; key++)
		text = arena_format(reader->arena, "%s%s%s", text, text[0] == '\0' ? "" : ", ", key->name);
	return text;
}

struct nearest nearest_key(const struct shape *shape, const char *name)
{
	struct nearest nearest = nearest_start(name);

	for (const struct key *key = shape->key; key->name != NULL; key++)
		nearest_try(&nearest, key->name);
	return nearest;
}

/* "key:value" and "key=value" are one word. */
static bool is_pair(const struct reader *reader, const struct shape *shape, const char *word)
{
	size_t length = strcspn(word, ":=");

	return word[length] != '\0' && shape_key(shape, arena_text(reader->arena, word, length)) != NULL;
}

/* Answers for how many items that was said: at least one. */
static uint32_t refuse_key(struct reader *reader, const struct shape *shape, const struct yaml *yaml,
			   uint32_t at)
{
	const struct yaml_item *item = &yaml->item[at];
	const char *name = item->key.text;
	const struct nearest nearest = nearest_key(shape, name);
	const uint32_t rest = yaml_rest(reader, yaml, shape, at);
	struct complaint *complaint;

	if (strcmp(name, "<<") == 0) {
		report_error(reader->report, RULE_SYNTAX, item->key.place,
			     "merge keys are not taken: write the keys themselves");
		return 1;
	}
	complaint = complaint_allowed(report_error(reader->report, RULE_UNKNOWN_KEY, item->key.place,
						   "unknown key \"%s\" in %s", name, shape->says),
				      "%s", list_keys(reader, shape));
	if (is_pair(reader, shape, name))
		complaint_help(complaint, "write \"%.*s: %s\"", (int)strcspn(name, ":="), name,
			       name + strcspn(name, ":=") + 1);
	else if (rest > 0)
		complaint_rest(reader, complaint, yaml, at, rest);
	else if (nearest.best != NULL)
		complaint_nearest(complaint, &nearest);
	else if (!complaint_letters(complaint, name))
		complaint_column(reader, complaint, &item->value);
	return rest > 0 ? rest : 1;
}

static const struct yaml_item *find_key(const struct yaml *yaml, const char *name)
{
	for (uint32_t i = 0; i < yaml->items; i++)
		if (strcmp(yaml->item[i].key.text, name) == 0)
			return &yaml->item[i];
	return NULL;
}

static bool refuse_unknown_keys(struct reader *reader, const struct yaml *yaml, const struct shape *shape)
{
	bool known = true;

	for (uint32_t i = 0; i < yaml->items;) {
		const bool is_known = shape_key(shape, yaml->item[i].key.text) != NULL;

		known = known && is_known;
		i += is_known ? 1 : refuse_key(reader, shape, yaml, i);
	}
	return known;
}

static const struct value *read_object(struct reader *reader, const struct yaml *yaml,
				       const struct shape *shape)
{
	const struct object *outer = reader->object, here = {yaml, shape, reader->entry, reader->entry_is};
	struct value *value = make(reader, yaml, shape);
	uint32_t keys = 0;
	struct entry *entry;
	bool complete = check_duplicates(reader, yaml);

	reader->object = &here;
	reader->entry.text = NULL; /* what is deeper is no entry */
	complete = refuse_unknown_keys(reader, yaml, shape) && complete;
	while (shape->key[keys].name != NULL)
		keys++;
	entry = ARENA_ARRAY(reader->arena, struct entry, keys);
	for (uint32_t i = 0; i < keys; i++) {
		const struct yaml_item *item = find_key(yaml, shape->key[i].name);

		entry[i].name = (struct name){shape->key[i].name, yaml->place};
		if (item != NULL) {
			entry[i].name.place = item->key.place;
			entry[i].value =
			    read_value(reader, &item->value, shape->key[i].shape, shape->key[i].name);
			complete = complete && entry[i].value != NULL;
		} else if (shape->key[i].required) {
			complaint_help(report_error(reader->report, RULE_MISSING_KEY, yaml->place,
						    "%s needs the key \"%s\"", shape->says,
						    shape->key[i].name),
				       "%s: %s", shape->key[i].name, shape->key[i].doc);
			complete = false;
		}
	}
	reader->object = outer;
	value->entry = entry;
	value->entries = keys;
	return complete ? value : NULL;
}

/* ---- One value of any shape ---- */

/* A mapping none of whose keys is one of the object's, or near to one: something else was meant. */
static bool is_another(const struct yaml *yaml, const struct shape *object)
{
	for (uint32_t i = 0; i < yaml->items; i++)
		if (nearest_key(object, yaml->item[i].key.text).best != NULL)
			return false;
	return yaml->items != 0;
}

static const struct value *read_either(struct reader *reader, const struct yaml *yaml,
				       const struct shape *shape, const char *what)
{
	const struct shape *choice = NULL;

	if (yaml->kind == YAML_SCALAR)
		choice = shape->scalar;
	else if (yaml->kind == YAML_LIST)
		choice = shape->list;
	else if (yaml->kind == YAML_MAP || (yaml->kind == YAML_NULL && shape->scalar == NULL))
		choice = shape->map;
	if (choice == NULL || (yaml->kind == YAML_MAP && shape->scalar != NULL &&
			       choice->kind == SHAPE_OBJECT && is_another(yaml, choice)))
		return refuse_kind(reader, yaml, shape, what);
	return read_value(reader, yaml, choice, what);
}

static const struct value *read_choices(struct reader *reader, const struct yaml *yaml,
					const struct shape *shape, const char *what)
{
	struct value *value = make(reader, yaml, shape);
	bool complete = true;

	for (uint32_t i = 0; i < yaml->items; i++) {
		uint64_t index = 0;

		if (yaml->item[i].value.kind != YAML_SCALAR) {
			(void)refuse_kind(reader, &yaml->item[i].value, shape, what); /* always NULL */
			complete = false;
		} else if (!read_choice(reader, &yaml->item[i].value, shape, what, &index)) {
			complete = false;
		}
		value->number |= UINT64_C(1) << index;
	}
	return complete ? value : NULL;
}

const struct value *read_value(struct reader *reader, const struct yaml *yaml, const struct shape *shape,
			       const char *what)
{
	bool map = yaml->kind == YAML_MAP || yaml->kind == YAML_NULL;
	bool list = yaml->kind == YAML_LIST || yaml->kind == YAML_NULL;

	if (shape->kind == SHAPE_EITHER)
		return read_either(reader, yaml, shape, what);
	if (shape->kind == SHAPE_OBJECT && map)
		return read_object(reader, yaml, shape);
	if (shape->kind == SHAPE_MAP && map)
		return read_map(reader, yaml, shape, what);
	if (shape->kind == SHAPE_LIST && list)
		return read_list(reader, yaml, shape, what);
	if (shape->kind == SHAPE_CHOICES && yaml->kind == YAML_LIST)
		return read_choices(reader, yaml, shape, what);
	if (shape->kind < SHAPE_LIST && yaml->kind == YAML_SCALAR) {
		struct value *value = make(reader, yaml, shape);

		return read_scalar(reader, yaml, value, what) ? value : NULL;
	}
	return refuse_kind(reader, yaml, shape, what);
}

const struct value *read_description(struct arena *arena, const struct source *source,
				     const struct shape *shape, struct report *report)
{
	struct reader reader = {.arena = arena, .source = source, .report = report};
	struct yaml yaml;

	if (!yaml_parse(&reader, &yaml))
		return NULL;
	if (yaml.kind == YAML_NULL) {
		complaint_help(report_error(report, RULE_EMPTY_FILE, place_file(source),
					    "there is nothing in this file"),
			       "begin with \"%s: NAME\"", shape->key[0].name);
		return NULL;
	}
	return read_value(&reader, &yaml, shape, source->shown);
}
