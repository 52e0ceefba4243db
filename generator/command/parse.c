/* SPDX-License-Identifier: MIT
 * parse: what the reader sees of a file before it looks at keys, for tools
 * that write descriptions: `tenon fmt` compares it before and after.
 */
#include "command.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include "../model/build.h"
#include "../read/yaml.h"

static cJSON *to_json(const struct yaml *yaml)
{
	cJSON *object = cJSON_CreateObject(), *list;

	if (yaml->kind == YAML_SCALAR) {
		cJSON_AddStringToObject(object, yaml->quoted ? "quoted" : "plain", yaml->text);
	} else if (yaml->kind != YAML_NULL) {
		list = cJSON_AddArrayToObject(object, yaml->kind == YAML_MAP ? "map" : "list");
		for (uint32_t i = 0; i < yaml->items; i++) {
			cJSON *item = to_json(&yaml->item[i].value);

			if (yaml->kind == YAML_MAP)
				cJSON_AddStringToObject(item, "key", yaml->item[i].key.text);
			cJSON_AddItemToArray(list, item);
		}
	}
	return object;
}

int command_parse(const struct options *options)
{
	struct arena *arena = arena_create();
	struct report *report = report_create();
	const struct source_base base = source_base(arena, working_folder(arena), options->root, ".");
	struct build build = {.arena = arena, .report = report, .base = base};
	struct reader reader = {.arena = arena, .report = report};
	struct yaml yaml = {0};
	char *text = NULL;
	int status = 1;

	reader.source = build_source(&build, options->word[0], report);
	if (reader.source != NULL && yaml_parse(&reader, &yaml)) {
		cJSON *json = to_json(&yaml);

		text = cJSON_PrintUnformatted(json);
		cJSON_Delete(json);
		printf("%s\n", text == NULL ? "{}" : text);
		status = 0;
	}
	report_print(report, stderr);
	free(text);
	report_destroy(report);
	arena_destroy(arena);
	return status;
}
