/* SPDX-License-Identifier: MIT
 * See quota.h. Two clients with one root share its account, with the smaller of their bounds.
 */
#include "quota.h"
#include "ask.h"
#include "call.h"
#include "path.h"

#include <tenon/string.h>

#define ACCOUNTS (FILES_CLIENTS > 0 ? FILES_CLIENTS : 1u)
#define ENTRIES  12u
#define MOST     (1u << 22) /* entries that are counted: a file system may have directories within themselves */

static struct account {
	bool is_counted;
	struct place root;
	uint64_t used, most; /* in bytes */
} accounts[ACCOUNTS];
static uint32_t counted; /* how many there are */

struct level {
	uint64_t directory, from;
};

/* A count under way, of a file system: who counts has its turn, and asks one thing after the other. */
static struct counting {
	const struct call *call; /* NULL: nobody counts */
	struct level level[PATH_DEPTH];
	uint32_t depth, entries_seen;
	struct filesystem_entry entries[ENTRIES];
	uint32_t count, index; /* of what was read, and how far it has been looked at */
} countings[FILE_SYSTEMS_COUNT > 0 ? FILE_SYSTEMS_COUNT : 1];

static uint64_t cost(uint32_t file_system, uint64_t size)
{
	const uint64_t block = system_at(file_system)->block;
	const uint64_t blocks = size / block + (size % block != 0) + 1; /* a block has 512 bytes or more */

	return blocks > UINT64_MAX / block ? UINT64_MAX : blocks * block;
}

/* A file with several names counts in parts with each of them. */
static uint64_t cost_of(uint32_t file_system, const struct filesystem_attributes *attributes)
{
	const bool is_file = attributes->kind == FILESYSTEM_KIND_FILE;
	const uint64_t whole =
	    cost(file_system, is_file ? least(attributes->size, system_at(file_system)->largest) : 0);

	return is_file && attributes->links > 1 ? whole / attributes->links : whole;
}

/* It never wraps: what a file system says of its sizes is its own word. */
static void take(struct account *account, uint64_t bytes)
{
	account->used += least(bytes, UINT64_MAX - account->used);
}

static void give(struct account *account, uint64_t bytes)
{
	account->used -= least(account->used, bytes);
}

static uint64_t room(const struct account *account)
{
	return account->most - least(account->most, account->used);
}

/* ---- the beginning ---------------------------------------------------------------------------- */

/* What one entry of a directory takes; a directory is looked into later. */
static enum files_status count_entry(struct account *account, const struct filesystem_entry *entry,
				     uint32_t around)
{
	const struct place place = {account->root.file_system, entry->node};
	struct node *node = node_find(place);
	struct filesystem_attributes attributes;
	enum files_status status = status_of(ask_read_attributes(place, &attributes));

	if (status != FILES_OK) {
		return status;
	}
	if (node != NULL && attributes.kind == FILESYSTEM_KIND_FILE) {
		attributes.size = node->size;
	}
	take(account, cost_of(account->root.file_system, &attributes));
	if (node != NULL && node->account == around) {
		node->account = (uint32_t)(account - accounts);
		node->charged = cost_of(account->root.file_system, &attributes);
	}
	return FILES_OK;
}

static bool is_other_root(const struct account *account, uint64_t node)
{
	for (uint32_t i = 0; i < ACCOUNTS; i++) {
		if (&accounts[i] != account && accounts[i].is_counted &&
		    place_is(accounts[i].root, (struct place){account->root.file_system, node})) {
			return true;
		}
	}
	return false;
}

static enum files_status read_next(struct counting *counting, uint32_t file_system)
{
	const struct level *top = &counting->level[counting->depth - 1];
	const enum files_status status = status_of(ask_read_entries(
	    (struct place){file_system, top->directory}, top->from, counting->entries, &counting->count));

	if (status == FILES_OK) {
		counting->index = 0;
		counting->depth -= counting->count == 0;
	}
	return status;
}

/* The next entry of the innermost directory. What is below a directory comes before what follows it. */
static enum files_status count_one(struct account *account, struct counting *counting, uint32_t around)
{
	struct level *top = &counting->level[counting->depth - 1];
	const struct filesystem_entry *entry = &counting->entries[counting->index];
	enum files_status status;

	if (entry->next == top->from || counting->entries_seen >= MOST) {
		return FILES_DAMAGED; /* it would not end */
	}
	status = count_entry(account, entry, around);
	if (status != FILES_OK) {
		return status;
	}
	counting->entries_seen++;
	counting->index++;
	top->from = entry->next;
	if (entry->kind == FILESYSTEM_KIND_DIRECTORY && !is_other_root(account, entry->node)) {
		if (counting->depth == PATH_DEPTH) {
			return FILES_BAD_NAME;
		}
		counting->level[counting->depth++] = (struct level){.directory = entry->node};
		counting->count = 0;
		counting->index = 0;
	}
	return FILES_OK;
}

