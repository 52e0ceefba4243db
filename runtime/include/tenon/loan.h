/* SPDX-License-Identifier: MIT
 * Loans: a caller lends ranges of its memory for as long as one call lasts; the
 * server copies from and into them. What a loan is and when it ends stands in
 * docs/kernel.md.
 *
 * The caller describes up to three loans in its message buffer, at any time
 * before the call, and says in the call's tag how many there are. How long they
 * are the server learns from the message: the interface says where.
 */
#ifndef TENON_LOAN_H
#define TENON_LOAN_H

#include <stddef.h>
#include <tenon/ipc.h>

/* What travels beside the next message. */
TENON_INLINE struct tenon_extras *tenon_message_extras(void)
{
	return (struct tenon_extras *)(void *)tenon_buffer();
}

/* A tag of a call that lends the first `count` loans. */
TENON_INLINE uint64_t tenon_tag_lending(uint64_t tag, uint32_t count)
{
	return tag | (uint64_t)count << TENON_TAG_LOANS_SHIFT;
}

/* Loan `index` of the next call: `bytes` (less than 2^40) from `address`. rights: TENON_RIGHT_READ, TENON_RIGHT_WRITE. */
TENON_INLINE void tenon_lend(uint32_t index, const void *address, uint64_t bytes, uint32_t rights)
{
	struct tenon_extras *extras = tenon_message_extras();

	extras->loan[index].address = (uint64_t)(uintptr_t)address;
	extras->loan[index].bytes = bytes | (uint64_t)rights << TENON_LOAN_RIGHTS_SHIFT;
}

/*
 * Loan `index` of the next call: `bytes` from `offset` of loan `outer` of the call in `reply` (a slot below 2^14), with no
 * more rights than that has. It ends with that call.
 */
TENON_INLINE void tenon_lend_on(uint32_t index, tenon_handle_t reply, uint32_t outer, uint64_t offset,
				uint64_t bytes, uint32_t rights)
{
	struct tenon_extras *extras = tenon_message_extras();

	extras->loan[index].address = offset;
	extras->loan[index].bytes = bytes | (uint64_t)rights << TENON_LOAN_RIGHTS_SHIFT | TENON_LOAN_PASSED |
				    (uint64_t)outer << TENON_LOAN_INDEX_SHIFT |
				    (uint64_t)tenon_handle_index(reply) << TENON_LOAN_REPLY_SHIFT;
}

TENON_INLINE enum tenon_status tenon_loan_copy(enum tenon_operation operation, tenon_handle_t reply,
					       uint32_t index, uint64_t offset, uint64_t own, uint64_t bytes,
					       uint64_t *done)
{
	struct tenon_ipc ipc;

	ipc.control = tenon_control(operation, reply);
	ipc.tag = tenon_tag(0, 40);
	ipc.word[0] = index;
	ipc.word[1] = offset;
	ipc.word[2] = own;
	ipc.word[3] = bytes;
	ipc.word[4] = 0;
	tenon_trap(&ipc);
	if (done != NULL)
		*done = ipc.word[4];
	return (enum tenon_status)ipc.status;
}

/*
 * Copies `bytes` from `offset` of loan `index` of the call in `reply` to `to`. What was copied comes back through `done`
 * (or NULL), whatever the status. TENON_LOAN_ENDED: the lender no longer waits; TENON_BAD_LOAN: there is no such loan, it
 * is shorter, or the lender's memory is not there.
 */
TENON_INLINE enum tenon_status tenon_loan_read(tenon_handle_t reply, uint32_t index, uint64_t offset,
					       void *to, uint64_t bytes, uint64_t *done)
{
	return tenon_loan_copy(TENON_OP_LOAN_READ, reply, index, offset, (uint64_t)(uintptr_t)to, bytes,
			       done);
}

/* The same the other way: from `from` into the loan, which must be lent for writing. */
TENON_INLINE enum tenon_status tenon_loan_write(tenon_handle_t reply, uint32_t index, uint64_t offset,
						const void *from, uint64_t bytes, uint64_t *done)
{
	return tenon_loan_copy(TENON_OP_LOAN_WRITE, reply, index, offset, (uint64_t)(uintptr_t)from, bytes,
			       done);
}

/* What a handler has of memory that was lent to it: until it answers. */
struct tenon_loan {
	tenon_handle_t reply;
	uint32_t index;
	uint64_t bytes; /* what the caller says that it lends; the interface's limit is checked */
};

/* Copies from `offset` of the loan; TENON_OK: all of it. */
TENON_INLINE __attribute__((warn_unused_result)) enum tenon_status tenon_loan_get(struct tenon_loan loan,
										  uint64_t offset, void *to,
										  uint64_t bytes)
{
	return tenon_loan_read(loan.reply, loan.index, offset, to, bytes, NULL);
}

/* Copies to `offset` of the loan. */
TENON_INLINE __attribute__((warn_unused_result)) enum tenon_status tenon_loan_put(struct tenon_loan loan,
										  uint64_t offset,
										  const void *from,
										  uint64_t bytes)
{
	return tenon_loan_write(loan.reply, loan.index, offset, from, bytes, NULL);
}

#endif
