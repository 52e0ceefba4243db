/*
 * SPDX-License-Identifier: MIT
 *
 * The Arm generic timer's virtual timer (Arm DDI 0487, D12): the machine's clock
 * and each CPU's one-shot interrupt. It stays enabled; a comparison with the
 * largest value never comes true.
 */
#include "aarch64.h"

#define CONTROL_ENABLE 1u

void timer_init_cpu(void)
{
	arch_timer_set(UINT64_MAX);
	WRITE_REGISTER(cntv_ctl_el0, CONTROL_ENABLE);
}

void arch_timer_set(uint64_t ticks)
{
	WRITE_REGISTER(cntv_cval_el0, ticks);
}

uint64_t arch_ticks_per_second(void)
{
	return READ_REGISTER(cntfrq_el0);
}
