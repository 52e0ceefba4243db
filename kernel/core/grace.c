/* SPDX-License-Identifier: MIT
 * Grace rounds: memory that nobody can find any more is used again only after every CPU has taken an interrupt, and so has
 * left the system call in which it may have found it. What another CPU has unmapped, and whose round has not ended, its
 * TLBs may still know when the capability is gone from the tree; a round that finds such flushes has all TLBs forget all.
 *
 * A round kicks the other CPUs, which first forget the translations that the round lists; the last one to answer kicks back.
 * What is gathered meanwhile belongs to the next round.
 *
 * The arrays belong to their CPU; while a round runs, the others read its part of `flush`.
 */
#include <core/core.h>

void limbo_expect(struct pool *pool)
{
	__atomic_add_fetch(&pool->in_limbo, 1u, __ATOMIC_RELAXED);
}

static void give_back(const struct limbo *limbo)
{
	struct pool *pool = limbo->pool;
	pool_give(pool, limbo->memory, limbo->bytes);
	/* The pool itself may end from here on. */
	__atomic_sub_fetch(&pool->in_limbo, 1u, __ATOMIC_RELEASE);
}

static bool requested(const struct limbo *limbo)
{
	return limbo->requests != NULL && __atomic_load_n(limbo->requests, __ATOMIC_ACQUIRE) != 0;
}

static bool alone(void)
{
	return __atomic_load_n(&core.online_count, __ATOMIC_RELAXED) <= 1;
}

void limbo_add(struct cpu *cpu, struct pool *pool, physical_t memory, uint64_t bytes,
	       const uint32_t *requests)
{
	struct limbo limbo = {pool, memory, bytes, requests};
	if (alone() && !requested(&limbo)) {
		give_back(&limbo);
		return;
	}
	CHECK(cpu->limbo_count < LIMBO);
	cpu->limbo[cpu->limbo_count++] = limbo;
}

static void flush_here(const struct cpu *cpu, const struct flush *flush)
{
	/* An idle CPU keeps the last thread's user half. */
	if (flush->size == 0 && cpu->current == NULL)
		arch_space_leave();
	arch_tlb_invalidate(&flush->space->arch, flush->address, flush->size);
}

void grace_flush(struct cpu *cpu, struct space *space, uint64_t address, uint64_t size, bool *done)
{
	struct flush flush = {space, address, size, done};
	uint64_t others = space->cpus & ~(UINT64_C(1) << cpu->index);
	device_forget(space, address, size);
	flush_here(cpu, &flush);
	if (alone() || others == 0 || (ARCH_TLB_BROADCASTS && size != 0)) {
		if (done != NULL)
			*done = true;
		return;
	}
	CHECK(cpu->flush_count < FLUSHES);
	cpu->flush[cpu->flush_count++] = flush;
}

bool grace_flushes_elsewhere(const struct cpu *cpu)
{
	if (ARCH_TLB_BROADCASTS || alone())
		return false;
	for (uint32_t i = 0; i < core.cpu_count; i++) {
		if (core.cpu[i] != cpu && __atomic_load_n(&core.cpu[i]->flush_count, __ATOMIC_RELAXED) != 0)
			return true;
	}
	return false;
}

bool grace_needed(const struct cpu *cpu)
{
	return cpu->limbo_count != 0 || cpu->flush_count != 0 || cpu->next_waiters != NULL;
}

static void waiters_wake(struct cpu *cpu)
{
	struct thread *waiter = cpu->round_waiters;
	cpu->round_waiters = NULL;
	while (waiter != NULL) {
		struct thread *next = waiter->inbox_next;
		waiter->state = THREAD_WAKING;
		thread_wake(cpu, waiter);
		waiter = next;
	}
}

/* What the round was for happens; what came later moves up. */
static void round_end(struct cpu *cpu)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < cpu->limbo_count; i++) {
		if (i < cpu->limbo_round && !requested(&cpu->limbo[i]))
			give_back(&cpu->limbo[i]);
		else
			cpu->limbo[kept++] = cpu->limbo[i];
	}
	cpu->limbo_count = kept;
	for (uint32_t i = 0; i < cpu->flush_round; i++) {
		if (cpu->flush[i].done != NULL)
			__atomic_store_n(cpu->flush[i].done, true, __ATOMIC_RELEASE);
	}
	cpu->flush_count -= cpu->flush_round;
	for (uint32_t i = 0; i < cpu->flush_count; i++)
		cpu->flush[i] = cpu->flush[i + cpu->flush_round];
	cpu->limbo_round = cpu->flush_round = 0;
	cpu->round_runs = false;
	waiters_wake(cpu);
}

/* Asks one CPU; if it goes offline at this moment, whoever takes the bit out of `round_asks` decides. */
static bool ask(struct cpu *cpu, struct cpu *other)
{
	uint64_t bit = UINT64_C(1) << cpu->index;
	if (other == cpu || __atomic_load_n(&other->online, __ATOMIC_SEQ_CST) == 0)
		return false;
	core_point();
	__atomic_fetch_or(&other->round_asks, bit, __ATOMIC_SEQ_CST);
	core_point();
	if (__atomic_load_n(&other->online, __ATOMIC_SEQ_CST) != 0 ||
	    (__atomic_fetch_and(&other->round_asks, ~bit, __ATOMIC_SEQ_CST) & bit) == 0) {
		arch_cpu_kick(other);
		return true;
	}
	return false;
}

void grace_start(struct cpu *cpu)
{
	if (cpu->round_runs || !grace_needed(cpu))
		return;
	cpu->round_runs = true;
	cpu->limbo_round = cpu->limbo_count;
	cpu->flush_round = cpu->flush_count;
	cpu->round_waiters = cpu->next_waiters;
	cpu->next_waiters = NULL;
	cpu->round_forgets = grace_flushes_elsewhere(cpu);
	if (cpu->round_forgets)
		arch_tlb_forget();
	/* One for this CPU, and one for each that might be asked. */
	uint32_t spare = core.cpu_count;
	__atomic_store_n(&cpu->round_left, spare, __ATOMIC_SEQ_CST);
	for (uint32_t i = 0; i < core.cpu_count; i++)
		spare -= ask(cpu, core.cpu[i]) ? 1u : 0u;
	core_point();
	if (__atomic_sub_fetch(&cpu->round_left, spare, __ATOMIC_ACQ_REL) != 0)
		return;
	round_end(cpu);
	/* All have answered by now, and somebody's request is still on the way to what is left: later. */
	if (grace_needed(cpu))
		arch_cpu_kick(cpu);
}

void grace_kicked(struct cpu *cpu)
{
	core_point();
	uint64_t asks = __atomic_exchange_n(&cpu->round_asks, UINT64_C(0), __ATOMIC_SEQ_CST);
	for (; asks != 0; asks &= asks - 1) {
		struct cpu *from = core.cpu[__builtin_ctzll(asks)];
		for (uint32_t i = 0; i < from->flush_round; i++) {
			if ((from->flush[i].space->cpus >> cpu->index & 1) != 0)
				flush_here(cpu, &from->flush[i]);
		}
		if (from->round_forgets)
			arch_tlb_forget();
		if (__atomic_sub_fetch(&from->round_left, 1u, __ATOMIC_ACQ_REL) == 0)
			arch_cpu_kick(from);
	}
	if (cpu->round_runs && __atomic_load_n(&cpu->round_left, __ATOMIC_ACQUIRE) == 0)
		round_end(cpu);
	grace_start(cpu);
}
