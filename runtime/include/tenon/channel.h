/* SPDX-License-Identifier: MIT
 * Asynchronous channels: a ring of entries in shared memory, one sender, one receiver.
 *
 * Each side writes a part of the memory that the other only reads: a line with its index (how many entries it has put or
 * taken, counted without end in 32 bits), a line with its session and its sleep number; the entries belong to the sender.
 * What a side knows stands in its own `struct tenon_channel_end`, in its own memory; from the shared memory it reads the
 * other's lines only, each value once, and believes none: an index that cannot be is TENON_CHANNEL_BROKEN. Entries are
 * copied out before anybody looks at them.
 *
 * Who finds nothing to do says so in its sleep number (odd: asleep), looks once more, and waits for a signal. Who publishes
 * looks at the other's sleep number afterwards, and signals once for each: no system call while the other side runs. Either
 * way a full fence stands between the store and the load. docs/channels.md has the protocol, why no wake-up is lost, and
 * what of it Spin has checked.
 *
 * An end belongs to one thread.
 */
#ifndef TENON_CHANNEL_H
#define TENON_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tenon/component.h>
#include <tenon/ipc.h>

#define TENON_CHANNEL_LINE        64u /* bytes of a cache line, on all our machines */
#define TENON_CHANNEL_ENTRIES_MAX (1u << 20)
#define TENON_CHANNEL_ENTRY_MAX   4096u

/* What one side writes and the other reads. */
struct tenon_channel_side {
	_Alignas(TENON_CHANNEL_LINE) uint32_t index; /* entries put, or taken, since the session began */
	_Alignas(TENON_CHANNEL_LINE)
	    uint64_t session; /* own generation << 32 | generation of the other that it joined */
	uint64_t sleeps;      /* odd: asleep; each sleep has a number of its own */
	uint64_t shape;       /* bytes of an entry << 32 | number of entries */
};

enum tenon_channel_status {
	TENON_CHANNEL_OK = 0,
	TENON_CHANNEL_EMPTY,  /* nothing to receive */
	TENON_CHANNEL_FULL,   /* no room to send */
	TENON_CHANNEL_CLOSED, /* the other side has not started, or started anew: tenon_channel_join() */
	TENON_CHANNEL_BROKEN, /* the other side wrote what cannot be; stays until it starts anew and is joined */
	TENON_CHANNEL_TIMED_OUT, /* the deadline passed */
};

/* One end. All of it private to its owner; the counters may be read. */
struct tenon_channel_end {
	struct tenon_channel_side *own;
	const struct tenon_channel_side *peer;
	uint8_t *entries;
	uint32_t mask;        /* entries - 1 */
	uint32_t entry_bytes; /* a multiple of 8 */
	uint32_t position;    /* entries put, or taken */
	uint32_t shown;       /* the same, as own->index has it: it follows at publish */
	uint32_t
	    limit; /* as far as `position` may go by what is known of the other; position <= limit, in a circle */
	uint64_t expected;   /* the other's session word while open; 0: not open */
	uint64_t session;    /* own session word */
	uint64_t looked;     /* the other's session word when it was last joined */
	uint64_t sleeps;     /* own sleep number */
	uint64_t woken;      /* the other's last sleep number that was signalled */
	tenon_handle_t wake; /* notification of the other side; 0: nobody is signalled */
	uint64_t published;  /* how often the index was published */
	uint64_t signalled;  /* how often that took a signal; the rest was elided */
	bool sends;
	bool broken;
	bool in_batch; /* tenon_batch_end() shows `position` */
	struct tenon_channel_end *next_of_batch;
};

struct tenon_channel_sender {
	struct tenon_channel_end end;
};
struct tenon_channel_receiver {
	struct tenon_channel_end end;
};

/*
 * The memory of a channel: the sender's part (its side, then the entries), which the receiver need only read, and the
 * receiver's part, which the sender need only read. Both on a cache line.
 */
struct tenon_channel_memory {
	void *sender;
	size_t sender_bytes;
	void *receiver;
	size_t receiver_bytes;
};

TENON_INLINE size_t tenon_channel_sender_bytes(uint32_t entry_bytes, uint32_t entries)
{
	return sizeof(struct tenon_channel_side) + (size_t)entry_bytes * entries;
}

/* Both parts in one region that both sides write. */
TENON_INLINE struct tenon_channel_memory tenon_channel_in_one(void *memory, size_t bytes)
{
	const size_t side = sizeof(struct tenon_channel_side);

	CHECK(bytes >= 2 * side);
	return (struct tenon_channel_memory){.receiver = memory,
					     .receiver_bytes = side,
					     .sender = (uint8_t *)memory + side,
					     .sender_bytes = bytes - side};
}

TENON_INLINE size_t tenon_channel_bytes(uint32_t entry_bytes, uint32_t entries)
{
	return sizeof(struct tenon_channel_side) + tenon_channel_sender_bytes(entry_bytes, entries);
}

