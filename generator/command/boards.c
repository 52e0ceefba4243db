/* SPDX-License-Identifier: MIT
 * board, boards, rules: what there is.
 */
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include "../model/build.h"
#include "../read/json.h"

static const char *const architecture_text[] = {"x86_64", "aarch64", "riscv64"};

static struct build start(const struct options *options, struct request *request)
{
	struct build build = {.arena = arena_create(), .report = report_create(), .request = request};

	*request = (struct request){.root = options->root, .dtb = options->dtb};
	build.base = source_base(build.arena, NULL, options->root, ".");
	build.model = ARENA_NEW(build.arena, struct model);
	return build;
}

/* Prints what was refused and gives all back. */
static int finish(struct build *build)
{
	int status = report_errors(build->report) == 0 ? 0 : 1;

	report_print(build->report, stderr);
	report_destroy(build->report);
	arena_destroy(build->arena);
	return status;
}

static void put_strings(cJSON *object, const char *key, const char *const *text, uint32_t count)
{
	cJSON *list = cJSON_AddArrayToObject(object, key);

	for (uint32_t i = 0; i < count; i++)
		cJSON_AddItemToArray(list, cJSON_CreateString(text[i]));
}

/* What adds a PCI function to the emulator. */
static void put_emulated(cJSON *entry, const struct device *function)
{
	cJSON_AddStringToObject(entry, "emulator", function->emulator);
	if (function->disk != 0)
		cJSON_AddNumberToObject(entry, "disk", (double)function->disk);
	if (function->network)
		cJSON_AddTrueToObject(entry, "network");
	if (function->at != DEVICE_ANYWHERE)
		cJSON_AddNumberToObject(entry, "at", function->at);
	if (function->slot != DEVICE_ANYWHERE)
		cJSON_AddNumberToObject(entry, "slot", function->slot);
}

static void put_devices(cJSON *object, const struct board *board)
{
	cJSON *list = cJSON_AddArrayToObject(object, "devices");

	for (uint32_t i = 0; i < board->devices; i++) {
		const struct device *device = &board->device[i];
		cJSON *entry = cJSON_CreateObject(), *ranges, *interrupts;

		cJSON_AddItemToArray(list, entry);
		cJSON_AddStringToObject(entry, "path", device->path);
		if (device->emulator != NULL)
			put_emulated(entry, device);
		put_strings(entry, "compatible", device->compatible, device->compatibles);
		ranges = cJSON_AddArrayToObject(entry, "registers");
		for (uint32_t k = 0; k < device->ranges; k++) {
			cJSON *range = cJSON_CreateObject();

			cJSON_AddItemToArray(ranges, range);
			cJSON_AddBoolToObject(range, "ports", device->range[k].ports);
			cJSON_AddNumberToObject(range, "base", (double)device->range[k].base);
			cJSON_AddNumberToObject(range, "size", (double)device->range[k].size);
		}
		interrupts = cJSON_AddArrayToObject(entry, "interrupts");
		for (uint32_t k = 0; k < device->interrupts; k++) {
			cJSON *interrupt = cJSON_CreateObject();

			cJSON_AddItemToArray(interrupts, interrupt);
			cJSON_AddNumberToObject(interrupt, "number", device->interrupt[k].number);
			cJSON_AddNumberToObject(interrupt, "flags", device->interrupt[k].flags);
		}
	}
}

static void print_json(const struct board *board)
{
	cJSON *object = cJSON_CreateObject(), *emulator;

	cJSON_AddStringToObject(object, "board", board->name.text);
	cJSON_AddStringToObject(object, "doc", board->doc);
	cJSON_AddStringToObject(object, "architecture", architecture_text[board->architecture]);
	cJSON_AddNumberToObject(object, "memory_at_least", (double)board->memory_at_least);
	cJSON_AddNumberToObject(object, "cpus", board->cpus);
	cJSON_AddBoolToObject(object, "device_tree", board->has_device_tree);
	cJSON_AddStringToObject(object, "console", board->console == NULL ? "" : board->console->path);
	emulator = cJSON_AddObjectToObject(object, "emulator");
	cJSON_AddStringToObject(emulator, "program", board->emulator.program);
	cJSON_AddStringToObject(emulator, "machine", board->emulator.machine);
	cJSON_AddStringToObject(emulator, "cpu", board->emulator.cpu);
	cJSON_AddNumberToObject(emulator, "memory", (double)board->emulator.memory);
	cJSON_AddNumberToObject(emulator, "cpus", board->emulator.cpus);
	put_strings(emulator, "devices", board->emulator.device, board->emulator.devices);
	cJSON_AddStringToObject(emulator, "firmware", board->emulator.firmware);
	put_devices(object, board);
	json_print(object, stdout);
}

static void print_text(const struct board *board, struct arena *arena)
{
	printf("%s (%s): %s\n", board->name.text, architecture_text[board->architecture], board->doc);
	printf("  memory    %s at least\n", scalar_print_size(arena, board->memory_at_least));
	printf("  CPUs      %u\n", board->cpus);
	printf("  emulator  %s -machine %s -cpu %s, %s\n", board->emulator.program, board->emulator.machine,
	       board->emulator.cpu, board->emulator.firmware);
	printf("  devices   %s\n", board->has_device_tree ? "those of its device tree" : "");
	for (uint32_t i = 0; i < board->devices; i++)
		printf("            %s%s\n", board->device[i].path,
		       &board->device[i] == board->console ? " (console)" : "");
}

int command_board(const struct options *options)
{
	struct request request;
	struct build build = start(options, &request);
	const struct board *board = board_read(&build, (struct name){.text = options->word[0]});

	if (board != NULL && report_errors(build.report) == 0) {
		if (options->json)
			print_json(board);
		else
			print_text(board, build.arena);
	}
	return finish(&build);
}

int command_boards(const struct options *options)
{
	struct request request;
	struct build build = start(options, &request);
	const char **name = build_list(&build, "platforms", "/board.yaml");

	for (; *name != NULL; name++) {
		const struct board *board = board_read(&build, (struct name){.text = *name});

		if (board != NULL)
			printf("%-18s %-8s  %s\n", board->name.text, architecture_text[board->architecture],
			       board->doc);
	}
	return finish(&build);
}

/* JSON: boards and overlays as the system lists them; no board is needed for it. */
int command_system(const struct options *options)
{
	struct request request;
	struct build build = start(options, &request);
	const struct source *source;
	const struct value *value = build_read(&build, options->system, &shape_system, build.report, &source);
	static const char *const list[] = {"boards", "overlays"};
	cJSON *object = cJSON_CreateObject();
	char *text;

	for (size_t i = 0; value != NULL && i < sizeof(list) / sizeof(list[0]); i++) {
		const struct value *names = value_get(value, list[i]);
		cJSON *array = cJSON_AddArrayToObject(object, list[i]);

		for (uint32_t k = 0; names != NULL && k < names->entries; k++)
			cJSON_AddItemToArray(array, cJSON_CreateString(names->entry[k].value->text));
	}
	text = value == NULL ? NULL : cJSON_PrintUnformatted(object);
	if (text != NULL)
		printf("%s\n", text);
	free(text);
	cJSON_Delete(object);
	return finish(&build);
}

int command_rules(const struct options *options)
{
	(void)options;
	for (int i = 0; i < RULE_COUNT; i++)
		printf("%-22s %s\n", rule_name((enum rule)i), rule_text((enum rule)i));
	return 0;
}
