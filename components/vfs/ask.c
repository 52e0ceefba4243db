/* SPDX-License-Identifier: MIT
 * See ask.h. What stands in the buffer of an answer is copied before it is looked at.
 */
#include "ask.h"
#include "call.h"

#include <tenon/string.h>

#define ENTRIES 12u

static uint32_t version = 1;
static struct filesystem_answer answer;

uint32_t names_version(void)
{
	return version;
}

void names_are_new(void)
{
	version++;
}

static enum filesystem_status ask(struct place place, struct question *question)
{
	question->ask.node = place.node;
	return desk_ask(place.file_system, question, &answer);
}

static enum filesystem_status ask_for_attributes(struct place place, struct question *question,
						 struct filesystem_attributes *attributes)
{
	const enum filesystem_status status = ask(place, question);

	if (status == FILESYSTEM_OK) {
		*attributes = answer.attributes;
	}
	return status;
}

/* ---- what there is ---------------------------------------------------------------------------- */

enum filesystem_status ask_describe(uint32_t file_system, struct file_system *said)
{
	struct question question = {.ask = {.operation = FILESYSTEM_OPERATION_DESCRIBE}};
	const enum filesystem_status status = desk_ask(file_system, &question, &answer);

	if (status == FILESYSTEM_OK) {
		said->root = answer.root;
		said->features = answer.features;
		said->block = answer.block;
		said->longest = answer.longest;
		said->largest = answer.largest;
	}
	return status;
}

enum filesystem_status ask_look_up(struct place directory, const char *name,
				   struct filesystem_attributes *attributes)
{
	struct question question = {.ask = {.operation = FILESYSTEM_OPERATION_LOOK_UP}, .name = name};

	return ask_for_attributes(directory, &question, attributes);
}

enum filesystem_status ask_read_attributes(struct place place, struct filesystem_attributes *attributes)
{
	struct question question = {.ask = {.operation = FILESYSTEM_OPERATION_READ_ATTRIBUTES}};

	return ask_for_attributes(place, &question, attributes);
}

/* Is it an entry as there may be one, and does it lead on from where the reading began? */
static bool is_sensible(const struct filesystem_entry *entry, uint64_t from)
{
	const char *name = entry->name;

	return strnlen(name, sizeof entry->name) < sizeof entry->name && name[0] != '\0' &&
	       strchr(name, '/') == NULL && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	       entry->next != 0 && entry->next != from &&
	       (uint32_t)entry->kind <= FILESYSTEM_KIND_SYMBOLIC_LINK;
}

enum filesystem_status ask_read_entries(struct place directory, uint64_t from,
					struct filesystem_entry entries[12], uint32_t *count)
{
	struct question question = {.ask = {.operation = FILESYSTEM_OPERATION_READ_ENTRIES, .other = from}};
	const enum filesystem_status status = ask(directory, &question);

	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (answer.count > ENTRIES) {
		return FILESYSTEM_DAMAGED;
	}
	memcpy(entries, desk_paper(directory.file_system), answer.count * sizeof *entries);
	for (uint32_t i = 0; i < answer.count; i++) {
		if (!is_sensible(&entries[i], from)) {
			return FILESYSTEM_DAMAGED;
		}
	}
	*count = answer.count;
	return FILESYSTEM_OK;
}

enum filesystem_status ask_read_link(struct place place, char target[1024])
{
	struct question question = {.ask = {.operation = FILESYSTEM_OPERATION_READ_LINK}};
	const enum filesystem_status status = ask(place, &question);

	if (status != FILESYSTEM_OK) {
		return status;
	}
	memcpy(target, desk_paper(place.file_system), 1024);
	return strnlen(target, 1024) < 1024 ? FILESYSTEM_OK : FILESYSTEM_DAMAGED;
}

enum filesystem_status ask_space(uint32_t file_system, struct filesystem_answer *space)
{
	struct question question = {.ask = {.operation = FILESYSTEM_OPERATION_SPACE}};

	return desk_ask(file_system, &question, space);
}

/* ---- what changes names ----------------------------------------------------------------------- */

/*
 * Is the name there? Asked once by a call that repeats what it had begun. It holds the turn, so what came or went in between did so
 * by itself.
 */
static enum filesystem_status look_again(struct place directory, const char *name,
					 struct filesystem_attributes *attributes)
{
	struct call *call = call_running();
	struct filesystem_attributes found;
	enum filesystem_status status;

	if (call->has_looked_again) {
		return FILESYSTEM_OK;
	}
	status = ask_look_up(directory, name, &found);
	call->has_looked_again = status != FILESYSTEM_LATER;
	call->was_there = status == FILESYSTEM_OK;
	if (call->was_there && attributes != NULL) {
		*attributes = found;
	}
	return status == FILESYSTEM_NOT_FOUND ? FILESYSTEM_OK : status;
}

/* It was made before the file system died; or it is made now. */
static enum filesystem_status make(struct place directory, const char *name, struct question *question,
				   struct filesystem_attributes *attributes)
{
	if (call_running()->is_repeated && !call_running()->has_looked_again) {
		const enum filesystem_status status = look_again(directory, name, attributes);

		if (status != FILESYSTEM_OK || call_running()->was_there) {
			return status;
		}
	}
	question->name = name;
	question->ask.modified = time_now();
	return ask_for_attributes(directory, question, attributes);
}