/*
 * Makes an end, at start and after a restart of the own component; what the memory holds does not matter. `entry_bytes` is
 * a multiple of 8 up to TENON_CHANNEL_ENTRY_MAX, `entries` a power of two up to TENON_CHANNEL_ENTRIES_MAX; `wake` is the
 * notification of the other side (INVOKE), or 0. All this comes from the system's description: what does not fit is a
 * CHECK. The channel opens by tenon_channel_join(). Never blocks.
 */
void tenon_channel_sender_init(struct tenon_channel_sender *sender, const struct tenon_channel_memory *memory,
			       uint32_t entry_bytes, uint32_t entries, tenon_handle_t wake);
void tenon_channel_receiver_init(struct tenon_channel_receiver *receiver,
				 const struct tenon_channel_memory *memory, uint32_t entry_bytes,
				 uint32_t entries, tenon_handle_t wake);

/*
 * Opens the channel. OK: open. CLOSED: the other side has still to join; it signals when it has, then join again. After
 * CLOSED from another function this begins a new session: entries that were under way are lost, all counts are zero.
 * BROKEN: the other side has not started anew since, or is of another shape. Never blocks.
 */
__attribute__((warn_unused_result)) enum tenon_channel_status tenon_channel_join(
    struct tenon_channel_end *end);

/* ---- what the inline functions need; not for components ---- */

/* Reads the other's index. OK: there is something to do (position != limit). */
__attribute__((warn_unused_result)) enum tenon_channel_status tenon_channel_refresh(
    struct tenon_channel_end *end);
/* The other side sleeps, or has begun another session. */
void tenon_channel_attend(struct tenon_channel_end *end, uint64_t sleeps);

TENON_INLINE uint64_t *tenon_channel_entry(const struct tenon_channel_end *end, uint32_t position)
{
	return (uint64_t *)(void *)(end->entries + (size_t)(position & end->mask) * end->entry_bytes);
}

/* ---- sending and receiving. An entry in the component's memory is aligned to 8 bytes (also one of a batch). ---- */

/*
 * Lets the other side see what was put or taken, and wakes it if it sleeps. Full fence between: either this side sees the
 * other's sleep number, or the other sees this index when it looks once more (tenon_channel_prepare_to_sleep()).
 */
TENON_INLINE void tenon_channel_publish(struct tenon_channel_end *end)
{
	uint64_t sleeps;

	end->shown = end->position;
	__atomic_store_n(&end->own->index, end->position, __ATOMIC_RELEASE);
	end->published++;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	sleeps = __atomic_load_n(&end->peer->sleeps, __ATOMIC_RELAXED);
	if (__builtin_expect(((sleeps & 1) != 0 && sleeps != end->woken) ||
				 __atomic_load_n(&end->peer->session, __ATOMIC_RELAXED) != end->expected,
			     0)) {
		tenon_channel_attend(end, sleeps);
	}
}

/* Puts an entry without publishing it: OK, FULL, CLOSED or BROKEN. `bytes` is that of the channel (CHECK). */
__attribute__((warn_unused_result)) TENON_INLINE enum tenon_channel_status tenon_channel_put(
    struct tenon_channel_sender *sender, const void *entry, size_t bytes)
{
	struct tenon_channel_end *end = &sender->end;
	const uint64_t *from = __builtin_assume_aligned(entry, sizeof *from);
	uint64_t *to, word;

	CHECK(bytes == end->entry_bytes);
	if (__builtin_expect(end->position == end->limit, 0)) {
		enum tenon_channel_status status = tenon_channel_refresh(end);

		if (status != TENON_CHANNEL_OK) {
			return status;
		}
	}
	to = tenon_channel_entry(end, end->position);
	for (size_t i = 0; i < bytes / sizeof word; i++) {
		__builtin_memcpy(&word, &from[i], sizeof word);
		__atomic_store_n(&to[i], word, __ATOMIC_RELAXED);
	}
	end->position++;
	return TENON_CHANNEL_OK;
}

/* Copies the oldest entry out without giving its room back: OK, EMPTY, CLOSED or BROKEN. */
__attribute__((warn_unused_result)) TENON_INLINE enum tenon_channel_status tenon_channel_take(
    struct tenon_channel_receiver *receiver, void *entry, size_t bytes)
{
	struct tenon_channel_end *end = &receiver->end;
	uint64_t *to = __builtin_assume_aligned(entry, sizeof *to);
	const uint64_t *from;
	uint64_t word;

	CHECK(bytes == end->entry_bytes);
	if (__builtin_expect(end->position == end->limit, 0)) {
		enum tenon_channel_status status = tenon_channel_refresh(end);

		if (status != TENON_CHANNEL_OK) {
			return status;
		}
	}
	from = tenon_channel_entry(end, end->position);
	for (size_t i = 0; i < bytes / sizeof word; i++) {
		word = __atomic_load_n(&from[i], __ATOMIC_RELAXED); /* once: the sender may be hostile */
		__builtin_memcpy(&to[i], &word, sizeof word);
	}
	end->position++;
	return TENON_CHANNEL_OK;
}

