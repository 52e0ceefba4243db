/* SPDX-License-Identifier: MIT
 * What of a connection outlives a restart of either side, for generated glue.
 *
 * A server that started anew refuses what needs a session that it does not have, before any handler runs; the client's
 * stub opens the session again with what it kept of the opening call, or tells its caller once. A client that started
 * anew says so to its servers before it does anything else, and they drop what they kept for its predecessor.
 *
 * State: the glue owns one `struct tenon_opening` or one flag for each connection that it uses; `tenon_restarts` is the
 * runtime's, written once, before the glue starts. Stubs of one connection are called by one thread at a time.
 */
#ifndef TENON_CONNECTION_H
#define TENON_CONNECTION_H

#include <tenon/message.h>

/* What every interface answers where the session is gone: I_RESTARTED. */
#define TENON_GLUE_RESTARTED 0x100u
/* The label of a call that says: this client has started anew. No operation has it. */
#define TENON_GLUE_BEGIN 0u
/* Bytes of an opening call; the generator refuses a longer one. */
#define TENON_OPENING_MAX 256u

/* How often the supervisor has started this instance again since the machine started. */
extern uint64_t tenon_restarts;

struct tenon_opening {
	bool is_open; /* a call has succeeded */
	uint64_t tag;
	uint8_t message[TENON_OPENING_MAX];
};

/* What an opening call looks like, before it is made. */
static inline void tenon_opening_take(struct tenon_opening *opening, const struct tenon_ipc *ipc)
{
	opening->is_open = true;
	opening->tag = ipc->tag;
	tenon_get(ipc, 0, opening->message, tenon_tag_length(ipc->tag));
}

/* Did the server refuse the call because it started anew? No handler ran then. */
static inline bool tenon_is_refused(enum tenon_status outcome, uint64_t tag)
{
	return outcome == TENON_OK && tag == tenon_tag(TENON_GLUE_RESTARTED, 0);
}

/* Is the session gone, whether the server died with the call in its hands or started anew before it? */
static inline bool tenon_is_lost(enum tenon_status outcome, uint64_t tag)
{
	return outcome == TENON_RESTARTED || tenon_is_refused(outcome, tag);
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

/*
 * Of a session that is lost: has the caller been told of the restart over which the server refuses this call? Then the
 * call is repeated. `told` is kept from call to call.
 */
static inline bool tenon_was_told(bool *told, enum tenon_status outcome, uint64_t tag)
{
	const bool was = *told;

	if (outcome == TENON_OK || outcome == TENON_RESTARTED)
		*told = outcome == TENON_RESTARTED;
	return was && tenon_is_refused(outcome, tag);
}

/* Tells a server that its client has started anew. One that is gone for good need not know. */
static inline void tenon_connection_begin(tenon_handle_t slot)
{
	struct tenon_ipc ipc;

	do {
		ipc.tag = tenon_tag(TENON_GLUE_BEGIN, 0);
	} while (tenon_call(slot, TENON_NEVER, &ipc) == TENON_RESTARTED);
}

#endif
