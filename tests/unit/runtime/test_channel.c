/* SPDX-License-Identifier: MIT
 * Channels: order and contents, room, batches, the indices' way past 2^32, sleep and the signals it saves, sessions, and a
 * peer that writes anything anywhere.
 */
#include "support.h"
#include <stdio.h>
#include <tenon/channel.h>
#include <tenon/string.h>

#define ENTRIES       8u
#define WAKE_RECEIVER 5u
#define WAKE_SENDER   6u

struct entry {
	uint64_t number, copy;
};

static _Alignas(TENON_CHANNEL_LINE) uint8_t shared[4096];
static struct tenon_channel_sender sender;
static struct tenon_channel_receiver receiver;
static struct tenon_channel_side *of_sender, *of_receiver;
static unsigned signals[16];
static enum tenon_status outcome_of_receive;
static void (*while_waiting)(void);

/* The kernel: counts signals, and lets a test act when somebody waits. */
void tenon_trap(struct tenon_ipc *ipc)
{
	tenon_handle_t handle = ipc->control >> TENON_OPERATION_BITS;

	switch (ipc->control & ((1u << TENON_OPERATION_BITS) - 1)) {
	case TENON_OP_SIGNAL:
		signals[handle]++;
		ipc->status = TENON_OK;
		break;
	case TENON_OP_RECEIVE:
		ipc->status = outcome_of_receive;
		if (while_waiting != NULL) {
			while_waiting();
		}
		break;
	default:
		fail_msg("operation %llu", (unsigned long long)ipc->control);
	}
}

static struct tenon_channel_memory in_one(void)
{
	return tenon_channel_in_one(shared, tenon_channel_bytes(sizeof(struct entry), ENTRIES));
}

static void start_sender(void)
{
	struct tenon_channel_memory memory = in_one();

	tenon_channel_sender_init(&sender, &memory, sizeof(struct entry), ENTRIES, WAKE_RECEIVER);
}

static void start_receiver(void)
{
	struct tenon_channel_memory memory = in_one();

	tenon_channel_receiver_init(&receiver, &memory, sizeof(struct entry), ENTRIES, WAKE_SENDER);
}

static enum tenon_channel_status send(uint64_t number)
{
	return tenon_channel_try_send(&sender, &(struct entry){number, ~number}, sizeof(struct entry));
}

static enum tenon_channel_status receive(uint64_t *number)
{
	struct entry entry = {0, 0};
	enum tenon_channel_status status = tenon_channel_try_receive(&receiver, &entry, sizeof entry);

	if (status == TENON_CHANNEL_OK) {
		assert_int_equal(entry.copy, ~entry.number);
		*number = entry.number;
	} else {
		assert_int_equal(entry.number | entry.copy, 0);
	}
	return status;
}

static void expect(uint64_t number)
{
	uint64_t got;

	assert_int_equal(receive(&got), TENON_CHANNEL_OK);
	assert_int_equal(got, number);
}

static int open_channel(void **state)
{
	(void)state;
	memset(shared, 0, sizeof shared);
	memset(signals, 0, sizeof signals);
	while_waiting = NULL;
	outcome_of_receive = TENON_OK;
	of_sender = in_one().sender;
	of_receiver = in_one().receiver;
	start_sender();
	start_receiver();
	assert_int_equal(tenon_channel_join(&sender.end), TENON_CHANNEL_CLOSED);
	assert_int_equal(tenon_channel_join(&receiver.end), TENON_CHANNEL_OK);
	assert_int_equal(tenon_channel_join(&sender.end), TENON_CHANNEL_OK);
	memset(signals, 0, sizeof signals);
	return 0;
}

static void entries_come_in_order_and_whole(void **state)
{
	uint64_t got, next_in = 0, next_out = 0;

	(void)state;
	assert_int_equal(receive(&got), TENON_CHANNEL_EMPTY);
	for (unsigned step = 0; step < 10000; step++) {
		if (next_random() % 2) {
			enum tenon_channel_status status = send(next_in);

			assert_int_equal(status, next_in - next_out < ENTRIES ? TENON_CHANNEL_OK
									      : TENON_CHANNEL_FULL);
			next_in += status == TENON_CHANNEL_OK;
		} else if (receive(&got) == TENON_CHANNEL_OK) {
			assert_int_equal(got, next_out++);
		} else {
			assert_int_equal(next_in, next_out);
		}
	}
	assert_true(next_in > 4000);
	assert_int_equal(signals[WAKE_RECEIVER] + signals[WAKE_SENDER], 0); /* nobody ever slept */
	assert_int_equal(sender.end.published, next_in);
	assert_int_equal(sender.end.signalled, 0);
}

