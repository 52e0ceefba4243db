/* SPDX-License-Identifier: MIT
 * System calls that copy, move and describe capabilities, and the way of a capability into another table: at once where
 * that table is at home here or nowhere, else through the TRANSIT slot of the thread that asks, whose message does the
 * rest on the table's home CPU.
 */
#include <core/core.h>

/* What COPY and MOVE were asked for. */
struct order {
	struct slot *from;
	uint64_t handle; /* of `from` */
	struct captable *table;
	uint64_t index, badge;
	unsigned rights;
	bool moves;
};

static enum tenon_status decode(struct thread *thread, uint64_t control0, bool moves, struct order *order)
{
	const struct arch_context *context = &thread->context;
	uint64_t table = arch_control(context, 3), rights = arch_word(context, 1),
		 badge = arch_word(context, 2);
	order->handle = control0 >> TENON_OPERATION_BITS;
	order->from = captable_any(thread->table, order->handle);
	order->table = thread->table;
	order->index = arch_word(context, 0);
	order->moves = moves;
	if (order->from == NULL)
		return TENON_BAD_HANDLE;
	if (table != 0) {
		struct slot *slot;
		enum tenon_status status =
		    captable_get(thread->table, table, TENON_TYPE_TABLE, TENON_RIGHT_WRITE, &slot);
		if (status != TENON_OK)
			return status;
		order->table = slot->object;
	}
	if (moves) {
		if (tenon_handle_index(order->handle) < thread->table->static_slots)
			return TENON_BAD_ARGUMENT;
		/* What ends with a table, or with one of its segments, is younger: only so is the way down bounded. */
		bool stays = order->table != thread->table || order->index > order->table->mask;
		return slot_is_owner(order->from) && stays ? TENON_BAD_RIGHTS : TENON_OK;
	}
	if ((rights & ~(uint64_t)TENON_RIGHTS_ALL) != 0)
		return TENON_BAD_ARGUMENT;
	order->rights = (unsigned)rights;
	order->badge = badge;
	/* A badge is an identity: only who manages the object gives it out. Of a frame it says where it is mapped. */
	if (order->from->type == TENON_TYPE_FRAME)
		return badge != 0 ? TENON_BAD_ARGUMENT : TENON_OK;
	bool keeps = badge == 0 || badge == order->from->badge;
	return keeps || (slot_rights(order->from) & TENON_RIGHT_MANAGE) != 0 ? TENON_OK : TENON_BAD_RIGHTS;
}

/* Under the family's lock: into a table that is at home here or nowhere. */
static enum tenon_status place(const struct order *order, struct captable *table, uint64_t *handle)
{
	if (order->moves)
		return captable_move(table, order->index, order->from, handle);
	struct capability capability = slot_capability(order->from, order->rights);
	if (order->badge != 0)
		capability.badge = order->badge;
	return captable_fill(table, order->index, &capability, order->from, handle);
}

/* Under the family's lock: into the thread's own slot, from where its message brings it on. */
static COLD enum tenon_status place_in_transit(const struct order *order, struct thread *thread)
{
	struct slot *transit = &thread->embedded[EMBEDDED_TRANSIT];
	if (slot_type(transit) != TENON_TYPE_NONE)
		return TENON_BUSY;
	if (order->moves) {
		slot_move(transit, 0, order->from);
		return TENON_OK;
	}
	struct capability capability = slot_capability(order->from, order->rights);
	if (order->badge != 0)
		capability.badge = order->badge;
	slot_fill(transit, 0, &capability, order->from);
	return TENON_OK;
}

static void carry_out(struct cpu *cpu, struct thread *thread, uint64_t control0, bool moves)
{
	struct order order = {0};
	uint64_t handle = 0;
	enum tenon_status status = decode(thread, control0, moves, &order);
	if (status == TENON_OK && !slot_lock(order.from, order.handle))
		status = TENON_BAD_HANDLE;
	if (status != TENON_OK) {
		thread_answer(thread, status);
		return;
	}
	unsigned family = order.from->family;
	struct cpu *home = __atomic_load_n(&order.table->home, __ATOMIC_RELAXED);
	bool elsewhere = home != NULL && home != cpu;
	status = elsewhere ? place_in_transit(&order, thread) : place(&order, order.table, &handle);
	family_unlock(family);
	if (status == TENON_OK && elsewhere) {
		thread->fill_table = order.table;
		thread->fill_index = order.index;
		thread->put_back = PUT_BACK | (moves ? order.handle : 0);
		thread_fill(cpu, thread, home);
		return;
	}
	thread_answer(thread, status);
	arch_word_set(&thread->context, 0, handle);
}

void syscall_cap_copy(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	carry_out(cpu, thread, control0, false);
}

void syscall_cap_move(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	carry_out(cpu, thread, control0, true);
}

COLD enum tenon_status transit_place(struct thread *thread, struct captable *table, uint64_t index,
				     uint64_t *handle)
{
	struct slot *transit = &thread->embedded[EMBEDDED_TRANSIT];
	if (slot_type(transit) == TENON_TYPE_NONE || !slot_lock(transit, transit->handle))
		return TENON_BAD_HANDLE; /* revoked on the way */
	unsigned family = transit->family;
	enum tenon_status status = captable_move(table, index, transit, handle);
	family_unlock(family);
	return status;
}

