/* SPDX-License-Identifier: MIT
 * What registers.h says, for each architecture.
 */
#include "registers.h"

#include <tenon/string.h>

#if defined(__aarch64__)

const char general_rule[GENERAL_COUNT + 1] = "wwwwwwwwrrrrzzzzzzzkkkkkkkkkkk..";
const unsigned general_operation = 8, general_tag = 9;

#define FRAME(name, body)                                                                                    \
	__asm__(                                                                                             \
	    ".text\n.global " name "\n.type " name ", %function\n" name ":\n"                                \
	    "	stp x29, x30, [sp, #-112]!\n	stp x19, x20, [sp, #16]\n	stp x21, x22, [sp, #32]\n"              \
	    "	stp x23, x24, [sp, #48]\n	stp x25, x26, [sp, #64]\n	stp x27, x28, [sp, #80]\n"                 \
	    "	mov x30, x0\n	str x1, [sp, #96]\n"                                                             \
	    "	ldp x0, x1, [x30]\n	ldp x2, x3, [x30, #16]\n	ldp x4, x5, [x30, #32]\n"                         \
	    "	ldp x6, x7, [x30, #48]\n	ldp x8, x9, [x30, #64]\n	ldp x10, x11, [x30, #80]\n"                  \
	    "	ldp x12, x13, [x30, #96]\n	ldp x14, x15, [x30, #112]\n"                                        \
	    "	ldp x16, x17, [x30, #128]\n	ldp x18, x19, [x30, #144]\n"                                       \
	    "	ldp x20, x21, [x30, #160]\n	ldp x22, x23, [x30, #176]\n"                                       \
	    "	ldp x24, x25, [x30, #192]\n	ldp x26, x27, [x30, #208]\n"                                       \
	    "	ldp x28, x29, [x30, #224]\n" body                                                            \
	    "	stp x0, x1, [x30]\n	stp x2, x3, [x30, #16]\n	stp x4, x5, [x30, #32]\n"                         \
	    "	stp x6, x7, [x30, #48]\n	stp x8, x9, [x30, #64]\n	stp x10, x11, [x30, #80]\n"                  \
	    "	stp x12, x13, [x30, #96]\n	stp x14, x15, [x30, #112]\n"                                        \
	    "	stp x16, x17, [x30, #128]\n	stp x18, x19, [x30, #144]\n"                                       \
	    "	stp x20, x21, [x30, #160]\n	stp x22, x23, [x30, #176]\n"                                       \
	    "	stp x24, x25, [x30, #192]\n	stp x26, x27, [x30, #208]\n"                                       \
	    "	stp x28, x29, [x30, #224]\n"                                                                   \
	    "	ldp x27, x28, [sp, #80]\n	ldp x25, x26, [sp, #64]\n	ldp x23, x24, [sp, #48]\n"                 \
	    "	ldp x21, x22, [sp, #32]\n	ldp x19, x20, [sp, #16]\n	ldp x29, x30, [sp], #112\n"                \
	    "	ret\n")
FRAME("general_trap", "	svc #0\n");
/* The counter stands in memory: every register is under test. */
FRAME("general_spin", "1:	str x0, [sp, #104]\n	ldr x0, [sp, #96]\n	sub x0, x0, #1\n"
		      "	str x0, [sp, #96]\n	cbz x0, 2f\n	ldr x0, [sp, #104]\n	b 1b\n"
		      "2:	ldr x0, [sp, #104]\n");

__asm__(".text\n.arch_extension sve\n"
	".macro vectors op\n"
	"	add x1, x0, #64\n"
	"	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n	\\op z\\n, [x1, #\\n, mul "
	"vl]\n	.endr\n"
	"	.irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n"
	"	\\op z\\n, [x1, #\\n, mul vl]\n	.endr\n"
	"	addvl x2, x1, #31\n	addvl x2, x2, #1\n"
	".endm\n"
	".macro predicates op\n"
	"	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n	\\op p\\n, [x2, #\\n, mul "
	"vl]\n	.endr\n"
	".endm\n"
	".global vector_put\nvector_put:\n"
	"	vectors ldr\n	ldr p0, [x2, #16, mul vl]\n	wrffr p0.b\n	predicates ldr\n"
	"	ldp x2, x3, [x0]\n	msr fpcr, x2\n	msr fpsr, x3\n	ret\n"
	".global vector_get\nvector_get:\n"
	"	vectors str\n	predicates str\n	rdffr p0.b\n	str p0, [x2, #16, mul vl]\n	ldr "
	"p0, [x2]\n"
	"	mrs x2, fpcr\n	mrs x3, fpsr\n	stp x2, x3, [x0]\n	ret\n"
	".global vector_length\nvector_length:\n	rdvl x0, #1\n	ret\n"
	".arch_extension nosve\n");
uint64_t vector_length(void);

