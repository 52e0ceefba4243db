/* SPDX-License-Identifier: MIT
 * Loans: taking them from a caller's message, and copying between a server's memory and what was lent to it, page by page
 * (docs/decisions/0004). A page is found and copied under the lock of the set where its owner waits; one lock at a time.
 */
#include <core/core.h>

/*
 * What one stretch with interrupts masked may cost before the system call is made again, in bytes of an aligned copy: four
 * of them are about one instruction, where a machine moves eight bytes with a load and a store.
 */
#define LOAN_STRETCH 14336u
#define COST_STEP    600u /* finding both pages */
#define COST_LINK    160u /* each loan that was passed on */
#define COST_UNEVEN  3u   /* times dearer where source and destination are not equally aligned */

/* Of the extras' second word: all that tells how a loan is passed on. */
#define LOAN_REPLY_MASK  ((UINT64_C(1) << (TENON_LOAN_INDEX_SHIFT - TENON_LOAN_REPLY_SHIFT)) - 1)
#define LOAN_INDEX_MASK  ((UINT64_C(1) << (TENON_LOAN_RIGHTS_SHIFT - TENON_LOAN_INDEX_SHIFT)) - 1)
#define LOAN_RIGHTS_MASK 0x7fu

static unsigned loan_count(const struct thread *caller)
{
	uint64_t tag = arch_control(&caller->context, 1);
	return caller->faulted ? 0 : (unsigned)((tag & TENON_TAG_LOANS_MASK) >> TENON_TAG_LOANS_SHIFT);
}

bool loan_lends(const struct thread *caller)
{
	return loan_count(caller) != 0;
}

/* The loan of the call in `reply` that allows it; or why not. Under the lock of its set. */
static enum tenon_status loan_find(const struct reply *reply, uint64_t index, uint64_t offset, uint64_t bytes,
				   unsigned rights, struct loan **loan)
{
	if (reply->caller == NULL)
		return TENON_LOAN_ENDED;
	if (index >= loan_count(reply->caller))
		return TENON_BAD_LOAN;
	*loan = &reply->caller->loan[index];
	if ((rights & ~(unsigned)(*loan)->rights) != 0 || offset > (*loan)->bytes ||
	    bytes > (*loan)->bytes - offset)
		return TENON_BAD_LOAN;
	return TENON_OK;
}

/* Completes a loan that `caller` passes on: of which call it is. */
static enum tenon_status loan_pass(struct thread *caller, uint64_t index, struct loan *loan)
{
	const struct slot *slot = captable_at(caller->table, index);
	if (slot == NULL || slot_type(slot) != TENON_TYPE_REPLY)
		return TENON_BAD_LOAN;
	struct reply *reply = slot->object;
	struct loan *outer = NULL;
	loan->outer = slot->handle;
	struct held held = set_lock(reply->set);
	enum tenon_status status =
	    loan_find(reply, loan->index, loan->address, loan->bytes, loan->rights, &outer);
	if (status == TENON_OK) {
		loan->serial = reply->serial;
		loan->links = (uint8_t)(outer->links + 1);
	}
	set_unlock(held);
	return status != TENON_OK || loan->links > LOAN_LINKS ? TENON_BAD_LOAN : TENON_OK;
}

enum tenon_status loan_take(struct thread *caller, uint64_t tag)
{
	const volatile struct tenon_extras *extras = (const volatile void *)caller->buffer;
	unsigned count = (unsigned)((tag & TENON_TAG_LOANS_MASK) >> TENON_TAG_LOANS_SHIFT);
	if (extras == NULL)
		return TENON_TRUNCATED;
	for (unsigned i = 0; i < count; i++) {
		uint64_t address = extras->loan[i].address, word = extras->loan[i].bytes; /* once */
		uint64_t rights = word >> TENON_LOAN_RIGHTS_SHIFT & LOAN_RIGHTS_MASK;
		uint64_t reply = word >> TENON_LOAN_REPLY_SHIFT & LOAN_REPLY_MASK;
		struct loan loan = {
		    .address = address,
		    .bytes = word & TENON_LOAN_BYTES_MASK,
		    .rights = (uint8_t)rights,
		    .index = (uint8_t)(word >> TENON_LOAN_INDEX_SHIFT & LOAN_INDEX_MASK),
		};
		if (rights == 0 || (rights & ~(uint64_t)(TENON_RIGHT_READ | TENON_RIGHT_WRITE)) != 0 ||
		    loan.bytes > UINT64_MAX - address)
			return TENON_BAD_ARGUMENT;
		enum tenon_status status = TENON_OK;
		if ((word & TENON_LOAN_PASSED) != 0)
			status = loan_pass(caller, reply, &loan);
		else if (reply != 0 || loan.index != 0)
			status = TENON_BAD_ARGUMENT;
		if (status != TENON_OK)
			return status;
		caller->loan[i] = loan;
	}
	return TENON_OK;
}

/*
 * The reply object behind a handle of a table that may belong to another CPU; NULL: no longer. An emptied slot's handle
 * advances before the slot is filled again, so what was read is whole if the handle is the same afterwards; and an object
 * that was withdrawn a moment ago keeps its memory until this CPU has left the kernel (docs/decisions/0009).
 */
