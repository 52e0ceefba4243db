/* SPDX-License-Identifier: MIT
 * The part of a walk that makes, hands on and ends objects: handles come mostly from what the table holds at the moment.
 */
#include "walk_input.h"

#define FRAME_ADDRESS UINT64_C(0x600000000)
#define LOOKED_AT     1024u /* slots of large tables */

enum wanted { ANY, FREE, DYNAMIC, OWNER, TYPE };

static bool fits(const struct captable *table, uint64_t index, enum wanted wanted, unsigned type)
{
	const struct slot *slot = captable_at(table, index);
	bool used = slot != NULL && slot->type != TENON_TYPE_NONE;
	switch (wanted) {
	case FREE:
		return slot != NULL && !used && index >= table->static_slots;
	case DYNAMIC:
		return used && index >= table->static_slots;
	case OWNER:
		return used && slot_is_owner(slot);
	case TYPE:
		return used && slot->type == type;
	default:
		return used;
	}
}

/* A slot's index, from a random one on; TENON_NONE: there is none like that. */
static uint64_t look(const struct captable *table, enum wanted wanted, unsigned type)
{
	uint64_t count = captable_slots(table), at = walk_byte() + 256u * walk_below(4);
	for (uint64_t n = 0; n < count && n < LOOKED_AT; n++) {
		if (fits(table, (at + n) % count, wanted, type))
			return (at + n) % count;
	}
	return TENON_NONE;
}

static tenon_handle_t handle_of(const struct thread *thread, enum wanted wanted, unsigned type)
{
	unsigned chance = walk_below(32);
	if (chance == 0)
		return tenon_handle(walk_byte(), walk_below(4));
	uint64_t index = look(thread->table, chance == 1 ? ANY : wanted, type);
	const struct slot *slot = index != TENON_NONE ? captable_at(thread->table, index) : NULL;
	return slot != NULL ? slot->handle : SLOT_POOL;
}

tenon_handle_t walk_handle(const struct thread *thread, unsigned type)
{
	return handle_of(thread, TYPE, type);
}

/* Where to put something. */
static uint64_t vacant(const struct captable *table)
{
	uint64_t index = walk_below(32) == 0 ? walk_byte() : look(table, FREE, 0);
	return index != TENON_NONE ? index : walk_byte();
}

static void copy_call(struct host_call *call, const struct thread *thread)
{
	bool moves = call->operation == TENON_OP_CAP_MOVE;
	const struct captable *table = thread->table;
	call->handle = handle_of(thread, moves || walk_below(2) == 0 ? DYNAMIC : ANY, 0);
	call->reply = 0;
	if (walk_below(3) == 0) {
		call->reply = walk_handle(thread, TENON_TYPE_TABLE);
		const struct slot *slot = captable_any(table, call->reply);
		if (slot != NULL && slot->type == TENON_TYPE_TABLE)
			table = slot->object;
	}
	call->word[0] = vacant(table);
	call->word[1] = walk_below(4) == 0 ? walk_byte() : TENON_RIGHTS_ALL;
	call->word[2] = walk_below(8) == 0 ? walk_byte() : 0;
}

static void make_call(struct host_call *call, const struct thread *thread)
{
	static const uint8_t types[] = {TENON_TYPE_FRAME,  TENON_TYPE_FRAME,      TENON_TYPE_POOL,
					TENON_TYPE_TABLE,  TENON_TYPE_SPACE,      TENON_TYPE_THREAD,
					TENON_TYPE_THREAD, TENON_TYPE_SCHEDULING, TENON_TYPE_RECEIVE_SET};
	static const uint64_t table_slots[] = {2, 4, 16, 64, 64, 512, 1024, 3};
	call->handle = walk_handle(thread, TENON_TYPE_POOL);
	unsigned chance = walk_below(64);
	call->word[0] = chance == 0 ? walk_byte() : types[chance % COUNT_OF(types)];
	call->word[1] = vacant(thread->table);
	if (call->word[0] == TENON_TYPE_TABLE)
		call->word[2] = table_slots[walk_below(8)];
	else if (call->word[0] == TENON_TYPE_POOL)
		call->word[2] = 0x1000u * walk_below(40) + walk_below(2);
	else
		call->word[2] = walk_below(16) == 0 ? walk_byte() : 0x1000;
}

static void part_call(struct host_call *call, const struct thread *thread)
{
	static const uint8_t types[] = {TENON_TYPE_ENDPOINT, TENON_TYPE_REPLY, TENON_TYPE_NOTIFICATION};
	unsigned chance = walk_below(64);
	call->handle = walk_handle(thread, TENON_TYPE_RECEIVE_SET);
	call->word[0] = chance == 0 ? walk_byte() : types[chance % 3];
	call->word[1] = vacant(thread->table);
	call->word[2] = walk_byte();
}

