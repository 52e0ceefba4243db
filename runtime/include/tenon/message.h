/* SPDX-License-Identifier: MIT
 * Values in a message, for generated glue.
 *
 * A message is a run of bytes: 0..63 travel in the words of struct tenon_ipc,
 * the rest stands at the same offsets in the message buffer. Where offset and
 * size are constants each function here comes to a shift or a load; a value
 * of a scalar type never lies across the border, for it is naturally aligned.
 *
 * The callers (glue) have checked offset + size <= TENON_MESSAGE_MAX_BYTES.
 */
#ifndef TENON_MESSAGE_H
#define TENON_MESSAGE_H

#include <tenon/ipc.h>

/* What every interface answers to a call that is not one of its own: I_MALFORMED. */
#define TENON_GLUE_MALFORMED 0x103u

/* Copies `size` bytes to offset `at`. */
TENON_INLINE void tenon_put(struct tenon_ipc *ipc, uint32_t at, const void *from, uint32_t size)
{
	const uint32_t room = at < TENON_MESSAGE_REGISTER_BYTES ? TENON_MESSAGE_REGISTER_BYTES - at : 0;
	const uint32_t inside = size < room ? size : room;

	/* The words last: they need not outlive a call of memcpy(). */
	if (size != inside)
		__builtin_memcpy(tenon_buffer() + at + inside, (const uint8_t *)from + inside, size - inside);
	if (inside != 0)
		__builtin_memcpy((uint8_t *)ipc->word + at, from, inside);
}

/* Copies `size` bytes from offset `at`. */
TENON_INLINE void tenon_get(const struct tenon_ipc *ipc, uint32_t at, void *to, uint32_t size)
{
	const uint32_t room = at < TENON_MESSAGE_REGISTER_BYTES ? TENON_MESSAGE_REGISTER_BYTES - at : 0;
	const uint32_t inside = size < room ? size : room;

	if (inside != 0)
		__builtin_memcpy(to, (const uint8_t *)ipc->word + at, inside);
	if (size != inside)
		__builtin_memcpy((uint8_t *)to + inside, tenon_buffer() + at + inside, size - inside);
}

TENON_INLINE void tenon_put_u8(struct tenon_ipc *ipc, uint32_t at, uint8_t value)
{
	tenon_put(ipc, at, &value, sizeof value);
}

TENON_INLINE void tenon_put_u16(struct tenon_ipc *ipc, uint32_t at, uint16_t value)
{
	tenon_put(ipc, at, &value, sizeof value);
}

TENON_INLINE void tenon_put_u32(struct tenon_ipc *ipc, uint32_t at, uint32_t value)
{
	tenon_put(ipc, at, &value, sizeof value);
}

TENON_INLINE void tenon_put_u64(struct tenon_ipc *ipc, uint32_t at, uint64_t value)
{
	tenon_put(ipc, at, &value, sizeof value);
}

TENON_INLINE uint8_t tenon_get_u8(const struct tenon_ipc *ipc, uint32_t at)
{
	uint8_t value;

	tenon_get(ipc, at, &value, sizeof value);
	return value;
}

TENON_INLINE uint16_t tenon_get_u16(const struct tenon_ipc *ipc, uint32_t at)
{
	uint16_t value;

	tenon_get(ipc, at, &value, sizeof value);
	return value;
}

TENON_INLINE uint32_t tenon_get_u32(const struct tenon_ipc *ipc, uint32_t at)
{
	uint32_t value;

	tenon_get(ipc, at, &value, sizeof value);
	return value;
}

TENON_INLINE uint64_t tenon_get_u64(const struct tenon_ipc *ipc, uint32_t at)
{
	uint64_t value;

	tenon_get(ipc, at, &value, sizeof value);
	return value;
}

/*
 * tenon_reply_receive() with the answer in an object of its own: words of `answer` that nobody set cost nothing, and
 * those of the call need not be kept while it is served.
 */
TENON_INLINE enum tenon_status tenon_answer_receive(tenon_handle_t set, tenon_handle_t reply,
						    uint64_t deadline, const struct tenon_ipc *answer,
						    struct tenon_ipc *ipc)
{
	struct tenon_ipc both;

	if (tenon_tag_length(answer->tag) != 0)
		both = *answer;
	both.tag = answer->tag;
	both.control = tenon_control(TENON_OP_REPLY_RECEIVE, set);
	both.deadline = deadline;
	both.reply = reply;
	if (tenon_tag_length(answer->tag) != 0)
		tenon_trap(&both);
	else
		tenon_trap_empty(&both);
	*ipc = both;
	return (enum tenon_status)both.status;
}

TENON_INLINE void tenon_zero(void *object, uint32_t size)
{
	__builtin_memset(object, 0, size);
}

/* Clears offsets `from` to `to` - 1: what no value covers must not tell what stood here before. */
TENON_INLINE void tenon_put_zeros(struct tenon_ipc *ipc, uint32_t from, uint32_t to)
{
	for (; from < to && from < TENON_MESSAGE_REGISTER_BYTES; from++)
		tenon_put_u8(ipc, from, 0);
	if (from < to)
		tenon_zero(tenon_buffer() + from, to - from);
}

/* Clears the first `bytes`, rounded up to words: what stands between values must not tell what stood here before. */
TENON_INLINE void tenon_clear(struct tenon_ipc *ipc, uint32_t bytes)
{
	for (uint32_t i = 0; i < TENON_MESSAGE_WORDS && i * 8u < bytes; i++)
		ipc->word[i] = 0;
	if (bytes > TENON_MESSAGE_REGISTER_BYTES)
		tenon_zero(tenon_buffer() + TENON_MESSAGE_REGISTER_BYTES,
			   bytes - TENON_MESSAGE_REGISTER_BYTES);
}

#endif
