/* SPDX-License-Identifier: MIT
 * Calls into the firmware: starting CPUs, kicks and the timer where the machine
 * has no better way, power, and the panic line.
 */
#include <arch/arch.h>
#include "sbi.h"

enum {
	SBI_CONSOLE_PUTCHAR = 0x01, /* legacy */
	SBI_TIME = 0x54494d45,
	SBI_IPI = 0x735049,
	SBI_RFENCE = 0x52464e43,
	SBI_HSM = 0x48534d,
	SBI_SRST = 0x53525354,
	SBI_DBCN = 0x4442434e
};

enum {
	HSM_HART_START = 0,
	HSM_HART_STOP = 1,
	HSM_HART_STATUS = 2,
	HSM_STOPPED = 1,
	SRST_RESET = 0,
	DBCN_WRITE_BYTE = 2,
	IPI_SEND = 0,
	RFENCE_I = 0,
	TIME_SET = 0
};
#define ALL_HARTS UINT64_MAX /* as the mask's base */
enum { RESET_SHUTDOWN = 0, RESET_COLD_REBOOT = 1, REASON_NONE = 0 };

/* Returns the error code, 0 for success; `value` is what the call returned. */
static int64_t sbi_value(uint64_t extension, uint64_t function, uint64_t x, uint64_t y, uint64_t z,
			 int64_t *value)
{
	register uint64_t a0 __asm__("a0") = x;
	register uint64_t a1 __asm__("a1") = y;
	register uint64_t a2 __asm__("a2") = z;
	register uint64_t a6 __asm__("a6") = function;
	register uint64_t a7 __asm__("a7") = extension;

	__asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
	*value = (int64_t)a1;
	return (int64_t)a0;
}

static int64_t sbi_call(uint64_t extension, uint64_t function, uint64_t x, uint64_t y, uint64_t z)
{
	int64_t value;

	return sbi_value(extension, function, x, y, z, &value);
}

bool sbi_hart_start(uint64_t hart, uint64_t physical, uint64_t opaque)
{
	return sbi_call(SBI_HSM, HSM_HART_START, hart, physical, opaque) == 0;
}

void sbi_hart_stop(void)
{
	(void)sbi_call(SBI_HSM, HSM_HART_STOP, 0, 0, 0);
}

bool sbi_hart_is_stopped(uint64_t hart)
{
	int64_t state;

	return sbi_value(SBI_HSM, HSM_HART_STATUS, hart, 0, 0, &state) == 0 && state == HSM_STOPPED;
}

void sbi_send_ipi(uint64_t hart)
{
	(void)sbi_call(SBI_IPI, IPI_SEND, 1, hart,
		       0); /* fails for a hart that never started: it has nothing to hear */
}

void sbi_fence_instructions(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	(void)sbi_call(SBI_RFENCE, RFENCE_I, 0, ALL_HARTS, 0); /* cannot fail for all harts */
}

void sbi_set_timer(uint64_t ticks)
{
	(void)sbi_call(SBI_TIME, TIME_SET, ticks, 0, 0); /* cannot fail (SBI 6.1) */
}

static noreturn void reset(uint64_t type)
{
	(void)sbi_call(SBI_SRST, SRST_RESET, type, REASON_NONE,
		       0); /* returns only where there is no such way */
	for (;;)
		__asm__ volatile("wfi");
}

void arch_power_off(void)
{
	reset(RESET_SHUTDOWN);
}

void arch_restart(void)
{
	reset(RESET_COLD_REBOOT);
}

void arch_panic_write(const char *text)
{
	for (; *text != '\0'; ++text) {
		uint64_t character = (unsigned char)*text;

		if (sbi_call(SBI_DBCN, DBCN_WRITE_BYTE, character, 0, 0) != 0)
			(void)sbi_call(SBI_CONSOLE_PUTCHAR, 0, character, 0, 0); /* firmware before SBI 2.0 */
	}
}
