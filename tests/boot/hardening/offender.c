/* SPDX-License-Identifier: MIT
 * Asks the machine for what user mode is not given, in the one way that its
 * instance is named after. What it must never reach is the line after that.
 */
#include "component.h"

#include <stdnoreturn.h>
#include <tenon/string.h>

#if defined(__aarch64__)
#define READ(name)                                                                                           \
	do {                                                                                                 \
		uint64_t value_;                                                                             \
		__asm__ volatile("mrs %0, " name : "=r"(value_));                                            \
	} while (0)
#define ACT(text) __asm__ volatile(text : : : "memory")

static void read_time(void)
{
	READ("cntvct_el0");
}

static void read_cycles(void)
{
	READ("pmccntr_el0");
}

static void read_timer(void)
{
	READ("cntv_ctl_el0");
}

static void read_debug_register(void)
{
	READ("mdccsr_el0");
}

static void read_machine_id(void)
{
	READ("ctr_el0");
}

/* SME: its instructions, and the register that belongs to it. */
static void enter_streaming(void)
{
	ACT("msr s0_3_c4_c7_3, xzr");
}

static void write_second_pointer(void)
{
	ACT("msr s3_3_c13_c0_5, xzr"); /* TPIDR2_EL0 */
}

static void clean_cache(void)
{
	ACT("dc cvau, xzr");
}

/* A return address that nobody signed. */
static void forge_return(void)
{
	ACT("adr x30, 1f\n	autiasp\n	ret\n1:");
}

static noreturn void reach(void)
{
	log_error("%s went unpunished", COMPONENT_NAME);
	__builtin_trap();
}

/* What an overflow of a buffer on the stack does: the compiler's code checks the signature before it returns. */
__attribute__((noinline)) static void overwrite_return(void)
{
	void (**record)(void) = __builtin_frame_address(0);

	record[1] = reach;
	__asm__ volatile("" : : : "x30", "memory");
}

/* A call and a jump to a mark, then a jump behind it: BTI, the syndrome's class 0x0d and BTYPE 3. */
static void branch_past_mark(void)
{
	__asm__ volatile("adr x9, 1f\n	br x9\n"
			 "1:	bti jc\n"
			 "	adr x9, 3f\n	blr x9\n"
			 "	adr x9, 4f\n	br x9\n"
			 "3:	bti c\n	ret\n"
			 "4:"
			 :
			 :
			 : "x9", "x30", "memory");
}
#elif defined(__riscv)
#define READ(name)                                                                                           \
	do {                                                                                                 \
		uint64_t value_;                                                                             \
		__asm__ volatile("csrr %0, " name : "=r"(value_));                                           \
	} while (0)
#define ACT(text) __asm__ volatile(text : : : "memory")

static void read_cycles(void)
{
	READ("0xc00");
}

static void read_instructions(void)
{
	READ("0xc02");
}

static void read_environment(void)
{
	READ("0x10a"); /* senvcfg */
}

static void read_entropy(void)
{
	ACT("csrrw x0, 0x015, x0"); /* seed */
}

static void clean_cache(void)
{
	ACT(".insn i 0x0f, 2, x0, x0, 1"); /* cbo.clean */
}

static void wait_for_interrupt(void)
{
	ACT("wfi");
}
#else
#define ACT(text) __asm__ volatile(text : : : "rax", "rcx", "rdx", "memory")

static void read_time(void)
{
	ACT("rdtsc");
}

static void read_cycles(void)
{
	ACT("xorl %%ecx, %%ecx\n	rdpmc");
}

static void read_debug_register(void)
{
	ACT("movq %%dr0, %%rax");
}

static void read_gdt(void)
{
	ACT("sgdt -64(%%rsp)"); /* UMIP */
}

static void read_idt(void)
{
	ACT("sidt -64(%%rsp)");
}

static void read_machine_word(void)
{
	ACT("smsw %%ax");
}

static void read_protection_keys(void)
{
	ACT("xorl %%ecx, %%ecx\n	rdpkru");
}

static void write_extended_control(void)
{
	ACT("xorl %%ecx, %%ecx\n	xorl %%edx, %%edx\n	movl $1, %%eax\n	xsetbv");
}

static void read_model_register(void)
{
	ACT("movl $0xc0000080, %%ecx\n	rdmsr");
}
#endif

#define ATTACK(name) {#name, name}
static const struct {
	const char *name;
	void (*attack)(void);
} attacks[] = {
#if defined(__aarch64__)
    ATTACK(read_time),        ATTACK(read_timer),       ATTACK(read_debug_register),
    ATTACK(read_machine_id),  ATTACK(enter_streaming),  ATTACK(write_second_pointer),
    ATTACK(clean_cache),      ATTACK(forge_return),     ATTACK(read_cycles),
    ATTACK(branch_past_mark), ATTACK(overwrite_return),
#elif defined(__riscv)
    ATTACK(read_cycles),  ATTACK(read_instructions), ATTACK(read_environment),
    ATTACK(read_entropy), ATTACK(clean_cache),       ATTACK(wait_for_interrupt),
#else
    ATTACK(read_time),
    ATTACK(read_cycles),
    ATTACK(read_debug_register),
    ATTACK(read_gdt),
    ATTACK(read_idt),
    ATTACK(read_machine_word),
    ATTACK(read_protection_keys),
    ATTACK(write_extended_control),
    ATTACK(read_model_register),
#endif
};

void component_start(void)
{
	for (unsigned i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
		if (strcmp(attacks[i].name, COMPONENT_NAME) != 0)
			continue;
		attacks[i].attack();
		log_error("%s went unpunished", COMPONENT_NAME);
		return;
	}
	log_info("%s is nothing of this architecture", COMPONENT_NAME);
	__builtin_trap();
}