uint32_t vector_bytes(void)
{
	return (uint32_t)(32 * vector_length() + 17 * vector_length() / 8);
}

void vector_tame(uint8_t *memory)
{
	uint64_t fpcr = (uint64_t)(memory[0] & 3) << 22, fpsr = memory[1] & 0x1f;

	memset(memory, 0, VECTOR_HEAD);
	memcpy(memory, &fpcr, 8);
	memcpy(memory + 8, &fpsr, 8);
	/* FFR holds ones below zeros only. */
	memset(memory + VECTOR_HEAD + 32 * vector_length() + 2 * vector_length(), 0, vector_length() / 8);
	memory[VECTOR_HEAD + 34 * vector_length()] = 0x7f;
}

void vector_head_fresh(uint8_t *memory)
{
	memset(memory, 0, VECTOR_HEAD);
}

#elif defined(__riscv)

const char general_rule[GENERAL_COUNT + 1] = "...kkrrrkkwwwwwwwwkkkkkkkkkkrzzz";
const unsigned general_operation = 5, general_tag = 6;

#define EACH(op)                                                                                             \
	"	.irp n, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24\n"         \
	"	" op " x\\n, (8 * \\n)(ra)\n	.endr\n"                                                        \
	"	.irp n, 25, 26, 27, 28, 29, 30, 31\n	" op " x\\n, (8 * \\n)(ra)\n	.endr\n"
#define CALLEE(op)                                                                                           \
	"	" op " ra, 0(sp)\n	" op " s0, 8(sp)\n	" op " s1, 16(sp)\n	" op " s2, 24(sp)\n" \
	"	" op " s3, 32(sp)\n	" op " s4, 40(sp)\n	" op " s5, 48(sp)\n	" op " s6, 56(sp)\n" \
	"	" op " s7, 64(sp)\n	" op " s8, 72(sp)\n	" op " s9, 80(sp)\n	" op                 \
	" s10, 88(sp)\n"                                                                                     \
	"	" op " s11, 96(sp)\n	" op " gp, 104(sp)\n	" op " tp, 112(sp)\n"
#define FRAME(name, body)                                                                                    \
	__asm__(".text\n.global " name "\n" name ":\n	addi sp, sp, -144\n" CALLEE(                         \
	    "sd") "	sd a1, 120(sp)\n	mv ra, a0\n" EACH("ld") body EACH("sd")                      \
		    CALLEE("ld") "	addi sp, sp, 144\n	ret\n")
FRAME("general_trap", "	ecall\n");
/* The counter stands in memory: every register is under test. */
FRAME("general_spin",
      "1:	sd t0, 128(sp)\n	ld t0, 120(sp)\n	addi t0, t0, -1\n	sd t0, 120(sp)\n"
      "	beqz t0, 2f\n	ld t0, 128(sp)\n	j 1b\n2:	ld t0, 128(sp)\n");

__asm__(".text\n.option push\n.option arch, +v\n"
	".macro floats op\n"
	"	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n	\\op f\\n, (64 + 8 * "
	"\\n)(a0)\n	.endr\n"
	"	.irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n	\\op f\\n, "
	"(64 + 8 * \\n)(a0)\n"
	"	.endr\n.endm\n"
	".macro vectors op\n"
	"	csrr t1, vlenb\n	slli t1, t1, 3\n	addi a1, a0, 320\n"
	"	\\op v0, (a1)\n	add a1, a1, t1\n	\\op v8, (a1)\n	add a1, a1, t1\n"
	"	\\op v16, (a1)\n	add a1, a1, t1\n	\\op v24, (a1)\n.endm\n"
	".global vector_put\nvector_put:\n"
	"	floats fld\n	vectors vl8re8.v\n	ld t0, 0(a0)\n	fscsr t0\n	ld t0, 8(a0)\n	csrw "
	"vcsr, t0\n"
	"	ld t0, 16(a0)\n	ld t1, 24(a0)\n	vsetvl zero, t0, t1\n	ret\n"
	".global vector_get\nvector_get:\n"
	"	floats fsd\n	vectors vs8r.v\n	frcsr t0\n	sd t0, 0(a0)\n	csrr t0, vcsr\n	sd "
	"t0, 8(a0)\n"
	"	csrr t0, vl\n	sd t0, 16(a0)\n	csrr t0, vtype\n	sd t0, 24(a0)\n	ret\n"
	".global vector_length\nvector_length:\n	csrr a0, vlenb\n	ret\n"
	".option pop\n");
uint64_t vector_length(void);

uint32_t vector_bytes(void)
{
	return (uint32_t)(256 + 32 * vector_length());
}

void vector_tame(uint8_t *memory)
{
	uint64_t head[4] = {memory[0] & 0x1f, memory[1] & 7, (memory[2] & 7) + 1u, 0};

	memset(memory, 0, VECTOR_HEAD);
	memcpy(memory, head, sizeof head);
}

