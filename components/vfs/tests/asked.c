/* SPDX-License-Identifier: MIT
 * See world.h: how the file systems are asked. What they do is in world.c.
 */
#include "world.h"

static struct {
	bool holds_back, has_answer;
	struct filesystem_answer answer;
} desks[2];
static struct filesystem_answer answer; /* that is being made */

static uint8_t *paper_of(uint32_t number)
{
	const struct tenon_buffer whole = {.index = 0, .length = FILE_SYSTEMS_PAPER_SIZE};

	return mock_file_systems_paper_write(number, &whole);
}

static void copy_text(char *to, uint32_t number, uint32_t at, size_t most)
{
	memcpy(to, paper_of(number) + at, most);
	assert_true(memchr(to, 0, most) != NULL);
}

/* ---- nodes ------------------------------------------------------------------------------------ */

static enum filesystem_status describe(uint32_t number)
{
	struct mock_file_systems_describe_answer said = {0};
	const enum filesystem_status status = world_operations.describe(
	    &(const struct mock_file_systems_describe_call){.server = number}, &said);

	answer.root = said.root;
	answer.features = said.features;
	answer.block = said.block;
	answer.longest = said.longest;
	answer.largest = said.largest;
	return status;
}

static enum filesystem_status space(uint32_t number)
{
	struct mock_file_systems_space_answer said = {0};
	const enum filesystem_status status =
	    world_operations.space(&(const struct mock_file_systems_space_call){.server = number}, &said);

	answer.blocks = said.blocks;
	answer.free_blocks = said.free_blocks;
	answer.nodes = said.nodes;
	answer.free_nodes = said.free_nodes;
	return status;
}

static enum filesystem_status read_attributes(uint32_t number, const struct filesystem_ask *ask)
{
	struct mock_file_systems_read_attributes_answer said = {0};
	const enum filesystem_status status = world_operations.read_attributes(
	    &(const struct mock_file_systems_read_attributes_call){.server = number, .node = ask->node},
	    &said);

	answer.attributes = said.attributes;
	return status;
}

static enum filesystem_status write_attributes(uint32_t number, const struct filesystem_ask *ask)
{
	struct mock_file_systems_write_attributes_answer said = {0};
	const enum filesystem_status status = world_operations.write_attributes(
	    &(const struct mock_file_systems_write_attributes_call){.server = number,
								    .node = ask->node,
								    .wanted = ask->wanted,
								    .mode = ask->mode,
								    .size = ask->length,
								    .accessed = ask->accessed,
								    .modified = ask->modified},
	    &said);

	answer.attributes = said.attributes;
	return status;
}

static enum filesystem_status read_entries(uint32_t number, const struct filesystem_ask *ask)
{
	static struct mock_file_systems_read_entries_answer said;
	enum filesystem_status status;

	memset(&said, 0, sizeof said);
	status = world_operations.read_entries(
	    &(const struct mock_file_systems_read_entries_call){
		.server = number, .directory = ask->node, .from = ask->other},
	    &said);
	memcpy(paper_of(number), said.entries.item, sizeof said.entries.item);
	answer.count = said.entries.count;
	return status;
}

/* ---- names ------------------------------------------------------------------------------------ */

static enum filesystem_status look_up(uint32_t number, const struct filesystem_ask *ask)
{
	struct mock_file_systems_look_up_call call = {.server = number, .directory = ask->node};
	struct mock_file_systems_look_up_answer said = {0};
	enum filesystem_status status;

	copy_text(call.name, number, 0, sizeof call.name);
	status = world_operations.look_up(&call, &said);
	answer.attributes = said.attributes;
	return status;
}

static enum filesystem_status create(uint32_t number, const struct filesystem_ask *ask)
{
	struct mock_file_systems_create_call call = {.server = number,
						     .directory = ask->node,
						     .kind = ask->kind,
						     .mode = ask->mode,
						     .now = ask->modified};
	struct mock_file_systems_create_answer said = {0};
	enum filesystem_status status;

