/* SPDX-License-Identifier: MIT
 * What is asked through the channel instead of called, also by who means no good: see components/filesystem/asks.h.
 */
#include "test.h"

static uint8_t *paper(void)
{
	const struct tenon_buffer whole = {.index = 0, .length = FILES_PAPER_SIZE};

	return client_files_paper_write(0, &whole);
}

static struct filesystem_answer ask(struct filesystem_ask ask)
{
	static uint64_t number;
	struct filesystem_answer answer;

	ask.number = ++number;
	client_files_asks_send(0, &ask);
	assert_int_equal(client_files_answers_entries(0), 1);
	client_files_answers_receive(0, &answer);
	assert_int_equal(answer.number, number);
	return answer;
}

static uint64_t make(const char *name)
{
	struct filesystem_answer answer;

	strcpy((char *)paper(), name);
	answer = ask((struct filesystem_ask){
	    .operation = FILESYSTEM_OPERATION_CREATE, .node = 1, .kind = FILESYSTEM_KIND_FILE});
	assert_int_equal(answer.status, FILESYSTEM_OK);
	return answer.attributes.node;
}

TEST(what_is_asked_is_what_a_call_finds)
{
	struct filesystem_attributes attributes;
	struct filesystem_answer answer =
	    ask((struct filesystem_ask){.operation = FILESYSTEM_OPERATION_DESCRIBE});
	uint64_t node;

	assert_int_equal(answer.root, 1);
	node = make("file");
	assert_int_equal(client_files_look_up(1, 1, "file", &attributes), FILESYSTEM_OK);
	assert_int_equal(attributes.node, node);
	memset(paper(), 'x', 5000);
	answer = ask((struct filesystem_ask){
	    .operation = FILESYSTEM_OPERATION_WRITE, .node = node, .offset = 10, .count = 5000});
	assert_int_equal(answer.status, FILESYSTEM_OK);
	memset(paper(), 0, 6000);
	answer =
	    ask((struct filesystem_ask){.operation = FILESYSTEM_OPERATION_READ, .node = node, .count = 6000});
	assert_int_equal(answer.count, 5010);
	assert_int_equal(paper()[9], 0);
	assert_int_equal(paper()[5009], 'x');
	strcpy((char *)paper(), "file");
	strcpy((char *)paper() + 256, "moved");
	answer =
	    ask((struct filesystem_ask){.operation = FILESYSTEM_OPERATION_RENAME, .node = 1, .other = 1});
	assert_int_equal(answer.status, FILESYSTEM_OK);
	answer = ask((struct filesystem_ask){.operation = FILESYSTEM_OPERATION_READ_ENTRIES, .node = 1});
	assert_int_equal(answer.count, 1);
	assert_string_equal(((struct filesystem_entry *)(void *)paper())->name, "moved");
}

TEST(what_cannot_be_is_refused)
{
	memset(paper(), 'x', FILES_PAPER_SIZE); /* texts without an end */
	assert_int_equal(
	    ask((struct filesystem_ask){.operation = FILESYSTEM_OPERATION_LOOK_UP, .node = 1}).status,
	    FILESYSTEM_MALFORMED);
	assert_int_equal(
	    ask((struct filesystem_ask){.operation = FILESYSTEM_OPERATION_RENAME, .node = 1}).status,
	    FILESYSTEM_MALFORMED);
	assert_int_equal(
	    ask((struct filesystem_ask){.operation = FILESYSTEM_OPERATION_CREATE_LINK, .node = 1}).status,
	    FILESYSTEM_MALFORMED);
	assert_int_equal(ask((struct filesystem_ask){
				 .operation = FILESYSTEM_OPERATION_COMMIT, .node = 1, .count = UINT32_MAX})
			     .status,
			 FILESYSTEM_MALFORMED);
	assert_int_equal(ask((struct filesystem_ask){.operation = FILESYSTEM_OPERATION_READ,
						     .node = 1,
						     .count = FILES_PAPER_SIZE + 1})
			     .status,
			 FILESYSTEM_MALFORMED);
	assert_int_equal(
	    ask((struct filesystem_ask){.operation = FILESYSTEM_OPERATION_HOLD, .node = 77}).status,
	    FILESYSTEM_BAD_NODE);
}

TEST(a_client_holds_no_more_than_it_may_and_nothing_when_it_starts_anew)
{
	struct filesystem_attributes attributes;
	const uint64_t node = make("file");
	struct filesystem_answer answer;
	uint32_t holds = 0;

	do {
		answer = ask((struct filesystem_ask){.operation = FILESYSTEM_OPERATION_HOLD, .node = node});
		holds += answer.status == FILESYSTEM_OK;
	} while (answer.status == FILESYSTEM_OK);
	assert_int_equal(answer.status, FILESYSTEM_QUOTA);
	assert_int_equal(holds, 1024);
	strcpy((char *)paper(), "file");
	answer = ask((struct filesystem_ask){
	    .operation = FILESYSTEM_OPERATION_UNLINK, .node = 1, .kind = FILESYSTEM_KIND_FILE});
	assert_int_equal(answer.status, FILESYSTEM_OK);
	assert_int_equal(client_files_read_attributes(1, node, &attributes), FILESYSTEM_OK);
	test_client_restarts(0);
	answer =
	    ask((struct filesystem_ask){.operation = FILESYSTEM_OPERATION_READ_ATTRIBUTES, .node = node});
	assert_int_equal(answer.status, FILESYSTEM_BAD_NODE);
}