void vector_head_fresh(uint8_t *memory)
{
	memset(memory, 0, VECTOR_HEAD);
	memory[31] = 0x80; /* vtype: none */
}

#else

const char general_rule[GENERAL_COUNT + 1] = "rr.rwwkwwr.wwww.................";
const unsigned general_operation = 0, general_tag = 3;

/* rax rbx rcx rdx rsi rdi rbp r8 to r15; the memory's address and the counter stand on the stack. */
#define LOAD                                                                                                 \
	"	movq 0(%rax), %rbx\n	movq %rbx, 16(%rsp)\n	movq 8(%rax), %rbx\n	movq 16(%rax), "                   \
	"%rcx\n"                                                                                             \
	"	movq 24(%rax), %rdx\n	movq 32(%rax), %rsi\n	movq 40(%rax), %rdi\n	movq 48(%rax), "                 \
	"%rbp\n"                                                                                             \
	"	movq 56(%rax), %r8\n	movq 64(%rax), %r9\n	movq 72(%rax), %r10\n	movq 80(%rax), "                   \
	"%r11\n"                                                                                             \
	"	movq 88(%rax), %r12\n	movq 96(%rax), %r13\n	movq 104(%rax), %r14\n	movq 112(%rax), "               \
	"%r15\n"                                                                                             \
	"	movq 16(%rsp), %rax\n"
#define STORE                                                                                                \
	"	movq %rax, 16(%rsp)\n	movq 0(%rsp), %rax\n	movq %rbx, 8(%rax)\n	movq %rcx, "                       \
	"16(%rax)\n"                                                                                         \
	"	movq %rdx, 24(%rax)\n	movq %rsi, 32(%rax)\n	movq %rdi, 40(%rax)\n	movq %rbp, "                     \
	"48(%rax)\n"                                                                                         \
	"	movq %r8, 56(%rax)\n	movq %r9, 64(%rax)\n	movq %r10, 72(%rax)\n	movq %r11, "                       \
	"80(%rax)\n"                                                                                         \
	"	movq %r12, 88(%rax)\n	movq %r13, 96(%rax)\n	movq %r14, 104(%rax)\n	movq %r15, "                    \
	"112(%rax)\n"                                                                                        \
	"	movq 16(%rsp), %rbx\n	movq %rbx, 0(%rax)\n"
#define FRAME(name, body)                                                                                    \
	__asm__(".text\n.global " name "\n" name ":\n"                                                       \
		"	pushq %rbx\n	pushq %rbp\n	pushq %r12\n	pushq %r13\n	pushq %r14\n	"                         \
		"pushq %r15\n"                                                                               \
		"	subq $24, %rsp\n	movq %rdi, 0(%rsp)\n	movq %rsi, 8(%rsp)\n	movq %rdi, "                    \
		"%rax\n" LOAD body STORE "	addq $24, %rsp\n	popq %r15\n	popq %r14\n	"                        \
		"popq %r13\n	popq %r12\n	popq %rbp\n"                                                        \
		"	popq %rbx\n	ret\n")
FRAME("general_trap", "	syscall\n");
FRAME("general_spin", "1:	decq 8(%rsp)\n	jnz 1b\n");

#define EACH(op, from, to)                                                                                   \
	op("0", "64") op("1", "96") op("2", "128") op("3", "160") op("4", "192") op("5", "224")              \
	    op("6", "256") op("7", "288") op("8", "320") op("9", "352") op("10", "384") op("11", "416")      \
		op("12", "448") op("13", "480") op("14", "512") op("15", "544")
#define PUT(n, at) "	vmovdqu " at "(%rdi), %ymm" n "\n"
#define GET(n, at) "	vmovdqu %ymm" n ", " at "(%rdi)\n"
__asm__(".text\n.global vector_put\nvector_put:\n" EACH(
    PUT, , ) "	ldmxcsr 0(%rdi)\n	fldcw 8(%rdi)\n	ret\n"
	     ".global vector_get\nvector_get:\n" EACH(
		 GET, , ) "	stmxcsr 0(%rdi)\n	fnstcw 8(%rdi)\n	ret\n");

uint32_t vector_bytes(void)
{
	return 16 * 32;
}

void vector_tame(uint8_t *memory)
{
	uint32_t mxcsr = 0x1f80u | (memory[0] & 3u) << 13, fcw = 0x37fu | (memory[1] & 3u) << 10;

	memset(memory, 0, VECTOR_HEAD);
	memcpy(memory, &mxcsr, 4);
	memcpy(memory + 8, &fcw, 2);
}

void vector_head_fresh(uint8_t *memory)
{
	memset(memory, 0, VECTOR_HEAD);
	vector_tame(memory);
}

#endif
