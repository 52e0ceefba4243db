/* SPDX-License-Identifier: MIT
 * The second pass: read, place, check, print. Everything is made in memory
 * first; files are written only when nothing was refused.
 */
#include "layout.h"

#include <string.h>

#include "../emit/emit.h"
#include "../read/arena.h"
#include "../read/names.h"
#include "../read/report.h"
#include "place.h"

/* Instance -> path of its ELF; of several the first. */
static struct names paths_of(const struct layout_request *request, struct arena *arena)
{
	struct names names = {0};

	for (uint32_t i = 0; i < request->elfs; i++)
		(void)names_put(&names, arena, request->elf[i].instance,
				(void *)(uintptr_t)request->elf[i].path); /* the first stays */
	return names;
}

/* What is no program, in the words of elf.c, or was not given. */
static void refuse_program(const struct layout *layout, const struct instance *instance, const char *path,
			   const char *why)
{
	struct report *report = layout->request->report;
	const char *name = instance->name.text;

	if (path == NULL)
		complaint_help(report_error(report, RULE_PROGRAM_MISSING, instance->place,
					    "the program of \"%s\" was not given", name),
			       "--elf %s=PATH gives it", name);
	else
		complaint_help(
		    report_error(report, RULE_PROGRAM_FORM, instance->place, "the program of \"%s\" %s", name,
				 why),
		    "it is the file %s; it is linked by runtime/component.ld, for the board's architecture",
		    path);
}

static bool read_elfs(struct layout *layout)
{
	const struct model *model = layout->model;
	const struct names paths = paths_of(layout->request, layout->arena);
	bool good = true;

	for (uint32_t i = 0; i < model->instances; i++) {
		struct elf *elf = &layout->instance[i].elf;
		const char *path = names_get(&paths, model->instance[i].name.text);

		if (path == NULL || !elf_read(elf, path, model->board->architecture, layout->arena)) {
			refuse_program(layout, &model->instance[i], path, elf->why);
			good = false;
		}
	}
	return good;
}

/* Were headers and glue made from this description? */
static bool is_composed(const struct layout_request *request)
{
	if (request->gen == NULL || emit_compose(request->model, request->asked, request->gen, EMIT_COMPARE))
		return true;
	complaint_help(report_error(request->report, RULE_STALE_GLUE, request->model->system.place,
				    "the headers and glue in %s are not those of this description",
				    request->gen),
		       "`tenon-gen compose` writes them anew");
	return false;
}

struct output {
	const char *name;
	void (*print)(const struct layout *layout, struct text *out);
};

static bool write_outputs(const struct layout *layout)
{
	static const struct output output[] = {{"tables.c", tables_print},
					       {"payload.S", payload_print},
					       {"report.txt", report_as_text},
					       {"report.json", report_json}};
	bool good = folder_make(layout->request->folder) &&
		    text_write(&layout->payload, layout->request->folder, "payload.bin", EMIT_WRITE);

	for (unsigned i = 0; good && i < sizeof output / sizeof output[0]; i++) {
		struct text out = {0};

		output[i].print(layout, &out);
		good = text_write(&out, layout->request->folder, output[i].name, EMIT_WRITE);
		text_fini(&out);
	}
	return good;
}

bool layout_write(const struct layout_request *request)
{
	const struct model *model = request->model;
	struct layout layout = {.request = request, .model = model, .arena = model->arena};
	bool good;

	if (!is_composed(request))
		return false;
	layout.numbers = numbers_make(model);
	layout.instance = ARENA_ARRAY(model->arena, struct placed, model->instances);
	layout.device_of =
	    ARENA_ARRAY(model->arena, const struct instance *, layout.numbers->spaces - model->instances);
	for (uint32_t i = 0; i < model->instances; i++)
		if (layout.numbers->instance[i].io_space != NUMBERS_NONE)
			layout.device_of[layout.numbers->instance[i].io_space - model->instances] =
			    &model->instance[i];
	if (!read_elfs(&layout) || !stack_check(&layout))
		return false;
	if (!contract_holds(&layout))
		return false;
	place_instances(&layout);
	place_shared(&layout);
	supervise_place(&layout);
	place_finish(&layout);
	good = place_fits(&layout) && write_outputs(&layout);
	text_fini(&layout.payload);
	return good;
}
