/* SPDX-License-Identifier: MIT
 * CPUs that leave the machine and come back (docs/decisions/0010). A CPU without resident threads may be closed: from then
 * on no thread gets it as its home, so nobody sends it anything but kicks. It takes itself out where it idles: no longer
 * `online`, its interrupt lines on the boot CPU, what was pending handled. The boot CPU stays: the other CPUs' lines come
 * to it, and firmware may enter itself where an x86 boot CPU starts again.
 */
#include <core/core.h>

/* In core.moving. A CPU that came in clears it; of one that left the next request finds out, for only firmware can tell. */
#define LEAVING UINT32_C(0x80000000)

static bool moving_take(uint32_t what)
{
	uint32_t now = __atomic_load_n(&core.moving, __ATOMIC_ACQUIRE);
	if (now != 0 && ((now & LEAVING) == 0 || !arch_cpu_is_off(core.cpu[(now & ~LEAVING) - 1])))
		return false;
	return __atomic_compare_exchange_n(&core.moving, &now, what, false, __ATOMIC_ACQ_REL,
					   __ATOMIC_RELAXED);
}

bool cpu_admit(struct cpu *cpu)
{
	uint32_t residents = __atomic_load_n(&cpu->residents, __ATOMIC_RELAXED);
	do {
		if (residents == CPU_CLOSED)
			return false;
	} while (!__atomic_compare_exchange_n(&cpu->residents, &residents, residents + 1, true,
					      __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	return true;
}

void cpu_dismiss(struct cpu *cpu)
{
	CHECK((__atomic_fetch_sub(&cpu->residents, 1u, __ATOMIC_RELEASE) & ~CPU_CLOSED) != 0);
}

void cpu_open(struct cpu *cpu)
{
	__atomic_store_n(&cpu->residents, 0u, __ATOMIC_RELAXED);
	/* Who withdraws something either finds this CPU online, or is seen by all that it looks up from here on. */
	core_point();
	__atomic_store_n(&cpu->online, 1u, __ATOMIC_SEQ_CST);
	core_point();
	__atomic_add_fetch(&core.online_count, 1u, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (__atomic_load_n(&core.moving, __ATOMIC_RELAXED) == cpu->index + 1)
		__atomic_store_n(&core.moving, 0u, __ATOMIC_RELEASE);
}

void power_kicked(struct cpu *cpu)
{
	uint32_t now = __atomic_load_n(&core.moving, __ATOMIC_ACQUIRE);
	uint64_t self = UINT64_C(1) << cpu->index;
	if ((now & LEAVING) == 0)
		return;
	struct cpu *leaver = core.cpu[(now & ~LEAVING) - 1];
	if ((__atomic_load_n(&leaver->awaited, __ATOMIC_ACQUIRE) & self) != 0 &&
	    __atomic_fetch_and(&leaver->awaited, ~self, __ATOMIC_ACQ_REL) == self)
		arch_cpu_kick(leaver);
}

/* Every other CPU is to handle a kick: what it sent here before, for it knew an old home, has arrived then. */
static void ask_around(struct cpu *cpu)
{
	uint64_t others = 0;
	core_point();
	__atomic_store_n(&cpu->online, 0u, __ATOMIC_SEQ_CST);
	core_point();
	for (uint32_t i = 0; i < core.cpu_count; i++) {
		if (__atomic_load_n(&core.cpu[i]->online, __ATOMIC_SEQ_CST) != 0)
			others |= UINT64_C(1) << i;
	}
	__atomic_store_n(&cpu->awaited, others, __ATOMIC_SEQ_CST);
	core_point();
	for (uint32_t i = 0; i < core.cpu_count; i++) {
		if ((others >> i & 1) != 0)
			arch_cpu_kick(core.cpu[i]);
	}
}

void cpu_leave(struct cpu *cpu)
{
	/* Memory that this CPU freed goes back to its pools first. */
	if (!cpu->round_runs)
		grace_start(cpu);
	if (cpu->round_runs || grace_needed(cpu))
		return;
	if (cpu->online != 0)
		ask_around(cpu);
	if (__atomic_load_n(&cpu->awaited, __ATOMIC_ACQUIRE) != 0)
		return;
	inbox_drain(cpu);
	grace_kicked(cpu);
	__atomic_sub_fetch(&core.online_count, 1u, __ATOMIC_SEQ_CST);
	device_interrupts_move(cpu);
	cpu->timer_armed_ticks = UINT64_MAX;
	arch_timer_set(UINT64_MAX);
	arch_cpu_off(cpu);
}

static enum tenon_status power_off(struct cpu *target)
{
	uint32_t residents = __atomic_load_n(&target->residents, __ATOMIC_RELAXED);
	if (target->index == core.boot_cpu)
		return TENON_UNSUPPORTED;
	if (residents == CPU_CLOSED)
		return __atomic_load_n(&core.moving, __ATOMIC_RELAXED) == target->index + 1 ? TENON_BUSY
											    : TENON_OK;
	if (residents != 0 || !moving_take((target->index + 1) | LEAVING))
		return TENON_BUSY;
	core_point();
	if (!__atomic_compare_exchange_n(&target->residents, &residents, CPU_CLOSED, false, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED)) {
		__atomic_store_n(&core.moving, 0u, __ATOMIC_RELEASE);
		return TENON_BUSY;
	}
	core_point();
	arch_cpu_kick(target);
	return TENON_OK;
}

static enum tenon_status power_on(struct cpu *target)
{
	if (__atomic_load_n(&target->online, __ATOMIC_ACQUIRE) != 0)
		return __atomic_load_n(&target->residents, __ATOMIC_RELAXED) == CPU_CLOSED ? TENON_BUSY
											   : TENON_OK;
	if (__atomic_load_n(&core.moving, __ATOMIC_RELAXED) == target->index + 1)
		return TENON_OK;
	if (!moving_take(target->index + 1))
		return TENON_BUSY;
	if (arch_cpu_is_off(target) && arch_cpu_start(target->index, target))
		return TENON_OK;
	__atomic_store_n(&core.moving, 0u, __ATOMIC_RELEASE);
	return TENON_UNSUPPORTED;
}

void syscall_platform_cpu(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_PLATFORM, TENON_RIGHT_MANAGE);
	(void)cpu;
	if (slot == NULL)
		return;
	uint64_t index = arch_word(&thread->context, 0), on = arch_word(&thread->context, 1);
	enum tenon_status status = TENON_BAD_ARGUMENT;
	if (index < core.cpu_count && on <= 1)
		status = on != 0 ? power_on(core.cpu[index]) : power_off(core.cpu[index]);
	thread_tell(thread, status);
}
