/* SPDX-License-Identifier: MIT
 * libfyaml's document, taken over into plain structures. Only this file knows
 * libfyaml. Duplicate keys are left to the reader, which knows both places.
 */
#include "yaml.h"

#include <libfyaml.h>
#include <string.h>

#include "mistake.h"

static struct place token_place(const struct reader *reader, struct fy_token *token, size_t width)
{
	const struct fy_mark *mark = token == NULL ? NULL : fy_token_start_mark(token);

	if (mark == NULL)
		return place_file(reader->source);
	return place_at(reader->source, (uint32_t)mark->line + 1, (uint32_t)mark->column + 1,
			width == 0 ? 1 : (uint32_t)width);
}

static bool refuse_node(struct reader *reader, struct place place, const char *message)
{
	report_error(reader->report, RULE_SYNTAX, place, "%s", message);
	return false;
}

/* Where the first word of a node stands; lists and mappings have no place of their own. */
static struct place first_place(const struct reader *reader, struct fy_node *node, struct place fallback)
{
	struct fy_node_pair *pair;
	void *at = NULL;

	while (node != NULL && !fy_node_is_scalar(node)) {
		at = NULL;
		pair = fy_node_is_mapping(node) ? fy_node_mapping_iterate(node, &at) : NULL;
		node = pair != NULL                ? fy_node_pair_key(pair)
		       : fy_node_is_sequence(node) ? fy_node_sequence_iterate(node, &at)
						   : NULL;
	}
	return node == NULL || fy_node_get_scalar_token(node) == NULL
		   ? fallback
		   : token_place(reader, fy_node_get_scalar_token(node), 1);
}

/* YAML 1.2, 10.3.2. */
static bool is_null(const char *text, size_t length)
{
	static const char *const word[] = {"~", "null", "Null", "NULL"};

	for (size_t i = 0; i < sizeof word / sizeof word[0]; i++)
		if (length == strlen(word[i]) && memcmp(text, word[i], length) == 0)
			return true;
	return length == 0 || text == NULL;
}

/* libfyaml's mark of an alias stands behind the "*". */
static bool refuse_alias(struct reader *reader, struct place place, const char *name)
{
	place.column--;
	place.width++;
	complaint_help(
	    report_error(reader->report, RULE_SYNTAX, place, "aliases are not taken: write the value itself"),
	    "a text that begins with \"*\" stands in quotation marks: \"*%s\"", name);
	return false;
}

static bool take_scalar(struct reader *reader, struct fy_node *node, struct place fallback, struct yaml *yaml)
{
	size_t length = 0;
	const char *text = fy_node_get_scalar(node, &length);
	enum fy_node_style style = fy_node_get_style(node);
	bool plain = style == FYNS_PLAIN || style == FYNS_ANY;

	yaml->quoted = !plain;
	if (plain && style != FYNS_ALIAS && is_null(text, length)) {
		yaml->kind = YAML_NULL;
		yaml->place = fallback;
		return true;
	}
	yaml->kind = YAML_SCALAR;
	yaml->place = token_place(reader, fy_node_get_scalar_token(node), text_characters(text, length));
	if ((style == FYNS_SINGLE_QUOTED || style == FYNS_DOUBLE_QUOTED) && yaml->place.column > 1) {
		yaml->place.column--; /* libfyaml's mark stands behind the quotation mark */
		yaml->place.width += 2;
	}
	if (style == FYNS_ALIAS)
		return refuse_alias(reader, yaml->place, arena_text(reader->arena, text, length));
	if (memchr(text, '\0', length) != NULL)
		return refuse_node(reader, yaml->place, "a value may not hold a zero byte");
	yaml->text = arena_text(reader->arena, text, length);
	return true;
}

static bool take_node(struct reader *reader, struct fy_node *node, struct place fallback, struct yaml *yaml);

static bool take_list(struct reader *reader, struct fy_node *node, struct yaml *yaml)
{
	int count = fy_node_sequence_item_count(node);
	struct yaml_item *item = ARENA_ARRAY(reader->arena, struct yaml_item, (size_t)count);
	struct fy_node *next;
	void *at = NULL;

	yaml->kind = YAML_LIST;
	yaml->item = item;
	while ((next = fy_node_sequence_iterate(node, &at)) != NULL) {
		if (!take_node(reader, next, yaml->place, &item[yaml->items].value))
			return false;
		yaml->items++;
	}
	if (yaml->items != 0)
		yaml->place = item[0].value.place;
	return true;
}

static bool take_map(struct reader *reader, struct fy_node *node, struct yaml *yaml)
{
	int count = fy_node_mapping_item_count(node);
	struct yaml_item *item = ARENA_ARRAY(reader->arena, struct yaml_item, (size_t)count);
	struct fy_node_pair *pair;
	void *at = NULL;

	yaml->kind = YAML_MAP;
	yaml->item = item;
	while ((pair = fy_node_mapping_iterate(node, &at)) != NULL) {
		struct yaml key = {0};

		if (fy_node_pair_key(pair) == NULL || !fy_node_is_scalar(fy_node_pair_key(pair)))
			return refuse_node(reader, first_place(reader, fy_node_pair_key(pair), yaml->place),
					   "a key must be a name");
		if (!take_scalar(reader, fy_node_pair_key(pair), yaml->place, &key))
			return false;
		if (key.kind == YAML_NULL)
			return refuse_node(reader, first_place(reader, fy_node_pair_value(pair), key.place),
					   "a key must be a name, but there is none before the colon");
		item[yaml->items].key = (struct name){key.text, key.place};
		if (!take_node(reader, fy_node_pair_value(pair), key.place, &item[yaml->items].value))
			return false;
		yaml->items++;
	}
	if (yaml->items != 0)
		yaml->place = item[0].key.place;
	return true;
}

