/* SPDX-License-Identifier: MIT
 * The registers of a system call on x86_64, as <tenon/abi.h> lists them.
 */
#ifndef TENON_REGISTERS_H
#define TENON_REGISTERS_H

#define TENON_REGISTER_C0   "rax"
#define TENON_REGISTER_C1   "rdx"
#define TENON_REGISTER_C2   "rbx"
#define TENON_REGISTER_C3   "r10"
#define TENON_REGISTER_W0   "rdi"
#define TENON_REGISTER_W1   "rsi"
#define TENON_REGISTER_W2   "r8"
#define TENON_REGISTER_W3   "r9"
#define TENON_REGISTER_W4   "r12"
#define TENON_REGISTER_W5   "r13"
#define TENON_REGISTER_W6   "r14"
#define TENON_REGISTER_W7   "r15"
#define TENON_TRAP          "syscall"
#define TENON_TRAP_CLOBBERS "rcx", "r11", "cc", "memory"

/* Memory before registers of a device: stores are seen in order. */
#define TENON_DEVICE_ORDER ""

#endif
