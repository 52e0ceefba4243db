/* SPDX-License-Identifier: MIT
 * A connection's channels together, as glue keeps them: batches, and what ends them.
 */
#include "support.h"
#include <tenon/log.h>
#include <tenon/session.h>
#include <tenon/string.h>

#define ENTRIES  8u
#define WAKE     5u
#define CHANNELS 2u

static _Alignas(TENON_CHANNEL_LINE) uint8_t shared[CHANNELS][4096];
/* The component sends through the first channel and receives through the second; its peer has the other ends. */
static struct tenon_session_sender sender;
static struct tenon_session_receiver receiver;
static struct tenon_channel_receiver peer_receiver;
static struct tenon_channel_sender peer_sender;
static struct tenon_channel_end *end[CHANNELS];
static struct tenon_session session;
static bool more;
static unsigned signals;

void tenon_trap(struct tenon_ipc *ipc)
{
	assert_int_equal(ipc->control & ((1u << TENON_OPERATION_BITS) - 1), TENON_OP_SIGNAL);
	signals += ipc->control >> TENON_OPERATION_BITS == WAKE ? 1 : 0;
	ipc->status = TENON_OK;
}

void tenon_log(enum tenon_log_level level, const char *format, ...)
{
	(void)level;
	(void)format;
}

static struct tenon_channel_memory memory_of(uint32_t channel)
{
	return tenon_channel_in_one(shared[channel], tenon_channel_bytes(sizeof(uint64_t), ENTRIES));
}

static void start_peer(void)
{
	struct tenon_channel_memory memory = memory_of(0);

	tenon_channel_receiver_init(&peer_receiver, &memory, sizeof(uint64_t), ENTRIES, 0);
	memory = memory_of(1);
	tenon_channel_sender_init(&peer_sender, &memory, sizeof(uint64_t), ENTRIES, 0);
}

static void join_peer(void)
{
	(void)!tenon_channel_join(&peer_receiver.end);
	(void)!tenon_channel_join(&peer_sender.end);
}

static int open_session(void **state)
{
	struct tenon_channel_memory memory = memory_of(0);

	(void)state;
	memset(shared, 0, sizeof shared);
	tenon_channel_sender_init(&sender.channel, &memory, sizeof(uint64_t), ENTRIES, WAKE);
	memory = memory_of(1);
	tenon_channel_receiver_init(&receiver.channel, &memory, sizeof(uint64_t), ENTRIES, WAKE);
	end[0] = &sender.channel.end;
	end[1] = &receiver.channel.end;
	session = (struct tenon_session){.end = end, .ends = CHANNELS, .more = &more};
	receiver.left = ENTRIES;
	start_peer();
	(void)tenon_session_attend(&session);
	join_peer();
	assert_int_equal(tenon_session_attend(&session), TENON_SESSION_OPENED);
	assert_int_equal(tenon_session_attend(&session), TENON_SESSION_SAME);
	assert_true(tenon_channel_prepare_to_sleep(&peer_receiver.end));
	signals = 0;
	return 0;
}

static bool send(uint64_t number)
{
	return tenon_session_send(&session, &sender, &number, sizeof number);
}

static bool peer_receives(uint64_t expected)
{
	uint64_t number = 0;

	if (tenon_channel_try_receive(&peer_receiver, &number, sizeof number) != TENON_CHANNEL_OK) {
		return false;
	}
	assert_int_equal(number, expected);
	return true;
}

static void an_entry_is_seen_at_once(void **state)
{
	(void)state;
	assert_true(send(1));
	assert_int_equal(signals, 1);
	assert_true(peer_receives(1));
}

static void a_batch_is_seen_at_its_end(void **state)
{
	(void)state;
	tenon_batch_begin();
	assert_true(send(1) && send(2) && send(3));
	assert_int_equal(signals, 0);
	assert_false(peer_receives(1));
	tenon_batch_end();
	assert_int_equal(signals, 1);
	assert_int_equal(sender.channel.end.published, 1);
	assert_true(peer_receives(1) && peer_receives(2) && peer_receives(3));
	assert_true(send(4)); /* as ever again */
	assert_true(peer_receives(4));
}

static void a_full_ring_is_seen_in_a_batch(void **state)
{
	(void)state;
	tenon_batch_begin();
	for (uint64_t i = 0; i < ENTRIES; i++) {
		assert_true(send(i));
	}
	assert_false(send(ENTRIES));
	assert_int_equal(signals, 1);
	assert_true(peer_receives(0));
	tenon_batch_end();
	assert_int_equal(sender.channel.end.published, 1);
}

static void room_is_given_back_at_the_end(void **state)
{
	uint64_t number = 0;

	(void)state;
	for (uint64_t i = 0; i < ENTRIES; i++) {
		assert_int_equal(tenon_channel_try_send(&peer_sender, &i, sizeof i), TENON_CHANNEL_OK);
	}
	tenon_batch_begin();
	assert_true(tenon_session_receive(&session, &receiver, &number, sizeof number));
	assert_true(tenon_session_receive(&session, &receiver, &number, sizeof number));
	assert_int_equal(tenon_channel_try_send(&peer_sender, &number, sizeof number), TENON_CHANNEL_FULL);
	tenon_batch_end();
	assert_int_equal(tenon_channel_try_send(&peer_sender, &number, sizeof number), TENON_CHANNEL_OK);
}

/* Entries of a session that has ended are lost, those of a batch among them. */
static void a_session_that_ends_in_a_batch(void **state)
{
	(void)state;
	tenon_batch_begin();
	assert_true(send(1));
	start_peer();
	(void)tenon_session_attend(&session);
	join_peer();
	(void)tenon_session_attend(&session);
	tenon_batch_end();
	join_peer();
	(void)tenon_session_attend(&session);
	assert_true(session.open);
	assert_false(peer_receives(1));
	assert_true(send(2));
	assert_true(peer_receives(2));
}

static void batches_are_not_nested(void **state)
{
	(void)state;
	assert_panics(tenon_batch_end());
	tenon_batch_begin();
	assert_panics(tenon_batch_begin());
	tenon_batch_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(an_entry_is_seen_at_once, open_session),
	    cmocka_unit_test_setup(a_batch_is_seen_at_its_end, open_session),
	    cmocka_unit_test_setup(a_full_ring_is_seen_in_a_batch, open_session),
	    cmocka_unit_test_setup(room_is_given_back_at_the_end, open_session),
	    cmocka_unit_test_setup(a_session_that_ends_in_a_batch, open_session),
	    cmocka_unit_test_setup(batches_are_not_nested, open_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
