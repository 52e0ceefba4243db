/* SPDX-License-Identifier: MIT
 * Lives beside the hostile component and sees whether anything of its own changes: its memory, the messages that it
 * exchanges with a server, the time, and what it holds. Ends the run.
 */
#include "component.h"

#include "exchange.h"

#define WORDS     8192u
#define PERIOD_NS 5000000u
#define LOOKS     10u /* at least, however busy the host is */
#define TURNS     20u /* in each period */

static uint64_t memory[WORDS];
static uint64_t word = 1, looks, turns, wrong, due_ns, latest_ns;

static void expect(bool holds, const char *what, uint64_t detail)
{
	if (holds)
		return;
	wrong++;
	if (wrong <= 10)
		log_error("wrong: %s (%llu)", what, (unsigned long long)detail);
}

static void exchange(void)
{
	const uint64_t a = word, b = word_after(a), c = word_after(b), d = word_after(c);
	uint64_t w = 0, x = 0, y = 0, z = 0;
	enum exchange_status status = exchange_turn(a, b, c, d, &w, &x, &y, &z);

	expect(status == EXCHANGE_OK, "the server answers", (uint64_t)status);
	expect(w == b && x == c && y == d && z == word_after(d), "the answer", w);
	word = z;
	turns++;
}

/* What it holds is what it was given: no slot more, none less. */
static void look_at_table(void)
{
	for (tenon_handle_t slot = 1; slot < 32; slot++) {
		const struct tenon_ipc ipc = tenon_operate(TENON_OP_CAP_READ, slot, 0, 0, 0, 0);
		static uint64_t first[32];

		if (looks == 0)
			first[slot] = ipc.status << 32 | ipc.word[0] << 8 | ipc.word[1];
		expect(first[slot] == (ipc.status << 32 | ipc.word[0] << 8 | ipc.word[1]), "a slot", slot);
	}
}

void component_start(void)
{
	for (unsigned i = 0; i < WORDS; i++)
		memory[i] = word_after(i);
	due_ns = clock_ns() + PERIOD_NS;
	look_at(due_ns);
}

void look(void)
{
	const uint64_t now = clock_ns();

	expect(now >= due_ns, "the time came early", due_ns - now);
	latest_ns = now - due_ns > latest_ns ? now - due_ns : latest_ns;
	for (unsigned i = 0; i < WORDS; i++)
		expect(memory[i] == word_after(i), "memory", i);
	for (unsigned i = 0; i < TURNS; i++)
		exchange();
	look_at_table();
	looks++;
	if (now > PARAMETER_SECONDS * UINT64_C(1000000000) && looks >= LOOKS) {
		log_info("witness: %llu looks, %llu turns, at most %llu us late, %llu wrong",
			 (unsigned long long)looks, (unsigned long long)turns,
			 (unsigned long long)(latest_ns / 1000), (unsigned long long)wrong);
		(void)power_end(wrong == 0 ? 0 : 1);
	}
	due_ns = clock_ns() + PERIOD_NS;
	look_at(due_ns);
}