static void bind_call(struct host_call *call, const struct thread *thread)
{
	call->handle = handle_of(thread, walk_below(4) == 0 ? TYPE : OWNER, TENON_TYPE_THREAD);
	const struct slot *slot = captable_any(thread->table, call->handle);
	if (slot == NULL || slot->type != TENON_TYPE_THREAD)
		call->handle = walk_handle(thread, TENON_TYPE_THREAD);
	call->word[0] = walk_handle(thread, TENON_TYPE_SPACE);
	call->word[1] = walk_handle(thread, TENON_TYPE_TABLE);
	call->word[2] = walk_below(3) == 0 ? 0 : walk_handle(thread, TENON_TYPE_ENDPOINT);
	call->word[3] = walk_below(3) == 0 ? 0 : walk_handle(thread, TENON_TYPE_FRAME);
}

static uint64_t access_rights(void)
{
	static const uint8_t rights[] = {1, 3, 5, 1, 3, 5, 7, 2};
	return walk_below(16) == 0 ? walk_byte() : rights[walk_below(8)];
}

static void frame_call(struct host_call *call, const struct thread *thread)
{
	call->handle = walk_handle(thread, TENON_TYPE_FRAME);
	call->word[0] = walk_below(3) == 0 ? CODE_ADDRESS : FRAME_ADDRESS + 0x1000u * walk_below(8);
	if (walk_below(4) == 0)
		call->word[0] = MEMORY_ADDRESS + 0x1000u * walk_below(8);
	if (walk_below(32) == 0)
		call->word[0] += walk_byte();
	call->word[1] = access_rights();
	call->word[2] = walk_below(16) == 0 ? walk_byte() : 0;
	if (call->operation == TENON_OP_FRAME_PROTECT)
		call->word[0] = access_rights();
	call->reply = walk_handle(thread, TENON_TYPE_SPACE);
}

static void scheduling_call(struct host_call *call, const struct thread *thread)
{
	call->handle = walk_handle(thread, TENON_TYPE_SCHEDULING);
	call->word[1] = 10000u * (1 + walk_below(100));
	call->word[0] = walk_below(4) == 0 ? 0 : 10000u * (1 + walk_below(100));
	call->word[2] = walk_below(5) % 3;
}

bool walk_object_call(struct host_call *call, const struct thread *thread)
{
	switch (call->operation) {
	case TENON_OP_CAP_COPY:
	case TENON_OP_CAP_MOVE:
		copy_call(call, thread);
		return true;
	case TENON_OP_CAP_DELETE:
		call->handle = handle_of(thread, walk_below(3) == 0 ? OWNER : DYNAMIC, 0);
		return true;
	case TENON_OP_CAP_REVOKE:
		call->handle = handle_of(thread, walk_below(8) == 0 ? ANY : DYNAMIC, 0);
		return true;
	case TENON_OP_CAP_READ:
		call->handle = handle_of(thread, ANY, 0);
		return true;
	case TENON_OP_CAP_ACCEPT:
		call->word[0] = walk_below(4) == 0 ? 0 : vacant(thread->table);
		return true;
	case TENON_OP_POOL_MAKE:
		make_call(call, thread);
		return true;
	case TENON_OP_POOL_READ:
		call->handle = walk_handle(thread, TENON_TYPE_POOL);
		return true;
	case TENON_OP_SET_MAKE:
		part_call(call, thread);
		return true;
	case TENON_OP_FRAME_MAP:
	case TENON_OP_FRAME_UNMAP:
	case TENON_OP_FRAME_PROTECT:
		frame_call(call, thread);
		return true;
	case TENON_OP_SPACE_QUERY:
		call->handle = walk_handle(thread, TENON_TYPE_SPACE);
		call->word[0] = FRAME_ADDRESS + 0x1000u * walk_below(8);
		return true;
	case TENON_OP_TABLE_GROW:
		call->handle = walk_handle(thread, TENON_TYPE_TABLE);
		call->word[0] = walk_handle(thread, TENON_TYPE_POOL);
		return true;
	case TENON_OP_TABLE_RESET:
		call->handle = walk_below(4) == 0 ? walk_handle(thread, TENON_TYPE_TABLE)
						  : handle_of(thread, DYNAMIC, 0);
		return true;
	case TENON_OP_THREAD_BIND:
		bind_call(call, thread);
		return true;
	case TENON_OP_SCHEDULING_SET:
	case TENON_OP_SCHEDULING_READ:
		scheduling_call(call, thread);
		return true;
	case TENON_OP_PLATFORM_CPU:
		call->handle = SLOT_PLATFORM;
		call->word[0] = walk_below(5);
		call->word[1] = walk_below(5) % 3;
		return true;
	default:
		return false;
	}
}

void walk_bring(struct host_call *call, const struct thread *thread)
{
	if (walk_below(2) != 0 || thread->buffer == NULL)
		return;
	struct tenon_extras *extras = (struct tenon_extras *)(void *)thread->buffer;
	extras->capability = handle_of(thread, walk_below(2) == 0 ? DYNAMIC : ANY, 0);
	call->tag |= walk_below(2) == 0 ? TENON_TAG_COPY : TENON_TAG_MOVE;
}
