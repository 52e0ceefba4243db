/* SPDX-License-Identifier: MIT
 * The channels of one connection together: opening, ending, and whose turn it
 * is. State: struct tenon_session and its ends, owned by the component's thread.
 */
#include <tenon/log.h>
#include <tenon/session.h>

/* More than the other side can change its mind in, starting anew; a hostile one that goes on is looked at after its next signal. */
#define PASSES 8u

bool tenon_batch_is_open;
static struct tenon_channel_end *batch; /* ends that have moved in it */

struct joined {
	bool open, broken, changed;
};

/* Each end once. */
static struct joined join_all(struct tenon_session *session)
{
	struct joined joined = {.open = true};

	for (uint32_t i = 0; i < session->ends; i++) {
		struct tenon_channel_end *end = session->end[i];
		const uint64_t before = end->expected;
		const enum tenon_channel_status status = tenon_channel_join(end);

		joined.changed = joined.changed || end->expected != before;
		joined.open = joined.open && status == TENON_CHANNEL_OK;
		joined.broken = joined.broken || status == TENON_CHANNEL_BROKEN;
	}
	return joined;
}

/* What most signals find: all channels open, in the sessions that they were in. */
static bool is_as_before(const struct tenon_session *session)
{
	bool same = session->open;

	for (uint32_t i = 0; i < session->ends && same; i++) {
		const struct tenon_channel_end *end = session->end[i];

		same =
		    !end->broken && __atomic_load_n(&end->peer->session, __ATOMIC_ACQUIRE) == end->expected;
	}
	return same;
}

/*
 * All ends are looked at until one pass finds none changed: the other side begins a new session of every channel before it
 * joins one, so who sees one joined sees all of them begun.
 */
enum tenon_session_change tenon_session_attend(struct tenon_session *session)
{
	struct joined joined = {.changed = true};
	bool anew = !session->open;

	session->again = false;
	if (is_as_before(session))
		return TENON_SESSION_SAME;
	for (uint32_t i = 0; i < PASSES && joined.changed; i++) {
		joined = join_all(session);
		anew = anew || joined.changed;
	}
	if (joined.open && !joined.changed) {
		session->open = true;
		session->ended = false;
		return anew ? TENON_SESSION_OPENED : TENON_SESSION_SAME;
	}
	if (!session->open)
		return TENON_SESSION_SAME;
	session->open = false;
	session->ended = true;
	if (joined.broken)
		log_error("the other side broke a channel; it stays closed until that side starts anew");
	return TENON_SESSION_ENDED;
}

void tenon_session_look_again(struct tenon_session *session)
{
	session->again = true;
	*session->more = true;
}

void tenon_session_break(struct tenon_session *session, struct tenon_channel_end *end)
{
	end->limit = end->position;
	end->broken = true;
	tenon_session_look_again(session);
}

static enum tenon_channel_status status_of(struct tenon_channel_end *end)
{
	return end->position == end->limit ? tenon_channel_refresh(end) : TENON_CHANNEL_OK;
}

/* Is there something to do for that end? If not, it sleeps. */
static bool is_ready(struct tenon_session *session, struct tenon_channel_end *end)
{
	enum tenon_channel_status status;

	if (!session->open)
		return false;
	tenon_channel_finish_sleep(end);
	status = status_of(end);
	if ((status == TENON_CHANNEL_EMPTY || status == TENON_CHANNEL_FULL) &&
	    tenon_channel_prepare_to_sleep(end))
		return false;
	status = status_of(end);
	if (status == TENON_CHANNEL_CLOSED || status == TENON_CHANNEL_BROKEN)
		tenon_session_look_again(session);
	return status == TENON_CHANNEL_OK;
}

bool tenon_session_has_entries(struct tenon_session *session, struct tenon_session_receiver *receiver)
{
	receiver->left = receiver->channel.end.mask + 1;
	return is_ready(session, &receiver->channel.end);
}

bool tenon_session_has_room(struct tenon_session *session, struct tenon_session_sender *sender)
{
	if (!sender->refused || !is_ready(session, &sender->channel.end))
		return false;
	sender->refused = false;
	return true;
}

bool tenon_session_send_or_sleep(struct tenon_session *session, struct tenon_session_sender *sender,
				 const void *entry, size_t bytes)
{
	if (is_ready(session, &sender->channel.end) &&
	    tenon_channel_try_send(&sender->channel, entry, bytes) == TENON_CHANNEL_OK)
		return true;
	sender->refused = true;
	return false;
}

bool tenon_session_receive_or_sleep(struct tenon_session *session, struct tenon_session_receiver *receiver,
				    void *entry, size_t bytes)
{
	if (!is_ready(session, &receiver->channel.end))
		return false;
	if (receiver->left == 0) {
		tenon_session_look_again(session);
		return false;
	}
	if (tenon_channel_try_receive(&receiver->channel, entry, bytes) != TENON_CHANNEL_OK)
		return false;
	receiver->left--;
	return true;
}

/* ---- batches ---- */

void tenon_batch_begin(void)
{
	CHECK(!tenon_batch_is_open);
	tenon_batch_is_open = true;
}

void tenon_batch_add(struct tenon_channel_end *end)
{
	end->in_batch = true;
	end->next_of_batch = batch;
	batch = end;
}

void tenon_batch_end(void)
{
	CHECK(tenon_batch_is_open);
	tenon_batch_is_open = false;
	while (batch != NULL) {
		struct tenon_channel_end *end = batch;

		batch = end->next_of_batch;
		end->in_batch = false;
		if (end->shown != end->position) /* what went to sleep has been shown */
			tenon_channel_publish(end);
	}
}

/* ---- the ledger ---- */

void tenon_session_ledger_init(struct tenon_ledger *ledger, struct tenon_ledger_line *line, uint32_t count)
{
	tenon_ledger_init(ledger, line, count);
	for (uint32_t i = TENON_LEDGER_OWN; i <= TENON_LEDGER_PEER; i++)
		CHECK(tenon_ledger_add(ledger,
				       TENON_BUFFERS_READ | TENON_BUFFERS_WRITE | TENON_BUFFERS_ALLOCATE,
				       count) == i);
}

bool tenon_session_allocate(struct tenon_ledger *ledger, uint32_t bytes, struct tenon_buffer *buffer)
{
	uint32_t index;

	if (tenon_ledger_allocate(ledger, TENON_LEDGER_OWN, &index) != TENON_LEDGER_OK)
		return false;
	*buffer = (struct tenon_buffer){.index = index, .length = bytes};
	return true;
}

void tenon_session_release(struct tenon_ledger *ledger, const struct tenon_buffer *buffer)
{
	CHECK(tenon_ledger_release(ledger, buffer->index, TENON_LEDGER_OWN) == TENON_LEDGER_OK);
}

bool tenon_session_holds(const struct tenon_ledger *ledger, uint32_t index)
{
	return index == TENON_BUFFER_NONE ||
	       (index < ledger->count && ledger->line[index].owner == TENON_LEDGER_OWN);
}

void tenon_session_handed(struct tenon_ledger *ledger, uint32_t index)
{
	if (index != TENON_BUFFER_NONE)
		CHECK(tenon_ledger_give(ledger, index, TENON_LEDGER_OWN, TENON_LEDGER_PEER) ==
		      TENON_LEDGER_OK);
}

bool tenon_session_taken(struct tenon_ledger *ledger, uint32_t index)
{
	return index == TENON_BUFFER_NONE ||
	       tenon_ledger_give(ledger, index, TENON_LEDGER_PEER, TENON_LEDGER_OWN) == TENON_LEDGER_OK;
}
