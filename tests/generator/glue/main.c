/* SPDX-License-Identifier: MIT
 * The kernel between client and server, and messages that no stub sends: each
 * good call once more with a few bytes, the length or the operation changed,
 * and answers that are changed likewise. Handlers check what they get.
 */
#include "glue.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon/component.h>

#define MUTATIONS 200u
#define BLIND     20000u
#define MALFORMED 0x103u

uint8_t tenon_host_buffer[TENON_MESSAGE_MAX_BYTES];
static bool changes_calls, changes_answers;
static unsigned served, refused;

static jmp_buf stopped; /* where a CHECK goes that is to fail */
static bool stops;

noreturn void tenon_panic(const char *file, unsigned line, const char *what)
{
	if (stops && strstr(what, "strnlen") != NULL)
		longjmp(stopped, 1);
	fprintf(stderr, "%s:%u: %s\n", file, line, what);
	abort();
}

static uint32_t next_random(void)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

void message_take(struct message *message, const struct tenon_ipc *ipc)
{
	message->tag = ipc->tag;
	memcpy(message->bytes, tenon_host_buffer, sizeof message->bytes);
	memcpy(message->bytes, ipc->word, sizeof ipc->word);
}

void message_give(const struct message *message, struct tenon_ipc *ipc)
{
	const uint32_t length = tenon_tag_length(message->tag);
	uint8_t words[sizeof ipc->word];

	memset(tenon_host_buffer, 0xee, sizeof tenon_host_buffer);
	memset(words, 0xee, sizeof words);
	memcpy(tenon_host_buffer, message->bytes, length);
	memcpy(words, message->bytes, length < sizeof words ? length : sizeof words);
	memcpy(ipc->word, words, sizeof words);
	ipc->tag = message->tag;
}

/* ---- loans: what stands beside the message while the call lasts ---- */

static struct tenon_extras lent;
static uint32_t loans;

static void take_loans(const struct tenon_ipc *ipc)
{
	loans = (uint32_t)((ipc->tag & TENON_TAG_LOANS_MASK) >> TENON_TAG_LOANS_SHIFT);
	memcpy(&lent, tenon_host_buffer, sizeof lent);
}

void kernel_loan(struct tenon_ipc *ipc, bool writes)
{
	const uint64_t index = ipc->word[0], offset = ipc->word[1], bytes = ipc->word[3];
	const uint64_t room = index < loans ? lent.loan[index].bytes & TENON_LOAN_BYTES_MASK : 0;
	const uint64_t rights = index < loans ? lent.loan[index].bytes >> TENON_LOAN_RIGHTS_SHIFT : 0;
	void *own = (void *)(uintptr_t)ipc->word[2];

	ipc->status = TENON_BAD_LOAN;
	if ((rights & (writes ? TENON_RIGHT_WRITE : TENON_RIGHT_READ)) == 0 || offset > room ||
	    bytes > room - offset)
		return;
	uint8_t *memory = (uint8_t *)(uintptr_t)lent.loan[index].address + offset;

	memcpy(writes ? memory : own, writes ? own : memory, bytes);
	ipc->status = TENON_OK;
	ipc->word[4] = bytes;
}

/* A few bytes, mostly near the front, where lengths, tags and flags stand; at times the length, seldom the label. */
static void change(struct message *message)
{
	static const uint8_t interesting[] = {0, 1, 2, 3, 4, 5, 7, 8, 100, 101, 0x7f, 0x80, 0xff};
	uint32_t length = tenon_tag_length(message->tag), label = tenon_tag_label(message->tag);

	for (uint32_t times = next_random() % 4; times > 0 && length != 0; times--) {
		const uint32_t at =
		    next_random() % (next_random() % 2 ? length : (length < 24 ? length : 24));

		message->bytes[at] = next_random() % 2 ? (uint8_t)next_random()
						       : interesting[next_random() % sizeof interesting];
	}
	if (next_random() % 4 == 0)
		length = next_random() % 2 ? next_random() % (TENON_MESSAGE_MAX_BYTES + 1)
					   : (length + next_random() % 9) % (TENON_MESSAGE_MAX_BYTES + 1);
	if (next_random() % 16 == 0)
		label ^= 1u << next_random() % 32;
	message->tag = tenon_tag(label, length);
}

/* The dispatcher answers whatever comes, and a refused message reaches no handler. */
static void serve_changed(const struct message *call, bool sent)
{
	struct message changed, answer;

	for (unsigned i = 0; i < MUTATIONS; i++) {
		const unsigned before = server_calls();

		changed = *call;
		change(&changed);
		server_serve(&changed, &answer, sent);
		if (sent) {
			*(server_calls() != before ? &served : &refused) += 1;
		} else if (tenon_tag_label(answer.tag) == MALFORMED) {
			refused++;
			if (server_calls() != before) {
				fprintf(stderr, "a refused message reached its handler\n");
				abort();
			}
		} else {
			served++;
		}
	}
}

void client_trap(struct tenon_ipc *ipc)
{
	const bool sent = (ipc->control & ((1u << TENON_OPERATION_BITS) - 1)) == TENON_OP_SEND;
	struct message call, answer;

	message_take(&call, ipc);
	take_loans(ipc);
	server_serve(&call, &answer, sent);
	if (changes_answers && !sent)
		change(&answer);
	ipc->status = TENON_OK;
	if (changes_calls)
		serve_changed(&call, sent);
	if (sent)
		return;
	message_give(&answer, ipc);
}

/* A handler whose string does not end stops its component before it answers. Nothing is served after that. */
static bool stops_at_endless_answer(void)
{
	server_label_endlessly();
	stops = true;
	if (setjmp(stopped) != 0)
		return true;
	client_ask_one();
	printf("wrong: an answer without end was sent\n");
	return false;
}

int main(void)
{
	unsigned wrong = client_ask_all(true);

	changes_calls = true;
	wrong += client_ask_all(false);
	changes_calls = false;
	changes_answers = true;
	for (unsigned i = 0; i < BLIND; i++)
		client_ask_blindly();
	changes_answers = false;
	wrong += stops_at_endless_answer() ? 0 : 1;
	printf("%u wrong; of changed calls %u were served and %u refused\n", wrong, served, refused);
	return wrong != 0 || served < 100 || refused < 100;
}
