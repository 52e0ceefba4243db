/* SPDX-License-Identifier: MIT
 * The channels of one connection together, as generated glue keeps them.
 *
 * A connection's channels open and end together, for one side that starts anew has lost the state of all of them. The
 * component is told once that the session is open, when all channels are, and nothing is sent or received before; it is
 * told that it ended where the other side broke a ring. What an end finds out while it sends or receives (the session
 * ended, the ring is broken, more is there than one turn should take) is left for the component's loop: the session is
 * marked `again`, and `*more` says that some session is.
 *
 * Who is refused sleeps: a receive that finds nothing and a send that finds no room have said so to the other side, which
 * signals when that changes. So a component that has emptied its ring, or filled the other's, has nothing else to do.
 *
 * Owner: the component's only thread. All of it lies in private memory.
 */
#ifndef TENON_SESSION_H
#define TENON_SESSION_H

#include <tenon/buffers.h>
#include <tenon/channel.h>

struct tenon_session {
	struct tenon_channel_end *const *end;
	uint32_t ends;
	bool open;  /* the component knows that all channels are */
	bool ended; /* and that they are not any more */
	bool again; /* the loop shall look at it without a signal */
	bool *more; /* some session is marked so */
};

/* An end, and what the loop must know of it. */
struct tenon_session_sender {
	struct tenon_channel_sender channel;
	bool refused; /* the component was, and is told of room */
};
struct tenon_session_receiver {
	struct tenon_channel_receiver channel;
	uint32_t left; /* entries that may be received before others have their turn */
};

enum tenon_session_change {
	TENON_SESSION_SAME,
	TENON_SESSION_OPENED, /* anew: what was under way before is lost */
	TENON_SESSION_ENDED,  /* the other side broke a channel, or began anew; nothing is sent or received */
};

/* Joins what can be joined, after a signal or where `again` is set. Never blocks. */
enum tenon_session_change tenon_session_attend(struct tenon_session *session);

/* Is there something to receive? If not, the other side signals when there is. */
bool tenon_session_has_entries(struct tenon_session *session, struct tenon_session_receiver *receiver);
/* Was the component refused, and is there room now? If not, the other side signals when there is. */
bool tenon_session_has_room(struct tenon_session *session, struct tenon_session_sender *sender);

/* Marks the session for the loop. */
void tenon_session_look_again(struct tenon_session *session);
/* The other side sent what the interface does not allow: the channel is broken, until that side starts anew. */
void tenon_session_break(struct tenon_session *session, struct tenon_channel_end *end);

/*
 * Between these two what is sent and received is not shown to the other sides: all of it is at the end, so that each of them is
 * woken once, and not by the first entry of many. In between nothing is called that needs the entries; not one batch in another.
 * A ring that is full or empty meanwhile is shown as ever.
 */
void tenon_batch_begin(void);
void tenon_batch_end(void);

/* ---- what the inline functions need; not for components ---- */

/* Whether a batch has begun. */
extern bool tenon_batch_is_open;
/* Shows the end's index at the end of the batch. */
void tenon_batch_add(struct tenon_channel_end *end);

TENON_INLINE void tenon_session_show(struct tenon_channel_end *end)
{
	if (__builtin_expect(!tenon_batch_is_open, 1)) {
		tenon_channel_publish(end);
	} else if (!end->in_batch) {
		tenon_batch_add(end);
	}
}

/* What is left when the first try failed. */
bool tenon_session_send_or_sleep(struct tenon_session *session, struct tenon_session_sender *sender,
				 const void *entry, size_t bytes);
bool tenon_session_receive_or_sleep(struct tenon_session *session, struct tenon_session_receiver *receiver,
				    void *entry, size_t bytes);

/* Sends one entry. False: there is no room or no session; the loop will tell of either. */
__attribute__((warn_unused_result)) TENON_INLINE bool tenon_session_send(struct tenon_session *session,
									 struct tenon_session_sender *sender,
									 const void *entry, size_t bytes)
{
	tenon_channel_finish_sleep(&sender->channel.end);
	if (__builtin_expect(
		session->open && tenon_channel_put(&sender->channel, entry, bytes) == TENON_CHANNEL_OK, 1)) {
		tenon_session_show(&sender->channel.end);
		return true;
	}
	return tenon_session_send_or_sleep(session, sender, entry, bytes);
}

/* Receives one entry. False: there is none, or others have their turn now; the loop will tell of the next. */
__attribute__((warn_unused_result)) TENON_INLINE bool tenon_session_receive(
    struct tenon_session *session, struct tenon_session_receiver *receiver, void *entry, size_t bytes)
{
	tenon_channel_finish_sleep(&receiver->channel.end);
	if (__builtin_expect(session->open && receiver->left != 0 &&
				 tenon_channel_take(&receiver->channel, entry, bytes) == TENON_CHANNEL_OK,
			     1)) {
		tenon_session_show(&receiver->channel.end);
		receiver->left--;
		return true;
	}
	return tenon_session_receive_or_sleep(session, receiver, entry, bytes);
}

/* ---- entries as words, for types that have gaps or values that must be checked ---- */

TENON_INLINE void tenon_entry_put(uint64_t *entry, uint32_t at, const void *from, uint32_t size)
{
	__builtin_memcpy((uint8_t *)entry + at, from, size);
}

TENON_INLINE void tenon_entry_get(const uint64_t *entry, uint32_t at, void *to, uint32_t size)
{
	__builtin_memcpy(to, (const uint8_t *)entry + at, size);
}

#define TENON_ENTRY_ACCESS(bits)                                                                             \
	TENON_INLINE void tenon_entry_put_u##bits(uint64_t *entry, uint32_t at, uint##bits##_t value)        \
	{                                                                                                    \
		tenon_entry_put(entry, at, &value, sizeof value);                                            \
	}                                                                                                    \
	TENON_INLINE uint##bits##_t tenon_entry_get_u##bits(const uint64_t *entry, uint32_t at)              \
	{                                                                                                    \
		uint##bits##_t value;                                                                        \
                                                                                                             \
		tenon_entry_get(entry, at, &value, sizeof value);                                            \
		return value;                                                                                \
	}
TENON_ENTRY_ACCESS(8)
TENON_ENTRY_ACCESS(16)
TENON_ENTRY_ACCESS(32)
TENON_ENTRY_ACCESS(64)
#undef TENON_ENTRY_ACCESS

/* ---- the ledger of a connection's pool, at the side that keeps it ---- */

#define TENON_LEDGER_OWN  0u
#define TENON_LEDGER_PEER 1u

/* All buffers free, and two participants, each of which may hold them all. */
void tenon_session_ledger_init(struct tenon_ledger *ledger, struct tenon_ledger_line *line, uint32_t count);
/* A free buffer, whole. False: there is none. */
__attribute__((warn_unused_result)) bool tenon_session_allocate(struct tenon_ledger *ledger, uint32_t bytes,
								struct tenon_buffer *buffer);
/* Gives back one that the component holds (CHECK). */
void tenon_session_release(struct tenon_ledger *ledger, const struct tenon_buffer *buffer);
/* Does the component hold it, or is it none? */
bool tenon_session_holds(const struct tenon_ledger *ledger, uint32_t index);
/* It was sent: the other side holds it. */
void tenon_session_handed(struct tenon_ledger *ledger, uint32_t index);
/* It was received: the component holds it. False: the other side did not. */
__attribute__((warn_unused_result)) bool tenon_session_taken(struct tenon_ledger *ledger, uint32_t index);

#endif
