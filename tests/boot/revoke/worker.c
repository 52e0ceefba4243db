/* SPDX-License-Identifier: MIT
 * See worker.h. All of it lies in one section, in the order of this file, and is copied as a whole; so a constant must not
 * lie in memory and a choice must not become a table of jumps.
 */
#include "worker.h"

#include <tenon/process.h>

#define PROGRAM __attribute__((noinline, section(".text.worker")))
#define LOST_NS                                                                                              \
	UINT64_C(20000000000) /* a signal that has not come by then is lost, however busy the host is */
#define BIT(status)   (UINT64_C(1) << (status))
#define WORKER_RIGHTS (TENON_RIGHT_READ | TENON_RIGHT_WRITE)

/* Compares so that the compiler does not make a table. */
TENON_INLINE bool is(uint64_t value, uint64_t what)
{
	__asm__ volatile("" : "+r"(value));
	return value == what;
}

TENON_INLINE struct world *world(void)
{
	return (struct world *)WORKER_WORLD;
}

TENON_INLINE uint64_t load(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

TENON_INLINE void store(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* xorshift64: Marsaglia (2003), without a multiplier, which would be a constant in memory. */
TENON_INLINE uint64_t random_word(struct share *share)
{
	uint64_t random = share->random;

	random ^= random << 13;
	random ^= random >> 7;
	random ^= random << 17;
	share->random = random;
	return random >> 8;
}

__attribute__((used, aligned(4096))) PROGRAM void worker_main(uint64_t number);
static uint64_t fill(struct share *share, uint64_t count);
static uint64_t run(struct share *share, uint64_t number, uint64_t uses, uint64_t slots);
static uint64_t check(struct share *share);
static uint64_t tick(struct share *share, uint64_t period);
static uint64_t ping(struct share *share, uint64_t turns, uint64_t burst);
static uint64_t listen(struct share *share);

void worker_main(uint64_t number)
{
	struct share *share = &world()->share[number];
	struct tenon_ipc ipc;

	(void)tenon_receive(TENON_PROCESS_SLOT_SET, TENON_PROCESS_SLOT_REPLY, TENON_NEVER, &ipc);
	for (;;) {
		const uint64_t label = tenon_tag_label(ipc.tag), word0 = ipc.word[0], word1 = ipc.word[1];
		uint64_t answer = 0;

		if (is(label, WORKER_ECHO))
			answer = word0 + 1;
		else if (is(label, WORKER_FILL))
			answer = fill(share, word0);
		else if (is(label, WORKER_RUN))
			answer = run(share, number, word0, word1);
		else if (is(label, WORKER_CHECK))
			answer = check(share);
		else if (is(label, WORKER_TICK))
			answer = tick(share, word0);
		else if (is(label, WORKER_PING))
			answer = ping(share, word0, word1);
		else if (is(label, WORKER_LISTEN))
			answer = listen(share);
		ipc.word[0] = answer;
		ipc.tag = tenon_tag((uint32_t)label, 8);
		(void)tenon_reply_receive(TENON_PROCESS_SLOT_SET, TENON_PROCESS_SLOT_REPLY, TENON_NEVER,
					  &ipc);
	}
}

static PROGRAM uint64_t fill(struct share *share, uint64_t count)
{
	uint64_t n = 1;

	for (; n < count; n++) {
		const uint64_t from = share->handle[random_word(share) % n];
		const struct tenon_ipc ipc =
		    tenon_operate(TENON_OP_CAP_COPY, from, WORKER_BASE + n, TENON_RIGHTS_ALL, 0, 0);

		if (ipc.status != TENON_OK)
			break;
		store(&share->handle[n], ipc.word[0]);
	}
	return n;
}

/* Counts an answer. `late`: what was used had been revoked before. */
static PROGRAM void judge(struct share *share, uint64_t use, uint64_t status, bool late)
{
	uint64_t allowed = BIT(TENON_OK) | BIT(TENON_BAD_HANDLE) | load(&world()->allowed);

	if (use >= USE_COPY && use <= USE_MOVE_OVER)
		allowed |= BIT(TENON_OCCUPIED);
	else if (use == USE_MAP)
		allowed |= BIT(TENON_BUSY) | BIT(TENON_BAD_ADDRESS);
	else if (use > USE_MAP)
		allowed |= BIT(TENON_BAD_ADDRESS);
	if (late)
		allowed = BIT(TENON_BAD_HANDLE);
	share->uses++;
	share->done += status == TENON_OK;
	share->stale += status == TENON_BAD_HANDLE;
	if (status == TENON_GONE || status == TENON_RESTARTED)
		share->over++;
	if ((allowed >> status & 1) != 0)
		return;
	share->wrong++;
	share->wrong_use = use;
	share->wrong_status = status + (late ? 1000 : 0);
}

/* The words of a use of slot `from`, for the system call that judges it. */
static PROGRAM void prepare(struct tenon_ipc *ipc, uint64_t use, uint64_t handle, uint64_t from, uint64_t to)
{
	uint64_t operation = TENON_OP_CAP_READ;

	ipc->tag = tenon_tag(WORKER_ECHO, 24);
	ipc->deadline = TENON_NEVER;
	ipc->reply = 0;
	ipc->word[0] = WORKER_BASE + to;
	ipc->word[1] = TENON_RIGHTS_ALL;
	ipc->word[2] = 0;
	if (is(use, USE_COPY_OVER) || is(use, USE_MOVE_OVER))
		ipc->reply = WORKER_SLOT_TABLE;
	if (is(use, USE_CALL))
		operation = TENON_OP_CALL;
	else if (is(use, USE_SIGNAL))
		operation = TENON_OP_SIGNAL;
	else if (is(use, USE_COPY) || is(use, USE_COPY_OVER))
		operation = TENON_OP_CAP_COPY;
	else if (is(use, USE_MOVE) || is(use, USE_MOVE_OVER))
		operation = TENON_OP_CAP_MOVE;
	else if (is(use, USE_DELETE))
		operation = TENON_OP_CAP_DELETE;
	else if (is(use, USE_REVOKE))
		operation = TENON_OP_CAP_REVOKE;
	else if (is(use, USE_UNMAP))
		operation = TENON_OP_FRAME_UNMAP;
	else if (is(use, USE_PROTECT)) {
		operation = TENON_OP_FRAME_PROTECT;
		ipc->word[0] = TENON_RIGHT_READ;
	} else if (is(use, USE_MAP)) {
		operation = TENON_OP_FRAME_MAP;
		ipc->reply = WORKER_SLOT_SPACE;
		ipc->word[0] = WORKER_MAPS + from * TENON_PAGE_SIZE;
		ipc->word[1] = WORKER_RIGHTS;
	}
	ipc->control = handle << TENON_OPERATION_BITS | operation;
}

static PROGRAM uint64_t run(struct share *share, uint64_t number, uint64_t uses, uint64_t slots)
{
	struct share *next = number + 1 < WORKERS ? share + 1 : &world()->share[0];

	while (load(&share->stop) == 0) {
		const uint64_t from = random_word(share) % slots, to = random_word(share) % slots;
		const bool late = load(&world()->revoked) != 0;
		uint64_t use = random_word(share) % USES, expected;
		struct tenon_ipc ipc;

		while ((uses >> use & 1) == 0)
			use = (use + 1) % USES;
		prepare(&ipc, use, load(&share->handle[from]), from, to);
		expected = ipc.word[0] + 1;
		tenon_trap(&ipc);
		judge(share, use, ipc.status, late);
		if (ipc.status != TENON_OK)
			continue;
		if (use == USE_CALL && ipc.word[0] != expected) {
			share->wrong++;
			share->wrong_use = USES;
		} else if (use == USE_COPY || use == USE_MOVE) {
			store(&share->handle[to], ipc.word[0]);
		} else if (use == USE_COPY_OVER || use == USE_MOVE_OVER) {
			store(&next->handle[to], ipc.word[0]);
		}
	}
	return 0;
}

static PROGRAM uint64_t check(struct share *share)
{
	uint64_t found = 0;

	for (uint64_t n = 0; n < WORKER_FILLS; n++) {
		struct tenon_ipc ipc;

		if (share->handle[n] != 0)
			found += tenon_operate(TENON_OP_CAP_READ, share->handle[n], 0, 0, 0, 0).status !=
				 TENON_BAD_HANDLE;
		share->handle[n] = 0;
		ipc = tenon_operate(TENON_OP_CAP_COPY, WORKER_SLOT_CLOCK, WORKER_BASE + n, TENON_RIGHT_READ,
				    0, 0);
		found += ipc.status != TENON_OK;
		if (ipc.status == TENON_OK)
			(void)tenon_operate(TENON_OP_CAP_DELETE, ipc.word[0], 0, 0, 0, 0);
	}
	return found;
}

static PROGRAM uint64_t tick(struct share *share, uint64_t period)
{
	uint64_t deadline = tenon_clock_ns(WORKER_SLOT_CLOCK);

	while (load(&share->stop) == 0) {
		struct tenon_ipc ipc;
		uint64_t now;

		deadline += period;
		(void)tenon_receive(TENON_PROCESS_SLOT_SET, 0, deadline, &ipc);
		now = tenon_clock_ns(WORKER_SLOT_CLOCK);
		if (now < deadline)
			share->wrong++;
		else if (now - deadline > load(&share->latest_ns))
			store(&share->latest_ns, now - deadline);
		if (now > deadline + period)
			deadline = now;
		store(&share->uses, share->uses + 1);
	}
	return 0;
}

/* Waits for a signal; its bits, 0 if it is lost. */
static PROGRAM uint64_t await(struct share *share)
{
	struct tenon_ipc ipc;

	if (tenon_receive(TENON_PROCESS_SLOT_SET, 0, tenon_clock_ns(WORKER_SLOT_CLOCK) + LOST_NS, &ipc) ==
		TENON_OK &&
	    ipc.source == TENON_SOURCE_SIGNAL)
		return ipc.word[0];
	share->wrong++;
	share->wrong_use = USE_SIGNAL;
	share->wrong_status = ipc.status;
	return 0;
}

static PROGRAM uint64_t ping(struct share *share, uint64_t turns, uint64_t burst)
{
	for (uint64_t n = 0; n < turns; n++) {
		for (uint64_t i = 0; i < burst; i++)
			(void)tenon_signal(share->handle[0]);
		if (await(share) == 0)
			break;
		share->done++;
	}
	return 0;
}

static PROGRAM uint64_t listen(struct share *share)
{
	while (load(&share->stop) == 0) {
		const uint64_t bits = await(share);

		for (uint64_t n = 0; n < WORKERS; n++) {
			if ((bits >> n & 1) != 0)
				(void)tenon_signal(share->handle[n]);
		}
		if (bits == 0)
			break;
		share->done++;
	}
	return 0;
}

PROGRAM void worker_end(void)
{
}
