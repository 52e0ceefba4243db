/* SPDX-License-Identifier: MIT
 * The plan: a word and its value on each line, read by the top meson.build.
 *
 *   board NAME, system NAME
 *   argument WORD      for `tenon-gen layout`, which runs in the same folder as compose did
 *   watch PATH         a description that was read; layout reads it again
 *   instance NAME      what follows belongs to it, up to `end`
 *   source PATH        C or assembly
 *   include PATH
 *   library NAME       a Meson dependency
 *   libc none|musl
 *   build FOLDER       a folder with a meson.build of its own, which adds to `component_sources`
 *   end
 */
#include "plan.h"

static void print_instance(const struct instance *instance, struct text *out)
{
	const struct component *component = instance->component;

	text_add(out, "instance %s\n", instance->name.text);
	for (uint32_t i = 0; i < component->files; i++)
		text_add(out, "source %s\n", component->file[i]);
	for (uint32_t i = 0; i < component->includes; i++)
		text_add(out, "include %s\n", component->include[i]);
	for (uint32_t i = 0; i < component->libraries; i++)
		text_add(out, "library %s\n", component->library[i]);
	text_add(out, "libc %s\n", component->libc == LIBC_MUSL ? "musl" : "none");
	if (component->own_build)
		text_add(out, "build %s\n", component->folder);
	text_add(out, "end\n");
}

static void print_argument(const char *option, const char *value, struct text *out)
{
	if (value)
		text_add(out, "argument %s\nargument %s\n", option, value);
}

void plan_print(const struct model *model, const struct request *request, struct text *out)
{
	text_add(out, "board %s\nsystem %s\n", model->board->name.text, model->system.text);
	print_argument("--root", request->root, out);
	print_argument("--system", request->system, out);
	print_argument("--board", model->board->name.text, out);
	print_argument("--dtb", request->dtb, out);
	for (uint32_t i = 0; i < model->inputs; i++)
		text_add(out, "watch %s\n", model->input[i]);
	for (uint32_t i = 0; i < model->instances; i++)
		print_instance(&model->instance[i], out);
}