/* Sends one entry: OK, FULL, CLOSED or BROKEN; on anything but OK nothing was sent. Never blocks. */
__attribute__((warn_unused_result)) TENON_INLINE enum tenon_channel_status tenon_channel_try_send(
    struct tenon_channel_sender *sender, const void *entry, size_t bytes)
{
	enum tenon_channel_status status = tenon_channel_put(sender, entry, bytes);

	if (__builtin_expect(status == TENON_CHANNEL_OK, 1)) {
		tenon_channel_publish(&sender->end);
	}
	return status;
}

/* Receives one entry: OK, EMPTY, CLOSED or BROKEN; on anything but OK `entry` is as it was. Never blocks. */
__attribute__((warn_unused_result)) TENON_INLINE enum tenon_channel_status tenon_channel_try_receive(
    struct tenon_channel_receiver *receiver, void *entry, size_t bytes)
{
	enum tenon_channel_status status = tenon_channel_take(receiver, entry, bytes);

	if (__builtin_expect(status == TENON_CHANNEL_OK, 1)) {
		tenon_channel_publish(&receiver->end);
	}
	return status;
}

/*
 * Sends up to `count` entries that stand one behind the other, published together. *sent says how many; OK if that is one
 * or more, else as tenon_channel_try_send().
 */
__attribute__((warn_unused_result)) TENON_INLINE enum tenon_channel_status tenon_channel_try_send_batch(
    struct tenon_channel_sender *sender, const void *entries, size_t bytes, uint32_t count, uint32_t *sent)
{
	enum tenon_channel_status status = TENON_CHANNEL_OK;
	uint32_t done = 0;

	while (done < count) {
		status = tenon_channel_put(sender, (const uint8_t *)entries + done * bytes, bytes);
		if (status != TENON_CHANNEL_OK) {
			break;
		}
		done++;
	}
	*sent = done;
	if (done == 0) {
		return status;
	}
	tenon_channel_publish(&sender->end);
	return TENON_CHANNEL_OK;
}

/* Receives up to `count` entries, whose room is given back together; otherwise as tenon_channel_try_send_batch(). */
__attribute__((warn_unused_result)) TENON_INLINE enum tenon_channel_status tenon_channel_try_receive_batch(
    struct tenon_channel_receiver *receiver, void *entries, size_t bytes, uint32_t count, uint32_t *received)
{
	enum tenon_channel_status status = TENON_CHANNEL_OK;
	uint32_t done = 0;

	while (done < count) {
		status = tenon_channel_take(receiver, (uint8_t *)entries + done * bytes, bytes);
		if (status != TENON_CHANNEL_OK) {
			break;
		}
		done++;
	}
	*received = done;
	if (done == 0) {
		return status;
	}
	tenon_channel_publish(&receiver->end);
	return TENON_CHANNEL_OK;
}

/* ---- waiting ---- */

/*
 * For a component's own loop, when it has done all it can: publishes what is not yet published, says that this side
 * sleeps, and looks once more. True: wait, the other side will signal. False: there is something to do now (entries, room,
 * a session to join, a break to be told), and this side is awake again. Harmless when called twice.
 */
__attribute__((warn_unused_result)) bool tenon_channel_prepare_to_sleep(struct tenon_channel_end *end);

/* After the wait, whatever ended it: signals are elided again. Forgetting it costs signals, not entries. */
TENON_INLINE void tenon_channel_finish_sleep(struct tenon_channel_end *end)
{
	if ((end->sleeps & 1) != 0) {
		__atomic_store_n(&end->own->sleeps, ++end->sleeps, __ATOMIC_RELAXED);
	}
}

/*
 * As tenon_channel_try_send(), but waits for room, and for the other side to join, until the deadline (absolute, ns). `set`
 * is a receive set that the other side's signals go to and nothing else that the caller needs: what arrives there is
 * dropped. OK, BROKEN or TIMED_OUT. CLOSED only when a session that was open ended.
 */
__attribute__((warn_unused_result)) enum tenon_channel_status tenon_channel_send(
    struct tenon_channel_sender *sender, const void *entry, size_t bytes, tenon_handle_t set,
    uint64_t deadline_ns);
/* As tenon_channel_try_receive(), waiting in the same way. */
__attribute__((warn_unused_result)) enum tenon_channel_status tenon_channel_receive(
    struct tenon_channel_receiver *receiver, void *entry, size_t bytes, tenon_handle_t set,
    uint64_t deadline_ns);

/* "empty" and so on; never NULL. */
const char *tenon_channel_status_name(enum tenon_channel_status status);

#endif