static void batches_publish_once(void **state)
{
	struct entry in[ENTRIES + 3], out[ENTRIES + 3];
	uint32_t count;

	(void)state;
	for (unsigned i = 0; i < ENTRIES + 3; i++) {
		in[i] = (struct entry){i, ~(uint64_t)i};
	}
	assert_int_equal(tenon_channel_try_receive_batch(&receiver, out, sizeof *out, 4, &count),
			 TENON_CHANNEL_EMPTY);
	assert_int_equal(count, 0);
	for (unsigned round = 0; round < 100; round++) {
		assert_int_equal(tenon_channel_try_send_batch(&sender, in, sizeof *in, ENTRIES + 3, &count),
				 TENON_CHANNEL_OK);
		assert_int_equal(count, ENTRIES);
		assert_int_equal(tenon_channel_try_send_batch(&sender, in, sizeof *in, 1, &count),
				 TENON_CHANNEL_FULL);
		assert_int_equal(tenon_channel_try_receive_batch(&receiver, out, sizeof *out, 5, &count),
				 TENON_CHANNEL_OK);
		assert_int_equal(count, 5);
		assert_int_equal(
		    tenon_channel_try_receive_batch(&receiver, out + 5, sizeof *out, ENTRIES, &count),
		    TENON_CHANNEL_OK);
		assert_int_equal(count, 3);
		assert_memory_equal(in, out, ENTRIES * sizeof *in);
	}
	assert_int_equal(sender.end.published, 100);
	assert_int_equal(receiver.end.published, 200);
}

/* As if so many entries had gone through before. */
static void set_position(uint32_t position)
{
	sender.end.position = sender.end.shown = receiver.end.position = receiver.end.shown = position;
	of_sender->index = of_receiver->index = position;
	sender.end.limit = position + ENTRIES;
	receiver.end.limit = position;
}

static void indices_pass_the_end_of_32_bits(void **state)
{
	uint64_t got;

	(void)state;
	set_position(UINT32_MAX - 20);
	for (uint64_t number = 0; number < 100; number++) {
		for (unsigned i = 0; i < number % ENTRIES + 1; i++) {
			assert_int_equal(send(number * 10 + i), TENON_CHANNEL_OK);
		}
		for (unsigned i = 0; i < number % ENTRIES + 1; i++) {
			expect(number * 10 + i);
		}
		assert_int_equal(receive(&got), TENON_CHANNEL_EMPTY);
	}
	assert_true(sender.end.position < 1000);
}

static void one_signal_for_each_sleep(void **state)
{
	(void)state;
	assert_true(tenon_channel_prepare_to_sleep(&receiver.end));
	assert_int_equal(send(1), TENON_CHANNEL_OK);
	assert_int_equal(send(2), TENON_CHANNEL_OK);
	assert_int_equal(signals[WAKE_RECEIVER], 1); /* the second was elided */
	expect(1);
	expect(2);
	assert_true(tenon_channel_prepare_to_sleep(
	    &receiver.end)); /* without finish: a sleep of its own all the same */
	assert_int_equal(send(3), TENON_CHANNEL_OK);
	assert_int_equal(signals[WAKE_RECEIVER], 2);
	assert_false(tenon_channel_prepare_to_sleep(&receiver.end)); /* there is an entry */
	assert_int_equal(send(4), TENON_CHANNEL_OK);
	assert_int_equal(signals[WAKE_RECEIVER], 2); /* it is awake */
	tenon_channel_finish_sleep(&receiver.end);
	assert_int_equal(of_receiver->sleeps % 2, 0);
	assert_int_equal(sender.end.published, 4);
	assert_int_equal(sender.end.signalled, 2);
	assert_int_equal(signals[WAKE_SENDER], 0);
}