enum filesystem_status ask_create(struct place directory, const char *name, enum filesystem_kind kind,
				  uint32_t mode, struct filesystem_attributes *attributes)
{
	struct question question = {
	    .ask = {.operation = FILESYSTEM_OPERATION_CREATE, .kind = kind, .mode = mode}};

	return make(directory, name, &question, attributes);
}

enum filesystem_status ask_create_link(struct place directory, const char *name, const char *target,
				       struct filesystem_attributes *attributes)
{
	struct question question = {.ask = {.operation = FILESYSTEM_OPERATION_CREATE_LINK}, .second = target};

	return make(directory, name, &question, attributes);
}

enum filesystem_status ask_link(struct place node, struct place directory, const char *name)
{
	struct question question = {
	    .ask = {.operation = FILESYSTEM_OPERATION_LINK, .other = directory.node, .modified = time_now()},
	    .name = name};
	const enum filesystem_status status = ask(node, &question);

	return status == FILESYSTEM_EXISTS && call_running()->is_repeated ? FILESYSTEM_OK : status;
}

enum filesystem_status ask_unlink(struct place directory, const char *name, enum filesystem_kind kind)
{
	struct question question = {
	    .ask = {.operation = FILESYSTEM_OPERATION_UNLINK, .kind = kind, .modified = time_now()},
	    .name = name};
	const enum filesystem_status status = ask(directory, &question);

	if (status == FILESYSTEM_OK) {
		names_are_new();
	}
	return status == FILESYSTEM_NOT_FOUND && call_running()->is_repeated ? FILESYSTEM_OK : status;
}

enum filesystem_status ask_rename(struct place from, const char *old, struct place to, const char *new)
{
	struct question question = {
	    .ask = {.operation = FILESYSTEM_OPERATION_RENAME, .other = to.node, .modified = time_now()},
	    .name = old,
	    .second = new};
	enum filesystem_status status = FILESYSTEM_OK;

	if (call_running()->is_repeated) {
		struct filesystem_attributes attributes;

		status = look_again(from, old, NULL);
		if (status == FILESYSTEM_OK && !call_running()->was_there) {
			return ask_look_up(to, new, &attributes); /* it has been moved, or both are lost */
		}
	}
	status = status == FILESYSTEM_OK ? ask(from, &question) : status;
	if (status == FILESYSTEM_OK) {
		names_are_new();
	}
	return status;
}

/* ---- nodes and data --------------------------------------------------------------------------- */

enum filesystem_status ask_write_attributes(struct place place, uint32_t wanted, uint32_t mode, uint64_t size,
					    const struct filesystem_time *accessed,
					    const struct filesystem_time *modified)
{
	struct question question = {.ask = {.operation = FILESYSTEM_OPERATION_WRITE_ATTRIBUTES,
					    .wanted = wanted,
					    .mode = mode,
					    .length = size,
					    .accessed = *accessed,
					    .modified = *modified}};

	return ask(place, &question);
}

enum filesystem_status ask_hold(struct place place)
{
	struct question question = {.ask = {.operation = FILESYSTEM_OPERATION_HOLD}};

	return ask(place, &question);
}

enum filesystem_status ask_read(struct place place, uint64_t offset, uint32_t bytes, uint32_t *count)
{
	struct question question = {
	    .ask = {.operation = FILESYSTEM_OPERATION_READ, .offset = offset, .count = bytes}};
	const enum filesystem_status status = ask(place, &question);

	*count = answer.count;
	return status == FILESYSTEM_OK && answer.count > bytes ? FILESYSTEM_DAMAGED : status;
}

enum filesystem_status ask_write(struct place place, uint64_t offset, const struct filesystem_time *now,
				 const struct tenon_loan *loan, uint64_t done, uint32_t bytes)
{
	struct question question = {.ask = {.operation = FILESYSTEM_OPERATION_WRITE,
					    .offset = offset,
					    .count = bytes,
					    .modified = *now},
				    .loan = loan,
				    .done = done};

	return ask(place, &question);
}

enum filesystem_status ask_map(struct place place, uint64_t offset, uint64_t length, bool allocate,
			       struct filesystem_extent extents[32], uint32_t *count)
{
	struct question question = {.ask = {.operation = FILESYSTEM_OPERATION_MAP,
					    .offset = offset,
					    .length = length,
					    .allocate = allocate}};
	const enum filesystem_status status = ask(place, &question);

	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (answer.count > 32) {
		return FILESYSTEM_DAMAGED;
	}
	memcpy(extents, desk_paper(place.file_system), answer.count * sizeof *extents);
	for (uint32_t i = 0; i < answer.count; i++) {
		if ((uint32_t)extents[i].place > FILESYSTEM_PLACE_FRESH) {
			return FILESYSTEM_DAMAGED;
		}
	}
	*count = answer.count;
	return FILESYSTEM_OK;
}

enum filesystem_status ask_commit(struct place place, const struct filesystem_range *ranges, uint32_t count,
				  uint64_t size, const struct filesystem_time *modified)
{
	struct question question = {.ask = {.operation = FILESYSTEM_OPERATION_COMMIT,
					    .length = size,
					    .count = count,
					    .modified = *modified},
				    .data = ranges,
				    .bytes = count * sizeof *ranges};

	return ask(place, &question);
}

enum filesystem_status ask_sync(uint32_t file_system, bool settle)
{
	struct question question = {.ask = {.operation = FILESYSTEM_OPERATION_SYNC, .settle = settle}};

	return desk_ask(file_system, &question, &answer);
}
