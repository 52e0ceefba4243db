/* SPDX-License-Identifier: MIT
 * The slow paths of channels: sessions, the other side's index, sleep.
 *
 * State: struct tenon_channel_end, owned by its thread. The order of the stores and loads here is what docs/channels.md
 * argues about and what tests/model checks; each has its reason beside it.
 */
#include <tenon/channel.h>

static uint32_t own_generation(uint64_t session)
{
	return (uint32_t)(session >> 32);
}

static uint32_t joined_generation(uint64_t session)
{
	return (uint32_t)session;
}

static uint32_t entries_of(const struct tenon_channel_end *end)
{
	return end->mask + 1;
}

static void signal_peer(struct tenon_channel_end *end)
{
	if (end->wake != 0) {
		(void)tenon_signal(end->wake); /* fails only if the other side has gone: nobody waits then */
	}
}

static void store_session(struct tenon_channel_end *end, uint64_t session)
{
	end->session = session;
	__atomic_store_n(&end->own->session, session, __ATOMIC_RELEASE);
}

/*
 * A generation that this side has not used, and the index at zero. The generation is stored before the index, and the
 * other side reads them in the opposite order: whoever sees the new index sees that the session is over.
 */
static void begin_session(struct tenon_channel_end *end)
{
	uint32_t own = own_generation(__atomic_load_n(&end->own->session, __ATOMIC_RELAXED));
	uint32_t joined = joined_generation(__atomic_load_n(&end->peer->session, __ATOMIC_RELAXED));
	uint32_t generation = own_generation(end->session);

	generation = own > generation ? own : generation;
	generation = joined > generation ? joined : generation;
	generation = generation == UINT32_MAX ? 1 : generation + 1;
	store_session(end, (uint64_t)generation << 32);
	__atomic_store_n(&end->own->index, 0, __ATOMIC_RELEASE);
	end->position = 0;
	end->shown = 0;
	end->limit = 0;
	end->expected = 0;
	end->looked = 0;
	end->broken = false;
}

static void end_init(struct tenon_channel_end *end, uint32_t entry_bytes, uint32_t entries)
{
	CHECK(entry_bytes != 0 && entry_bytes % sizeof(uint64_t) == 0 &&
	      entry_bytes <= TENON_CHANNEL_ENTRY_MAX);
	CHECK(entries != 0 && entries <= TENON_CHANNEL_ENTRIES_MAX && (entries & (entries - 1)) == 0);
	CHECK((uintptr_t)end->own % TENON_CHANNEL_LINE == 0 &&
	      (uintptr_t)end->peer % TENON_CHANNEL_LINE == 0);
	end->mask = entries - 1;
	end->entry_bytes = entry_bytes;
	/* An even number that no sleep of a predecessor had. */
	end->sleeps = (__atomic_load_n(&end->own->sleeps, __ATOMIC_RELAXED) | 1) + 1;
	__atomic_store_n(&end->own->sleeps, end->sleeps, __ATOMIC_RELAXED);
	__atomic_store_n(&end->own->shape, (uint64_t)entry_bytes << 32 | entries, __ATOMIC_RELAXED);
	begin_session(end);
}

void tenon_channel_sender_init(struct tenon_channel_sender *sender, const struct tenon_channel_memory *memory,
			       uint32_t entry_bytes, uint32_t entries, tenon_handle_t wake)
{
	struct tenon_channel_side *own = memory->sender;

	CHECK(memory->sender_bytes >= tenon_channel_sender_bytes(entry_bytes, entries));
	CHECK(memory->receiver_bytes >= sizeof *own);
	sender->end = (struct tenon_channel_end){.own = own,
						 .peer = memory->receiver,
						 .entries = (uint8_t *)(own + 1),
						 .wake = wake,
						 .sends = true};
	end_init(&sender->end, entry_bytes, entries);
}