static void a_sender_sleeps_for_room(void **state)
{
	(void)state;
	assert_false(tenon_channel_prepare_to_sleep(&sender.end));
	for (unsigned i = 0; i < ENTRIES; i++) {
		assert_int_equal(send(i), TENON_CHANNEL_OK);
	}
	assert_true(tenon_channel_prepare_to_sleep(&sender.end));
	expect(0);
	expect(1);
	assert_int_equal(signals[WAKE_SENDER], 1);
	assert_false(tenon_channel_prepare_to_sleep(&sender.end));
}

static void what_was_taken_is_published_before_sleep(void **state)
{
	struct entry entry;

	(void)state;
	for (unsigned i = 0; i < ENTRIES; i++) {
		assert_int_equal(send(i), TENON_CHANNEL_OK);
	}
	assert_true(tenon_channel_prepare_to_sleep(&sender.end));
	for (unsigned i = 0; i < ENTRIES; i++) {
		assert_int_equal(tenon_channel_take(&receiver, &entry, sizeof entry), TENON_CHANNEL_OK);
	}
	assert_int_equal(signals[WAKE_SENDER], 0);
	assert_true(tenon_channel_prepare_to_sleep(&receiver.end));
	assert_int_equal(signals[WAKE_SENDER], 1);
	assert_int_equal(of_receiver->index, ENTRIES);
}

static void send_seven(void)
{
	assert_int_equal(of_receiver->sleeps % 2, 1);
	assert_int_equal(send(7), TENON_CHANNEL_OK);
}

static void waiting_ends_with_an_entry_or_the_deadline(void **state)
{
	struct entry entry;

	(void)state;
	while_waiting = send_seven;
	assert_int_equal(tenon_channel_receive(&receiver, &entry, sizeof entry, 9, TENON_NEVER),
			 TENON_CHANNEL_OK);
	assert_int_equal(entry.number, 7);
	assert_int_equal(of_receiver->sleeps % 2, 0);
	while_waiting = NULL;
	outcome_of_receive = TENON_TIMED_OUT;
	assert_int_equal(tenon_channel_receive(&receiver, &entry, sizeof entry, 9, 1),
			 TENON_CHANNEL_TIMED_OUT);
	for (unsigned i = 0; i < ENTRIES; i++) {
		assert_int_equal(tenon_channel_send(&sender, &entry, sizeof entry, 9, 1), TENON_CHANNEL_OK);
	}
	assert_int_equal(tenon_channel_send(&sender, &entry, sizeof entry, 9, 1), TENON_CHANNEL_TIMED_OUT);
	start_receiver();
	assert_int_equal(tenon_channel_receive(&receiver, &entry, sizeof entry, 9, 1),
			 TENON_CHANNEL_TIMED_OUT);
}

static void join_another(void)
{
	of_sender->session += UINT64_C(1) << 32;
}

static void a_peer_that_signals_for_nothing_keeps_nobody(void **state)
{
	struct entry entry;

	(void)state;
	assert_int_equal(tenon_channel_receive(&receiver, &entry, sizeof entry, 9, TENON_NOW),
			 TENON_CHANNEL_TIMED_OUT);
	start_receiver();
	while_waiting = join_another; /* one that never stays in a session */
	assert_int_equal(tenon_channel_receive(&receiver, &entry, sizeof entry, 9, TENON_NOW),
			 TENON_CHANNEL_TIMED_OUT);
}

/* ---- sessions ---- */

static void both_join(void)
{
	for (unsigned turn = 0; turn < 4; turn++) {
		(void)!tenon_channel_join(&sender.end);
		(void)!tenon_channel_join(&receiver.end);
	}
	assert_int_equal(tenon_channel_join(&sender.end), TENON_CHANNEL_OK);
	assert_int_equal(tenon_channel_join(&receiver.end), TENON_CHANNEL_OK);
}

static void a_new_sender_finds_its_receiver(void **state)
{
	uint64_t got;

	(void)state;
	for (unsigned round = 1; round < 50; round++) {
		for (unsigned i = 0; i < round % ENTRIES; i++) {
			assert_int_equal(send(i), TENON_CHANNEL_OK);
		}
		start_sender();
		assert_int_equal(send(99), TENON_CHANNEL_CLOSED);
		assert_int_equal(receive(&got), TENON_CHANNEL_CLOSED);
		assert_int_equal(tenon_channel_join(&sender.end), TENON_CHANNEL_CLOSED);
		assert_true(tenon_channel_prepare_to_sleep(&sender.end));
		assert_false(tenon_channel_prepare_to_sleep(&receiver.end));
		assert_int_equal(receive(&got), TENON_CHANNEL_CLOSED);
		signals[WAKE_SENDER] = 0;
		(void)!tenon_channel_join(&receiver.end);
		assert_int_equal(signals[WAKE_SENDER], 1);
		both_join();
		assert_int_equal(receive(&got), TENON_CHANNEL_EMPTY); /* nothing of the dead one is left */
		assert_int_equal(send(round), TENON_CHANNEL_OK);
		expect(round);
	}
}

