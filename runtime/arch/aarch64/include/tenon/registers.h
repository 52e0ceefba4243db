/* SPDX-License-Identifier: MIT
 * The registers of a system call on AArch64, as <tenon/abi.h> lists them.
 */
#ifndef TENON_REGISTERS_H
#define TENON_REGISTERS_H

#define TENON_REGISTER_C0   "x8"
#define TENON_REGISTER_C1   "x9"
#define TENON_REGISTER_C2   "x10"
#define TENON_REGISTER_C3   "x11"
#define TENON_REGISTER_W0   "x0"
#define TENON_REGISTER_W1   "x1"
#define TENON_REGISTER_W2   "x2"
#define TENON_REGISTER_W3   "x3"
#define TENON_REGISTER_W4   "x4"
#define TENON_REGISTER_W5   "x5"
#define TENON_REGISTER_W6   "x6"
#define TENON_REGISTER_W7   "x7"
#define TENON_TRAP          "svc #0"
#define TENON_TRAP_CLOBBERS "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x30", "cc", "memory"

/* Memory before registers of a device. */
#define TENON_DEVICE_ORDER "dmb osh"

#endif
