/* SPDX-License-Identifier: MIT
 * See asks.h. Numbers and kinds of an entry are in their bounds when it arrives; what stands in the buffer is copied before it is
 * looked at, for the client can write there.
 */
#include "asks.h"

#include <tenon/string.h>

#define RANGES  32u
#define EXTENTS 32u
#define ENTRIES 12u
#define SECOND  256u /* where a second text stands */

static const struct tenon_buffer whole = {.index = 0, .length = FILES_PAPER_SIZE};

static struct filesystem_answer answer;
static uint32_t held[FILES_CLIENTS > 0 ? FILES_CLIENTS : 1];
static bool has_gone[FILES_CLIENTS > 0 ? FILES_CLIENTS : 1];
static char name[255 + 1], second[1023 + 1];

/* A text of at most `most` bytes. */
static bool copy_text(uint32_t client, uint32_t at, char *to, uint32_t most)
{
	memcpy(to, (const uint8_t *)files_paper_read(client, &whole) + at, most + 1);
	return strnlen(to, most + 1) <= most;
}

static void put(uint32_t client, const void *from, size_t bytes)
{
	memcpy(files_paper_write(client, &whole), from, bytes);
}

/* ---- what is asked ---------------------------------------------------------------------------- */

static enum filesystem_status do_name(uint32_t client, const struct filesystem_ask *ask)
{
	if (!copy_text(client, 0, name, sizeof name - 1)) {
		return FILESYSTEM_MALFORMED;
	}
	switch (ask->operation) {
	case FILESYSTEM_OPERATION_LOOK_UP:
		return files_look_up(client, ask->node, name, &answer.attributes);
	case FILESYSTEM_OPERATION_CREATE:
		return files_create(client, ask->node, name, ask->kind, ask->mode, &ask->modified,
				    &answer.attributes);
	case FILESYSTEM_OPERATION_LINK:
		return files_link(client, ask->node, ask->other, name, &ask->modified);
	default:
		return files_unlink(client, ask->node, name, ask->kind, &ask->modified);
	}
}

static enum filesystem_status do_two_texts(uint32_t client, const struct filesystem_ask *ask)
{
	const bool is_link = ask->operation == FILESYSTEM_OPERATION_CREATE_LINK;

	if (!copy_text(client, 0, name, sizeof name - 1) ||
	    !copy_text(client, SECOND, second, is_link ? sizeof second - 1 : sizeof name - 1)) {
		return FILESYSTEM_MALFORMED;
	}
	return is_link
		   ? files_create_link(client, ask->node, name, second, &ask->modified, &answer.attributes)
		   : files_rename(client, ask->node, name, ask->other, second, &ask->modified);
}

static enum filesystem_status do_read_entries(uint32_t client, const struct filesystem_ask *ask)
{
	static struct filesystem_entry entries[ENTRIES];
	uint32_t count = 0;
	enum filesystem_status status;

	memset(entries, 0, sizeof entries); /* nothing of other directories goes along */
	status = files_read_entries(client, ask->node, ask->other, entries, &count);
	if (status == FILESYSTEM_OK) {
		put(client, entries, count * sizeof *entries);
		answer.count = count;
	}
	return status;
}

static enum filesystem_status do_read_link(uint32_t client, const struct filesystem_ask *ask)
{
	const enum filesystem_status status = files_read_link(client, ask->node, second);

	if (status == FILESYSTEM_OK) {
		put(client, second, strlen(second) + 1);
	}
	return status;
}

static enum filesystem_status do_map(uint32_t client, const struct filesystem_ask *ask)
{
	static struct filesystem_extent extents[EXTENTS];
	uint32_t count = 0;
	enum filesystem_status status;

	memset(extents, 0, sizeof extents);
	status = files_map(client, ask->node, ask->offset, ask->length, ask->allocate, extents, &count);
	if (status == FILESYSTEM_OK) {
		put(client, extents, count * sizeof *extents);
		answer.count = count;
	}
	return status;
}

static enum filesystem_status do_commit(uint32_t client, const struct filesystem_ask *ask)
{
	static struct filesystem_range ranges[RANGES];

	if (ask->count > RANGES) {
		return FILESYSTEM_MALFORMED;
	}
	memcpy(ranges, files_paper_read(client, &whole), ask->count * sizeof *ranges);
	return files_commit(client, ask->node, ranges, ask->count, ask->length, &ask->modified);
}