/* What was moved and found no place is in its old one again, where its handle finds it, if that is still empty. */
static COLD void transit_return(struct cpu *cpu, struct thread *thread)
{
	struct slot *transit = &thread->embedded[EMBEDDED_TRANSIT];
	uint64_t handle = thread->put_back & ~PUT_BACK, index = tenon_handle_index(handle);
	struct slot *slot = captable_at(thread->table, index);
	thread->put_back = 0;
	if (slot_type(transit) != TENON_TYPE_NONE && slot_lock(transit, transit->handle)) {
		unsigned family = transit->family;
		spin_lock(&thread->table->lock);
		if (!thread->table->dead && slot != NULL && slot_type(slot) == TENON_TYPE_NONE &&
		    slot_generation(slot) == tenon_handle_generation(handle) + 1) {
			slot->handle = handle;
			slot_move(slot, index, transit);
		}
		spin_unlock(&thread->table->lock);
		family_unlock(family);
	}
	embedded_drop(cpu, thread, EMBEDDED_TRANSIT); /* where it has not got away */
}

COLD void syscall_cap_read(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	const struct slot *slot = captable_any(thread->table, control0 >> TENON_OPERATION_BITS);
	(void)cpu;
	if (slot == NULL) {
		thread_tell(thread, TENON_BAD_HANDLE);
		return;
	}
	bool frame = slot->type == TENON_TYPE_FRAME;
	thread_tell(thread, TENON_OK);
	arch_word_set(&thread->context, 0, (uint64_t)slot_type(slot));
	arch_word_set(&thread->context, 1, slot_rights(slot));
	arch_word_set(&thread->context, 2, frame ? 0 : slot->badge);
	arch_word_set(&thread->context, 3, frame ? frame_bytes(slot) : 0);
	arch_word_set(&thread->context, 4, frame ? frame_address(slot) : 0);
}

COLD void syscall_cap_accept(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	uint64_t index = arch_word(&thread->context, 0);
	struct slot *slot;
	(void)cpu;
	(void)control0;
	enum tenon_status status = index == 0 ? TENON_OK : captable_vacant(thread->table, index, &slot);
	if (status == TENON_OK)
		thread->accept = (uint32_t)index;
	thread_tell(thread, status);
}

/* ---- in messages ---- */

/* Into the receiver's table, or its TRANSIT slot where that table is at home elsewhere. Under the family's lock. */
static enum tenon_status hand_over(struct cpu *cpu, struct thread *to, struct slot *slot, bool moves,
				   uint64_t *handle)
{
	struct order order = {.from = slot, .index = to->accept, .rights = TENON_RIGHTS_ALL, .moves = moves};
	if (to->home != cpu)
		return place_in_transit(&order, to);
	return place(&order, to->table, handle);
}

COLD uint64_t transfer(struct cpu *cpu, struct thread *from, struct thread *to, uint64_t tag, bool granted)
{
	bool moves = (tag & TENON_TAG_MOVE) != 0;
	struct tenon_extras *sent = (struct tenon_extras *)(void *)from->buffer,
			    *arrived = (struct tenon_extras *)(void *)to->buffer;
	uint64_t bits = TENON_TAG_COPY | TENON_TAG_MOVE, placed = 0;
	if (!granted || to->accept == 0 || sent == NULL || arrived == NULL)
		return tag & ~bits;
	uint64_t handle = __atomic_load_n(&sent->capability, __ATOMIC_RELAXED);
	struct slot *slot = captable_any(from->table, handle);
	if (slot == NULL || !slot_lock(slot, handle))
		return tag & ~bits;
	unsigned family = slot->family;
	bool stays = moves && (slot_is_owner(slot) || tenon_handle_index(handle) < from->table->static_slots);
	enum tenon_status status = stays ? TENON_BAD_RIGHTS : hand_over(cpu, to, slot, moves, &placed);
	family_unlock(family);
	if (status != TENON_OK)
		return tag & ~bits;
	to->transit = placed == 0;
	if (placed != 0) {
		to->accept = 0;
		arrived->capability = placed;
	}
	return tag;
}

COLD void transfer_finish(struct cpu *cpu, struct thread *thread)
{
	uint64_t handle = 0, tag = arch_control(&thread->context, 1);
	struct tenon_extras *arrived = (struct tenon_extras *)(void *)thread->buffer;
	thread->transit = false;
	if (thread->put_back != 0) {
		transit_return(cpu, thread);
		return;
	}
	if (transit_place(thread, thread->table, thread->accept, &handle) != TENON_OK || arrived == NULL) {
		embedded_drop(cpu, thread, EMBEDDED_TRANSIT);
		arch_control_set(&thread->context, 1, tag & ~(TENON_TAG_COPY | TENON_TAG_MOVE));
		return;
	}
	thread->accept = 0;
	arrived->capability = handle;
}
