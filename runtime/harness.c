/* SPDX-License-Identifier: MIT
 * The kernel of a host program that fuzzes one server's glue. An input is a run
 * of bytes: each step takes what it needs, and after the last byte there are
 * zeros. A step is a call, a signal, or the end of a call in hand. Messages are
 * of the interface's operations or none, their bytes are any, and their length
 * is the right one, nearly right, or any.
 *
 * State: the glue's own lives on from input to input; calls that are held at
 * the end of one are cancelled.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon/harness.h>
#include <tenon/message.h>
#include <tenon/object.h>

#define STEPS_MAX      64u /* of one input */
#define OPERATIONS_MAX 4096u
#define SLOTS_MAX      65536u /* of a table */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

uint8_t tenon_host_buffer[TENON_MESSAGE_MAX_BYTES];
static const uint8_t *input;
static size_t left;
static jmp_buf received;
uint64_t tenon_restarts;
static bool is_started;
static uint64_t now_ns, answers, reached[OPERATIONS_MAX];
static volatile uint8_t sink;
static uint64_t live[SLOTS_MAX]; /* capabilities that messages brought, by slot */
static uint8_t kind[SLOTS_MAX];
static uint32_t accept, generation;

noreturn void tenon_panic(const char *file, unsigned line, const char *what)
{
	fprintf(stderr, "%s:%u: CHECK failed: %s\n", file, line, what);
	abort();
}

uint8_t harness_byte(void)
{
	if (left == 0)
		return 0;
	left--;
	return *input++;
}

uint32_t harness_word(void)
{
	uint32_t word = 0;

	for (unsigned i = 0; i < 4; i++)
		word = word << 8 | harness_byte();
	return word;
}

void harness_reached(uint32_t operation)
{
	reached[operation]++;
}

void harness_use(const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		sink ^= ((const uint8_t *)bytes)[i];
}

uint32_t harness_number(uint32_t most)
{
	return (uint32_t)(harness_byte() % ((uint64_t)most + 1));
}

void harness_fill(void *bytes, size_t size)
{
	memset(bytes, harness_byte(), size);
}

/* ---- capabilities ----------------------------------------------------------------------------- */

static uint64_t *find_live(uint64_t handle)
{
	uint64_t *slot = &live[tenon_handle_index(handle) % SLOTS_MAX];

	return handle != 0 && *slot == handle ? slot : NULL;
}

/* Most messages bring one, where a place is named for it. */
static void bring(struct tenon_ipc *ipc, uint8_t how)
{
	if (accept == 0 || how >= 192)
		return;
	kind[accept] = how % TENON_TYPE_COUNT;
	live[accept] = tenon_handle(accept, ++generation);
	tenon_extras()->capability = live[accept];
	ipc->tag |= generation % 2 ? TENON_TAG_COPY : TENON_TAG_MOVE;
	accept = 0;
}

/* The sender may take it back whenever it likes, and its rights are any. */
static void operate_on(struct tenon_ipc *ipc, uint64_t operation, uint64_t *slot)
{
	ipc->status = slot == NULL || harness_byte() >= 250 ? TENON_BAD_HANDLE : TENON_OK;
	if (slot != NULL && (operation == TENON_OP_CAP_DELETE || ipc->status != TENON_OK))
		*slot = 0;
	ipc->word[0] = slot != NULL ? kind[slot - live] : 0;
	ipc->word[1] = harness_byte() < 128 ? TENON_RIGHTS_ALL : harness_byte();
}

static void accept_at(struct tenon_ipc *ipc)
{
	if (ipc->word[0] == 0 || ipc->word[0] >= SLOTS_MAX || live[ipc->word[0]] != 0) {
		ipc->status = TENON_OCCUPIED;
		return;
	}
	accept = (uint32_t)ipc->word[0];
	ipc->status = TENON_OK;
}

void harness_take(uint64_t capability)
{
	if (find_live(capability) == NULL)
		tenon_panic(__FILE__, __LINE__, "a handler has a capability that is not there");
	if (harness_byte() < 128)
		*find_live(capability) = 0;
}

/* ---- messages --------------------------------------------------------------------------------- */

/* The input's next bytes; what is behind the message has nothing of it. */
static void put_bytes(struct tenon_ipc *ipc, uint32_t length)
{
	uint8_t bytes[TENON_MESSAGE_MAX_BYTES];

	for (uint32_t i = 0; i < sizeof bytes; i++)
		bytes[i] = i < length ? harness_byte() : 0xee;
	memcpy(tenon_host_buffer, bytes, sizeof bytes);
	memcpy(ipc->word, bytes, sizeof ipc->word);
}

static void store(struct tenon_ipc *ipc, uint32_t at, uint32_t number)
{
	memcpy(tenon_host_buffer + at, &number, sizeof number);
	if (at < sizeof ipc->word)
		memcpy((uint8_t *)ipc->word + at, &number, sizeof number);
}

/* Makes the numbers of the tail small, and returns the length that they ask for. */
static uint32_t fit(struct tenon_ipc *ipc, const struct harness_operation *operation)
{
	uint32_t end = operation->fixed_size, number;

	for (uint32_t i = 0; i < operation->tails; i++) {
		const struct harness_tail *tail = &operation->tail[i];

		memcpy(&number,
		       tail->offset < sizeof ipc->word ? (uint8_t *)ipc->word + tail->offset
						       : tenon_host_buffer + tail->offset,
		       sizeof number);
		number %= tail->most + 2; /* one too many at times */
		store(ipc, tail->offset, number);
		end = (end + tail->align - 1) / tail->align * tail->align + number * tail->unit;
	}
	return end;
}

