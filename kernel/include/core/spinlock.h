/* SPDX-License-Identifier: MIT
 * A spinlock. Kernel code runs with interrupts masked and holds at most one at a time (docs/decisions/0001), so there is
 * no lock order to break, and no owner to record.
 */
#ifndef CORE_SPINLOCK_H
#define CORE_SPINLOCK_H

#include <arch/arch.h>
#include <arch_inline.h>

/* Where another CPU's step may come in between; arch/host lets its explorer choose here. */
#ifndef core_point
#define core_point() ((void)0)
#endif
/* What arch/host counts at each lock, and checks at each unlock. */
#ifndef core_taken
#define core_taken() ((void)0)
#endif
#ifndef core_held
#define core_held(taken) ((void)0)
#endif

struct spinlock {
	uint32_t taken;
};

static inline void spin_lock(struct spinlock *lock)
{
	core_point();
	/* OR, not exchange: x86 has it as one instruction that leaves the old bit in a flag. */
	while (__builtin_expect((__atomic_fetch_or(&lock->taken, 1u, __ATOMIC_ACQUIRE) & 1u) != 0, 0)) {
		while (__atomic_load_n(&lock->taken, __ATOMIC_RELAXED) != 0)
			arch_relax();
	}
	core_taken();
}

static inline void spin_unlock(struct spinlock *lock)
{
	core_held(lock->taken);
	__atomic_store_n(&lock->taken, 0u, __ATOMIC_RELEASE);
}

#endif