static enum filesystem_status do_hold(uint32_t client, const struct filesystem_ask *ask)
{
	enum filesystem_status status;

	if (held[client] >= files_held_limit(client)) {
		return FILESYSTEM_QUOTA;
	}
	status = files_hold(client, ask->node);
	held[client] += status == FILESYSTEM_OK;
	return status;
}

static enum filesystem_status do_release(uint32_t client, const struct filesystem_ask *ask)
{
	const enum filesystem_status status = files_release(client, ask->node);

	held[client] -= status == FILESYSTEM_OK && held[client] > 0;
	return status;
}

static enum filesystem_status do_data(uint32_t client, const struct filesystem_ask *ask)
{
	if (ask->count > whole.length) {
		return FILESYSTEM_MALFORMED;
	}
	return ask->operation == FILESYSTEM_OPERATION_READ
		   ? asks_read(client, ask->node, ask->offset, files_paper_write(client, &whole), ask->count,
			       &answer.count)
		   : asks_write(client, ask->node, ask->offset, &ask->modified,
				files_paper_read(client, &whole), ask->count);
}

static enum filesystem_status do_one(uint32_t client, const struct filesystem_ask *ask)
{
	switch (ask->operation) {
	case FILESYSTEM_OPERATION_DESCRIBE:
		return files_describe(client, &answer.root, &answer.features, &answer.block, &answer.longest,
				      &answer.largest);
	case FILESYSTEM_OPERATION_READ_ATTRIBUTES:
		return files_read_attributes(client, ask->node, &answer.attributes);
	case FILESYSTEM_OPERATION_WRITE_ATTRIBUTES:
		return files_write_attributes(client, ask->node, ask->wanted, ask->mode, ask->length,
					      &ask->accessed, &ask->modified, &answer.attributes);
	case FILESYSTEM_OPERATION_READ_ENTRIES:
		return do_read_entries(client, ask);
	case FILESYSTEM_OPERATION_CREATE_LINK:
	case FILESYSTEM_OPERATION_RENAME:
		return do_two_texts(client, ask);
	case FILESYSTEM_OPERATION_READ_LINK:
		return do_read_link(client, ask);
	case FILESYSTEM_OPERATION_HOLD:
		return do_hold(client, ask);
	case FILESYSTEM_OPERATION_RELEASE:
		return do_release(client, ask);
	case FILESYSTEM_OPERATION_READ:
	case FILESYSTEM_OPERATION_WRITE:
		return do_data(client, ask);
	case FILESYSTEM_OPERATION_MAP:
		return do_map(client, ask);
	case FILESYSTEM_OPERATION_COMMIT:
		return do_commit(client, ask);
	case FILESYSTEM_OPERATION_SPACE:
		return files_space(client, &answer.blocks, &answer.free_blocks, &answer.nodes,
				   &answer.free_nodes);
	case FILESYSTEM_OPERATION_SYNC:
		return files_sync(client, ask->settle);
	default:
		return do_name(client, ask);
	}
}

/* ---- the channels ----------------------------------------------------------------------------- */

/* What a client held that has started anew is held by nobody. */
static void forget(uint32_t client)
{
	has_gone[client] = false;
	files_closed(client);
	held[client] = 0;
}

static void answer_to(uint32_t client, const struct filesystem_ask *ask)
{
	enum filesystem_status status;

	answer = (struct filesystem_answer){0};
	status = do_one(client, ask);
	if (status != FILESYSTEM_OK) {
		answer = (struct filesystem_answer){.status = (uint32_t)status};
	}
	answer.number = ask->number;
	(void)files_answers_send(client, &answer); /* who asks more than it takes answers loses them */
}

void asks_serve(void)
{
	bool has_more = true;

	while (has_more) {
		has_more = false;
		for (uint32_t client = 0; client < FILES_CLIENTS; client++) {
			struct filesystem_ask ask;

			if (has_gone[client]) {
				forget(client);
			}
			while (files_asks_receive(client, &ask)) {
				has_more = true;
				answer_to(client, &ask);
			}
		}
	}
}

void files_asks(uint32_t client)
{
	(void)client;
	asks_are_there();
}

void files_answers_room(uint32_t client)
{
	(void)client;
}

void files_session(uint32_t client, bool open)
{
	has_gone[client] = has_gone[client] || !open;
	if (open) {
		asks_are_there();
	}
}