static struct reply *outer_reply(const struct thread *caller, uint64_t handle)
{
	const struct slot *slot = captable_at(caller->table, tenon_handle_index(handle));
	if (slot == NULL || __atomic_load_n(&slot->handle, __ATOMIC_ACQUIRE) != handle ||
	    slot_type(slot) != TENON_TYPE_REPLY)
		return NULL;
	struct reply *reply = __atomic_load_n(&slot->object, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return __atomic_load_n(&slot->handle, __ATOMIC_RELAXED) == handle ? reply : NULL;
}

/* Whose memory it is, found behind `links` loans that were passed on: it stays blocked while `held` is. */
struct place {
	struct held held;
	struct thread *owner;
	uint64_t address;
	unsigned links;
};

static enum tenon_status loan_open(struct reply *reply, uint64_t index, uint64_t offset, uint64_t bytes,
				   unsigned right, struct place *place)
{
	uint64_t serial = 0;
	for (unsigned links = 0; reply != NULL && links <= LOAN_LINKS; links++) {
		struct loan *loan = NULL;
		struct held held = set_lock(reply->set);
		enum tenon_status status = TENON_LOAN_ENDED;
		if (links == 0 || reply->serial == serial)
			status = loan_find(reply, index, offset, bytes, right, &loan);
		if (status != TENON_OK) {
			set_unlock(held);
			return links == 0 ? status : TENON_LOAN_ENDED;
		}
		offset += loan->address;
		if (loan->outer == 0) {
			*place = (struct place){held, reply->caller, offset, links};
			return TENON_OK;
		}
		index = loan->index;
		serial = loan->serial;
		reply = outer_reply(reply->caller, loan->outer);
		set_unlock(held);
	}
	return TENON_LOAN_ENDED;
}

/* Kernel pointer to user memory that is mapped with `right`; NULL: it is not. Good until this CPU leaves the kernel. */
static uint8_t *memory_find(const struct thread *thread, uint64_t address, unsigned right)
{
	physical_t physical;
	unsigned rights;
	if (!arch_space_lookup(&thread->memory->arch, address, &physical, &rights) || (rights & right) == 0 ||
	    !memory_is_ram(physical))
		return NULL;
	return arch_direct(physical);
}

static uint64_t to_page_end(uint64_t address)
{
	return TENON_PAGE_SIZE - address % TENON_PAGE_SIZE;
}

/* The arguments of a copy, and how far it has come. */
struct copy {
	struct reply *reply;
	uint64_t index, offset, own, bytes, done;
	bool write;     /* into the loan */
	uint64_t spent; /* of LOAN_STRETCH */
};

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Copies up to the next end of a page on either side, or of the stretch. */
static enum tenon_status copy_step(struct thread *server, struct copy *copy)
{
	uint64_t own = copy->own + copy->done;
	uint64_t bytes = least(copy->bytes - copy->done, to_page_end(own));
	uint8_t *here = memory_find(server, own, copy->write ? TENON_RIGHT_READ : TENON_RIGHT_WRITE);
	if (here == NULL)
		return TENON_BAD_ADDRESS;
	unsigned right = copy->write ? TENON_RIGHT_WRITE : TENON_RIGHT_READ;
	struct place place;
	enum tenon_status status =
	    loan_open(copy->reply, copy->index, copy->offset + copy->done, bytes, right, &place);
	if (status != TENON_OK)
		return status;
	uint64_t each = (place.address - own) % sizeof(uint64_t) == 0 ? 1 : COST_UNEVEN;
	bytes = least(bytes, to_page_end(place.address));
	bytes = least(bytes, (LOAN_STRETCH - copy->spent + each - 1) / each);
	uint8_t *there = memory_find(place.owner, place.address, right);
	if (there == NULL) {
		status = TENON_BAD_LOAN;
		/* Where nobody would hear of it, the server's status has to do. */
		place.owner->loan_fault = place.owner->fault_endpoint != NULL;
		place.owner->loan_fault_address = place.address;
	} else if (there != here && there - here < (int64_t)bytes && here - there < (int64_t)bytes) {
		status = TENON_BAD_LOAN; /* two views of the same memory: no copy can be right */
	} else {
		memcpy(copy->write ? there : here, copy->write ? here : there, bytes);
		copy->done += bytes;
		copy->spent += each * bytes + COST_STEP + COST_LINK * place.links;
	}
	set_unlock(place.held);
	return status;
}

static void loan_copy(struct thread *thread, uint64_t control0, bool write)
{
	const struct slot *slot = syscall_object(thread, control0, TENON_TYPE_REPLY, 0);
	if (slot == NULL)
		return;
	struct arch_context *context = &thread->context;
	struct copy copy = {slot->object,
			    arch_word(context, 0),
			    arch_word(context, 1),
			    arch_word(context, 2),
			    arch_word(context, 3),
			    arch_word(context, 4),
			    write,
			    0};
	enum tenon_status status = TENON_OK;
	if (copy.done > copy.bytes || copy.bytes > TENON_LOAN_BYTES_MASK ||
	    copy.offset > TENON_LOAN_BYTES_MASK) {
		thread_tell(thread, TENON_BAD_ARGUMENT);
		return;
	}
	while (status == TENON_OK && copy.done < copy.bytes && copy.spent < LOAN_STRETCH)
		status = copy_step(thread, &copy);
	if (status == TENON_OK && copy.done < copy.bytes) {
		arch_word_set(context, 4, copy.done);
		arch_context_restart(context);
		return;
	}
	thread_answer(thread, status);
	arch_word_set(context, 4, copy.done);
}

void syscall_loan_read(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	(void)cpu;
	loan_copy(thread, control0, false);
}

void syscall_loan_write(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	(void)cpu;
	loan_copy(thread, control0, true);
}
