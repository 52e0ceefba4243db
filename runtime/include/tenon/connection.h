/* SPDX-License-Identifier: MIT
 * What of a connection outlives a restart of either side, for generated glue.
 *
 * A server that started anew refuses what needs a session that it does not have, before any handler runs; the client's
 * stub opens the session again with what it kept of the opening call, or tells its caller once. The server also signals
 * to its clients, before it serves, so that one that calls nothing hears of it: its loop asks whether a stub was first. A client that started anew says so to its
 * servers before it does anything else, and they drop what they kept for its predecessor.
 *
 * State: the glue owns one `struct tenon_opening` or `struct tenon_losing` for each connection that it uses;
 * `tenon_restarts` is the runtime's, written once, before the glue starts. Stubs of one connection are called by one
 * thread at a time.
 */
#ifndef TENON_CONNECTION_H
#define TENON_CONNECTION_H

#include <tenon/message.h>

/* What is answered where the session is gone: no status of any interface, so that no handler can say it. */
#define TENON_GLUE_REFUSED 0x1ffu
/*
 * Calls from glue to glue, of a label that no operation has. BEGIN: this client has started anew. ASK: is there a
 * session? It is refused like an operation that needs one, or else answered MALFORMED.
 */
#define TENON_GLUE_BEGIN tenon_tag(0, 0)
#define TENON_GLUE_ASK   tenon_tag(0, 8)
/* Bytes of an opening call; the generator refuses a longer one. */
#define TENON_OPENING_MAX 256u

/* How often the supervisor has started this instance again since the machine started. */
extern uint64_t tenon_restarts;

/* Did the server refuse the call because it started anew? No handler ran then. */
static inline bool tenon_is_refused(enum tenon_status outcome, uint64_t tag)
{
	return outcome == TENON_OK && tag == tenon_tag(TENON_GLUE_REFUSED, 0);
}

/* Is the session gone, whether the server died with the call in its hands or started anew before it? */
static inline bool tenon_is_lost(enum tenon_status outcome, uint64_t tag)
{
	return outcome == TENON_RESTARTED || tenon_is_refused(outcome, tag);
}

/* One of the two calls above. `*tag` becomes the answer's where the outcome is TENON_OK. */
static inline enum tenon_status tenon_glue_call(tenon_handle_t slot, uint64_t *tag)
{
	struct tenon_ipc ipc;
	enum tenon_status outcome;

	ipc.tag = *tag;
	ipc.word[0] = 0;
	outcome = tenon_call(slot, TENON_NEVER, &ipc);
	*tag = ipc.tag;
	return outcome;
}

/* Tells a server that its client has started anew. One that is gone for good need not know. */
static inline void tenon_connection_begin(tenon_handle_t slot)
{
	uint64_t tag;

	do { /* one that died over it has nothing of it, and the next call waits for its successor */
		tag = TENON_GLUE_BEGIN;
	} while (tenon_glue_call(slot, &tag) == TENON_RESTARTED);
}

/* ---- a session that is opened again ------------------------------------------------------------ */

struct tenon_opening {
	bool is_open; /* a call has succeeded */
	bool is_told; /* a call has told the component of a restart of which the server signals */
	uint64_t tag;
	uint8_t message[TENON_OPENING_MAX];
};

/* What an opening call looks like, before it is made. */
static inline void tenon_opening_take(struct tenon_opening *opening, const struct tenon_ipc *ipc)
{
	opening->tag = ipc->tag;
	tenon_get(ipc, 0, opening->message, tenon_tag_length(ipc->tag));
}

/* After it succeeded: from now on `kept` is opened as `opening` was. */
static inline void tenon_opening_keep(struct tenon_opening *kept, const struct tenon_opening *opening)
{
	kept->is_open = true;
	kept->tag = opening->tag;
	__builtin_memcpy(kept->message, opening->message, tenon_tag_length(opening->tag));
}

/*
 * Opens a session again. TENON_BAD_ARGUMENT: none was open. TENON_RESTARTED: the server does not open it any more; it is
 * tried again next time. Others: as those of a call.
 */
static inline enum tenon_status tenon_opening_repeat(const struct tenon_opening *opening, tenon_handle_t slot,
						     uint64_t deadline_ns)
{
	enum tenon_status outcome;
	struct tenon_ipc ipc;

	if (!opening->is_open)
		return TENON_BAD_ARGUMENT;
	do { /* a server that died over it has nothing of it */
		tenon_put(&ipc, 0, opening->message, tenon_tag_length(opening->tag));
		ipc.tag = opening->tag;
		outcome = tenon_call(slot, deadline_ns, &ipc);
	} while (outcome == TENON_RESTARTED);
	return outcome == TENON_OK && tenon_tag_label(ipc.tag) != 0 ? TENON_RESTARTED : outcome;
}

/* The server has signalled that it started anew. True: the session is open, and the component has not been told. */
static inline bool tenon_opening_heard(struct tenon_opening *opening, tenon_handle_t slot)
{
	const bool was_told = opening->is_told;
	enum tenon_status outcome;
	uint64_t tag = TENON_GLUE_ASK;

	opening->is_told = false;
	if (!opening->is_open)
		return false;
	outcome = tenon_glue_call(slot, &tag);
	if (tenon_is_lost(outcome, tag))
		outcome = tenon_opening_repeat(opening, slot, TENON_NEVER);
	return outcome == TENON_OK && !was_told;
}

/* ---- a session that is lost -------------------------------------------------------------------- */

struct tenon_losing {
	bool
	    in_use; /* since the component was last told, a call was answered: the server may keep something */
	bool is_told; /* it was told of a restart that the server may still report */
};

/* After a call that needs no session. */
static inline void tenon_losing_use(struct tenon_losing *losing, enum tenon_status outcome)
{
	losing->in_use = losing->in_use || outcome == TENON_OK;
}

/* After one that does: is it to be made again, because the component has nothing to lose or knows that it lost it? */
static inline bool tenon_losing_repeats(struct tenon_losing *losing, enum tenon_status outcome, uint64_t tag)
{
	const bool is_refused = tenon_is_refused(outcome, tag);
	const bool repeats = is_refused && (losing->is_told || !losing->in_use);

	if (outcome == TENON_OK || outcome == TENON_RESTARTED) {
		losing->is_told = outcome == TENON_RESTARTED;
		losing->in_use = (outcome == TENON_OK && !is_refused) || (repeats && losing->in_use);
	}
	return repeats;
}

/* The server has signalled that it started anew. True: the component has not been told yet. */
static inline bool tenon_losing_heard(struct tenon_losing *losing, tenon_handle_t slot)
{
	enum tenon_status outcome;
	bool was_told;
	uint64_t tag = TENON_GLUE_ASK;

	if (!losing->in_use)
		return false;
	was_told = losing->is_told;
	outcome = tenon_glue_call(slot, &tag);
	if (!tenon_is_lost(outcome, tag))
		return false;
	losing->is_told = outcome == TENON_RESTARTED;
	losing->in_use = was_told;
	return !was_told;
}

#endif