void tenon_channel_receiver_init(struct tenon_channel_receiver *receiver,
				 const struct tenon_channel_memory *memory, uint32_t entry_bytes,
				 uint32_t entries, tenon_handle_t wake)
{
	struct tenon_channel_side *peer = memory->sender;

	CHECK(memory->sender_bytes >= tenon_channel_sender_bytes(entry_bytes, entries));
	CHECK(memory->receiver_bytes >= sizeof *peer);
	receiver->end = (struct tenon_channel_end){
	    .own = memory->receiver, .peer = peer, .entries = (uint8_t *)(peer + 1), .wake = wake};
	end_init(&receiver->end, entry_bytes, entries);
}

/* Both sides have joined each other's present generation. */
static enum tenon_channel_status open_session(struct tenon_channel_end *end, uint64_t word)
{
	uint64_t shape = __atomic_load_n(&end->peer->shape, __ATOMIC_RELAXED);

	end->expected = word;
	end->woken = 0;
	if (shape != ((uint64_t)end->entry_bytes << 32 | entries_of(end))) {
		end->broken = true;
		return TENON_CHANNEL_BROKEN;
	}
	end->limit = end->sends ? entries_of(end) : 0;
	return TENON_CHANNEL_OK;
}

/*
 * A side whose session was open takes a new generation before it joins another one of the peer's, because its index was
 * in use. So a word (own, joined) is only ever stored with an index that nobody has used in that session, and the session
 * is open for whoever sees it in the other's word.
 */
enum tenon_channel_status tenon_channel_join(struct tenon_channel_end *end)
{
	uint64_t word = __atomic_load_n(&end->peer->session, __ATOMIC_ACQUIRE), session;

	if (end->expected != 0) {
		if (word == end->expected) {
			return end->broken ? TENON_CHANNEL_BROKEN : TENON_CHANNEL_OK;
		}
		begin_session(end);
	}
	end->looked = word;
	session = (uint64_t)own_generation(end->session) << 32 | own_generation(word);
	if (session != end->session) {
		store_session(end, session);
		signal_peer(end); /* whether it sleeps or not: what a session word says is never elided */
	}
	if (own_generation(word) == 0 || joined_generation(word) != own_generation(session)) {
		return TENON_CHANNEL_CLOSED;
	}
	return open_session(end, word);
}

enum tenon_channel_status tenon_channel_refresh(struct tenon_channel_end *end)
{
	/* The index first, then the session: see begin_session(). Each is read once. */
	uint32_t index = __atomic_load_n(&end->peer->index, __ATOMIC_ACQUIRE);
	uint64_t word = __atomic_load_n(&end->peer->session, __ATOMIC_RELAXED);
	uint32_t advance = index + (end->sends ? entries_of(end) : 0) - end->limit;

	if (end->expected == 0 || word != end->expected) {
		return TENON_CHANNEL_CLOSED;
	}
	/* It only moves forward, and no further than the ring is long: what lies between position and limit is known. */
	if (end->broken || advance > entries_of(end) - (end->limit - end->position)) {
		end->limit = end->position;
		end->broken = true;
		return TENON_CHANNEL_BROKEN;
	}
	end->limit += advance;
	if (end->limit != end->position) {
		return TENON_CHANNEL_OK;
	}
	return end->sends ? TENON_CHANNEL_FULL : TENON_CHANNEL_EMPTY;
}

void tenon_channel_attend(struct tenon_channel_end *end, uint64_t sleeps)
{
	if (__atomic_load_n(&end->peer->session, __ATOMIC_RELAXED) != end->expected) {
		end->limit = end->position; /* the next turn comes through refresh and is told CLOSED */
	}
	if ((sleeps & 1) != 0 && sleeps != end->woken) {
		end->woken = sleeps;
		end->signalled++;
		signal_peer(end);
	}
}

