/* SPDX-License-Identifier: MIT
 * What is counted: stretches between two marks on one CPU, the longest stay in the kernel, and lines that one CPU wrote and
 * another touched.
 */
#include "count.h"

#include <string.h>

struct stretch stretches[MARKS];
struct kernel_stay longest = {.operation = -1};
GHashTable *shared;
uint64_t shared_calls[MAX_CPUS];
struct lock_wait waits[MAX_WAITS];
unsigned waits_count;

/* Physical address of a word that was the object of an atomic operation -> 1 + the CPU that did it first, until that CPU
 * stores to it. For a lock that is its holder. */
static GHashTable *holders;

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
	uint64_t executed, at;     /* instructions in all; the last one */
	uint64_t read, read_word;  /* the last load: address and physical address */
	uint64_t before[MAX_CPUS]; /* `executed` of each CPU when this one entered the kernel */
};

static struct cpu cpus[MAX_CPUS];
static GArray *places;     /* of marks that an instruction has been in before the one it is in now */
static GPtrArray *counted; /* instructions that are in one now */
static bool sharing;

static void begin(struct cpu *cpu, uint32_t mark)
{
	struct running *running = &cpu->running;

	if (running->data == NULL) {
		running->data = g_hash_table_new(NULL, NULL);
		running->code = g_hash_table_new(NULL, NULL);
	}
	if (places == NULL) {
		places = g_array_new(false, false, sizeof(struct place));
		counted = g_ptr_array_new();
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

/* Who waits in a loop has just read the lock. */
static void look_for_lock(unsigned number)
{
	const struct cpu *cpu = &cpus[number];
	const unsigned holder =
	    holders == NULL
		? 0
		: GPOINTER_TO_UINT(g_hash_table_lookup(holders, GSIZE_TO_POINTER(cpu->read_word)));

	if (holder == 0 || holder - 1 == number)
		return;
	if (waits_count < MAX_WAITS) {
		waits[waits_count] = (struct lock_wait){
		    .lock = cpu->read,
		    .at = cpu->at,
		    .stands = cpus[holder - 1].at,
		    .holders = cpus[holder - 1].executed - cpu->before[holder - 1],
		    .cpu = number,
		    .holder = holder - 1,
		    .sharing = sharing,
		};
	}
	waits_count++;
}

static void follow_lock(unsigned number, const struct instruction *instruction, uint64_t physical, bool store)
{
	gpointer word = GSIZE_TO_POINTER(physical);

	if (instruction->address >> 63 == 0)
		return;
	if (holders == NULL)
		holders = g_hash_table_new(NULL, NULL);
	if (instruction->what.kind == KIND_ATOMIC) {
		if (!g_hash_table_contains(holders, word))
			g_hash_table_insert(holders, word, GUINT_TO_POINTER(number + 1));
	} else if (store && GPOINTER_TO_UINT(g_hash_table_lookup(holders, word)) == number + 1) {
		g_hash_table_remove(holders, word);
	}
}

/* A stay in the kernel ends with an instruction of a component, and where the CPU waits with interrupts open. */
static void follow(unsigned number, const struct instruction *instruction)
{
	struct cpu *cpu = &cpus[number];
	const bool in_kernel = instruction->address >> 63 != 0;

	if (in_kernel && cpu->stay.instructions++ == 0) {
		cpu->stay.entry = instruction->address;
		cpu->stay.operation = cpu->operation;
		cpu->stay.within = 0;
		for (unsigned i = 0; i < MAX_CPUS; i++)
			cpu->before[i] = cpus[i].executed;
	}
	if (cpu->stay.instructions == LONG_STAY) {
		cpu->stay.within = instruction->address;
		look_for_lock(number);
	}
	if (in_kernel && instruction->what.kind != KIND_WAIT)
		return;
	if (cpu->stay.instructions > longest.instructions)
		longest = cpu->stay;
	cpu->stay.instructions = 0;
	cpu->operation = -1;
}

static struct place place_of(const struct instruction *instruction)
{
	return (struct place){instruction->mark, instruction->page, instruction->address,
			      instruction->executed};
}

/* Rows come one after the other, so the mark seldom changes. */
static void count_place(struct instruction *instruction, uint32_t mark)
{
	if (instruction->executed != 0 && instruction->mark != mark) {
		const struct place before = place_of(instruction);

		g_array_append_val(places, before);
		instruction->executed = 0;
	} else if (instruction->executed == 0) {
		g_ptr_array_add(counted, instruction);
	}
	instruction->mark = mark;
	instruction->executed++;
}

GArray *stretch_places(void)
{
	GArray *all = places == NULL ? g_array_new(false, false, sizeof(struct place)) : g_array_ref(places);

	for (guint i = 0; counted != NULL && i < counted->len; i++) {
		const struct place place = place_of(g_ptr_array_index(counted, i));

		g_array_append_val(all, place);
	}
	return all;
}

static void count(struct running *running, struct instruction *instruction)
{
	struct counts *counts = &running->counts;

	counts->instructions++;
	counts->atomics += instruction->what.kind == KIND_ATOMIC;
	counts->barriers += instruction->what.kind == KIND_BARRIER;
	if (instruction->what.kind == KIND_TLB)
		counts->tlb[instruction->what.tlb]++;
	g_hash_table_add(running->code, GSIZE_TO_POINTER(instruction->line));
	count_place(instruction, running->mark);
}

void stretch_execute(unsigned number, struct instruction *instruction)
{
	struct cpu *cpu = &cpus[number % MAX_CPUS];
	const bool again = instruction->what.repeats && cpu->last == instruction->address;

	cpu->last = instruction->what.repeats ? instruction->address : 0;
	if (again) {
		cpu->running.counts.repeated++;
		return;
	}
	cpu->executed++;
	cpu->at = instruction->address;
	follow(number % MAX_CPUS, instruction);
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

	if (!store) {
		cpu->read = address;
		cpu->read_word = physical;
	}
	follow_lock(number % MAX_CPUS, instruction, physical, store);
	if (cpu->runs)
		g_hash_table_add(cpu->running.data, GSIZE_TO_POINTER(line));
	if (sharing)
		share(number, instruction, line, address, store);
}

void stretch_call(unsigned number, int operation)
{
	cpus[number % MAX_CPUS].operation = operation;
	shared_calls[number % MAX_CPUS] += sharing;
}