/* A call, or a message that is never answered; one in sixteen is the other. */
static void make_call(struct tenon_ipc *ipc)
{
	const struct harness_operation *operation = &harness.operation[harness_byte() % harness.operations];
	const uint8_t how = harness_byte(), brings = harness_byte();
	uint32_t label = operation->label, length;

	ipc->badge = (uint64_t)operation->port << 16 | harness_byte() % operation->clients;
	ipc->source = operation->is_sent != (harness_byte() >= 240) ? TENON_SOURCE_SEND : TENON_SOURCE_CALL;
	if (how >= 250)
		label = harness_word();
	length = how < 224 ? operation->fixed_size : harness_word() % (TENON_MESSAGE_MAX_BYTES + 1);
	put_bytes(ipc, how < 192 ? TENON_MESSAGE_MAX_BYTES : length);
	if (how < 192)
		length = fit(ipc, operation);
	if (how >= 176 && how < 192)
		length += harness_byte() % 9;
	if (length > TENON_MESSAGE_MAX_BYTES)
		length = TENON_MESSAGE_MAX_BYTES;
	ipc->tag = tenon_tag(label, length);
	bring(ipc, brings);
}

/* ---- the kernel ------------------------------------------------------------------------------- */

/* An answer says no more than the interfaces allow: a status, and bytes of a message. */
static void take_answer(const struct tenon_ipc *ipc)
{
	if (tenon_tag_length(ipc->tag) > TENON_MESSAGE_MAX_BYTES)
		tenon_panic(__FILE__, __LINE__, "an answer that is too long");
	answers++;
	harness_use(ipc->word, tenon_tag_length(ipc->tag) < sizeof ipc->word ? tenon_tag_length(ipc->tag)
									     : sizeof ipc->word);
}

/* What another server answers. */
static void answer_call(struct tenon_ipc *ipc)
{
	static const uint64_t status[] = {TENON_OK, TENON_OK, TENON_OK, TENON_GONE, TENON_TIMED_OUT};
	const uint8_t how = harness_byte();

	ipc->status = status[how % 5];
	ipc->tag = tenon_tag(how & 0x80 ? harness_byte() : 0, harness_byte());
	put_bytes(ipc, tenon_tag_length(ipc->tag));
	bring(ipc, how);
}

void tenon_trap(struct tenon_ipc *ipc)
{
	const uint64_t operation = ipc->control & ((1u << TENON_OPERATION_BITS) - 1);

	switch (operation) {
	case TENON_OP_REPLY:
	case TENON_OP_REPLY_RECEIVE:
		take_answer(ipc);
		ipc->status = operation == TENON_OP_REPLY ? TENON_OK : TENON_TIMED_OUT;
		break;
	case TENON_OP_RECEIVE:
		if (!is_started)
			longjmp(received, 1);
		ipc->status = TENON_TIMED_OUT;
		break;
	case TENON_OP_CALL:
		answer_call(ipc);
		break;
	case TENON_OP_CLOCK_READ:
		now_ns += harness_byte();
		ipc->word[0] = now_ns;
		ipc->status = TENON_OK;
		break;
	case TENON_OP_CAP_ACCEPT:
		accept_at(ipc);
		break;
	case TENON_OP_CAP_READ:
	case TENON_OP_CAP_DELETE:
		operate_on(ipc, operation, find_live(ipc->control >> TENON_OPERATION_BITS));
		break;
	default:
		ipc->status = TENON_OK;
	}
}

static void cancel(uint32_t reply)
{
	/* A reply object's slot is what word 0 says; the harness is told the first one's by the glue. */
	struct tenon_ipc ipc = {.source = TENON_SOURCE_CANCELLED, .word = {reply}};

	harness.take(&ipc);
}

static void step(void)
{
	struct tenon_ipc ipc = {.badge = 0};
	const uint8_t how = harness_byte();

	if (how >= 240 && harness.notifications != 0) {
		ipc.source = TENON_SOURCE_SIGNAL;
		ipc.badge = harness_byte() % (harness.notifications + 1);
		ipc.word[0] = (uint64_t)harness_word() << 32 | harness_word();
		harness.take(&ipc);
	} else if (how >= 224 && harness.replies != 0) {
		cancel(harness_byte() % harness.replies);
	} else if (how >= 160 && harness.channels != 0) {
		harness_act_as_peer();
	} else if (harness.operations != 0 && harness.can_call()) {
		make_call(&ipc);
		(ipc.source == TENON_SOURCE_SEND ? harness.take : harness.serve)(&ipc);
	}
}

static void print_reached(void)
{
	for (uint32_t i = 0; i < harness.operations; i++)
		printf("harness: %s reached its handler %llu times\n", harness.operation[i].name,
		       (unsigned long long)reached[i]);
	for (uint32_t i = 0; i < harness.channels; i++)
		if (harness.channel[i].to_component)
			printf("harness: %s reached its handler %llu times\n", harness.channel[i].name,
			       (unsigned long long)reached[harness.operations + i]);
	printf("harness: %llu answers\n", (unsigned long long)answers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	input = data;
	left = size;
	if (!is_started) {
		(void)atexit(print_reached); /* without it the program says less */
		harness_peers_clear();
		if (setjmp(received) == 0)
			harness.start();
		harness_peers_start();
		is_started = true;
	}
	for (unsigned i = 0; i < STEPS_MAX && left != 0; i++) {
		step();
		if (harness.again != NULL)
			harness.again();
	}
	for (uint32_t i = 0; i < harness.replies; i++)
		cancel(i);
	return 0;
}
