/* SPDX-License-Identifier: MIT
 * What is counted: stretches between two marks on one CPU, the longest stay in the kernel, and lines that one CPU wrote and
 * another touched.
 */
#include "count.h"

#include <string.h>

struct stretch stretches[MARKS];
struct kernel_stay longest = {.operation = -1};
GHashTable *shared;

/* The stretch that runs on a CPU. */
struct running {
	uint32_t mark;
	struct counts counts;
	GHashTable *data, *code;
};

struct cpu {
	struct running running;
	bool runs;
	struct kernel_stay stay;
	uint64_t last; /* address of the last instruction that repeats; 0: it was another one */
	int operation;
};

static struct cpu cpus[MAX_CPUS];
static bool sharing;

static void begin(struct cpu *cpu, uint32_t mark)
{
	struct running *running = &cpu->running;

	if (running->data == NULL) {
		running->data = g_hash_table_new(NULL, NULL);
		running->code = g_hash_table_new(NULL, NULL);
	}
	g_hash_table_remove_all(running->data);
	g_hash_table_remove_all(running->code);
	running->counts = (struct counts){0};
	running->mark = mark;
	cpu->runs = true;
	cpu->last = 0;
}

static void end(struct cpu *cpu, uint32_t mark)
{
	struct stretch *stretch = &stretches[mark];
	struct running *running = &cpu->running;

	if (!cpu->runs || running->mark != mark)
		return;
	cpu->runs = false;
	running->counts.data_lines = g_hash_table_size(running->data);
	running->counts.code_lines = g_hash_table_size(running->code);
	if (stretch->times == 0 || running->counts.instructions < stretch->least.instructions)
		stretch->least = running->counts;
	stretch->mark = mark;
	stretch->times++;
}

void stretch_mark(unsigned number, const struct decoded *mark)
{
	struct cpu *cpu = &cpus[number % MAX_CPUS];

	if (mark->mark == MARK_BEGIN)
		begin(cpu, mark->number);
	else if (mark->mark == MARK_END)
		end(cpu, mark->number);
	else if (mark->mark == MARK_SHARE_BEGIN || mark->mark == MARK_SHARE_END)
		sharing = mark->mark == MARK_SHARE_BEGIN;
}

/* A stay in the kernel ends with an instruction of a component, and where the CPU waits with interrupts open. */
static void follow(struct cpu *cpu, const struct instruction *instruction)
{
	const bool in_kernel = instruction->address >> 63 != 0;

	if (in_kernel && cpu->stay.instructions++ == 0) {
		cpu->stay.entry = instruction->address;
		cpu->stay.operation = cpu->operation;
		cpu->stay.within = 0;
	}
	if (cpu->stay.instructions == LONG_STAY)
		cpu->stay.within = instruction->address;
	if (in_kernel && instruction->what.kind != KIND_WAIT)
		return;
	if (cpu->stay.instructions > longest.instructions)
		longest = cpu->stay;
	cpu->stay.instructions = 0;
	cpu->operation = -1;
}

static void count(struct running *running, const struct instruction *instruction)
{
	struct counts *counts = &running->counts;

	counts->instructions++;
	counts->atomics += instruction->what.kind == KIND_ATOMIC;
	counts->barriers += instruction->what.kind == KIND_BARRIER;
	if (instruction->what.kind == KIND_TLB)
		counts->tlb[instruction->what.tlb]++;
	g_hash_table_add(running->code, GSIZE_TO_POINTER(instruction->line));
}

void stretch_execute(unsigned number, const struct instruction *instruction)
{
	struct cpu *cpu = &cpus[number % MAX_CPUS];
	const bool again = instruction->what.repeats && cpu->last == instruction->address;

	cpu->last = instruction->what.repeats ? instruction->address : 0;
	if (again) {
		cpu->running.counts.repeated++;
		return;
	}
	follow(cpu, instruction);
	if (cpu->runs)
		count(&cpu->running, instruction);
}

static void share(unsigned number, const struct instruction *instruction, uint64_t line, uint64_t address,
		  bool store)
{
	struct shared_line *entry = g_hash_table_lookup(shared, GSIZE_TO_POINTER(line));

	if (entry == NULL) {
		entry = g_new0(struct shared_line, 1);
		entry->virtual = address;
		g_hash_table_insert(shared, GSIZE_TO_POINTER(line), entry);
	}
	entry->touched |= 1u << number;
	if (store) {
		entry->written |= 1u << number;
		entry->writer = instruction->address;
	} else {
		entry->reader = instruction->address;
	}
}

void stretch_access(unsigned number, const struct instruction *instruction, uint64_t physical,
		    uint64_t address, bool store)
{
	struct cpu *cpu = &cpus[number % MAX_CPUS];
	const uint64_t line = physical >> LINE_SHIFT;

	if (cpu->runs)
		g_hash_table_add(cpu->running.data, GSIZE_TO_POINTER(line));
	if (sharing)
		share(number, instruction, line, address, store);
}

void stretch_call(unsigned number, int operation)
{
	cpus[number % MAX_CPUS].operation = operation;
}
