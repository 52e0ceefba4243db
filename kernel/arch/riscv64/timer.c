/* SPDX-License-Identifier: MIT
 * The timer of each CPU: stimecmp where the CPU has it (Sstc), else through the
 * firmware. sie.STIE is open only while a deadline is set, which makes it
 * one-shot.
 */
#include <arch/arch.h>
#include <arch_inline.h>
#include "riscv64.h"
#include "sbi.h"

uint64_t arch_ticks_per_second(void)
{
	return boot_info->riscv64.timebase_hz;
}

void arch_timer_set(uint64_t ticks)
{
	if (ticks == UINT64_MAX) {
		csr_clear(sie, INTERRUPT_TIMER);
		return;
	}
	if (boot_info->riscv64.has_sstc)
		csr_write(CSR_STIMECMP, ticks);
	else
		sbi_set_timer(ticks);
	csr_set(sie, INTERRUPT_TIMER);
}

void timer_fired(void)
{
	csr_clear(sie, INTERRUPT_TIMER);
}