static void a_new_receiver_finds_its_sender(void **state)
{
	uint64_t got;

	(void)state;
	for (unsigned round = 1; round < 50; round++) {
		(void)!send(round);
		start_receiver();
		assert_int_equal(receive(&got), TENON_CHANNEL_CLOSED);
		(void)!tenon_channel_join(&receiver.end);
		(void)!send(99); /* the sender learns of it by this */
		assert_int_equal(send(99), TENON_CHANNEL_CLOSED);
		both_join();
		assert_int_equal(send(round), TENON_CHANNEL_OK);
		expect(round);
	}
}

static void memory_that_was_cleared_is_a_new_session(void **state)
{
	uint64_t got;

	(void)state;
	assert_int_equal(send(1), TENON_CHANNEL_OK);
	memset(of_sender, 0, sizeof *of_sender);
	start_sender();
	(void)!tenon_channel_join(&sender.end);
	assert_int_equal(receive(&got), TENON_CHANNEL_CLOSED);
	both_join();
	assert_int_equal(send(5), TENON_CHANNEL_OK);
	expect(5);
}

static void both_must_have_the_same_shape(void **state)
{
	struct tenon_channel_memory memory = in_one();
	uint64_t got;

	(void)state;
	tenon_channel_receiver_init(&receiver, &memory, sizeof(struct entry) / 2, ENTRIES, WAKE_SENDER);
	(void)!tenon_channel_join(&receiver.end);
	(void)!send(1);
	assert_int_equal(tenon_channel_join(&sender.end), TENON_CHANNEL_CLOSED);
	assert_int_equal(tenon_channel_join(&receiver.end), TENON_CHANNEL_BROKEN);
	assert_int_equal(tenon_channel_join(&sender.end), TENON_CHANNEL_BROKEN);
	assert_int_equal(send(1), TENON_CHANNEL_BROKEN);
	assert_int_equal(tenon_channel_join(&receiver.end), TENON_CHANNEL_BROKEN);
	start_receiver();
	assert_int_equal(receive(&got), TENON_CHANNEL_CLOSED);
	both_join();
	assert_int_equal(send(3), TENON_CHANNEL_OK);
	expect(3);
	assert_panics(tenon_channel_sender_init(&sender, &memory, 12, ENTRIES, 0));
	assert_panics(tenon_channel_sender_init(&sender, &memory, 16, 6, 0));
	assert_panics(tenon_channel_sender_init(&sender, &memory, 16, 2 * ENTRIES, 0));
	start_sender();
	assert_panics((void)!tenon_channel_try_send(&sender, &got, sizeof got));
}

/* ---- a peer that lies ---- */

static void an_index_that_cannot_be_breaks_the_channel(void **state)
{
	const uint32_t lies[] = {ENTRIES + 1, UINT32_MAX, 0x80000000, 0x7fffffff, 0xffff0000, 1000};
	uint64_t got;

	for (unsigned i = 0; i < sizeof lies / sizeof lies[0]; i++) {
		(void)open_channel(state);
		of_sender->index = lies[i];
		assert_int_equal(receive(&got), TENON_CHANNEL_BROKEN);
		of_sender->index = 0;
		assert_int_equal(receive(&got), TENON_CHANNEL_BROKEN); /* and stays so */
		assert_int_equal(tenon_channel_join(&receiver.end), TENON_CHANNEL_BROKEN);
		assert_false(tenon_channel_prepare_to_sleep(&receiver.end)); /* nobody would wake it */
		start_sender();                                              /* its successor */
		(void)!tenon_channel_join(&sender.end);
		both_join();
		assert_int_equal(send(3), TENON_CHANNEL_OK);
		expect(3);
		while (send(4) == TENON_CHANNEL_OK) {
		}
		of_receiver->index = lies[i] + 1;
		assert_int_equal(send(5), TENON_CHANNEL_BROKEN);
		of_receiver->index = 1; /* true, but one that lied once is not believed */
		assert_int_equal(send(5), TENON_CHANNEL_BROKEN);
	}
}