	copy_text(call.name, number, 0, sizeof call.name);
	status = world_operations.create(&call, &said);
	answer.attributes = said.attributes;
	return status;
}

static enum filesystem_status create_link(uint32_t number, const struct filesystem_ask *ask)
{
	struct mock_file_systems_create_link_call call = {
	    .server = number, .directory = ask->node, .now = ask->modified};
	struct mock_file_systems_create_link_answer said = {0};
	enum filesystem_status status;

	copy_text(call.name, number, 0, sizeof call.name);
	copy_text(call.target, number, 256, sizeof call.target);
	status = world_operations.create_link(&call, &said);
	answer.attributes = said.attributes;
	return status;
}

static enum filesystem_status read_link(uint32_t number, const struct filesystem_ask *ask)
{
	struct mock_file_systems_read_link_answer said = {0};
	const enum filesystem_status status = world_operations.read_link(
	    &(const struct mock_file_systems_read_link_call){.server = number, .node = ask->node}, &said);

	memcpy(paper_of(number), said.target, sizeof said.target);
	return status;
}

static enum filesystem_status link_node(uint32_t number, const struct filesystem_ask *ask)
{
	struct mock_file_systems_link_call call = {
	    .server = number, .node = ask->node, .directory = ask->other, .now = ask->modified};

	copy_text(call.name, number, 0, sizeof call.name);
	return world_operations.link(&call);
}

static enum filesystem_status unlink_name(uint32_t number, const struct filesystem_ask *ask)
{
	struct mock_file_systems_unlink_call call = {
	    .server = number, .directory = ask->node, .kind = ask->kind, .now = ask->modified};

	copy_text(call.name, number, 0, sizeof call.name);
	return world_operations.unlink(&call);
}

static enum filesystem_status rename_name(uint32_t number, const struct filesystem_ask *ask)
{
	struct mock_file_systems_rename_call call = {
	    .server = number, .from = ask->node, .to = ask->other, .now = ask->modified};

	copy_text(call.old, number, 0, sizeof call.old);
	copy_text(call.new, number, 256, sizeof call.new);
	return world_operations.rename(&call);
}

/* ---- data ------------------------------------------------------------------------------------- */

static enum filesystem_status read_data(uint32_t number, const struct filesystem_ask *ask)
{
	struct mock_file_systems_read_answer said = {0};
	const enum filesystem_status status =
	    world_operations.read(&(const struct mock_file_systems_read_call){.server = number,
									      .node = ask->node,
									      .offset = ask->offset,
									      .data = paper_of(number),
									      .data_count = ask->count},
				  &said);

	answer.count = said.count;
	return status;
}

static enum filesystem_status write_data(uint32_t number, const struct filesystem_ask *ask)
{
	return world_operations.write(&(const struct mock_file_systems_write_call){.server = number,
										   .node = ask->node,
										   .offset = ask->offset,
										   .now = ask->modified,
										   .data = paper_of(number),
										   .data_count = ask->count});
}

static enum filesystem_status map(uint32_t number, const struct filesystem_ask *ask)
{
	struct mock_file_systems_map_answer said = {0};
	const enum filesystem_status status =
	    world_operations.map(&(const struct mock_file_systems_map_call){.server = number,
									    .node = ask->node,
									    .offset = ask->offset,
									    .length = ask->length,
									    .allocate = ask->allocate},
				 &said);

	memcpy(paper_of(number), said.extents.item, sizeof said.extents.item);
	answer.count = said.extents.count;
	return status;
}

static enum filesystem_status commit(uint32_t number, const struct filesystem_ask *ask)
{
	struct mock_file_systems_commit_call call = {
	    .server = number, .node = ask->node, .size = ask->length, .modified = ask->modified};

