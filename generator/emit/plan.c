/* SPDX-License-Identifier: MIT
 * The plan: a word and its value on each line, read by the top meson.build.
 *
 *   board NAME, system NAME
 *   argument WORD      for `tenon-gen layout`, which runs in the same folder as compose did
 *   folder PATH        of a system outside the tree; in no output stands where that lies
 *   watch PATH         a description that was read; layout reads it again
 *   instance NAME      what follows belongs to it, up to `end`
 *   source PATH        C or assembly
 *   include PATH
 *   library NAME       a Meson dependency
 *   files NAME         it has files from the beginning: NAME/NAME.files.c in the folder of the plan is compiled, too
 *   libc none|musl
 *   libc_files PORT    the C library's files are behind that port of the component's
 *   build NAME         components/NAME has a meson.build of its own: see docs/build.md
 *   end
 */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#define LIBC_FILES "files"

/* Absolute, so that it means the same in every folder; the plan itself is in no output. */
static void print_path(const char *word, const char *path, struct text *out)
{
	char *whole = realpath(path, NULL);

	text_add(out, "%s %s\n", word, whole ? whole : path);
	free(whole);
}

/* The C library finds files behind a port of that name and of the interface of that name. */
static bool has_files(const struct component *component)
{
	for (uint32_t i = 0; component->libc == LIBC_MUSL && i < component->used; i++) {
		const struct port *port = &component->uses[i];

		if (!port->many && strcmp(port->name.text, LIBC_FILES) == 0 &&
		    strcmp(port->interface->name.text, LIBC_FILES) == 0)
			return true;
	}
	return false;
}

static void print_instance(const struct instance *instance, struct text *out)
{
	const struct component *component = instance->component;

	text_add(out, "instance %s\n", instance->name.text);
	for (uint32_t i = 0; i < component->files; i++)
		print_path("source", component->file[i], out);
	for (uint32_t i = 0; i < component->includes; i++)
		print_path("include", component->include[i], out);
	for (uint32_t i = 0; i < component->libraries; i++)
		text_add(out, "library %s\n", component->library[i]);
	text_add(out, "libc %s\n", component->libc == LIBC_MUSL ? "musl" : "none");
	if (instance->initials != 0)
		text_add(out, "files %s\n", instance->name.text);
	if (has_files(component))
		text_add(out, "libc_files %s\n", LIBC_FILES);
	if (component->own_build)
		text_add(out, "build %s\n", component->name.text);
	text_add(out, "end\n");
}

static void print_folder(const struct request *request, struct text *out)
{
	char *root = realpath(request->root, NULL), *system = realpath(request->system, NULL);
	const size_t length = root ? strlen(root) : 0;
	char *slash = system ? strrchr(system, '/') : NULL;

	if (slash && root && (strncmp(system, root, length) != 0 || system[length] != '/')) {
		*slash = '\0';
		text_add(out, "folder %s\n", system);
	}
	free(system);
	free(root);
}

static void print_path_argument(const char *option, const char *path, struct text *out)
{
	if (!path)
		return;
	text_add(out, "argument %s\n", option);
	print_path("argument", path, out);
}

void plan_print(const struct model *model, const struct request *request, struct text *out)
{
	text_add(out, "board %s\nsystem %s\n", model->board->name.text, model->system.text);
	print_folder(request, out);
	print_path_argument("--root", request->root, out);
	print_path_argument("--system", request->system, out);
	print_path_argument("--dtb", request->dtb, out);
	text_add(out, "argument --board\nargument %s\n", model->board->name.text);
	for (uint32_t i = 0; i < request->variants; i++)
		text_add(out, "argument --variant\nargument %s\n", request->variant[i]);
	for (uint32_t i = 0; i < model->inputs; i++)
		print_path("watch", model->input[i], out);
	for (uint32_t i = 0; i < model->instances; i++)
		print_instance(&model->instance[i], out);
}