/* libfyaml tells the name of an anchor only: it stands behind what leads to it, in its line or soon after. */
static struct place anchor_place(const struct reader *reader, struct fy_anchor *anchor, struct place fallback)
{
	size_t width, length;
	const char *name = fy_anchor_get_text(anchor, &width);

	for (uint32_t line = fallback.line; name != NULL && line < fallback.line + 2; line++) {
		const char *text = source_line(reader->source, line, &length);

		for (size_t at = 0; at + width < length; at++)
			if (text[at] == '&' && memcmp(text + at + 1, name, width) == 0)
				return place_at(reader->source, line, (uint32_t)text_characters(text, at) + 1,
						(uint32_t)text_characters(name, width) + 1);
	}
	return fallback;
}

/* `fallback` is the place of what leads here: empty values and collections have none of their own. */
static bool take_node(struct reader *reader, struct fy_node *node, struct place fallback, struct yaml *yaml)
{
	struct fy_token *tag = node == NULL ? NULL : fy_node_get_tag_token(node);
	struct fy_anchor *anchor = node == NULL ? NULL : fy_node_get_anchor(node);

	yaml->place = fallback;
	if (node == NULL) {
		yaml->kind = YAML_NULL;
		return true;
	}
	if (tag != NULL)
		return refuse_node(reader, token_place(reader, tag, 1),
				   "tags are not taken: leave out what begins with \"!\"");
	if (anchor != NULL)
		return refuse_node(reader, anchor_place(reader, anchor, fallback),
				   "anchors are not taken: leave out what begins with \"&\"");
	if (fy_node_is_scalar(node))
		return take_scalar(reader, node, fallback, yaml);
	if (fy_node_is_sequence(node))
		return take_list(reader, node, yaml);
	return take_map(reader, node, yaml);
}

/* What is missing at the end of the file is shown behind its last word. */
static struct place not_past_end(struct place place)
{
	const struct source *source = place.file;
	size_t end = source->length, length;
	uint32_t line = 1;

	while (end > 0 && strchr(" \t\r\n", source->text[end - 1]) != NULL)
		end--;
	for (size_t i = 0; i < end; i++)
		line += source->text[i] == '\n';
	if (place.line <= line)
		return place;
	(void)source_line(source, line, &length); /* only its length is wanted */
	return place_at(source, line, (uint32_t)length + 1, 1);
}

/* Only the first of libfyaml's errors: those after it are its consequences. */
static void report_syntax(struct reader *reader, struct fy_diag *diag)
{
	void *at = NULL;
	const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &at);
	struct place place = place_file(reader->source);

	if (error != NULL && error->line > 0) {
		if (mistake_report(reader, (uint32_t)error->line))
			return;
		place = not_past_end(place_at(reader->source, (uint32_t)error->line,
					      error->column > 0 ? (uint32_t)error->column : 1, 1));
	}
	report_error(reader->report, RULE_SYNTAX, place, "this is not YAML: %s",
		     error == NULL || error->msg == NULL ? "it cannot be read" : error->msg);
}

static bool take_document(struct reader *reader, struct fy_document *document, struct yaml *yaml)
{
	return take_node(reader, fy_document_root(document), place_file(reader->source), yaml);
}

static bool refuse_second(struct reader *reader, struct fy_document *document)
{
	struct yaml second = {0};

	if (!take_document(reader, document, &second))
		return false;
	return refuse_node(reader, second.place,
			   "here a second document begins; a description is one document");
}

/* libfyaml ends a text silently at bytes that are none. */
static bool check_characters(struct reader *reader)
{
	const char *text = reader->source->text;
	uint32_t line = 1, column = 1;
	size_t length;

	for (size_t at = 0; at < reader->source->length; at += length) {
		length = text_character(text + at, reader->source->length - at);
		if (length == 0) {
			report_error(reader->report, RULE_SYNTAX, place_at(reader->source, line, column, 1),
				     "this is not YAML: the byte 0x%02x begins no character of a text",
				     (unsigned char)text[at]);
			return false;
		}
		column = text[at] == '\n' ? 1 : column + 1;
		line += text[at] == '\n';
	}
	return true;
}

bool yaml_parse(struct reader *reader, struct yaml *yaml)
{
	struct fy_parse_cfg config = {.flags = FYPCF_DEFAULT_DOC | FYPCF_COLLECT_DIAG |
					       FYPCF_ALLOW_DUPLICATE_KEYS};
	struct fy_document *document, *further = NULL;
	struct fy_parser *parser;
	bool taken = false;

	memset(yaml, 0, sizeof(*yaml));
	if (!check_characters(reader))
		return false;
	config.diag = fy_diag_create(NULL);
	fy_diag_set_collect_errors(config.diag, true);
	parser = fy_parser_create(&config);
	fy_parser_set_string(parser, reader->source->text, reader->source->length);
	document = fy_parse_load_document(parser);
	if (document != NULL)
		taken = take_document(reader, document, yaml);
	if (taken)
		further = fy_parse_load_document(parser);
	if (fy_diag_got_error(config.diag) ||
	    (document == NULL && reader->source->length != 0 && further != NULL))
		report_syntax(reader, config.diag), taken = false;
	else if (further != NULL)
		taken = refuse_second(reader, further);
	else if (document == NULL)
		yaml->kind = YAML_NULL, yaml->place = place_file(reader->source), taken = true;
	fy_parse_document_destroy(parser, further);
	fy_parse_document_destroy(parser, document);
	fy_parser_destroy(parser);
	fy_diag_destroy(config.diag);
	return taken;
}
