/*
 * SPDX-License-Identifier: MIT
 *
 * Calls to the firmware: starting CPUs, power. Arm DEN 0022 (PSCI 1.1), SMCCC.
 */
#include "aarch64.h"

#define PSCI_CPU_OFF      UINT64_C(0x84000002)
#define PSCI_CPU_ON       UINT64_C(0xc4000003)
#define PSCI_AFFINITY     UINT64_C(0xc4000004)
#define PSCI_SYSTEM_OFF   UINT64_C(0x84000008)
#define PSCI_SYSTEM_RESET UINT64_C(0x84000009)
#define AFFINITY_OFF      1

static bool conduit_smc;

static int64_t psci_call(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
	register uint64_t x0 __asm__("x0") = function;
	register uint64_t x1 __asm__("x1") = a;
	register uint64_t x2 __asm__("x2") = b;
	register uint64_t x3 __asm__("x3") = c;

#define CLOBBERED                                                                                            \
	"x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "memory"
	if (conduit_smc)
		__asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : CLOBBERED);
	else
		__asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : CLOBBERED);
#undef CLOBBERED
	return (int64_t)x0;
}

BOOT void psci_init(const struct tenon_boot_info *info)
{
	conduit_smc = info->aarch64.psci_smc != 0;
}

bool psci_cpu_on(uint64_t affinity, physical_t entry, physical_t argument)
{
	return psci_call(PSCI_CPU_ON, affinity, entry.value, argument.value) == 0;
}

void psci_cpu_off(void)
{
	(void)psci_call(PSCI_CPU_OFF, 0, 0, 0);
}

bool psci_cpu_is_off(uint64_t affinity)
{
	return psci_call(PSCI_AFFINITY, affinity, 0, 0) == AFFINITY_OFF;
}

void arch_power_off(void)
{
	(void)psci_call(PSCI_SYSTEM_OFF, 0, 0, 0); /* returns only where the firmware has no such call */
	cpu_park();
}

void arch_restart(void)
{
	(void)psci_call(PSCI_SYSTEM_RESET, 0, 0, 0); /* as above */
	cpu_park();
}