	assert_true(ask->count <= 32);
	call.ranges.count = ask->count;
	memcpy(call.ranges.item, paper_of(number), ask->count * sizeof *call.ranges.item);
	return world_operations.commit(&call);
}

/* ---- asking ----------------------------------------------------------------------------------- */

static enum filesystem_status do_one(uint32_t number, const struct filesystem_ask *ask)
{
	switch (ask->operation) {
	case FILESYSTEM_OPERATION_DESCRIBE:
		return describe(number);
	case FILESYSTEM_OPERATION_LOOK_UP:
		return look_up(number, ask);
	case FILESYSTEM_OPERATION_READ_ATTRIBUTES:
		return read_attributes(number, ask);
	case FILESYSTEM_OPERATION_WRITE_ATTRIBUTES:
		return write_attributes(number, ask);
	case FILESYSTEM_OPERATION_READ_ENTRIES:
		return read_entries(number, ask);
	case FILESYSTEM_OPERATION_CREATE:
		return create(number, ask);
	case FILESYSTEM_OPERATION_CREATE_LINK:
		return create_link(number, ask);
	case FILESYSTEM_OPERATION_READ_LINK:
		return read_link(number, ask);
	case FILESYSTEM_OPERATION_LINK:
		return link_node(number, ask);
	case FILESYSTEM_OPERATION_UNLINK:
		return unlink_name(number, ask);
	case FILESYSTEM_OPERATION_RENAME:
		return rename_name(number, ask);
	case FILESYSTEM_OPERATION_HOLD:
		return world_operations.hold(
		    &(const struct mock_file_systems_hold_call){.server = number, .node = ask->node});
	case FILESYSTEM_OPERATION_RELEASE:
		return world_operations.release(
		    &(const struct mock_file_systems_release_call){.server = number, .node = ask->node});
	case FILESYSTEM_OPERATION_READ:
		return read_data(number, ask);
	case FILESYSTEM_OPERATION_WRITE:
		return write_data(number, ask);
	case FILESYSTEM_OPERATION_MAP:
		return map(number, ask);
	case FILESYSTEM_OPERATION_COMMIT:
		return commit(number, ask);
	case FILESYSTEM_OPERATION_SPACE:
		return space(number);
	case FILESYSTEM_OPERATION_SYNC:
		return world_operations.sync(&(const struct mock_file_systems_sync_call){.server = number});
	}
	test_fail("file system %u is asked for operation %u", number, (unsigned)ask->operation);
}

static void serve(uint32_t number)
{
	struct filesystem_ask ask;
	enum filesystem_status status;

	assert_true(!desks[number].has_answer); /* one thing at a time */
	mock_file_systems_asks_receive(number, &ask);
	answer = (struct filesystem_answer){0};
	status = do_one(number, &ask);
	if (status == FILESYSTEM_RESTARTED) { /* it dies over it */
		world_restart();
		return;
	}
	if (status != FILESYSTEM_OK) {
		answer = (struct filesystem_answer){.status = (uint32_t)status};
	}
	answer.number = ask.number;
	if (desks[number].holds_back) {
		desks[number].answer = answer;
		desks[number].has_answer = true;
	} else {
		mock_file_systems_answers_send(number, &answer);
	}
}

void world_serve(void)
{
	for (uint32_t number = 0; number < 2; number++) {
		while (mock_file_systems_asks_entries(number) > 0) {
			serve(number);
		}
	}
}

void world_hold_back(uint32_t number)
{
	desks[number].holds_back = true;
}

void world_answer(uint32_t number)
{
	if (desks[number].has_answer) {
		desks[number].has_answer = false;
		mock_file_systems_answers_send(number, &desks[number].answer);
	}
}

void world_let_go(uint32_t number)
{
	desks[number].holds_back = false;
	world_answer(number);
}

bool world_keeps(uint32_t number)
{
	return desks[number].has_answer;
}

void world_forget_asked(uint32_t number)
{
	desks[number].holds_back = false;
	desks[number].has_answer = false;
}
