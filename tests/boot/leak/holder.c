/* SPDX-License-Identifier: MIT
 * Fills every register with bytes of its own, and looks whether they are still
 * there after each way through the kernel: a system call, a quantum that ends,
 * a sleep while another holder does the same with other bytes. Three holders
 * start at different times, so that each finds registers that another one left:
 * before its first use it must find none of that.
 */
#include "component.h"
#include "registers.h"

#include <tenon/string.h>

#define ROUNDS     6u
#define SPIN_TURNS UINT64_C(4000000)
#define SLEEP_NS   UINT64_C(7000000)
#define END_NS     UINT64_C(1000000000)

static _Alignas(64) uint8_t mine[VECTOR_MOST], seen[VECTOR_MOST];
static uint64_t state;
static unsigned rounds, wrong, checks;

static uint64_t next_random(void)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return state ^ state >> 29;
}

static void expect(bool holds, const char *what, unsigned which)
{
	checks++;
	if (holds)
		return;
	if (wrong++ < 5)
		log_error("%s: %s %u", COMPONENT_NAME, what, which);
}

static void check_vectors(const char *when)
{
	uint32_t bytes = VECTOR_HEAD + vector_bytes(), different = 0;

	memset(seen, 0, VECTOR_HEAD);
	vector_get(seen);
	for (uint32_t i = 0; i < bytes; i++)
		different += seen[i] != mine[i];
	expect(different == 0, when, different);
}

static void fill_vectors(void)
{
	for (uint32_t i = 0; i < VECTOR_MOST; i++)
		mine[i] = (uint8_t)next_random();
	vector_tame(mine);
	vector_put(mine);
}

static void fill_general(uint64_t registers[GENERAL_COUNT])
{
	for (unsigned i = 0; i < GENERAL_COUNT; i++)
		registers[i] = next_random() | 1;
}

/* Words of the answer that are not zero, all other registers being as they must. */
static unsigned trap(uint64_t operation, uint64_t tag)
{
	uint64_t before[GENERAL_COUNT], after[GENERAL_COUNT];
	unsigned words = 0;

	fill_general(before);
	before[general_operation] = operation;
	before[general_tag] = tag;
	memcpy(after, before, sizeof after);
	general_trap(after);
	expect(after[general_operation] == TENON_OK, "status of a system call", (unsigned)operation);
	expect(after[general_tag] == 0, "tag of a system call", (unsigned)operation);
	for (unsigned i = 0; i < GENERAL_COUNT; i++) {
		if (general_rule[i] == 'k')
			expect(after[i] == before[i], "a register that a system call keeps", i);
		if (general_rule[i] == 'z')
			expect(after[i] == 0, "a register that a system call clears", i);
		if (general_rule[i] == 'w')
			words += after[i] != 0;
	}
	return words;
}

static void try_system_calls(void)
{
	expect(trap(tenon_control(TENON_OP_NULL, 0), 0) == 0, "words of an empty answer", 0);
	expect(trap(tenon_control(TENON_OP_NULL, 0), 64) == 0, "words of an empty answer to 64 bytes", 0);
	expect(trap(tenon_control(TENON_OP_CLOCK_READ, tenon_component.clock), 64) <= 3,
	       "words of an answer of three", 0);
}

static void try_quantum(void)
{
	uint64_t before[GENERAL_COUNT], after[GENERAL_COUNT];

	fill_general(before);
	memcpy(after, before, sizeof after);
	general_spin(after, SPIN_TURNS);
	for (unsigned i = 0; i < GENERAL_COUNT; i++) {
		if (general_rule[i] != '.')
			expect(after[i] == before[i], "a register after a while of computing", i);
	}
}

void look(void)
{
	check_vectors("bytes of vector registers that a sleep changed:");
	if (++rounds > ROUNDS) {
		log_info("%s: %u checks, %u wrong, %u bytes of vector registers", COMPONENT_NAME, checks,
			 wrong, vector_bytes());
		end_at(clock_ns() + END_NS);
		return;
	}
	fill_vectors();
	try_system_calls();
	check_vectors("bytes of vector registers that system calls changed:");
	try_quantum();
	check_vectors("bytes of vector registers that computing changed:");
	look_at(clock_ns() + SLEEP_NS);
}

/* By then the others are done too. */
void end(void)
{
	if (strcmp(COMPONENT_NAME, "third") == 0)
		(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}

/* The first use, after others filled what they found. */
void begin(void)
{
	vector_head_fresh(mine);
	check_vectors("bytes of vector registers that were not clear at the start:");
	fill_vectors();
	look_at(clock_ns() + SLEEP_NS);
}

void component_start(void)
{
	for (const char *at = COMPONENT_NAME; *at != '\0'; at++)
		state = state * 131 + (unsigned char)*at;
	begin_at(clock_ns() + (COMPONENT_NAME[0] == 'f' ? 1 : COMPONENT_NAME[0] == 's' ? 5 : 9) * SLEEP_NS);
}