static void an_index_does_not_go_back(void **state)
{
	uint64_t got;

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		assert_int_equal(send(i), TENON_CHANNEL_OK);
	}
	for (unsigned i = 0; i < 6; i++) {
		expect(i);
	}
	of_sender->index = 5;
	assert_int_equal(receive(&got), TENON_CHANNEL_BROKEN);
}

/* Everything that the peer can write is random; the end counts as it should, and touches nothing beside the ring (ASan). */
static void random_lies_reach_nothing(void **state)
{
	const size_t bytes = tenon_channel_bytes(sizeof(struct entry), ENTRIES);
	uint8_t *heap = aligned_alloc(TENON_CHANNEL_LINE, bytes);
	struct tenon_channel_memory memory = tenon_channel_in_one(heap, bytes);
	struct tenon_channel_side *peer[2] = {memory.sender, memory.receiver};
	unsigned seen[6] = {0};

	(void)state;
	memset(heap, 0, bytes);
	for (unsigned step = 0; step < 200000; step++) {
		unsigned role = next_random() % 2;
		struct tenon_channel_end *end = role ? &sender.end : &receiver.end;
		struct entry entry;
		uint32_t got = 0;
		enum tenon_channel_status status = TENON_CHANNEL_OK;

		if (step % 64 == 0) {
			tenon_channel_sender_init(&sender, &memory, sizeof entry, ENTRIES, WAKE_RECEIVER);
			tenon_channel_receiver_init(&receiver, &memory, sizeof entry, ENTRIES, WAKE_SENDER);
		}
		peer[role]->index = next_random() % 4 ? next_random() % 32 : next_random();
		if (next_random() % 16 == 0) {
			peer[role]->session =
			    next_random() % 2 ? next_random() : (uint64_t)next_random() << 32;
		} else if (next_random() % 16 == 0) {
			peer[role]->session =
			    (uint64_t)3 << 32 | end->session >> 32; /* one that looks right */
		}
		peer[role]->sleeps = next_random();
		switch (next_random() % 4) {
		case 0:
			(void)!tenon_channel_join(end);
			break;
		case 1:
			(void)!tenon_channel_prepare_to_sleep(end);
			break;
		default:
			entry = (struct entry){step, step};
			status =
			    role ? tenon_channel_try_send_batch(&sender, &entry, sizeof entry, 1, &got)
				 : tenon_channel_try_receive_batch(&receiver, &entry, sizeof entry, 1, &got);
			seen[status]++;
		}
		assert_true(end->limit - end->position <= ENTRIES);
	}
	for (unsigned i = 0; i < 5; i++) {
		assert_true(seen[i] > 0);
		assert_string_not_equal(tenon_channel_status_name((enum tenon_channel_status)i), "unknown");
	}
	free(heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(entries_come_in_order_and_whole, open_channel),
	    cmocka_unit_test_setup(batches_publish_once, open_channel),
	    cmocka_unit_test_setup(indices_pass_the_end_of_32_bits, open_channel),
	    cmocka_unit_test_setup(one_signal_for_each_sleep, open_channel),
	    cmocka_unit_test_setup(a_sender_sleeps_for_room, open_channel),
	    cmocka_unit_test_setup(what_was_taken_is_published_before_sleep, open_channel),
	    cmocka_unit_test_setup(waiting_ends_with_an_entry_or_the_deadline, open_channel),
	    cmocka_unit_test_setup(a_peer_that_signals_for_nothing_keeps_nobody, open_channel),
	    cmocka_unit_test_setup(a_new_sender_finds_its_receiver, open_channel),
	    cmocka_unit_test_setup(a_new_receiver_finds_its_sender, open_channel),
	    cmocka_unit_test_setup(memory_that_was_cleared_is_a_new_session, open_channel),
	    cmocka_unit_test_setup(both_must_have_the_same_shape, open_channel),
	    cmocka_unit_test_setup(an_index_that_cannot_be_breaks_the_channel, open_channel),
	    cmocka_unit_test_setup(an_index_does_not_go_back, open_channel),
	    cmocka_unit_test_setup(random_lies_reach_nothing, open_channel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
