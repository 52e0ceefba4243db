/* SPDX-License-Identifier: MIT
 * Both ends of a channel on two threads of the host that pause at random, each entry checked; then the same with a receiver
 * that dies and comes back. Built twice, for ThreadSanitizer and for AddressSanitizer: no cmocka here, whose checks are
 * for one thread. Notifications are counting semaphores; a wait of half a minute is a lost wake-up.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <tenon/channel.h>

#define ENTRIES      4u
#define SENDER       1u
#define RECEIVER     2u
#define LOST_AFTER_S 30

struct entry {
	uint64_t session, number, word[2];
};

const struct tenon_component tenon_component = {.name = "stress"};
static sem_t notification[3];
static _Alignas(TENON_CHANNEL_LINE) uint8_t shared[1024];
static uint64_t total = 200000;
static unsigned deaths;

#define ENSURE(condition) ((condition) ? (void)0 : tenon_panic(__FILE__, __LINE__, #condition))

noreturn void tenon_panic(const char *file, unsigned line, const char *what)
{
	fprintf(stderr, "%s:%u: %s\n", file, line, what);
	abort();
}

void tenon_trap(struct tenon_ipc *ipc)
{
	tenon_handle_t handle = ipc->control >> TENON_OPERATION_BITS;
	uint64_t operation = ipc->control & ((1u << TENON_OPERATION_BITS) - 1);
	struct timespec until;

	ipc->status = TENON_OK;
	if (operation == TENON_OP_SIGNAL) {
		ENSURE(sem_post(&notification[handle]) == 0);
		return;
	}
	ENSURE(clock_gettime(CLOCK_REALTIME, &until) == 0);
	until.tv_sec += LOST_AFTER_S;
	while (sem_timedwait(&notification[handle], &until) != 0) {
		ENSURE(errno == EINTR); /* else a wake-up was lost */
	}
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Now and then: a moment of work, a turn for the other, a sleep. */
static void dawdle(uint32_t *state)
{
	uint32_t kind = next_random(state) % 64;

	if (kind < 8) {
		for (volatile uint32_t i = next_random(state) % 512; i > 0; i = i - 1) {
		}
	} else if (kind == 8) {
		(void)sched_yield();
	} else if (kind == 9 && next_random(state) % 16 == 0) {
		(void)nanosleep(&(struct timespec){.tv_nsec = next_random(state) % 100000}, NULL);
	}
}

static struct tenon_channel_memory memory(void)
{
	return tenon_channel_in_one(shared, tenon_channel_bytes(sizeof(struct entry), ENTRIES));
}

static struct entry make(uint64_t session, uint64_t number)
{
	return (struct entry){session, number, {number * UINT64_C(0x9e3779b97f4a7c15), ~number ^ session}};
}

/* Waits for room, entries or a session, as a component's loop does. */
static void rest(struct tenon_channel_end *end, enum tenon_channel_status status, tenon_handle_t own)
{
	struct tenon_ipc ipc;

	ENSURE(status != TENON_CHANNEL_BROKEN);
	if (status == TENON_CHANNEL_CLOSED && tenon_channel_join(end) == TENON_CHANNEL_OK) {
		return;
	}
	if (tenon_channel_prepare_to_sleep(end)) {
		ENSURE(tenon_receive(own, 0, TENON_NEVER, &ipc) == TENON_OK);
		tenon_channel_finish_sleep(end);
	}
}

static void *send_all(void *argument)
{
	struct tenon_channel_memory place = memory();
	struct tenon_channel_sender sender;
	uint64_t number = 0, session = 0;
	uint32_t state = 0x1234567;

	(void)argument;
	tenon_channel_sender_init(&sender, &place, sizeof(struct entry), ENTRIES, RECEIVER);
	while (number < total) {
		enum tenon_channel_status status;
		struct entry entry[3];
		uint32_t count = next_random(&state) % 3 + 1, sent;

		if (sender.end.expected != session) {
			session = sender.end.expected; /* what the dead one had not taken is sent again */
			number = 0;
		}
		count = count < total - number ? count : (uint32_t)(total - number);
		for (uint32_t i = 0; i < count; i++) {
			entry[i] = make(sender.end.session, number + i);
		}
		status = tenon_channel_try_send_batch(&sender, entry, sizeof *entry, count, &sent);
		number += sent;
		if (sent == 0) {
			rest(&sender.end, status, SENDER);
		}
		dawdle(&state);
	}
	printf("sender: %llu published, %llu signalled\n", (unsigned long long)sender.end.published,
	       (unsigned long long)sender.end.signalled);
	return NULL;
}

static void take(struct tenon_channel_receiver *receiver, uint64_t *number, uint32_t *state)
{
	struct entry entry[3];
	uint32_t received;
	enum tenon_channel_status status = tenon_channel_try_receive_batch(
	    receiver, entry, sizeof *entry, next_random(state) % 3 + 1, &received);

	for (uint32_t i = 0; i < received; i++) {
		struct entry right = make(receiver->end.expected, *number);

		ENSURE(entry[i].session == right.session && entry[i].number == right.number);
		ENSURE(entry[i].word[0] == right.word[0] && entry[i].word[1] == right.word[1]);
		++*number;
	}
	if (received == 0) {
		rest(&receiver->end, status, RECEIVER);
	}
	dawdle(state);
}

static void *receive_all(void *argument)
{
	struct tenon_channel_memory place = memory();
	struct tenon_channel_receiver receiver;
	uint32_t state = 0x7654321;

	(void)argument;
	for (unsigned life = 0; life <= deaths; life++) {
		uint64_t until = life < deaths ? 1 + next_random(&state) % (2 * ENTRIES) : total, number = 0;

		tenon_channel_receiver_init(&receiver, &place, sizeof(struct entry), ENTRIES, SENDER);
		while (number < until) {
			take(&receiver, &number, &state);
		}
	}
	printf("receiver: %llu published, %llu signalled\n", (unsigned long long)receiver.end.published,
	       (unsigned long long)receiver.end.signalled);
	return NULL;
}

static void run(void)
{
	pthread_t thread[2];

	for (unsigned i = 1; i <= 2; i++) {
		ENSURE(sem_init(&notification[i], 0, 0) == 0);
	}
	ENSURE(pthread_create(&thread[0], NULL, send_all, NULL) == 0);
	ENSURE(pthread_create(&thread[1], NULL, receive_all, NULL) == 0);
	for (unsigned i = 0; i < 2; i++) {
		ENSURE(pthread_join(thread[i], NULL) == 0);
	}
}

int main(void)
{
	const char *full = getenv("TENON_FULL");

	total *= full != NULL && *full != '\0' ? 20 : 1;
	run();
	total = 2000;
	deaths = 300;
	run();
	printf("ok entries\nok deaths\n");
	return 0;
}
