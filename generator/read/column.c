/* SPDX-License-Identifier: MIT
 * A key that stands in the wrong mapping because of its column: in YAML that is
 * no mistake, so it shows as a key that is unknown there, or has another form.
 */
#include "yaml.h"

#include <string.h>

const struct key *shape_key(const struct shape *object, const char *name)
{
	const struct key *key = object->key;

	while (key->name != NULL && strcmp(key->name, name) != 0)
		key++;
	return key->name == NULL ? NULL : key;
}

static bool may_hold_keys(const struct shape *shape)
{
	return shape->kind == SHAPE_MAP || shape->kind == SHAPE_OBJECT ||
	       (shape->kind == SHAPE_EITHER && shape->map != NULL);
}

bool yaml_is_plain(const struct yaml *yaml)
{
	return yaml->kind == YAML_SCALAR || yaml->kind == YAML_LIST;
}

/* Is the value of `item` a block of keys that `below` was meant to be one of? */
static bool may_continue(const struct object *object, const struct yaml_item *item,
			 const struct yaml_item *below)
{
	const struct key *key = shape_key(object->shape, item->key.text);

	return key != NULL && may_hold_keys(key->shape) && item->key.place.line < below->key.place.line &&
	       (item->value.kind == YAML_NULL ||
		(item->value.kind == YAML_MAP && item->value.place.line > item->key.place.line &&
		 !yaml_is_plain(&below->value)));
}

void complaint_column(const struct reader *reader, struct complaint *complaint, const struct yaml *value)
{
	const struct object *object = reader->object;
	const struct yaml_item *item = NULL;
	bool plain = false;

	if (object == NULL)
		return;
	for (uint32_t i = 0; i < object->yaml->items && item == NULL; i++) {
		plain = plain || yaml_is_plain(&object->yaml->item[i].value);
		if (&object->yaml->item[i].value == value)
			item = &object->yaml->item[i];
	}
	if (item == NULL)
		return;
	if (item != object->yaml->item && may_continue(object, &item[-1], item))
		complaint_help(complaint,
			       "indented further than \"%s\" in line %u, it would be a part of that",
			       item[-1].key.text, item[-1].key.place.line);
	else if (!plain && object->entry.text != NULL && object->entry.place.line < item->key.place.line)
		complaint_help(complaint,
			       "it is a part of \"%s\" in line %u, because it is indented further; %s of its "
			       "own begins in column %u",
			       object->entry.text, object->entry.place.line, object->entry_is,
			       object->entry.place.column);
}