static enum files_status count(const struct call *call, struct account *account, uint32_t around)
{
	struct counting *counting = &countings[account->root.file_system];
	enum files_status status = FILES_OK;

	if (counting->call != call) {
		counting->call = call;
		counting->depth = 1;
		counting->entries_seen = 0;
		counting->count = 0;
		counting->index = 0;
		counting->level[0] = (struct level){.directory = account->root.node};
		account->used = 0;
	}
	while (status == FILES_OK && counting->depth > 0) {
		status = counting->index < counting->count ? count_one(account, counting, around)
							   : read_next(counting, account->root.file_system);
	}
	if (status != FILES_WOULD_WAIT) {
		counting->call = NULL;
	}
	return status;
}

void quota_forget(const struct call *call)
{
	for (uint32_t i = 0; i < FILE_SYSTEMS_COUNT; i++) {
		if (countings[i].call == call) {
			countings[i].call = NULL;
		}
	}
}

enum files_status quota_begin(struct call *call, struct place root, uint32_t around)
{
	const uint32_t client = call->client;
	struct account *account = &accounts[client];
	const uint64_t most = files_parameters[client].space;
	enum files_status status;

	if (most == 0) {
		return FILES_OK;
	}
	for (uint32_t i = 0; i < ACCOUNTS; i++) {
		if (accounts[i].is_counted && place_is(accounts[i].root, root)) {
			accounts[i].most = least(accounts[i].most, most);
			return FILES_OK;
		}
	}
	account->root = root;
	account->most = most;
	status = count(call, account, around);
	if (status != FILES_OK) {
		return status;
	}
	if (around != NO_ACCOUNT) {
		give(&accounts[around], account->used);
	}
	account->is_counted = true;
	counted++;
	if (account->used > most) {
		log_warning("%s: %s has %llu KiB in %s, and may have %llu", files_client_line(client),
			    files_client_name(client), (unsigned long long)(account->used / 1024),
			    files_parameters[client].root, (unsigned long long)(most / 1024));
	}
	return FILES_OK;
}

uint32_t quota_of(const struct place *stack, uint32_t depth)
{
	for (uint32_t d = counted > 0 ? depth : 0;
	     d-- > 0 && stack[d].file_system == stack[depth - 1].file_system;) {
		for (uint32_t i = 0; i < ACCOUNTS; i++) {
			if (accounts[i].is_counted && place_is(accounts[i].root, stack[d])) {
				return i;
			}
		}
	}
	return NO_ACCOUNT;
}

/* ---- what is taken and given back ------------------------------------------------------------- */

bool quota_take_name(uint32_t account, uint32_t file_system)
{
	const uint64_t bytes = account == NO_ACCOUNT ? 0 : cost(file_system, 0);

	if (account == NO_ACCOUNT) {
		return true;
	}
	if (bytes > room(&accounts[account])) {
		return false;
	}
	accounts[account].used += bytes;
	return true;
}

void quota_give(uint32_t account, uint32_t file_system, const struct filesystem_attributes *attributes)
{
	if (account != NO_ACCOUNT) {
		give(&accounts[account], cost_of(file_system, attributes));
	}
}

void quota_open(struct node *node, uint32_t account, const struct filesystem_attributes *attributes)
{
	if (node->account == NO_ACCOUNT && account != NO_ACCOUNT) {
		node->account = account;
		node->charged = cost_of(node->place.file_system, attributes);
	}
}

bool quota_allows(const struct node *node, uint64_t size)
{
	uint64_t bytes;

	if (node->account == NO_ACCOUNT || size <= node->size) {
		return true;
	}
	bytes = cost(node->place.file_system, size);
	return bytes <= node->charged || bytes - node->charged <= room(&accounts[node->account]);
}

void quota_follow(struct node *node)
{
	uint64_t bytes;

	if (node->account == NO_ACCOUNT) {
		return;
	}
	bytes = cost(node->place.file_system, node->size);
	if (bytes >= node->charged) {
		take(&accounts[node->account], bytes - node->charged);
	} else {
		give(&accounts[node->account], node->charged - bytes);
	}
	node->charged = bytes;
}

void quota_end(const struct node *node)
{
	if (node->account != NO_ACCOUNT) {
		give(&accounts[node->account], node->charged);
	}
}

void quota_space(uint32_t account, uint32_t block, uint64_t *blocks, uint64_t *free_blocks)
{
	if (account != NO_ACCOUNT) {
		*blocks = least(*blocks, accounts[account].most / block);
		*free_blocks = least(*free_blocks, room(&accounts[account]) / block);
	}
}