bool tenon_channel_prepare_to_sleep(struct tenon_channel_end *end)
{
	bool idle;

	if (end->shown != end->position) {
		tenon_channel_publish(end);
	}
	end->sleeps = (end->sleeps + 1) | 1; /* a new number, also if the last sleep was never finished */
	__atomic_store_n(&end->own->sleeps, end->sleeps, __ATOMIC_RELAXED);
	/* The other half of tenon_channel_publish(): the number is visible before the index is read. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (end->expected == 0) {
		idle = __atomic_load_n(&end->peer->session, __ATOMIC_RELAXED) == end->looked;
	} else {
		enum tenon_channel_status status =
		    end->position == end->limit ? tenon_channel_refresh(end) : TENON_CHANNEL_OK;

		idle = status == TENON_CHANNEL_EMPTY || status == TENON_CHANNEL_FULL;
	}
	if (!idle) {
		tenon_channel_finish_sleep(end);
	}
	return idle;
}

/* A peer that signals without end, for nothing, keeps nobody beyond a deadline. Who has no clock gives NOW or NEVER. */
static bool has_passed(uint64_t deadline_ns)
{
	if (deadline_ns == TENON_NEVER) {
		return false;
	}
	return tenon_component.clock == 0 || tenon_clock_ns(tenon_component.clock) >= deadline_ns;
}

/* Waits until there is something to do, and joins the first session. OK: try again. */
static enum tenon_channel_status wait_for_peer(struct tenon_channel_end *end,
					       enum tenon_channel_status status, tenon_handle_t set,
					       uint64_t deadline_ns)
{
	enum tenon_status outcome;
	struct tenon_ipc ipc;

	if (status == TENON_CHANNEL_CLOSED) {
		if (end->expected != 0) {
			return TENON_CHANNEL_CLOSED; /* what was under way is lost: the caller must know */
		}
		status = tenon_channel_join(end);
		if (status != TENON_CHANNEL_CLOSED) {
			return status;
		}
	}
	if (status == TENON_CHANNEL_BROKEN || !tenon_channel_prepare_to_sleep(end)) {
		return status == TENON_CHANNEL_BROKEN ? status : TENON_CHANNEL_OK;
	}
	outcome = tenon_receive(set, 0, deadline_ns, &ipc);
	tenon_channel_finish_sleep(end);
	if (outcome == TENON_TIMED_OUT || outcome == TENON_WOULD_BLOCK) {
		return TENON_CHANNEL_TIMED_OUT;
	}
	CHECK(outcome == TENON_OK);
	return TENON_CHANNEL_OK;
}

enum tenon_channel_status tenon_channel_send(struct tenon_channel_sender *sender, const void *entry,
					     size_t bytes, tenon_handle_t set, uint64_t deadline_ns)
{
	for (bool again = false;; again = true) {
		enum tenon_channel_status status = tenon_channel_try_send(sender, entry, bytes);

		if (status == TENON_CHANNEL_OK) {
			return status;
		}
		if (again && has_passed(deadline_ns)) {
			return TENON_CHANNEL_TIMED_OUT;
		}
		status = wait_for_peer(&sender->end, status, set, deadline_ns);
		if (status != TENON_CHANNEL_OK) {
			return status;
		}
	}
}

enum tenon_channel_status tenon_channel_receive(struct tenon_channel_receiver *receiver, void *entry,
						size_t bytes, tenon_handle_t set, uint64_t deadline_ns)
{
	for (bool again = false;; again = true) {
		enum tenon_channel_status status = tenon_channel_try_receive(receiver, entry, bytes);

		if (status == TENON_CHANNEL_OK) {
			return status;
		}
		if (again && has_passed(deadline_ns)) {
			return TENON_CHANNEL_TIMED_OUT;
		}
		status = wait_for_peer(&receiver->end, status, set, deadline_ns);
		if (status != TENON_CHANNEL_OK) {
			return status;
		}
	}
}

const char *tenon_channel_status_name(enum tenon_channel_status status)
{
	static const char *const name[] = {"ok", "empty", "full", "closed", "broken", "timed out"};

	return (unsigned)status < sizeof name / sizeof name[0] ? name[status] : "unknown";
}
