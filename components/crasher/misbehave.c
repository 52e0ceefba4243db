/* SPDX-License-Identifier: MIT
 * The ways to misbehave. What is particular to an architecture are two
 * instructions and the kernel's base.
 */
#include "misbehave.h"

#include <stdint.h>
#include <tenon/stack.h>
#include <tenon/boot.h>

#if defined(__aarch64__)
#define PRIVILEGED "msr daifset, #15"
#define UNDEFINED  "udf #0"
#elif defined(__riscv)
#define PRIVILEGED "csrci sstatus, 2"
#define UNDEFINED  "unimp"
#elif defined(__x86_64__)
#define PRIVILEGED "cli"
#define UNDEFINED  "ud2"
#endif

static uint64_t data[64];

__attribute__((noinline)) void read_at(const volatile void *address)
{
	(void)*(const volatile uint64_t *)address;
}

__attribute__((noinline)) void write_at(volatile void *address)
{
	*(volatile uint64_t *)address = 0;
}

__attribute__((noinline)) void execute_at(const volatile void *address)
{
	((void (*)(void))(uintptr_t)address)();
	__asm__ volatile("" ::: "memory"); /* not a tail call: this frame belongs in the backtrace */
}

__attribute__((noinline)) void execute_privileged(void)
{
	__asm__ volatile(PRIVILEGED);
}

__attribute__((noinline)) void execute_undefined(void)
{
	__asm__ volatile(UNDEFINED);
}

void write_code(void)
{
	write_at((volatile void *)(uintptr_t)read_at);
}

void execute_data(void)
{
	execute_at(data);
}

__attribute__((noinline)) int overflow_stack(int depth)
{
	volatile char frame[256];

	TENON_STACK_OPEN();
	frame[0] = (char)depth;
	return depth < 0 ? depth
			 : overflow_stack(depth + 1) + frame[0]; /* the stack ends long before the numbers */
}

__attribute__((noinline)) void hang(void)
{
	for (;;) {
		__asm__ volatile("");
	}
}

volatile void *kernel_address(void)
{
	return (volatile void *)TENON_KERNEL_BASE;
}
