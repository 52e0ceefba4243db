/* SPDX-License-Identifier: MIT
 * The registers of a system call on RISC-V, as <tenon/abi.h> lists them.
 */
#ifndef TENON_REGISTERS_H
#define TENON_REGISTERS_H

#define TENON_REGISTER_C0   "t0"
#define TENON_REGISTER_C1   "t1"
#define TENON_REGISTER_C2   "t2"
#define TENON_REGISTER_C3   "t3"
#define TENON_REGISTER_W0   "a0"
#define TENON_REGISTER_W1   "a1"
#define TENON_REGISTER_W2   "a2"
#define TENON_REGISTER_W3   "a3"
#define TENON_REGISTER_W4   "a4"
#define TENON_REGISTER_W5   "a5"
#define TENON_REGISTER_W6   "a6"
#define TENON_REGISTER_W7   "a7"
#define TENON_TRAP          "ecall"
#define TENON_TRAP_CLOBBERS "t4", "t5", "t6", "ra", "memory"

/* Memory before registers of a device. */
#define TENON_DEVICE_ORDER "fence w, o"

#endif
