/* SPDX-License-Identifier: MIT
 * Files that an instance has from the beginning: what `files:` names, of the component first and then of the instance, becomes a tree in
 * the order in which it is written (<tenon/files.h>): each directory before its entries, these one behind the other.
 */
#include "build.h"

#include <stdlib.h>
#include <string.h>

struct tree {
	struct build *build;
	struct initial_file *file;
	uint32_t count, room;
};

static struct initial_file *add(struct tree *tree, struct initial_file file)
{
	if (tree->count == tree->room) {
		const uint32_t room = tree->room == 0 ? 16 : 2 * tree->room;
		struct initial_file *bigger = ARENA_ARRAY(tree->build->arena, struct initial_file, room);

		if (tree->count != 0)
			memcpy(bigger, tree->file, tree->count * sizeof *bigger);
		tree->file = bigger;
		tree->room = room;
	}
	tree->file[tree->count] = file;
	return &tree->file[tree->count++];
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct initial_file *)a)->name, ((const struct initial_file *)b)->name);
}

static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* One entry of the directory whose entries are being added. False: it was refused. */
static bool add_path(struct tree *tree, uint32_t directory, const char *path, const char *name,
		     struct place place)
{
	struct initial_file file = {.name = name, .parent = directory, .path = path, .place = place};
	struct build *build = tree->build;

	if (!disk_look(build->arena, path, &file.disk) || file.disk.kind == DISK_OTHER ||
	    strpbrk(path, "\"\n") != NULL) {
		report_error(build->report, RULE_MISSING_FILE, place,
			     "%s is no file, folder or symbolic link that can be read, or has a quotation "
			     "mark in its name",
			     path);
		return false;
	}
	if (file.disk.kind == DISK_FILE)
		file.path = disk_absolute(build->arena, path);
	(void)add(tree, file);
	return true;
}

/* The entries of a folder of the host's. */
static bool add_folder(struct tree *tree, uint32_t directory, const char *path, struct place place)
{
	const char **name = disk_list(tree->build->arena, path);
	bool good = true;

	for (; good && *name != NULL; name++)
		good = add_path(tree, directory, path_join(tree->build->arena, path, *name), *name, place);
	return good;
}

/* What one list names: a file as it is called, of a folder its entries. Relative to the file in which it is written. */
static bool add_named(struct tree *tree, const struct value *list, const char *instance)
{
	struct build *build = tree->build;
	bool good = true;

	for (uint32_t i = 0; good && list != NULL && i < list->entries; i++) {
		const struct value *value = list->entry[i].value;
		const char *folder = path_folder(build->arena, value->place.file->path);
		const char *path = path_join(build->arena, folder, value->text);
		struct disk_look look;

		if (!path_exists(path)) {
			complaint_help(report_error(build->report, RULE_MISSING_FILE, value->place,
						    "\"%s\" has no file or folder \"%s\"", instance,
						    value->text),
				       "it is looked for in %s", folder);
			return false;
		}
		if (disk_look(build->arena, path, &look) && look.kind == DISK_FOLDER)
			good = add_folder(tree, 0, path, value->place);
		else
			good = add_path(tree, 0, path, last_name(path), value->place);
	}
	return good;
}

/* Sorts the entries of a directory, from `first` on. False where two have one name. */
static bool settle(struct tree *tree, uint32_t directory, uint32_t first)
{
	struct initial_file *file = tree->file;

	file[directory].first = first;
	file[directory].count = tree->count - first;
	qsort(file + first, tree->count - first, sizeof *file, by_name);
	for (uint32_t i = first + 1; i < tree->count; i++) {
		if (strcmp(file[i - 1].name, file[i].name) == 0) {
			complaint_note(report_error(tree->build->report, RULE_SECOND_DEFINITION,
						    file[i].place, "the file \"%s\" is named a second time",
						    file[i].name),
				       file[i - 1].place, "the first one is here");
			return false;
		}
	}
	return true;
}

void initial_read(struct build *build, const struct draft *draft)
{
	const struct value *own = value_get(draft->entry, "files");
	const struct value *common = draft->component->initial;
	struct tree tree = {.build = build};
	bool good;

	if (own == NULL && common == NULL)
		return;
	(void)add(&tree, (struct initial_file){.name = "", .disk = {.kind = DISK_FOLDER}});
	good = add_named(&tree, common, draft->instance->name.text) &&
	       add_named(&tree, own, draft->instance->name.text) && settle(&tree, 0, 1);
	for (uint32_t i = 1; good && i < tree.count; i++) {
		const uint32_t first = tree.count;

		if (tree.file[i].disk.kind == DISK_FOLDER)
			good = add_folder(&tree, i, tree.file[i].path, tree.file[i].place) &&
			       settle(&tree, i, first);
	}
	draft->instance->initial = tree.file;
	draft->instance->initials = good ? tree.count : 0;
}
